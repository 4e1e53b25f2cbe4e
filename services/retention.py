"""Takes away what has been kept for its time; ids stay, so that duplicates are known again."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, TextClause, and_, delete, false, func, or_, text, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain import retention
from models import Consent, Conversation, Inbox, Invitation, Message, Notice, Outbox, Person
from models.messages import (
    IS_OPEN,
    KEEPS_PAYLOAD,
    KEEPS_VISIT_WORDS,
    KEEPS_WORDS,
    InboxState,
    OutboxState,
)
from models.notices import KEEPS_DETAILS, NoticeState
from services import sittings, wishes

#: Rows of one table in one transaction: a few milliseconds of writing.
SLICE = 200
_SENT = (OutboxState.SENT, OutboxState.UNKNOWN, OutboxState.FAILED, OutboxState.DROPPED)


async def clean_up(session: AsyncSession, *, now: datetime) -> bool:
    """One slice. True: there is more."""
    for step in (
        _rest_conversations,
        _forget_what_was_looked_at,
        _blank_inbox,
        _blank_outbox,
        _blank_what_quotes_the_erased,
        _blank_messages,
        _blank_visit_notes,
        _blank_notices,
        _delete_invitations,
    ):
        if await step(session, now) == SLICE:
            return True
    return False


async def _rest_conversations(session: AsyncSession, now: datetime) -> int:
    """Words that wait for consent, what was only looked at, unconfirmed drafts."""
    changed = col(Conversation.updated_at)
    too_old = or_(
        changed <= now - retention.UNCONFIRMED,
        and_(col(Conversation.state) == sittings.LOOK, changed <= now - retention.LOOKED_AT),
        and_(~_has_consented(), changed <= now - retention.WAITING_FOR_CONSENT),
    )
    statement = select(Conversation).where(text(IS_OPEN), too_old).limit(SLICE)
    talks = (await session.exec(statement)).all()
    for talk in talks:
        await _blank_drafts_in(session, talk.data)
        talk.forget()
    return len(talks)


async def _forget_what_was_looked_at(session: AsyncSession, now: datetime) -> int:
    """The same beside another form, which stays."""
    waits = col(Conversation.data)["unsaved"]["state"].as_string()
    statement = select(Conversation).where(
        text(IS_OPEN),
        col(Conversation.updated_at) <= now - retention.LOOKED_AT,
        waits == sittings.LOOK,
    )
    talks = (await session.exec(statement.limit(SLICE))).all()
    for talk in talks:
        await _blank_drafts_in(session, talk.data["unsaved"]["data"])
        talk.drop_unsaved()
    return len(talks)


def _has_consented() -> ColumnElement[bool]:
    """Whether the newest word of the conversation's person is yes."""
    newest = (
        select(Consent.given)
        .where(col(Consent.person_id) == col(Conversation.person_id))
        .order_by(col(Consent.id).desc())
        .limit(1)
        .correlate(Conversation)
        .scalar_subquery()
    )
    return func.coalesce(newest, false())


async def _blank_drafts_in(session: AsyncSession, data: dict[str, Any]) -> None:
    """The messages of a draft that was never submitted go with it, open or put aside."""
    ids = list(_messages_in(data))
    await _blank(session, col(Message.id).in_(ids), col(Message.ticket_id).is_(None))


def _messages_in(data: dict[str, Any]) -> Iterator[int]:
    yield from data.get("messages", ())
    for beside in (data.get("parked"), data.get("unsaved")):
        if beside:
            yield from _messages_in(beside["data"])


async def _blank_inbox(session: AsyncSession, now: datetime) -> int:
    """Updates as they arrived, with the error of a parked one: it may quote them."""
    ids = await _ids(
        session,
        Inbox,
        text(KEEPS_PAYLOAD),
        col(Inbox.received_at) <= now - retention.RAW_RECORDS,
        col(Inbox.state) != InboxState.OPEN,
    )
    await _blank_updates(session, ids)
    return len(ids)


async def _blank_outbox(session: AsyncSession, now: datetime) -> int:
    """Messages as they were sent, or given up."""
    ids = await _ids(
        session,
        Outbox,
        text(KEEPS_PAYLOAD),
        col(Outbox.created_at) <= now - retention.RAW_RECORDS,
        col(Outbox.state).in_(_SENT),
    )
    await _blank_calls(session, ids)
    return len(ids)


async def _blank_what_quotes_the_erased(session: AsyncSession, now: datetime) -> int:
    """Raw records that lay there when somebody was erased: a press at a desk quotes its card.

    What has had its effect or was sent serves only to look into mistakes, so all of it goes.
    """
    erased = select(func.max(col(Person.erased_at))).where(col(Person.erased_at) <= now)
    last = (await session.exec(erased)).one()
    if last is None:
        return 0
    updates = await _ids(
        session,
        Inbox,
        text(KEEPS_PAYLOAD),
        col(Inbox.received_at) <= last,
        col(Inbox.state) == InboxState.DONE,
    )
    sent = await _ids(
        session,
        Outbox,
        text(KEEPS_PAYLOAD),
        col(Outbox.created_at) <= last,
        col(Outbox.state).in_((OutboxState.SENT, OutboxState.DROPPED)),
    )
    await _blank_updates(session, updates)
    await _blank_calls(session, sent)
    return max(len(updates), len(sent))


async def _blank_updates(session: AsyncSession, ids: Sequence[int]) -> None:
    """Take away what people wrote, and the number of a chat that is nobody's any more."""
    rows = col(Inbox.id).in_(ids)
    await session.exec(update(Inbox).where(rows).values(payload={}, error=""))
    await session.exec(
        update(Inbox).where(rows, _is_nobodys(col(Inbox.chat_key))).values(chat_key=0)
    )


async def _blank_calls(session: AsyncSession, ids: Sequence[int]) -> None:
    """The same for what was sent, and for the message that was made by it."""
    rows = col(Outbox.id).in_(ids)
    await session.exec(update(Outbox).where(rows).values(payload={}, error=""))
    nobodys = (rows, _is_nobodys(col(Outbox.chat_id)))
    made = select(Outbox.message_id).where(*nobodys)
    await _blank(session, col(Message.id).in_(made))
    await session.exec(
        update(Message).where(col(Message.id).in_(made)).values(chat_id=0, telegram_id=None)
    )
    await session.exec(update(Outbox).where(*nobodys).values(chat_id=0))


def _is_nobodys(chat: Any) -> ColumnElement[bool]:
    """A private chat whose person was erased; Telegram's groups have negative numbers."""
    return and_(chat > 0, ~select(Person.id).where(col(Person.telegram_id) == chat).exists())


async def _blank_messages(session: AsyncSession, now: datetime) -> int:
    """Chat that became part of no ticket: otherwise it would outlive the records it came by."""
    ids = await _ids(
        session,
        Message,
        text(KEEPS_WORDS),
        col(Message.at) <= now - retention.RAW_RECORDS,
        ~_is_wished(),
    )
    await _blank(session, col(Message.id).in_(ids))
    return len(ids)


async def _blank_visit_notes(session: AsyncSession, now: datetime) -> int:
    """What officers noted at a company; a problem found there is a request and stays with it."""
    ids = await _ids(
        session,
        Message,
        text(KEEPS_VISIT_WORDS),
        col(Message.ticket_id).is_(None),
        col(Message.at) <= now - retention.VISIT_NOTES,
    )
    await _blank(session, col(Message.id).in_(ids))
    return len(ids)


def _is_wished() -> ColumnElement[bool]:
    """Whether a message holds the words of an open wish."""
    return (
        select(Notice.id)
        .where(
            col(Notice.subject) == "message",
            col(Notice.subject_id) == col(Message.id),
            col(Notice.kind) == wishes.KIND,
            col(Notice.state) == NoticeState.OPEN,
        )
        .correlate(Message)
        .exists()
    )


async def _blank(session: AsyncSession, *where: ColumnElement[bool]) -> None:
    await session.exec(update(Message).where(*where).values(text="", attachments=[], versions=[]))


async def _blank_notices(session: AsyncSession, now: datetime) -> int:
    """Particulars of what was said or dropped; the key stays, so that nothing is said twice."""
    ids = await _ids(
        session,
        Notice,
        text(KEEPS_DETAILS),
        col(Notice.done_at) <= now - retention.NOTICE_DETAILS,
        col(Notice.state) != NoticeState.OPEN,
    )
    await session.exec(update(Notice).where(col(Notice.id).in_(ids)).values(details={}))
    return len(ids)


async def _delete_invitations(session: AsyncSession, now: datetime) -> int:
    """Links nobody used; who came through a used one stays on record."""
    ids = await _ids(
        session,
        Invitation,
        col(Invitation.expires_at) <= now - retention.UNUSED_INVITATIONS,
        col(Invitation.used_at).is_(None),
    )
    await session.exec(delete(Invitation).where(col(Invitation.id).in_(ids)))
    return len(ids)


async def _ids(
    session: AsyncSession, table: type[Any], *where: ColumnElement[bool] | TextClause
) -> Sequence[int]:
    statement = select(table.id).where(*where).limit(SLICE)
    return (await session.exec(statement)).all()
