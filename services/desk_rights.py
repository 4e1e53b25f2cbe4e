"""What the bot may do in a desk's group, and how an office goes on without it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.desks import Right
from models import Desk, Message, Outbox, Person, Topic
from models.messages import Direction, OutboxKind, OutboxState
from services import messages, notices
from services.desk_binding import in_chat, show_cards_anew


async def learn_rights(
    session: AsyncSession,
    *,
    bot_id: int,
    chat_id: int,
    lacks: frozenset[Right],
    is_forum: bool,
    by: Person,
    now: datetime,
) -> list[Desk]:
    """Telegram said what the bot may do in a group. Known before the group is bound, it is kept
    in a row of no department."""
    desks = await in_chat(session, bot_id, chat_id)
    if not desks:
        unbound = await _unbound(session, bot_id, chat_id, by=by, now=now)
        unbound.lacks, unbound.is_forum = _write(lacks), is_forum
    for desk in desks:
        was_usable = is_usable(desk)
        desk.lacks, desk.is_forum = _write(lacks), is_forum
        if was_usable != is_usable(desk):
            await show_cards_anew(session, desk.department, now=now)
        for right in sorted(lacks):
            await _tell_administrators(session, desk, right, now=now)
    return desks


async def _unbound(
    session: AsyncSession, bot_id: int, chat_id: int, *, by: Person, now: datetime
) -> Desk:
    """The row that holds what is known of a group before it is bound."""
    statement = select(Desk).where(
        col(Desk.bot_id) == bot_id, col(Desk.chat_id) == chat_id, col(Desk.department) == ""
    )
    known = (await session.exec(statement)).first()
    if known is not None:
        return known
    desk = Desk(
        bot_id=bot_id, chat_id=chat_id, department="", bound_by=by.id, bound_at=now, unbound_at=now
    )
    session.add(desk)
    return desk


def see_forum(bound: Sequence[Desk], *, is_forum: bool) -> None:
    """Telegram says with every message whether the group is a forum."""
    for desk in bound:
        desk.is_forum = is_forum
        if is_forum:
            desk.lacks = _write(lacks_of(desk) - {Right.FORUM})


def lacks_of(desk: Desk) -> frozenset[Right]:
    """The rights that are known to be missing."""
    return frozenset(Right(one) for one in desk.lacks.split(",") if one)


def _write(lacks: Iterable[Right]) -> str:
    return ",".join(sorted(lacks))


def is_usable(desk: Desk) -> bool:
    """Whether cards can be sent to the group at all."""
    return Right.PRESENT not in lacks_of(desk)


def has_topics(desk: Desk) -> bool:
    """Whether a ticket gets a topic of its own."""
    return desk.is_forum and not lacks_of(desk) & {Right.TOPICS, Right.PRESENT, Right.FORUM}


async def found_lacking(
    session: AsyncSession, *, bot_id: int, chat_id: int, right: Right, now: datetime
) -> None:
    """A refused call proved that a right is missing; administrators hear of it once per loss."""
    for desk in await in_chat(session, bot_id, chat_id):
        lacks = lacks_of(desk)
        if right in lacks:
            continue
        desk.lacks = _write({*lacks, right})
        desk.is_forum = desk.is_forum and right is not Right.FORUM
        await _tell_administrators(session, desk, right, now=now)
        if right is Right.PRESENT:
            await show_cards_anew(session, desk.department, now=now)


async def _tell_administrators(
    session: AsyncSession, desk: Desk, right: Right, *, now: datetime
) -> None:
    await notices.owe_notice(
        session,
        "desk_lacks_rights",
        key=f"desk_lacks_rights:{desk.id}:{right}:{int(now.timestamp())}",
        due_at=now,
        now=now,
        subject="desk",
        subject_id=desk.id,
        right=right.value,
    )


async def was_refused(session: AsyncSession, row: Outbox, error: str, *, now: datetime) -> None:
    """Telegram would not make a topic or pin a card: remember why, and go on without it."""
    if row.kind not in {OutboxKind.OPEN_TOPIC, OutboxKind.PIN}:
        return
    right = _missing_right(row.kind, error.lower())
    if right is not None:
        await found_lacking(session, bot_id=row.bot_id, chat_id=row.chat_id, right=right, now=now)
    if row.kind is OutboxKind.OPEN_TOPIC and row.topic_id is not None:
        await without_topic(session, row.topic_id, now=now)


def _missing_right(kind: OutboxKind, error: str) -> Right | None:
    if "not a forum" in error:
        return Right.FORUM
    if "not enough rights" not in error and "admin_required" not in error:
        return None
    return Right.TOPICS if kind is OutboxKind.OPEN_TOPIC else Right.PIN


async def without_topic(session: AsyncSession, topic_id: int, *, now: datetime) -> None:
    """The topic cannot be made: what waited for it goes to the group itself (FAULTS 17)."""
    topic = await session.get_one(Topic, topic_id)
    topic.closed_at = now
    waiting = select(Outbox).where(
        messages.is_owed(Outbox),
        col(Outbox.topic_id) == topic_id,
        col(Outbox.state) == OutboxState.PENDING,
    )
    for row in (await session.exec(waiting)).all():
        if row.kind in {OutboxKind.EDIT_TOPIC, OutboxKind.OPEN_TOPIC, OutboxKind.PIN}:
            row.state, row.done_at = OutboxState.DROPPED, now
            continue
        row.topic_id = row.after_id = None
    inside = select(Message).where(
        col(Message.topic_id) == topic_id, col(Message.direction) == Direction.OUT
    )
    for message in (await session.exec(inside)).all():
        message.topic_id = None
