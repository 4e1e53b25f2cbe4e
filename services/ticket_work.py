"""What the office does with a ticket. Every function takes a task; see services/tickets.py."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from domain.errors import ChangedMeanwhile, NotAllowed, NotFound, Refusal
from domain.tickets import Category, Outcome, Status, Step, TaskRole, Urgency
from models import Message, Notice, Person, Task, Ticket, TicketEvent
from models.messages import Direction
from models.notices import NoticeState
from services import messages, notices, people
from services.office import Office
from services.ticket_queries import (
    OPEN,
    company_people,
    events_of,
    final_of,
    get_for,
    is_of_company,
    lead_task,
    parties,
)
from services.ticket_raising import department_for, staffed_or_duty, tell_if_unowned
from services.ticket_steps import (
    By,
    Case,
    check,
    open_by_system,
    open_for,
    open_task,
    reckon,
    record,
    tell_company,
    tell_officer,
)

#: So long a word to the company, a claim or an answer can be taken back before anybody hears of it.
SECOND_THOUGHTS = timedelta(seconds=60)
#: An answer without a rating is brought to mind so many days later.
RATE_WITHIN = timedelta(days=3)
#: An answer without a word from the company closes after it.
SILENCE = timedelta(days=7)


class AlreadyTaken(ChangedMeanwhile):
    """Another officer was first. Facts: number, name, at (on the office's clock)."""

    code: ClassVar[str] = "already_taken"


class NothingSent(Refusal):
    """The company has never heard from the office, so there is nothing to resolve with."""

    code: ClassVar[str] = "nothing_sent"


class TooLate(Refusal):
    """The time to change this is over. Facts: number."""

    code: ClassVar[str] = "too_late"


class WrongMerge(Refusal):
    """Into itself, into one that was merged here, or of another company. Facts: number, into."""

    code: ClassVar[str] = "wrong_merge"


# Who works on it


async def take(
    session: AsyncSession, task_id: int, *, actor: Actor, now: datetime, office: Office
) -> Task:
    """Claim a task; the second officer is told who was first. Taking one's own again is no harm."""
    case = await open_task(session, task_id, actor)
    if case.task.handler_id == actor.person_id:
        return case.task
    if case.task.handler_id is not None and case.task.status in OPEN:
        await _refuse_second(session, case, office)
    check(case, Step.CLAIM, parties(case.ticket, case.task, actor))
    await _hand_to(session, case, actor.person_id, Step.CLAIM, By(actor, now, office))
    return case.task


async def _refuse_second(session: AsyncSession, case: Case, office: Office) -> None:
    handler = await session.get_one(Person, case.task.handler_id)
    at = office.calendar.local(case.task.accepted_at or case.task.dispatched_at)
    raise AlreadyTaken(number=case.ticket.number, name=handler.name, at=at)


async def _hand_to(
    session: AsyncSession, case: Case, person_id: int, step: Step, by: By
) -> TicketEvent:
    case.task.handler_id = person_id
    case.task.accepted_at = case.task.accepted_at or by.now
    event = await record(session, case, step, by, person_id=person_id)
    await tell_company(
        session, case.ticket, "ticket_taken", event, wait=SECOND_THOUGHTS, handler_id=person_id
    )
    return event


async def release(
    session: AsyncSession, task_id: int, *, actor: Actor, now: datetime, office: Office
) -> Task:
    """Take a claim back within a minute, before the company hears of it; TooLate afterwards."""
    case = await open_for(session, task_id, Step.RELEASE, actor)
    if now - (case.task.accepted_at or now) > SECOND_THOUGHTS:
        raise TooLate(number=case.ticket.number)
    case.task.handler_id = case.task.accepted_at = None
    await record(session, case, Step.RELEASE, By(actor, now, office))
    return case.task


async def route(
    session: AsyncSession,
    task_id: int,
    *,
    department: str,
    actor: Actor,
    now: datetime,
    office: Office,
    why: str = "",
    message: Message | None = None,
) -> Task:
    """Hand a task to another department, or to the duty desk when nobody is there. The clocks run
    on. `why` is a code such as `not_ours`; `message` the reason in words, kept as a note."""
    case = await open_for(session, task_id, Step.ROUTE, actor)
    came_from = case.task.department
    case.task.department = await staffed_or_duty(session, department)
    case.task.handler_id = case.task.accepted_at = None
    event = await record(
        session,
        case,
        Step.ROUTE,
        By(actor, now, office),
        why=why,
        came_from=came_from,
        department=case.task.department,
        wanted=department,
        message_id=_noted(message, case),
    )
    await tell_if_unowned(session, case, event, office)
    return case.task


def _noted(message: Message | None, case: Case, role: str = "") -> int | None:
    """Keep words inside the office, when there are any."""
    if message is None:
        return None
    messages.belongs_to(message, case.ticket.id, direction=Direction.NOTE, role=role)
    return message.id


async def add_department(
    session: AsyncSession,
    task_id: int,
    *,
    department: str,
    actor: Actor,
    now: datetime,
    office: Office,
) -> Task:
    """A further department gets its own share beside the lead; one that has an open share keeps
    it."""
    case = await open_for(session, task_id, Step.ROUTE, actor)
    owner = await staffed_or_duty(session, department)
    known = [task for task in case.tasks if task.department == owner and task.status in OPEN]
    if known:
        return known[0]
    task = Task(ticket_id=case.ticket.id, department=owner, role=TaskRole.CO, dispatched_at=now)
    session.add(task)
    await session.flush()
    wider = Case(case.ticket, (*case.tasks, task), task)
    by = By(actor, now, office)
    await record(session, wider, Step.DISPATCH, by, department=owner, wanted=department)
    return task


async def reassign(
    session: AsyncSession,
    task_id: int,
    *,
    to_person_id: int,
    actor: Actor,
    now: datetime,
    office: Office,
) -> Task:
    """A head or the duty desk names the handler, who is told."""
    case = await open_for(session, task_id, Step.REASSIGN, actor)
    person = await session.get_one(Person, to_person_id)
    candidate = await people.actor_for(session, person, administrators=office.administrators)
    if not candidate.works_for(case.task.department) or is_of_company(case.ticket, candidate):
        raise NotAllowed
    event = await _hand_to(session, case, person.id, Step.REASSIGN, By(actor, now, office))
    if person.id != actor.person_id:
        await tell_officer(session, case.ticket, "task_assigned", person.id, event)
    return case.task


# What it is about


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
    case = await open_for(session, task_id, Step.SET_URGENCY, actor)
    before, case.ticket.urgency = case.ticket.urgency, urgency
    by = By(actor, now, office)
    await record(session, case, Step.SET_URGENCY, by, before=before, after=urgency)
    await _reckon_all(session, case, office, now=now)
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
    case = await open_for(session, lead.id, Step.SET_CATEGORY, actor)
    before, case.ticket.category = case.ticket.category, category
    if case.task.handler_id is None:
        case.task.department = await staffed_or_duty(session, department_for(office, category))
    await record(
        session,
        case,
        Step.SET_CATEGORY,
        By(actor, now, office),
        before=before,
        after=category,
        department=case.task.department,
    )
    await _reckon_all(session, case, office, now=now)
    return case.ticket


async def _reckon_all(session: AsyncSession, case: Case, office: Office, *, now: datetime) -> None:
    for task in case.tasks:
        if task.status in OPEN:
            await reckon(session, case, task, office=office, now=now)


# Words to the company, and inside


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
    """The message goes to the company after `wait`; until then `take_back` holds it."""
    case = await open_for(session, task_id, Step.REPLY, actor)
    event = await _speak(session, case, Step.REPLY, message, "reply", By(actor, now, office))
    await _relay(session, case, event, message.id, wait=wait)
    return event


async def _speak(
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
    _heard(case.task, now=by.now)
    return await record(session, case, step, by, why=why, message_id=message.id, **details)


def _heard(task: Task, *, now: datetime) -> None:
    """The first word is the contact, any later one the interim news."""
    if task.contacted_at is None:
        task.contacted_at = now
    elif task.interim_at is None:
        task.interim_at = now


async def _relay(
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
    case = await open_for(session, task_id, Step.REPLY, actor)
    message = await session.get(Message, message_id)
    if message is None or message.person_id != actor.person_id or message.role != "reply":
        raise NotFound
    waiting = await waiting_to_go_out(session, case.ticket.id, message_id)
    if not waiting:
        raise TooLate(number=case.ticket.number)
    for notice in waiting:
        notices.settle(notice, NoticeState.DROPPED, now=now)
    _unhear(case.task, said_at=waiting[0].created_at)
    by = By(actor, now, office)
    await record(session, case, Step.NOTE, by, why="taken_back", message_id=_noted(message, case))
    return case.task


def _unhear(task: Task, *, said_at: datetime) -> None:
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
    case = await open_for(session, task_id, Step.ASK_BACK, actor)
    until = office.calendar.add_workdays(now, days)
    by = By(actor, now, office)
    event = await _speak(
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
    case = await open_for(session, task_id, Step.NOTE, actor)
    by = By(actor, now, office)
    await record(session, case, Step.NOTE, by, message_id=_noted(message, case))
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
    case = await open_for(session, task_id, Step.CALL, actor)
    if reached:
        _heard(case.task, now=now)
    await record(
        session,
        case,
        Step.CALL,
        By(actor, now, office),
        why="reached" if reached else "no_answer",
        message_id=_noted(message, case),
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
) -> Notice | None:
    """Remind the handler (else the actor) at a moment; `message` holds what of."""
    case = await open_for(session, task_id, Step.FOLLOW_UP, actor)
    message_id = _noted(message, case, role="follow_up")
    by = By(actor, now, office)
    event = await record(
        session, case, Step.FOLLOW_UP, by, at=at.isoformat(), message_id=message_id
    )
    person_id = case.task.handler_id or actor.person_id
    return await tell_officer(
        session, case.ticket, "follow_up", person_id, event, due_at=at, message_id=message_id
    )


async def resolve(
    session: AsyncSession,
    task_id: int,
    *,
    outcome: Outcome,
    actor: Actor,
    now: datetime,
    office: Office,
    message: Message | None = None,
) -> Task:
    """The answer. NothingSent when the company has not heard a word yet and gets none now.

    With the last open task the company is called back; before that it reads the answer as news.
    """
    case = await open_for(session, task_id, Step.RESOLVE, actor)
    if message is None and not await _was_spoken_to(session, case, outcome):
        raise NothingSent
    case.task.outcome, case.task.answered_at = outcome, now
    by = By(actor, now, office)
    if message is None:
        event = await record(session, case, Step.RESOLVE, by, why=outcome)
    else:
        event = await _speak(session, case, Step.RESOLVE, message, "answer", by, why=outcome)
    if case.ticket.status is Status.ANSWERED:
        await _call_back(session, case, event, message, office)
    elif message is not None:
        await _relay(session, case, event, message.id, wait=SECOND_THOUGHTS)
    return case.task


async def _was_spoken_to(session: AsyncSession, case: Case, outcome: Outcome) -> bool:
    """An attempt to phone is enough only for somebody who cannot be reached."""
    if case.task.contacted_at is not None:
        return True
    spoken = {Step.REPLY, Step.ASK_BACK}
    if outcome is Outcome.UNREACHABLE:
        spoken.add(Step.CALL)
    return any(event.step in spoken for event in await events_of(session, case.ticket.id))


async def _call_back(
    session: AsyncSession, case: Case, event: TicketEvent, message: Message | None, office: Office
) -> None:
    """回访: ask the company whether it is solved; without a word it closes after seven days."""
    ticket = case.ticket
    ticket.outcome = case.lead.outcome
    closes_at = closing_moment(event.at, office)
    await tell_company(
        session,
        ticket,
        "ticket_answered",
        event,
        wait=SECOND_THOUGHTS,
        message_id=message.id if message else None,
        round=ticket.round,
    )
    told = await company_people(session, ticket)
    await notices.owe_notice(
        session,
        "close_unanswered",
        key=f"close_unanswered:{event.id}",
        due_at=closes_at,
        now=event.at,
        person_id=told[0].id if told else ticket.person_id,
        subject="ticket",
        subject_id=ticket.id,
        round=ticket.round,
    )
    if told:
        await remind_of_rating(
            session, ticket, told[0].id, days=RATE_WITHIN, now=event.at, office=office
        )


async def remind_of_rating(
    session: AsyncSession,
    ticket: Ticket,
    person_id: int,
    *,
    days: timedelta,
    now: datetime,
    office: Office,
) -> date:
    """Owe a reminder that the answer still waits for a rating; the day it is to be said on."""
    day = office.today(now) + days
    await notices.owe_notice(
        session,
        "rating_reminder",
        key=f"rating_reminder:{ticket.id}:{ticket.round}:{day}",
        due_at=office.calendar.at(day, time(9, 30)),
        now=now,
        person_id=person_id,
        subject="ticket",
        subject_id=ticket.id,
        round=ticket.round,
    )
    return day


def closing_moment(answered_at: datetime, office: Office) -> datetime:
    """The end of the seventh day after an answer: without a word it closes then."""
    day = office.today(answered_at) + SILENCE + timedelta(days=1)
    return office.calendar.at(day, time())


async def close(session: AsyncSession, case: Case, *, now: datetime) -> None:
    """What was still to be said about a ticket makes no sense once it is closed."""
    case.ticket.closed_at = now
    await notices.drop(
        session,
        subject="ticket",
        subject_id=case.ticket.id,
        kinds=("follow_up", "ticket_taken", "ticket_asked_back", "close_unanswered"),
        now=now,
    )


# Two that are one


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
    case = await open_for(session, lead.id, Step.MERGE, actor)
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
