"""Gathers what a company reads of its ticket: one sheet, its history, its conversation."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Role
from domain.deadlines import Clock
from domain.ticket_sheets import (
    FileLine,
    HistoryLine,
    PartLine,
    Promise,
    SaidLine,
    TicketSheet,
)
from domain.tickets import Solved, Status, Step
from domain.words import Words
from models import Message, Person, Task, Ticket, TicketEvent
from models.messages import Direction
from services import staffing, visits
from services.office import Office
from services.ticket_answers import silent_until
from services.ticket_company import may_urge
from services.ticket_guards import unmet_guards
from services.ticket_queries import (
    OPEN,
    SPOKEN,
    company_people,
    conversation_of,
    events_of,
    held_back,
    item_name,
    lead_task,
    shown_department,
    tasks_of,
)
from services.ticket_splitting import SPLIT_WORDS


def brief_of(ticket: Ticket, *, office: Office, now: datetime) -> TicketSheet:
    """What the ticket itself says, for screens that only name it."""
    return TicketSheet(
        id=ticket.id,
        number=ticket.number,
        status=ticket.status,
        kind=ticket.category,
        category=category_name(office, ticket.category),
        urgency=ticket.urgency,
        received_at=ticket.received_at,
        round=ticket.round,
        zone=office.zone,
        today=office.today(now),
        outcome=ticket.outcome,
        solved=Solved(ticket.solved) if ticket.solved else None,
        score=ticket.score,
        rated_at=ticket.rated_at,
        measure=_measure_name(office, ticket.measure_id),
        bundle=_bundle_name(office, ticket),
    )


async def promises_of(
    session: AsyncSession,
    ticket: Ticket,
    *,
    office: Office,
    now: datetime,
    task: Task | None = None,
) -> TicketSheet:
    """The same with where it is and by when it is answered; of one share where it is named."""
    task = task or await lead_task(session, ticket.id)
    return replace(
        brief_of(ticket, office=office, now=now),
        department=await shown_department(session, task.department, office),
        contact=_promise(ticket, task, Clock.CONTACT, office=office, now=now),
        answer=_promise(ticket, task, Clock.ANSWER, office=office, now=now),
        contacted=task.contacted_at is not None,
    )


async def sheet_of(
    session: AsyncSession,
    ticket: Ticket,
    *,
    office: Office,
    now: datetime,
    task: Task | None = None,
) -> TicketSheet:
    """The whole sheet of a ticket, as its company may read it; of one share where it is named."""
    about, task = task, task or await lead_task(session, ticket.id)
    events = await events_of(session, ticket.id)
    held = await held_back(session, ticket.id)
    said = await conversation_of(session, ticket.id)
    spoken = [m for m in said if m.role in SPOKEN and m.id not in held]
    history = await _history_in(session, ticket, events, office=office)
    question = next((m for m in reversed(spoken) if m.role == "question"), None)
    asked = _said_together(question, spoken) if question else ""
    handler = await _name(session, task.handler_id)
    return replace(
        await promises_of(session, ticket, office=office, now=now, task=task),
        handler=handler,
        responsible=await _responsible(session, ticket, task),
        closes_on=_closes_on(ticket, events, office),
        answered_on=office.today(task.answered_at) if task.answered_at else None,
        answered_by=handler,
        office_said=spoken[-1].text if spoken else "",
        asked=asked if ticket.status is Status.WAITING_COMPANY else "",
        asked_until=_asked_until(ticket, events, office),
        may_urge=may_urge(events, now=now, office=office),
        last=history[-1] if history else None,
        parts=await _parts(session, ticket, office=office, now=now),
        part=item_name(office, ticket, about) if about else None,
        unmet=unmet_guards(ticket, task, events, now=now, office=office),
        may_ask_visit=await _may_ask_visit(session, ticket),
    )


def _said_together(first: Message, spoken: Sequence[Message]) -> str:
    """The words of a message and of what went out with it."""
    parts = [m.text for m in spoken if m is first or (first.album and m.album == first.album)]
    return "\n\n".join(filter(None, parts))


async def _may_ask_visit(session: AsyncSession, ticket: Ticket) -> bool:
    """Whether somebody could be asked to come; one request is enough."""
    if ticket.company_id is None or ticket.status not in OPEN:
        return False
    return not await visits.is_asked_for(session, ticket.id)


def _bundle_name(office: Office, ticket: Ticket) -> Words | None:
    bundle = office.catalogue.bundles.of_key(ticket.bundle) if ticket.bundle else None
    return bundle.name if bundle else None


async def _parts(
    session: AsyncSession, ticket: Ticket, *, office: Office, now: datetime
) -> tuple[PartLine, ...]:
    """The errands of a bundle; further departments that help with one are none of them."""
    parts = []
    for task in await tasks_of(session, ticket.id) if ticket.bundle else ():
        name = item_name(office, ticket, task)
        if name is not None:
            handler = await _name(session, task.handler_id)
            due = _promise(ticket, task, Clock.ANSWER, office=office, now=now)
            parts.append(PartLine(task.id, name, task.status, handler, due, task.outcome))
    return tuple(parts)


def category_name(office: Office, category: str) -> Words | None:
    """A category's name, as the catalogue has it."""
    book = office.catalogue.triage
    found = book.by_key.get(category) if book else None
    return found.name if found else None


def _measure_name(office: Office, measure_id: str | None) -> Words | None:
    measure = office.catalogue.measure(measure_id) if measure_id else None
    return measure.short if measure else None


async def _name(session: AsyncSession, person_id: int | None) -> str | None:
    person = await session.get(Person, person_id) if person_id else None
    return person.name if person else None


async def _responsible(session: AsyncSession, ticket: Ticket, task: Task) -> str | None:
    """After “not solved” the head answers for it until somebody takes it."""
    if ticket.round == 1 or task.handler_id is not None:
        return None
    heads = await staffing.holders(session, Role.HEAD, department=task.department)
    heads = await staffing.on_the_offices_side(session, ticket, heads)
    return heads[0].name if heads else None


def _promise(
    ticket: Ticket, task: Task, clock: Clock, *, office: Office, now: datetime
) -> Promise | None:
    due: datetime | None = getattr(task, f"{clock}_due")
    if due is None:
        return None
    calendar = office.calendar
    limit = office.limits.of(task.category or ticket.category, ticket.urgency).of(clock)
    day = calendar.date_of(due)
    return Promise(
        day=day,
        at=due if limit is not None and limit.hours is not None else None,
        days_left=calendar.workdays_left(office.today(now), day),
        is_over=due < now,
        provisional=calendar.is_provisional_between(min(now, due), due),
    )


def _closes_on(ticket: Ticket, events: Sequence[TicketEvent], office: Office) -> date | None:
    if ticket.status is not Status.ANSWERED:
        return None
    return office.today(silent_until(events, office) - timedelta(seconds=1))


def _asked_until(ticket: Ticket, events: Sequence[TicketEvent], office: Office) -> date | None:
    if ticket.status is not Status.WAITING_COMPANY:
        return None
    asked = [event for event in events if event.step is Step.ASK_BACK]
    return office.today(datetime.fromisoformat(asked[-1].details["until"])) if asked else None


async def history_of(session: AsyncSession, ticket: Ticket, *, office: Office) -> list[HistoryLine]:
    """Every step the company may read, the oldest first: internal notes are none of them."""
    return await _history_in(session, ticket, await events_of(session, ticket.id), office=office)


async def _history_in(
    session: AsyncSession, ticket: Ticket, events: Sequence[TicketEvent], *, office: Office
) -> list[HistoryLine]:
    told = [event for event in events if event.step is not Step.NOTE or event.why == "merged"]
    names = await _names(session, told)
    side = {person.id for person in await company_people(session, ticket)}
    if ticket.registered_by is None:
        side.add(ticket.person_id)
    return [
        HistoryLine(
            at=event.at,
            step=event.step,
            why=event.why,
            who=names.get(event.actor_id or 0),
            mine=event.actor_id in side,
            values=await _values(session, event, names, office),
        )
        for event in told
    ]


async def _names(session: AsyncSession, events: list[TicketEvent]) -> dict[int, str]:
    wanted = {event.actor_id for event in events} | {
        event.details.get("person_id") for event in events
    }
    statement = select(Person).where(col(Person.id).in_([each for each in wanted if each]))
    return {person.id: person.name for person in (await session.exec(statement)).all()}


async def _values(
    session: AsyncSession, event: TicketEvent, names: dict[int, str], office: Office
) -> dict[str, Any]:
    """Names for the codes and ids of an event's details."""
    details = event.details
    values: dict[str, Any] = {}
    if "department" in details:
        values["department"] = await shown_department(session, details["department"], office)
    if "person_id" in details:
        values["person"] = names.get(details["person_id"], "")
    if event.step is Step.RECKON and (until := _new_day(details, office)):
        values["until"] = until
    if event.step is Step.SET_URGENCY:
        values["urgency"] = details.get("after")
    if event.step is Step.SET_CATEGORY:
        values["category"] = category_name(office, details.get("after", ""))
    return values


def _new_day(details: dict[str, Any], office: Office) -> date | None:
    """The day the answer moved to; None when it stayed on its day."""
    told = [details.get(one) for one in ("before", "after")]
    days = [office.today(datetime.fromisoformat(one)) for one in told if one]
    return days[-1] if len(set(days)) > 1 else None


async def talk_of(session: AsyncSession, ticket: Ticket) -> list[SaidLine]:
    """The conversation between company and office, the oldest message first; without words whose
    minute is not over."""
    held = await held_back(session, ticket.id)
    messages = [
        message for message in await conversation_of(session, ticket.id) if message.id not in held
    ]
    writers = {message.person_id for message in messages if message.person_id}
    statement = select(Person).where(col(Person.id).in_(writers))
    names = {person.id: person.name for person in (await session.exec(statement)).all()}
    return [
        SaidLine(
            id=message.id,
            at=message.at,
            who=names.get(message.person_id or 0, ""),
            mine=message.direction is Direction.IN
            and message.role != SPLIT_WORDS
            and message.person_id != ticket.registered_by,
            text=message.text,
            edited=bool(message.versions),
            files=files_of(message),
        )
        for message in messages
        if message.erased_at is None
    ]


def files_of(message: Message) -> tuple[FileLine, ...]:
    """The files of a message; a contact is named like one."""
    return tuple(
        FileLine(
            kind=file["kind"],
            name=f"{file.get('name', '')} {file.get('phone', '')}".strip(),
            size=file.get("size"),
            duration=file.get("duration"),
            message_id=message.id,
            place=place,
        )
        for place, file in enumerate(message.attachments)
    )
