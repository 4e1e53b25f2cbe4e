"""How the bot is doing, in figures an administrator can act on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor, Role
from domain.calendar_sheets import missing_years
from domain.errors import NotAllowed
from domain.tickets import Status
from models import Alarm, Inbox, Notice, Outbox, Person, Ticket
from models.messages import InboxState, OutboxState
from models.notices import NoticeState
from services import alarms, departments, messages, people
from services.office import Office

#: Failed messages are counted this far back.
LOOKING_BACK = timedelta(days=1)
#: A notice that is due for longer than this is late: ticks come every few seconds.
LATE = timedelta(minutes=5)


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
    """What the house carries at a moment; `oldest_owed` is zero when nothing is owed."""

    owed: int
    oldest_owed: timedelta
    notices_due: int
    notices_late: int
    parked: int
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
    is_due = (col(Notice.state) == NoticeState.OPEN, col(Notice.due_at) <= now)
    has_failed = (
        col(Outbox.state) == OutboxState.FAILED,
        col(Outbox.done_at) > now - LOOKING_BACK,
    )
    return Health(
        owed=await _count(session, Outbox, owing),
        oldest_owed=now - oldest if oldest is not None else None,
        notices_due=await _count(session, Notice, *is_due),
        failed=await _count(session, Outbox, *has_failed),
        parked=await _count(session, Inbox, col(Inbox.state) == InboxState.PARKED),
        unreachable=await _count(session, Person, col(Person.unreachable_since).is_not(None)),
        unstaffed=tuple(key for key in every if key not in staffed | {"duty"}),
        unconfirmed=tuple(key for key in every if key not in certain),
        missing_years=missing_years(office.calendar, office.today(now)),
        alarms=await alarms.ringing(session),
    )


async def load(session: AsyncSession, *, now: datetime) -> Load:
    """Count what is owed, due and open; one read."""
    owing = messages.is_owed(Outbox)
    is_open = col(Notice.state) == NoticeState.OPEN
    oldest = (await session.exec(select(func.min(col(Outbox.created_at))).where(owing))).one()
    by_status = select(Ticket.status, func.count()).group_by(col(Ticket.status))
    found = dict((await session.exec(by_status)).all())
    return Load(
        owed=await _count(session, Outbox, owing),
        oldest_owed=now - oldest if oldest is not None else timedelta(),
        notices_due=await _count(session, Notice, is_open, col(Notice.due_at) <= now),
        notices_late=await _count(session, Notice, is_open, col(Notice.due_at) <= now - LATE),
        parked=await _count(session, Inbox, col(Inbox.state) == InboxState.PARKED),
        tickets={status: found.get(status, 0) for status in Status},
    )


async def was_used_before(session: AsyncSession, moment: datetime) -> bool:
    """Whether anybody was met before a moment: then there is something to back up."""
    statement = select(Person.id).where(col(Person.created_at) < moment).limit(1)
    return (await session.exec(statement)).first() is not None


async def _count(session: AsyncSession, table: type[Any], *where: ColumnElement[bool]) -> int:
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
