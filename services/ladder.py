"""The ladder of reminders about a task's due moments: before, at and after, then to the head.

Every rung is owed when the due moments are worked out; when it comes due it is judged again, so
that nothing is said about a clock that stopped, moved or is paused.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.deadlines import Clock
from domain.tickets import Status
from domain.work_calendar import WorkCalendar
from models import Notice, Task, Ticket
from models.notices import NoticeState
from services import notices
from services.office import Office

#: Nobody is reminded of the same ticket twice within this time.
PAUSE_BETWEEN = timedelta(hours=2)
#: Working time after an unmet deadline at which the next rung is reached.
_LATER = timedelta(hours=4)
_RUNNING = (Status.RECEIVED, Status.DISPATCHED, Status.IN_PROGRESS)


class Level(StrEnum):
    """Whom a rung is for."""

    OFFICER = "officer"
    HEAD = "head"


class When(StrEnum):
    """Where a rung stands: the morning of the working day before, of the day itself, the moment,
    some hours later, the next morning."""

    DAY_BEFORE = "day_before"
    SAME_MORNING = "same_morning"
    AT = "at"
    LATER = "later"
    NEXT_MORNING = "next_morning"


@dataclass(frozen=True, slots=True)
class Rung:
    """One reminder about one clock."""

    kind: str
    clock: Clock
    when: When
    level: Level = Level.OFFICER


_BEFOREHAND = frozenset({When.DAY_BEFORE, When.SAME_MORNING})

LADDER = (
    Rung("ticket_unclaimed", Clock.ACCEPT, When.AT),
    Rung("ticket_unclaimed", Clock.ACCEPT, When.LATER, Level.HEAD),
    Rung("task_due_soon", Clock.CONTACT, When.SAME_MORNING),
    Rung("task_due_soon", Clock.INTERIM, When.DAY_BEFORE),
    Rung("task_due_soon", Clock.ANSWER, When.DAY_BEFORE),
    Rung("task_overdue", Clock.CONTACT, When.AT),
    Rung("task_overdue", Clock.INTERIM, When.AT),
    Rung("task_overdue", Clock.ANSWER, When.AT),
    Rung("task_overdue", Clock.ANSWER, When.NEXT_MORNING, Level.HEAD),
)
KINDS = tuple(dict.fromkeys(rung.kind for rung in LADDER))


async def schedule(
    session: AsyncSession, ticket: Ticket, task: Task, *, office: Office, now: datetime
) -> None:
    """Owe every rung of the clocks that run; one that is owed already stays as it is."""
    if task.status not in _RUNNING:
        return
    known = await _known(session, ticket.id)
    for rung, due, at in _rungs(ticket, task, office.calendar, now=now):
        key = f"{rung.kind}:{task.id}:{rung.clock}:{rung.level}:{int(due.timestamp())}"
        if key in known:
            continue
        await notices.owe_notice(
            session,
            rung.kind,
            key=key,
            due_at=at,
            now=now,
            subject="ticket",
            subject_id=ticket.id,
            task_id=task.id,
            clock=rung.clock.value,
            due=int(due.timestamp()),
            level=rung.level.value,
        )


async def _known(session: AsyncSession, ticket_id: int) -> frozenset[str]:
    statement = select(Notice.key).where(
        col(Notice.subject) == "ticket",
        col(Notice.subject_id) == ticket_id,
        col(Notice.kind).in_(KINDS),
    )
    return frozenset((await session.exec(statement)).all())


def _rungs(
    ticket: Ticket, task: Task, calendar: WorkCalendar, *, now: datetime
) -> Iterator[tuple[Rung, datetime, datetime]]:
    """Rung, due moment and the moment to speak. What is already past is not announced; about a
    ticket younger than one working day nothing is said a day before."""
    settled = calendar.add_workdays(ticket.received_at, 1)
    for rung in LADDER:
        due = running_due(task, rung.clock)
        if due is None or (rung.clock is Clock.INTERIM and due == task.answer_due):
            continue
        at = _moment(rung.when, due, calendar)
        if rung.when in _BEFOREHAND and at <= now:
            continue
        if rung.when is When.DAY_BEFORE and at < settled:
            continue
        yield rung, due, at


def running_due(task: Task, clock: Clock) -> datetime | None:
    """When a clock of a task ends; None when it stopped, stands still or never ran."""
    if task.status not in _RUNNING:
        return None
    ends = {
        Clock.ACCEPT: (task.accept_due, task.accepted_at),
        Clock.CONTACT: (task.contact_due, task.contacted_at),
        Clock.INTERIM: (task.interim_due, task.interim_at),
        Clock.ANSWER: (task.answer_due, task.answered_at),
    }
    due, stopped = ends[clock]
    return due if stopped is None else None


def _moment(when: When, due: datetime, calendar: WorkCalendar) -> datetime:
    day = calendar.date_of(due)
    match when:
        case When.DAY_BEFORE:
            return calendar.opening(calendar.previous_workday(day))
        case When.SAME_MORNING:
            return calendar.opening(day) if calendar.is_workday(day) else due
        case When.AT:
            return due
        case When.LATER:
            return calendar.add_working_time(due, _LATER)
        case When.NEXT_MORNING:
            return calendar.opening(calendar.next_workday(day))


async def last_reminded(
    session: AsyncSession, ticket_id: int, level: Level, *, now: datetime
) -> datetime | None:
    """When the same people last heard about this ticket, within the pause; None when they may."""
    statement = select(Notice).where(
        col(Notice.subject) == "ticket",
        col(Notice.subject_id) == ticket_id,
        col(Notice.kind).in_(KINDS),
        col(Notice.state) == NoticeState.SAID,
        col(Notice.done_at) > now - PAUSE_BETWEEN,
    )
    moments = [
        notice.done_at
        for notice in (await session.exec(statement)).all()
        if notice.details.get("level") == level and notice.done_at is not None
    ]
    return max(moments, default=None)
