"""An officer's queue, and finding a ticket by number, company or words."""

from datetime import datetime, timedelta

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from domain.desks import QueueLine, Shelf
from domain.tickets import Status
from models import Company, Message, Task, Ticket
from services.desk_cards import next_due, queue_line, visible_tasks
from services.office import Office
from services.ticket_queries import DUTY, OPEN, is_of_company

#: So many hits are looked at when something is searched.
_FOUND = 50
_UNCLAIMED = frozenset({Status.RECEIVED, Status.DISPATCHED})

Pair = tuple[Ticket, Task]


async def shelves(
    session: AsyncSession, actor: Actor, *, office: Office, now: datetime
) -> dict[Shelf, list[QueueLine]]:
    """Every shelf of the queue; what is overdue comes first on each, then by the next due moment.

    The duty desk sees all departments, its own tasks first.
    """
    pairs = await visible_tasks(session, actor, OPEN)
    pairs.sort(key=lambda pair: _order(pair[1], actor, now=now))
    result: dict[Shelf, list[QueueLine]] = {shelf: [] for shelf in Shelf}
    for ticket, task in pairs:
        line = await queue_line(session, ticket, task, office=office, now=now)
        for shelf in Shelf:
            if _stands_on(shelf, task, line, actor=actor, office=office, now=now):
                result[shelf].append(line)
    return result


def _order(task: Task, actor: Actor, *, now: datetime) -> tuple[bool, bool, datetime, int]:
    due = next_due(task)
    is_late = due is not None and due < now
    elsewhere = actor.is_duty and task.department != DUTY
    return not is_late, elsewhere, due or now + timedelta(days=3650), task.id


def _stands_on(
    shelf: Shelf, task: Task, line: QueueLine, *, actor: Actor, office: Office, now: datetime
) -> bool:
    match shelf:
        case Shelf.WAITING:
            return task.status in _UNCLAIMED
        case Shelf.MINE:
            return actor.acts_for(task.handler_id)
        case Shelf.TODAY:
            is_today = line.due is not None and office.today(line.due) == office.today(now)
            return is_today and not line.is_overdue
        case Shelf.OVERDUE:
            return line.is_overdue
        case Shelf.COMPANY:
            return task.status is Status.WAITING_COMPANY


async def find(
    session: AsyncSession, words: str, *, actor: Actor, office: Office, now: datetime
) -> list[QueueLine]:
    """Tickets whose number, company or words contain what was typed, the newest first."""
    wanted = words.strip()
    if not wanted:
        return []
    like = f"%{_literal(wanted)}%"
    talked = select(Message.ticket_id).where(col(Message.text).ilike(like, escape="\\"))
    named = select(Company.id).where(col(Company.name).ilike(like, escape="\\"))
    statement = (
        select(Ticket, Task)
        .where(
            col(Task.ticket_id) == col(Ticket.id),
            or_(
                col(Ticket.number).ilike(like, escape="\\"),
                col(Ticket.company_id).in_(named),
                col(Ticket.id).in_(talked),
            ),
        )
        .order_by(col(Ticket.id).desc(), col(Task.id))
        .limit(_FOUND)
    )
    if not actor.is_duty:
        statement = statement.where(col(Task.department).in_(actor.departments))
    hits: dict[int, Pair] = {}
    for ticket, task in (await session.exec(statement)).all():
        if actor.works_for(task.department) and not is_of_company(ticket, actor):
            hits.setdefault(ticket.id, (ticket, task))
    return [
        await queue_line(session, ticket, task, office=office, now=now)
        for ticket, task in hits.values()
    ]


def _literal(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
