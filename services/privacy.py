"""What is kept of a person: counted, and erased."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, or_, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.desks import TopicSign
from domain.errors import Refusal
from domain.tickets import Status
from models import (
    Absence,
    Company,
    Consent,
    Conversation,
    Fact,
    Inbox,
    Invitation,
    JoinRequest,
    MeasureMark,
    Membership,
    Message,
    Notice,
    Outbox,
    Person,
    Ticket,
    Topic,
    VerdictRecord,
    Visit,
    Watch,
)
from models.messages import Direction, InboxState, OutboxState
from models.notices import NoticeState
from services import messages, outcomes, people, ticket_drafts, visit_plans, wishes
from services.company_rows import drop_row
from services.office import Office

_SETTLED = (Status.ANSWERED, Status.CLOSED)


class TicketsStillOpen(Refusal):
    """Somebody with an open ticket first withdraws it, or waits for the answer."""

    code = "tickets_still_open"


class StaffRecordsStay(Refusal):
    """Whoever holds an office role gives that back first: its records belong to the office."""

    code = "staff_records_stay"


@dataclass(frozen=True, slots=True)
class Holdings:
    """What is kept of a person, counted; companies as (name, number of facts)."""

    companies: tuple[tuple[str, int], ...]
    tickets: int
    messages: int
    watches: int
    consent: Consent | None


async def open_tickets(session: AsyncSession, person: Person) -> tuple[str, ...]:
    """Numbers of the person's tickets that nobody has answered yet."""
    tickets = await _tickets(session, person)
    return tuple(ticket.number for ticket in tickets if ticket.status not in _SETTLED)


async def holdings(session: AsyncSession, person: Person) -> Holdings:
    """Count what is kept."""
    companies = await _companies(session, person)
    facts = {company.id: await _facts(session, company.id) for company, _ in companies}
    return Holdings(
        companies=tuple((company.name, len(facts[company.id])) for company, _ in companies),
        tickets=len(await _tickets(session, person)),
        messages=len(await _messages(session, person)),
        watches=len(await _watches(session, person)),
        consent=next(reversed(await _consents(session, person)), None),
    )


async def take_back_consent(session: AsyncSession, person: Person, *, now: datetime) -> None:
    """Nothing further is understood, kept or sent unasked; what is kept waits for erasure."""
    await people.record_consent(session, person.id, given=False, now=now)
    await _end_watches(session, person, now=now)
    await wishes.end_all(session, person.id, now=now)
    await _forget_drafts(session, person, now=now)


async def erase(session: AsyncSession, person: Person, *, office: Office, now: datetime) -> None:
    """Blank every text and name; rows of history stay, in codes and ids.

    A company goes with its last member. Raises `TicketsStillOpen` or `StaffRecordsStay`.
    """
    await check_may_erase(session, person)
    await people.record_consent(session, person.id, given=False, now=now)
    await _erase_messages(session, person, now=now)
    await _erase_titles(session, person, now=now)
    await _erase_companies(session, person, office=office, now=now)
    await _erase_answers(session, person, now=now)
    await _end_links(session, person, now=now)
    await _end_watches(session, person, now=now)
    await _forget_leave(session, person, now=now)
    await _forget_drafts(session, person, now=now)
    await _leave_chat(session, person, now=now)
    person.name, person.username, person.active_company_id = "", "", None
    person.erased_at = now
    await session.flush()


async def check_may_erase(session: AsyncSession, person: Person) -> None:
    """Raises what stands in the way."""
    links = await people.open_memberships(session, person.id)
    if any(link.company_id is None for link in links):
        raise StaffRecordsStay
    waiting = await open_tickets(session, person)
    if waiting:
        raise TicketsStillOpen(numbers="、".join(waiting))


async def _erase_messages(session: AsyncSession, person: Person, *, now: datetime) -> None:
    """Words of the person wherever they were copied to, and everything in the private chat."""
    own = select(Message.id).where(
        col(Message.person_id) == person.id, col(Message.direction) == Direction.IN
    )
    cards = select(Message.id).where(
        col(Message.role) != "",
        col(Message.ticket_id).in_(select(Ticket.id).where(col(Ticket.person_id) == person.id)),
    )
    in_chat = col(Message.chat_id) == person.telegram_id
    touched = or_(
        in_chat,
        col(Message.id).in_(own),
        col(Message.relays).in_(own),
        col(Message.id).in_(cards),
    )
    await _blank(session, (await session.exec(select(Message.id).where(touched))).all(), now=now)


async def _leave_chat(session: AsyncSession, person: Person, *, now: datetime) -> None:
    """Nothing more goes to the private chat, and what is kept of it loses the chat's number.

    The update that asks for it is still open, and its answer still to be sent: `clean_up` sees to
    those, and to raw records in which others quote the person, within the hour.
    """
    chat, nobody = person.telegram_id, -person.id
    await session.exec(
        update(Outbox)
        .where(col(Outbox.chat_id) == chat, col(Outbox.state) == OutboxState.PENDING)
        .values(state=OutboxState.DROPPED, done_at=now)
    )
    await session.exec(
        update(Outbox)
        .where(col(Outbox.chat_id) == chat, col(Outbox.state) != OutboxState.SENDING)
        .values(payload={}, error="", chat_id=nobody)
    )
    await session.exec(
        update(Inbox)
        .where(col(Inbox.chat_key) == chat, col(Inbox.state) != InboxState.OPEN)
        .values(payload={}, error="", chat_key=nobody)
    )
    await session.exec(update(Message).where(col(Message.chat_id) == chat).values(chat_id=nobody))
    await session.exec(
        update(Conversation)
        .where(col(Conversation.person_id) == person.id, col(Conversation.chat_id) == chat)
        .values(chat_id=nobody)
    )
    # Whoever comes back is somebody new.
    person.telegram_id = nobody


async def _blank(session: AsyncSession, ids: Sequence[int], *, now: datetime) -> None:
    """Take away the words of messages, here and where they still wait to be sent."""
    await session.exec(
        update(Outbox)
        .where(col(Outbox.message_id).in_(ids), col(Outbox.state) != OutboxState.SENDING)
        .values(payload={})
    )
    await session.exec(
        update(Message)
        .where(col(Message.id).in_(ids))
        .values(text="", attachments=[], versions=[], erased_at=now)
    )


async def _erase_titles(session: AsyncSession, person: Person, *, now: datetime) -> None:
    """Topics of the person's tickets carry a name in their title; the number is enough."""
    statement = (
        select(Topic, Ticket.number)
        .join(Ticket, col(Ticket.id) == col(Topic.ticket_id))
        .where(col(Ticket.person_id) == person.id)
    )
    for topic, number in (await session.exec(statement)).all():
        await messages.mark_topic(session, topic, TopicSign(number, topic.icon), now=now)


async def _erase_companies(
    session: AsyncSession, person: Person, *, office: Office, now: datetime
) -> None:
    for company, _ in await _companies(session, person):
        if await _has_others(session, company.id, person):
            await session.exec(
                update(Fact)
                .where(col(Fact.company_id) == company.id, col(Fact.person_id) == person.id)
                .values(person_id=None)
            )
            continue
        await forget_company(session, company, office=office, now=now)


async def forget_company(
    session: AsyncSession, company: Company, *, office: Office, now: datetime
) -> None:
    """Blank a company that nobody belongs to any more: name, code, facts, what was told of it."""
    company.name, company.uscc, company.erased_at = "", None, now
    await session.exec(
        update(Fact).where(col(Fact.company_id) == company.id).values(value=None, person_id=None)
    )
    await drop_row(session, office.catalogue.facts, company.id, office.today(now))
    await outcomes.forget(session, company.id)
    await visit_plans.forget_company(session, company.id, now=now)
    await _erase_officers_words(session, company, now=now)
    for table in (VerdictRecord, MeasureMark):
        await session.exec(delete(table).where(col(table.company_id) == company.id))


async def _erase_officers_words(session: AsyncSession, company: Company, *, now: datetime) -> None:
    """What officers wrote of it: at visits, and in requests they registered for it."""
    visited = select(Visit.id).where(col(Visit.company_id) == company.id)
    registered = select(Ticket.id).where(
        col(Ticket.company_id) == company.id, col(Ticket.registered_by).is_not(None)
    )
    written = select(Message.id).where(
        or_(col(Message.visit_id).in_(visited), col(Message.ticket_id).in_(registered))
    )
    await _blank(session, (await session.exec(written)).all(), now=now)


async def _erase_answers(session: AsyncSession, person: Person, *, now: datetime) -> None:
    """What officers wrote in the person's tickets, where no company is left that it was said to."""
    statement = (
        select(Message.id)
        .join(Ticket, col(Ticket.id) == col(Message.ticket_id))
        .outerjoin(Company, col(Company.id) == col(Ticket.company_id))
        .where(
            col(Ticket.person_id) == person.id,
            or_(col(Ticket.company_id).is_(None), col(Company.erased_at).is_not(None)),
        )
    )
    await _blank(session, (await session.exec(statement)).all(), now=now)


async def _has_others(session: AsyncSession, company_id: int, person: Person) -> bool:
    statement = select(Membership.id).where(
        col(Membership.company_id) == company_id,
        col(Membership.person_id) != person.id,
        col(Membership.until).is_(None),
    )
    return (await session.exec(statement)).first() is not None


async def _end_links(session: AsyncSession, person: Person, *, now: datetime) -> None:
    """Memberships, invitations made, requests waiting, notices owed."""
    for link in await people.open_memberships(session, person.id):
        link.until = now
    await session.exec(
        update(Invitation)
        .where(col(Invitation.created_by) == person.id, col(Invitation.used_at).is_(None))
        .values(revoked_at=now)
    )
    await session.exec(
        update(JoinRequest)
        .where(col(JoinRequest.person_id) == person.id, col(JoinRequest.decided_at).is_(None))
        .values(decided_at=now, accepted=False)
    )
    await session.exec(
        update(Notice)
        .where(col(Notice.person_id) == person.id, col(Notice.state) == NoticeState.OPEN)
        .values(state=NoticeState.DROPPED, done_at=now)
    )


async def _end_watches(session: AsyncSession, person: Person, *, now: datetime) -> None:
    for watch in await _watches(session, person):
        watch.ended_at = now


async def _forget_leave(session: AsyncSession, person: Person, *, now: datetime) -> None:
    """Leave of somebody who worked in the office once, and what was still to be said of it."""
    own = [absence.id for absence in await _absences(session, person)]
    await session.exec(
        update(Notice)
        .where(
            col(Notice.subject) == "absence",
            col(Notice.subject_id).in_(own),
            col(Notice.state) == NoticeState.OPEN,
        )
        .values(state=NoticeState.DROPPED, done_at=now)
    )
    await session.exec(delete(Absence).where(col(Absence.id).in_(own)))
    await session.exec(
        update(Absence).where(col(Absence.stand_in_id) == person.id).values(stand_in_id=None)
    )


async def _forget_drafts(session: AsyncSession, person: Person, *, now: datetime) -> None:
    statement = select(Conversation).where(col(Conversation.person_id) == person.id)
    for talk in (await session.exec(statement)).all():
        await ticket_drafts.discard(session, talk, now=now)
        talk.forget()


async def _companies(session: AsyncSession, person: Person) -> list[tuple[Company, Membership]]:
    statement = (
        select(Company, Membership)
        .join(Membership, col(Membership.company_id) == col(Company.id))
        .where(col(Membership.person_id) == person.id, col(Membership.until).is_(None))
        .order_by(col(Company.id))
    )
    return [(company, link) for company, link in (await session.exec(statement)).all()]


async def _facts(session: AsyncSession, company_id: int) -> list[Fact]:
    statement = select(Fact).where(col(Fact.company_id) == company_id).order_by(col(Fact.id))
    return list((await session.exec(statement)).all())


async def _tickets(session: AsyncSession, person: Person) -> list[Ticket]:
    """What the person asked for; what they wrote down as an officer is its company's."""
    statement = (
        select(Ticket)
        .where(col(Ticket.person_id) == person.id, col(Ticket.registered_by).is_(None))
        .order_by(col(Ticket.id))
    )
    return list((await session.exec(statement)).all())


async def _messages(session: AsyncSession, person: Person) -> list[Message]:
    statement = (
        select(Message).where(col(Message.chat_id) == person.telegram_id).order_by(col(Message.id))
    )
    return list((await session.exec(statement)).all())


async def _absences(session: AsyncSession, person: Person) -> list[Absence]:
    statement = (
        select(Absence).where(col(Absence.person_id) == person.id).order_by(col(Absence.first))
    )
    return list((await session.exec(statement)).all())


async def _watches(session: AsyncSession, person: Person) -> list[Watch]:
    statement = select(Watch).where(
        col(Watch.person_id) == person.id, col(Watch.ended_at).is_(None)
    )
    return list((await session.exec(statement)).all())


async def _consents(session: AsyncSession, person: Person) -> list[Consent]:
    statement = select(Consent).where(col(Consent.person_id) == person.id).order_by(col(Consent.id))
    return list((await session.exec(statement)).all())
