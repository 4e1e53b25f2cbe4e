"""The outcome for one company and one measure, with its reasons.

Any certain failure is `ineligible`; everything certain is `eligible`; while the company can still
answer something it is `undetermined`; what is left is for an officer. Whether the measure is open
today is a second answer and never changes the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from domain.catalogue import Catalogue
from domain.citations import Citation, Confidence
from domain.criteria import Group, Leaf, Route, leaves_of
from domain.derived import Gap, Readings, merged
from domain.evaluation import Case, Finding, State, find, together
from domain.facts import Profile
from domain.measures import CriteriaStatus, Measure, WindowState, window_state
from domain.near_misses import NearMiss, near_miss
from domain.words import Words

REPORT = Citation(source="S-REPORT")
"""Every measure is quoted from the report; it is all there is where no criteria are known."""


class Outcome(StrEnum):
    """What is said to the company, always as 预判."""

    ELIGIBLE = "eligible"
    UNDETERMINED = "undetermined"
    OFFICER_CHECK = "officer_check"
    INELIGIBLE = "ineligible"


PREFERENCE = tuple(Outcome)
"""Which of several ways in speaks for the measure: the best one."""

OPENNESS = ("open", "unknown", "closed")
"""Between equal outcomes, the way that can be gone today."""


@dataclass(frozen=True)
class Way:
    """One way in: the criteria common to all routes, and those of this one."""

    route: str | None
    name: Words | None
    outcome: Outcome
    findings: tuple[Finding, ...]
    window: WindowState
    near_miss: NearMiss | None = None

    @cached_property
    def failed(self) -> tuple[Finding, ...]:
        """The criteria that certainly fail."""
        return self._in(State.UNMET)

    @cached_property
    def met(self) -> tuple[Finding, ...]:
        """The criteria that certainly hold."""
        return self._in(State.MET)

    @cached_property
    def open_(self) -> tuple[Finding, ...]:
        """The criteria not settled, for the company or for an officer."""
        return self._in(State.UNKNOWN)

    @cached_property
    def missing(self) -> tuple[Gap, ...]:
        """What the company could still say; nothing once it cannot change the outcome."""
        if self.outcome is not Outcome.UNDETERMINED:
            return ()
        return merged(gap for finding in self.open_ for gap in finding.gaps)

    @cached_property
    def for_officer(self) -> tuple[Finding, ...]:
        """The open criteria in which something waits for an officer or an expert."""
        return tuple(finding for finding in self.open_ if finding.officer)

    def _in(self, state: State) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.state is state)


@dataclass(frozen=True)
class Verdict:
    """The outcome, by the way in that serves the company best; `ways` holds them all."""

    measure: str
    as_of: date
    way: Way
    ways: tuple[Way, ...]
    citations: tuple[tuple[Citation, Confidence], ...]

    @property
    def outcome(self) -> Outcome:
        """The outcome of the way that speaks for the measure."""
        return self.way.outcome

    @property
    def route(self) -> str | None:
        """Which route that is, None where there are none."""
        return self.way.route

    @property
    def window(self) -> WindowState:
        """Whether one can apply today, by that route."""
        return self.way.window

    @property
    def near_miss(self) -> NearMiss | None:
        """The smallest change that would make an ineligible company eligible."""
        return self.way.near_miss

    @property
    def settled(self) -> int:
        """How many of the criteria shown are met or failed."""
        return len(self.way.met) + len(self.way.failed)

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
    readings = Readings(profile, as_of) if isinstance(profile, Profile) else profile
    case = Case(readings, catalogue, measure, held or {})
    common = [find(criterion, case) for criterion in measure.common]
    routes: tuple[Route | None, ...] = measure.routes.routes if measure.routes else (None,)
    ways = tuple(_way(route, common, case) for route in routes)
    best = min(ways, key=_preference)
    return Verdict(measure.id, as_of, best, ways, _citations(best, case))


def judge_all(
    catalogue: Catalogue,
    profile: Profile,
    as_of: date,
    held: Mapping[str, bool] | None = None,
) -> tuple[Verdict, ...]:
    """The verdicts on every measure still offered, in the order of the catalogue."""
    readings = Readings(profile, as_of)
    return tuple(judge(m, readings, as_of, catalogue, held) for m in catalogue.active)


def _way(route: Route | None, common: list[Finding], case: Case) -> Way:
    own = [find(criterion, case) for criterion in route.of] if route else []
    findings = (*common, *own)
    outcome = _outcome(findings, case.measure)
    failed = [finding for finding in findings if finding.state is State.UNMET]
    return Way(
        route=route.id if route else None,
        name=route.name if route else None,
        outcome=outcome,
        findings=findings,
        window=window_state(case.measure, case.readings.as_of, route.id if route else None),
        near_miss=near_miss(failed, case),
    )


def _outcome(findings: tuple[Finding, ...], measure: Measure) -> Outcome:
    state = together(findings)
    if state is State.UNMET:
        return Outcome.INELIGIBLE
    if any(finding.gaps for finding in findings):
        return Outcome.UNDETERMINED
    if state is State.UNKNOWN or measure.criteria_status is not CriteriaStatus.OFFICIAL:
        return Outcome.OFFICER_CHECK
    return Outcome.ELIGIBLE


def _preference(way: Way) -> tuple[int, int, int, bool, int]:
    """Best outcome first, then the one open now, then the one nearest to it."""
    return (
        PREFERENCE.index(way.outcome),
        OPENNESS.index(way.window.state),
        len(way.failed),
        way.near_miss is None,
        len(way.missing),
    )


def _citations(way: Way, case: Case) -> tuple[tuple[Citation, Confidence], ...]:
    rules: Iterable[Leaf | Group] = (finding.rule for finding in way.findings)
    cites = [leaf.cite for rule in rules for leaf in leaves_of(rule)]
    window = case.measure.window_of(way.route)
    if window.cite is not None:
        cites.append(window.cite)
    places = {(cite.source, cite.article): cite for cite in cites or [REPORT]}
    return tuple((cite, case.catalogue.confidence(cite)) for cite in places.values())
