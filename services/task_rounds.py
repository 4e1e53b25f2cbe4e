"""Keeps what each round of a task came to, for statistics; written with every step."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import bindparam
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from domain.deadlines import Pause
from domain.statistics import working_minutes
from domain.tickets import Outcome, Status, TaskRole
from domain.work_calendar import WorkCalendar
from models import Task, TaskRound, Ticket
from services.ticket_queries import OPEN


async def keep(
    session: AsyncSession,
    ticket: Ticket,
    task: Task,
    *,
    pauses: Sequence[Pause],
    calendar: WorkCalendar,
) -> None:
    """Write the present round of a task anew; earlier rounds stay as they ended."""
    last = await _last(session, task)
    is_present = last is not None and (
        ticket.round == last.round or task.dispatched_at == last.started_at
    )
    kept = last if last is not None and is_present else _begun(session, ticket, task, last)
    _write(kept, ticket, task, pauses, calendar)


def begin(session: AsyncSession, ticket: Ticket, task: Task, *, calendar: WorkCalendar) -> None:
    """Write the first round of a task that was just made."""
    _write(_begun(session, ticket, task, None), ticket, task, (), calendar)


def _write(
    kept: TaskRound,
    ticket: Ticket,
    task: Task,
    pauses: Sequence[Pause],
    calendar: WorkCalendar,
) -> None:
    kept.company_id, kept.category = ticket.company_id, task.category or ticket.category
    kept.department = task.department
    kept.is_lead = task.role is TaskRole.LEAD or (kept.is_lead and kept.round > 1)
    kept.is_open = task.status in OPEN
    kept.is_waiting = task.status is Status.WAITING_COMPANY
    kept.is_withdrawn = task.outcome is Outcome.WITHDRAWN
    kept.started_at = task.dispatched_at
    kept.contact_due, kept.answer_due = task.contact_due, task.answer_due
    start = task.dispatched_at
    kept.contact_minutes = working_minutes(start, task.contacted_at, pauses, calendar)
    kept.answer_minutes = working_minutes(start, task.answered_at, pauses, calendar)
    kept.is_on_time = _is_on_time(task)
    if kept.is_lead and kept.round == ticket.round:
        kept.solved, kept.score = ticket.solved, ticket.score


def _is_on_time(task: Task) -> bool | None:
    if task.answered_at is None or task.answer_due is None:
        return None
    return task.answered_at <= task.answer_due


async def _last(session: AsyncSession, task: Task) -> TaskRound | None:
    return (await session.exec(_last_of(), params={"task_id": task.id})).first()


@cache
def _last_of() -> SelectOfScalar[TaskRound]:
    return (
        select(TaskRound)
        .where(col(TaskRound.task_id) == bindparam("task_id"))
        .order_by(col(TaskRound.round).desc())
        .limit(1)
    )


def _begun(session: AsyncSession, ticket: Ticket, task: Task, last: TaskRound | None) -> TaskRound:
    """A further round of the ticket is one of the task only where the task was handed out again;
    that share then stands for the ticket, even where it is a co-handler's."""
    begun = TaskRound(
        task_id=task.id,
        round=ticket.round,
        ticket_id=ticket.id,
        department=task.department,
        is_lead=last is not None or task.role is TaskRole.LEAD,
        started_at=task.dispatched_at,
    )
    session.add(begun)
    return begun
