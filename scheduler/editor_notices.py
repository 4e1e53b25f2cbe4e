"""What editors are reminded of: measures to look at, and what companies did not find in a month."""

from datetime import date, datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.screens import Screen
from domain.unmet import first_of_month
from models import Notice, Person
from services import checks, people, unmet
from services.office import Office
from views import checks as check_views
from views import gaps as gap_views
from views.translations import Translator, translator


async def remind_editors(session: AsyncSession, office: Office, now: datetime) -> bool:
    """The job: owes what is new."""
    await checks.remind(session, office=office, now=now)
    return False


async def measures_to_check(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | None:
    """E5; nothing once all of it was answered."""
    t = await _words_for_editor(session, notice, office)
    due = await checks.due(session, office=office, now=now)
    if t is None or not due:
        return None
    return check_views.checks(t, due, 0, office.catalogue, office.today(now))


async def gaps_report(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | None:
    """E6 of the month that ended; nothing where nothing was missed."""
    t = await _words_for_editor(session, notice, office)
    month = date.fromisoformat(f"{notice.details['occasion']}-01")
    report = await unmet.report(session, office.zone, month)
    if t is None or report.is_empty:
        return None
    this_month = first_of_month(office.today(now))
    return gap_views.gaps(t, report, office.catalogue, this_month=this_month)


async def _words_for_editor(
    session: AsyncSession, notice: Notice, office: Office
) -> Translator | None:
    """None for somebody who does not edit any more."""
    person = await session.get_one(Person, notice.person_id)
    actor = await people.actor_for(session, person, administrators=office.administrators)
    return translator(person.locale) if actor.edits else None
