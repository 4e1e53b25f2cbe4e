"""Which job runs how often. A job asks the database what is due; it may run late, or twice."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from scheduler import calendar_reckoning, jobs, publications
from scheduler.clean_up import clean_up
from scheduler.editor_notices import remind_editors
from scheduler.reminders import keep_rounds
from scheduler.reviews import review
from scheduler.statistics_notices import owe_weekly_reports
from scheduler.visit_notices import tend_visits
from services.company_rows import fill_rows
from services.office import Office

#: A job works on a slice and says whether there is more.
Work = Callable[[AsyncSession, Office, datetime], Awaitable[bool]]
#: What takes long is read first, in a session that holds up nobody; the work that is returned keeps
#: what was found, in a moment. None: there is nothing to do.
Study = Callable[[AsyncSession, Office, datetime], Awaitable[Work | None]]


@dataclass(frozen=True, slots=True)
class Job:
    """A name for the figures, the pace, and the work of one slice (one transaction).

    `prompt` jobs also run whenever a commit left something to do.
    """

    name: str
    every: timedelta
    work: Work | None = None
    study: Study | None = None
    prompt: bool = False


DUE_NOTICES = Job("due_notices", timedelta(seconds=20), jobs.say_due_notices, prompt=True)
TIMETABLE = (
    Job("examinations", timedelta(seconds=20), study=publications.examine, prompt=True),
    Job("calendar", timedelta(seconds=5), study=calendar_reckoning.reckon, prompt=True),
    DUE_NOTICES,
    Job("studies", timedelta(seconds=20), study=jobs.study_due_notices, prompt=True),
    Job("digests", timedelta(hours=1), keep_rounds),
    Job("clean_up", timedelta(hours=1), clean_up),
    Job("company_rows", timedelta(minutes=10), fill_rows),
    Job("reviews", timedelta(seconds=10), review),
    Job("editors", timedelta(hours=1), remind_editors),
    Job("visits", timedelta(minutes=10), tend_visits),
    Job("weekly_reports", timedelta(hours=1), owe_weekly_reports),
)
PROMPT = tuple(job for job in TIMETABLE if job.prompt)
