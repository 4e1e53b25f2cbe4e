"""How a step on a ticket is taken: locked, checked by the life cycle, written into the history."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import ScalarSelect
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from domain.deadlines import DueMoments, Pause, due_moments
from domain.errors import ChangedMeanwhile, NotAllowed, NotFound
from domain.tickets import (
    LIFE_CYCLE,
    Guard,
    Party,
    Status,
    Step,
    Urgency,
    is_allowed,
    next_status,
    ticket_status,
)
from models import Message, Task, Ticket, TicketEvent
from models.messages import Direction
from services import ladder, messages, notices, staffing, task_rounds
from services.new_rows import Row
from services.office import Office
from services.ticket_guards import refusal, unmet_guards
from services.ticket_queries import company_people, events_of, is_of_company, lead_of, parties


class IllegalStep(ChangedMeanwhile):
    """The ticket stands where this step is not possible (any more). Facts: number, step, status."""

    code: ClassVar[str] = "illegal_step"


@dataclass(frozen=True, slots=True)
class By:
    """Who acts (None: the system), when, in which office."""

    actor: Actor | None
    now: datetime
    office: Office


@dataclass(frozen=True, slots=True)
class Case:
    """A ticket and its tasks, locked until the transaction ends; `task` is the one acted on.

    `history` is the whole ticket's, the oldest line first; steps taken on the case join it.
    """

    ticket: Ticket
    tasks: tuple[Task, ...]
    task: Task
    history: list[TicketEvent]

    @property
    def lead(self) -> Task:
        return lead_of(self.tasks)

    def history_of(self, task: Task) -> list[TicketEvent]:
        """The lines of one task."""
        return [event for event in self.history if event.task_id == task.id]


async def lock(session: AsyncSession, *ticket_ids: int) -> None:
    """Take several tickets at once, in an order of their own, so that nobody waits in a ring."""
    rows = select(Ticket).where(col(Ticket.id).in_(ticket_ids)).order_by(col(Ticket.id))
    await session.exec(rows.with_for_update().execution_options(populate_existing=True))


async def open_task(session: AsyncSession, task_id: int, actor: Actor) -> Case:
    """The case around a task; NotFound for whoever may not see it."""
    ticket_id = select(Task.ticket_id).where(col(Task.id) == task_id).scalar_subquery()
    case = await _open(session, ticket_id, task_id)
    if not parties(case.ticket, case.task, actor):
        raise NotFound
    return case


async def open_as_company(session: AsyncSession, ticket_id: int, actor: Actor) -> Case:
    """The case of one's own ticket, at its lead task; one merged away leads to the final one."""
    case = await _open(session, ticket_id)
    if not is_of_company(case.ticket, actor):
        raise NotFound
    if case.ticket.merged_into is not None:
        return await open_as_company(session, case.ticket.merged_into, actor)
    return case


async def open_by_system(session: AsyncSession, ticket_id: int) -> Case:
    """The case of a ticket on which time acts."""
    return await _open(session, ticket_id)


async def _open(
    session: AsyncSession, ticket_id: int | ScalarSelect[int], task_id: int | None = None
) -> Case:
    """Lock the ticket first: whoever comes second then sees what the first one did."""
    locked = select(Ticket).where(col(Ticket.id) == ticket_id).with_for_update()
    ticket = (await session.exec(locked.execution_options(populate_existing=True))).first()
    if ticket is None:
        raise NotFound
    statement = select(Task).where(col(Task.ticket_id) == ticket.id).order_by(col(Task.id))
    rows = await session.exec(statement.execution_options(populate_existing=True))
    tasks = tuple(rows.all())
    task = next((task for task in tasks if task.id == task_id), None)
    return Case(ticket, tasks, task or lead_of(tasks), await events_of(session, ticket.id))


async def open_for(session: AsyncSession, task_id: int, step: Step, by: By) -> Case:
    """The case of a task on which somebody may take this step now."""
    if by.actor is None:
        raise NotAllowed
    case = await open_task(session, task_id, by.actor)
    acting = parties(case.ticket, case.task, by.actor)
    check(case, step, acting, guards_of(case, by))
    return case


async def open_for_company(session: AsyncSession, ticket_id: int, step: Step, by: By) -> Case:
    """The case of one's own ticket on which this step is possible now."""
    if by.actor is None:
        raise NotAllowed
    case = await open_as_company(session, ticket_id, by.actor)
    check(case, step, frozenset({Party.COMPANY}), guards_of(case, by))
    return case


def guards_of(case: Case, by: By) -> frozenset[Guard]:
    """The guards that do not hold for the case's task now."""
    return unmet_guards(case.ticket, case.task, case.history, now=by.now, office=by.office)


def check(
    case: Case, step: Step, acting: frozenset[Party], unmet: frozenset[Guard] = frozenset()
) -> None:
    """NotAllowed when the step is never theirs, IllegalStep when it is not possible where the task
    stands, a guard's own refusal when that is all that stops it."""
    status = case.task.status
    if is_allowed(step, status, acting, unmet):
        return
    if LIFE_CYCLE[step].by.isdisjoint(acting):
        raise NotAllowed
    if is_allowed(step, status, acting):
        raise refusal(LIFE_CYCLE[step].guards & unmet, case.ticket)
    raise IllegalStep(number=case.ticket.number, step=step, status=status)


async def record(
    session: AsyncSession,
    case: Case,
    step: Step,
    by: By,
    *,
    task: Task | None = None,
    why: str = "",
    **details: Any,
) -> TicketEvent:
    """Take the step on a task: its status, the line in the history, the ticket's status, the due
    moments and the redrawing of the desk card."""
    task = task or case.task
    event = write_step(case, task, step, by, why=why, **details)
    session.add(event)
    pauses = pauses_of(case.history_of(task))
    await task_rounds.keep(session, case.ticket, task, pauses=pauses, calendar=by.office.calendar)
    await owe_what_follows(session, case, [task], by)
    return event


def write_step(
    case: Case, task: Task, step: Step, by: By, *, why: str = "", **details: Any
) -> TicketEvent:
    """The step in the case itself: its line, the statuses, the task's due moments."""
    event = TicketEvent(
        ticket_id=case.ticket.id,
        task_id=task.id,
        at=by.now,
        actor_id=by.actor.person_id if by.actor else None,
        step=step,
        frm=task.status,
        to=next_status(step, task.status),
        why=why,
        details=details,
    )
    case.history.append(event)
    _set_status(task, next_status(step, task.status), now=by.now)
    case.ticket.status = ticket_status(each.status for each in case.tasks)
    due = due_of(case.ticket, task, case.history_of(task), by.office)
    task.accept_due, task.contact_due = due.accept, due.contact
    task.interim_due, task.answer_due = due.interim, due.answer
    return event


async def owe_what_follows(
    session: AsyncSession, case: Case, tasks: Sequence[Task], by: By
) -> None:
    """The reminders that stand on the due moments of these tasks, and a desk card that shows what
    is true after the newest step."""
    rungs = [
        rung
        for task in tasks
        for rung in ladder.owed(case.ticket, task, office=by.office, now=by.now)
    ]
    card = notices.row_of(
        "desk_card",
        key=f"desk_card:{case.history[-1].id}",
        due_at=by.now,
        now=by.now,
        subject="ticket",
        subject_id=case.ticket.id,
        urgent=case.ticket.urgency is Urgency.URGENT,
    )
    await notices.owe_notices(session, [*rungs, card])


def noted(message: Message | None, case: Case, role: str = "") -> int | None:
    """Keep words inside the office, when there are any."""
    if message is None:
        return None
    messages.belongs_to(message, case.ticket.id, direction=Direction.NOTE, role=role)
    return message.id


def _set_status(task: Task, status: Status, *, now: datetime) -> None:
    if status is not Status.WAITING_COMPANY:
        task.paused_since = None
    elif task.status is not Status.WAITING_COMPANY:
        task.paused_since = now
    if status is not Status.CLOSED:
        task.closed_at = None
    elif task.status is not Status.CLOSED:
        task.closed_at = now
    task.status = status


def due_of(
    ticket: Ticket, task: Task, history: Sequence[TicketEvent], office: Office
) -> DueMoments:
    """When each clock of a task ends, by its own history, the oldest line first."""
    due = due_moments(
        office.limits.of(task.category or ticket.category, ticket.urgency),
        received_at=_handed_over_at(ticket, history),
        dispatched_at=task.dispatched_at,
        pauses=pauses_of(history),
        calendar=office.calendar,
    )
    extra = _granted_days(history)
    if not extra or due.answer is None:
        return due
    return replace(due, answer=office.calendar.add_workdays(due.answer, extra))


def _handed_over_at(ticket: Ticket, history: Sequence[TicketEvent]) -> datetime:
    """When the present department got it: it cannot accept before; the other clocks run on."""
    steps = {Step.DISPATCH, Step.ROUTE, Step.DECIDE_BOUNCE, Step.REOPEN, Step.RELEASE}
    handed = [event.at for event in history if event.step in steps]
    return handed[-1] if handed else ticket.received_at


def _granted_days(history: Sequence[TicketEvent]) -> int:
    """Working days by which the answer was extended in this round."""
    days = 0
    for event in history:
        if event.step is Step.REOPEN:
            days = 0
        elif event.step is Step.EXTEND:
            days += event.details["days"]
    return days


def pauses_of(history: Sequence[TicketEvent]) -> tuple[Pause, ...]:
    """When the company was being asked; the last pause may still last."""
    turns = [event for event in history if event.frm != event.to]
    ends = [*turns[1:], None]
    return tuple(
        Pause(start.at, end.at if end else None)
        for start, end in zip(turns, ends, strict=False)  # without turns there is only the None
        if start.to is Status.WAITING_COMPANY
    )


async def tell_company(
    session: AsyncSession,
    ticket: Ticket,
    kind: str,
    event: TicketEvent,
    *,
    wait: timedelta = timedelta(),
    **details: Any,
) -> None:
    """Owe the company's people a word, `wait` after the event."""
    told = await company_people(session, ticket)
    rows = [
        _word(ticket, kind, person.id, event, due_at=event.at + wait, **details) for person in told
    ]
    await notices.owe_notices(session, rows)


async def tell_officer(
    session: AsyncSession,
    ticket: Ticket,
    kind: str,
    person_id: int,
    event: TicketEvent,
    *,
    due_at: datetime | None = None,
    **details: Any,
) -> None:
    """Owe one officer a word about a ticket, at once or at `due_at`."""
    row = _word(ticket, kind, person_id, event, due_at=due_at or event.at, **details)
    await notices.owe_notices(session, [row])


def _word(ticket: Ticket, kind: str, person_id: int, event: TicketEvent, **details: Any) -> Row:
    told = {"task_id": event.task_id, "event_id": event.id, **details}
    return notices.row_of(
        kind,
        key=f"{kind}:{event.id}:{person_id}",
        now=event.at,
        person_id=person_id,
        subject="ticket",
        subject_id=ticket.id,
        urgent=ticket.urgency is Urgency.URGENT,
        **told,
    )


async def responsible_for(session: AsyncSession, task: Task) -> list[int]:
    """Whom to turn to: the handler, else the department's heads, else the duty desk."""
    ticket = await session.get_one(Ticket, task.ticket_id)
    persons = await staffing.responsible(session, ticket, task, to_head=task.handler_id is None)
    return [person.id for person in persons]
