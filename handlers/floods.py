"""Too many messages within a minute: what belongs to a draft is kept, one warning, nothing else."""

from datetime import datetime

from aiogram.types import Message
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.limits import MESSAGES_A_MINUTE, MINUTE, DraftFull
from domain.screens import Reply
from handlers.here import Here
from handlers.incoming import read
from services import inbox, messages, ticket_drafts
from services.office import Office
from views import errors

_ONE_HOUR = 3600


async def is_flood(session: AsyncSession, message: Message, office: Office) -> bool:
    """Whether so many messages stand before this one in one minute, by the time they were sent:
    what waited while the bot was down is no flood. Danger is always heard."""
    earlier = await inbox.sent_before(
        session,
        bot_id=office.bot_id,
        chat_id=message.chat.id,
        message_id=message.message_id,
        by=MESSAGES_A_MINUTE,
    )
    if earlier is None or message.date - earlier >= MINUTE:
        return False
    return not ticket_drafts.says_danger(message.text or message.caption or "", office)


async def hold(message: Message, at: Here) -> Reply:
    """Keep it in the open draft as far as that takes it; say once an hour why nothing is answered.

    The warning's key is in the database: neither a restart nor a second process says it again.
    """
    is_drafting = ticket_drafts.is_open(at.talk)
    if is_drafting:
        await _keep(message, at)
    await messages.owe(
        at.session,
        at.place,
        errors.too_fast(at.t, is_drafting=is_drafting),
        now=at.now,
        key=f"too_fast:{at.place.bot_id}:{at.place.chat_id}:{_hour(at.now)}",
    )
    return Reply()


async def _keep(message: Message, at: Here) -> None:
    incoming = read(message)
    if incoming.is_trifle or incoming.text.startswith("/"):
        return
    try:
        async with at.session.begin_nested():
            stored = await messages.keep(
                at.session, incoming, at.place, person_id=at.actor.person_id, now=at.now
            )
            await ticket_drafts.join(at.session, at.talk, stored, now=at.now)
    except DraftFull:
        return


def _hour(now: datetime) -> int:
    return int(now.timestamp()) // _ONE_HOUR
