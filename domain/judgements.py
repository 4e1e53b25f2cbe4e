"""What only an officer can judge of a company, and whose word it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from domain.catalogue import Catalogue
from domain.criteria import Flag, Leaf, facts_of
from domain.facts import FactSpec, FactValue
from domain.measures import Measure


@dataclass(frozen=True, slots=True)
class Judgement:
    """An officer's word: whose it is, and since when it counts."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Judgeable:
    """A condition that an officer may judge, and what is known of it.

    A value without a judgement is what the company states.
    """

    measure: Measure
    leaf: Leaf
    spec: FactSpec
    value: FactValue | None = None
    judgement: Judgement | None = None

    @property
    def wanted(self) -> bool:
        """The yes or no that meets the condition."""
        return self.leaf.is_ if isinstance(self.leaf, Flag) else True


def judgeable(measures: Iterable[Measure], catalogue: Catalogue) -> list[Judgeable]:
    """The conditions of these measures that an officer may judge, each fact once."""
    found: dict[str, Judgeable] = {}
    for measure in measures:
        for leaf in measure.leaves():
            for key in facts_of(leaf):
                spec = catalogue.fact(key)
                if spec is not None and spec.judged:
                    found.setdefault(key, Judgeable(measure, leaf, spec))
    return list(found.values())
