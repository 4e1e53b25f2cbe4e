"""Notices: what must be said to somebody else, now or at a later moment."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import Notice
from models.ids import new_id
from models.notices import IS_OPEN, NoticeState
from services import new_rows
from services.new_rows import Row


async def owe_notice(
    session: AsyncSession, kind: str, *, key: str, due_at: datetime, now: datetime, **more: Any
) -> int | None:
    """Record that something must be said, as `row_of` describes it; returns its id, or None when
    the key was recorded before."""
    row = row_of(kind, key=key, due_at=due_at, now=now, **more)
    return row["id"] if await new_rows.insert_unknown(session, Notice, [row]) else None


async def owe_notices(session: AsyncSession, rows: Sequence[Row]) -> None:
    """The same of several at once; those whose keys were recorded before stay as they are."""
    await new_rows.insert_unknown(session, Notice, rows)


def row_of(
    kind: str,
    *,
    key: str,
    due_at: datetime,
    now: datetime,
    person_id: int | None = None,
    chat_id: int | None = None,
    subject: str = "",
    subject_id: int | None = None,
    urgent: bool = False,
    **details: Any,
) -> Row:
    """A notice that is owed from now on, to be said at `due_at`."""
    return {
        "id": new_id(),
        "kind": kind,
        "person_id": person_id,
        "chat_id": chat_id,
        "subject": subject,
        "subject_id": subject_id,
        "details": details,
        "urgent": urgent,
        "due_at": due_at,
        "key": key,
        "state": NoticeState.OPEN,
        "created_at": now,
        "done_at": None,
    }


async def due_notices(
    session: AsyncSession,
    *,
    now: datetime,
    limit: int,
    only: Sequence[str] = (),
    but: Sequence[str] = (),
) -> Sequence[Notice]:
    """What is due and not yet said, oldest first; `only` these kinds, or all `but` those."""
    statement = (
        select(Notice)
        .where(col(Notice.state) == NoticeState.OPEN, col(Notice.due_at) <= now)
        .order_by(col(Notice.due_at), col(Notice.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    if only:
        statement = statement.where(col(Notice.kind).in_(only))
    if but:
        statement = statement.where(col(Notice.kind).not_in(but))
    return (await session.exec(statement)).all()


async def oldest_due(
    session: AsyncSession, kinds: Sequence[str], *, now: datetime
) -> Notice | None:
    """What has waited longest of these kinds; read without a lock, by who cannot write."""
    statement = (
        select(Notice)
        .where(text(IS_OPEN), col(Notice.due_at) <= now, col(Notice.kind).in_(kinds))
        .order_by(col(Notice.due_at), col(Notice.id))
        .limit(1)
    )
    return (await session.exec(statement)).first()


async def next_due(session: AsyncSession) -> datetime | None:
    """The moment of the next open notice."""
    statement = select(func.min(col(Notice.due_at))).where(text(IS_OPEN))
    return (await session.exec(statement)).one()


async def drop(
    session: AsyncSession, *, subject: str, subject_id: int, kinds: Sequence[str], now: datetime
) -> None:
    """Take back open notices that make no sense any more."""
    statement = select(Notice).where(
        col(Notice.subject) == subject,
        col(Notice.subject_id) == subject_id,
        col(Notice.kind).in_(kinds),
        col(Notice.state) == NoticeState.OPEN,
    )
    for notice in (await session.exec(statement)).all():
        settle(notice, NoticeState.DROPPED, now=now)


def settle(notice: Notice, state: NoticeState, *, now: datetime) -> None:
    """Close a notice: said, or dropped."""
    notice.state = state
    notice.done_at = now


def postpone(notice: Notice, *, until: datetime) -> None:
    """Ask again later: quiet hours, or a snooze."""
    notice.due_at = until


async def reopen(session: AsyncSession, notice_id: int, *, due_at: datetime) -> None:
    """Judge a said notice again: what it became lay too long to be sent."""
    notice = await session.get(Notice, notice_id)
    if notice is not None:
        notice.state, notice.done_at, notice.due_at = NoticeState.OPEN, None, due_at
