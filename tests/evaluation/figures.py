"""A share of right answers, the examples behind it, and where the examples come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
TUNE, HELD = "tune", "held"
CATALOGUE = HERE.parents[1] / "catalogue"


@dataclass(frozen=True)
class Figure:
    """A figure over so many examples, with a line for each that went wrong.

    `measured` is the figure itself where it is not the share of examples without a fault.
    """

    name: str
    cases: int
    wrong: Sequence[str] = field(default_factory=list)
    measured: float | None = None

    @property
    def share(self) -> float:
        """Right answers over all, 0..1, unless it was measured otherwise; 1 of none."""
        if self.measured is not None:
            return self.measured
        return 1 - len(self.wrong) / self.cases if self.cases else 1.0


def load(name: str) -> Any:
    """One file of examples."""
    return yaml.load((HERE / name).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def cases_of(kind: str, split: str) -> list[dict[str, Any]]:
    """The examples of a kind ("searches"): the part to tune on, or the one that is only measured,
    which other people wrote; empty before they have laid it down."""
    name = f"{kind}.yaml" if split == TUNE else f"held_{kind}.yaml"
    if not (HERE / name).exists():
        return []
    cases: list[dict[str, Any]] = load(name)[split]
    return cases


def catalogue(name: str) -> Any:
    """One file of the catalogue."""
    return yaml.safe_load((CATALOGUE / name).read_text(encoding="utf-8"))
