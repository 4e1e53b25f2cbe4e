"""What Telegram answered, and what becomes of what was owed; whose turn it is says `turns`."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    and_,
    bindparam,
    func,
    text,
    update,
)
from sqlalchemy import select as sa_select
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.paragraphs import bare_text
from domain.screens import ONE_TIME
from models import Desk, Message, Notice, Outbox, Person, Topic
from models.base import table_of
from models.messages import KEEPS_PAYLOAD, Direction, OutboxKind, OutboxState
from models.notices import NoticeState
from services import calendar_changes, desks, messages, notices, people, publications
from services.messages import Address

#: After this long without an answer from Telegram, a message is given up and the office told.
GIVE_UP_AFTER = timedelta(hours=24)
#: How often a message is sent whose answer was lost: the first may have arrived.
LOST_ANSWERS_REPLY = 3
LOST_ANSWERS_REMINDER = 2
#: The notice about broadcasts that may not have arrived, and the word in their rows.
UNSURE = "broadcast_unsure"
IN_FLIGHT = "in flight when the bot stopped; not repeated"
_UNTIL_ALL_ARE_KNOWN = timedelta(minutes=2)
#: In the payload of what may have been done already, before a crash.
_REPEATED = "repeated"
_MOVES = 2
_TOPICS_MADE_AGAIN = 2
_LONGEST_PAUSE = timedelta(seconds=60)
_SPOKEN = frozenset({OutboxKind.SEND, OutboxKind.EDIT})
_OUTBOX, _MESSAGE = table_of(Outbox), table_of(Message)
_ABOUT_A_ROW = (_OUTBOX.c.id, _OUTBOX.c.state, _OUTBOX.c.chat_id, _OUTBOX.c.message_id)
_THESE: BindParameter[int] = bindparam("ids", expanding=True)
_MARK_AS_SENT = (
    update(_OUTBOX)
    .where(_OUTBOX.c.id.in_(_THESE))
    .values(state=OutboxState.SENT, done_at=bindparam("now"), error="")
)
_NUMBER = (
    update(_MESSAGE)
    .where(_MESSAGE.c.id == bindparam("message"))
    .values(
        chat_id=bindparam("chat"),
        telegram_id=bindparam("number"),
        version=_MESSAGE.c.version + 1,
    )
)
#: Of messages whose words nobody may read a second time.
_FORGET_THE_WORDS = (
    update(_MESSAGE).where(_MESSAGE.c.id.in_(_THESE)).values(text=""),
    update(_OUTBOX)
    .where(_OUTBOX.c.message_id.in_(_THESE), _OUTBOX.c.state == OutboxState.SENT)
    .values(payload={}),
)


async def sent_alike(
    session: AsyncSession, numbers: Mapping[int, int | None], *, now: datetime
) -> frozenset[int]:
    """Telegram took these calls and, of some, made messages with these numbers: what `sent` does,
    for all of them at once. Returns those that are done with; what another writer has is left.
    """
    if not numbers:
        return frozenset()
    rows = await _not_held(session, sa_select(*_ABOUT_A_ROW), _OUTBOX.c.id, numbers)
    made = {row.id: row.message_id for row in rows if numbers[row.id] and row.message_id}
    cards = sa_select(_MESSAGE.c.id, _MESSAGE.c.role)
    roles = dict(await _not_held(session, cards, _MESSAGE.c.id, made.values()))
    free = [row for row in rows if row.id not in made or row.message_id in roles]
    taken = [row for row in free if row.state is OutboxState.SENDING]
    connection = await session.connection()
    await connection.execute(_MARK_AS_SENT, {"ids": [row.id for row in taken], "now": now})
    named = [
        {"message": row.message_id, "chat": row.chat_id, "number": numbers[row.id]}
        for row in taken
        if row.id in made
    ]
    if named:
        await connection.execute(_NUMBER, named)
    if once := [row.message_id for row in taken if roles.get(row.message_id) == ONE_TIME]:
        for statement in _FORGET_THE_WORDS:
            await connection.execute(statement, {"ids": once})
    done = frozenset(row.id for row in free)
    return done | await _gone(session, numbers.keys() - done)


class AtHand(NamedTuple):
    """Rows whose answers can be written now. While this is held, the session finds each of them,
    with its message and its topic, without asking again."""

    ids: frozenset[int]
    rows: tuple[object, ...]


async def at_hand(session: AsyncSession, ids: Collection[int]) -> AtHand:
    """Lock these rows, then their messages and topics. What another writer has is left out: one
    that waits while it holds rows, and is waited for, is ended by PostgreSQL, or ends the other.
    """
    rows = await _not_held(session, select(Outbox), col(Outbox.id), ids)
    about = {row.message_id for row in rows} - {None}
    found = await _not_held(session, select(Message), col(Message.id), about)
    inside = {row.topic_id for row in rows} - {None}
    topics = await _not_held(session, select(Topic), col(Topic.id), inside)
    known = {None, *(one.id for one in found), *(one.id for one in topics)}
    free = {row.id for row in rows if {row.message_id, row.topic_id} <= known}
    free |= await _gone(session, set(ids) - free)
    return AtHand(frozenset(free), (*rows, *found, *topics))


async def _not_held(session: AsyncSession, what: Any, key: Any, ids: Collection[Any]) -> Any:
    """In the order of their ids, like everybody who locks many. Rows that refer to them may be made
    meanwhile."""
    if not ids:
        return []
    statement = what.where(key.in_(ids)).order_by(key)
    return (await session.exec(statement.with_for_update(skip_locked=True, key_share=True))).all()


async def _gone(session: AsyncSession, ids: Collection[int]) -> frozenset[int]:
    """Those of which no row is left."""
    if not ids:
        return frozenset()
    there = await session.exec(select(Outbox.id).where(col(Outbox.id).in_(ids)))
    return frozenset(ids) - set(there.all())


class Recovered(NamedTuple):
    """What was in flight at a crash: sent again, or (broadcasts) left alone and told."""

    repeats: int = 0
    unsure: int = 0


class Sent(NamedTuple):
    """A call that went out; `at` is None while nobody knows how it ended."""

    chat_id: int
    kind: OutboxKind
    at: datetime | None


async def sent_lately(
    session: AsyncSession, *, bot_id: int, since: datetime, now: datetime
) -> list[Sent]:
    """What was sent since then, or may just have been."""
    finished = and_(
        text(KEEPS_PAYLOAD),
        col(Outbox.created_at) > since - GIVE_UP_AFTER,
        col(Outbox.done_at).between(since, now),
        col(Outbox.state).in_((OutboxState.SENT, OutboxState.UNKNOWN)),
    )
    in_flight = and_(messages.is_owed(Outbox), col(Outbox.state) == OutboxState.SENDING)
    what = select(col(Outbox.chat_id), col(Outbox.kind), col(Outbox.done_at))
    found: list[Sent] = []
    for where in (finished, in_flight):
        rows = (await session.exec(what.where(col(Outbox.bot_id) == bot_id, where))).all()
        found += [Sent(*row) for row in rows]
    return found


async def recover(
    session: AsyncSession, *, bot_id: int, now: datetime, spare: Collection[int] = ()
) -> Recovered:
    """Rows marked as being sent, but by nobody (`spare` are in flight): owed again after a crash.

    A broadcast is not repeated: its fate stays unknown, and administrators are told.
    """
    statement = select(Outbox).where(
        col(Outbox.bot_id) == bot_id,
        messages.is_owed(Outbox),
        col(Outbox.state) == OutboxState.SENDING,
        col(Outbox.id).not_in(spare),
    )
    rows = (await session.exec(statement)).all()
    for row in rows:
        if row.broadcast:
            await _give_up(session, row, OutboxState.UNKNOWN, IN_FLIGHT, now=now)
        else:
            row.state = OutboxState.PENDING
            row.payload = {**row.payload, _REPEATED: True}
    unsure = sum(row.broadcast for row in rows)
    return Recovered(repeats=len(rows) - unsure, unsure=unsure)


async def unsure_since(session: AsyncSession, moment: datetime) -> int:
    """Broadcast messages since then of which nobody knows whether they arrived."""
    statement = select(func.count()).where(
        text(KEEPS_PAYLOAD),
        col(Outbox.broadcast).is_(True),
        col(Outbox.created_at) > moment - 2 * GIVE_UP_AFTER,
        col(Outbox.state) == OutboxState.UNKNOWN,
        col(Outbox.done_at) >= moment,
    )
    return (await session.exec(statement)).one()


async def _report_unsure(session: AsyncSession, *, now: datetime) -> None:
    """Administrators hear of all of them at once, a few minutes after the first."""
    waits = select(Notice.id).where(
        col(Notice.kind) == UNSURE, col(Notice.state) == NoticeState.OPEN
    )
    if (await session.exec(waits.limit(1))).first() is None:
        key, due_at = f"{UNSURE}:{now.isoformat()}", now + _UNTIL_ALL_ARE_KNOWN
        await notices.owe_notice(session, UNSURE, key=key, due_at=due_at, now=now)


async def sent(
    session: AsyncSession,
    row: Outbox,
    *,
    telegram_id: int | None,
    thread_id: int | None,
    album_ids: Sequence[int] = (),
    content: bytes | None = None,
    now: datetime,
) -> None:
    """Telegram took it; its numbers, and what it gave, are kept on our own rows."""
    row.state, row.done_at, row.error = OutboxState.SENT, now, ""
    if telegram_id is not None and row.message_id is not None:
        message = await session.get_one(Message, row.message_id)
        message.chat_id = row.chat_id
        await _take_number(session, message, telegram_id)
        await _number_album(session, message, album_ids)
        if message.role == ONE_TIME:
            message.text, row.payload = "", {}
    if thread_id is not None and row.topic_id is not None:
        topic = await session.get_one(Topic, row.topic_id)
        topic.thread_id = thread_id
        if _REPEATED in row.payload or "lost" in row.payload:
            await _say_made_twice(session, row, now=now)
    if content is not None:
        await _hand_on(session, row, content, now=now)


async def _say_made_twice(session: AsyncSession, row: Outbox, *, now: datetime) -> None:
    """A topic of the same name may stand beside it, empty: the bot can neither see nor find it."""
    await notices.owe_notice(
        session,
        "topic_made_twice",
        key=f"topic_made_twice:{row.id}",
        due_at=now,
        now=now,
        subject="topic",
        subject_id=row.topic_id,
    )


async def _number_album(session: AsyncSession, first: Message, album_ids: Sequence[int]) -> None:
    """The other files of a group have numbers of their own."""
    if not album_ids or first.album is None:
        return
    place = Address(first.bot_id, first.chat_id)
    parts = await messages.of_album(session, place, first.album)
    for part, number in zip(parts[1:], album_ids[1:], strict=False):
        await _take_number(session, part, number)


async def _hand_on(
    session: AsyncSession, row: Outbox, content: bytes | None, *, now: datetime
) -> None:
    """A file goes to who asked for it; None: Telegram does not give it."""
    if change_id := row.payload.get("calendar_change"):
        await calendar_changes.fetched(session, change_id, content, now=now)
    elif content is not None:
        await publications.fetched(session, row.payload["publication"], content)
    else:
        await publications.not_fetched(session, row.payload["publication"], now=now)


async def _take_number(session: AsyncSession, message: Message, telegram_id: int) -> None:
    """Give a message its number. Somebody may have pressed its button before we wrote it down: what
    is owed to the row made for that press is owed to the message.
    """
    other = await messages.by_telegram_id(
        session, bot_id=message.bot_id, chat_id=message.chat_id, telegram_id=telegram_id
    )
    if other is not None and other.id != message.id:
        other.telegram_id = None
        await session.flush()
        owed = select(Outbox).where(col(Outbox.message_id) == other.id)
        for row in (await session.exec(owed)).all():
            row.message_id = message.id
    message.telegram_id = telegram_id


async def retry(
    session: AsyncSession,
    row: Outbox,
    error: str,
    *,
    now: datetime,
    wait: timedelta | None = None,
) -> None:
    """Owe it again, after `wait` when Telegram named one (which is no attempt), else backing off.

    A day after it was owed it is given up.
    """
    if wait is not None:
        row.attempts -= 1
    elif now - row.created_at > GIVE_UP_AFTER:
        await fail(session, row, error, now=now)
        return
    row.state, row.error = OutboxState.PENDING, error[:500]
    row.next_try_at = now + (wait if wait is not None else pause_after(row.attempts))


def pause_after(attempts: int) -> timedelta:
    """1, 2, 4 … at most 60 seconds."""
    return min(timedelta(seconds=2 ** min(attempts - 1, 10)), _LONGEST_PAUSE)


async def lost_answer(session: AsyncSession, row: Outbox, error: str, *, now: datetime) -> None:
    """The connection broke after the request left: Telegram may have it.

    Edits, pins, titles and files repeat safely; an answer to a person is sent three times at most,
    a reminder twice, a broadcast once.
    """
    if await _repeats_safely(session, row) or _count(row, "lost") < _may_be_sent(row):
        await retry(session, row, error, now=now)
        return
    await _give_up(session, row, OutboxState.UNKNOWN, error, now=now)


async def _repeats_safely(session: AsyncSession, row: Outbox) -> bool:
    if row.kind is OutboxKind.EDIT and row.message_id is not None:
        message = await session.get(Message, row.message_id)
        return message is not None and message.telegram_id is not None
    return row.kind in {OutboxKind.PIN, OutboxKind.EDIT_TOPIC, OutboxKind.FETCH}


def _may_be_sent(row: Outbox) -> int:
    if row.broadcast:
        return 1
    return LOST_ANSWERS_REPLY if row.notice_id is None else LOST_ANSWERS_REMINDER


def _count(row: Outbox, name: str) -> int:
    """Count something that happened to the row; stands in its payload."""
    times = int(row.payload.get(name, 0)) + 1
    row.payload = {**row.payload, name: times}
    return times


async def fail(session: AsyncSession, row: Outbox, error: str, *, now: datetime) -> None:
    """Give up; when the message belongs to a ticket, the ticket and the office hear of it."""
    await _give_up(session, row, OutboxState.FAILED, error, now=now)


async def _give_up(
    session: AsyncSession, row: Outbox, state: OutboxState, error: str, *, now: datetime
) -> None:
    row.state, row.error, row.done_at = state, error[:500], now
    if row.broadcast and state is OutboxState.UNKNOWN:
        await _report_unsure(session, now=now)
    if row.kind is OutboxKind.FETCH:
        await _hand_on(session, row, None, now=now)
        return
    await desks.was_refused(session, row, error, now=now)
    message = await session.get(Message, row.message_id) if row.message_id else None
    if message is None or message.ticket_id is None or row.kind not in _SPOKEN:
        return
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


async def unreachable(session: AsyncSession, row: Outbox, error: str, *, now: datetime) -> None:
    """The person blocked the bot or never started it: stop, and let the office know once.

    A group that cannot be written to has no person: each of its messages is reported.
    """
    person = await _person_in(session, row.chat_id)
    if person is None:
        await fail(session, row, error, now=now)
        return
    row.state, row.error, row.done_at = OutboxState.FAILED, error[:500], now
    await people.went_away(session, person, now=now)


async def send_anew(session: AsyncSession, row: Outbox, error: str, *, now: datetime) -> None:
    """The message to edit is gone: send it as a new one under the same row."""
    if row.kind is not OutboxKind.EDIT or row.message_id is None:
        await fail(session, row, error, now=now)
        return
    row.kind, row.state = OutboxKind.SEND, OutboxState.PENDING
    message = await session.get_one(Message, row.message_id)
    message.telegram_id = None


async def plain(session: AsyncSession, row: Outbox, error: str, *, now: datetime) -> None:
    """Telegram could not read our markup: the last resort is the bare text, tried once."""
    if row.payload.get("bare"):
        await fail(session, row, error, now=now)
        return
    row.state = OutboxState.PENDING
    row.payload = {**row.payload, "bare": True, "text": bare_text(row.payload.get("text", ""))}


async def recreate_topic(session: AsyncSession, row: Outbox, error: str, *, now: datetime) -> None:
    """Somebody deleted the topic: make it once more, then send; given up when it keeps happening.

    What is owed to the topic waits until it was made.
    """
    topic = await session.get(Topic, row.topic_id) if row.topic_id else None
    if topic is None or not topic.title or topic.recreated >= _TOPICS_MADE_AGAIN:
        await fail(session, row, error, now=now)
        return
    topic.recreated += 1
    topic.thread_id = None
    row.state = OutboxState.PENDING
    await messages.owe_topic(session, topic, now=now)
    if topic.ticket_id is not None:
        await _send_card_anew(session, topic, now=now)


async def _send_card_anew(session: AsyncSession, topic: Topic, *, now: datetime) -> None:
    statement = select(Message).where(
        col(Message.chat_id) == topic.chat_id,
        col(Message.role) == "ticket_card",
        col(Message.topic_id) == topic.id,
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


async def migrated(
    session: AsyncSession, row: Outbox, error: str, *, to: int | None, now: datetime
) -> None:
    """The group became a supergroup: everything owed to it goes to the new chat."""
    if to is None or to == row.chat_id or _count(row, "moved") > _MOVES:
        await fail(session, row, error, now=now)
        return
    await move_chat(session, bot_id=row.bot_id, frm=row.chat_id, to=to)
    row.state, row.next_try_at = OutboxState.PENDING, None


async def move_chat(session: AsyncSession, *, bot_id: int, frm: int, to: int) -> None:
    """Readdress what is owed to a chat, its topics, its desk, and our messages in it.

    A supergroup numbers its messages anew: what we sent before is not found there, so that a card
    is sent again when it is redrawn.
    """
    owed = (col(Outbox.bot_id) == bot_id, col(Outbox.chat_id) == frm)
    tables: tuple[tuple[Any, tuple[ColumnElement[bool], ...], dict[str, Any]], ...] = (
        (Outbox, (*owed, messages.is_owed(Outbox)), {}),
        (Topic, (col(Topic.bot_id) == bot_id, col(Topic.chat_id) == frm), {}),
        (Desk, (col(Desk.bot_id) == bot_id, col(Desk.chat_id) == frm), {}),
        (
            Message,
            (
                col(Message.bot_id) == bot_id,
                col(Message.chat_id) == frm,
                col(Message.direction) == Direction.OUT,
            ),
            {"telegram_id": None},
        ),
    )
    for table, where, more in tables:
        await session.exec(update(table).where(*where).values(chat_id=to, **more))


async def _person_in(session: AsyncSession, chat_id: int) -> Person | None:
    """The person of a private chat; groups have negative ids."""
    return await people.by_telegram_id(session, chat_id) if chat_id > 0 else None
