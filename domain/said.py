"""One thing read from a text, before it becomes part of a profile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

FactSaid = int | float | str | bool | Sequence[int | float | str | None]


@dataclass(frozen=True, slots=True)
class Said:
    """A fact with its place in the plain text; `year` for per-year facts, `planned` for a plan."""

    key: str
    value: FactSaid
    start: int
    end: int
    year: int | None = None
    planned: bool = False


@dataclass(frozen=True, slots=True)
class Certificate:
    """A title held (with the day it ends, if a day was said) or denied."""

    name: str
    held: bool
    ends: date | None
    start: int
    end: int
