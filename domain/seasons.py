"""What comes round by the calendar: yearly duties and titles that end, and when to speak of them.

The steps are data (catalogue/seasons.yaml); who has to do something stands in a measure's criteria.
"""

from __future__ import annotations

import calendar as months
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.facts import FactSpec
from domain.ladder import ClockTime
from domain.measures import Measure
from domain.windows import MonthDay, WindowState, YearlyWindow, day_in, latest_period
from domain.work_calendar import WorkCalendar

AFTERWARDS = timedelta(days=30)
"""So long after an end it is still worth saying that it has passed."""

HORIZON = timedelta(days=400)
"""No step looks further ahead."""


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Reach(_Data):
    """A length of time in exactly one unit."""

    months: int | None = Field(default=None, ge=1, le=12)
    weeks: int | None = Field(default=None, ge=1, le=52)
    days: int | None = Field(default=None, ge=0, le=365)
    workdays: int | None = Field(default=None, ge=0, le=250)

    @model_validator(mode="after")
    def _one_unit(self) -> Self:
        if len(self.model_dump(exclude_none=True)) != 1:
            raise ValueError("give one of months, weeks, days or workdays")
        return self

    def __str__(self) -> str:
        ((unit, count),) = self.model_dump(exclude_none=True).items()
        return f"{count}{unit}"

    def after(self, day: date, calendar: WorkCalendar) -> date:
        """The working day so much after a day: a day off gives way to the next."""
        if self.workdays is None:
            return _onwards(self._shifted(day, 1), calendar)
        for _ in range(self.workdays):
            day = calendar.next_workday(day)
        return _onwards(day, calendar)

    def before(self, day: date, calendar: WorkCalendar) -> date:
        """The working day so much before a day: a day off gives way to the one before."""
        day = _back(day if self.workdays is not None else self._shifted(day, -1), calendar)
        for _ in range(self.workdays or 0):
            day = calendar.previous_workday(day)
        return day

    def _shifted(self, day: date, direction: int) -> date:
        if self.months is not None:
            return _months_on(day, direction * self.months)
        return day + direction * timedelta(weeks=self.weeks or 0, days=self.days or 0)


def _months_on(day: date, count: int) -> date:
    """The same day of another month, or its last."""
    place = day.year * 12 + day.month - 1 + count
    year, month = place // 12, place % 12 + 1
    return date(year, month, min(day.day, months.monthrange(year, month)[1]))


def _onwards(day: date, calendar: WorkCalendar) -> date:
    return day if calendar.is_workday(day) else calendar.next_workday(day)


def _back(day: date, calendar: WorkCalendar) -> date:
    return day if calendar.is_workday(day) else calendar.previous_workday(day)


@dataclass(frozen=True, slots=True)
class Season:
    """From the day something opens (None: it was always so) to its last day, both included."""

    opens: date | None
    closes: date


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty of a company in a season; the end may have passed."""

    measure: Measure
    season: Season
    window: WindowState

    @property
    def is_over(self) -> bool:
        """Whether it can be done in time no more."""
        return self.window.state != "open"


@dataclass(frozen=True, slots=True)
class EndingTitle:
    """A title that ends, and the measure that grants it anew, where there is one."""

    spec: FactSpec
    item: str
    ends: date
    measure: Measure | None

    def offered(self, today: date) -> list[date]:
        """Days to tap for the new end: the same day of the next years. The company says which."""
        days = [_months_on(self.ends, 12 * count) for count in (1, 2, 3)]
        return [day for day in days if day > today]


class Step(_Data):
    """One reminder: after the opening, on a day of every year, before the end, or after it."""

    opens: Reach | None = None
    yearly: MonthDay | None = None
    before: Reach | None = None
    after: Reach | None = None

    @model_validator(mode="after")
    def _one_moment(self) -> Self:
        if len(self.model_dump(exclude_none=True)) != 1:
            raise ValueError("give one of opens, yearly, before or after")
        return self

    def code(self, season: Season) -> str:
        """`2027-06-30-4weeks`: names the step of a season in what is owed.

        A step is another one when the day it counts from is: an end that was moved is spoken of
        anew, an opening that stands is not.
        """
        if self.before is not None:
            return f"{season.closes}-{self.before}"
        if self.after is not None:
            return f"{season.closes}+{self.after}"
        return f"{season.opens}+{self.opens or self.yearly}"

    def day(self, season: Season, calendar: WorkCalendar) -> date | None:
        """When to speak; None where the season has no such day."""
        if self.before is not None:
            return self.before.before(season.closes, calendar)
        if self.after is not None:
            return self.after.after(season.closes, calendar)
        if season.opens is None:
            return None
        if self.opens is not None:
            return self.opens.after(season.opens, calendar)
        return _onwards(_first_on(self.yearly or "", season.opens), calendar)


def _first_on(month_day: str, since: date) -> date:
    this_year = day_in(since.year, month_day)
    return this_year if this_year >= since else day_in(since.year + 1, month_day)


class SeasonBook(_Data):
    """catalogue/seasons.yaml: the hour, and the steps of either kind."""

    at: ClockTime = time(9, 30)
    duties: tuple[Step, ...] = ()
    titles: tuple[Step, ...] = ()

    @model_validator(mode="after")
    def _titles_only_end(self) -> Self:
        if any(step.before is None for step in self.titles):
            raise ValueError("of a title only its end is known")
        return self


def step_on(
    steps: Iterable[Step], season: Season, today: date, calendar: WorkCalendar
) -> Step | None:
    """The step that was reached last; None before the first, and once all has been said.

    Of steps that were missed only the last counts, so days without a machine come to one message.
    """
    is_over = today > season.closes
    if is_over and today > season.closes + AFTERWARDS:
        return None
    reached = [
        (day, step)
        for step in steps
        if (step.after is not None) == is_over
        and (day := step.day(season, calendar)) is not None
        and day <= today
    ]
    return max(reached, key=lambda one: one[0], default=(today, None))[1]


def season_of(measure: Measure, today: date) -> Season | None:
    """The season of a yearly duty that opened last; None of anything else."""
    if not measure.is_duty or not isinstance(measure.window, YearlyWindow):
        return None
    return Season(*latest_period(measure.window, today))


def rests_until(measure: Measure, today: date) -> date | None:
    """The last day before a duty's next season: so long it counts as done."""
    season = season_of(measure, today)
    if season is None or season.opens is None:
        return None
    return _months_on(season.opens, 12) - timedelta(days=1)
