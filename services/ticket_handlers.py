"""Who works on a task: claimed, given back, handed to a department, named by a head."""

from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from domain.errors import ChangedMeanwhile, NotAllowed, NotFound
from domain.tickets import Party, Step, TaskRole
from models import Message, Person, Task, TicketEvent
from services import people, staffing
from services.office import Office
from services.ticket_guards import SECOND_THOUGHTS
from services.ticket_leads import follow, stand_alone
from services.ticket_queries import OPEN, is_of_company, parties
from services.ticket_raising import staffed_or_duty, tell_if_unowned
from services.ticket_steps import (
    By,
    Case,
    check,
    guards_of,
    noted,
    open_for,
    open_task,
    record,
    tell_company,
    tell_officer,
)


class AlreadyTaken(ChangedMeanwhile):
    """Another officer was first. Facts: number, name, at (on the office's clock)."""

    code: ClassVar[str] = "already_taken"


async def take(
    session: AsyncSession, task_id: int, *, actor: Actor, now: datetime, office: Office
) -> Task:
    """Claim a task; the second officer is told who was first. Taking one's own again is no harm."""
    case = await open_task(session, task_id, actor)
    if case.task.handler_id == actor.person_id:
        return case.task
    if case.task.handler_id is not None and case.task.status in OPEN:
        await _refuse_second(session, case, office)
    by = By(actor, now, office)
    acting = parties(case.ticket, case.task, actor)
    check(case, Step.CLAIM, acting, guards_of(case, by))
    await _hand_to(session, case, actor.person_id, Step.CLAIM, by)
    return case.task


async def _refuse_second(session: AsyncSession, case: Case, office: Office) -> None:
    handler = await session.get_one(Person, case.task.handler_id)
    at = office.calendar.local(case.task.accepted_at or case.task.dispatched_at)
    raise AlreadyTaken(number=case.ticket.number, name=handler.name, at=at)


async def _hand_to(
    session: AsyncSession, case: Case, person_id: int, step: Step, by: By
) -> TicketEvent:
    case.task.handler_id = person_id
    case.task.accepted_at = case.task.accepted_at or by.now
    event = await record(session, case, step, by, person_id=person_id)
    led = await follow(session, case, step, by, person_id=person_id)
    for each, taken in ((case, event), *led):
        await tell_company(
            session, each.ticket, "ticket_taken", taken, wait=SECOND_THOUGHTS, handler_id=person_id
        )
    return event


async def release(
    session: AsyncSession, task_id: int, *, actor: Actor, now: datetime, office: Office
) -> Task:
    """Take a claim back within a minute, before the company hears of it; TooLate afterwards."""
    by = By(actor, now, office)
    case = await open_for(session, task_id, Step.RELEASE, by)
    case.task.handler_id = case.task.accepted_at = None
    await record(session, case, Step.RELEASE, by)
    await follow(session, case, Step.RELEASE, by)
    return case.task


async def route(
    session: AsyncSession,
    task_id: int,
    *,
    department: str,
    actor: Actor,
    now: datetime,
    office: Office,
    why: str = "",
    message: Message | None = None,
) -> Task:
    """Hand a task to another department, or to the duty desk when nobody is there. The clocks run
    on. `why` is a code such as `not_ours`; `message` the reason in words, kept as a note."""
    by = By(actor, now, office)
    case = await open_for(session, task_id, Step.ROUTE, by)
    await stand_alone(session, case, by)
    moved: dict[str, Any] = {"came_from": case.task.department, "wanted": department}
    moved["department"] = case.task.department = await staffed_or_duty(session, department)
    case.task.handler_id = case.task.accepted_at = None
    kept = noted(message, case)
    event = await record(session, case, Step.ROUTE, by, why=why, message_id=kept, **moved)
    await follow(session, case, Step.ROUTE, by, why=why, **moved)
    await tell_if_unowned(session, case, event, office)
    return case.task


async def add_department(
    session: AsyncSession,
    task_id: int,
    *,
    department: str,
    actor: Actor,
    now: datetime,
    office: Office,
) -> Task:
    """A further department gets its own share beside the lead; one that has an open share keeps
    it."""
    by = By(actor, now, office)
    case = await open_for(session, task_id, Step.INVOLVE, by)
    owner = await staffed_or_duty(session, department)
    known = [task for task in case.tasks if task.department == owner and task.status in OPEN]
    if known:
        return known[0]
    task = Task(ticket_id=case.ticket.id, department=owner, role=TaskRole.CO, dispatched_at=now)
    session.add(task)
    await session.flush()
    wider = replace(case, tasks=(*case.tasks, task), task=task)
    await record(session, case, Step.INVOLVE, by, department=owner)
    await record(session, wider, Step.DISPATCH, by, department=owner, wanted=department)
    return task


async def reassign(
    session: AsyncSession,
    task_id: int,
    *,
    to_person_id: int,
    actor: Actor,
    now: datetime,
    office: Office,
) -> Task:
    """A head or the duty desk names the handler, who is told."""
    case = await open_for(session, task_id, Step.REASSIGN, By(actor, now, office))
    person = await session.get(Person, to_person_id)
    if person is None:
        raise NotFound
    candidate = await people.actor_for(session, person, administrators=office.administrators)
    if not candidate.works_for(case.task.department) or is_of_company(case.ticket, candidate):
        raise NotAllowed
    event = await _hand_to(session, case, person.id, Step.REASSIGN, By(actor, now, office))
    if person.id != actor.person_id:
        await tell_officer(session, case.ticket, "task_assigned", person.id, event)
    return case.task


async def nudge(
    session: AsyncSession, task_id: int, *, actor: Actor, now: datetime, office: Office
) -> bool:
    """A head or the duty desk asks whoever answers for a task to hurry. False: somebody did so
    within the pause between reminders, or nobody has the task; then nobody is told."""
    by = By(actor, now, office)
    case = await open_for(session, task_id, Step.NOTE, by)
    if not {Party.HEAD, Party.DUTY} & parties(case.ticket, case.task, actor):
        raise NotAllowed
    since = now - office.catalogue.notices.pause_between
    lately = [event for event in case.history_of(case.task) if event.at > since]
    if any(event.why == "nudged" for event in lately):
        return False
    persons = await staffing.responsible(session, case.ticket, case.task, to_head=False)
    others = [person for person in persons if person.id != actor.person_id]
    if not others:
        return False
    event = await record(session, case, Step.NOTE, by, why="nudged")
    for person in others:
        await tell_officer(session, case.ticket, "task_nudged", person.id, event)
    return True
