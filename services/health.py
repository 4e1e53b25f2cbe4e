"""How the bot is doing, in figures an administrator can act on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, TextClause, func, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor, Role
from domain.calendar_sheets import missing_years
from domain.errors import NotAllowed
from domain.tickets import Status
from models import Alarm, Inbox, Notice, Outbox, Person, Task, Ticket, TicketCounter
from models.messages import HAS_FAILED, IS_PARKED, IS_WAITING, OutboxState
from models.notices import IS_OPEN
from models.people import IS_UNREACHABLE
from models.tickets import IS_OPEN as IS_OPEN_TASK
from services import alarms, departments, messages, notices, people
from services.office import Office

#: Failed messages are counted this far back.
LOOKING_BACK = timedelta(days=1)
#: A notice that is due for longer than this is late: ticks come every few seconds.
LATE = timedelta(minutes=5)
_OWED = (OutboxState.PENDING, OutboxState.SENDING)
_TRAFFIC = ("personal", "broadcast")


@dataclass(frozen=True, slots=True)
class Health:
    """Counts; `oldest_owed` is the age of the oldest unsent message, None when nothing is owed.

    Departments are keys of the catalogue, in its order; `missing_years` have no yearly calendar.
    """

    owed: int
    oldest_owed: timedelta | None
    notices_due: int
    failed: int
    parked: int
    unreachable: int
    unstaffed: tuple[str, ...]
    unconfirmed: tuple[str, ...]
    missing_years: tuple[int, ...] = ()
    alarms: Sequence[Alarm] = ()


@dataclass(frozen=True, slots=True)
class Load:
    """What the house carries at a moment; ages are zero where there is nothing.

    `outbox` counts by state and traffic (personal or broadcast), `oldest_owed` is by traffic.
    """

    waiting: int
    oldest_waiting: timedelta
    outbox: Mapping[tuple[str, str], int]
    oldest_owed: Mapping[str, timedelta]
    notices_due: int
    notices_late: int
    oldest_due: timedelta
    parked: int
    overdue: int
    unreachable: int
    tickets: Mapping[Status, int]


async def examine(session: AsyncSession, *, actor: Actor, office: Office, now: datetime) -> Health:
    """Look at everything once; administrators only."""
    if not actor.is_admin:
        raise NotAllowed
    owing = messages.is_owed(Outbox)
    oldest = (await session.exec(select(func.min(col(Outbox.created_at))).where(owing))).one()
    every = [department.key for department in office.catalogue.departments]
    staffed = await departments.staffed(session)
    certain = await departments.confirmed(session, office.catalogue)
    is_due = (text(IS_OPEN), col(Notice.due_at) <= now)
    has_failed = (text(HAS_FAILED), col(Outbox.done_at) > now - LOOKING_BACK)
    return Health(
        owed=await _count(session, Outbox, owing),
        oldest_owed=now - oldest if oldest is not None else None,
        notices_due=await _count(session, Notice, *is_due),
        failed=await _count(session, Outbox, *has_failed),
        parked=await _count(session, Inbox, text(IS_PARKED)),
        unreachable=await _count(session, Person, text(IS_UNREACHABLE)),
        unstaffed=tuple(key for key in every if key not in staffed | {"duty"}),
        unconfirmed=tuple(key for key in every if key not in certain),
        missing_years=missing_years(office.calendar, office.today(now)),
        alarms=await alarms.ringing(session),
    )


async def load(session: AsyncSession, *, now: datetime) -> Load:
    """Count what is owed, due and open; one read, each question answered by an index."""
    waiting, oldest_waiting = await _waiting(session)
    outbox, oldest_owed = await _owed_by_traffic(session, now=now)
    due = await notices.next_due(session)
    return Load(
        waiting=waiting,
        oldest_waiting=_since(oldest_waiting, now),
        outbox=outbox,
        oldest_owed=oldest_owed,
        notices_due=await _count(session, Notice, text(IS_OPEN), col(Notice.due_at) <= now),
        notices_late=await _count(session, Notice, text(IS_OPEN), col(Notice.due_at) <= now - LATE),
        oldest_due=_since(due, now),
        parked=await _count(session, Inbox, text(IS_PARKED)),
        overdue=await _overdue(session, now=now),
        unreachable=await _count(session, Person, text(IS_UNREACHABLE)),
        tickets=await _tickets(session),
    )


async def _waiting(session: AsyncSession) -> tuple[int, datetime | None]:
    oldest = func.min(col(Inbox.received_at))
    found: tuple[int, datetime | None] = (
        await session.exec(select(func.count(), oldest).where(text(IS_WAITING)))
    ).one()
    return found


async def _owed_by_traffic(
    session: AsyncSession, *, now: datetime
) -> tuple[dict[tuple[str, str], int], dict[str, timedelta]]:
    columns = (col(Outbox.state), col(Outbox.broadcast))
    oldest = func.min(col(Outbox.created_at))
    statement = select(*columns, func.count(), oldest).where(messages.is_owed(Outbox))
    counts: dict[tuple[str, str], int] = {
        (state, traffic): 0 for state in _OWED for traffic in _TRAFFIC
    }
    ages = dict.fromkeys(_TRAFFIC, timedelta())
    for state, is_broadcast, count, since in (
        await session.exec(statement.group_by(*columns))
    ).all():
        traffic = _TRAFFIC[is_broadcast]
        counts[state, traffic] = count
        ages[traffic] = max(ages[traffic], _since(since, now))
    return counts, ages


async def _overdue(session: AsyncSession, *, now: datetime) -> int:
    is_late = (col(Task.answer_due) < now, col(Task.answered_at).is_(None))
    return await _count(
        session, Task, text(IS_OPEN_TASK), *is_late, col(Task.paused_since).is_(None)
    )


async def _tickets(session: AsyncSession) -> dict[Status, int]:
    """Closed ones are those that were given a number and are not open: years of them are many."""
    is_open = col(Ticket.status).in_([status for status in Status if status is not Status.CLOSED])
    by_status = select(Ticket.status, func.count()).where(is_open).group_by(col(Ticket.status))
    found = dict((await session.exec(by_status)).all())
    given = (await session.exec(select(func.sum(TicketCounter.last)))).one() or 0
    found[Status.CLOSED] = max(given - sum(found.values()), 0)
    return {status: found.get(status, 0) for status in Status}


def _since(moment: datetime | None, now: datetime) -> timedelta:
    return max(now - moment, timedelta()) if moment is not None else timedelta()


async def was_used_before(session: AsyncSession, moment: datetime) -> bool:
    """Whether anybody was met before a moment: then there is something to back up."""
    statement = select(Person.id).where(col(Person.created_at) < moment).limit(1)
    return (await session.exec(statement)).first() is not None


async def _count(
    session: AsyncSession, table: type[Any], *where: ColumnElement[bool] | TextClause
) -> int:
    statement = select(func.count()).select_from(table).where(*where)
    return (await session.exec(statement)).one()


class Gap(StrEnum):
    """What an office still lacks before it can keep its promises."""

    NO_ADMINISTRATOR = "no_administrator"
    ADMINISTRATOR_SILENT = "administrator_silent"
    DUTY_DESK_EMPTY = "duty_desk_empty"
    NO_OFFICER = "no_officer"


async def gaps(session: AsyncSession, administrators: frozenset[int]) -> list[Gap]:
    """What is missing, the most urgent first; `administrators` are Telegram ids."""
    found: list[Gap] = []
    if not administrators:
        found.append(Gap.NO_ADMINISTRATOR)
    elif not await people.administrators(session, administrators):
        found.append(Gap.ADMINISTRATOR_SILENT)
    if not await people.with_role(session, Role.DUTY):
        found.append(Gap.DUTY_DESK_EMPTY)
    if not await people.with_role(session, Role.OFFICER):
        found.append(Gap.NO_OFFICER)
    return found
