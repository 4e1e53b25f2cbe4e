"""When a digest of news may go out: nine o'clock of a working day, or of the week's first."""

from datetime import UTC, date, datetime, time, timedelta

from domain.work_calendar import WorkCalendar

NINE = time(9)


def next_digest(moment: datetime, calendar: WorkCalendar, *, weekly: bool = False) -> datetime:
    """The first digest (UTC) at or after a moment; a weekly one on the week's first working day."""
    day = calendar.date_of(moment)
    while not _has_digest(day, calendar, weekly=weekly) or calendar.at(day, NINE) < moment:
        day = calendar.next_workday(day)
    return calendar.at(day, NINE).astimezone(UTC)


def _has_digest(day: date, calendar: WorkCalendar, *, weekly: bool) -> bool:
    if not calendar.is_workday(day):
        return False
    monday = day - timedelta(days=day.weekday())
    return not weekly or calendar.previous_workday(day) < monday


def week_reported(day: date, calendar: WorkCalendar) -> tuple[date, date]:
    """The days a weekly report covers that is said in the week of `day`: up to the Sunday before,
    from the Monday of the last week with a working day, so that a week off is left out by none."""
    monday = day - timedelta(days=day.weekday())
    worked = calendar.previous_workday(monday)
    return worked - timedelta(days=worked.weekday()), monday - timedelta(days=1)
