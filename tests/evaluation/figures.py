"""A share of right answers, the examples behind it, and where the examples come from."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
CATALOGUE = HERE.parents[1] / "catalogue"


@dataclass(frozen=True)
class Figure:
    """So many examples, and a line for each that went wrong."""

    name: str
    cases: int
    wrong: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """Right answers over all, 0..1."""
        return 1 - len(self.wrong) / self.cases


def load(name: str) -> Any:
    """One file of examples."""
    return yaml.safe_load((HERE / name).read_text(encoding="utf-8"))


def catalogue(name: str) -> Any:
    """One file of the catalogue."""
    return yaml.safe_load((CATALOGUE / name).read_text(encoding="utf-8"))
