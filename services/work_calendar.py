"""Builds the office's calendar and its limits from the catalogue and the holiday library."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta, tzinfo
from functools import cache
from hashlib import sha256
from pathlib import Path

import chinese_calendar
import yaml
from pydantic import ValidationError

from domain.calendar_changes import DistrictCalendar
from domain.calendar_files import Defaults, YearNotice, windows_of
from domain.deadlines import LimitTable
from domain.work_calendar import NoWorkingTimeError, WorkCalendar, YearTable

#: No ticket is older; the library knows years from 2004.
FIRST_YEAR = 2020

_DEFAULTS = "default.yaml"
_DAY = timedelta(days=1)
_NOTHING_OF_ITS_OWN = DistrictCalendar()


class CalendarFileError(ValueError):
    """A calendar or limits file cannot be used; `args` are the file's name and the problem."""

    def __str__(self) -> str:
        return ": ".join(str(one) for one in self.args)


def build_calendar(
    catalogue_dir: Path, zone: tzinfo, district: DistrictCalendar = _NOTHING_OF_ITS_OWN
) -> WorkCalendar:
    """Build the calendar from `calendar/*.yaml`, the library and what the district said of its own.

    CalendarFileError names the file and what is wrong.
    """
    folder = catalogue_dir / "calendar"
    tables = {notice.year: notice.table() for notice in _year_notices(folder)}
    read = _defaults(folder)
    try:
        calendar = WorkCalendar(
            zone,
            read.working_windows(),
            tables=tables,
            library=library_tables(),
            fixed_off=read.fixed_days(),
        )
    except ValueError as error:
        raise CalendarFileError(_DEFAULTS, _problem(error)) from error
    for year in tables:
        try:
            check_year(calendar, year)
        except NoWorkingTimeError as error:
            raise CalendarFileError(f"{year}.yaml", str(error)) from error
    return with_district(calendar, district)


def with_district(calendar: WorkCalendar, district: DistrictCalendar) -> WorkCalendar:
    """The files' calendar with the district's own days, years and hours over it."""
    own = {year: notice.table() for year, notice in district.years.items()}
    windows = windows_of(district.windows) if district.windows else calendar.windows_of_day
    return replace(
        calendar,
        windows_of_day=windows,
        overrides=dict(district.days),
        tables={**calendar.tables, **own},
    )


def check_year(calendar: WorkCalendar, year: int) -> None:
    """NoWorkingTimeError when the office would be closed for too long on end in a year."""
    day, last = date(year - 1, 12, 31), date(year, 12, 31)
    while day < last:
        day = calendar.next_workday(day)


def print_of(catalogue_dir: Path) -> str:
    """Tells whether the calendar's files or the limits changed: the same for the same content.

    CalendarFileError as in `build_calendar`.
    """
    folder = catalogue_dir / "calendar"
    parts = [one.model_dump_json() for one in (_defaults(folder), *_year_notices(folder))]
    return sha256(
        "\n".join([*parts, load_limits(catalogue_dir).model_dump_json()]).encode()
    ).hexdigest()


def _defaults(folder: Path) -> Defaults:
    try:
        return Defaults.model_validate(_yaml(folder / _DEFAULTS))
    except ValueError as error:
        raise CalendarFileError(_DEFAULTS, _problem(error)) from error


def _year_notices(folder: Path) -> Iterator[YearNotice]:
    for path in sorted(folder.glob("[0-9]*.yaml")):
        try:
            yield YearNotice.model_validate(_yaml(path))
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
