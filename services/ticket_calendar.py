"""A changed calendar, limit, urgency or category moves what is promised: every open task's due
moments are worked out anew, the history says from when to when, reminders of what is no longer due
are taken back, and the company is told a new day once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.deadlines import Clock, DueMoments
from domain.tickets import Status, Step, TaskRole
from models import Notice, Task, Ticket, TicketEvent
from models.notices import NoticeState
from services import ladder, notices
from services.office import Office
from services.ticket_guards import SECOND_THOUGHTS
from services.ticket_queries import OPEN, company_people, is_of_company
from services.ticket_steps import (
    By,
    Case,
    due_of,
    open_by_system,
    record,
    tell_company,
)

#: Why due moments moved; the history and the company's news have words for each.
CALENDAR, URGENCY, CATEGORY = "calendar", "urgency", "category"
RESCHEDULED = "ticket_rescheduled"


@dataclass(frozen=True, slots=True)
class Move:
    """An open task whose due moments would be others."""

    task_id: int
    number: str
    before: DueMoments
    after: DueMoments


@dataclass(frozen=True, slots=True)
class Comparison:
    """Some open tasks, the oldest first, compared with an office; `last` is the id of the last of
    them, None when there was none."""

    moves: tuple[Move, ...]
    last: int | None


async def compare(
    session: AsyncSession,
    office: Office,
    *,
    after: int = 0,
    limit: int = 200,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Comparison:
    """Which open tasks after a task's id would move with this office's calendar and limits.

    `since`: only those with something due then or later; `until`: only those dispatched before.
    """
    statement = (
        select(Ticket, Task)
        .where(
            col(Task.ticket_id) == col(Ticket.id),
            col(Task.status).in_(OPEN),
            col(Task.id) > after,
        )
        .order_by(col(Task.id))
        .limit(limit)
    )
    if since is not None:
        due = (Task.accept_due, Task.contact_due, Task.interim_due, Task.answer_due)
        later = [col(one) >= since for one in due]
        statement = statement.where(later[0] | later[1] | later[2] | later[3])
    if until is not None:
        statement = statement.where(col(Ticket.received_at) < until)
    pairs = (await session.exec(statement)).all()
    histories = await _histories(session, [task.id for _, task in pairs])
    moves = []
    for ticket, task in pairs:
        now_due = due_of(ticket, task, histories.get(task.id, ()), office)
        if now_due != promised(task):
            moves.append(Move(task.id, ticket.number, promised(task), now_due))
    return Comparison(tuple(moves), pairs[-1][1].id if pairs else None)


async def _histories(
    session: AsyncSession, task_ids: Sequence[int]
) -> Mapping[int, Sequence[TicketEvent]]:
    """The lines of these tasks, the oldest first."""
    tickets = select(Task.ticket_id).where(col(Task.id).in_(task_ids))
    statement = (
        select(TicketEvent)
        .where(col(TicketEvent.ticket_id).in_(tickets))
        .order_by(col(TicketEvent.at), col(TicketEvent.id))
    )
    found: dict[int, list[TicketEvent]] = {}
    for event in (await session.exec(statement)).all():
        if event.task_id is not None:
            found.setdefault(event.task_id, []).append(event)
    return found


def promised(task: Task) -> DueMoments:
    """The due moments a task has now."""
    return DueMoments(
        accept=task.accept_due,
        contact=task.contact_due,
        interim=task.interim_due,
        answer=task.answer_due,
    )


async def reckon_anew(
    session: AsyncSession, task_id: int, *, office: Office, now: datetime, why: str = CALENDAR
) -> bool:
    """Work out one task's due moments by the office's present calendar and limits.

    Returns whether one moved; then the history holds the old and the new moments.
    """
    row = await session.get_one(Task, task_id)
    case = await open_by_system(session, row.ticket_id)
    task = next(each for each in case.tasks if each.id == task_id)
    if task.status not in OPEN:
        return False
    return await _reckon(session, case, task, promised(task), By(None, now, office), why)


async def reckon_case(
    session: AsyncSession, case: Case, before: Mapping[int, DueMoments], by: By, why: str
) -> None:
    """The same for every open task of a ticket, after a step that changed what it is about.

    `before`: what each task had promised before the step.
    """
    for task in case.tasks:
        if task.status in OPEN:
            await _reckon(session, case, task, before[task.id], by, why)


async def _reckon(
    session: AsyncSession, case: Case, task: Task, before: DueMoments, by: By, why: str
) -> bool:
    history = (await _histories(session, [task.id])).get(task.id, ())
    after = due_of(case.ticket, task, history, by.office)
    if after == before:
        return False
    event = await record(
        session,
        case,
        Step.RECKON,
        by,
        task=task,
        why=why,
        before=_written(before.answer),
        after=_written(after.answer),
        moved={
            clock.value: [_written(before.of(clock)), _written(after.of(clock))]
            for clock in Clock
            if before.of(clock) != after.of(clock)
        },
    )
    await _drop_stale(session, case.ticket, task, office=by.office)
    await _tell_new_day(session, case, task, before, event, by)
    return True


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


async def _drop_stale(session: AsyncSession, ticket: Ticket, task: Task, *, office: Office) -> None:
    """Reminders of moments that are no longer due. They are deleted, as nobody heard of them: when
    the moment comes back, they are owed again."""
    statement = select(Notice).where(
        col(Notice.subject) == "ticket",
        col(Notice.subject_id) == ticket.id,
        col(Notice.kind).in_(ladder.KINDS),
        col(Notice.state) == NoticeState.OPEN,
    )
    valid = {
        (rung.code, int(due.timestamp()))
        for rung, due, _ in ladder.rungs_of(ticket, task, office=office)
    }
    stale = [
        notice.id
        for notice in (await session.exec(statement)).all()
        if notice.details.get("task_id") == task.id
        and (notice.details.get("rung"), notice.details.get("due")) not in valid
    ]
    await session.exec(delete(Notice).where(col(Notice.id).in_(stale)))


async def _tell_new_day(
    session: AsyncSession, case: Case, task: Task, before: DueMoments, event: TicketEvent, by: By
) -> None:
    """The company hears of another day for the answer, or that there is none any more, unless it
    made the change itself. What it was to hear before and did not is replaced; back where it was,
    nothing is said."""
    if task.role is not TaskRole.LEAD or task.status is Status.WAITING_COMPANY:
        return
    if by.actor is not None and is_of_company(case.ticket, by.actor):
        return
    known = await _take_back(session, case.ticket, now=by.now) or _day(before.answer, by.office)
    day = _day(task.answer_due, by.office)
    if known is None or day == known or not await company_people(session, case.ticket):
        return
    await tell_company(
        session,
        case.ticket,
        RESCHEDULED,
        event,
        wait=SECOND_THOUGHTS,
        known=known.isoformat(),
        day=day.isoformat() if day else None,
        why=event.why,
    )


def _day(moment: datetime | None, office: Office) -> date | None:
    return office.calendar.date_of(moment) if moment else None


async def _take_back(session: AsyncSession, ticket: Ticket, *, now: datetime) -> date | None:
    """Drop news of another day that was not said yet; the day the company knows of."""
    statement = (
        select(Notice)
        .where(
            col(Notice.subject) == "ticket",
            col(Notice.subject_id) == ticket.id,
            col(Notice.kind) == RESCHEDULED,
            col(Notice.state) == NoticeState.OPEN,
        )
        .order_by(col(Notice.id))
    )
    waiting = (await session.exec(statement)).all()
    for notice in waiting:
        notices.settle(notice, NoticeState.DROPPED, now=now)
    return date.fromisoformat(waiting[0].details["known"]) if waiting else None
