"""What the calendar's screens show, as plain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.calendar_changes import CalendarPatch
from domain.deadlines import Clock
from domain.work_calendar import WorkCalendar, WorkingWindow

_DAY = timedelta(days=1)
#: So far ahead days that differ from Monday–Friday are listed.
AHEAD = timedelta(days=120)
_WEEKEND = 5


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days on end that are off, or worked although they are a weekend."""

    first: date
    last: date
    works: bool


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One saved change; `who` is None for the command line."""

    id: int
    number: int
    patch: CalendarPatch
    who: str | None
    saved_at: datetime
    is_undone: bool


@dataclass(frozen=True, slots=True)
class MoveLine:
    """The first clock of a ticket that a change moves; moments in UTC."""

    number: str
    clock: Clock
    before: datetime | None
    after: datetime | None


@dataclass(frozen=True, slots=True)
class CalendarSheet:
    """The calendar at a glance; `missing` are years whose make-up workdays nobody knows yet."""

    windows: Sequence[WorkingWindow]
    missing: tuple[int, ...]
    coming: tuple[Stretch, ...]
    changes: tuple[ChangeLine, ...]
    may_change: bool


@dataclass(frozen=True, slots=True)
class EffectSheet:
    """A change before it is saved: what it says, what holds now, and what it moves.

    `now_works`: of each day of the patch; `moves` are all that are known, `is_complete` whether
    those are all.
    """

    change_id: int
    patch: CalendarPatch
    now_works: dict[date, bool]
    moves: tuple[MoveLine, ...]
    is_complete: bool


def missing_years(calendar: WorkCalendar, today: date) -> tuple[int, ...]:
    """This year and the next, where the yearly notice is not known."""
    years = (today.year, today.year + 1)
    return tuple(year for year in years if calendar.is_provisional(date(year, 12, 31)))


def unusual_days(calendar: WorkCalendar, today: date) -> tuple[Stretch, ...]:
    """What differs from Monday–Friday in the days to come; a holiday with its weekend."""
    found: list[Stretch] = []
    day = today
    while day <= today + AHEAD:
        works = calendar.is_workday(day)
        last = day
        if not works:
            while not calendar.is_workday(last + _DAY):
                last += _DAY
        span = [day + n * _DAY for n in range((last - day).days + 1)]
        if any(calendar.is_workday(one) != (one.weekday() < _WEEKEND) for one in span):
            found.append(Stretch(day, last, works))
        day = last + _DAY
    return tuple(found)
