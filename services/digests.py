"""One digest per person and half-day: at its hour it is owed to everybody with something to do.

A round stands in the database like any other notice and owes the next one when it is said.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import and_, col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.ladder import Recipient
from models import Notice, Person, Task, Ticket
from services import desks, ladder, notices, staffing
from services.office import Office
from services.reminders import DIGEST
from services.ticket_queries import OPEN

ROUND = "digest_round"
#: Persons who are owed their digest in one transaction.
SLICE = 50
#: More of one person's tickets are counted, not told.
MOST = 100

Owed = dict[int, list[dict[str, Any]]]


async def owe_round(session: AsyncSession, *, office: Office, now: datetime) -> None:
    """Owe the next round, if that was not done before."""
    at = office.catalogue.notices.digest_after(now, office.calendar)
    await notices.owe_notice(
        session, ROUND, key=f"{ROUND}:{int(at.timestamp())}", due_at=at, now=now
    )


async def owe_digests(
    session: AsyncSession, notice: Notice, *, office: Office, now: datetime
) -> bool:
    """A round came due: owe a slice of persons their digest. True: there are more.

    Rounds that were missed come to one: the digest of this half-day.
    """
    hour = office.catalogue.notices.digest_before(now, office.calendar)
    if hour is None:
        return False
    owed = await _to_act_on(session, office=office, now=now)
    after = notice.details.get("after", 0)
    waiting = sorted(person_id for person_id in owed if person_id > after)
    for person_id in waiting[:SLICE]:
        person = await session.get_one(Person, person_id)
        if desks.can_be_reached(person):
            await notices.owe_notice(
                session,
                DIGEST,
                key=f"{DIGEST}:{int(hour.timestamp())}:{person_id}",
                due_at=now,
                now=now,
                person_id=person_id,
                tasks=owed[person_id][:MOST],
            )
    notice.details = {"after": waiting[:SLICE][-1] if waiting else after}
    return len(waiting) > SLICE


async def _to_act_on(session: AsyncSession, *, office: Office, now: datetime) -> Owed:
    """Person by person, the rungs that were reached of clocks that end today or ended already; the
    oldest first."""
    tomorrow = office.calendar.at(office.today(now) + timedelta(days=1), time())
    statement = (
        select(Ticket, Task)
        .where(
            col(Task.ticket_id) == col(Ticket.id),
            col(Task.status).in_(ladder.RUNNING),
            _ends_before(tomorrow),
        )
        .order_by(col(Task.answer_due), col(Task.id))
    )
    owed: Owed = {}
    known: dict[tuple[str, int | None, tuple[Recipient, ...]], Sequence[int]] = {}
    for ticket, task in (await session.exec(statement)).all():
        for rung, due, at in ladder.rungs_of(ticket, task, office=office):
            if at > now or due >= tomorrow:
                continue
            level = (task.department, task.handler_id, rung.to)
            if level not in known:
                persons = await staffing.in_charge(session, task, rung.to)
                known[level] = [person.id for person in persons]
            for person_id in known[level]:
                owed.setdefault(person_id, []).append(ladder.details_of(task, rung, due))
    return owed


def _ends_before(moment: datetime) -> ColumnElement[bool]:
    clocks = (
        (Task.accept_due, Task.accepted_at),
        (Task.contact_due, Task.contacted_at),
        (Task.interim_due, Task.interim_at),
        (Task.answer_due, Task.answered_at),
    )
    return or_(*(and_(col(due) < moment, col(stopped).is_(None)) for due, stopped in clocks))


async def others_of(
    session: AsyncSession, person: Person, told: frozenset[int], *, office: Office, now: datetime
) -> tuple[int, int]:
    """How many tickets the person has, and how many of those that were not told need nothing today.

    `told` are ids of tasks. A head has what the department has that is overdue or open.
    """
    mine = select(Task).where(col(Task.handler_id) == person.id, col(Task.status).in_(OPEN))
    tasks = (await session.exec(mine)).all()
    tomorrow = office.calendar.at(office.today(now) + timedelta(days=1), time())
    fine = [task for task in tasks if task.id not in told and not _ends(task, before=tomorrow)]
    every = {task.id for task in tasks} | told
    return len(every), len(fine)


def _ends(task: Task, *, before: datetime) -> bool:
    ends = (ladder.running_due(task, clock) for clock in ladder.CLOCKS)
    return any(due is not None and due < before for due in ends)
