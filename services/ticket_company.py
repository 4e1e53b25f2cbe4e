"""What the company does with its own ticket. Every function takes a ticket id; see
services/tickets.py."""

from datetime import date, datetime, timedelta
from typing import ClassVar

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from domain.contacts import mask_personal_ids
from domain.errors import NotFound, Refusal
from domain.incoming import Incoming
from domain.tickets import Outcome, Party, Solved, Status, Step, is_allowed
from models import Message, Ticket
from models.messages import Direction
from services import messages, notices
from services.office import Office
from services.ticket_answers import close
from services.ticket_guards import TooLate
from services.ticket_queries import SPOKEN, final_of, get_for, last_step_at, parties
from services.ticket_steps import (
    By,
    Case,
    IllegalStep,
    check,
    open_as_company,
    open_by_system,
    open_for_company,
    record,
    responsible_for,
    tell_company,
    tell_officer,
)

#: A rating can be changed for so long.
SECOND_OPINION = timedelta(days=7)
_ENDED = (Status.ANSWERED, Status.CLOSED)
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
    """Words or files of the company. They answer an open question, and the clocks run on."""
    case = await open_as_company(session, ticket_id, actor)
    waiting = [task for task in case.tasks if task.status is Status.WAITING_COMPANY]
    if not waiting:
        check(case, Step.ADD, _COMPANY)
    messages.belongs_to(message, case.ticket.id, direction=Direction.IN)
    message.text, _ = mask_personal_ids(message.text)
    step = Step.SUPPLY if waiting else Step.ADD
    by = By(actor, now, office)
    for task in waiting or [case.task]:
        await record(session, case, step, by, task=task, message_id=message.id)
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
    if not messages.new_version(message, incoming, now=now) or message.ticket_id is None:
        return message
    case = await open_by_system(session, message.ticket_id)
    by = By(actor, now, office)
    event = await record(session, case, Step.EDIT, by, message_id=message.id)
    if message.role in SPOKEN:
        await tell_company(session, case.ticket, "reply_edited", event, message_id=message.id)
    return message


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
    await close(session, case, now=now)
    return case.ticket


async def urge(
    session: AsyncSession, ticket_id: int, *, actor: Actor, now: datetime, office: Office
) -> Ticket:
    """催办: once per working day; whoever answers for the ticket is told."""
    case = await open_for_company(session, ticket_id, Step.URGE, By(actor, now, office))
    if not await may_urge(session, case.ticket, now=now, office=office):
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


async def may_urge(session: AsyncSession, ticket: Ticket, *, now: datetime, office: Office) -> bool:
    """Whether the company has not urged yet on this working day."""
    last = await last_step_at(session, ticket.id, Step.URGE)
    return last is None or _working_day(last, office) != _working_day(now, office)


def _working_day(moment: datetime, office: Office) -> date:
    day = office.calendar.date_of(moment)
    return day if office.calendar.is_workday(day) else office.calendar.next_workday(day)


async def rate(
    session: AsyncSession,
    ticket_id: int,
    *,
    actor: Actor,
    now: datetime,
    office: Office,
    solved: Solved | None = None,
    score: int | None = None,
    message: Message | None = None,
) -> Ticket:
    """What the company says of the answer: solved, 1–5, a comment; once per round, to be changed
    within seven days. “Not solved” opens the ticket again, one level up."""
    case = await open_for_company(session, ticket_id, Step.RATE, By(actor, now, office))
    ticket = case.ticket
    _must_be_rateable(case, now=now)
    if score is not None and not 1 <= score <= 5:
        raise NotFound
    ticket.rated_at = ticket.rated_at or now
    ticket.solved = solved or ticket.solved
    ticket.score = score or ticket.score
    if message is not None:
        messages.belongs_to(message, ticket.id, direction=Direction.IN, role="comment")
    by = By(actor, now, office)
    said = {"score": score, "message_id": message.id if message else None}
    for task in case.tasks:
        if is_allowed(Step.RATE, task.status, _COMPANY):
            await record(session, case, Step.RATE, by, task=task, why=solved or "", **said)
    await close(session, case, now=now)
    if solved is Solved.NO:
        await reopen(session, ticket.id, actor=actor, now=now, office=office, why="not_solved")
    return ticket


def _must_be_rateable(case: Case, *, now: datetime) -> None:
    ticket = case.ticket
    was_answered = case.lead.answered_at is not None and ticket.status in _ENDED
    if ticket.outcome is Outcome.WITHDRAWN or not was_answered:
        raise IllegalStep(number=ticket.number, step=Step.RATE, status=ticket.status)
    if ticket.rated_at is not None and now - ticket.rated_at > SECOND_OPINION:
        raise TooLate(number=ticket.number)


async def reopen(
    session: AsyncSession,
    ticket_id: int,
    *,
    actor: Actor,
    now: datetime,
    office: Office,
    why: str = "asked",
) -> Ticket:
    """A further round: the lead department has it again, its head is told, the clocks restart."""
    final = await final_of(session, await get_for(session, ticket_id, actor))
    case = await open_by_system(session, final.id)
    check(case, Step.REOPEN, parties(case.ticket, case.task, actor))
    _forget_round(case, now=now)
    await notices.drop(
        session,
        subject="ticket",
        subject_id=case.ticket.id,
        kinds=("close_unanswered", "ticket_answered"),
        now=now,
    )
    by = By(actor, now, office)
    event = await record(session, case, Step.REOPEN, by, why=why, round=case.ticket.round)
    for person_id in await responsible_for(session, case.task):
        await tell_officer(session, case.ticket, "ticket_unsolved", person_id, event, why=why)
    return case.ticket


def _forget_round(case: Case, *, now: datetime) -> None:
    ticket, task = case.ticket, case.task
    ticket.round += 1
    ticket.outcome = ticket.closed_at = ticket.solved = ticket.score = ticket.rated_at = None
    task.outcome = task.handler_id = None
    task.dispatched_at = now
    task.accepted_at = task.contacted_at = task.interim_at = task.answered_at = None


async def close_unanswered(
    session: AsyncSession, ticket_id: int, *, round_: int, now: datetime, office: Office
) -> Ticket | None:
    """No word for seven days after the answer of that round: closed; None when it moved on."""
    case = await open_by_system(session, ticket_id)
    if case.ticket.status is not Status.ANSWERED or case.ticket.round != round_:
        return None
    by = By(None, now, office)
    for task in case.tasks:
        if task.status is Status.ANSWERED:
            await record(session, case, Step.CLOSE, by, task=task, why="no_reply")
    await close(session, case, now=now)
    return case.ticket
