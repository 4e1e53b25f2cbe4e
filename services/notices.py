"""Notices: what must be said to somebody else, now or at a later moment."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import Notice
from models.notices import IS_OPEN, NoticeState


async def owe_notice(
    session: AsyncSession,
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
) -> Notice | None:
    """Record that something must be said; returns None when the key was recorded before."""
    known = select(Notice.id).where(col(Notice.key) == key)
    if (await session.exec(known)).first() is not None:
        return None
    notice = Notice(
        kind=kind,
        key=key,
        due_at=due_at,
        created_at=now,
        person_id=person_id,
        chat_id=chat_id,
        subject=subject,
        subject_id=subject_id,
        urgent=urgent,
        details=details,
    )
    session.add(notice)
    await session.flush()
    return notice


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
