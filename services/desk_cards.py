"""What stands on the card of a task: read from the ticket, its company and its history."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from domain.derived import Readings
from domain.desks import CompanyLine, DeskCard, LastStep, Share
from domain.tickets import Category, Party, Status, Step, allowed_steps
from domain.words import Words
from models import Message, Notice, Person, Task, Ticket, TicketEvent, Visit
from models.messages import Direction
from models.notices import NoticeState
from services import companies, people, staffing
from services.desk_binding import share_desk
from services.desk_copies import ON_CARD
from services.office import Office
from services.ticket_guards import unmet_guards
from services.ticket_leads import leader_of, led_by
from services.ticket_likeness import likes_of
from services.ticket_queries import (
    company_of,
    events_of,
    first_words,
    item_name,
    messages_of,
    parties,
    tasks_of,
)
from services.ticket_raising import AUTHORISED

#: A group's card is one for all, so it offers what any of them may do.
WHOLE_OFFICE = frozenset({Party.HANDLER, Party.DEPARTMENT, Party.HEAD, Party.DUTY})
#: Steps that say nothing new to somebody who looks at the card.
_SILENT = frozenset({Step.NOTE, Step.RECEIVE})


async def card_of(
    session: AsyncSession,
    ticket: Ticket,
    task: Task,
    *,
    office: Office,
    now: datetime,
    viewer: Actor | None = None,
) -> DeskCard:
    """The card of a task; `viewer` None draws it for a group."""
    acting = WHOLE_OFFICE if viewer is None else parties(ticket, task, viewer)
    history = await events_of(session, ticket.id)
    unmet = unmet_guards(ticket, task, history, now=now, office=office)
    written = await messages_of(session, ticket.id)
    asker = await session.get_one(Person, ticket.person_id)
    merged = await session.get(Ticket, ticket.merged_into) if ticket.merged_into else None
    return DeskCard(
        ticket_id=ticket.id,
        task_id=task.id,
        number=ticket.number,
        status=task.status,
        urgency=ticket.urgency,
        danger=ticket.danger,
        category=ticket.category,
        category_name=category_name(office, ticket),
        department=department_name(office, task.department),
        words=(await first_words(session, ticket.id))[: ON_CARD + 1],
        files=_files(ticket, written),
        asker=asker.name,
        company=await _company_line(session, ticket, office=office, now=now),
        locale=ticket.locale,
        contact=_contact(written),
        handler=await _name(session, task.handler_id),
        accepted_at=task.accepted_at,
        accept_due=task.accept_due,
        contacted_at=task.contacted_at,
        contact_due=task.contact_due,
        answer_due=task.answer_due,
        days_left=_days_left(task.answer_due, office=office, now=now),
        stand_in=await _stand_in(session, ticket, task),
        provisional=_is_provisional(task.answer_due, office=office, now=now),
        is_paused=task.paused_since is not None,
        outcome=task.outcome,
        last=await _last(session, history),
        follow_up_at=await _follow_up_at(session, ticket),
        others=await _others(session, ticket, task, office=office, viewer=viewer),
        role=task.role,
        round=ticket.round,
        was_edited=any(event.step is Step.EDIT for event in history),
        wanted=_wanted(task, history, office=office),
        merged_into=merged.number if merged else None,
        steps=frozenset(allowed_steps(task.status, acting, unmet)),
        by_agent=any(event.details.get(AUTHORISED) for event in history),
        item=item_name(office, ticket, task),
        registered_by=await _name(session, ticket.registered_by),
        visited_on=await _visited_on(session, history, office=office),
        led=tuple(one.number for one in await led_by(session, ticket)),
        led_by=await _led_by(session, ticket),
        alike=tuple(one.number for one in await likes_of(session, ticket)),
    )


async def _visited_on(
    session: AsyncSession, history: Sequence[TicketEvent], *, office: Office
) -> date | None:
    """The day of the visit at which it was written down; while nobody said it is over, that day."""
    noted = next((event for event in history if event.details.get("visit")), None)
    if noted is None:
        return None
    visit = await session.get(Visit, noted.details["visit"])
    return office.today(visit.done_at if visit and visit.done_at else noted.at)


async def _led_by(session: AsyncSession, ticket: Ticket) -> str | None:
    leader = await leader_of(session, ticket)
    return leader.number if leader.id != ticket.id else None


def category_name(office: Office, ticket: Ticket) -> Words:
    """The ticket's category as the catalogue calls it."""
    return name_of_category(office, ticket.category)


def name_of_category(office: Office, category: Category) -> Words:
    """A category as the catalogue calls it."""
    book = office.catalogue.triage
    if book is None or category not in book.by_key:
        return Words(zh=category, en=category)
    return book.by_key[category].name


async def side_name(session: AsyncSession, ticket: Ticket) -> str:
    """The company's name, else that of the person who asks."""
    company = await company_of(session, ticket)
    asker = await session.get_one(Person, ticket.person_id)
    return (company.name if company else "") or asker.name


def department_name(office: Office, key: str) -> Words:
    """The full name of a department."""
    info = office.catalogue.department(key)
    return info.name if info else Words(zh=key, en=key)


async def _name(session: AsyncSession, person_id: int | None) -> str | None:
    person = await session.get(Person, person_id) if person_id else None
    return person.name if person else None


async def _stand_in(session: AsyncSession, ticket: Ticket, task: Task) -> str | None:
    """Who acts for the handler now; None while the handler is there, or nobody has it."""
    if task.handler_id is None or task.handler_id not in await people.away(session):
        return None
    acting = await staffing.responsible(session, ticket, task, to_head=False)
    return acting[0].name if acting else None


def _is_provisional(due: datetime | None, *, office: Office, now: datetime) -> bool:
    return due is not None and office.calendar.is_provisional_between(min(now, due), due)


def _files(ticket: Ticket, written: Sequence[Message]) -> tuple[tuple[str, int | None], ...]:
    """Kinds (and seconds) of the files that came with the raising."""
    return tuple(
        (str(file["kind"]), file.get("duration"))
        for message in written
        if message.direction is Direction.IN
        and message.at <= ticket.received_at
        and message.role != "contact"
        for file in message.attachments
    )


def _contact(written: Sequence[Message]) -> tuple[str, str] | None:
    cards = [message for message in written if message.role == "contact" and message.attachments]
    if not cards:
        return None
    card = cards[-1].attachments[0]
    return str(card.get("name", "")), str(card.get("phone", ""))


async def contact_of(session: AsyncSession, ticket: Ticket) -> tuple[str, str] | None:
    """Name and number to phone, if the company gave one."""
    return _contact(await messages_of(session, ticket.id))


async def _company_line(
    session: AsyncSession, ticket: Ticket, *, office: Office, now: datetime
) -> CompanyLine | None:
    company = await company_of(session, ticket)
    if company is None:
        return None
    profile = await companies.profile_of(session, company.id, office.catalogue.facts)
    readings = Readings(profile, office.today(now))
    sizes = office.catalogue.fact("size_class")
    possible = readings.possible("size_class").value or frozenset()
    return CompanyLine(
        name=company.name,
        size_classes=tuple(one for one in sizes.options if one.value in possible)
        if sizes is not None
        else (),
        employees=readings.number("employees").value,
        revenue=readings.of_year("revenue", readings.last_year).value,
        revenue_year=readings.last_year,
    )


def _days_left(due: datetime | None, *, office: Office, now: datetime) -> int | None:
    if due is None:
        return None
    return office.calendar.workdays_left(office.today(now), office.today(due))


async def _last(session: AsyncSession, history: Sequence[TicketEvent]) -> LastStep | None:
    spoken = [event for event in history if event.step not in _SILENT]
    if not spoken:
        return None
    event = spoken[-1]
    return LastStep(event.step, event.at, await _name(session, event.actor_id), event.why)


async def _follow_up_at(session: AsyncSession, ticket: Ticket) -> datetime | None:
    """The next follow-up an officer planned; the company's time to answer is none."""
    statement = (
        select(Notice)
        .where(
            col(Notice.subject) == "ticket",
            col(Notice.subject_id) == ticket.id,
            col(Notice.kind) == "follow_up",
            col(Notice.state) == NoticeState.OPEN,
        )
        .order_by(col(Notice.due_at))
    )
    planned = (await session.exec(statement)).all()
    return next((n.due_at for n in planned if n.details.get("why") != "no_answer"), None)


async def _others(
    session: AsyncSession, ticket: Ticket, task: Task, *, office: Office, viewer: Actor | None
) -> tuple[Share, ...]:
    shares = []
    for other in await tasks_of(session, ticket.id):
        if other.id == task.id:
            continue
        share = Share(
            other.id,
            department_name(office, other.department),
            other.status,
            await _name(session, other.handler_id),
            may_open=bool(parties(ticket, other, viewer))
            if viewer is not None
            else await share_desk(session, office.bot_id, task, other),
            item=item_name(office, ticket, other),
        )
        shares.append(share)
    return tuple(shares)


def _wanted(task: Task, history: Sequence[TicketEvent], *, office: Office) -> Words | None:
    """The department that should have it but has nobody; the task went to the duty desk."""
    moves = [event for event in history if event.task_id == task.id and "wanted" in event.details]
    if not moves or moves[-1].details["wanted"] == task.department:
        return None
    return department_name(office, moves[-1].details["wanted"])


def next_due(task: Task) -> datetime | None:
    """The next clock of a task that still runs; None while the company is asked, or at the end."""
    if task.status not in {Status.RECEIVED, Status.DISPATCHED, Status.IN_PROGRESS}:
        return None
    running = (
        (task.accept_due, task.accepted_at),
        (task.contact_due, task.contacted_at),
        (task.answer_due, task.answered_at),
    )
    open_ = [due for due, stopped in running if due is not None and stopped is None]
    return min(open_, default=None)
