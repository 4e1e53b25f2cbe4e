"""What the office says about a task: to the company, inside, on the telephone, to itself later."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from domain.errors import NotFound
from domain.tickets import Step
from models import Message, Notice, Task, TicketEvent
from models.messages import Direction
from models.notices import NoticeState
from services import messages, notices
from services.office import Office
from services.ticket_guards import SECOND_THOUGHTS, TooLate
from services.ticket_leads import led_cases
from services.ticket_queries import SPOKEN
from services.ticket_steps import (
    By,
    Case,
    noted,
    open_by_system,
    open_for,
    record,
    tell_company,
    tell_officer,
)


async def reply(
    session: AsyncSession,
    task_id: int,
    *,
    message: Message,
    actor: Actor,
    now: datetime,
    office: Office,
    wait: timedelta = SECOND_THOUGHTS,
) -> TicketEvent:
    """The message goes to the company after `wait`, and to those whose tickets are answered with
    this one; until then `take_back` holds it."""
    by = By(actor, now, office)
    case = await open_for(session, task_id, Step.REPLY, by)
    event = await _say(session, case, message, by, wait=wait)
    await say_to_led(session, case, message, by, wait=wait)
    return event


async def _say(
    session: AsyncSession, case: Case, message: Message, by: By, *, wait: timedelta
) -> TicketEvent:
    event = await speak(session, case, Step.REPLY, message, "reply", by)
    await relay(session, case, event, message.id, wait=wait)
    return event


async def say_to_led(
    session: AsyncSession, case: Case, message: Message, by: By, *, wait: timedelta
) -> None:
    """The same words to every company whose ticket is answered together with this one."""
    for led in await led_cases(session, case):
        words = await messages.copy(session, message, led.ticket.id)
        await _say(session, led, words, by, wait=wait)


async def speak(
    session: AsyncSession,
    case: Case,
    step: Step,
    message: Message,
    role: str,
    by: By,
    *,
    why: str = "",
    **details: Any,
) -> TicketEvent:
    messages.belongs_to(message, case.ticket.id, direction=Direction.OUT, role=role)
    if not await _is_later_part(session, message):
        _heard(case.task, now=by.now)
    return await record(session, case, step, by, why=why, message_id=message.id, **details)


async def _is_later_part(session: AsyncSession, message: Message) -> bool:
    """Whether another part of its album was said already: an album is one word."""
    if message.album is None:
        return False
    place = messages.Address(message.bot_id, message.chat_id)
    parts = await messages.of_album(session, place, message.album)
    return any(part.role in SPOKEN for part in parts if part.id != message.id)


def _heard(task: Task, *, now: datetime) -> None:
    """The first word is the contact, any later one the interim news."""
    if task.contacted_at is None:
        task.contacted_at = now
    elif task.interim_at is None:
        task.interim_at = now


async def relay(
    session: AsyncSession, case: Case, event: TicketEvent, message_id: int, *, wait: timedelta
) -> None:
    await tell_company(
        session, case.ticket, "reply_to_company", event, wait=wait, message_id=message_id
    )


async def take_back(
    session: AsyncSession,
    task_id: int,
    *,
    message_id: int,
    actor: Actor,
    now: datetime,
    office: Office,
) -> Task:
    """Keep a reply inside after all; TooLate once it went out. Only its writer may."""
    case = await open_for(session, task_id, Step.REPLY, By(actor, now, office))
    message = await session.get(Message, message_id)
    if message is None or message.person_id != actor.person_id or message.role != "reply":
        raise NotFound
    by = By(actor, now, office)
    await _hold(session, case, message, by)
    for copy in await messages.copies_of(session, message, ("reply",)):
        await _hold(session, await open_by_system(session, copy.ticket_id or 0), copy, by)
    return case.task


async def _hold(session: AsyncSession, case: Case, message: Message, by: By) -> None:
    waiting = await waiting_to_go_out(session, case.ticket.id, message.id)
    if not waiting:
        raise TooLate(number=case.ticket.number)
    for notice in waiting:
        notices.settle(notice, NoticeState.DROPPED, now=by.now)
    unhear(case.task, said_at=waiting[0].created_at)
    await record(session, case, Step.NOTE, by, why="taken_back", message_id=noted(message, case))


def unhear(task: Task, *, said_at: datetime) -> None:
    """What was said at that moment was taken back: it is neither contact nor interim news."""
    if task.contacted_at == said_at:
        task.contacted_at = None
    if task.interim_at == said_at:
        task.interim_at = None


async def waiting_to_go_out(
    session: AsyncSession, ticket_id: int, message_id: int
) -> Sequence[Notice]:
    """The notices by which a word to the company still waits to be sent."""
    statement = select(Notice).where(
        col(Notice.subject) == "ticket",
        col(Notice.subject_id) == ticket_id,
        col(Notice.kind) == "reply_to_company",
        col(Notice.state) == NoticeState.OPEN,
    )
    found = (await session.exec(statement)).all()
    return [notice for notice in found if notice.details.get("message_id") == message_id]


async def join_album(
    session: AsyncSession, notice: Notice, message: Message, *, now: datetime
) -> list[Message]:
    """The message with what waits for the same person of the same album, in its order; the notices
    of the others are settled, for they go out together."""
    if message.album is None:
        return [message]
    statement = select(Notice).where(
        col(Notice.subject) == "ticket",
        col(Notice.subject_id) == notice.subject_id,
        col(Notice.person_id) == notice.person_id,
        col(Notice.kind) == "reply_to_company",
        col(Notice.state) == NoticeState.OPEN,
        col(Notice.id) != notice.id,
    )
    parts = {message.id: message}
    for waiting in (await session.exec(statement)).all():
        part = await session.get(Message, waiting.details.get("message_id") or 0)
        if part is not None and part.album == message.album and part.erased_at is None:
            notices.settle(waiting, NoticeState.SAID, now=now)
            parts[part.id] = part
    return [parts[one] for one in sorted(parts)]


async def hold_back(
    session: AsyncSession, case: Case, *, said_at: datetime, by: By
) -> list[Message]:
    """Keep inside every word that was to go to the company since that moment; they become notes."""
    statement = select(Notice).where(
        col(Notice.subject) == "ticket",
        col(Notice.subject_id) == case.ticket.id,
        col(Notice.kind).in_(("reply_to_company", "ticket_answered")),
        col(Notice.state) == NoticeState.OPEN,
        col(Notice.created_at) == said_at,
    )
    held: dict[int, Message] = {}
    for notice in (await session.exec(statement)).all():
        message = await session.get(Message, notice.details.get("message_id") or 0)
        notices.settle(notice, NoticeState.DROPPED, now=by.now)
        if message is not None and message.id not in held:
            noted(message, case)
            held[message.id] = message
    return list(held.values())


async def ask_back(
    session: AsyncSession,
    task_id: int,
    *,
    message: Message,
    days: int,
    actor: Actor,
    now: datetime,
    office: Office,
) -> Task:
    """Ask the company, with `days` working days to answer; the clocks stand still meanwhile."""
    case = await open_for(session, task_id, Step.ASK_BACK, By(actor, now, office))
    until = office.calendar.add_workdays(now, days)
    by = By(actor, now, office)
    event = await speak(
        session, case, Step.ASK_BACK, message, "question", by, until=until.isoformat()
    )
    await tell_company(
        session,
        case.ticket,
        "ticket_asked_back",
        event,
        message_id=message.id,
        until=until.isoformat(),
    )
    await tell_officer(
        session, case.ticket, "follow_up", actor.person_id, event, due_at=until, why="no_answer"
    )
    return case.task


async def note(
    session: AsyncSession,
    task_id: int,
    *,
    message: Message,
    actor: Actor,
    now: datetime,
    office: Office,
) -> Task:
    """Words that stay in the office."""
    case = await open_for(session, task_id, Step.NOTE, By(actor, now, office))
    by = By(actor, now, office)
    await record(session, case, Step.NOTE, by, message_id=noted(message, case))
    return case.task


async def say_at_work(
    session: AsyncSession, task_id: int, *, actor: Actor, now: datetime, office: Office
) -> Task:
    """在办: somebody who was reminded is on it."""
    by = By(actor, now, office)
    case = await open_for(session, task_id, Step.NOTE, by)
    await record(session, case, Step.NOTE, by, why="at_work")
    return case.task


async def log_call(
    session: AsyncSession,
    task_id: int,
    *,
    actor: Actor,
    now: datetime,
    office: Office,
    reached: bool = True,
    message: Message | None = None,
) -> Task:
    """A telephone call; it counts as contact when somebody answered. `message` says what about."""
    case = await open_for(session, task_id, Step.CALL, By(actor, now, office))
    if reached:
        _heard(case.task, now=now)
    await record(
        session,
        case,
        Step.CALL,
        By(actor, now, office),
        why="reached" if reached else "no_answer",
        message_id=noted(message, case),
    )
    return case.task


async def follow_up(
    session: AsyncSession,
    task_id: int,
    *,
    at: datetime,
    actor: Actor,
    now: datetime,
    office: Office,
    message: Message | None = None,
) -> None:
    """Remind the handler (else the actor) at a moment; `message` holds what of."""
    case = await open_for(session, task_id, Step.FOLLOW_UP, By(actor, now, office))
    message_id = noted(message, case, role="follow_up")
    by = By(actor, now, office)
    event = await record(
        session, case, Step.FOLLOW_UP, by, at=at.isoformat(), message_id=message_id
    )
    person_id = case.task.handler_id or actor.person_id
    await tell_officer(
        session, case.ticket, "follow_up", person_id, event, due_at=at, message_id=message_id
    )
