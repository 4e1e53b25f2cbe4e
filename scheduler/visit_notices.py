"""What officers hear of visits: one reminder a day, promises at their moments, who asked."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from domain.errors import NotFound
from domain.screens import Screen
from models import Message, Notice, Person, Visit
from scheduler.outcomes import Postponed
from services import people, reminders, staffing, visit_plans, visits
from services.office import Office
from views import visit_sheets as sheets
from views import visits as views
from views.translations import translator


async def tend_visits(session: AsyncSession, office: Office, now: datetime) -> bool:
    """The job: what fell loose is ended first, then who has something due is reminded."""
    if await visit_plans.mend(session, now=now) == visit_plans.SHARED_AT_ONCE:
        return True
    return await visits.remind(session, office=office, now=now)


async def visits_due(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | Postponed | None:
    """Nothing when all of it was done meanwhile, to somebody who is away now, or to a stand-in who
    heard of it with the own; later for somebody who wants quiet."""
    person, actor = await _actor(session, notice, office)
    quiet = await reminders.quiet_until(session, person.id, now=now)
    if quiet is not None:
        return Postponed(quiet)
    if await visits.was_told_today(session, person.id, office=office, now=now):
        return None
    if person not in await staffing.present(session, [person]):
        return None
    found = await visits.spoken_of_to(session, actor, office=office, now=now)
    if not found:
        return None
    return views.reminder(translator(person.locale), found, today=office.today(now))


async def visit_promise(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | None:
    """The moment that somebody named, for what they promised."""
    person, actor = await _actor(session, notice, office)
    visit = await _theirs(session, notice, actor)
    if visit is None:
        return None
    message = await session.get(Message, notice.details.get("message_id") or 0)
    facts = await visits.sheet_of(session, visit, office=office, now=now)
    words = message.text if message is not None else ""
    return sheets.promised(translator(person.locale), facts, words)


async def visit_asked(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | None:
    """A company asks; nothing when somebody came already."""
    person, actor = await _actor(session, notice, office)
    visit = await _theirs(session, notice, actor)
    if visit is None or visit.done_at is not None:
        return None
    facts = await visits.sheet_of(session, visit, office=office, now=now)
    return sheets.asked(translator(person.locale), facts, today=office.today(now))


async def _actor(session: AsyncSession, notice: Notice, office: Office) -> tuple[Person, Actor]:
    person = await session.get_one(Person, notice.person_id)
    return person, await people.actor_for(session, person, administrators=office.administrators)


async def _theirs(session: AsyncSession, notice: Notice, actor: Actor) -> Visit | None:
    """The visit, while it is still this person's business."""
    try:
        return await visits.open_visit(session, notice.subject_id or 0, actor)
    except NotFound:
        return None
