"""延期: an officer asks for more time, the head decides, the company hears the new day."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from domain.tickets import Step, TaskRole
from models import Message, Task
from models.messages import Direction
from services import messages, staffing
from services.office import Office
from services.ticket_leads import follow
from services.ticket_steps import (
    By,
    open_for,
    record,
    responsible_for,
    tell_company,
    tell_officer,
)


async def ask_extension(
    session: AsyncSession,
    task_id: int,
    *,
    days: int,
    message: Message,
    actor: Actor,
    now: datetime,
    office: Office,
) -> Task:
    """Ask the head for `days` more working days, with the reason as a note; TooLate once the
    answer is overdue."""
    case = await open_for(session, task_id, Step.ASK_EXTENSION, By(actor, now, office))
    messages.belongs_to(message, case.ticket.id, direction=Direction.NOTE)
    by = By(actor, now, office)
    event = await record(session, case, Step.ASK_EXTENSION, by, days=days, message_id=message.id)
    for head in await staffing.responsible(session, case.ticket, case.task, to_head=True):
        await tell_officer(
            session,
            case.ticket,
            "task_extension_asked",
            head.id,
            event,
            days=days,
            message_id=message.id,
        )
    return case.task


async def extend(
    session: AsyncSession,
    task_id: int,
    *,
    days: int,
    actor: Actor,
    now: datetime,
    office: Office,
) -> Task:
    """同意, perhaps with another number of days: the answer is due so much later. The company hears
    of it when its own promise moves; a co-handler's share is the office's affair."""
    by = By(actor, now, office)
    case = await open_for(session, task_id, Step.EXTEND, by)
    event = await record(session, case, Step.EXTEND, by, days=days)
    if case.task.role is TaskRole.LEAD:
        led = await follow(session, case, Step.EXTEND, by, days=days)
        for each, moved in ((case, event), *led):
            await tell_company(session, each.ticket, "ticket_extended", moved)
    for person_id in await responsible_for(session, case.task) if case.task.handler_id else ():
        if person_id != actor.person_id:
            await tell_officer(
                session, case.ticket, "task_extension_granted", person_id, event, days=days
            )
    return case.task


async def refuse_extension(
    session: AsyncSession, task_id: int, *, actor: Actor, now: datetime, office: Office
) -> Task:
    """不同意: the day stays."""
    case = await open_for(session, task_id, Step.REFUSE_EXTENSION, By(actor, now, office))
    event = await record(session, case, Step.REFUSE_EXTENSION, By(actor, now, office))
    if case.task.handler_id is not None:
        for person_id in await responsible_for(session, case.task):
            await tell_officer(session, case.ticket, "task_extension_refused", person_id, event)
    return case.task
