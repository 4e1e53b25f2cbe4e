"""What a ticket is about: another urgency or category works out every promise anew."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from domain.tickets import Category, Status, Step, Urgency
from models import Ticket
from services.office import Office
from services.ticket_calendar import CATEGORY, URGENCY, promised, reckon_case
from services.ticket_queries import get_for, lead_task
from services.ticket_raising import department_for, staffed_or_duty
from services.ticket_steps import By, open_for, record


async def set_urgency(
    session: AsyncSession,
    task_id: int,
    *,
    urgency: Urgency,
    actor: Actor,
    now: datetime,
    office: Office,
) -> Ticket:
    """Another urgency; every open task's due moments are worked out anew."""
    case = await open_for(session, task_id, Step.SET_URGENCY, By(actor, now, office))
    before, case.ticket.urgency = case.ticket.urgency, urgency
    due = {task.id: promised(task) for task in case.tasks}
    by = By(actor, now, office)
    await record(session, case, Step.SET_URGENCY, by, before=before, after=urgency)
    await reckon_case(session, case, due, by, URGENCY)
    return case.ticket


async def set_category(
    session: AsyncSession,
    ticket_id: int,
    *,
    category: Category,
    actor: Actor,
    now: datetime,
    office: Office,
) -> Ticket:
    """Another category, by office or company. While nobody took it, the department follows."""
    await get_for(session, ticket_id, actor)
    lead = await lead_task(session, ticket_id)
    case = await open_for(session, lead.id, Step.SET_CATEGORY, By(actor, now, office))
    before, case.ticket.category = case.ticket.category, category
    due = {task.id: promised(task) for task in case.tasks}
    by = By(actor, now, office)
    if case.task.status is Status.DISPATCHED:
        case.task.department = await staffed_or_duty(session, department_for(office, category))
    await record(
        session,
        case,
        Step.SET_CATEGORY,
        by,
        before=before,
        after=category,
        department=case.task.department,
    )
    await reckon_case(session, case, due, by, CATEGORY)
    return case.ticket
