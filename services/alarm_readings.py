"""What the database says of the house's health: one reading per alarm that can be read there."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, TextClause, func, or_, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.alarms import AlarmKind, Reading
from domain.calendar_sheets import missing_years
from models import Inbox, Outbox, Task
from models.messages import IS_PARKED, IS_WAITING, OutboxState
from models.tickets import IS_OPEN
from services import alarms, messages, notices
from services.office import Office

_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
#: The State Council announces the next year's days off in November.
_ANNOUNCED_FROM_MONTH = 11


async def read(session: AsyncSession, *, office: Office, now: datetime) -> dict[AlarmKind, Reading]:
    """Look at everything once; each query finds its rows by an index over the open ones."""
    waiting = await _oldest(session, Inbox.received_at, text(IS_WAITING))
    untried = await _oldest(
        session,
        Outbox.created_at,
        messages.is_owed(Outbox),
        col(Outbox.attempts) == 0,
        col(Outbox.broadcast).is_(False),
    )
    return {
        AlarmKind.INBOX_BACKLOG: _age(waiting, now),
        AlarmKind.OUTBOX_BACKLOG: _age(untried, now),
        AlarmKind.NOTICES_LATE: _age(await notices.next_due(session), now),
        **await _parked(session, now=now),
        AlarmKind.CALENDAR_MISSING: await _calendar(session, office=office, now=now),
    }


async def note_parked(session: AsyncSession, *, office: Office, now: datetime) -> None:
    """An update was parked a moment ago: administrators hear of it with the same commit."""
    await session.flush()
    await alarms.judge(session, await _parked(session, now=now), office=office, now=now)


async def may_go_since(session: AsyncSession, *, now: datetime) -> datetime | None:
    """How long a message has been waiting although nothing holds it back; None: there is none."""
    since = func.coalesce(col(Outbox.next_try_at), col(Outbox.created_at))
    return await _oldest(
        session,
        since,
        messages.is_owed(Outbox),
        col(Outbox.state) == OutboxState.PENDING,
        col(Outbox.after_id).is_(None),
        or_(col(Outbox.next_try_at).is_(None), col(Outbox.next_try_at) <= now),
    )


async def _oldest(
    session: AsyncSession, moment: Any, *where: ColumnElement[bool] | TextClause
) -> datetime | None:
    found: datetime | None = (await session.exec(select(func.min(moment)).where(*where))).one()
    return found


def _age(moment: datetime | None, now: datetime) -> Reading:
    """A moment to come is no age: a notice that is not due, a clock that was set back."""
    seconds = (now - moment).total_seconds() if moment is not None else 0
    return Reading(max(seconds, 0), {"minutes": int(seconds // 60)} if seconds > 0 else {})


async def _parked(session: AsyncSession, *, now: datetime) -> Mapping[AlarmKind, Reading]:
    statement = (
        select(Inbox.done_at, Inbox.error)
        .where(text(IS_PARKED), col(Inbox.done_at) > now - _DAY)
        .order_by(col(Inbox.done_at).desc())
    )
    rows: Sequence[tuple[datetime | None, str]] = (await session.exec(statement)).all()
    recent = sum(1 for done_at, _ in rows if done_at is not None and done_at > now - _HOUR)
    details: dict[str, int | str] = {"count": len(rows), "error": rows[0][1]} if rows else {}
    return {
        AlarmKind.UPDATE_PARKED: Reading(len(rows), details),
        AlarmKind.MANY_PARKED: Reading(recent, {"count": recent}),
    }


async def _calendar(session: AsyncSession, *, office: Office, now: datetime) -> Reading:
    """Years without a yearly notice: this one, the next from November on, or one that a promise
    to a company already reaches."""
    today = office.today(now)
    reached = await _last_promise(session)
    last = office.today(reached).year if reached is not None else today.year
    if today.month >= _ANNOUNCED_FROM_MONTH:
        last = max(last, today.year + 1)
    years = [year for year in missing_years(office.calendar, today) if year <= last]
    return Reading(len(years), {"year": years[0]} if years else {})


async def _last_promise(session: AsyncSession) -> datetime | None:
    """The latest moment by which an open request is to be answered."""
    statement = select(func.max(col(Task.answer_due))).where(text(IS_OPEN))
    return (await session.exec(statement)).one()
