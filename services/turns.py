"""Whose turn it is: what of the Outbox may go now, in the order of each chat."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, func, or_, union_all, update
from sqlalchemy import select as sa_select
from sqlalchemy.orm import aliased
from sqlmodel import col, exists, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from models import Message, Outbox, Topic
from models.base import table_of
from models.messages import OutboxKind, OutboxState
from services import messages, notices

#: Of each rank so many heads are looked at: more than may go in a second.
_LOOK_AHEAD = 64
_OUTBOX = table_of(Outbox)
_THESE: BindParameter[int] = bindparam("ids", expanding=True)
_MARK_AS_BEING_SENT = (
    update(_OUTBOX)
    .where(_OUTBOX.c.id.in_(_THESE))
    .values(state=OutboxState.SENDING, attempts=_OUTBOX.c.attempts + 1)
)


@dataclass(frozen=True, slots=True)
class Head:
    """What goes next to a chat, in short."""

    id: int
    chat_id: int
    kind: OutboxKind
    broadcast: bool
    is_reminder: bool

    @property
    def rank(self) -> tuple[bool, bool]:
        """Who waits for an answer comes first, what goes to many at once comes last."""
        return self.broadcast, self.is_reminder


class Owed(NamedTuple):
    """A row of the Outbox, as far as its call needs it."""

    id: int
    chat_id: int
    kind: OutboxKind
    payload: dict[str, Any]
    broadcast: bool
    notice_id: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Errand:
    """One call to make: the row, and Telegram's own numbers as far as they are known."""

    row: Owed
    telegram_id: int | None
    thread_id: int | None
    reply_to: int | None
    title: str
    icon: str

    @property
    def head(self) -> Head:
        """What the pace knows of it."""
        row = self.row
        return Head(row.id, row.chat_id, row.kind, row.broadcast, row.notice_id is not None)


@dataclass(frozen=True, slots=True)
class Round:
    """What is handed out now, and when it is worth looking again: at once when there is `more`,
    soon when something is `held` up that could go or was handed out, otherwise when something
    postponed comes due.
    """

    errands: Sequence[Errand] = ()
    more: bool = False
    held: bool = False
    again: datetime | None = None
    dropped: int = 0


async def take(
    session: AsyncSession,
    *,
    bot_id: int,
    resting: Callable[[], Collection[int]],
    now: datetime,
    choose: Callable[[Sequence[Head]], Sequence[Head]],
) -> Round:
    """Hand out what is chosen from the heads of chats that do not rest; marks it as being sent.

    When nothing of many is chosen and more rest by now, those behind them are asked.
    """
    rest, dropped = resting(), 0
    heads = await _heads(session, bot_id, rest, now)
    if any(head.is_reminder for head in heads):
        dropped = await drop_outdated(session, bot_id=bot_id, now=now)
    if dropped:
        heads = await _heads(session, bot_id, rest, now)
    chosen = choose(heads)
    while not chosen and len(heads) >= _LOOK_AHEAD and set(more_rest := resting()) - set(rest):
        rest = more_rest
        heads = await _heads(session, bot_id, rest, now)
        chosen = choose(heads)
    if not chosen:
        held = bool(heads or (resting() and await _heads(session, bot_id, (), now)))
        again = None if held else await _next_moment(session, bot_id, now)
        return Round(held=held, again=again, dropped=dropped)
    errands = await _hand_out(session, [head.id for head in chosen])
    more = bool(errands) and not len(chosen) == len(heads) < _LOOK_AHEAD
    held = len(errands) < len(chosen)
    return Round(errands, more=more, held=held, dropped=dropped)


async def _hand_out(session: AsyncSession, ids: Sequence[int]) -> list[Errand]:
    """On PostgreSQL a row that is being redrawn at this moment is left for the next round: the old
    look would go, and the new one would count as sent."""
    rows = (await session.exec(_with_numbers(), params={"ids": ids})).all()
    size = len(Owed._fields)
    errands = [Errand(Owed(*row[:size]), *row[size:]) for row in rows]
    if errands:
        taken = {"ids": [errand.row.id for errand in errands]}
        await (await session.connection()).execute(_MARK_AS_BEING_SENT, taken)
    return errands


@cache
def _with_numbers() -> Any:
    """For `ids`: what is pending of these, with Telegram's numbers of what each is about."""
    answered = aliased(Message)
    return (
        sa_select(
            *(col(getattr(Outbox, name)) for name in Owed._fields),
            col(Message.telegram_id),
            col(Topic.thread_id),
            col(answered.telegram_id),
            func.coalesce(Topic.title, ""),
            func.coalesce(Topic.icon, ""),
        )
        .select_from(Outbox)
        .outerjoin(Message, col(Message.id) == Outbox.message_id)
        .outerjoin(Topic, col(Topic.id) == Outbox.topic_id)
        .outerjoin(
            answered,
            and_(col(answered.id) == Message.reply_to, col(answered.chat_id) == Outbox.chat_id),
        )
        .where(
            col(Outbox.id).in_(bindparam("ids", expanding=True)),
            col(Outbox.state) == OutboxState.PENDING,
        )
        .order_by(col(Outbox.id))
        .with_for_update(of=Outbox, skip_locked=True, key_share=True)
    )


async def _next_moment(session: AsyncSession, bot_id: int, now: datetime) -> datetime | None:
    """When something postponed comes due; None when nothing is."""
    asked = {"bot_id": bot_id, "now": now}
    moment: datetime | None = (await session.exec(_first_postponed(), params=asked)).scalar()
    return moment


@cache
def _first_postponed() -> Any:
    return sa_select(func.min(col(Outbox.next_try_at))).where(
        messages.is_owed(Outbox),
        col(Outbox.bot_id) == bindparam("bot_id"),
        col(Outbox.state) == OutboxState.PENDING,
        col(Outbox.next_try_at) > bindparam("now"),
    )


async def _heads(
    session: AsyncSession, bot_id: int, resting: Collection[int], now: datetime
) -> list[Head]:
    asked = {"bot_id": bot_id, "now": now, **({"resting": list(resting)} if resting else {})}
    found = (await session.exec(_heads_that_may_go(bool(resting)), params=asked)).all()
    return [Head(*row) for row in found]


# The courier asks this after every message, and building it takes longer than answering it.
@cache
def _heads_that_may_go(some_rest: bool) -> Any:
    """For `bot_id`, `now` and perhaps `resting`: the oldest of each rank, so that few are read.

    A chat of which something is being sent at this moment is held up by that row.
    """
    is_reply, is_broadcast = col(Outbox.notice_id).is_(None), col(Outbox.broadcast)
    resting: BindParameter[int] = bindparam("resting", expanding=True)
    awake = [col(Outbox.chat_id).not_in(resting)] if some_rest else []
    ranks = union_all(
        _heads_of(is_broadcast.is_(False), is_reply, *awake),
        _heads_of(is_broadcast.is_(False), ~is_reply, *awake),
        _heads_of(is_broadcast.is_(True), *awake),
    ).subquery()
    return sa_select(*ranks.c)


def _heads_of(*rank: ColumnElement[bool]) -> Any:
    found = (
        sa_select(
            col(Outbox.id),
            col(Outbox.chat_id),
            col(Outbox.kind),
            col(Outbox.broadcast),
            col(Outbox.notice_id).is_not(None).label("is_reminder"),
        )
        .where(*rank, *_may_go())
        .order_by(col(Outbox.id))
        .limit(_LOOK_AHEAD)
        .subquery()
    )
    return sa_select(*found.c)


def _may_go() -> tuple[ColumnElement[bool], ...]:
    """A chat's oldest owed row whose moment has come; those that wait for another row neither go
    nor hold up the chat.

    A file that is to be fetched says nothing to the chat, and holds up nobody either. A broadcast
    is overtaken by everything else; but while Telegram wants the chat left alone, all of it waits.
    """
    earlier = aliased(Outbox)
    now: BindParameter[datetime] = bindparam("now")
    goes_first = or_(
        and_(col(earlier.broadcast) == Outbox.broadcast, col(earlier.id) < Outbox.id),
        and_(col(earlier.broadcast).is_(False), col(Outbox.broadcast).is_(True)),
        col(earlier.next_try_at) > now,
    )
    is_held_up = exists().where(
        messages.is_owed(earlier),
        col(earlier.bot_id) == Outbox.bot_id,
        col(earlier.chat_id) == Outbox.chat_id,
        col(earlier.id) != Outbox.id,
        or_(
            col(earlier.state) == OutboxState.SENDING,
            and_(
                col(earlier.state) == OutboxState.PENDING,
                col(earlier.kind) != OutboxKind.FETCH,
                goes_first,
                ~_waits(earlier),
            ),
        ),
    )
    return (
        messages.is_owed(Outbox),
        col(Outbox.bot_id) == bindparam("bot_id"),
        col(Outbox.state) == OutboxState.PENDING,
        or_(col(Outbox.next_try_at).is_(None), col(Outbox.next_try_at) <= now),
        ~_waits(Outbox),
        ~is_held_up,
    )


def _waits(row: type[Outbox]) -> ColumnElement[bool]:
    """It names a row that must go first, or its topic is still to be made."""
    first, topic = aliased(Outbox), aliased(Outbox)
    return or_(
        exists().where(col(first.id) == row.after_id, messages.is_owed(first)),
        and_(
            col(row.topic_id).is_not(None),
            col(row.kind) != OutboxKind.OPEN_TOPIC,
            exists().where(
                col(topic.bot_id) == row.bot_id,
                col(topic.chat_id) == row.chat_id,
                col(topic.topic_id) == row.topic_id,
                col(topic.kind) == OutboxKind.OPEN_TOPIC,
                messages.is_owed(topic),
            ),
        ),
    )


async def drop_outdated(session: AsyncSession, *, bot_id: int, now: datetime) -> int:
    """A reminder that lay too long says nothing; its notice comes due once more. How many?"""
    found = (await session.exec(_outdated(), params={"now": now})).all()
    rows = [row for row in found if row.bot_id == bot_id]
    for row in rows:
        row.state, row.done_at = OutboxState.DROPPED, now
        if row.notice_id is not None:
            await notices.reopen(session, row.notice_id, due_at=now)
    return len(rows)


@cache
def _outdated() -> SelectOfScalar[Outbox]:
    """Asked for with the bot's id, SQLite would read all that is owed instead of this index."""
    return (
        select(Outbox)
        .where(
            messages.is_owed(Outbox),
            col(Outbox.state) == OutboxState.PENDING,
            col(Outbox.good_until) < bindparam("now"),
        )
        .with_for_update(skip_locked=True)
    )
