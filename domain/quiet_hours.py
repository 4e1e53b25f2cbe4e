"""When a notice may be sent: companies are left alone at night, officers outside office hours."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from domain.work_calendar import WorkCalendar


class Audience(StrEnum):
    """Whom a notice is for."""

    COMPANY = "company"
    OFFICER = "officer"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Local clock times between which a person is left alone; `starts` may be before midnight."""

    starts: time
    ends: time

    def cover(self, clock: time) -> bool:
        """Say whether a clock time is quiet; `ends` itself is not."""
        if self.starts <= self.ends:
            return self.starts <= clock < self.ends
        return clock >= self.starts or clock < self.ends


COMPANY_QUIET = QuietHours(time(21), time(8, 30))


def next_allowed(
    moment: datetime,
    audience: Audience,
    calendar: WorkCalendar,
    *,
    urgent: bool = False,
    quiet: QuietHours = COMPANY_QUIET,
) -> datetime:
    """Give the first moment (UTC) from `moment` on when a notice may be sent.

    `urgent` is the first notice of something urgent: it passes at once. `quiet` is the company
    user's own choice of hours.
    """
    if urgent:
        return moment.astimezone(UTC)
    if audience is Audience.OFFICER:
        opens = moment if calendar.is_open(moment) else calendar.next_opening(moment)
        return opens.astimezone(UTC)
    return _after_quiet(moment, quiet, calendar)


def _after_quiet(moment: datetime, quiet: QuietHours, calendar: WorkCalendar) -> datetime:
    local = calendar.local(moment)
    if not quiet.cover(local.time()):
        return moment.astimezone(UTC)
    day = local.date()
    if local.time() >= quiet.ends:
        day += timedelta(days=1)
    return calendar.at(day, quiet.ends)
