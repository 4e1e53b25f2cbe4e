"""Everything that is kept of a person, as plain data to take along (个人信息保护法 45)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import (
    Absence,
    Company,
    Consent,
    Conversation,
    Fact,
    Invitation,
    JoinRequest,
    Liaison,
    MeasureMark,
    Membership,
    Message,
    Notice,
    Person,
    Ticket,
    TicketEvent,
    Visit,
    Watch,
)
from models.messages import Direction
from models.notices import NoticeState
from services import notice_choices

Plain = dict[str, Any]
#: Tables in which a person stands only by what they did in the office: its records, not theirs.
OFFICE_RECORDS = frozenset(
    {"calendar_change", "department_note", "desk", "publication", "measureversion", "task"}
)


async def export(session: AsyncSession, person: Person, *, now: datetime) -> Plain:
    """What is kept of a person and of the companies they belong to; moments in ISO form."""

    async def rows(table: type[Any], *where: ColumnElement[bool]) -> Sequence[Any]:
        statement = select(table).where(*where).order_by(col(table.id))
        return (await session.exec(statement)).all()

    links = await rows(Membership, col(Membership.person_id) == person.id)
    companies = [link.company_id for link in links if link.company_id and link.until is None]
    asked = (col(Ticket.person_id) == person.id, col(Ticket.registered_by).is_(None))
    choice = await notice_choices.choice_of(session, person.id)
    return {
        "exported_at": now.isoformat(),
        "person": _told(person, "name username telegram_id locale created_at started_at"),
        "consents": _all(
            await rows(Consent, col(Consent.person_id) == person.id), "at given text_version"
        ),
        "roles": _all(links, "role company_id department since until"),
        "companies": [
            {
                **_told(company, "id name uscc"),
                "facts": _all(
                    await rows(Fact, col(Fact.company_id) == company.id),
                    "key year item value source at",
                ),
                "visits": _all(
                    await rows(Visit, col(Visit.company_id) == company.id),
                    "kind due done_at outcome",
                ),
            }
            for company in await rows(Company, col(Company.id).in_(companies))
        ],
        "invitations": _all(
            await rows(Invitation, col(Invitation.created_by) == person.id),
            "role company_id department created_at expires_at used_at revoked_at",
        ),
        "requests_to_join": _all(
            await rows(JoinRequest, col(JoinRequest.person_id) == person.id),
            "created_at decided_at accepted",
        ),
        "tickets": _all(
            await rows(Ticket, *asked),
            "id number category urgency status received_at closed_at score",
        ),
        "steps": _all(
            await rows(TicketEvent, col(TicketEvent.actor_id) == person.id), "ticket_id at step"
        ),
        "watches": _all(
            await rows(Watch, col(Watch.person_id) == person.id),
            "measure_id reason created_at ended_at",
        ),
        "marks": _all(
            await rows(MeasureMark, col(MeasureMark.person_id) == person.id),
            "measure_id kind reason created_at ended_at",
        ),
        "notices": _told(choice, "policies deadlines reminders"),
        "reminders": _all(
            await rows(
                Notice,
                col(Notice.person_id) == person.id,
                col(Notice.state) == NoticeState.OPEN,
            ),
            "kind due_at",
        ),
        "leave": _all(
            await rows(Absence, col(Absence.person_id) == person.id),
            "first last state created_at ended_at",
        ),
        "looks_after": _all(
            await rows(Liaison, col(Liaison.officer_id) == person.id), "company_id since until"
        ),
        "drafts": _all(
            await rows(Conversation, col(Conversation.person_id) == person.id), "state data"
        ),
        "messages": [
            {**_told(message, "at direction kind text ticket_id"), "files": _files(message)}
            for message in await rows(Message, *_their_talk(person, links, companies))
        ],
    }


def _their_talk(
    person: Person, links: Sequence[Membership], companies: Sequence[int]
) -> Iterator[ColumnElement[bool]]:
    """Messages of the private chat. What is said in a ticket belongs to its own side; whoever holds
    or held an office role is shown others' matters there, so of the rest only their own words."""
    own = select(Ticket.id).where(
        or_(col(Ticket.person_id) == person.id, col(Ticket.company_id).in_(companies))
    )
    in_own_ticket = col(Message.ticket_id).in_(own)
    yield col(Message.chat_id) == person.telegram_id
    yield or_(col(Message.ticket_id).is_(None), in_own_ticket)
    if any(link.company_id is None for link in links):
        yield or_(col(Message.direction) == Direction.IN, in_own_ticket)


def _all(rows: Iterable[SQLModel], names: str) -> list[Plain]:
    return [_told(row, names) for row in rows]


def _told(row: object, names: str) -> Plain:
    """These fields of a row, without what is not known."""
    found = ((name, getattr(row, name)) for name in names.split())
    return {name: _plain(value) for name, value in found if value not in (None, "")}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _files(message: Message) -> list[Plain]:
    return [
        {name: file[name] for name in ("kind", "name", "size") if file.get(name)}
        for file in message.attachments
    ]
