"""Tickets: raising them, and every step the office or the company takes.

Office steps take a task id, company steps a ticket id. Each step locks the ticket, is checked by
domain.tickets, leaves one TicketEvent and owes a `desk_card` notice; what the company is promised
to hear is owed too. Texts are given as Message rows (services.messages.keep).

Notices owed here, all with subject "ticket" and details task_id, event_id:
to the company   reply_to_company (message_id), ticket_taken, ticket_asked_back (message_id, until),
                 ticket_answered (message_id, round), ticket_reopened; close_unanswered (acts)
to the office    desk_card, follow_up (message_id), task_assigned, ticket_urged, ticket_unsolved,
                 ticket_unowned (to administrators: the duty desk is empty)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import ClassVar

from sqlalchemy import Date, bindparam, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from domain.errors import ChangedMeanwhile, NotAllowed, NotFound, Refusal
from domain.incoming import Incoming
from domain.tickets import (
    Category,
    Outcome,
    Party,
    Solved,
    Status,
    Step,
    TaskRole,
    Urgency,
    is_allowed,
    ticket_number,
)
from models import Message, Notice, Person, Task, Ticket, TicketEvent
from models.messages import Direction
from models.notices import NoticeState
from services import messages, notices, people
from services.messages import Address
from services.office import Office
from services.ticket_queries import (
    DUTY,
    OPEN,
    SPOKEN,
    company_of,
    company_people,
    conversation_of,
    events_of,
    final_of,
    first_words,
    get_for,
    is_of_company,
    is_staffed,
    last_step_at,
    lead_of,
    lead_task,
    messages_of,
    open_texts,
    parties,
    shown_department,
    tasks_of,
    ticket_by_number,
    tickets_of,
)
from services.ticket_steps import (
    Case,
    IllegalStep,
    check,
    open_as_company,
    open_by_system,
    open_task,
    reckon,
    record,
    responsible_for,
    tell_company,
    tell_officer,
)

__all__ = [
    "DUTY",
    "OPEN",
    "SPOKEN",
    "AlreadyTaken",
    "Contact",
    "Draft",
    "IllegalStep",
    "NothingSent",
    "TooLate",
    "UrgedAlready",
    "WrongMerge",
    "add",
    "add_department",
    "ask_back",
    "close_unanswered",
    "company_of",
    "company_people",
    "conversation_of",
    "edit",
    "events_of",
    "final_of",
    "first_words",
    "follow_up",
    "get_for",
    "is_of_company",
    "is_staffed",
    "lead_of",
    "lead_task",
    "log_call",
    "merge",
    "messages_of",
    "note",
    "open_texts",
    "parties",
    "raise_ticket",
    "rate",
    "reassign",
    "release",
    "reopen",
    "reply",
    "resolve",
    "route",
    "set_category",
    "set_urgency",
    "shown_department",
    "take",
    "take_back",
    "tasks_of",
    "ticket_by_number",
    "tickets_of",
    "urge",
    "withdraw",
]

#: So long a word to the company, a claim or an answer can be taken back before anybody hears of it.
SECOND_THOUGHTS = timedelta(seconds=60)
#: A rating can be changed for so long; an answer without a word from the company closes after it.
RATING_DAYS = timedelta(days=7)


class AlreadyTaken(ChangedMeanwhile):
    """Another officer was first. Facts: number, name, at (on the office's clock)."""

    code: ClassVar[str] = "already_taken"


class NothingSent(Refusal):
    """The company has never heard from the office, so there is nothing to resolve with."""

    code: ClassVar[str] = "nothing_sent"


class UrgedAlready(Refusal):
    """One urging per working day. Facts: number."""

    code: ClassVar[str] = "urged_already"


class TooLate(Refusal):
    """The time to change this is over. Facts: number."""

    code: ClassVar[str] = "too_late"


class WrongMerge(Refusal):
    """Into itself, into one that was merged here, or of another company. Facts: number, into."""

    code: ClassVar[str] = "wrong_merge"


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to phone about this ticket."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What is about to be submitted. `texts` are words that stand in no message yet.

    `department` overrides the category's own. `company_id` is the actor's, or, from an officer,
    the company on whose behalf it is raised.
    """

    category: Category
    urgency: Urgency = Urgency.NORMAL
    danger: bool = False
    texts: tuple[str, ...] = ()
    message_ids: tuple[int, ...] = ()
    department: str | None = None
    measure_ids: tuple[str, ...] = ()
    company_id: int | None = None
    contact: Contact | None = None


# Raising


async def raise_ticket(
    session: AsyncSession, draft: Draft, *, actor: Actor, now: datetime, office: Office
) -> Ticket:
    """A new ticket with its number, its words and its lead task, dispatched."""
    if draft.company_id is not None and draft.company_id not in actor.company_ids:
        _must_be_officer(actor)
    ticket = Ticket(
        number=await _next_number(session, office.today(now)),
        company_id=draft.company_id,
        person_id=actor.person_id,
        category=draft.category,
        urgency=Urgency.URGENT if draft.danger else draft.urgency,
        danger=draft.danger,
        locale=actor.locale,
        measure_id=draft.measure_ids[0] if draft.measure_ids else None,
        received_at=now,
    )
    session.add(ticket)
    await session.flush()
    await _attach(session, ticket, draft, actor=actor, now=now, office=office)
    await _open_lead(session, ticket, draft, actor=actor, now=now, office=office)
    return ticket


def _must_be_officer(actor: Actor) -> None:
    if not actor.in_office:
        raise NotFound


async def _next_number(session: AsyncSession, day: date) -> str:
    """Counted by the database in one statement, so that no number is given twice."""
    counted = text(
        "INSERT INTO ticket_counter (day, last) VALUES (:day, 1)"
        " ON CONFLICT (day) DO UPDATE SET last = ticket_counter.last + 1 RETURNING last"
    ).bindparams(bindparam("day", day, type_=Date))
    connection = await session.connection()
    return ticket_number(f"{day:%Y%m%d}", (await connection.execute(counted)).scalar_one())


async def _attach(
    session: AsyncSession,
    ticket: Ticket,
    draft: Draft,
    *,
    actor: Actor,
    now: datetime,
    office: Office,
) -> None:
    statement = select(Message).where(
        col(Message.id).in_(draft.message_ids),
        col(Message.person_id) == actor.person_id,
        col(Message.ticket_id).is_(None),
    )
    for message in (await session.exec(statement)).all():
        message.ticket_id = ticket.id
    person = await session.get_one(Person, actor.person_id)
    home = Address(office.bot_id, person.telegram_id)
    for words in draft.texts:
        await messages.keep(
            session, Incoming(text=words), home, person_id=person.id, ticket_id=ticket.id, now=now
        )
    if draft.contact is not None:
        card = messages.contact_card(draft.contact.name, draft.contact.phone)
        await messages.keep(
            session, card, home, person_id=person.id, ticket_id=ticket.id, role="contact", now=now
        )


async def _open_lead(
    session: AsyncSession,
    ticket: Ticket,
    draft: Draft,
    *,
    actor: Actor,
    now: datetime,
    office: Office,
) -> None:
    wanted = draft.department or department_for(office, ticket.category)
    department = await _staffed_or_duty(session, wanted)
    task = Task(ticket_id=ticket.id, department=department, dispatched_at=now)
    session.add(task)
    await session.flush()
    received = TicketEvent(
        ticket_id=ticket.id,
        task_id=task.id,
        at=now,
        actor_id=actor.person_id,
        step=Step.RECEIVE,
        to=Status.RECEIVED,
        details={"measures": list(draft.measure_ids)} if draft.measure_ids else {},
    )
    session.add(received)
    await session.flush()
    case = Case(ticket, (task,), task)
    event = await record(
        session,
        case,
        Step.DISPATCH,
        actor=None,
        now=now,
        office=office,
        why="" if department == wanted else "no_desk",
        department=department,
        wanted=wanted,
    )
    await _tell_if_unowned(session, case, event=event, now=now, office=office)


def department_for(office: Office, category: Category) -> str:
    """The department that leads on a category, as the catalogue says."""
    book = office.catalogue.triage
    return book.by_key[category].department if book and category in book.by_key else DUTY


async def _staffed_or_duty(session: AsyncSession, department: str) -> str:
    return department if await is_staffed(session, department) else DUTY


async def _tell_if_unowned(
    session: AsyncSession, case: Case, *, event: TicketEvent, now: datetime, office: Office
) -> None:
    """When even the duty desk is empty, the administrators hear of it."""
    if case.task.department != DUTY or await is_staffed(session, DUTY):
        return
    for person in await people.administrators(session, office.administrators):
        await tell_officer(
            session, case.ticket, "ticket_unowned", person.id, event=event, due_at=now, now=now
        )


# Who works on it


async def take(
    session: AsyncSession, task_id: int, *, actor: Actor, now: datetime, office: Office
) -> Task:
    """Claim a task; the second officer is told who was first. Taking one's own again is no harm."""
    case = await open_task(session, task_id, actor)
    if case.task.handler_id == actor.person_id and case.task.status not in {
        Status.RECEIVED,
        Status.DISPATCHED,
    }:
        return case.task
    if case.task.handler_id is not None:
        await _refuse_second(session, case, office=office)
    check(case, Step.CLAIM, parties(case.ticket, case.task, actor))
    await _hand_to(session, case, actor.person_id, Step.CLAIM, actor=actor, now=now, office=office)
    return case.task


async def _refuse_second(session: AsyncSession, case: Case, *, office: Office) -> None:
    handler = await session.get_one(Person, case.task.handler_id)
    at = office.calendar.local(case.task.accepted_at or case.task.dispatched_at)
    raise AlreadyTaken(number=case.ticket.number, name=handler.name, at=at)


async def _hand_to(
    session: AsyncSession,
    case: Case,
    person_id: int,
    step: Step,
    *,
    actor: Actor,
    now: datetime,
    office: Office,
) -> TicketEvent:
    case.task.handler_id = person_id
    case.task.accepted_at = case.task.accepted_at or now
    event = await record(
        session, case, step, actor=actor, now=now, office=office, person_id=person_id
    )
    await tell_company(
        session,
        case.ticket,
        "ticket_taken",
        event=event,
        now=now,
        wait=SECOND_THOUGHTS,
        handler_id=person_id,
    )
    return event


async def release(
    session: AsyncSession, task_id: int, *, actor: Actor, now: datetime, office: Office
) -> Task:
    """Take a claim back within a minute, before the company hears of it; TooLate afterwards."""
    case = await open_task(session, task_id, actor)
    check(case, Step.RELEASE, parties(case.ticket, case.task, actor))
    if now - (case.task.accepted_at or now) > SECOND_THOUGHTS:
        raise TooLate(number=case.ticket.number)
    case.task.handler_id = case.task.accepted_at = None
    await record(session, case, Step.RELEASE, actor=actor, now=now, office=office)
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
    case = await open_task(session, task_id, actor)
    check(case, Step.ROUTE, parties(case.ticket, case.task, actor))
    if message is not None:
        messages.belongs_to(message, case.ticket.id, direction=Direction.NOTE)
    came_from, case.task.department = (
        case.task.department,
        await _staffed_or_duty(session, department),
    )
    case.task.handler_id = case.task.accepted_at = None
    event = await record(
        session,
        case,
        Step.ROUTE,
        actor=actor,
        now=now,
        office=office,
        why=why,
        came_from=came_from,
        department=case.task.department,
        wanted=department,
        message_id=message.id if message else None,
    )
    await _tell_if_unowned(session, case, event=event, now=now, office=office)
    return case.task


async def add_department(
    session: AsyncSession,
    task_id: int,
    *,
    department: str,
    actor: Actor,
    now: datetime,
    office: Office,
) -> Task:
    """A further department gets its own share beside the lead; one that has a share keeps it."""
    case = await open_task(session, task_id, actor)
    check(case, Step.ROUTE, parties(case.ticket, case.task, actor))
    owner = await _staffed_or_duty(session, department)
    known = next((task for task in case.tasks if task.department == owner), None)
    if known is not None and known.status in OPEN:
        return known
    task = Task(ticket_id=case.ticket.id, department=owner, role=TaskRole.CO, dispatched_at=now)
    session.add(task)
    await session.flush()
    wider = Case(case.ticket, (*case.tasks, task), task)
    await record(
        session,
        wider,
        Step.DISPATCH,
        actor=actor,
        now=now,
        office=office,
        department=owner,
        wanted=department,
    )
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
    case = await open_task(session, task_id, actor)
    check(case, Step.REASSIGN, parties(case.ticket, case.task, actor))
    person = await session.get_one(Person, to_person_id)
    candidate = await people.actor_for(session, person, administrators=office.administrators)
    if not candidate.works_for(case.task.department) or is_of_company(case.ticket, candidate):
        raise NotAllowed
    event = await _hand_to(
        session, case, person.id, Step.REASSIGN, actor=actor, now=now, office=office
    )
    if person.id != actor.person_id:
        await tell_officer(
            session, case.ticket, "task_assigned", person.id, event=event, due_at=now, now=now
        )
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
    case = await open_task(session, task_id, actor)
    check(case, Step.SET_URGENCY, parties(case.ticket, case.task, actor))
    before, case.ticket.urgency = case.ticket.urgency, urgency
    await record(
        session,
        case,
        Step.SET_URGENCY,
        actor=actor,
        now=now,
        office=office,
        before=before,
        after=urgency,
    )
    await _reckon_all(session, case, office=office)
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
    ticket = await get_for(session, ticket_id, actor)
    case = await open_task(session, (await lead_task(session, ticket.id)).id, actor)
    check(case, Step.SET_CATEGORY, parties(case.ticket, case.task, actor))
    before, case.ticket.category = case.ticket.category, category
    if case.task.handler_id is None:
        wanted = department_for(office, category)
        case.task.department = await _staffed_or_duty(session, wanted)
    await record(
        session,
        case,
        Step.SET_CATEGORY,
        actor=actor,
        now=now,
        office=office,
        before=before,
        after=category,
        department=case.task.department,
    )
    await _reckon_all(session, case, office=office)
    return case.ticket


async def _reckon_all(session: AsyncSession, case: Case, *, office: Office) -> None:
    for task in case.tasks:
        if task.status in OPEN:
            await reckon(session, case, task, office=office)


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
) -> Notice | None:
    """The message goes to the company after `wait`; until then `take_back` holds it."""
    case = await open_task(session, task_id, actor)
    check(case, Step.REPLY, parties(case.ticket, case.task, actor))
    messages.belongs_to(message, case.ticket.id, direction=Direction.OUT, role="reply")
    _heard(case.task, now=now)
    event = await record(
        session, case, Step.REPLY, actor=actor, now=now, office=office, message_id=message.id
    )
    await tell_company(
        session,
        case.ticket,
        "reply_to_company",
        event=event,
        now=now,
        wait=wait,
        message_id=message.id,
    )
    return await _notice_of(session, "reply_to_company", event)


def _heard(task: Task, *, now: datetime) -> None:
    """The first word is the contact, any later one the interim news."""
    if task.contacted_at is None:
        task.contacted_at = now
    elif task.interim_at is None:
        task.interim_at = now


async def _notice_of(session: AsyncSession, kind: str, event: TicketEvent) -> Notice | None:
    statement = select(Notice).where(col(Notice.key).startswith(f"{kind}:{event.id}:"))
    return (await session.exec(statement)).first()


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
    case = await open_task(session, task_id, actor)
    check(case, Step.REPLY, parties(case.ticket, case.task, actor))
    message = await session.get(Message, message_id)
    if message is None or message.person_id != actor.person_id or message.role != "reply":
        raise NotFound
    waiting = [
        notice
        for notice in await _open_notices(session, case.ticket, "reply_to_company")
        if notice.details.get("message_id") == message_id
    ]
    if not waiting:
        raise TooLate(number=case.ticket.number)
    for notice in waiting:
        notices.settle(notice, NoticeState.DROPPED, now=now)
    said_at = waiting[0].created_at
    if case.task.contacted_at == said_at:
        case.task.contacted_at = None
    if case.task.interim_at == said_at:
        case.task.interim_at = None
    messages.belongs_to(message, case.ticket.id, direction=Direction.NOTE)
    await record(
        session,
        case,
        Step.NOTE,
        actor=actor,
        now=now,
        office=office,
        why="taken_back",
        message_id=message_id,
    )
    return case.task


async def _open_notices(session: AsyncSession, ticket: Ticket, kind: str) -> Sequence[Notice]:
    statement = select(Notice).where(
        col(Notice.subject) == "ticket",
        col(Notice.subject_id) == ticket.id,
        col(Notice.kind) == kind,
        col(Notice.state) == NoticeState.OPEN,
    )
    return (await session.exec(statement)).all()


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
    case = await open_task(session, task_id, actor)
    check(case, Step.ASK_BACK, parties(case.ticket, case.task, actor))
    messages.belongs_to(message, case.ticket.id, direction=Direction.OUT, role="question")
    _heard(case.task, now=now)
    until = office.calendar.add_workdays(now, days)
    event = await record(
        session,
        case,
        Step.ASK_BACK,
        actor=actor,
        now=now,
        office=office,
        message_id=message.id,
        until=until.isoformat(),
    )
    await tell_company(
        session,
        case.ticket,
        "ticket_asked_back",
        event=event,
        now=now,
        message_id=message.id,
        until=until.isoformat(),
    )
    await tell_officer(
        session,
        case.ticket,
        "follow_up",
        actor.person_id,
        event=event,
        due_at=until,
        now=now,
        why="no_answer",
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
    case = await open_task(session, task_id, actor)
    check(case, Step.NOTE, parties(case.ticket, case.task, actor))
    messages.belongs_to(message, case.ticket.id, direction=Direction.NOTE)
    await record(
        session, case, Step.NOTE, actor=actor, now=now, office=office, message_id=message.id
    )
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
    case = await open_task(session, task_id, actor)
    check(case, Step.CALL, parties(case.ticket, case.task, actor))
    if message is not None:
        messages.belongs_to(message, case.ticket.id, direction=Direction.NOTE)
    if reached:
        _heard(case.task, now=now)
    await record(
        session,
        case,
        Step.CALL,
        actor=actor,
        now=now,
        office=office,
        why="reached" if reached else "no_answer",
        message_id=message.id if message else None,
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
    case = await open_task(session, task_id, actor)
    check(case, Step.FOLLOW_UP, parties(case.ticket, case.task, actor))
    if message is not None:
        messages.belongs_to(message, case.ticket.id, direction=Direction.NOTE, role="follow_up")
    event = await record(
        session,
        case,
        Step.FOLLOW_UP,
        actor=actor,
        now=now,
        office=office,
        at=at.isoformat(),
        message_id=message.id if message else None,
    )
    await tell_officer(
        session,
        case.ticket,
        "follow_up",
        case.task.handler_id or actor.person_id,
        event=event,
        due_at=at,
        now=now,
        message_id=message.id if message else None,
    )
    return await _notice_of(session, "follow_up", event)


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
    case = await open_task(session, task_id, actor)
    check(case, Step.RESOLVE, parties(case.ticket, case.task, actor))
    if message is not None:
        messages.belongs_to(message, case.ticket.id, direction=Direction.OUT, role="answer")
        _heard(case.task, now=now)
    elif not await _was_answered(session, case, outcome):
        raise NothingSent
    case.task.outcome, case.task.answered_at = outcome, now
    event = await record(
        session,
        case,
        Step.RESOLVE,
        actor=actor,
        now=now,
        office=office,
        why=outcome,
        message_id=message.id if message else None,
    )
    await _pass_on_answer(session, case, event=event, message=message, now=now, office=office)
    return case.task


async def _was_answered(session: AsyncSession, case: Case, outcome: Outcome) -> bool:
    history = await events_of(session, case.ticket.id)
    spoken = {Step.REPLY, Step.ASK_BACK} | (
        {Step.CALL} if outcome is Outcome.UNREACHABLE else set()
    )
    return any(event.step in spoken for event in history) or case.task.contacted_at is not None


async def _pass_on_answer(
    session: AsyncSession,
    case: Case,
    *,
    event: TicketEvent,
    message: Message | None,
    now: datetime,
    office: Office,
) -> None:
    message_id = message.id if message else None
    if case.ticket.status is not Status.ANSWERED:
        if message_id is not None:
            await tell_company(
                session,
                case.ticket,
                "reply_to_company",
                event=event,
                now=now,
                wait=SECOND_THOUGHTS,
                message_id=message_id,
            )
        return
    case.ticket.outcome = case.lead.outcome
    closes_at = closing_moment(now, office)
    await tell_company(
        session,
        case.ticket,
        "ticket_answered",
        event=event,
        now=now,
        wait=SECOND_THOUGHTS,
        message_id=message_id,
        round=case.ticket.round,
        closes_at=closes_at.isoformat(),
    )
    await notices.owe_notice(
        session,
        "close_unanswered",
        key=f"close_unanswered:{event.id}",
        due_at=closes_at,
        now=now,
        person_id=case.ticket.person_id,
        subject="ticket",
        subject_id=case.ticket.id,
        round=case.ticket.round,
        event_id=event.id,
    )


def closing_moment(answered_at: datetime, office: Office) -> datetime:
    """The end of the seventh day after an answer: without a word it closes then."""
    day = office.today(answered_at) + RATING_DAYS + timedelta(days=1)
    return office.calendar.at(day, time())


# The company's side


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
        check(case, Step.ADD, frozenset({Party.COMPANY}))
    messages.belongs_to(message, case.ticket.id, direction=Direction.IN)
    for task in waiting or [case.task]:
        await record(
            session,
            case,
            Step.SUPPLY if waiting else Step.ADD,
            actor=actor,
            now=now,
            office=office,
            task=task,
            message_id=message.id,
        )
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
    event = await record(
        session, case, Step.EDIT, actor=actor, now=now, office=office, message_id=message.id
    )
    if message.role in SPOKEN:
        await tell_company(
            session, case.ticket, "reply_edited", event=event, now=now, message_id=message.id
        )
    return message


async def withdraw(
    session: AsyncSession, ticket_id: int, *, actor: Actor, now: datetime, office: Office
) -> Ticket:
    """The company takes it back; every open task is closed and nothing more is said about it."""
    case = await open_as_company(session, ticket_id, actor)
    check(case, Step.WITHDRAW, frozenset({Party.COMPANY}))
    for task in case.tasks:
        if is_allowed(Step.WITHDRAW, task.status, {Party.COMPANY}):
            task.outcome = Outcome.WITHDRAWN
            await record(
                session, case, Step.WITHDRAW, actor=actor, now=now, office=office, task=task
            )
    case.ticket.outcome = Outcome.WITHDRAWN
    await _close(session, case, now=now)
    return case.ticket


async def _close(session: AsyncSession, case: Case, *, now: datetime) -> None:
    case.ticket.closed_at = now
    await notices.drop(
        session,
        subject="ticket",
        subject_id=case.ticket.id,
        kinds=("follow_up", "ticket_taken", "ticket_asked_back", "close_unanswered"),
        now=now,
    )


async def urge(
    session: AsyncSession, ticket_id: int, *, actor: Actor, now: datetime, office: Office
) -> Ticket:
    """催办: once per working day; whoever answers for the ticket is told."""
    case = await open_as_company(session, ticket_id, actor)
    check(case, Step.URGE, frozenset({Party.COMPANY}))
    last = await last_step_at(session, case.ticket.id, Step.URGE)
    if last is not None and _working_day(last, office) == _working_day(now, office):
        raise UrgedAlready(number=case.ticket.number)
    event = await record(session, case, Step.URGE, actor=actor, now=now, office=office)
    for person_id in await responsible_for(session, case.task):
        await tell_officer(
            session, case.ticket, "ticket_urged", person_id, event=event, due_at=now, now=now
        )
    return case.ticket


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
    case = await open_as_company(session, ticket_id, actor)
    check(case, Step.RATE, frozenset({Party.COMPANY}))
    ticket = case.ticket
    if ticket.outcome is Outcome.WITHDRAWN or case.lead.answered_at is None:
        raise IllegalStep(number=ticket.number, step=Step.RATE, status=ticket.status)
    if ticket.rated_at is not None and now - ticket.rated_at > RATING_DAYS:
        raise TooLate(number=ticket.number)
    if score is not None and not 1 <= score <= 5:
        raise ValueError(f"a score of {score}")
    ticket.rated_at = ticket.rated_at or now
    ticket.solved = solved or ticket.solved
    ticket.score = score or ticket.score
    if message is not None:
        messages.belongs_to(message, ticket.id, direction=Direction.IN, role="comment")
    for task in case.tasks:
        if is_allowed(Step.RATE, task.status, {Party.COMPANY}):
            await record(
                session,
                case,
                Step.RATE,
                actor=actor,
                now=now,
                office=office,
                task=task,
                why=f"{solved or ''}",
                score=score,
                message_id=message.id if message else None,
            )
    await _close(session, case, now=now)
    if solved is Solved.NO:
        await reopen(session, ticket.id, actor=actor, now=now, office=office, why="not_solved")
    return ticket


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
    ticket = await get_for(session, ticket_id, actor)
    final = await final_of(session, ticket)
    case = await open_by_system(session, final.id)
    check(case, Step.REOPEN, parties(case.ticket, case.task, actor))
    task = case.task
    ticket = case.ticket
    ticket.round += 1
    ticket.outcome = ticket.closed_at = ticket.solved = ticket.score = ticket.rated_at = None
    task.outcome = task.handler_id = None
    task.dispatched_at = now
    task.accepted_at = task.contacted_at = task.interim_at = task.answered_at = None
    await notices.drop(
        session,
        subject="ticket",
        subject_id=ticket.id,
        kinds=("close_unanswered", "ticket_answered"),
        now=now,
    )
    event = await record(
        session, case, Step.REOPEN, actor=actor, now=now, office=office, why=why, round=ticket.round
    )
    for person_id in await responsible_for(session, task):
        await tell_officer(
            session, ticket, "ticket_unsolved", person_id, event=event, due_at=now, now=now, why=why
        )
    return ticket


async def close_unanswered(
    session: AsyncSession, ticket_id: int, *, round_: int, now: datetime, office: Office
) -> Ticket | None:
    """No word for seven days after the answer of that round: closed; None when it moved on."""
    case = await open_by_system(session, ticket_id)
    if case.ticket.status is not Status.ANSWERED or case.ticket.round != round_:
        return None
    for task in case.tasks:
        if task.status is Status.ANSWERED:
            await record(
                session,
                case,
                Step.CLOSE,
                actor=None,
                now=now,
                office=office,
                task=task,
                why="no_reply",
            )
    await _close(session, case, now=now)
    return case.ticket


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
    side = (ticket.company_id, ticket.company_id or ticket.person_id)
    other = (target.company_id, target.company_id or target.person_id)
    if ticket.merged_into is not None or target.id == ticket.id or side != other:
        raise WrongMerge(number=ticket.number, into=target.number)
    case = await open_task(session, (await lead_task(session, ticket.id)).id, actor)
    check(case, Step.MERGE, parties(case.ticket, case.task, actor))
    for task in case.tasks:
        if task.status is not Status.CLOSED:
            await record(
                session,
                case,
                Step.MERGE,
                actor=actor,
                now=now,
                office=office,
                task=task,
                into=target.id,
            )
    case.ticket.merged_into = target.id
    await _lift_merged(session, ticket, target)
    await _close(session, case, now=now)
    joined = await open_by_system(session, target.id)
    await record(
        session,
        joined,
        Step.NOTE,
        actor=actor,
        now=now,
        office=office,
        why="merged",
        merged=ticket.id,
    )
    return target


async def _lift_merged(session: AsyncSession, ticket: Ticket, target: Ticket) -> None:
    """What had been merged into this one now belongs to the final target, so chains stay short."""
    statement = select(Ticket).where(col(Ticket.merged_into) == ticket.id)
    for earlier in (await session.exec(statement)).all():
        earlier.merged_into = target.id
    await session.flush()
