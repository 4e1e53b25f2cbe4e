"""A new ticket: its number, its words, and the department that gets it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import text
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from domain.errors import NotAllowed, NotFound, Refusal
from domain.incoming import Incoming
from domain.limits import TICKETS_A_DAY, TooManyTickets
from domain.tickets import Category, Status, Step, TaskRole, Urgency, ticket_number
from models import Company, Message, Person, Task, Ticket, TicketEvent
from services import messages, people, task_rounds
from services.messages import Address
from services.office import Office
from services.ticket_likeness import alike
from services.ticket_queries import DUTY, is_staffed
from services.ticket_steps import By, Case, owe_what_follows, tell_officer, write_step

#: In the details of RECEIVE: an agent said that its client agreed to the request.
AUTHORISED = "authorised"


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to phone about this ticket."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Part:
    """One department's share from the beginning; `item` is an errand of the draft's bundle."""

    department: str
    category: Category
    item: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What is about to be submitted. `texts` are words that stand in no message yet.

    `department` overrides the category's own. `company_id` is the actor's, or, from an officer,
    the company on whose behalf it is raised. `authorised`: an agent says that the client agreed.
    `parts` open a task each, the first one leads; without any there is one task. `on_behalf`: an
    officer writes it down for the company, perhaps at a visit. `split_from`: the ticket it was a
    part of.
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
    authorised: bool = False
    split_from: int | None = None
    bundle: str | None = None
    parts: tuple[Part, ...] = ()
    on_behalf: bool = False
    visit_id: int | None = None


class NotAuthorised(Refusal):
    """A request for a client needs the client's name and the agent's word that it agreed."""

    code: ClassVar[str] = "not_authorised"


async def receive(session: AsyncSession, draft: Draft, person_id: int, by: By) -> Ticket:
    """The ticket's row with its number, its words attached, dispatched to its departments; what
    says the same stands in its history, so that the desk's card can name it."""
    written = await _written(session, draft, person_id)
    ticket = await _begun(session, draft, person_id, by)
    words = "\n".join(filter(None, [*(one.text for one in written), *draft.texts]))
    like = await alike(session, ticket, words)
    parts = draft.parts or (_whole(draft, by.office),)
    tasks = [await _new_task(session, ticket, part, now=by.now) for part in parts]
    tasks[0].role = TaskRole.LEAD
    case = Case(ticket, tuple(tasks), tasks[0], [])
    _begin_history(case, draft, parts, like, by)
    await _store(session, case, by)
    await _attach(session, ticket, draft, written, by)
    await owe_what_follows(session, case, case.tasks, by)
    await _tell_once_if_unowned(session, case, by.office)
    return ticket


async def _begun(session: AsyncSession, draft: Draft, person_id: int, by: By) -> Ticket:
    return Ticket(
        number=await _next_number(session, by.office.today(by.now)),
        company_id=draft.company_id,
        person_id=person_id,
        category=draft.category,
        urgency=Urgency.URGENT if draft.danger else draft.urgency,
        danger=draft.danger,
        locale=by.actor.locale if by.actor else by.office.default_locale,
        measure_id=draft.measure_ids[0] if draft.measure_ids else None,
        bundle=draft.bundle,
        registered_by=person_id if draft.on_behalf else None,
        received_at=by.now,
    )


def _whole(draft: Draft, office: Office) -> Part:
    """The one share of a ticket that has no parts."""
    return Part(draft.department or department_for(office, draft.category), draft.category)


async def must_be_within_limits(
    session: AsyncSession, draft: Draft, person_id: int, *, now: datetime
) -> None:
    """Raises TooManyTickets; danger, and what an officer writes down, are never too many."""
    if draft.danger or draft.on_behalf:
        return
    statement = select(func.count()).where(
        col(Ticket.person_id) == person_id,
        col(Ticket.registered_by).is_(None),
        col(Ticket.received_at) > now - timedelta(days=1),
    )
    if (await session.exec(statement.select_from(Ticket))).one() >= TICKETS_A_DAY:
        raise TooManyTickets(limit=TICKETS_A_DAY)


def _must_be_on_the_offices_side(draft: Draft, actor: Actor | None) -> None:
    if actor is None or draft.company_id is None:
        raise NotFound
    if not actor.handles_tickets or draft.company_id in actor.company_ids:
        raise NotAllowed


async def _next_number(session: AsyncSession, day: date) -> str:
    """Counted through the year, so that a desk may say “0007” for weeks and mean one ticket.

    The database counts in one statement: no number is given twice.
    """
    counted = text(
        "INSERT INTO ticket_counter (year, last) VALUES (:year, 1)"
        " ON CONFLICT (year) DO UPDATE SET last = ticket_counter.last + 1 RETURNING last"
    ).bindparams(year=day.year)
    connection = await session.connection()
    return ticket_number(f"{day:%Y%m%d}", (await connection.execute(counted)).scalar_one())


async def _written(session: AsyncSession, draft: Draft, person_id: int) -> list[Message]:
    """The draft's messages, as far as they are the person's and belong to no ticket."""
    found = [await session.get(Message, message_id) for message_id in draft.message_ids]
    return [one for one in found if one and one.person_id == person_id and one.ticket_id is None]


async def _attach(
    session: AsyncSession, ticket: Ticket, draft: Draft, written: Sequence[Message], by: By
) -> None:
    """What was written belongs to the ticket, and what stands in no message yet becomes one."""
    for message in written:
        message.ticket_id = ticket.id
    said = [(Incoming(text=words), "") for words in draft.texts]
    if draft.contact is not None:
        said.append((messages.contact_card(draft.contact.name, draft.contact.phone), "contact"))
    if not said:
        return
    person = await session.get_one(Person, ticket.person_id)
    for incoming, role in said:
        await messages.keep(
            session,
            incoming,
            Address(by.office.bot_id, person.telegram_id),
            person_id=person.id,
            ticket_id=ticket.id,
            role=role,
            now=by.now,
        )


async def _store(session: AsyncSession, case: Case, by: By) -> None:
    """In the order in which the rows refer to each other, which SQLAlchemy does not know."""
    session.add(case.ticket)
    await session.flush()
    session.add_all(case.tasks)
    await session.flush()
    session.add_all(case.history)
    for task in case.tasks:
        task_rounds.begin(session, case.ticket, task, calendar=by.office.calendar)


async def _new_task(session: AsyncSession, ticket: Ticket, part: Part, *, now: datetime) -> Task:
    return Task(
        ticket_id=ticket.id,
        department=await staffed_or_duty(session, part.department),
        role=TaskRole.CO,
        item=part.item,
        category=part.category if part.category is not ticket.category else None,
        dispatched_at=now,
    )


def _begin_history(
    case: Case, draft: Draft, parts: Sequence[Part], like: Sequence[int], by: By
) -> None:
    """The first lines: received, dispatched share by share, and what is like it."""
    ticket, system = case.ticket, By(None, by.now, by.office)
    received = TicketEvent(
        ticket_id=ticket.id,
        task_id=case.task.id,
        at=by.now,
        actor_id=ticket.person_id,
        step=Step.RECEIVE,
        to=Status.RECEIVED,
        why="on_behalf" if draft.on_behalf else "",
        details=_details(draft),
    )
    case.history.append(received)
    for task, part in zip(case.tasks, parts, strict=True):
        moved = {"department": task.department, "wanted": part.department}
        why = "" if task.department == part.department else "no_desk"
        write_step(case, task, Step.DISPATCH, system, why=why, **moved)
    if like:
        write_step(case, case.task, Step.NOTE, system, why="alike", like=list(like))


async def _tell_once_if_unowned(session: AsyncSession, case: Case, office: Office) -> None:
    """However many of its tasks nobody owns, the ticket is told of once."""
    at_duty = next((task for task in case.tasks if task.department == DUTY), None)
    if at_duty is not None:
        sent = next(one for one in case.history_of(at_duty) if one.step is Step.DISPATCH)
        await tell_if_unowned(session, replace(case, task=at_duty), sent, office)


def _details(draft: Draft) -> dict[str, Any]:
    details: dict[str, Any] = {"measures": list(draft.measure_ids)} if draft.measure_ids else {}
    if draft.visit_id is not None:
        details["visit"] = draft.visit_id
    if draft.split_from is not None:
        details["split_from"] = draft.split_from
    return details | ({AUTHORISED: True} if draft.authorised else {})


def department_for(office: Office, category: Category) -> str:
    """The department that leads on a category, as the catalogue says."""
    book = office.catalogue.triage
    return book.by_key[category].department if book and category in book.by_key else DUTY


async def staffed_or_duty(session: AsyncSession, department: str) -> str:
    """The department, or the duty desk when nobody there would see a ticket."""
    return department if await is_staffed(session, department) else DUTY


async def tell_if_unowned(
    session: AsyncSession, case: Case, event: TicketEvent, office: Office
) -> None:
    """When even the duty desk is empty, the administrators hear of it."""
    if case.task.department != DUTY or await is_staffed(session, DUTY):
        return
    for person in await people.administrators(session, office.administrators):
        await tell_officer(session, case.ticket, "ticket_unowned", person.id, event)


async def must_be_allowed(session: AsyncSession, draft: Draft, by: By) -> None:
    """NotFound for a company that is not the actor's, unless an officer raises it on its behalf.

    NotAllowed for an officer who belongs to that company. NotAuthorised for a client without a
    name, or without the word that it agreed.
    """
    actor = by.actor
    if draft.on_behalf:
        _must_be_on_the_offices_side(draft, actor)
        return
    if actor is not None and draft.company_id in actor.client_ids:
        company = await session.get(Company, draft.company_id)
        is_named = company is not None and bool(company.name)
        if not draft.danger and not (is_named and draft.authorised):
            raise NotAuthorised
    if actor is None or draft.company_id is None or draft.company_id in actor.company_ids:
        return
    if not actor.in_office:
        raise NotFound
