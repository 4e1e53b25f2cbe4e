"""Tickets that are one: of one company one of them stays, of several companies one leads."""

from datetime import datetime
from typing import ClassVar

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from domain.errors import NotFound, Refusal
from domain.tickets import Status, Step, TaskRole
from models import Ticket
from services.office import Office
from services.ticket_answers import close
from services.ticket_leads import leader_of, led_by, stand_alone
from services.ticket_queries import OPEN, final_of, get_for, is_of_company, lead_task
from services.ticket_steps import (
    By,
    Case,
    IllegalStep,
    lock,
    open_by_system,
    open_for,
    record,
    tell_company,
)


class WrongMerge(Refusal):
    """Into itself, or into one that was merged here. Facts: number, into."""

    code: ClassVar[str] = "wrong_merge"


class BundleApart(Refusal):
    """The errands of a bundle are answered each for itself, never with another company's ticket.
    Facts: number."""

    code: ClassVar[str] = "bundle_apart"


async def merge(
    session: AsyncSession,
    ticket_id: int,
    *,
    into_id: int,
    actor: Actor,
    now: datetime,
    office: Office,
) -> Ticket:
    """Answer a ticket with another; returns the one that stays or leads.

    Of the same company: it is closed in favour of the other, and replies go there. Of another one:
    it keeps its number and stays open, and is answered together with the other; neither company
    sees anything of the other. WrongMerge into itself or in a ring (A→B, then B→A), IllegalStep
    where either is answered already, BundleApart where one is a bundle of another company.
    """
    by = By(actor, now, office)
    await lock(session, ticket_id, into_id)
    ticket = await get_for(session, ticket_id, actor)
    asked = await get_for(session, into_id, actor)
    target = await _target(session, ticket, asked)
    if is_of_company(target, actor):
        raise NotFound
    if ticket.merged_into is not None or target.id == ticket.id:
        raise WrongMerge(number=ticket.number, into=asked.number)
    if target.status not in OPEN:
        raise IllegalStep(number=target.number, step=Step.MERGE, status=target.status)
    lead = await lead_task(session, ticket.id)
    if is_same_side(ticket, target):
        case = await open_for(session, lead.id, Step.MERGE, by)
        await _close_into(session, case, target, by)
    else:
        _must_be_no_bundle(ticket, target)
        case = await open_for(session, lead.id, Step.JOIN, by)
        await _join(session, case, await open_by_system(session, target.id), by)
    return target


def _must_be_no_bundle(*both: Ticket) -> None:
    for ticket in both:
        if ticket.bundle is not None:
            raise BundleApart(number=ticket.number)


async def _target(session: AsyncSession, ticket: Ticket, into: Ticket) -> Ticket:
    """The end of the chain: the same company's own ticket, else the one that leads it."""
    final = await final_of(session, into)
    return final if is_same_side(ticket, final) else await leader_of(session, final)


def is_same_side(one: Ticket, other: Ticket) -> bool:
    """Whether the same company, or the same person speaking for none, raised both. What an officer
    wrote down for somebody unnamed is nobody else's."""
    written_down = one.registered_by or other.registered_by
    return _side(one) == _side(other) and not (one.company_id is None and written_down)


def _side(ticket: Ticket) -> tuple[int | None, int]:
    return ticket.company_id, ticket.company_id or ticket.person_id


async def _close_into(session: AsyncSession, case: Case, target: Ticket, by: By) -> None:
    ticket = case.ticket
    for task in case.tasks:
        if task.status is not Status.CLOSED:
            event = await record(session, case, Step.MERGE, by, task=task, into=target.id)
    ticket.merged_into, ticket.joined_to = target.id, None
    await _lift_merged(session, ticket, target)
    await _lead_instead(session, ticket, await leader_of(session, target), by)
    await close(session, case, now=by.now)
    joined = await open_by_system(session, target.id)
    await record(session, joined, Step.NOTE, by, why="merged", merged=ticket.id)
    await tell_company(session, ticket, "ticket_merged", event)


async def _lift_merged(session: AsyncSession, ticket: Ticket, target: Ticket) -> None:
    """What had been merged into this one now belongs to the final target, so chains stay short."""
    statement = select(Ticket).where(col(Ticket.merged_into) == ticket.id)
    for earlier in (await session.exec(statement)).all():
        earlier.merged_into = target.id
    await session.flush()


async def _lead_instead(session: AsyncSession, ticket: Ticket, leader: Ticket, by: By) -> None:
    """What this one led is led by the other from now on; one of the leader's own company stands
    alone."""
    for led in await led_by(session, ticket):
        case = await open_by_system(session, led.id)
        if is_same_side(led, leader):
            await stand_alone(session, case, by)
        else:
            await _join(session, case, await open_by_system(session, leader.id), by)


async def _join(session: AsyncSession, case: Case, lead: Case, by: By) -> None:
    """The ticket goes to whoever has the other; its promises stay its own."""
    ticket, task = case.ticket, case.lead
    ticket.joined_to = lead.ticket.id
    for share in case.tasks:
        if share.role is TaskRole.CO and share.status in OPEN:
            await record(session, case, Step.MERGE, by, task=share, into=lead.ticket.id)
    came_from, task.department = task.department, lead.lead.department
    event = await record(
        session,
        case,
        Step.JOIN,
        by,
        task=task,
        into=lead.ticket.id,
        came_from=came_from,
        department=task.department,
    )
    await _same_handler(session, case, lead, by)
    await _lead_instead(session, ticket, lead.ticket, by)
    await record(session, lead, Step.NOTE, by, why="joined", joined=ticket.id)
    await tell_company(session, ticket, "ticket_joined", event)


async def _same_handler(session: AsyncSession, case: Case, lead: Case, by: By) -> None:
    """Taken when the other is taken; before that it waits with it."""
    task, system = case.lead, By(None, by.now, by.office)
    task.handler_id, task.accepted_at = lead.lead.handler_id, lead.lead.accepted_at
    if task.status is Status.WAITING_COMPANY:
        return
    if task.handler_id is not None:
        await record(session, case, Step.REASSIGN, system, task=task, person_id=task.handler_id)
    elif task.status is not Status.DISPATCHED:
        step = Step.DISPATCH if task.status is Status.RECEIVED else Step.RELEASE
        await record(session, case, step, system, task=task)


async def leave(
    session: AsyncSession, task_id: int, *, actor: Actor, now: datetime, office: Office
) -> Ticket:
    """The ticket is answered on its own again, where it is now."""
    by = By(actor, now, office)
    case = await open_for(session, task_id, Step.LEAVE, by)
    await stand_alone(session, case, by)
    return case.ticket
