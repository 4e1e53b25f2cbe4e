"""How many questions it takes until what a company cares about is decided.

Forty-four made-up companies answer truly: the button that holds the number at first, the number
itself when it is asked again. Against asking, in the order of facts.yaml, whatever a verdict that
is still undetermined misses. Both stop when no answer can decide more of the measures that serve
the company's needs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.companies import AS_OF, NEEDS, forty_four
from benchmarks.figures import Figure, at_least, at_most, best_of
from domain.catalogue import Catalogue
from domain.doubts import Unit
from domain.facts import FactSpec, FactValue, PerYear, Profile, Span
from domain.profile_files import parse_profile
from domain.questions import next_question, unsettled
from domain.verdicts import judge_all
from services.catalogue import load

CATALOGUE = Path(__file__).parents[1] / "catalogue"

FEWER = 40
RUNS = 5


def figures() -> Iterator[Figure]:
    """Questions are an average of all companies; shares are in per cent."""
    catalogue = load(CATALOGUE)
    people = [_Person(catalogue, name, document) for name, document in forty_four().items()]

    ours = _average(people, _best)
    in_order = _average(people, _in_order)
    yield at_least(
        "fewer questions until the needs are decided",
        _fewer(ours, in_order),
        FEWER,
        unit="%",
        detail=_of(ours, in_order),
    )
    relevant = _average(people, _relevant_in_order)
    yield Figure(
        "the same, only what relevant measures miss asked",
        _fewer(ours, relevant),
        unit="%",
        detail=_of(ours, relevant),
    )
    everybody = [person.without_needs() for person in people]
    ours, in_order = _average(everybody, _best), _average(everybody, _in_order)
    yield Figure(
        "the same until all measures are decided",
        _fewer(ours, in_order),
        unit="%",
        detail=_of(ours, in_order),
    )
    nobody = Profile()
    seconds = best_of(RUNS, lambda: next_question(catalogue, nobody, AS_OF))
    yield at_most("the first question, nothing known", seconds * 1000, 10, unit="ms")


def _fewer(ours: float, theirs: float) -> float:
    return (1 - ours / theirs) * 100


def _of(ours: float, theirs: float) -> str:
    return f"{ours:.1f} questions against {theirs:.1f}"


class _Person:
    """Somebody who answers for a company."""

    def __init__(
        self,
        catalogue: Catalogue,
        name: str,
        document: dict[str, Any],
        needs: Sequence[str] | None = None,
    ) -> None:
        self.catalogue = catalogue
        self._name = name
        self._document = document
        self._truth = parse_profile(document, catalogue.facts)
        self.needs = needs if needs is not None else _needs_of(name)

    def without_needs(self) -> _Person:
        return _Person(self.catalogue, self._name, self._document, needs=())

    def answer(self, unit: Unit, known: Profile) -> FactValue | None:
        key, year = unit
        spec, truth = self.catalogue.facts[key], self._truth.values.get(key)
        told = known.values.get(key)
        if isinstance(truth, PerYear) and year is not None:
            number = truth.year(year)
            is_again = isinstance(told, PerYear) and told.year(year) is not None
            return number and PerYear.of({year: number if is_again else _tapped(spec, number)})
        if isinstance(truth, Span) and told is None:
            return _tapped(spec, truth)
        return truth


def _needs_of(name: str) -> Sequence[str]:
    return next(needs for trade, needs in NEEDS.items() if name.startswith(trade))


def _tapped(spec: FactSpec, number: Span) -> Span:
    """The button that holds the number."""
    for band in spec.bands:
        low, high = band.range
        after_low = low is None or number.low is None or low <= number.low
        if after_low and (high is None or number.low is None or number.low <= high):
            return band.span
    return number


@dataclass(frozen=True, slots=True)
class _Talk:
    """Where a conversation stands."""

    person: _Person
    profile: Profile
    skipped: Collection[str]

    def relevant(self) -> set[str]:
        """Measures for the company's needs (for nobody's: all) that an answer can still change."""
        catalogue, needs = self.person.catalogue, set(self.person.needs)
        open_ = unsettled(catalogue, self.profile, AS_OF, skipped=self.skipped)
        measures = {one.id: one for one in catalogue.active}
        return {name for name in open_ if not needs or needs & set(measures[name].needs)}


Ask = Callable[[_Talk], Unit | None]


def _best(talk: _Talk) -> Unit | None:
    person = talk.person
    asked = next_question(
        person.catalogue, talk.profile, AS_OF, needs=person.needs, skipped=talk.skipped
    )
    return (asked.fact, asked.year) if asked else None


def _in_order(talk: _Talk) -> Unit | None:
    """The first fact in the dictionary that an undetermined verdict misses."""
    return _first_missing(talk, {one.id for one in talk.person.catalogue.active})


def _relevant_in_order(talk: _Talk) -> Unit | None:
    return _first_missing(talk, talk.relevant())


def _first_missing(talk: _Talk, measures: set[str]) -> Unit | None:
    catalogue = talk.person.catalogue
    missing = [
        (gap.key, max(gap.years, default=None))
        for verdict in judge_all(catalogue, talk.profile, AS_OF)
        if verdict.measure in measures
        for gap in verdict.askable
        if gap.key not in talk.skipped
    ]
    return min(missing, key=lambda unit: (catalogue.facts.order(unit[0]), -(unit[1] or 0)))


def _average(people: Sequence[_Person], ask: Ask) -> float:
    return sum(_questions(person, ask) for person in people) / len(people)


def _questions(person: _Person, ask: Ask) -> int:
    """How many are asked until no answer can decide more of what is relevant."""
    talk, asked = _Talk(person, Profile(), frozenset()), 0
    while talk.relevant():
        unit = ask(talk)
        if unit is None:
            break
        asked += 1
        talk = _answered(talk, unit)
    return asked


def _answered(talk: _Talk, unit: Unit) -> _Talk:
    said = talk.person.answer(unit, talk.profile)
    if said is None:
        return _Talk(talk.person, talk.profile, {*talk.skipped, unit[0]})
    return _Talk(talk.person, talk.profile.with_fact(unit[0], said), talk.skipped)
