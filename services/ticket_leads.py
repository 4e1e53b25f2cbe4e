"""One answer for many: tickets of several companies with one cause, led by one of them.

Each keeps its number, its words, its promises and its rating; what the office does with the one
that leads is done with every ticket that is joined to it.
"""

from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.tickets import Status, Step, TaskRole, next_status
from models import Ticket, TicketEvent
from services.ticket_queries import OPEN
from services.ticket_steps import By, Case, open_by_system, record


async def leader_of(session: AsyncSession, ticket: Ticket) -> Ticket:
    """The ticket with which this one is answered; itself when it is on its own."""
    return await session.get_one(Ticket, ticket.joined_to) if ticket.joined_to else ticket


async def led_by(session: AsyncSession, ticket: Ticket) -> list[Ticket]:
    """The open tickets that are answered together with this one, the oldest first."""
    statement = (
        select(Ticket)
        .where(col(Ticket.joined_to) == ticket.id, col(Ticket.status).in_(OPEN))
        .order_by(col(Ticket.id))
    )
    return list((await session.exec(statement)).all())


async def joined_cases(session: AsyncSession, case: Case) -> list[Case]:
    """Every ticket that is or was answered together with this one, locked."""
    statement = select(Ticket.id).where(col(Ticket.joined_to) == case.ticket.id)
    found = (await session.exec(statement.order_by(col(Ticket.id)))).all()
    return [await open_by_system(session, ticket_id) for ticket_id in found]


async def led_cases(session: AsyncSession, case: Case) -> list[Case]:
    """Those tickets, locked."""
    return [await open_by_system(session, led.id) for led in await led_by(session, case.ticket)]


async def follow(
    session: AsyncSession, case: Case, step: Step, by: By, *, why: str = "", **details: Any
) -> list[tuple[Case, TicketEvent]]:
    """The lead task got another department or handler: so does every ticket joined to it."""
    if case.task.role is not TaskRole.LEAD:
        return []
    return [
        (led, await _take_over(session, led, case, step, by, why=why, **details))
        for led in await led_cases(session, case)
    ]


async def _take_over(
    session: AsyncSession, led: Case, case: Case, step: Step, by: By, **details: Any
) -> TicketEvent:
    """While its company is asked, the question stays open whoever asked it."""
    task = led.task
    task.department, task.handler_id = case.task.department, case.task.handler_id
    task.accepted_at = case.task.accepted_at
    moves = next_status(step, task.status) is not task.status
    is_asked = task.status is Status.WAITING_COMPANY
    return await record(session, led, Step.JOIN if moves and is_asked else step, by, **details)


async def stand_alone(session: AsyncSession, case: Case, by: By) -> None:
    """A ticket that goes another way is no longer answered with the one that led it."""
    if case.ticket.joined_to is not None:
        case.ticket.joined_to = None
        await record(session, case, Step.LEAVE, by)


async def hand_on(session: AsyncSession, case: Case, by: By) -> None:
    """The ticket that led is over: the oldest of the others leads them from now on."""
    system = By(None, by.now, by.office)
    new_lead: Case | None = None
    for led in await led_cases(session, case):
        led.ticket.joined_to = new_lead.ticket.id if new_lead else None
        if new_lead is None:
            new_lead = led
            await record(session, led, Step.LEAVE, system, why="leads")
        else:
            await record(session, led, Step.JOIN, system, into=new_lead.ticket.id)
