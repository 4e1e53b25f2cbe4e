"""When the office works: windows, days off and on, and arithmetic in working time."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from itertools import pairwise

#: A calendar without an opening for so long is a mistake, not a holiday.
MAX_IDLE = timedelta(days=60)
#: No limit of the office reaches further; a longer walk is a mistake in its input.
MAX_REACH = timedelta(days=3660)

_DAY = timedelta(days=1)
_CLOCK_FORM = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")

Span = tuple[datetime, datetime]


class NoWorkingTimeError(ValueError):
    """The calendar has no working time, or none within reach of the question."""


@dataclass(frozen=True, slots=True, order=True)
class WorkingWindow:
    """One stretch of a working day, in minutes after local midnight; closes at most at 1440."""

    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not 0 <= self.opens < self.closes <= 24 * 60:
            raise NoWorkingTimeError(f"a window from minute {self.opens} to {self.closes}")

    @classmethod
    def between(cls, opens: str, closes: str) -> "WorkingWindow":
        """Build from clock times such as "09:00" and "24:00"; ValueError when unreadable."""
        return cls(_minutes(opens), _minutes(closes))


def _minutes(clock: str) -> int:
    match = _CLOCK_FORM.fullmatch(clock)
    if match is None:
        raise ValueError(f"not a clock time: {clock!r}")
    return int(match[1]) * 60 + int(match[2])


#: 09:00–12:00 and 13:30–17:30, until the district names its own office hours.
DEFAULT_WINDOWS = (WorkingWindow(540, 720), WorkingWindow(810, 1050))


@dataclass(frozen=True, slots=True)
class YearTable:
    """The days of one year that differ from Monday–Friday."""

    off: frozenset[date] = frozenset()
    on: frozenset[date] = frozenset()
    provisional: bool = False

    def __post_init__(self) -> None:
        if both := self.off & self.on:
            raise ValueError(f"both off and on: {sorted(both)}")

    def works(self, day: date) -> bool:
        """Answer for a day of this year."""
        return day in self.on or (day.weekday() < 5 and day not in self.off)


class DaySource(StrEnum):
    """Who says that a day is worked or not, strongest first."""

    OVERRIDE = "override"
    TABLE = "table"
    LIBRARY = "library"
    WEEKDAY = "weekday"


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """What is known of one day."""

    day: date
    works: bool
    source: DaySource
    provisional: bool


@dataclass(frozen=True)
class WorkCalendar:
    """The office's calendar as a value: moments go in aware and come out in UTC.

    A day is settled by the first that knows it: `overrides` (the district), `tables` (the yearly
    notice), `library`; else Monday–Friday less `fixed_off` (month, day), marked provisional.
    """

    zone: tzinfo
    windows_of_day: tuple[WorkingWindow, ...] = DEFAULT_WINDOWS
    overrides: Mapping[date, bool] = field(default_factory=dict)
    tables: Mapping[int, YearTable] = field(default_factory=dict)
    library: Mapping[int, YearTable] = field(default_factory=dict)
    fixed_off: frozenset[tuple[int, int]] = frozenset()
    _windows: dict[date, tuple[Span, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        if not self.windows_of_day:
            raise NoWorkingTimeError("no working windows")
        if any(one.closes > two.opens for one, two in pairwise(self.windows_of_day)):
            raise ValueError("working windows overlap or are out of order")

    # Days

    def day(self, day: date) -> CalendarDay:
        """Say whether a day is worked, who says so and whether that is provisional."""
        if day in self.overrides:
            return CalendarDay(day, self.overrides[day], DaySource.OVERRIDE, provisional=False)
        for source, tables in ((DaySource.TABLE, self.tables), (DaySource.LIBRARY, self.library)):
            if table := tables.get(day.year):
                return CalendarDay(day, table.works(day), source, table.provisional)
        works = day.weekday() < 5 and (day.month, day.day) not in self.fixed_off
        return CalendarDay(day, works, DaySource.WEEKDAY, provisional=True)

    def is_workday(self, day: date) -> bool:
        """Say whether the office works on that day."""
        return bool(self.windows(day))

    def is_provisional(self, day: date) -> bool:
        """Say whether the answer for that day may still change."""
        return self.day(day).provisional

    def is_provisional_between(self, start: datetime, end: datetime) -> bool:
        """Say whether any day from `start` to `end`, both included, is provisional."""
        return any(self.is_provisional(day) for day in self.days_between(start, end))

    def windows(self, day: date) -> tuple[Span, ...]:
        """Give the working windows of a day as pairs of moments in UTC; empty on a day off."""
        known = self._windows.get(day)
        if known is None:
            known = self._windows[day] = tuple(self._read_windows(day))
        return known

    def _read_windows(self, day: date) -> Iterator[Span]:
        if not self.day(day).works:
            return
        spans = (
            (self._moment(day, window.opens), self._moment(day, window.closes))
            for window in self.windows_of_day
        )
        free_from = datetime.min.replace(tzinfo=UTC)
        for opens, closes in sorted(spans):
            if closes > max(opens, free_from):  # a change of clocks can swallow or shift a window
                yield max(opens, free_from), closes
                free_from = closes

    def _moment(self, day: date, minutes: int) -> datetime:
        days, minutes = divmod(minutes, 24 * 60)
        clock = time(*divmod(minutes, 60))
        local = datetime.combine(day + days * _DAY, clock, tzinfo=self.zone)
        return local.astimezone(UTC)

    # Moments

    def local(self, moment: datetime) -> datetime:
        """Show an aware moment on the office's clock."""
        if moment.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return moment.astimezone(self.zone)

    def date_of(self, moment: datetime) -> date:
        """Give the local day of a moment."""
        return self.local(moment).date()

    def at(self, day: date, clock: time) -> datetime:
        """Give the moment of a local clock time."""
        return datetime.combine(day, clock, tzinfo=self.zone).astimezone(UTC)

    def days_between(self, start: datetime, end: datetime) -> Iterator[date]:
        """Give the local days from `start` to `end`, both included."""
        day, last = self.date_of(start), self.date_of(end)
        while day <= last:
            yield day
            day += _DAY

    def opening(self, day: date) -> datetime:
        """Give the first opening of a working day; NoWorkingTimeError on a day off."""
        return self._windows_or_refuse(day)[0][0]

    def close(self, day: date) -> datetime:
        """Give the last close of a working day; NoWorkingTimeError on a day off."""
        return self._windows_or_refuse(day)[-1][1]

    def _windows_or_refuse(self, day: date) -> tuple[Span, ...]:
        if windows := self.windows(day):
            return windows
        raise NoWorkingTimeError(f"the office does not work on {day}")

    def is_open(self, moment: datetime) -> bool:
        """Say whether a moment lies within a working window; its close still counts."""
        windows = self.windows(self.date_of(moment))
        return any(opens <= moment <= closes for opens, closes in windows)

    def next_opening(self, moment: datetime) -> datetime:
        """Give the moment itself when the office is open, else when it opens next."""
        return next(self._windows_from(moment))[0]

    def next_workday(self, day: date) -> date:
        """Give the first working day after `day`."""
        return self._walk(day, 1)

    def previous_workday(self, day: date) -> date:
        """Give the last working day before `day`."""
        return self._walk(day, -1)

    def _walk(self, day: date, direction: int) -> date:
        for distance in range(1, MAX_IDLE.days + 1):
            near = day + direction * distance * _DAY
            if self.windows(near):
                return near
        raise NoWorkingTimeError(f"no working day within {MAX_IDLE.days} days of {day}")

    # Working time

    def add_hours(self, moment: datetime, hours: float) -> datetime:
        """Run `hours` of working time from `moment`; a moment outside opens with the office."""
        return self.add_working_time(moment, timedelta(hours=hours))

    def add_working_time(self, moment: datetime, amount: timedelta) -> datetime:
        """Run `amount` of working time from `moment`; ValueError when it is negative."""
        if amount < timedelta():
            raise ValueError("working time cannot run backwards")
        for opens, closes in self._windows_from(moment):
            if closes - opens >= amount:
                return opens + amount
            amount -= closes - opens
        raise NoWorkingTimeError(f"more working time than {MAX_REACH.days} days hold")

    def subtract_working_time(self, moment: datetime, amount: timedelta) -> datetime:
        """Run `amount` of working time back from `moment`; ValueError when it is negative."""
        if amount < timedelta():
            raise ValueError("working time cannot run backwards")
        for opens, closes in self._windows_back_from(moment):
            if closes - opens >= amount:
                return closes - amount
            amount -= closes - opens
        raise NoWorkingTimeError(f"more working time than {MAX_REACH.days} days hold")

    def add_workdays(self, moment: datetime, n: int) -> datetime:
        """Give the close of the n-th working day after the day of `moment` (民法典 201, 203)."""
        if not 1 <= n <= MAX_REACH.days:
            raise ValueError(f"not a number of working days: {n}")
        day = self.date_of(moment)
        for _ in range(n):
            day = self.next_workday(day)
        return self.close(day)

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        """Measure the working time from `start` to `end`; zero when `end` is not later."""
        total = timedelta()
        if end <= start:
            return total
        for day in self.days_between(start, end):
            for opens, closes in self.windows(day):
                if opens < end and closes > start:
                    total += min(closes, end) - max(opens, start)
        return total

    def workdays_left(self, today: date, day: date) -> int:
        """Count the working days after `today` up to and including `day`; zero when past."""
        distance = (day - today).days
        return sum(bool(self.windows(today + n * _DAY)) for n in range(1, distance + 1))

    def _windows_from(self, moment: datetime) -> Iterator[Span]:
        first = last_worked = self.date_of(moment)
        moment = moment.astimezone(UTC)
        for distance in range(MAX_REACH.days):
            day = first + distance * _DAY
            for opens, closes in self.windows(day):
                last_worked = day
                if closes > moment:
                    yield max(opens, moment), closes
            if day - last_worked > MAX_IDLE:
                raise NoWorkingTimeError(f"no working time in the {MAX_IDLE.days} days to {day}")

    def _windows_back_from(self, moment: datetime) -> Iterator[Span]:
        last = first_worked = self.date_of(moment)
        moment = moment.astimezone(UTC)
        for distance in range(MAX_REACH.days):
            day = last - distance * _DAY
            for opens, closes in reversed(self.windows(day)):
                first_worked = day
                if opens < moment:
                    yield opens, min(closes, moment)
            if first_worked - day > MAX_IDLE:
                raise NoWorkingTimeError(f"no working time in the {MAX_IDLE.days} days to {last}")
