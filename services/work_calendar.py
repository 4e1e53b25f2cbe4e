"""Builds the office's calendar and its limits from the catalogue and the holiday library."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta, tzinfo
from functools import cache
from pathlib import Path

import chinese_calendar
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from domain.deadlines import LimitTable
from domain.work_calendar import WorkCalendar, WorkingWindow, YearTable

#: No ticket is older; the library knows years from 2004.
FIRST_YEAR = 2020

_DAY = timedelta(days=1)


class CalendarFileError(ValueError):
    """A calendar or limits file cannot be used; `args` are the file's name and the problem."""


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Defaults(_File):
    """catalogue/calendar/default.yaml."""

    windows: list[tuple[str, str]]
    windows_source: str
    fixed_off: list[str]
    fixed_off_source: str

    def working_windows(self) -> tuple[WorkingWindow, ...]:
        return tuple(WorkingWindow.between(opens, closes) for opens, closes in self.windows)

    def fixed_days(self) -> frozenset[tuple[int, int]]:
        days = (date.fromisoformat(f"2000-{text}") for text in self.fixed_off)
        return frozenset((day.month, day.day) for day in days)


class _DaysOff(_File):
    name: str
    first: date = Field(alias="from")
    last: date = Field(alias="to")

    def days(self) -> Iterator[date]:
        for distance in range((self.last - self.first).days + 1):
            yield self.first + distance * _DAY


class _Year(_File):
    """catalogue/calendar/<year>.yaml."""

    year: int
    source: str
    url: str | None = None
    checked_on: date
    provisional: bool
    holidays: list[_DaysOff]
    workdays: list[date]

    @model_validator(mode="after")
    def _in_its_year(self) -> "_Year":
        strays = [day for day in (*self.days_off(), *self.workdays) if day.year != self.year]
        if strays:
            raise ValueError(f"not in {self.year}: {', '.join(map(str, strays))}")
        backwards = [span.name for span in self.holidays if span.last < span.first]
        if backwards:
            raise ValueError(f"ends before it starts: {', '.join(backwards)}")
        return self

    def days_off(self) -> Iterator[date]:
        for span in self.holidays:
            yield from span.days()

    def table(self) -> YearTable:
        return YearTable(frozenset(self.days_off()), frozenset(self.workdays), self.provisional)


def build_calendar(
    catalogue_dir: Path, zone: tzinfo, overrides: Iterable[tuple[date, bool]] = ()
) -> WorkCalendar:
    """Build the calendar from `calendar/*.yaml`, the library and the district's own days.

    `overrides` are pairs (day, works). CalendarFileError names the file and what is wrong.
    """
    folder = catalogue_dir / "calendar"
    tables = dict(_year_tables(folder))
    defaults = folder / "default.yaml"
    try:
        read = _Defaults.model_validate(_yaml(defaults))
        return WorkCalendar(
            zone,
            read.working_windows(),
            overrides=dict(overrides),
            tables=tables,
            library=library_tables(),
            fixed_off=read.fixed_days(),
        )
    except ValueError as error:
        raise CalendarFileError(defaults.name, _problem(error)) from error


def _year_tables(folder: Path) -> Iterator[tuple[int, YearTable]]:
    for path in sorted(folder.glob("[0-9]*.yaml")):
        try:
            year = _Year.model_validate(_yaml(path))
            yield year.year, year.table()
        except ValueError as error:
            raise CalendarFileError(path.name, _problem(error)) from error


@cache
def library_tables() -> dict[int, YearTable]:
    """Give the years the holiday library knows; it raises for the first it does not."""
    tables: dict[int, YearTable] = {}
    for year in range(FIRST_YEAR, date.max.year):
        try:
            tables[year] = _library_table(year)
        except NotImplementedError:
            break
    return tables


def _library_table(year: int) -> YearTable:
    first = date(year, 1, 1)
    days = [first + n * _DAY for n in range((date(year + 1, 1, 1) - first).days)]
    worked = {day for day in days if chinese_calendar.is_workday(day)}
    usual = {day for day in days if day.weekday() < 5}
    return YearTable(off=frozenset(usual - worked), on=frozenset(worked - usual))


def load_limits(catalogue_dir: Path) -> LimitTable:
    """Read the service targets of `deadlines.yaml`; CalendarFileError when unusable."""
    path = catalogue_dir / "deadlines.yaml"
    try:
        return LimitTable.model_validate(_yaml(path))
    except ValueError as error:
        raise CalendarFileError(path.name, _problem(error)) from error


def _yaml(path: Path) -> object:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ValueError(str(error)) from error


def _problem(error: ValueError) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    faults = ((".".join(map(str, fault["loc"])), fault["msg"]) for fault in error.errors())
    return "; ".join(f"{place}: {message}" if place else message for place, message in faults)
