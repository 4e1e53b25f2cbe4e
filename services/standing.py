"""What somebody has to act on today: clocks that ended or end before the day is over.

Whoever reads a digest is asked for; nothing is kept, so that it is always what is true.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import and_, col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.absences import represented_by
from domain.actors import Actor, Role
from domain.ladder import Recipient
from models import Person, Task, Ticket
from services import ladder, people, staffing
from services.ladder import Reached
from services.office import Office
from services.ticket_queries import DUTY, OPEN, is_of_company

#: More of somebody's tasks are counted, not told: the most pressing come first.
_MOST = 100
_CLOCKS = (
    (Task.accept_due, Task.accepted_at),
    (Task.contact_due, Task.contacted_at),
    (Task.interim_due, Task.interim_at),
    (Task.answer_due, Task.answered_at),
)


def end_of_day(office: Office, now: datetime) -> datetime:
    """Local midnight after a moment."""
    return office.calendar.at(office.today(now) + timedelta(days=1), time())


def _presses(before: datetime) -> ColumnElement[bool]:
    """A clock of the task runs and ends before that moment."""
    ends = (and_(col(due) < before, col(stopped).is_(None)) for due, stopped in _CLOCKS)
    return and_(col(Task.status).in_(ladder.RUNNING), or_(*ends))


async def persons_with_something(
    session: AsyncSession, *, office: Office, now: datetime
) -> list[int]:
    """Who may have something to act on today, by id: handlers, who may claim, who leads."""
    statement = (
        select(Task.department, Task.handler_id)
        .where(col(Task.department).in_(_all(office)), _presses(end_of_day(office, now)))
        .distinct()
    )
    pairs = (await session.exec(statement)).all()
    busy = select(Person).where(col(Person.id).in_({handler for _, handler in pairs if handler}))
    found = await staffing.present(session, (await session.exec(busy)).all())
    for department in {department for department, handler in pairs if handler is None}:
        found += await staffing.staff_of(session, department)
    for department in {department for department, _ in pairs}:
        found += await staffing.leaders_of(session, department)
    return sorted({person.id for person in found})


def _all(office: Office) -> list[str]:
    """Named one by one, so that the index on departments serves."""
    return [*(one.key for one in office.catalogue.departments), DUTY]


async def reached_by(
    session: AsyncSession, person: Person, *, office: Office, now: datetime
) -> list[Reached]:
    """The rungs that were reached of clocks that end today or ended, as far as they are for this
    person; nothing of the own company."""
    actor = await people.actor_for(session, person, administrators=frozenset())
    evening, found = end_of_day(office, now), list[Reached]()
    known: dict[tuple[str, int | None, tuple[Recipient, ...]], Collection[int]] = {}
    for ticket, task in await _pressing(session, actor, evening, office=office):
        for rung, due, at in ladder.rungs_of(ticket, task, office=office):
            if at > now or due >= evening:
                continue
            level = (task.department, task.handler_id, rung.to)
            if level not in known:
                persons = await staffing.in_charge(session, task, rung.to)
                known[level] = {one.id for one in persons}
            if person.id in known[level]:
                found.append(Reached(ticket, task, rung, due))
    return found


async def _pressing(
    session: AsyncSession, actor: Actor, evening: datetime, *, office: Office
) -> Sequence[tuple[Ticket, Task]]:
    """Tasks that may concern somebody: their own, those nobody has, and, who leads, all."""
    mine = {actor.person_id} | represented_by(actor.person_id, await people.away(session))
    departments = _all(office) if actor.is_duty else list(actor.departments)
    here = col(Task.department).in_(departments)
    leads = actor.is_duty or actor.holds(Role.HEAD)
    theirs = here if leads else and_(here, col(Task.handler_id).is_(None))
    found: dict[int, tuple[Ticket, Task]] = {}
    for whose in (col(Task.handler_id).in_(mine), theirs):
        statement = (
            select(Ticket, Task)
            .where(col(Task.ticket_id) == col(Ticket.id), whose, _presses(evening))
            .order_by(col(Task.answer_due), col(Task.id))
            .limit(_MOST)
        )
        rows = (await session.exec(statement)).all()
        found |= {task.id: (ticket, task) for ticket, task in rows}
    return [pair for pair in found.values() if not is_of_company(pair[0], actor)]


async def others_of(
    session: AsyncSession, person: Person, told: frozenset[int], *, office: Office, now: datetime
) -> tuple[int, int]:
    """How many tasks the person has, and how many of those that were not told need nothing today.

    `told` are ids of tasks, which need not be the person's own.
    """
    mine = select(Task).where(col(Task.handler_id) == person.id, col(Task.status).in_(OPEN))
    tasks, evening = (await session.exec(mine)).all(), end_of_day(office, now)
    fine = [task for task in tasks if task.id not in told and not _ends(task, before=evening)]
    return len({task.id for task in tasks} | told), len(fine)


def _ends(task: Task, *, before: datetime) -> bool:
    ends = (ladder.running_due(task, clock) for clock in ladder.CLOCKS)
    return any(due is not None and due < before for due in ends)
