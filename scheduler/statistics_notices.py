"""The weekly report to heads."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.screens import Screen
from models import Notice, Person
from services import weekly_reports
from services.office import Office
from views import statistics as views
from views.translations import translator


async def owe_weekly_reports(session: AsyncSession, office: Office, now: datetime) -> bool:
    """The job: owes this week's, once."""
    await weekly_reports.owe(session, office=office, now=now)
    return False


async def weekly_report(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | None:
    """H5: last week in words and as a picture."""
    person = await session.get_one(Person, notice.person_id)
    report = await weekly_reports.report_for(session, person, office=office, now=now)
    if report is None:
        return None
    by = weekly_reports.told_by(report.departments)
    return views.weekly(translator(person.locale), report, by, office.catalogue)
