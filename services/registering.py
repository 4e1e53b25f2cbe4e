"""代企业登记: an officer writes down what a company says, on the telephone or at a visit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from domain.contacts import find_phones
from domain.errors import NotAllowed, NotFound
from domain.tickets import Category, Urgency
from domain.triage import triage
from domain.uscc import read_uscc
from models import Company, Message, Ticket
from services import companies, tickets
from services.office import Office
from services.ticket_raising import Contact, Draft
from services.ticket_steps import tell_company

#: The conversation stands here while the company, or what it says, is asked for.
COMPANY, WORDS = "registering.company", "registering.words"
#: So many companies are offered for a name.
FOUND = 5
#: Shorter words would find half the district.
SHORTEST_NAME = 2


@dataclass(frozen=True, slots=True)
class Sorted:
    """Where words would go: proposed from them, not yet decided."""

    category: Category
    urgency: Urgency
    department: str | None
    danger: bool


def sort_out(words: str, *, office: Office, now: datetime) -> Sorted:
    """Category, urgency and department by the words."""
    book = office.catalogue.triage
    if book is None:
        return Sorted(Category.OTHER, Urgency.NORMAL, None, danger=False)
    found = triage(words, book, office.today(now))
    return Sorted(Category(found.category), found.urgency, found.department, found.danger)


async def companies_like(session: AsyncSession, words: str, actor: Actor) -> list[Company]:
    """Companies by code or by a part of the name, none of the officer's own."""
    if not actor.handles_tickets:
        raise NotAllowed
    code, wanted = read_uscc(words), words.strip()
    if code is not None:
        known = await companies.by_code(session, code.code)
        return [known] if known is not None and known.id not in actor.company_ids else []
    if len(wanted) < SHORTEST_NAME:
        return []
    statement = (
        select(Company)
        .where(
            col(Company.name).icontains(wanted, autoescape=True),
            col(Company.erased_at).is_(None),
            col(Company.id).not_in(actor.company_ids),
        )
        .order_by(col(Company.name), col(Company.id))
        .limit(FOUND)
    )
    return list((await session.exec(statement)).all())


async def company_for(session: AsyncSession, company_id: int, actor: Actor) -> Company:
    """A company on whose behalf the officer may write something down."""
    company = await session.get(Company, company_id)
    if company is None or company.erased_at is not None or company_id in actor.company_ids:
        raise NotFound
    if not actor.handles_tickets:
        raise NotAllowed
    return company


async def new_company(session: AsyncSession, name: str, *, actor: Actor, now: datetime) -> Company:
    """A company that is not here yet and has no member; one of them may join it later."""
    if not actor.handles_tickets:
        raise NotAllowed
    company = Company(created_by=actor.person_id, created_at=now)
    companies.rename(company, name)
    session.add(company)
    await session.flush()
    return company


async def register(
    session: AsyncSession,
    company_id: int,
    written: Sequence[Message],
    *,
    actor: Actor,
    now: datetime,
    office: Office,
    visit_id: int | None = None,
) -> Ticket:
    """Raise a ticket for a company from words the officer wrote; its people are told of it.

    NotAllowed for somebody who belongs to that company.
    """
    company = await company_for(session, company_id, actor)
    words = "\n".join(message.text for message in written if message.text)
    found = sort_out(words, office=office, now=now)
    phones = find_phones(words)
    draft = Draft(
        category=found.category,
        urgency=found.urgency,
        danger=found.danger,
        department=found.department,
        message_ids=tuple(message.id for message in written),
        company_id=company.id,
        contact=Contact("", phones[0].number) if phones else None,
        on_behalf=True,
        visit_id=visit_id,
    )
    ticket = await tickets.raise_ticket(session, draft, actor=actor, now=now, office=office)
    for message in written:
        message.visit_id = visit_id
    received = (await tickets.events_of(session, ticket.id))[0]
    await tell_company(session, ticket, "ticket_registered", received)
    return ticket


async def has_people(session: AsyncSession, ticket: Ticket) -> bool:
    """Whether somebody of the company is here to hear of it."""
    return bool(await tickets.company_people(session, ticket))
