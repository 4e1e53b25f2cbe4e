"""Alarms, as they are said to administrators."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.screens import Screen
from models import Alarm, Notice, Person
from scheduler.outcomes import Elsewhere
from services import messages, outbox, people
from services.messages import Address
from services.office import Office
from views import alarms
from views.translations import translator


async def rings(
    session: AsyncSession, notice: Notice, office: Office, _now: datetime
) -> Screen | None:
    """That something is wrong; nothing when it was over before it could be said."""
    alarm = await session.get_one(Alarm, notice.subject_id)
    person = await session.get_one(Person, notice.person_id)
    if alarm.until is not None:
        return None
    return alarms.alarm(translator(person.locale), alarm, office.zone)


async def is_over(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | None:
    """That it is well again."""
    alarm = await session.get_one(Alarm, notice.subject_id)
    person = await session.get_one(Person, notice.person_id)
    return alarms.over(translator(person.locale), alarm, alarm.until or now, office.zone)


async def unsure_broadcasts(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Elsewhere | None:
    """How many messages of broadcasts may not have arrived."""
    count = await outbox.unsure_since(session, notice.created_at)
    if not count:
        return None
    for person in await people.administrators(session, office.administrators):
        screen = alarms.unsure(translator(person.locale), count)
        place = Address(office.bot_id, person.telegram_id)
        await messages.owe(session, place, screen, now=now, notice_id=notice.id)
    return Elsewhere()
