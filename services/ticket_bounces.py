"""退单: a department hands a task back once, in time and with a reason; the duty desk decides.

The clocks towards the company run on meanwhile.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor, Role
from domain.errors import NotFound
from domain.tickets import BounceReason, Step
from models import Message, Task, Ticket
from services import staffing
from services.office import Office
from services.ticket_guards import bounceable_until, this_round
from services.ticket_leads import follow
from services.ticket_queries import DUTY, events_of
from services.ticket_raising import staffed_or_duty, tell_if_unowned
from services.ticket_steps import By, noted, open_for, record, tell_officer


@dataclass(frozen=True, slots=True)
class Bounced:
    """What the duty desk decides on: keys of departments, `proposed` None when none was named."""

    department: str
    reason: BounceReason
    proposed: str | None
    words: str


async def bounce(
    session: AsyncSession,
    task_id: int,
    *,
    reason: BounceReason,
    proposed: str | None,
    message: Message,
    actor: Actor,
    now: datetime,
    office: Office,
) -> Task:
    """Hand a task back to the duty desk, whose people are told; `message` says why in words.

    BounceTooLate, BouncedAlready, NobodyToBounceTo; NotFound for an unheard-of department.
    """
    by = By(actor, now, office)
    case = await open_for(session, task_id, Step.BOUNCE, by)
    if proposed is not None and office.catalogue.department(proposed) is None:
        raise NotFound
    moved: dict[str, Any] = {
        "came_from": case.task.department,
        "department": DUTY,
        "proposed": proposed,
    }
    case.task.department = DUTY
    case.task.handler_id = case.task.accepted_at = None
    moved["message_id"] = noted(message, case)
    event = await record(session, case, Step.BOUNCE, by, why=reason, **moved)
    await follow(session, case, Step.BOUNCE, by, why=reason, **moved)
    duty = await staffing.holders(session, Role.DUTY)
    for person in await staffing.on_the_offices_side(session, case.ticket, duty):
        await tell_officer(session, case.ticket, "task_bounced", person.id, event)
    await tell_if_unowned(session, case, event, office)
    return case.task


async def decide_bounce(
    session: AsyncSession,
    task_id: int,
    *,
    department: str,
    actor: Actor,
    now: datetime,
    office: Office,
) -> Task:
    """The duty desk's last word: another department, or back to the same; neither may bounce it
    again in this round. Without anybody there the duty desk keeps it."""
    by = By(actor, now, office)
    case = await open_for(session, task_id, Step.DECIDE_BOUNCE, by)
    if office.catalogue.department(department) is None:
        raise NotFound
    before = await bounced(session, case.ticket, case.task)
    case.task.department = await staffed_or_duty(session, department)
    is_back = before is not None and before.department == case.task.department
    moved: dict[str, Any] = {"department": case.task.department, "wanted": department}
    why = "back" if is_back else ""
    event = await record(session, case, Step.DECIDE_BOUNCE, by, why=why, **moved)
    await follow(session, case, Step.DECIDE_BOUNCE, by, why=why, **moved)
    await tell_if_unowned(session, case, event, office)
    return case.task


async def bounced(session: AsyncSession, ticket: Ticket, task: Task) -> Bounced | None:
    """Why a task was handed back, the last time it was; None when it never was."""
    history = await events_of(session, ticket.id)
    found = [e for e in history if e.task_id == task.id and e.step is Step.BOUNCE]
    if not found:
        return None
    details = found[-1].details
    message = await session.get(Message, details["message_id"])
    return Bounced(
        department=details["came_from"],
        reason=BounceReason(found[-1].why),
        proposed=details["proposed"],
        words=message.text if message else "",
    )


async def may_bounce_until(
    session: AsyncSession, ticket: Ticket, task: Task, office: Office
) -> datetime:
    """Until when the department may hand the task back."""
    history = [e for e in await events_of(session, ticket.id) if e.task_id == task.id]
    return bounceable_until(task, this_round(history), office)
