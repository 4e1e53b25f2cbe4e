"""The groups bound to departments, and what is known of each."""

from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from domain.errors import NotAllowed, NotFound
from models import Desk, Task
from services import notices
from services.office import Office
from services.ticket_queries import OPEN, tasks_of


async def bind(
    session: AsyncSession,
    *,
    chat_id: int,
    department: str,
    is_forum: bool,
    actor: Actor,
    now: datetime,
    office: Office,
) -> Desk:
    """Make a group the desk of a department; it leaves the group it was bound to before.

    One group may serve several departments. Administrators may, and heads for their own.
    """
    if not (actor.is_admin or actor.heads(department)):
        raise NotAllowed
    if office.catalogue.department(department) is None:
        raise NotFound
    before = await of_department(session, office.bot_id, department)
    if before is not None and before.chat_id == chat_id:
        before.is_forum = is_forum
        return before
    if before is not None:
        before.unbound_at = now
    desk = Desk(
        bot_id=office.bot_id,
        chat_id=chat_id,
        department=department,
        is_forum=is_forum,
        lacks=await _known_lacks(session, office.bot_id, chat_id),
        bound_by=actor.person_id,
        bound_at=now,
    )
    session.add(desk)
    await session.flush()
    await show_cards_anew(session, department, now=now)
    return desk


async def unbind(session: AsyncSession, desk_id: int, *, actor: Actor, now: datetime) -> Desk:
    """The group is no desk of that department any more; its cards go to private chats."""
    desk = await session.get(Desk, desk_id)
    if desk is None or not (actor.is_admin or actor.heads(desk.department)):
        raise NotFound
    if desk.unbound_at is None:
        desk.unbound_at = now
        await show_cards_anew(session, desk.department, now=now)
    return desk


async def in_chat(session: AsyncSession, bot_id: int, chat_id: int) -> list[Desk]:
    """The desks bound to a group, in the order of binding."""
    statement = (
        select(Desk)
        .where(
            col(Desk.bot_id) == bot_id,
            col(Desk.chat_id) == chat_id,
            col(Desk.unbound_at).is_(None),
        )
        .order_by(col(Desk.id))
    )
    return list((await session.exec(statement)).all())


async def of_department(session: AsyncSession, bot_id: int, department: str) -> Desk | None:
    """The desk of a department, None while it has none."""
    statement = (
        select(Desk)
        .where(
            col(Desk.bot_id) == bot_id,
            col(Desk.department) == department,
            col(Desk.unbound_at).is_(None),
        )
        .order_by(col(Desk.id).desc())
    )
    return (await session.exec(statement)).first()


async def share_desk(session: AsyncSession, bot_id: int, one: Task, other: Task) -> bool:
    """Whether two departments' tasks are shown in the same group."""
    desks = [await of_department(session, bot_id, task.department) for task in (one, other)]
    return all(desks) and len({desk.chat_id for desk in desks if desk is not None}) == 1


async def first_task_in(
    session: AsyncSession, ticket_id: int, bot_id: int, chat_id: int
) -> Task | None:
    """The task whose card is pinned in a group, when several departments share it."""
    bound = {desk.department for desk in await in_chat(session, bot_id, chat_id)}
    tasks = await tasks_of(session, ticket_id)
    return next((task for task in tasks if task.department in bound), None)


async def _known_lacks(session: AsyncSession, bot_id: int, chat_id: int) -> str:
    statement = (
        select(Desk.lacks)
        .where(col(Desk.bot_id) == bot_id, col(Desk.chat_id) == chat_id)
        .order_by(col(Desk.id).desc())
    )
    return (await session.exec(statement)).first() or ""


async def show_cards_anew(session: AsyncSession, department: str, *, now: datetime) -> None:
    """Every open ticket of the department shows its card in the new place."""
    statement = select(Task.ticket_id).where(
        col(Task.department) == department,
        col(Task.status).in_(OPEN),
    )
    for ticket_id in set((await session.exec(statement)).all()):
        await _owe_card(session, ticket_id, f"moved:{int(now.timestamp())}", now=now)


async def _owe_card(session: AsyncSession, ticket_id: int, why: str, *, now: datetime) -> None:
    await notices.owe_notice(
        session,
        "desk_card",
        key=f"desk_card:{ticket_id}:{why}",
        due_at=now,
        now=now,
        subject="ticket",
        subject_id=ticket_id,
    )
