"""How a due moment was reached, day by day, in codes and values; views give them words."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.deadlines import (
    Clock,
    Limit,
    LimitTable,
    Pause,
    due,
    merged,
    pause_at,
)
from domain.work_calendar import CalendarDay, DaySource, Span, WorkCalendar

_NOTHING = timedelta()


class StepCode(StrEnum):
    """What a day did to a clock."""

    STARTED = "started"
    START_DAY = "start_day"  # the day a limit in days begins is not counted
    DAY_OFF = "day_off"
    RAN = "ran"
    COUNTED = "counted"
    STOOD_STILL = "stood_still"
    PAUSED = "paused"  # the clock stands still and has no end yet
    NO_LIMIT = "no_limit"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the explanation: what happened on a day, and what is left after it.

    `clock` is a `Clock` or "due"; `left` is working time, or a number of working days.
    """

    clock: str
    code: StepCode
    day: date | None = None
    at: datetime | None = None
    source: DaySource | None = None
    provisional: bool = False
    ran: timedelta | None = None
    paused: timedelta | None = None
    left: timedelta | int | None = None

    @classmethod
    def on(
        cls,
        clock: str,
        code: StepCode,
        known: CalendarDay,
        *,
        ran: timedelta | None = None,
        paused: timedelta | None = None,
        left: timedelta | int | None = None,
    ) -> "Step":
        """Build the step of a calendar day."""
        return cls(clock, code, known.day, None, known.source, known.provisional, ran, paused, left)


def explain(
    limit: Limit | None,
    start: datetime,
    pauses: Iterable[Pause],
    calendar: WorkCalendar,
    clock: str = "due",
) -> tuple[Step, ...]:
    """Tell day by day how the end of a limit is reached; moments are on the office's clock."""
    if limit is None:
        return (Step(clock, StepCode.NO_LIMIT),)
    stops = merged(pauses, start)
    end = due(limit, start, stops, calendar)
    until = end or max(pause.start for pause in stops)
    walk = _Walk(clock, start, until, stops, calendar)
    days = walk.hours(limit.working_time) if limit.days is None else walk.days(limit.days)
    last = StepCode.DUE if end else StepCode.PAUSED
    provisional = calendar.is_provisional_between(start, until)
    return (
        Step(clock, StepCode.STARTED, at=calendar.local(start)),
        *days,
        Step(clock, last, at=calendar.local(until), provisional=provisional),
    )


@dataclass(frozen=True, slots=True)
class _Walk:
    """The days from a start to an end, with the pauses between."""

    clock: str
    start: datetime
    end: datetime
    pauses: tuple[Pause, ...]
    calendar: WorkCalendar

    def hours(self, left: timedelta) -> Iterator[Step]:
        for day in self.calendar.days_between(self.start, self.end):
            known = self.calendar.day(day)
            if not known.works:
                yield Step.on(self.clock, StepCode.DAY_OFF, known)
                continue
            windows = self.calendar.windows(day)
            paused = sum((self._paused(windows, pause) for pause in self.pauses), _NOTHING)
            ran = _overlap(windows, self.start, self.end) - paused
            left -= ran
            code = StepCode.STOOD_STILL if paused and not ran else StepCode.RAN
            yield Step.on(self.clock, code, known, ran=ran, paused=paused, left=left)

    def days(self, left: int) -> Iterator[Step]:
        first = self.calendar.date_of(self.start)
        for day in self.calendar.days_between(self.start, self.end):
            known = self.calendar.day(day)
            if not known.works:
                yield Step.on(self.clock, StepCode.DAY_OFF, known)
                continue
            stopped = pause_at(self.calendar.close(day), self.pauses) is not None
            code = StepCode.STOOD_STILL if stopped else StepCode.COUNTED
            if day == first:
                left += stopped
                code = code if stopped else StepCode.START_DAY
            else:
                left -= not stopped
            yield Step.on(self.clock, code, known, left=left)

    def _paused(self, windows: Iterable[Span], pause: Pause) -> timedelta:
        return _overlap(windows, pause.start, min(self.end, pause.end or self.end))


def _overlap(windows: Iterable[Span], start: datetime, end: datetime) -> timedelta:
    parts = (min(closes, end) - max(opens, start) for opens, closes in windows)
    return sum((part for part in parts if part > _NOTHING), _NOTHING)


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What was asked for: moments (UTC) by name in the order promised, and their explanation.

    The names are those of `Clock` for a category, or "due" for a single limit.
    """

    moments: Mapping[str, datetime | None]
    explain: tuple[Step, ...]

    @property
    def provisional(self) -> bool:
        """Say whether a moment rests on days that may still change."""
        return any(step.provisional for step in self.explain)


def reckon(
    calendar: WorkCalendar,
    limits: LimitTable,
    start: datetime,
    pauses: Iterable[Pause] = (),
    *,
    category: str | None = None,
    urgency: str | None = None,
    hours: float | None = None,
    days: int | None = None,
) -> Reckoning:
    """Work out a category and urgency, or a single limit; everything runs from `start`.

    UnknownLimitError for an unheard-of category or urgency, ValueError for an unusable limit or
    when it is not clear which is asked.
    """
    asked: dict[str, Limit | None]
    if category is None and urgency is None:
        asked = {"due": Limit(hours=hours, days=days)}
    elif category is None or urgency is None or (hours, days) != (None, None):
        raise ValueError("either a category with its urgency, or a limit in hours or in days")
    else:
        found = limits.of(category, urgency)
        asked = {clock.value: found.of(clock) for clock in Clock}
    pauses = tuple(pauses)
    moments = {
        name: due(limit, start, pauses, calendar) if limit else None
        for name, limit in asked.items()
    }
    steps = (explain(limit, start, pauses, calendar, name) for name, limit in asked.items())
    return Reckoning(moments, tuple(step for story in steps for step in story))
