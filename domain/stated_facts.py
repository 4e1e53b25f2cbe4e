"""Facts that exist for one criterion only: what a company declares, what an officer judges.

They are no part of facts.yaml: the measures in force generate them, so publishing a measure may
add some.
"""

from __future__ import annotations

from collections.abc import Iterable

from domain.criteria import ByOfficer, Declared
from domain.facts import JUDGED, FactDictionary, FactSpec, Kind
from domain.measures import Measure

DECLARED = "declared"
GENERATED = frozenset({DECLARED, JUDGED})
"""The groups of these facts."""


def with_stated(dictionary: FactDictionary, measures: Iterable[Measure]) -> FactDictionary:
    """The dictionary with the facts these measures generate, in place of any generated before.

    A key that facts.yaml has already is that fact; of two measures that share a key the first
    gives the words.
    """
    own = tuple(spec for spec in dictionary if spec.group not in GENERATED)
    taken = {spec.key for spec in own}
    stated: dict[str, FactSpec] = {}
    for measure in measures:
        for leaf in measure.leaves():
            if isinstance(leaf, Declared | ByOfficer) and leaf.key not in taken:
                stated.setdefault(leaf.key, _spec(leaf))
    return FactDictionary((*own, *stated.values()))


def _spec(leaf: Declared | ByOfficer) -> FactSpec:
    if isinstance(leaf, Declared):
        return FactSpec(
            key=leaf.key, group=DECLARED, kind=Kind.FLAG, label=leaf.text, question=leaf.question
        )
    return FactSpec(
        key=leaf.key, group=JUDGED, kind=Kind.FLAG, label=leaf.text, asked=False, judged=True
    )
