"""An office that can be tried at once: people with roles, and a group that is their desk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import OFFICE_ROLES, Grant
from models import Desk, Membership
from services import people
from services.people import Caller


@dataclass(frozen=True, slots=True)
class Seat:
    """A person of the sandbox and the roles they get."""

    telegram_id: int
    name: str
    grants: tuple[Grant, ...]


async def seed_sandbox(
    session: AsyncSession,
    *,
    staff: Sequence[Seat],
    desks: Mapping[str, int],
    bot_id: int,
    locale: str,
    now: datetime,
) -> bool:
    """Give an empty office its staff, and bind departments to forums (`desks`: department to chat
    id). False, and nothing changed, where somebody holds an office role already."""
    held = select(Membership.id).where(col(Membership.role).in_(OFFICE_ROLES)).limit(1)
    if (await session.exec(held)).first() is not None or not staff:
        return False
    ids = [await _join(session, seat, locale=locale, now=now) for seat in staff]
    session.add_all(
        Desk(
            bot_id=bot_id,
            chat_id=chat_id,
            department=department,
            is_forum=True,
            bound_by=ids[-1],
            bound_at=now,
        )
        for department, chat_id in desks.items()
    )
    await session.flush()
    return True


async def _join(session: AsyncSession, seat: Seat, *, locale: str, now: datetime) -> int:
    caller = Caller(seat.telegram_id, seat.name)
    person = await people.meet(session, caller, default_locale=locale, now=now)
    session.add_all(
        Membership(person_id=person.id, role=grant.role, department=grant.department, since=now)
        for grant in seat.grants
    )
    await session.flush()
    return person.id
