"""Visits (走访): when the next one is due, what it came to, and what its screens show."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from domain.citations import Confidence
from domain.measures import MeasureId
from domain.tickets import Status
from domain.work_calendar import WorkCalendar

_DAY = timedelta(days=1)


class VisitKind(StrEnum):
    """联系 is a call or a message, 走访 somebody who comes."""

    CONTACT = "contact"
    VISIT = "visit"


class VisitOutcome(StrEnum):
    """What it came to."""

    MET = "met"
    SPOKE = "spoke"
    NOT_REACHED = "not_reached"
    DECLINED = "declined"


#: What an outcome does away with; nobody reached means that somebody tries again.
SETTLES: dict[VisitOutcome, frozenset[VisitKind]] = {
    VisitOutcome.MET: frozenset(VisitKind),
    VisitOutcome.SPOKE: frozenset({VisitKind.CONTACT}),
    VisitOutcome.DECLINED: frozenset(VisitKind),
    VisitOutcome.NOT_REACHED: frozenset(),
}

#: What an outcome counts as in a round: who declined was asked, not reached.
REACHES: dict[VisitOutcome, frozenset[VisitKind]] = {
    VisitOutcome.MET: frozenset(VisitKind),
    VisitOutcome.SPOKE: frozenset({VisitKind.CONTACT}),
}

#: What may be said of each kind, in the order of the buttons.
OFFERED: dict[VisitKind, tuple[VisitOutcome, ...]] = {
    VisitKind.VISIT: (VisitOutcome.MET, VisitOutcome.NOT_REACHED, VisitOutcome.DECLINED),
    VisitKind.CONTACT: (
        VisitOutcome.SPOKE,
        VisitOutcome.MET,
        VisitOutcome.NOT_REACHED,
        VisitOutcome.DECLINED,
    ),
}


class VisitRules(BaseModel):
    """catalogue/visits.yaml; `measure` is the one whose card offers a visit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    contact_every_months: int = Field(default=1, ge=1, le=24)
    visit_every_months: int = Field(default=2, ge=1, le=24)
    remind_workdays: int = Field(default=3, ge=1, le=20)
    put_off_workdays: int = Field(default=3, ge=1, le=20)
    measure: MeasureId | None = None
    source: str | None = None
    confidence: Confidence = Confidence.LOW

    def next_due(self, kind: VisitKind, last: date, calendar: WorkCalendar) -> date:
        """The day by which the next one is due: so many months later, never on a day off."""
        day = add_months(last, self._months(kind))
        return day if calendar.is_workday(day) else calendar.previous_workday(day)

    def begins(self, kind: VisitKind, today: date) -> date:
        """The first day of the interval that ends today."""
        return add_months(today, -self._months(kind))

    def _months(self, kind: VisitKind) -> int:
        return self.contact_every_months if kind is VisitKind.CONTACT else self.visit_every_months


def add_months(day: date, months: int) -> date:
    """The same day of another month, its last day where there is none (31 January, 28 February)."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


class Rung(StrEnum):
    """On which day somebody is reminded of a visit."""

    SOON = "soon"
    TODAY = "today"
    OVERDUE = "overdue"


Span = tuple[date | None, date]
"""First and last day; None: however long ago."""


def rungs(today: date, rules: VisitRules, calendar: WorkCalendar) -> dict[Rung, Span]:
    """Which due days are spoken of on a working day: today, some working days ahead, the first day
    on which it is overdue, and then the first working day of every week."""
    soon = today
    for _ in range(rules.remind_workdays):
        soon = calendar.next_workday(soon)
    before = calendar.previous_workday(today)
    begins_week = before.isocalendar()[:2] != today.isocalendar()[:2]
    return {
        Rung.TODAY: (today, today),
        Rung.SOON: (soon, calendar.next_workday(soon) - _DAY),
        Rung.OVERDUE: (None if begins_week else before, today - _DAY),
    }


def rung_on(due: date, spans: Mapping[Rung, Span]) -> Rung | None:
    """Why a visit due that day is spoken of."""
    for rung, (first, last) in spans.items():
        if (first is None or first <= due) and due <= last:
            return rung
    return None


@dataclass(frozen=True, slots=True)
class VisitLine:
    """One visit in a list. `officer` is None while it is nobody's; `number` is the request by
    which the company asked for it."""

    id: int
    kind: VisitKind
    company: str
    due: date
    is_overdue: bool
    officer: str | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem found, as the ticket it became."""

    number: str
    status: Status


@dataclass(frozen=True, slots=True)
class VisitPage:
    """A page of visits, and how many there are and are overdue in all."""

    lines: tuple[VisitLine, ...]
    page: int
    total: int
    overdue: int


@dataclass(frozen=True, slots=True)
class VisitSheet:
    """The sheet of one visit. `met` and `promises` are an officer's words; `last` is the day of the
    last visit or contact before it."""

    line: VisitLine
    met: str = ""
    findings: tuple[Finding, ...] = ()
    promises: tuple[str, ...] = ()
    outcome: VisitOutcome | None = None
    done_on: date | None = None
    last: date | None = None
    contact: tuple[str, str] | None = None
    next_contact: date | None = None
    next_visit: date | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """One officer's companies: how many there are, were spoken to and visited in the present
    interval, and what is overdue."""

    officer_id: int
    name: str
    companies: int
    contacted: int
    visited: int
    overdue: int
