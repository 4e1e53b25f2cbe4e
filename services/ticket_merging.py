"""Two tickets that are one: the words of both are answered in the one that stays."""

from datetime import datetime
from typing import ClassVar

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from domain.errors import Refusal
from domain.tickets import Status, Step
from models import Ticket
from services.office import Office
from services.ticket_answers import close
from services.ticket_queries import final_of, get_for, lead_task
from services.ticket_steps import By, open_by_system, open_for, record


class WrongMerge(Refusal):
    """Into itself, into one that was merged here, or of another company. Facts: number, into."""

    code: ClassVar[str] = "wrong_merge"


async def merge(
    session: AsyncSession,
    ticket_id: int,
    *,
    into_id: int,
    actor: Actor,
    now: datetime,
    office: Office,
) -> Ticket:
    """Close a ticket in favour of another of the same company; replies go to the final one.

    WrongMerge into itself, in a ring (A→B, then B→A), or across companies.
    """
    ticket = await get_for(session, ticket_id, actor)
    target = await final_of(session, await get_for(session, into_id, actor))
    if ticket.merged_into is not None or target.id == ticket.id or _side(ticket) != _side(target):
        raise WrongMerge(number=ticket.number, into=target.number)
    lead = await lead_task(session, ticket.id)
    case = await open_for(session, lead.id, Step.MERGE, By(actor, now, office))
    by = By(actor, now, office)
    for task in case.tasks:
        if task.status is not Status.CLOSED:
            await record(session, case, Step.MERGE, by, task=task, into=target.id)
    case.ticket.merged_into = target.id
    await _lift_merged(session, case.ticket, target)
    await close(session, case, now=now)
    joined = await open_by_system(session, target.id)
    await record(session, joined, Step.NOTE, by, why="merged", merged=ticket.id)
    return target


def _side(ticket: Ticket) -> tuple[int | None, int]:
    return ticket.company_id, ticket.company_id or ticket.person_id


async def _lift_merged(session: AsyncSession, ticket: Ticket, target: Ticket) -> None:
    """What had been merged into this one now belongs to the final target, so chains stay short."""
    statement = select(Ticket).where(col(Ticket.merged_into) == ticket.id)
    for earlier in (await session.exec(statement)).all():
        earlier.merged_into = target.id
    await session.flush()
