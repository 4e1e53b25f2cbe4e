"""Somebody leaves: every open task goes to a named colleague, or back to the department's queue.

Follow-ups go with them; reminders ask by themselves who handles a task. Notices owed here: to the
company `ticket_handed_over` (handler_id), subject "ticket"; to the colleague `tasks_handed_over`,
to who leads a department `tasks_returned`, subject "person" with details tickets (ids).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from domain.errors import NotAllowed, NotFound
from domain.tickets import Step
from models import Membership, Notice, Person, Task, Ticket
from models.notices import NoticeState
from services import absences, memberships, notices, people, staffing, visit_plans
from services.office import Office
from services.ticket_guards import HANDLER_LEFT, SECOND_THOUGHTS
from services.ticket_queries import OPEN, is_of_company
from services.ticket_steps import By, Case, open_by_system, record, tell_company

#: What is owed to a handler about a task, and concerns whoever has it next.
_FOLLOWS_THE_TASK = ("follow_up",)
_FOR_THE_HANDLER = (
    "task_assigned",
    "ticket_urged",
    "ticket_needs_time",
    "task_extension_granted",
    "task_extension_refused",
)


@dataclass
class HandedOver:
    """What became of somebody's open tasks, as ids of tickets."""

    given: list[int] = field(default_factory=list)
    returned: list[int] = field(default_factory=list)


async def open_work(session: AsyncSession, person_id: int) -> list[tuple[Ticket, Task]]:
    """The open tasks somebody handles, the oldest first."""
    statement = (
        select(Ticket, Task)
        .where(
            col(Task.ticket_id) == col(Ticket.id),
            col(Task.handler_id) == person_id,
            col(Task.status).in_(OPEN),
        )
        .order_by(col(Task.id))
    )
    return [(ticket, task) for ticket, task in (await session.exec(statement)).all()]


async def hand_over_all(
    session: AsyncSession,
    person_id: int,
    to_id: int | None,
    *,
    actor: Actor,
    office: Office,
    now: datetime,
) -> HandedOver:
    """Everything somebody handles goes to a colleague, or (None) back to the queues; so do the
    companies they look after.

    The person may, who leads one of the departments, the duty desk, administrators.
    """
    await must_be_allowed(session, person_id, actor)
    await _must_be_colleague(session, person_id, to_id)
    by = By(actor, now, office)
    work = [task for _, task in await open_work(session, person_id)]
    await visit_plans.hand_on(session, person_id, to_id, by)
    return await _move(session, person_id, to_id, work, by)


async def must_be_allowed(session: AsyncSession, person_id: int, actor: Actor) -> None:
    """NotAllowed for who neither is that person nor leads them; NotFound for somebody who
    handles no tickets."""
    links = await absences.ticket_links(session, person_id)
    may = person_id == actor.person_id or actor.is_admin or actor.is_duty
    if not (may or any(link.department and actor.heads(link.department) for link in links)):
        raise NotAllowed
    if not links:
        raise NotFound


async def heir(session: AsyncSession, person_id: int, to_id: int) -> Person:
    """A colleague to whom somebody's work can go. NotFound for anybody else."""
    fit = await absences.colleagues(session, person_id)
    found = next((one for one in fit if one.id == to_id), None)
    if found is None:
        raise NotFound
    return found


async def _must_be_colleague(session: AsyncSession, person_id: int, to_id: int | None) -> None:
    if to_id is not None:
        await heir(session, person_id, to_id)


async def dismiss(
    session: AsyncSession,
    membership_id: int,
    to_id: int | None,
    *,
    actor: Actor,
    office: Office,
    now: datetime,
) -> tuple[Membership, HandedOver]:
    """End an office role; tasks its holder may handle no longer go to a colleague or the queues."""
    link = await memberships.held_in_office(session, membership_id, actor=actor)
    await _must_be_colleague(session, link.person_id, to_id)
    link = await memberships.dismiss(session, membership_id, actor=actor, now=now)
    await session.flush()
    work = await left_without(session, link.person_id)
    moved = await _move(session, link.person_id, to_id, work, By(actor, now, office))
    if not await absences.ticket_links(session, link.person_id):
        await visit_plans.hand_on(session, link.person_id, to_id, By(actor, now, office))
        await absences.end_with_role(session, link.person_id, now=now)
    return link, moved


async def left_without(
    session: AsyncSession, person_id: int, *, without: Membership | None = None
) -> list[Task]:
    """Open tasks that somebody handles but has no role for; `without`: as if that role ended."""
    links = [
        link
        for link in await absences.ticket_links(session, person_id)
        if without is None or link.id != without.id
    ]
    departments = {link.department for link in links}
    is_duty = any(link.department is None for link in links)
    return [
        task
        for _, task in await open_work(session, person_id)
        if not is_duty and task.department not in departments
    ]


async def _move(
    session: AsyncSession, from_id: int, to_id: int | None, work: Sequence[Task], by: By
) -> HandedOver:
    colleague = await _actor_of(session, to_id, by) if to_id is not None else None
    if colleague is not None and colleague.person_id == from_id:
        raise NotFound
    moved = HandedOver()
    for each in work:
        case = await open_by_system(session, each.ticket_id)
        task = next(one for one in case.tasks if one.id == each.id)
        if colleague is not None and _may_take(colleague, case.ticket, task):
            await _give(session, case, task, colleague.person_id, by)
            moved.given.append(case.ticket.id)
        else:
            await _return(session, case, task, by)
            moved.returned.append(case.ticket.id)
        await _bring_along(session, case.ticket, task, from_id, now=by.now)
    await _tell_colleagues(session, from_id, colleague, moved, work, by)
    return moved


async def _actor_of(session: AsyncSession, person_id: int, by: By) -> Actor:
    person = await session.get(Person, person_id)
    if person is None:
        raise NotFound
    return await people.actor_for(session, person, administrators=by.office.administrators)


def _may_take(colleague: Actor, ticket: Ticket, task: Task) -> bool:
    return colleague.works_for(task.department) and not is_of_company(ticket, colleague)


async def _give(session: AsyncSession, case: Case, task: Task, person_id: int, by: By) -> None:
    """The status stays: a company that is being asked is asked still."""
    task.handler_id = person_id
    event = await record(
        session, case, Step.HAND_OVER, by, task=task, why=HANDLER_LEFT, person_id=person_id
    )
    await tell_company(
        session,
        case.ticket,
        "ticket_handed_over",
        event,
        wait=SECOND_THOUGHTS,
        handler_id=person_id,
    )


async def _return(session: AsyncSession, case: Case, task: Task, by: By) -> None:
    task.handler_id = task.accepted_at = None
    department = task.department
    await record(
        session,
        case,
        Step.ROUTE,
        by,
        task=task,
        why=HANDLER_LEFT,
        came_from=department,
        department=department,
        wanted=department,
    )


async def _bring_along(
    session: AsyncSession, ticket: Ticket, task: Task, from_id: int, *, now: datetime
) -> None:
    """Follow-ups are for who has the task next; other words to the old handler are void."""
    statement = select(Notice).where(
        col(Notice.subject) == "ticket",
        col(Notice.subject_id) == ticket.id,
        col(Notice.person_id) == from_id,
        col(Notice.kind).in_(_FOLLOWS_THE_TASK + _FOR_THE_HANDLER),
        col(Notice.state) == NoticeState.OPEN,
    )
    to_head = task.handler_id is None
    heirs = await staffing.responsible(session, ticket, task, to_head=to_head)
    for notice in (await session.exec(statement)).all():
        if notice.details.get("task_id") != task.id:
            continue
        if notice.kind in _FOLLOWS_THE_TASK and heirs:
            notice.person_id = heirs[0].id
        else:
            notices.settle(notice, NoticeState.DROPPED, now=now)


async def _tell_colleagues(
    session: AsyncSession,
    from_id: int,
    colleague: Actor | None,
    moved: HandedOver,
    work: Sequence[Task],
    by: By,
) -> None:
    acting = by.actor.person_id if by.actor else None
    if colleague is not None and moved.given and colleague.person_id != acting:
        await _tell(session, "tasks_handed_over", colleague.person_id, from_id, moved.given, by)
    departments = {task.department for task in work if task.ticket_id in moved.returned}
    for department in sorted(departments):
        returned = [
            task.ticket_id
            for task in work
            if task.department == department and task.ticket_id in moved.returned
        ]
        for leader in await staffing.leaders_of(session, department):
            if leader.id not in {acting, from_id}:
                await _tell(session, "tasks_returned", leader.id, from_id, returned, by)


async def _tell(
    session: AsyncSession, kind: str, to_id: int, from_id: int, tickets: list[int], by: By
) -> None:
    await notices.owe_notice(
        session,
        kind,
        key=f"{kind}:{from_id}:{to_id}:{tickets[0]}:{int(by.now.timestamp())}",
        due_at=by.now,
        now=by.now,
        person_id=to_id,
        subject="person",
        subject_id=from_id,
        tickets=tickets,
    )
