"""回访 and what follows it: a rating, one more round one level up, or the end."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor, Role
from domain.errors import NotFound
from domain.tickets import Guard, Outcome, Party, Solved, Status, Step, is_allowed
from models import Message, Person, Ticket
from models.messages import Direction
from services import messages, notices, staffing
from services.office import Office
from services.ticket_answers import close, silent_until
from services.ticket_guards import TooLate, redos
from services.ticket_queries import DUTY, final_of, get_for, parties
from services.ticket_raising import tell_if_unowned
from services.ticket_steps import (
    By,
    Case,
    IllegalStep,
    check,
    guards_of,
    open_by_system,
    open_for_company,
    record,
    responsible_for,
    tell_officer,
)

#: A rating can be changed for so long.
SECOND_OPINION = timedelta(days=7)
_ENDED = (Status.ANSWERED, Status.CLOSED)
_COMPANY = frozenset({Party.COMPANY})


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
    task_id: int | None = None,
) -> Ticket:
    """What the company says of the answer: solved, 1–5, a comment; once per round, to be changed
    within seven days. “Not solved” opens the ticket again, one level up: the lead's share, or the
    one that is named (NotFound for another ticket's); after two such rounds it stays closed and the
    duty desk is told."""
    by = By(actor, now, office)
    case = _at_share(await open_for_company(session, ticket_id, Step.RATE, by), task_id)
    ticket = case.ticket
    _must_be_rateable(case, now=now)
    if score is not None and not 1 <= score <= 5:
        raise NotFound
    ticket.rated_at = ticket.rated_at or now
    ticket.solved = solved or ticket.solved
    ticket.score = score or ticket.score
    if message is not None:
        messages.belongs_to(message, ticket.id, direction=Direction.IN, role="comment")
    said = {"score": score, "message_id": message.id if message else None}
    for task in case.tasks:
        if is_allowed(Step.RATE, task.status, _COMPANY):
            await record(session, case, Step.RATE, by, task=task, why=solved or "", **said)
    await close(session, case, now=now)
    if solved is Solved.NO:
        await _not_solved(session, case, by)
    return ticket


def _at_share(case: Case, task_id: int | None) -> Case:
    if task_id is None:
        return case
    named = next((task for task in case.tasks if task.id == task_id), None)
    if named is None:
        raise NotFound
    return replace(case, task=named)


def _must_be_rateable(case: Case, *, now: datetime) -> None:
    ticket = case.ticket
    was_answered = case.lead.answered_at is not None and ticket.status in _ENDED
    if ticket.outcome is Outcome.WITHDRAWN or not was_answered:
        raise IllegalStep(number=ticket.number, step=Step.RATE, status=ticket.status)
    if ticket.rated_at is not None and now - ticket.rated_at > SECOND_OPINION:
        raise TooLate(number=ticket.number)


async def _not_solved(session: AsyncSession, case: Case, by: By) -> None:
    if Guard.REDO_LEFT not in guards_of(case, by):
        await _open_again(session, case, by, why="not_solved", acting=_COMPANY)
        return
    event = case.history[-1]
    for person in await _present(session, case.ticket, Role.DUTY):
        await tell_officer(
            session, case.ticket, "ticket_unsolved", person.id, event, why="no_redo_left"
        )


async def reopen(
    session: AsyncSession,
    ticket_id: int,
    *,
    actor: Actor,
    now: datetime,
    office: Office,
    why: str = "asked",
) -> Ticket:
    """A further round with clocks of its own. From the company it goes one level up: to the head,
    then to the duty desk, named; NoRedoLeft after both. The office keeps it where it was."""
    by = By(actor, now, office)
    final = await final_of(session, await get_for(session, ticket_id, actor))
    case = await open_by_system(session, final.id)
    acting = parties(case.ticket, case.task, actor)
    check(case, Step.REOPEN, acting, guards_of(case, by))
    return await _open_again(session, case, by, why=why, acting=acting)


async def _open_again(
    session: AsyncSession, case: Case, by: By, *, why: str, acting: frozenset[Party]
) -> Ticket:
    ticket, task = case.ticket, case.task
    is_redo = Party.COMPANY in acting
    former, came_from = task.handler_id, task.department
    named = await _one_level_up(session, case) if is_redo else None
    _forget_round(case, now=by.now)
    await notices.drop(
        session,
        subject="ticket",
        subject_id=ticket.id,
        kinds=("close_unanswered", "ticket_answered"),
        now=by.now,
    )
    event = await record(
        session,
        case,
        Step.REOPEN,
        by,
        why=why,
        round=ticket.round,
        redo=is_redo,
        came_from=came_from,
        department=task.department,
        former=former,
    )
    if named is not None:
        await _name_handler(session, case, named, by)
    await tell_if_unowned(session, case, event, by.office)
    for person_id in await responsible_for(session, task):
        await tell_officer(session, ticket, "ticket_unsolved", person_id, event, why=why)
    return ticket


async def _one_level_up(session: AsyncSession, case: Case) -> Person | None:
    """Who has it from now on: a head of the department, the second time the duty desk; never the
    one whose answer did not help, while there is anybody else."""
    ticket, task = case.ticket, case.task
    if redos(case.history) == 0:
        heads = await _present(session, ticket, Role.HEAD, task.department)
        head = next((one for one in heads if one.id != task.handler_id), None)
        if head is not None:
            return head
    duty = await _present(session, ticket, Role.DUTY)
    task.department = DUTY if duty else task.department
    others = [one for one in duty if one.id != task.handler_id]
    return next(iter((*others, *duty)), None)


async def _present(
    session: AsyncSession, ticket: Ticket, role: Role, department: str | None = None
) -> list[Person]:
    persons = await staffing.holders(session, role, department=department)
    return await staffing.on_the_offices_side(session, ticket, persons)


async def _name_handler(session: AsyncSession, case: Case, person: Person, by: By) -> None:
    case.task.handler_id, case.task.accepted_at = person.id, by.now
    system = By(None, by.now, by.office)
    await record(session, case, Step.REASSIGN, system, person_id=person.id)


def _forget_round(case: Case, *, now: datetime) -> None:
    ticket, task = case.ticket, case.task
    ticket.round += 1
    ticket.joined_to = None
    ticket.outcome = ticket.closed_at = ticket.solved = ticket.score = ticket.rated_at = None
    task.outcome = task.handler_id = None
    task.dispatched_at = now
    task.accepted_at = task.contacted_at = task.interim_at = task.answered_at = None


async def close_unanswered(
    session: AsyncSession, ticket_id: int, *, round_: int, now: datetime, office: Office
) -> Ticket | None:
    """No word for seven days after the answer of that round: closed; None when it moved on, or
    when the company wrote meanwhile and has its days from then."""
    case = await open_by_system(session, ticket_id)
    if case.ticket.status is not Status.ANSWERED or case.ticket.round != round_:
        return None
    if now < silent_until(case.history, office):
        return None
    by = By(None, now, office)
    for task in case.tasks:
        if task.status is Status.ANSWERED:
            await record(session, case, Step.CLOSE, by, task=task, why="no_reply")
    await close(session, case, now=now)
    return case.ticket
