"""When a measure can be applied for; independent of whether it fits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from domain.citations import Citation
from domain.words import Words


def _every_year(month_day: str) -> str:
    month, day = map(int, month_day.split("-"))
    date(2001, month, day)
    return month_day


MonthDay = Annotated[str, StringConstraints(pattern=r"^\d\d-\d\d$"), AfterValidator(_every_year)]


class _Period(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    cite: Citation | None = None
    note: Words | None = None


class UnknownWindow(_Period):
    """Nobody has said when."""

    kind: Literal["unknown"] = "unknown"


class YearlyWindow(_Period):
    """The same days every year, both included; may run over New Year."""

    kind: Literal["yearly"]
    opens: MonthDay
    closes: MonthDay


class DatedWindow(_Period):
    """Once, from day to day, both included; null is an open end."""

    kind: Literal["dated"]
    from_: date | None = Field(default=None, alias="from")
    to: date | None = None

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.from_ and self.to and self.from_ > self.to:
            raise ValueError("the window closes before it opens")
        return self


Window = Annotated[UnknownWindow | YearlyWindow | DatedWindow, Field(discriminator="kind")]
AnyWindow = UnknownWindow | YearlyWindow | DatedWindow


@dataclass(frozen=True, slots=True)
class WindowState:
    """Open, closed or unknown today; the days it opens and closes, where they are known."""

    state: Literal["open", "closed", "unknown"]
    opens: date | None = None
    closes: date | None = None


def state_on(window: AnyWindow, today: date) -> WindowState:
    """Whether the window is open today; a closed yearly one names its next opening."""
    match window:
        case YearlyWindow():
            return _yearly(window, today)
        case DatedWindow():
            return _dated(window, today)
        case _:
            return WindowState("unknown")


def latest_period(window: YearlyWindow, today: date) -> tuple[date, date]:
    """The first and the last day of the period that opened last; it may be over."""
    year = today.year if day_in(today.year, window.opens) <= today else today.year - 1
    return _period(window, year)


def _period(window: YearlyWindow, year: int) -> tuple[date, date]:
    over_new_year = window.closes < window.opens
    return day_in(year, window.opens), day_in(year + over_new_year, window.closes)


def _yearly(window: YearlyWindow, today: date) -> WindowState:
    for year in (today.year - 1, today.year, today.year + 1):
        opens, closes = _period(window, year)
        if closes >= today:
            return WindowState("open" if opens <= today else "closed", opens, closes)
    raise AssertionError("a yearly window closes within a year")


def day_in(year: int, month_day: str) -> date:
    """A day of every year, in one year."""
    month, day = map(int, month_day.split("-"))
    return date(year, month, day)


def _dated(window: DatedWindow, today: date) -> WindowState:
    if window.to is not None and today > window.to:
        return WindowState("closed", None, window.to)
    if window.from_ is not None and today < window.from_:
        return WindowState("closed", window.from_, window.to)
    return WindowState("open", window.from_, window.to)
