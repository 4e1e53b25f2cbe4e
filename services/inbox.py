"""Updates that arrived: stored before they are acknowledged, worked through in order per chat."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from math import isfinite
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Insert, bindparam, literal_column, update
from sqlalchemy import select as sa_select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased
from sqlmodel import col, exists, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import Inbox
from models.base import table_of
from models.ids import new_id
from models.messages import InboxState

TRIES = 3
_INBOX = table_of(Inbox)
_MARK_DONE = (
    update(_INBOX)
    .where(_INBOX.c.id.in_(bindparam("ids", expanding=True)))
    .values(state=InboxState.DONE, done_at=bindparam("now"))
)
_YEAR_9999 = 253_370_764_800
_GREAT_NUMBER = re.compile(r"\d{19}")
#: What a database keeps as a whole number.
_LEAST, _MOST = -(2**63), 2**63 - 1
#: Telegram's longest text has 4,096 signs and its updates nest some ten levels.
LONGEST_WORDS, DEEPEST = 16_384, 60


class Arrived(NamedTuple):
    """An open update, as it arrived."""

    id: int
    update_id: int
    chat_key: int
    payload: dict[str, Any]
    attempts: int
    received_at: datetime


async def store(
    session: AsyncSession, updates: Sequence[dict[str, Any]], *, bot_id: int, now: datetime
) -> None:
    """Keep raw updates; one that is known, by its number or by its message's, is ignored.

    What has no number of its own is no update: it cannot be acknowledged, nor known again.
    """
    rows = [_row(update, bot_id=bot_id, now=now) for update in updates if is_update(update)]
    if rows:
        connection = await session.connection()
        await connection.execute(_keep_unknown(connection.dialect.name), rows)


@cache
def _keep_unknown(dialect: str) -> Insert:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return insert(_INBOX).on_conflict_do_nothing()


async def heads(session: AsyncSession, *, bot_id: int, limit: int) -> list[Arrived]:
    """The oldest open update of each chat, oldest chat first."""
    asked = {"bot_id": bot_id, "limit": limit}
    return [Arrived(*row) for row in await session.exec(heads_of_chats(), params=asked)]


@cache
def heads_of_chats() -> Any:
    """For `bot_id` and `limit`: asked for every update, and slow to build.

    Which of a chat is the oldest Telegram's number says, not our id: pushes come to several
    machines, whose clocks make the ids.
    """
    earlier = aliased(Inbox)
    is_head = ~exists().where(
        col(earlier.bot_id) == Inbox.bot_id,
        col(earlier.chat_key) == Inbox.chat_key,
        _is_open(earlier),
        col(earlier.update_id) < Inbox.update_id,
    )
    return (
        sa_select(*(_INBOX.c[name] for name in Arrived._fields))
        .where(col(Inbox.bot_id) == bindparam("bot_id"), _is_open(Inbox), is_head)
        .order_by(col(Inbox.id))
        .limit(bindparam("limit"))
        .with_for_update(skip_locked=True)
    )


def _is_open(row: type[Inbox]) -> ColumnElement[bool]:
    """Written out: an index over open rows is used by queries that repeat its condition."""
    return col(row.state) == literal_column(f"'{InboxState.OPEN}'")


async def sent_before(
    session: AsyncSession, *, bot_id: int, chat_id: int, message_id: int, by: int
) -> datetime | None:
    """When Telegram was given the message that stands so many messages before this one; None when
    there were not so many, or its words are kept no longer."""
    statement = (
        select(Inbox.payload)
        .where(
            col(Inbox.bot_id) == bot_id,
            col(Inbox.chat_key) == chat_id,
            col(Inbox.message_id).is_not(None),
            col(Inbox.message_id) < message_id,
        )
        .order_by(col(Inbox.message_id).desc())
        .offset(by - 1)
        .limit(1)
    )
    payload = (await session.exec(statement)).first() or {}
    seconds: Any = (payload.get("message") or {}).get("date")
    if not isinstance(seconds, int) or not 0 <= seconds < _YEAR_9999:
        return None
    return datetime.fromtimestamp(seconds, UTC)


async def mark_done(session: AsyncSession, ids: Sequence[int], *, now: datetime) -> None:
    """These updates took effect."""
    connection = await session.connection()
    await connection.execute(_MARK_DONE, {"ids": ids, "now": now})


async def mark_failed(session: AsyncSession, row: Arrived, error: str, *, now: datetime) -> bool:
    """Count a failed try; after the third the update is parked and the chat flows on."""
    kept = await session.get_one(Inbox, row.id)
    kept.attempts += 1
    kept.error = error[:500]
    if kept.attempts < TRIES:
        return False
    kept.state = InboxState.PARKED
    kept.done_at = now
    return True


def is_update(value: Any) -> bool:
    """Whether somebody's JSON is an update, whatever it may hold."""
    return isinstance(value, dict) and _is_number(value.get("update_id"), least=0)


def _is_number(value: Any, *, least: int = _LEAST) -> bool:
    return type(value) is int and least <= value <= _MOST


def _row(update: dict[str, Any], *, bot_id: int, now: datetime) -> dict[str, Any]:
    message = update.get("message")
    number = message.get("message_id") if isinstance(message, dict) else None
    return {
        "id": new_id(),
        "bot_id": bot_id,
        "update_id": update["update_id"],
        "chat_key": _chat_key(update),
        "message_id": number if _is_number(number) else None,
        "payload": _storable(update),
        "state": InboxState.OPEN,
        "attempts": 0,
        "error": "",
        "received_at": now,
        "done_at": None,
    }


def _storable(update: dict[str, Any]) -> Any:
    """JSON that any database keeps and any reader survives, the same value where it is already.

    PostgreSQL refuses zero signs, half surrogate pairs and numbers that are none; what is nested
    too deeply, or far too long, is cut off.
    """
    try:
        written = json.dumps(update, ensure_ascii=True, allow_nan=False)
    except (ValueError, RecursionError):
        return _cleaned(update)
    is_suspect = "\\u0000" in written or "\\ud" in written or len(written) > LONGEST_WORDS
    return _cleaned(update) if is_suspect or _GREAT_NUMBER.search(written) else update


def _cleaned(value: Any, depth: int = 0) -> Any:
    match value:
        case str():
            units = value[:LONGEST_WORDS].replace("\0", "").encode("utf-16", "surrogatepass")
            return units.decode("utf-16", "replace")
        case float():
            return value if isfinite(value) else None
        case int():
            return value if isinstance(value, bool) or _is_number(value) else None
        case list() | dict() if depth >= DEEPEST:
            return None
        case list():
            return [_cleaned(item, depth + 1) for item in value]
        case dict():
            return {_cleaned(name): _cleaned(item, depth + 1) for name, item in value.items()}
        case _:
            return value


def _chat_key(update: dict[str, Any]) -> int:
    """The chat whose order counts; what has no chat is ordered by its person."""
    for part in update.values():
        if not isinstance(part, dict):
            continue
        inner = part.get("message")
        holder = inner if isinstance(inner, dict) else part
        for owner in (holder.get("chat"), part.get("chat"), part.get("from"), part.get("user")):
            if isinstance(owner, dict) and _is_number(owner.get("id")):
                return int(owner["id"])
    return 0
