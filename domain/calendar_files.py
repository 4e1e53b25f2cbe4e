"""The forms of calendar files: a year's notice, the office's defaults, the district's own days."""

from collections.abc import Iterator
from datetime import date, timedelta

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.work_calendar import WorkingWindow, YearTable

_DAY = timedelta(days=1)
_LONGEST = timedelta(days=92)
#: Wrong days of which a fault names so many.
_NAMED = 5

#: Opening and closing as clock times, e.g. ("09:00", "12:00").
WindowTimes = tuple[str, str]


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def windows_of(times: tuple[WindowTimes, ...]) -> tuple[WorkingWindow, ...]:
    """The windows of a day; ValueError when one cannot be read."""
    return tuple(WorkingWindow.between(opens, closes) for opens, closes in times)


class Defaults(_File):
    """catalogue/calendar/default.yaml."""

    windows: tuple[WindowTimes, ...]
    windows_source: str
    fixed_off: tuple[str, ...]
    fixed_off_source: str

    def working_windows(self) -> tuple[WorkingWindow, ...]:
        """The office hours of a working day."""
        return windows_of(self.windows)

    def fixed_days(self) -> frozenset[tuple[int, int]]:
        """Months and days that are off in every year."""
        days = (date.fromisoformat(f"2000-{text}") for text in self.fixed_off)
        return frozenset((day.month, day.day) for day in days)


class Holiday(_File):
    """Days off under one name, both ends included."""

    name: str
    first: date = Field(alias="from")
    last: date = Field(alias="to")

    @model_validator(mode="after")
    def _of_some_days(self) -> "Holiday":
        if self.last - self.first > _LONGEST:
            raise ValueError("a holiday is no longer than three months")
        return self

    def days(self) -> Iterator[date]:
        """Each of them."""
        for distance in range((self.last - self.first).days + 1):
            yield self.first + distance * _DAY


class YearNotice(_File):
    """catalogue/calendar/<year>.yaml: the yearly notice, as the State Council publishes it."""

    year: int
    source: str
    url: str | None = None
    checked_on: date
    provisional: bool
    holidays: tuple[Holiday, ...]
    workdays: tuple[date, ...]

    @model_validator(mode="after")
    def _in_its_year(self) -> "YearNotice":
        strays = [day for day in (*self.days_off(), *self.workdays) if day.year != self.year]
        if strays:
            raise ValueError(f"not in {self.year}: {', '.join(map(str, strays[:_NAMED]))}")
        backwards = [span.name for span in self.holidays if span.last < span.first]
        if backwards:
            raise ValueError(f"ends before it starts: {', '.join(backwards)}")
        if both := set(self.days_off()) & set(self.workdays):
            raise ValueError(f"both off and on: {', '.join(map(str, sorted(both)))}")
        return self

    def days_off(self) -> Iterator[date]:
        """Every day of every holiday."""
        for span in self.holidays:
            yield from span.days()

    def table(self) -> YearTable:
        """The year as the calendar reads it."""
        return YearTable(frozenset(self.days_off()), frozenset(self.workdays), self.provisional)


class Span(_File):
    """Days on end, both ends included."""

    first: date = Field(alias="from")
    last: date = Field(alias="to")

    @model_validator(mode="after")
    def _forwards(self) -> "Span":
        if not timedelta() <= self.last - self.first <= _LONGEST:
            raise ValueError("a span ends before it starts, or is longer than three months")
        return self

    def days(self) -> Iterator[date]:
        """Each of them."""
        for distance in range((self.last - self.first).days + 1):
            yield self.first + distance * _DAY


class DistrictDays(_File):
    """What a district hands in of its own: days off, days on, other office hours.

    The keys are no bare `off` and `on`, which YAML reads as no and yes.
    """

    days_off: tuple[date | Span, ...] = ()
    workdays: tuple[date | Span, ...] = ()
    windows: tuple[WindowTimes, ...] | None = None

    @model_validator(mode="after")
    def _sensible(self) -> "DistrictDays":
        if both := set(_each(self.days_off)) & set(_each(self.workdays)):
            raise ValueError(f"both off and on: {', '.join(map(str, sorted(both)))}")
        if self.windows is not None:
            windows_of(self.windows)
        return self

    def said(self) -> dict[date, bool]:
        """Of each day whether it is worked."""
        off, on = dict.fromkeys(_each(self.days_off), False), _each(self.workdays)
        return dict(sorted({**off, **dict.fromkeys(on, True)}.items()))


def _each(days: tuple[date | Span, ...]) -> Iterator[date]:
    for one in days:
        yield from one.days() if isinstance(one, Span) else (one,)
