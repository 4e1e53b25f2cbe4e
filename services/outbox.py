"""The Outbox as the courier sees it: what may go now, and what Telegram answered."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_
from sqlalchemy.orm import aliased
from sqlmodel import col, exists, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import Desk, Message, Outbox, Person, Topic
from models.messages import OutboxKind, OutboxState
from services import messages, notices

#: After this long without an answer from Telegram, a message is given up and the office told.
GIVE_UP_AFTER = timedelta(hours=24)
#: A message whose fate is unknown is sent at most this often; the first may have arrived.
UNKNOWN_TRIES = 3
_LONGEST_PAUSE = timedelta(seconds=60)
_FINAL = (OutboxState.SENT, OutboxState.UNKNOWN, OutboxState.FAILED, OutboxState.DROPPED)


@dataclass(frozen=True, slots=True)
class Errand:
    """One call to make: the row, and Telegram's own numbers as far as they are known."""

    row: Outbox
    telegram_id: int | None
    thread_id: int | None
    reply_to: int | None
    title: str


async def take(
    session: AsyncSession, *, bot_id: int, busy: Collection[int], now: datetime, limit: int
) -> list[Errand]:
    """Hand out the oldest owed row of each chat that is not busy, and mark it as being sent.

    A row that waits for another does not hold up its chat. Rows past `good_until` are dropped:
    what they were to say is judged again.
    """
    errands: list[Errand] = []
    for row in await _heads(session, bot_id=bot_id, busy=busy, now=now, limit=limit):
        if row.good_until is not None and row.good_until < now:
            await _judge_again(session, row, now=now)
            continue
        row.state = OutboxState.SENDING
        row.attempts += 1
        errands.append(await _errand(session, row))
    return errands


async def _heads(
    session: AsyncSession, *, bot_id: int, busy: Collection[int], now: datetime, limit: int
) -> Sequence[Outbox]:
    earlier, leader = aliased(Outbox), aliased(Outbox)
    waits = exists().where(col(leader.id) == Outbox.after_id, col(leader.state).not_in(_FINAL))
    is_head = ~exists().where(
        col(earlier.bot_id) == Outbox.bot_id,
        col(earlier.chat_id) == Outbox.chat_id,
        col(earlier.state).in_((OutboxState.PENDING, OutboxState.SENDING)),
        col(earlier.after_id).is_(None),
        col(earlier.id) < Outbox.id,
    )
    statement = (
        select(Outbox)
        .where(
            col(Outbox.bot_id) == bot_id,
            col(Outbox.state) == OutboxState.PENDING,
            col(Outbox.chat_id).not_in(busy),
            or_(col(Outbox.next_try_at).is_(None), col(Outbox.next_try_at) <= now),
            or_(col(Outbox.after_id).is_not(None), is_head),
            ~waits,
        )
        .order_by(col(Outbox.broadcast), col(Outbox.id))
        .limit(limit)
    )
    rows = (await session.exec(statement)).all()
    first_of_chat: dict[int, Outbox] = {}
    for row in rows:
        first_of_chat.setdefault(row.chat_id, row)
    return list(first_of_chat.values())


async def _errand(session: AsyncSession, row: Outbox) -> Errand:
    message = await session.get(Message, row.message_id) if row.message_id else None
    topic = await session.get(Topic, row.topic_id) if row.topic_id else None
    answered = (
        await session.get(Message, message.reply_to) if message and message.reply_to else None
    )
    return Errand(
        row=row,
        telegram_id=message.telegram_id if message else None,
        thread_id=topic.thread_id if topic else None,
        reply_to=answered.telegram_id if answered else None,
        title=topic.title if topic else "",
    )


async def _judge_again(session: AsyncSession, row: Outbox, *, now: datetime) -> None:
    """A reminder that lay too long says nothing; its notice comes due once more."""
    row.state = OutboxState.DROPPED
    row.done_at = now
    if row.notice_id is not None:
        await notices.reopen(session, row.notice_id, due_at=now)


async def next_try(session: AsyncSession, *, bot_id: int) -> datetime | None:
    """The moment when a postponed row may go."""
    statement = select(func.min(col(Outbox.next_try_at))).where(
        col(Outbox.bot_id) == bot_id, col(Outbox.state) == OutboxState.PENDING
    )
    return (await session.exec(statement)).one()


async def recover(session: AsyncSession, *, bot_id: int) -> int:
    """After a crash: rows that were in flight are owed again; returns how many may repeat.

    A broadcast is not repeated: its fate stays unknown.
    """
    statement = select(Outbox).where(
        col(Outbox.bot_id) == bot_id, col(Outbox.state) == OutboxState.SENDING
    )
    rows = (await session.exec(statement)).all()
    for row in rows:
        row.state = OutboxState.UNKNOWN if row.broadcast else OutboxState.PENDING
    return len(rows)


async def sent(
    session: AsyncSession,
    row_id: int,
    *,
    telegram_id: int | None,
    thread_id: int | None,
    now: datetime,
) -> None:
    """Telegram took it; its numbers are kept on our own rows."""
    row = await session.get_one(Outbox, row_id)
    row.state, row.done_at, row.error = OutboxState.SENT, now, ""
    if telegram_id is not None and row.message_id is not None:
        message = await session.get_one(Message, row.message_id)
        message.telegram_id = telegram_id
    if thread_id is not None and row.topic_id is not None:
        topic = await session.get_one(Topic, row.topic_id)
        topic.thread_id = thread_id


async def retry(
    session: AsyncSession,
    row_id: int,
    error: str,
    *,
    now: datetime,
    wait: timedelta | None = None,
) -> bool:
    """Owe it again, after `wait` when Telegram named one (which is no attempt), else backing off.

    Returns False when it is given up, a day after it was owed.
    """
    row = await session.get_one(Outbox, row_id)
    row.error = error[:500]
    if wait is not None:
        row.attempts -= 1
    elif now - row.created_at > GIVE_UP_AFTER:
        await fail(session, row_id, error, now=now)
        return False
    row.state = OutboxState.PENDING
    row.next_try_at = now + (wait if wait is not None else pause_after(row.attempts))
    return True


def pause_after(attempts: int) -> timedelta:
    """1, 2, 4 … at most 60 seconds."""
    return min(timedelta(seconds=2 ** min(attempts - 1, 10)), _LONGEST_PAUSE)


async def lost_answer(session: AsyncSession, row_id: int, error: str, *, now: datetime) -> None:
    """The connection broke after the request left. Edits and pins repeat safely; a message for one
    person repeats, a broadcast does not."""
    row = await session.get_one(Outbox, row_id)
    is_safe = row.kind in {OutboxKind.EDIT, OutboxKind.PIN, OutboxKind.EDIT_TOPIC}
    if is_safe or (not row.broadcast and row.attempts < UNKNOWN_TRIES):
        await retry(session, row_id, error, now=now)
        return
    row.state, row.error, row.done_at = OutboxState.UNKNOWN, error[:500], now


async def fail(session: AsyncSession, row_id: int, error: str, *, now: datetime) -> None:
    """Give up; when the message belongs to a ticket, the ticket and the office hear of it."""
    row = await session.get_one(Outbox, row_id)
    row.state, row.error, row.done_at = OutboxState.FAILED, error[:500], now
    message = await session.get(Message, row.message_id) if row.message_id else None
    if message is not None and message.ticket_id is not None:
        await notices.owe_notice(
            session,
            "undelivered",
            key=f"undelivered:{message.id}",
            due_at=now,
            now=now,
            subject="ticket",
            subject_id=message.ticket_id,
            message_id=message.id,
        )


async def unreachable(session: AsyncSession, row_id: int, error: str, *, now: datetime) -> None:
    """The person blocked the bot or never started it: stop, and let the office know once."""
    row = await session.get_one(Outbox, row_id)
    await fail(session, row_id, error, now=now)
    person = await _person_in(session, row.chat_id)
    if person is not None and person.unreachable_since is None:
        person.unreachable_since = now


async def send_anew(session: AsyncSession, row_id: int) -> None:
    """The message to edit is gone: send it as a new one under the same row."""
    row = await session.get_one(Outbox, row_id)
    row.kind, row.state = OutboxKind.SEND, OutboxState.PENDING
    if row.message_id is not None:
        message = await session.get_one(Message, row.message_id)
        message.telegram_id = None


async def plain(session: AsyncSession, row_id: int) -> None:
    """Telegram could not read our markup: the last resort is the bare text."""
    row = await session.get_one(Outbox, row_id)
    row.state = OutboxState.PENDING
    row.payload = {**row.payload, "bare": True}


async def recreate_topic(session: AsyncSession, row_id: int, *, now: datetime) -> bool:
    """Somebody deleted the topic: make it once more, then send. False when that happened twice."""
    row = await session.get_one(Outbox, row_id)
    topic = await session.get(Topic, row.topic_id) if row.topic_id else None
    if topic is None or topic.recreated >= 2:
        return False
    topic.recreated += 1
    topic.thread_id = None
    row.state = OutboxState.PENDING
    row.after_id = (await messages.owe_topic(session, topic, now=now)).id
    if topic.ticket_id is not None:
        await _send_card_anew(session, topic, now=now)
    return True


async def _send_card_anew(session: AsyncSession, topic: Topic, *, now: datetime) -> None:
    statement = select(Message).where(
        col(Message.topic_id) == topic.id, col(Message.role) == "ticket_card"
    )
    for card in (await session.exec(statement)).all():
        card.telegram_id = None
    await notices.owe_notice(
        session,
        "desk_card",
        key=f"desk_card:{topic.ticket_id}:topic:{topic.id}:{topic.recreated}",
        due_at=now,
        now=now,
        subject="ticket",
        subject_id=topic.ticket_id,
    )


async def migrated(session: AsyncSession, row_id: int, *, to: int) -> None:
    """The group became a supergroup: everything owed to it goes to the new chat."""
    row = await session.get_one(Outbox, row_id)
    await move_chat(session, bot_id=row.bot_id, frm=row.chat_id, to=to)
    row.state = OutboxState.PENDING
    row.next_try_at = None


async def move_chat(session: AsyncSession, *, bot_id: int, frm: int, to: int) -> None:
    """Readdress what is owed to a chat, its topics and its desk."""
    owed = select(Outbox).where(
        col(Outbox.bot_id) == bot_id,
        col(Outbox.chat_id) == frm,
        col(Outbox.state).in_((OutboxState.PENDING, OutboxState.SENDING)),
    )
    for row in (await session.exec(owed)).all():
        row.chat_id = to
    topics = select(Topic).where(col(Topic.bot_id) == bot_id, col(Topic.chat_id) == frm)
    for topic in (await session.exec(topics)).all():
        topic.chat_id = to
    desks = select(Desk).where(col(Desk.bot_id) == bot_id, col(Desk.chat_id) == frm)
    for desk in (await session.exec(desks)).all():
        desk.chat_id = to


async def _person_in(session: AsyncSession, chat_id: int) -> Person | None:
    """The person of a private chat; groups have negative ids."""
    if chat_id < 0:
        return None
    statement = select(Person).where(col(Person.telegram_id) == chat_id)
    return (await session.exec(statement)).first()
