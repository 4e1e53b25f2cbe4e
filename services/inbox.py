"""Updates that arrived: stored before they are acknowledged, worked through in order per chat."""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased
from sqlmodel import col, exists, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from models import Inbox
from models.ids import new_id
from models.messages import InboxState

TRIES = 3


async def store(
    session: AsyncSession, updates: Sequence[dict[str, Any]], *, bot_id: int, now: datetime
) -> None:
    """Keep raw updates; one that is known, by its number or by its message's, is ignored."""
    if not updates:
        return
    rows = [_row(update, bot_id=bot_id, now=now) for update in updates]
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert if is_sqlite else postgresql.insert
    await session.exec(insert(Inbox).values(rows).on_conflict_do_nothing())


async def heads(session: AsyncSession, *, bot_id: int, limit: int) -> Sequence[Inbox]:
    """The oldest open update of each chat, oldest chat first."""
    asked = {"bot_id": bot_id, "limit": limit}
    return (await session.exec(_heads(), params=asked)).all()


@cache
def _heads() -> SelectOfScalar[Inbox]:
    """For `bot_id` and `limit`: asked for every update, and slow to build."""
    earlier = aliased(Inbox)
    is_head = ~exists().where(
        col(earlier.bot_id) == Inbox.bot_id,
        col(earlier.chat_key) == Inbox.chat_key,
        col(earlier.state) == InboxState.OPEN,
        col(earlier.id) < Inbox.id,
    )
    return (
        select(Inbox)
        .where(
            col(Inbox.bot_id) == bindparam("bot_id"), col(Inbox.state) == InboxState.OPEN, is_head
        )
        .order_by(col(Inbox.id))
        .limit(bindparam("limit"))
        .with_for_update(skip_locked=True)
    )


def mark_done(row: Inbox, *, now: datetime) -> None:
    """The update took effect."""
    row.state = InboxState.DONE
    row.done_at = now


def mark_failed(row: Inbox, error: str, *, now: datetime) -> bool:
    """Count a failed try; after the third the update is parked and the chat flows on."""
    row.attempts += 1
    row.error = error[:500]
    if row.attempts < TRIES:
        return False
    row.state = InboxState.PARKED
    row.done_at = now
    return True


def _row(update: dict[str, Any], *, bot_id: int, now: datetime) -> dict[str, Any]:
    message = update.get("message")
    return {
        "id": new_id(),
        "bot_id": bot_id,
        "update_id": update["update_id"],
        "chat_key": _chat_key(update),
        "message_id": message.get("message_id") if isinstance(message, dict) else None,
        "payload": _storable(update),
        "state": InboxState.OPEN,
        "attempts": 0,
        "error": "",
        "received_at": now,
        "done_at": None,
    }


def _storable(update: dict[str, Any]) -> Any:
    """JSON that any database keeps: PostgreSQL refuses zero signs and half surrogate pairs."""
    written = json.dumps(update)
    is_suspect = "\\u0000" in written or "\\ud" in written
    return _cleaned(update) if is_suspect else update


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        units = value.replace("\0", "").encode("utf-16", "surrogatepass")
        return units.decode("utf-16", "replace")
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    if isinstance(value, dict):
        return {name: _cleaned(item) for name, item in value.items()}
    return value


def _chat_key(update: dict[str, Any]) -> int:
    """The chat whose order counts; what has no chat is ordered by its person."""
    for part in update.values():
        if not isinstance(part, dict):
            continue
        inner = part.get("message")
        holder = inner if isinstance(inner, dict) else part
        for owner in (holder.get("chat"), part.get("chat"), part.get("from"), part.get("user")):
            if isinstance(owner, dict) and isinstance(owner.get("id"), int):
                return int(owner["id"])
    return 0
