"""What the company does with its own ticket. Every function takes a ticket id; see
services/tickets.py."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import ClassVar

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from domain.contacts import mask_personal_ids
from domain.errors import NotFound, Refusal
from domain.incoming import Incoming
from domain.tickets import Outcome, Party, Status, Step, is_allowed
from models import Message, Ticket, TicketEvent
from models.messages import Direction
from services import messages
from services.office import Office
from services.ticket_answers import close, close_later
from services.ticket_leads import hand_on
from services.ticket_queries import SPOKEN, get_for, is_of_company
from services.ticket_steps import (
    By,
    check,
    open_as_company,
    open_by_system,
    open_for_company,
    record,
    responsible_for,
    tell_company,
    tell_officer,
)

_COMPANY = frozenset({Party.COMPANY})


class UrgedAlready(Refusal):
    """One urging per working day. Facts: number."""

    code: ClassVar[str] = "urged_already"


async def add(
    session: AsyncSession,
    ticket_id: int,
    *,
    message: Message,
    actor: Actor,
    now: datetime,
    office: Office,
) -> Ticket:
    """Words or files of the company. They answer an open question, and the clocks run on. Words
    after the answer give the company seven days from then, once."""
    case = await open_as_company(session, ticket_id, actor)
    waiting = [task for task in case.tasks if task.status is Status.WAITING_COMPANY]
    if not waiting:
        check(case, Step.ADD, _COMPANY)
    messages.belongs_to(message, case.ticket.id, direction=Direction.IN)
    message.text, _ = mask_personal_ids(message.text)
    step = Step.SUPPLY if waiting else Step.ADD
    by = By(actor, now, office)
    for task in waiting or [case.task]:
        event = await record(session, case, step, by, task=task, message_id=message.id)
    if case.ticket.status is Status.ANSWERED:
        await close_later(session, case, event, office)
    return case.ticket


async def edit(
    session: AsyncSession,
    message: Message,
    *,
    incoming: Incoming,
    actor: Actor,
    now: datetime,
    office: Office,
) -> Message:
    """A new version of somebody's own message; the earlier ones are kept, and the card says so."""
    if message.person_id != actor.person_id or message.erased_at is not None:
        raise NotFound
    await _must_still_be_theirs(session, message, actor)
    copies = await messages.copies_of(session, message, SPOKEN)
    for each in (message, *copies):
        if messages.new_version(each, incoming, now=now) and each.ticket_id is not None:
            await _tell_of_edit(session, each, each.ticket_id, By(actor, now, office))
    return message


async def _must_still_be_theirs(session: AsyncSession, message: Message, actor: Actor) -> None:
    """Whoever left the company or the office corrects nothing there any more."""
    if message.ticket_id is None:
        return
    ticket = await get_for(session, message.ticket_id, actor)
    was_of_company = message.direction is Direction.IN and ticket.registered_by is None
    if was_of_company != is_of_company(ticket, actor):
        raise NotFound


async def _tell_of_edit(session: AsyncSession, message: Message, ticket_id: int, by: By) -> None:
    case = await open_by_system(session, ticket_id)
    event = await record(session, case, Step.EDIT, by, message_id=message.id)
    if message.role in SPOKEN:
        await tell_company(session, case.ticket, "reply_edited", event, message_id=message.id)


async def withdraw(
    session: AsyncSession, ticket_id: int, *, actor: Actor, now: datetime, office: Office
) -> Ticket:
    """The company takes it back; every open task is closed and nothing more is said about it."""
    case = await open_for_company(session, ticket_id, Step.WITHDRAW, By(actor, now, office))
    by = By(actor, now, office)
    for task in case.tasks:
        if is_allowed(Step.WITHDRAW, task.status, _COMPANY):
            task.outcome = Outcome.WITHDRAWN
            await record(session, case, Step.WITHDRAW, by, task=task)
    case.ticket.outcome = Outcome.WITHDRAWN
    await hand_on(session, case, by)
    await close(session, case, now=now)
    return case.ticket


async def urge(
    session: AsyncSession, ticket_id: int, *, actor: Actor, now: datetime, office: Office
) -> Ticket:
    """催办: once per working day; whoever answers for the ticket is told."""
    case = await open_for_company(session, ticket_id, Step.URGE, By(actor, now, office))
    if not may_urge(case.history, now=now, office=office):
        raise UrgedAlready(number=case.ticket.number)
    event = await record(session, case, Step.URGE, By(actor, now, office))
    for person_id in await responsible_for(session, case.task):
        await tell_officer(session, case.ticket, "ticket_urged", person_id, event)
    return case.ticket


async def need_time(
    session: AsyncSession, ticket_id: int, *, actor: Actor, now: datetime, office: Office
) -> Ticket:
    """需要更多时间: whoever asked is told; nothing else changes."""
    case = await open_for_company(session, ticket_id, Step.EDIT, By(actor, now, office))
    event = await record(session, case, Step.EDIT, By(actor, now, office), why="need_time")
    for person_id in await responsible_for(session, case.task):
        await tell_officer(session, case.ticket, "ticket_needs_time", person_id, event)
    return case.ticket


def may_urge(history: Sequence[TicketEvent], *, now: datetime, office: Office) -> bool:
    """Whether the company has not urged yet on this working day."""
    urged = [event.at for event in history if event.step is Step.URGE]
    return not urged or _working_day(urged[-1], office) != _working_day(now, office)


def _working_day(moment: datetime, office: Office) -> date:
    day = office.calendar.date_of(moment)
    return day if office.calendar.is_workday(day) else office.calendar.next_workday(day)
