"""The office as it stands: its catalogue, its calendar, its name. Handed to handlers and jobs."""

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from domain.catalogue import Catalogue
from domain.deadlines import LimitTable
from domain.words import Words
from domain.work_calendar import WorkCalendar


@dataclass(frozen=True, slots=True)
class Office:
    """One district's office, as one value that is replaced whole when anything is published.

    `administrators` are Telegram ids from the settings. `published` is the newest publication that
    the catalogue holds (services.publishing.latest), `calendar_change` the newest change that the
    calendar holds (services.calendar_changes.latest); 0: as in the files. `files_calendar` is the
    calendar without the district's own days; None: there are none. What fills files is left out
    where an office is printed, as asyncio does with whatever a task gave.
    """

    name: Words
    bot_id: int
    bot_username: str
    default_locale: str
    administrators: frozenset[int]
    zone: ZoneInfo
    catalogue: Catalogue = field(repr=False)
    calendar: WorkCalendar = field(repr=False)
    limits: LimitTable = field(repr=False)
    published: int = 0
    calendar_change: int = 0
    files_calendar: WorkCalendar | None = field(default=None, repr=False)

    def today(self, now: datetime) -> date:
        """The office's date at a moment."""
        return now.astimezone(self.zone).date()
