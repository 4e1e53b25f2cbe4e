"""A measure compiled: its criteria as checks, its ways in, and the outcome for a company.

The outcome alone is worked out here, without reasons: any certain failure is `ineligible`;
everything certain is `eligible`; while the company can still answer something it is `undetermined`;
what is left is for an officer. Nobody is eligible before the company is founded: what the plans
meet is `undetermined` until then.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from functools import lru_cache

from domain.citations import Authority, Citation, Confidence
from domain.criteria import Route, leaves_of
from domain.derived import Readings
from domain.evaluation import Check, Grounds
from domain.facts import FactDictionary
from domain.marks import Mark, together
from domain.measures import CriteriaStatus, Measure, WindowState, window_state
from domain.once import once
from domain.surveys import Survey

REPORT = Citation(source="S-REPORT")
"""Every measure is quoted from the report; it is all there is where no criteria are known."""


class Outcome(StrEnum):
    """What is said to the company, always as 预判; of several ways in the best one speaks."""

    ELIGIBLE = "eligible"
    UNDETERMINED = "undetermined"
    OFFICER_CHECK = "officer_check"
    INELIGIBLE = "ineligible"


PREFERENCE = tuple(Outcome)
"""Which of several ways in speaks for the measure: the best one."""

_RANK = {outcome: place for place, outcome in enumerate(PREFERENCE)}
_CERTAIN = (Outcome.INELIGIBLE, Outcome.UNDETERMINED, Outcome.OFFICER_CHECK)
"""The outcomes of the marks below `met`."""


class WayRules:
    """One way in: `own` checks, and all `checks`, which begin with those common to all routes."""

    def __init__(self, route: Route | None, common: tuple[Check, ...], grounds: Grounds) -> None:
        own = route.of if route else ()
        self.measure = grounds.measure
        self._authority = grounds.authority
        self.route = route.id if route else None
        self.name = route.name if route else None
        self.own = tuple(grounds.compiled(criterion) for criterion in own)
        self.checks = (*common, *self.own)
        #: Whether it can be gone on a day; the last day asked about is remembered.
        self.window_on = lru_cache(maxsize=1)(self._window_on)

    @once
    def citations(self) -> tuple[tuple[Citation, Confidence], ...]:
        """Where its criteria and its window stand written, each place once, and how sure it is."""
        cites = [leaf.cite for check in self.checks for leaf in leaves_of(check.rule)]
        window = self.measure.window_of(self.route)
        if window.cite is not None:
            cites.append(window.cite)
        places = {(cite.source, cite.article): cite for cite in cites or [REPORT]}
        return tuple([(cite, self._authority.confidence(cite)) for cite in places.values()])

    def _window_on(self, day: date) -> WindowState:
        return window_state(self.measure, day, self.route)


class MeasureRules:
    """A measure, ready to be asked of any company."""

    def __init__(self, measure: Measure, facts: FactDictionary, authority: Authority) -> None:
        grounds = Grounds(facts, measure, authority)
        routes: tuple[Route | None, ...] = measure.routes.routes if measure.routes else (None,)
        self.measure = measure
        self.has_routes = measure.routes is not None
        self.common = tuple(grounds.compiled(criterion) for criterion in measure.common)
        self.ways = tuple(WayRules(route, self.common, grounds) for route in routes)
        is_official = measure.criteria_status is CriteriaStatus.OFFICIAL
        best = Outcome.ELIGIBLE if is_official else Outcome.OFFICER_CHECK
        self._outcomes = (*_CERTAIN, best, best)
        planned = Outcome.UNDETERMINED if is_official else Outcome.OFFICER_CHECK
        self._outcomes_of_plan = (*_CERTAIN, planned, planned)
        self._touched: dict[str, tuple[tuple[int, ...], ...]] = {}
        self.inputs = frozenset().union(
            *(check.inputs for way in self.ways for check in way.checks)
        )

    def touched_by(self, fact: str) -> tuple[tuple[int, ...], ...]:
        """The places of the criteria, by each way in, that look at a fact."""
        known = self._touched.get(fact)
        if known is None:
            known = self._touched[fact] = tuple(
                tuple(place for place, check in enumerate(way.checks) if fact in check.inputs)
                for way in self.ways
            )
        return known

    def is_blank(self, readings: Readings) -> bool:
        """Whether the company told nothing that the measure looks at: then it is like nobody."""
        return self.inputs.isdisjoint(readings.told_keys) and not readings.held

    def outcome(self, readings: Readings) -> Outcome:
        """The outcome for a company, by the way in that serves it best."""
        return min(self.outcomes(readings), key=_RANK.__getitem__)

    def outcomes(self, readings: Readings) -> list[Outcome]:
        """The outcome by each way in."""
        outcomes = self._outcomes_of_plan if readings.is_plan else self._outcomes
        common = together(check.survey(readings).mark for check in self.common)
        if common is Mark.UNMET or not self.has_routes:
            return [outcomes[common]] * len(self.ways)
        own = [together(check.survey(readings).mark for check in way.own) for way in self.ways]
        return [outcomes[min(common, end)] for end in own]

    def surveys(self, readings: Readings) -> list[list[Survey]]:
        """What came of each criterion by each way in, those common to all routes first."""
        common = [check.survey(readings) for check in self.common]
        return [common + [check.survey(readings) for check in way.own] for way in self.ways]

    @once
    def limits(self) -> tuple[Mark, ...]:
        """What each mark counts for; nobody is eligible where criteria are not official."""
        is_official = self._outcomes[Mark.MET] is Outcome.ELIGIBLE
        best = Mark.MET if is_official else Mark.OFFICER
        return tuple(best if mark >= Mark.WEAK else mark for mark in Mark)

    def outcome_at(self, surveys: Iterable[Survey], *, is_plan: bool) -> Outcome:
        """The outcome where this came of the criteria of a way."""
        outcomes = self._outcomes_of_plan if is_plan else self._outcomes
        return outcomes[min([survey.mark for survey in surveys], default=Mark.MET)]
