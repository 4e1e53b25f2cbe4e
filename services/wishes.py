"""有了告诉我: what was searched in vain is looked for again until a measure answers.

The words stand in a message of the chat like those of every search; they stay while the wish is
open, at most for `retention.WISHES`.
"""

from datetime import datetime, time

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from domain.errors import NotFound
from domain.incoming import Incoming
from models import Message, Notice
from models.notices import NoticeState
from services import messages, notices
from services.messages import Address
from services.office import Office

KIND = ROLE = "wish"
_NINE = time(9)


async def wish(
    session: AsyncSession,
    words: str,
    *,
    actor: Actor,
    place: Address,
    office: Office,
    now: datetime,
) -> Notice:
    """Look for these words again, from the next working morning; the same words only once."""
    known = await _open_wish(session, words, actor)
    if known is not None:
        return known
    kept = await messages.keep(
        session, Incoming(text=words), place, person_id=actor.person_id, now=now, role=ROLE
    )
    await notices.owe_notice(
        session,
        KIND,
        key=f"{KIND}:{kept.id}",
        due_at=next_look(office, now),
        now=now,
        person_id=actor.person_id,
        subject="message",
        subject_id=kept.id,
    )
    return await _wish_of(session, kept)


async def _wish_of(session: AsyncSession, kept: Message) -> Notice:
    statement = select(Notice).where(col(Notice.key) == f"{KIND}:{kept.id}")
    return (await session.exec(statement)).one()


async def _open_wish(session: AsyncSession, words: str, actor: Actor) -> Notice | None:
    statement = (
        select(Notice)
        .join(Message, col(Message.id) == col(Notice.subject_id))
        .where(
            col(Notice.kind) == KIND,
            col(Notice.state) == NoticeState.OPEN,
            col(Notice.person_id) == actor.person_id,
            col(Message.text) == words,
        )
    )
    return (await session.exec(statement)).first()


def next_look(office: Office, now: datetime) -> datetime:
    """When to look again: the catalogue changes on working days."""
    return office.calendar.at(office.calendar.next_workday(office.today(now)), _NINE)


async def end(session: AsyncSession, notice_id: int, *, actor: Actor, now: datetime) -> None:
    """不用了: look no longer. Raises NotFound for somebody else's wish."""
    notice = await session.get(Notice, notice_id)
    if notice is None or notice.kind != KIND or notice.person_id != actor.person_id:
        raise NotFound
    if notice.state == NoticeState.OPEN:
        notices.settle(notice, NoticeState.DROPPED, now=now)


async def end_all(session: AsyncSession, person_id: int, *, now: datetime) -> None:
    """A person wants nothing kept any more."""
    statement = select(Notice).where(
        col(Notice.kind) == KIND,
        col(Notice.person_id) == person_id,
        col(Notice.state) == NoticeState.OPEN,
    )
    for notice in (await session.exec(statement)).all():
        notices.settle(notice, NoticeState.DROPPED, now=now)
