"""Visits: what is due, the sheet of one, what it came to, and who is reminded."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import ClassVar

from sqlalchemy import ColumnElement, String, and_, case, cast, func, literal, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

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
    VisitPage,
    VisitSheet,
    rung_on,
    rungs,
)
from models import Company, Message, Notice, Person, Ticket, Visit
from models.messages import Direction
from models.notices import NoticeState
from services import notices, people, staffing, visit_plans
from services.office import Office
from services.ticket_queries import lead_task, messages_of

#: The conversation stands here while whom somebody met, what was promised, or until when is asked.
MET, PROMISE, WHEN, WHEN_OK = "visits.met", "visits.promise", "visits.when", "visits.when_ok"
#: Kinds of notices.
DUE, PROMISED, ASKED = "visits_due", "visit_promise", "visit_asked"
#: So many lines on one screen.
PAGE = 6
#: So many reminders are owed in one moment of writing.
SLICE = 50


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
    if actor.handles_tickets and visit.officer_id and actor.acts_for(visit.officer_id):
        return visit
    if actor.is_duty or (
        visit.officer_id is not None and await visit_plans.leads(session, actor, visit.officer_id)
    ):
        return visit
    raise NotFound


async def own_page(
    session: AsyncSession, actor: Actor, page: int, *, office: Office, now: datetime
) -> VisitPage:
    """What somebody has to do, the oldest day first: their own, that of whom they stand in for, and
    for the duty desk what is nobody's."""
    if not actor.handles_tickets:
        raise NotAllowed
    mine = col(Visit.officer_id).in_({actor.person_id, *actor.stands_in_for})
    nobodys = col(Visit.officer_id).is_(None)
    where = (mine | nobodys) if actor.is_duty else mine
    return await _page(session, where, actor, page, office=office, now=now)


async def overdue_page(
    session: AsyncSession, actor: Actor, page: int, *, office: Office, now: datetime
) -> VisitPage:
    """What is overdue of everybody whose visits the actor plans."""
    led = col(Visit.officer_id).in_(visit_plans.led_by(actor))
    where = and_(led, col(Visit.due) < office.today(now))
    return await _page(session, where, actor, page, office=office, now=now)


async def _page(
    session: AsyncSession,
    where: ColumnElement[bool],
    actor: Actor,
    page: int,
    *,
    office: Office,
    now: datetime,
) -> VisitPage:
    is_open = and_(
        where, col(Visit.done_at).is_(None), col(Visit.company_id).not_in(actor.company_ids)
    )
    late = func.sum(case((col(Visit.due) < office.today(now), 1), else_=0))
    total, overdue = (await session.exec(select(func.count(), late).where(is_open))).one()
    statement = (
        select(Visit)
        .where(is_open)
        .order_by(col(Visit.due), col(Visit.kind).desc(), col(Visit.id))
        .offset(page * PAGE)
        .limit(PAGE)
    )
    found = (await session.exec(statement)).all()
    lines = [await line_of(session, visit, office=office, now=now) for visit in found]
    return VisitPage(tuple(lines), page, total, overdue or 0)


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
) -> None:
    """Keep what was promised and remind its maker at a moment."""
    note(message, visit, "promise")
    await notices.owe_notice(
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


async def remind(session: AsyncSession, *, office: Office, now: datetime) -> bool:
    """On a working day owe one reminder for each officer of whose visits one is to be spoken of, to
    the stand-in of whoever is away. A slice of them; True while there are more.
    """
    today = office.today(now)
    if not office.calendar.is_workday(today):
        return False
    officers = await _to_remind(session, today, office=office)
    for officer in officers:
        acting = await staffing.present(session, [officer])
        person = acting[0] if acting else officer
        await notices.owe_notice(
            session,
            DUE,
            key=f"{DUE}:{officer.id}:{today}",
            due_at=max(now, office.calendar.opening(today)),
            now=now,
            person_id=person.id,
            subject="person",
            subject_id=officer.id,
        )
    return len(officers) == SLICE


async def _to_remind(session: AsyncSession, today: date, *, office: Office) -> Sequence[Person]:
    """Officers for whom nothing is owed yet today."""
    key = literal(f"{DUE}:") + cast(col(Person.id), String) + literal(f":{today}")
    speaks = select(Visit.officer_id).where(_is_spoken_of(today, office))
    owed = select(Notice.id).where(col(Notice.key) == key)
    statement = (
        select(Person)
        .where(col(Person.id).in_(speaks), ~owed.correlate(Person).exists())
        .order_by(col(Person.id))
        .limit(SLICE)
    )
    return (await session.exec(statement)).all()


def _is_spoken_of(today: date, office: Office) -> ColumnElement[bool]:
    due = col(Visit.due)
    spans = rungs(today, office.catalogue.visits, office.calendar).values()
    within = [due <= last if first is None else due.between(first, last) for first, last in spans]
    return and_(col(Visit.done_at).is_(None), or_(*within))


async def spoken_of_to(
    session: AsyncSession, actor: Actor, *, office: Office, now: datetime
) -> list[tuple[VisitLine, Rung]]:
    """What somebody is to hear today, of their own and of whom they stand in for; nothing of the
    own company."""
    today = office.today(now)
    spans = rungs(today, office.catalogue.visits, office.calendar)
    statement = (
        select(Visit)
        .where(
            col(Visit.officer_id).in_({actor.person_id, *actor.stands_in_for}),
            col(Visit.company_id).not_in(actor.company_ids),
            _is_spoken_of(today, office),
        )
        .order_by(col(Visit.due), col(Visit.id))
    )
    return [
        (await line_of(session, visit, office=office, now=now), rung)
        for visit in (await session.exec(statement)).all()
        if (rung := rung_on(visit.due, spans)) is not None
    ]


async def was_told_today(
    session: AsyncSession, person_id: int, *, office: Office, now: datetime
) -> bool:
    """Whether somebody who stands in for others has had today's reminder already."""
    statement = select(Notice.id).where(
        col(Notice.person_id) == person_id,
        col(Notice.kind) == DUE,
        col(Notice.state) == NoticeState.SAID,
        col(Notice.done_at) >= office.calendar.at(office.today(now), time()),
    )
    return (await session.exec(statement)).first() is not None
