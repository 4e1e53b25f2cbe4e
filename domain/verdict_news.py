"""What became different for one company and one measure, and which criteria made it so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from domain.evaluation import Finding, State
from domain.measures import Benefit, Measure
from domain.verdicts import Outcome, Verdict
from domain.windows import AnyWindow, DatedWindow, WindowState, YearlyWindow

CLOSE_TO_FITTING = frozenset({Outcome.ELIGIBLE, Outcome.OFFICER_CHECK, Outcome.UNDETERMINED})
"""Whoever is certainly ineligible need not hear of another amount or another end."""

_SPEAKS_FOR = {
    Outcome.ELIGIBLE: State.MET,
    Outcome.INELIGIBLE: State.UNMET,
    Outcome.OFFICER_CHECK: State.UNKNOWN,
    Outcome.UNDETERMINED: State.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Reasons:
    """The criteria that made the outcome another one.

    `found` come out so now; `gone` stood in the way before, and are asked no more.
    """

    found: tuple[Finding, ...] = ()
    gone: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class VerdictNews:
    """One measure: what was, what is now; None: it was not, or is no longer, offered.

    `earlier` is the whole verdict of then where it could be judged again. `benefits` are the
    earlier ones where the amount changed, `window` the earlier one where the days did.
    """

    measure: Measure
    was: Outcome | None
    now: Verdict | None
    earlier: Verdict | None = None
    reasons: Reasons = Reasons()
    benefits: tuple[Benefit, ...] | None = None
    window: WindowState | None = None

    @property
    def outcome(self) -> Outcome | None:
        """What is said now."""
        return self.now.outcome if self.now is not None else None

    @property
    def order(self) -> tuple[int, date]:
        """Most useful first: what fits, by the day it ends; what is over comes last."""
        if self.now is None:
            return len(Outcome), date.max
        return tuple(Outcome).index(self.now.outcome), self.now.window.closes or date.max

    @property
    def is_other_outcome(self) -> bool:
        """Whether the outcome itself became another."""
        return self.was is not self.outcome

    def without_outcome(self) -> VerdictNews:
        """The same, where the outcome is no news."""
        return replace(self, was=self.outcome)

    @property
    def is_anything(self) -> bool:
        """Whether there is something to say at all."""
        return self.is_other_outcome or self.benefits is not None or self.window is not None


def reasons_between(earlier: Verdict | None, now: Verdict) -> Reasons:
    """Which criteria explain that the outcome became another one.

    Those that came to speak for the new outcome; else those that no longer speak for the old one;
    else, as when only the sureness changed, all that speak for the new one.
    """
    before = {finding.criterion: finding for finding in _findings(earlier)}
    changed = [one for one in now.way.findings if _state(before, one) is not one.state]
    speaking = _SPEAKS_FOR[now.outcome]
    came = tuple(one for one in changed if one.state is speaking)
    gone = () if earlier is None else _gone(earlier, now)
    if came:
        return Reasons(came, gone)
    if earlier is not None and (left := _left(earlier, changed)):
        return Reasons(left, gone)
    if gone:
        return Reasons((), gone)
    return Reasons(tuple(one for one in now.way.findings if one.state is speaking))


def _findings(verdict: Verdict | None) -> Iterator[Finding]:
    for way in verdict.ways if verdict else ():
        yield from way.findings


def _state(before: dict[str, Finding], one: Finding) -> State | None:
    return before[one.criterion].state if one.criterion in before else None


def _left(earlier: Verdict, changed: list[Finding]) -> tuple[Finding, ...]:
    """What spoke for the old outcome and does not speak for it any more."""
    spoke = {one.criterion for one in _findings(earlier) if one.state is _side(earlier)}
    return tuple(one for one in changed if one.criterion in spoke)


def _gone(earlier: Verdict, now: Verdict) -> tuple[Finding, ...]:
    """What stood in the way and is asked no more, by any way in."""
    asked = {one.criterion for one in _findings(now)}
    blocking = (*earlier.way.failed, *earlier.way.open_)
    return tuple(one for one in blocking if one.criterion not in asked)


def _side(verdict: Verdict) -> State:
    return _SPEAKS_FOR[verdict.outcome]


def other_benefits(before: Measure, now: Measure) -> tuple[Benefit, ...] | None:
    """The earlier benefits where what one gets became another, None where it did not."""
    same = [one.text for one in before.benefits] == [one.text for one in now.benefits]
    return None if same else before.benefits


def soonest_end(windows: Iterable[WindowState]) -> date | None:
    """The nearest day on which one of the open windows closes."""
    ends = [one.closes for one in windows if one.state == "open" and one.closes is not None]
    return min(ends, default=None)


def has_other_days(before: Measure, now: Measure) -> bool:
    """Whether one can apply on other days than before, by any route."""
    return _all_days(before) != _all_days(now)


def _all_days(measure: Measure) -> dict[str, object]:
    days: dict[str, object] = {"": _days(measure.window)}
    for route in measure.routes.routes if measure.routes else ():
        if route.window is not None:
            days[route.id] = _days(route.window)
    return days


def _days(window: AnyWindow) -> object:
    match window:
        case YearlyWindow():
            return window.opens, window.closes
        case DatedWindow():
            return window.from_, window.to
        case _:
            return None
