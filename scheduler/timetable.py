"""Which job runs how often. A job asks the database what is due; it may run late, or twice."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from scheduler import jobs
from scheduler.clean_up import clean_up
from scheduler.reviews import review
from services.company_rows import fill_rows
from services.office import Office

#: A job works on a slice and says whether there is more.
Work = Callable[[AsyncSession, Office, datetime], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Job:
    """A name for the figures, the pace, and the work of one slice (one transaction)."""

    name: str
    every: timedelta
    work: Work


TIMETABLE = (
    Job("due_notices", timedelta(seconds=20), jobs.say_due_notices),
    Job("clean_up", timedelta(hours=1), clean_up),
    Job("company_rows", timedelta(hours=1), fill_rows),
    Job("reviews", timedelta(minutes=1), review),
)
