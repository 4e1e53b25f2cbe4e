"""Visits: what is due, the sheet of one, what it came to, and who is reminded."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import ClassVar

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from domain.actors import Actor
from domain.errors import ChangedMeanwhile, NotAllowed, NotFound
from domain.visits import (
    OFFERED,
    SETTLES,
    Finding,
    Rung,
    VisitKind,
    VisitLine,
    VisitOutcome,
    VisitSheet,
    rung_on,
)
from models import Company, Message, Notice, Person, Ticket, Visit
from models.messages import Direction
from services import notices, people, staffing, visit_plans
from services.office import Office
from services.ticket_queries import lead_task, messages_of

#: The conversation stands here while whom somebody met, what was promised, or until when is asked.
MET, PROMISE, WHEN, WHEN_OK = "visits.met", "visits.promise", "visits.when", "visits.when_ok"
#: Kinds of notices.
DUE, PROMISED, ASKED = "visits_due", "visit_promise", "visit_asked"
#: So many lines on one screen.
PAGE = 6


class DoneAlready(ChangedMeanwhile):
    """Somebody said already what it came to."""

    code: ClassVar[str] = "visit_done"


# Who may see what


async def open_visit(session: AsyncSession, visit_id: int, actor: Actor) -> Visit:
    """A visit of one's own, or of somebody one stands in for or leads. The duty desk sees all.

    NotFound for anybody else, and always for somebody of that company.
    """
    visit = await session.get(Visit, visit_id)
    if visit is None or visit.company_id in actor.company_ids:
        raise NotFound
    if visit.officer_id is not None and actor.acts_for(visit.officer_id):
        return visit
    if actor.is_duty or (
        visit.officer_id is not None and await visit_plans.leads(session, actor, visit.officer_id)
    ):
        return visit
    raise NotFound


async def own_lines(
    session: AsyncSession, actor: Actor, *, office: Office, now: datetime
) -> list[VisitLine]:
    """What somebody has to do, overdue first: their own, that of whom they stand in for, and for
    the duty desk what is nobody's."""
    if not actor.handles_tickets:
        raise NotAllowed
    mine = col(Visit.officer_id).in_({actor.person_id, *actor.stands_in_for})
    nobodys = col(Visit.officer_id).is_(None)
    statement = _open().where(
        (mine | nobodys) if actor.is_duty else mine, col(Visit.company_id).not_in(actor.company_ids)
    )
    return await _lines(session, (await session.exec(statement)).all(), office=office, now=now)


async def overdue_lines(
    session: AsyncSession, actor: Actor, *, office: Office, now: datetime
) -> list[VisitLine]:
    """What is overdue of everybody whose visits the actor plans."""
    led = [person.id for person in await visit_plans.officers_led_by(session, actor)]
    statement = _open().where(
        col(Visit.officer_id).in_(led),
        col(Visit.due) < office.today(now),
        col(Visit.company_id).not_in(actor.company_ids),
    )
    return await _lines(session, (await session.exec(statement)).all(), office=office, now=now)


def _open() -> SelectOfScalar[Visit]:
    return (
        select(Visit)
        .where(col(Visit.done_at).is_(None))
        .order_by(col(Visit.due), col(Visit.kind).desc(), col(Visit.id))
    )


async def _lines(
    session: AsyncSession, visits: Sequence[Visit], *, office: Office, now: datetime
) -> list[VisitLine]:
    return [await line_of(session, visit, office=office, now=now) for visit in visits]


async def line_of(
    session: AsyncSession, visit: Visit, *, office: Office, now: datetime
) -> VisitLine:
    """A visit as one line of a list."""
    company = await session.get_one(Company, visit.company_id)
    officer = await session.get(Person, visit.officer_id) if visit.officer_id else None
    ticket = await session.get(Ticket, visit.ticket_id) if visit.ticket_id else None
    return VisitLine(
        id=visit.id,
        kind=visit.kind,
        company=company.name,
        due=visit.due,
        is_overdue=visit.done_at is None and visit.due < office.today(now),
        officer=officer.name if officer else None,
        number=ticket.number if ticket else None,
    )


async def sheet_of(
    session: AsyncSession, visit: Visit, *, office: Office, now: datetime
) -> VisitSheet:
    """Everything on the sheet of a visit."""
    noted = await _noted(session, visit.id)
    ahead = {
        one.kind: one.due for one in await visit_plans.open_visits_of(session, visit.company_id)
    }
    return VisitSheet(
        line=await line_of(session, visit, office=office, now=now),
        met="\n".join(one.text for one in noted if one.role == "met"),
        findings=await _findings(session, noted),
        promises=tuple(one.text for one in noted if one.role == "promise" and one.text),
        outcome=visit.outcome,
        done_on=office.today(visit.done_at) if visit.done_at else None,
        last=await visit_plans.last_day(
            session, visit.company_id, VisitKind.CONTACT, office=office
        ),
        contact=await _contact(session, visit),
        next_contact=ahead.get(VisitKind.CONTACT),
        next_visit=ahead.get(VisitKind.VISIT),
    )


async def _noted(session: AsyncSession, visit_id: int) -> list[Message]:
    statement = (
        select(Message)
        .where(col(Message.visit_id) == visit_id, col(Message.visit_id).is_not(None))
        .order_by(col(Message.at), col(Message.id))
    )
    return list((await session.exec(statement)).all())


async def _findings(session: AsyncSession, noted: Sequence[Message]) -> tuple[Finding, ...]:
    ids = dict.fromkeys(one.ticket_id for one in noted if one.ticket_id is not None)
    found = [await session.get_one(Ticket, ticket_id) for ticket_id in ids]
    return tuple(Finding(ticket.number, ticket.status) for ticket in found)


async def _contact(session: AsyncSession, visit: Visit) -> tuple[str, str] | None:
    """Name and number that came with the company's own request."""
    if visit.ticket_id is None:
        return None
    written = await messages_of(session, visit.ticket_id)
    cards = [message for message in written if message.role == "contact" and message.attachments]
    if not cards:
        return None
    card = cards[-1].attachments[0]
    return str(card.get("name", "")), str(card.get("phone", ""))


# What is done at one


def note(message: Message, visit: Visit, role: str) -> None:
    """Keep words with a visit: whom somebody met (`met`), what was promised (`promise`)."""
    message.visit_id, message.direction, message.role = visit.id, Direction.NOTE, role


async def finish(
    session: AsyncSession,
    visit_id: int,
    outcome: VisitOutcome,
    *,
    actor: Actor,
    now: datetime,
    office: Office,
) -> Visit:
    """Say what it came to. Where somebody was reached, the next ones are due an interval later; who
    was not reached is tried again some working days later."""
    visit = await open_visit(session, visit_id, actor)
    if visit.done_at is not None or outcome not in OFFERED[visit.kind]:
        raise DoneAlready
    if outcome is VisitOutcome.NOT_REACHED:
        days = office.catalogue.visits.put_off_workdays
        visit.due = office.today(office.calendar.add_workdays(now, days))
        await session.flush()
        return visit
    visit.outcome, visit.done_at, visit.done_by = outcome, now, actor.person_id
    await session.flush()
    await _settle_others(session, visit, outcome, now=now)
    liaison = await visit_plans.liaison_of(session, visit.company_id)
    if liaison is not None:
        await visit_plans.plan_next(session, liaison, office=office, now=now)
    return visit


async def _settle_others(
    session: AsyncSession, visit: Visit, outcome: VisitOutcome, *, now: datetime
) -> None:
    """A visit the company asked for is done with any visit; planned ones are planned anew."""
    for other in await visit_plans.open_visits_of(session, visit.company_id):
        if other.ticket_id is not None and other.kind in SETTLES[outcome]:
            other.outcome, other.done_at, other.done_by = outcome, now, visit.done_by
    await session.flush()


async def promise(
    session: AsyncSession,
    visit: Visit,
    message: Message,
    at: datetime,
    *,
    actor: Actor,
    now: datetime,
) -> Notice | None:
    """Keep what was promised and remind its maker at a moment."""
    note(message, visit, "promise")
    return await notices.owe_notice(
        session,
        PROMISED,
        key=f"{PROMISED}:{message.id}",
        due_at=at,
        now=now,
        person_id=visit.officer_id or actor.person_id,
        subject="visit",
        subject_id=visit.id,
        message_id=message.id,
    )


async def asked_by_company(
    session: AsyncSession, ticket: Ticket, *, office: Office, now: datetime
) -> Visit | None:
    """A request of the company to be visited, by the day on which its ticket is answered; the
    officer who looks after it hears of it at once. None where nobody's company asks."""
    if ticket.company_id is None:
        return None
    task = await lead_task(session, ticket.id)
    liaison = await visit_plans.liaison_of(session, ticket.company_id)
    visit = Visit(
        company_id=ticket.company_id,
        officer_id=liaison.officer_id if liaison else None,
        kind=VisitKind.VISIT,
        due=office.today(task.answer_due or now),
        ticket_id=ticket.id,
        created_at=now,
    )
    session.add(visit)
    await session.flush()
    await _tell_asked(session, visit, now=now)
    return visit


async def _tell_asked(session: AsyncSession, visit: Visit, *, now: datetime) -> None:
    if visit.officer_id is None:
        return  # the desk card of its ticket is with the duty desk already
    await notices.owe_notice(
        session,
        ASKED,
        key=f"{ASKED}:{visit.id}",
        due_at=now,
        now=now,
        person_id=visit.officer_id,
        subject="visit",
        subject_id=visit.id,
    )


async def is_asked_for(session: AsyncSession, ticket_id: int) -> bool:
    """Whether the company asked for a visit in this ticket, and nobody came yet."""
    statement = select(Visit.id).where(
        col(Visit.ticket_id) == ticket_id, col(Visit.done_at).is_(None)
    )
    return (await session.exec(statement)).first() is not None


async def department_of_liaison(session: AsyncSession, company_id: int | None) -> str | None:
    """Where the officer who looks after a company works; None while nobody does."""
    liaison = await visit_plans.liaison_of(session, company_id) if company_id else None
    if liaison is None:
        return None
    links = await people.open_memberships(session, liaison.officer_id)
    return next((link.department for link in links if link.department), None)


# Who is reminded


async def remind(session: AsyncSession, *, office: Office, now: datetime) -> None:
    """On a working day owe one reminder to each officer of whose visits one is to be spoken of.

    Whoever is away is replaced by the stand-in. Late or twice it is still one a day.
    """
    today = office.today(now)
    if not office.calendar.is_workday(today):
        return
    for person in await _to_remind(session, today, office=office):
        await notices.owe_notice(
            session,
            DUE,
            key=f"{DUE}:{person.id}:{today}",
            due_at=max(now, office.calendar.opening(today)),
            now=now,
            person_id=person.id,
            subject="person",
            subject_id=person.id,
        )


async def _to_remind(session: AsyncSession, today: date, *, office: Office) -> list[Person]:
    officers = {
        visit.officer_id
        for visit, _ in await to_be_spoken_of(session, today, office=office)
        if visit.officer_id is not None
    }
    statement = select(Person).where(col(Person.id).in_(officers)).order_by(col(Person.id))
    return await staffing.present(session, (await session.exec(statement)).all())


async def to_be_spoken_of(
    session: AsyncSession, today: date, *, office: Office
) -> list[tuple[Visit, Rung]]:
    """Open visits that reach a rung today: soon due, due, or overdue."""
    rules = office.catalogue.visits
    horizon = today
    for _ in range(rules.remind_workdays):
        horizon = office.calendar.next_workday(horizon)
    statement = _open().where(col(Visit.due) <= horizon)
    found = []
    for visit in (await session.exec(statement)).all():
        rung = rung_on(visit.due, today, rules, office.calendar)
        if rung is not None:
            found.append((visit, rung))
    return found


async def spoken_of_to(
    session: AsyncSession, actor: Actor, *, office: Office, now: datetime
) -> list[tuple[VisitLine, Rung]]:
    """What somebody is to hear today; nothing of the own company."""
    found = await to_be_spoken_of(session, office.today(now), office=office)
    return [
        (await line_of(session, visit, office=office, now=now), rung)
        for visit, rung in found
        if visit.officer_id is not None
        and actor.acts_for(visit.officer_id)
        and visit.company_id not in actor.company_ids
    ]
