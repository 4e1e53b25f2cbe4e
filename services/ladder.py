"""The rungs of the ladder (catalogue/notices.yaml) that a task's due moments owe.

Every rung is owed when the due moments are worked out; when it comes due it is judged again, so
that nothing is said about a clock that stopped, moved or is paused.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.deadlines import Clock
from domain.ladder import NoticeBook, Rung
from domain.tickets import Status
from models import Task, Ticket
from services import notices
from services.new_rows import Row
from services.office import Office

UNCLAIMED, SOON, OVERDUE = "ticket_unclaimed", "task_due_soon", "task_overdue"
KINDS = (UNCLAIMED, SOON, OVERDUE)
CLOCKS = tuple(Clock)
#: In these the clocks of a task run.
RUNNING = (Status.RECEIVED, Status.DISPATCHED, Status.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class Reached:
    """A clock of a task that ends, or ended, at `due`, and the rung that speaks of it."""

    ticket: Ticket
    task: Task
    rung: Rung
    due: datetime


def kind_of(rung: Rung) -> str:
    """The kind of notice that a rung owes."""
    if rung.clock is Clock.ACCEPT:
        return UNCLAIMED
    return SOON if rung.before is not None else OVERDUE


def owed(ticket: Ticket, task: Task, *, office: Office, now: datetime) -> list[Row]:
    """Notices for every rung of the clocks that run; those recorded before have the same keys."""
    return [
        notices.row_of(
            kind_of(rung),
            key=f"rung:{task.id}:{rung.code}:{int(due.timestamp())}",
            due_at=at,
            now=now,
            subject="ticket",
            subject_id=ticket.id,
            **details_of(task, rung, due),
        )
        for rung, due, at in rungs_of(ticket, task, office=office)
        if rung.before is None or at > now
    ]


def details_of(task: Task, rung: Rung, due: datetime) -> dict[str, Any]:
    """What `judge` needs to know again."""
    return {
        "task_id": task.id,
        "clock": rung.clock.value,
        "rung": rung.code,
        "due": int(due.timestamp()),
    }


def rungs_of(
    ticket: Ticket, task: Task, *, office: Office
) -> Iterator[tuple[Rung, datetime, datetime]]:
    """Rung, due moment and the moment to speak, of every clock that runs. Interim news that would
    be due together with the answer are no promise of their own."""
    book = office.catalogue.notices
    for rung in book.ladder:
        due = running_due(task, rung.clock)
        if due is None or (rung.clock is Clock.INTERIM and due == task.answer_due):
            continue
        at = rung.speaks_at(
            due, office.calendar, urgency=ticket.urgency, received_at=ticket.received_at
        )
        if at is not None:
            yield rung, due, at


def running_due(task: Task, clock: Clock) -> datetime | None:
    """When a clock of a task ends; None when it stopped, stands still or never ran."""
    if task.status not in RUNNING:
        return None
    ends = {
        Clock.ACCEPT: (task.accept_due, task.accepted_at),
        Clock.CONTACT: (task.contact_due, task.contacted_at),
        Clock.INTERIM: (task.interim_due, task.interim_at),
        Clock.ANSWER: (task.answer_due, task.answered_at),
    }
    due, stopped = ends[clock]
    return due if stopped is None else None


async def judge(
    session: AsyncSession, details: Mapping[str, Any], *, book: NoticeBook, now: datetime
) -> Reached | None:
    """What a rung speaks of now, by the details it was owed with; None when the clock stopped,
    moved or stands still, when it is too late for a warning, or when an editor took it away."""
    task = await session.get(Task, details["task_id"])
    rung = book.rung(details["rung"])
    if task is None or rung is None:
        return None
    due = running_due(task, rung.clock)
    if due is None or int(due.timestamp()) != details["due"]:
        return None
    if rung.before is not None and due <= now:
        return None
    return Reached(await session.get_one(Ticket, task.ticket_id), task, rung, due)
