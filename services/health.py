"""How the bot is doing, in figures an administrator can act on."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from domain.errors import NotAllowed
from models import Inbox, Notice, Outbox, Person
from models.messages import InboxState, OutboxState
from models.notices import NoticeState
from services import departments
from services.office import Office

#: Failed messages are counted this far back.
LOOKING_BACK = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Health:
    """Counts; `oldest_owed` is the age of the oldest unsent message, None when nothing is owed.

    Departments are keys of the catalogue, in its order.
    """

    owed: int
    oldest_owed: timedelta | None
    notices_due: int
    failed: int
    parked: int
    unreachable: int
    unstaffed: tuple[str, ...]
    unconfirmed: tuple[str, ...]


async def examine(session: AsyncSession, *, actor: Actor, office: Office, now: datetime) -> Health:
    """Look at everything once; administrators only."""
    if not actor.is_admin:
        raise NotAllowed
    owing = col(Outbox.state).in_((OutboxState.PENDING, OutboxState.SENDING))
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
    )


async def _count(session: AsyncSession, table: type[Any], *where: ColumnElement[bool]) -> int:
    statement = select(func.count()).select_from(table).where(*where)
    return (await session.exec(statement)).one()
