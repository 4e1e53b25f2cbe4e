"""The district's own changes of the work calendar, as values laid one over the other."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from domain.calendar_files import DistrictDays, WindowTimes, YearNotice


class ChangeState(StrEnum):
    """Being fetched; at fault; looked at before it is saved; in force; put away."""

    FETCHING = "fetching"
    FAULTY = "faulty"
    PROPOSED = "proposed"
    SAVED = "saved"
    DROPPED = "dropped"


class ChangeSource(StrEnum):
    """How a change came: words in the chat, a file, the command line, the catalogue's own files."""

    CHAT = "chat"
    FILE = "file"
    COMMAND = "command"
    CATALOGUE = "catalogue"


class CalendarPatch(BaseModel):
    """What a change says. A day or a year of None is again as it was without the district;
    `windows` None leaves the office hours alone, an empty one takes the district's own away."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    days: dict[date, bool | None] = {}
    years: dict[int, YearNotice | None] = {}
    windows: tuple[WindowTimes, ...] | None = None

    @classmethod
    def of_file(cls, read: YearNotice | DistrictDays) -> "CalendarPatch":
        """What a file that was handed in changes."""
        if isinstance(read, YearNotice):
            return cls(years={read.year: read})
        return cls(days=dict(read.said()), windows=read.windows)

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing at all."""
        return not (self.days or self.years) and self.windows is None

    def touches(self, other: "CalendarPatch") -> bool:
        """Whether both speak of the same day, year or hours."""
        hours = self.windows is not None and other.windows is not None
        return (
            bool(self.days.keys() & other.days.keys() or self.years.keys() & other.years.keys())
            or hours
        )

    def span(self) -> tuple[date, date] | None:
        """The first and the last day it can change; None: any day (other office hours)."""
        if self.windows is not None or self.is_empty:
            return None
        edges = [*self.days]
        for year in self.years:
            edges += [date(year, 1, 1), date(year, 12, 31)]
        return min(edges), max(edges)


@dataclass(frozen=True, slots=True)
class DistrictCalendar:
    """What the district says of its own, in force at once; `windows` None: the files' hours."""

    days: Mapping[date, bool] = field(default_factory=dict)
    years: Mapping[int, YearNotice] = field(default_factory=dict)
    windows: tuple[WindowTimes, ...] | None = None

    @classmethod
    def of(cls, patches: Iterable[CalendarPatch]) -> "DistrictCalendar":
        """The patches laid over each other, the oldest first."""
        result = cls()
        for patch in patches:
            result = result.with_patch(patch)
        return result

    def with_patch(self, patch: CalendarPatch) -> "DistrictCalendar":
        """The same with one more change."""
        days = {
            day: works for day, works in {**self.days, **patch.days}.items() if works is not None
        }
        years = {
            year: told for year, told in {**self.years, **patch.years}.items() if told is not None
        }
        windows = self.windows if patch.windows is None else patch.windows or None
        return DistrictCalendar(days, years, windows)

    def reverse(self, patch: CalendarPatch) -> CalendarPatch:
        """What takes a patch back that is about to be laid over this."""
        return CalendarPatch(
            days={day: self.days.get(day) for day in patch.days},
            years={year: self.years.get(year) for year in patch.years},
            windows=None if patch.windows is None else self.windows or (),
        )


def runs(days: Mapping[date, bool | None]) -> list[tuple[date, date, bool | None]]:
    """Neighbouring days of which the same is said, as (first, last, works)."""
    result: list[tuple[date, date, bool | None]] = []
    for day in sorted(days):
        first, last, works = result[-1] if result else (day, day, None)
        if result and (day - last).days == 1 and works == days[day]:
            result[-1] = (first, day, works)
        else:
            result.append((day, day, days[day]))
    return result
