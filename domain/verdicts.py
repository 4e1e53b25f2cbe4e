"""The outcome for one company and one measure, with its reasons.

Whether the measure is open today is a second answer and never changes the outcome.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import compress
from typing import NamedTuple

from domain.catalogue import Catalogue
from domain.citations import Citation, Confidence
from domain.derived import NOTHING, Gap, Readings, merged
from domain.evaluation import Finding
from domain.facts import Profile
from domain.marks import Mark
from domain.measures import Measure, WindowState
from domain.near_misses import NearMiss, distances, near_miss
from domain.once import once
from domain.plans import plannable
from domain.rules import PREFERENCE, MeasureRules, Outcome, WayRules
from domain.surveys import Survey
from domain.words import Words

__all__ = ["PREFERENCE", "Outcome", "Verdict", "Way", "judge", "judge_all", "outcomes_of"]

_RANK = {outcome: place for place, outcome in enumerate(PREFERENCE)}

KEPT = 8
"""Catalogues and days for which the verdicts on nobody in particular are kept."""

OPENNESS = ("open", "unknown", "closed")
"""Between equal outcomes, the way that can be gone today."""


class Case(NamedTuple):
    """A company before the catalogue."""

    readings: Readings
    catalogue: Catalogue


class Way:
    """One way in for a company; the reasons are worked out when they are looked at.

    `surveys`: what came of each criterion, and what is in the way.
    """

    def __init__(
        self, rules: WayRules, case: Case, surveys: list[Survey], outcome: Outcome
    ) -> None:
        self.rules = rules
        self.case = case
        self.surveys = surveys
        self.outcome = outcome

    @property
    def route(self) -> str | None:
        """Which route, None where there are none."""
        return self.rules.route

    @property
    def name(self) -> Words | None:
        """What the route is called."""
        return self.rules.name

    @once
    def window(self) -> WindowState:
        """Whether it can be gone on the day."""
        return self.rules.window_on(self.case.readings.as_of)

    @once
    def failures(self) -> int:
        """How many criteria certainly fail."""
        if self.outcome is not Outcome.INELIGIBLE:
            return 0
        return [survey.mark for survey in self.surveys].count(Mark.UNMET)

    @once
    def findings(self) -> tuple[Finding, ...]:
        """What came of each criterion, those common to all routes first."""
        return self._found([True] * len(self.surveys))

    @once
    def failed(self) -> tuple[Finding, ...]:
        """The criteria that certainly fail."""
        if not self.failures:
            return ()
        return self._found([survey.mark is Mark.UNMET for survey in self.surveys])

    @once
    def met(self) -> tuple[Finding, ...]:
        """The criteria that certainly hold."""
        return self._found([survey.mark >= Mark.WEAK for survey in self.surveys])

    @once
    def open_(self) -> tuple[Finding, ...]:
        """The criteria not settled, for the company or for an officer."""
        return self._found([Mark.UNMET < survey.mark < Mark.WEAK for survey in self.surveys])

    @once
    def for_officer(self) -> tuple[Finding, ...]:
        """The open criteria in which something waits for an officer or an expert."""
        return self._found([bool(survey.officer) for survey in self.surveys])

    def _found(self, wanted: Sequence[bool]) -> tuple[Finding, ...]:
        readings = self.case.readings
        pairs = compress(zip(self.rules.checks, self.surveys, strict=True), wanted)
        return tuple([Finding(check, readings, survey) for check, survey in pairs])

    @once
    def missing(self) -> tuple[Gap, ...]:
        """What the company could still say; nothing once it cannot change the outcome."""
        if self.outcome is not Outcome.UNDETERMINED:
            return ()
        return merged([gap for survey in self.surveys for gap in survey.gaps])

    @once
    def near_miss(self) -> NearMiss | None:
        """The smallest change of one number that would make it fit."""
        if self.failures != 1:
            return None
        return near_miss(self.failed, self.case.readings, self.case.catalogue)

    @once
    def distances(self) -> tuple[NearMiss, ...]:
        """How far off each failed number is: of several, none is a near miss by itself."""
        return distances(self.failed, self.case.readings, self.case.catalogue)


class Verdict:
    """The outcome, by the way in that serves the company best; `ways` holds them all."""

    __slots__ = ("measure", "way", "ways")

    def __init__(self, measure: str, ways: tuple[Way, ...], way: Way) -> None:
        self.measure = measure
        self.ways = ways
        self.way = way

    @property
    def as_of(self) -> date:
        """The day it is about."""
        return self.way.case.readings.as_of

    @property
    def outcome(self) -> Outcome:
        """The outcome of the way that speaks for the measure."""
        return self.way.outcome

    @property
    def route(self) -> str | None:
        """Which route that is, None where there are none."""
        return self.way.route

    @property
    def awaits_founding(self) -> bool:
        """Whether nothing is missing that could be said before the company is founded."""
        way, case = self.way, self.way.case
        if self.outcome is not Outcome.UNDETERMINED or not case.readings.is_plan:
            return False
        return not any(plannable(case.catalogue.facts[gap.key]) for gap in way.missing)

    @property
    def fits_once_founded(self) -> bool:
        """Whether the plans meet every condition."""
        return self.awaits_founding and not self.way.open_

    @property
    def window(self) -> WindowState:
        """Whether one can apply today, by that route."""
        return self.way.window

    @property
    def near_miss(self) -> NearMiss | None:
        """The smallest change that would make an ineligible company eligible."""
        return self.way.near_miss

    @property
    def citations(self) -> tuple[tuple[Citation, Confidence], ...]:
        """Where the criteria and the window stand written, and how sure each place is."""
        return self.way.rules.citations

    @property
    def settled(self) -> int:
        """How many of the criteria shown are met or failed."""
        marks = [survey.mark for survey in self.way.surveys]
        return len([mark for mark in marks if mark >= Mark.WEAK or mark is Mark.UNMET])

    @property
    def askable(self) -> tuple[Gap, ...]:
        """What could still change an undetermined outcome, by any route."""
        if self.outcome is not Outcome.UNDETERMINED:
            return ()
        return merged(gap for way in self.ways for gap in way.missing)


def judge(
    measure: Measure,
    profile: Profile | Readings,
    as_of: date,
    catalogue: Catalogue,
    held: Mapping[str, bool] | None = None,
) -> Verdict:
    """The verdict for one company on one measure.

    Readings may be given for the profile, to share them among measures; `held` says which other
    measures the company enjoys (absent: unknown).
    """
    case = Case(_readings(profile, as_of, held), catalogue)
    return _judged(catalogue.rules(measure), case)


def judge_all(
    catalogue: Catalogue,
    profile: Profile | Readings,
    as_of: date,
    held: Mapping[str, bool] | None = None,
) -> tuple[Verdict, ...]:
    """The verdicts on every measure still offered, in the order of the catalogue."""
    readings = _readings(profile, as_of, held)
    case = Case(readings, catalogue)
    verdicts = list(_of_nobody(catalogue, readings.as_of))
    for place, rules in catalogue.asking:
        if not rules.is_blank(readings):
            verdicts[place] = _judged(rules, case)
    return tuple(verdicts)


@lru_cache(maxsize=KEPT)
def _of_nobody(catalogue: Catalogue, day: date) -> tuple[Verdict, ...]:
    """The verdicts on all measures for whoever told nothing that one looks at."""
    nobody = Case(Readings(Profile(), day), catalogue)
    return tuple([_judged(catalogue.rules(measure), nobody) for measure in catalogue.active])


def outcomes_of(
    catalogue: Catalogue,
    profile: Profile | Readings,
    as_of: date,
    held: Mapping[str, bool] | None = None,
) -> dict[str, Outcome]:
    """The outcomes alone, by measure: what reviews and watches need of many companies."""
    readings = _readings(profile, as_of, held)
    outcomes = dict(_outcomes_of_nobody(catalogue, readings.as_of))
    for _, rules in catalogue.asking:
        if not rules.is_blank(readings):
            outcomes[rules.measure.id] = rules.outcome(readings)
    return outcomes


@lru_cache(maxsize=KEPT)
def _outcomes_of_nobody(catalogue: Catalogue, day: date) -> dict[str, Outcome]:
    return {verdict.measure: verdict.outcome for verdict in _of_nobody(catalogue, day)}


def _readings(
    profile: Profile | Readings, as_of: date, held: Mapping[str, bool] | None
) -> Readings:
    if isinstance(profile, Profile):
        return Readings(profile, as_of, held or NOTHING)
    return profile.holding(held) if held else profile


def _judged(rules: MeasureRules, case: Case) -> Verdict:
    readings = case.readings
    ways = tuple(
        [
            Way(way, case, surveys, rules.outcome_at(surveys, is_plan=readings.is_plan))
            for way, surveys in zip(rules.ways, rules.surveys(readings), strict=True)
        ]
    )
    return Verdict(rules.measure.id, ways, _best(ways))


def _best(ways: Sequence[Way]) -> Way:
    """The way that speaks for the measure; of two that are alike in all of this, the first."""
    for weight in _WEIGHTS:
        if len(ways) == 1:
            break
        weights = [weight(way) for way in ways]
        least = min(weights)
        ways = [way for way, own in zip(ways, weights, strict=True) if own == least]
    return ways[0]


_WEIGHTS: tuple[Callable[[Way], int], ...] = (
    lambda way: _RANK[way.outcome],
    lambda way: OPENNESS.index(way.window.state),
    lambda way: way.failures,
    lambda way: way.near_miss is None,
    lambda way: len(way.missing),
)
"""The best outcome, then the way that is open now, then the one nearest to it."""
