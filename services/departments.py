"""The departments of the catalogue: which an administrator confirmed, and which have officers."""

from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor, Role
from domain.catalogue import Catalogue
from domain.errors import NotAllowed, NotFound
from models import DepartmentNote, Desk, Membership
from services.messages import Address


async def confirmed(session: AsyncSession, catalogue: Catalogue) -> frozenset[str]:
    """Keys of departments that companies may be told of: by the catalogue, or by a note here."""
    noted = (await session.exec(select(DepartmentNote.key))).all()
    certain = {department.key for department in catalogue.departments if department.confirmed}
    return frozenset(certain | set(noted))


async def confirm(
    session: AsyncSession, key: str, *, catalogue: Catalogue, actor: Actor, now: datetime
) -> None:
    """An administrator vouches that the department is real and named so; twice is once."""
    if not actor.is_admin:
        raise NotAllowed
    if catalogue.department(key) is None:
        raise NotFound
    if await session.get(DepartmentNote, key) is None:
        session.add(DepartmentNote(key=key, confirmed_by=actor.person_id, confirmed_at=now))
        await session.flush()


async def staffed(session: AsyncSession) -> frozenset[str]:
    """Keys of departments with at least one officer or head."""
    statement = select(Membership.department).where(
        col(Membership.role).in_((Role.OFFICER, Role.HEAD)), col(Membership.until).is_(None)
    )
    return frozenset(key for key in (await session.exec(statement)).all() if key)


async def has_desk(session: AsyncSession, place: Address) -> bool:
    """Whether the group is bound to a department."""
    statement = select(Desk.id).where(
        col(Desk.bot_id) == place.bot_id,
        col(Desk.chat_id) == place.chat_id,
        col(Desk.unbound_at).is_(None),
    )
    return (await session.exec(statement)).first() is not None
