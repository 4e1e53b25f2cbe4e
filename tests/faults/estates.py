"""Two companies that must not hear of each other, two departments, and everybody who may come.

What belongs to company 甲 is marked with 甲暗, what belongs to 乙 with 乙暗: a mark in what
somebody is sent is a leak unless they may read it.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.absences import AbsenceState
from domain.actors import Role
from domain.incoming import Incoming
from domain.publications import PublicationState
from domain.tickets import Category
from models import (
    Absence,
    CalendarChange,
    Company,
    Conversation,
    Desk,
    Fact,
    Invitation,
    JoinRequest,
    Membership,
    Message,
    Notice,
    Person,
    Publication,
    Visit,
    Watch,
)
from models.messages import Direction
from models.notices import NoticeState
from services import messages, people, tickets
from services.messages import Address
from services.news import Entry
from services.office import Office
from tests.town import MONDAY_TEN

NOW = MONDAY_TEN + timedelta(hours=1)
DESK = -1002000000009
SIDES = ("甲", "乙")
DEPARTMENTS = {"甲": "economy_tech", "乙": "finance"}
_CATEGORIES = {"甲": Category.TECH_INNOVATION, "乙": Category.FINANCING}
PHONES = {"甲": "13800007771", "乙": "13800008882"}
FIGURES = {"甲": 7654, "乙": 8765}
MEASURE = "hi-tech-enterprise"

#: Telegram's numbers of what stands in the chats of who left: a card, and words of their own.
OLD_CARD, OLD_WORDS = 43, 44

#: Telegram ids of everybody; who is what stands in permissions.yaml.
PEOPLE = {
    "stranger": 101,
    "member": 102,
    "colleague": 103,
    "former": 104,
    "agent": 105,
    "other": 106,
    "officer": 201,
    "officer_other": 202,
    "removed": 203,
    "on_leave": 204,
    "head": 205,
    "head_other": 206,
    "duty": 207,
    "editor": 208,
    "admin": 209,
    "was_admin": 210,
    "two_roles": 211,
    "insider": 212,
    "everything": 213,
}
ADMINISTRATORS = frozenset({PEOPLE["admin"], PEOPLE["everything"]})
#: Roles in the office: (who, role, side of the department).
_OFFICE = (
    ("officer", Role.OFFICER, "甲"),
    ("officer_other", Role.OFFICER, "乙"),
    ("removed", Role.OFFICER, "甲"),
    ("on_leave", Role.OFFICER, "甲"),
    ("head", Role.HEAD, "甲"),
    ("head_other", Role.HEAD, "乙"),
    ("duty", Role.DUTY, None),
    ("editor", Role.EDITOR, None),
    ("two_roles", Role.OFFICER, "乙"),
    ("insider", Role.OFFICER, "甲"),
    ("everything", Role.HEAD, "甲"),
    ("everything", Role.DUTY, None),
    ("everything", Role.EDITOR, None),
)
_COMPANIES = (
    ("member", Role.MEMBER, "甲"),
    ("colleague", Role.MEMBER, "甲"),
    ("former", Role.MEMBER, "甲"),
    ("agent", Role.AGENT, "甲"),
    ("other", Role.MEMBER, "乙"),
    ("two_roles", Role.MEMBER, "甲"),
    ("insider", Role.MEMBER, "甲"),
)
_GONE = frozenset({"former", "removed"})


@dataclass
class Estate:
    """What belongs to one side, by the name of the field in which buttons carry its id."""

    side: str
    ids: dict[str, int] = field(default_factory=dict)
    number: str = ""

    @property
    def said(self) -> tuple[str, ...]:
        """For the company and for those who work on its ticket."""
        own = [f"{self.side}暗{what}" for what in ("诉求", "答复", "联系", "员工")]
        return (*own, PHONES[self.side], self.number)

    @property
    def inside(self) -> tuple[str, ...]:
        """For those who work on its ticket."""
        return (f"{self.side}暗备注",)

    @property
    def kept(self) -> tuple[str, ...]:
        """For the company and, on the card, for those who work on its ticket."""
        return (str(FIGURES[self.side]),)

    @property
    def own(self) -> tuple[str, ...]:
        """For the one who wrote it."""
        return (f"{self.side}暗草稿",)

    @property
    def name(self) -> str:
        """For the company, and for whoever does casework: they may register for any company."""
        return f"杭州{self.side}暗有限公司"

    @property
    def marks(self) -> tuple[str, ...]:
        return (*self.said, *self.inside, *self.kept, *self.own, self.name)


def name_of(role: str) -> str:
    side = {"member": "甲", "other": "乙"}.get(role)
    return f"{side}暗员工" if side else f"某{role}"


async def settle(session: AsyncSession, office: Office) -> dict[str, Estate]:
    """Everybody and everything, flushed; by side."""
    persons = await _persons(session)
    estates = {side: await _estate(session, side, persons, office=office) for side in SIDES}
    for link in await people.open_memberships(session, persons["removed"].id):
        link.until = NOW
    await session.flush()
    return estates


async def _persons(session: AsyncSession) -> dict[str, Person]:
    persons = {
        role: Person(
            telegram_id=number,
            name=name_of(role),
            locale="zh",
            created_at=NOW,
            started_at=NOW,
        )
        for role, number in PEOPLE.items()
    }
    session.add_all(persons.values())
    await session.flush()
    for role, office_role, side in _OFFICE:
        department = DEPARTMENTS[side] if side else None
        session.add(
            Membership(
                person_id=persons[role].id, role=office_role, department=department, since=NOW
            )
        )
    for role in ("member", "other"):
        await people.record_consent(session, persons[role].id, given=True, now=NOW)
    await session.flush()
    return persons


async def _estate(
    session: AsyncSession, side: str, persons: dict[str, Person], *, office: Office
) -> Estate:
    estate = Estate(side)
    owner = persons["member" if side == "甲" else "other"]
    clerk = persons["officer" if side == "甲" else "officer_other"]
    handler = persons["removed" if side == "甲" else "officer_other"]
    company = Company(name=estate.name, created_at=NOW)
    session.add(company)
    await session.flush()
    estate.ids["company_id"] = company.id
    links = {
        role: Membership(person_id=persons[role].id, role=kind, company_id=company.id, since=NOW)
        for role, kind, of in _COMPANIES
        if of == side
    }
    session.add_all(links.values())
    await session.flush()
    session.add(
        Fact(
            company_id=company.id,
            key="employees",
            value=FIGURES[side],
            person_id=owner.id,
            at=NOW,
        )
    )
    await _ticket(session, estate, owner, handler, office=office)
    speaker = persons["head" if side == "甲" else "head_other"]
    await _words(session, estate, speaker, office=office)
    await _others(session, estate, owner, clerk, persons, links)
    if side == "甲":
        await _left_behind(session, estate, persons, office)
    await _draft(session, estate, owner, office)
    for role in _GONE:
        if role in links:
            links[role].until = NOW
    await session.flush()
    return estate


async def _ticket(
    session: AsyncSession, estate: Estate, owner: Person, handler: Person, *, office: Office
) -> None:
    side = estate.side
    raiser = await people.actor_for(session, owner, administrators=frozenset())
    ticket = await tickets.raise_ticket(
        session,
        tickets.Draft(
            category=_CATEGORIES[side],
            texts=(f"{side}暗诉求",),
            company_id=estate.ids["company_id"],
            contact=tickets.Contact(f"{side}暗联系", PHONES[side]),
        ),
        actor=raiser,
        now=NOW,
        office=office,
    )
    task = await tickets.lead_task(session, ticket.id)
    by: dict[str, Any] = {
        "actor": await people.actor_for(session, handler, administrators=frozenset()),
        "now": NOW,
        "office": office,
    }
    await tickets.take(session, task.id, **by)
    raised = (
        await session.exec(
            select(Message).where(
                col(Message.ticket_id) == ticket.id, col(Message.direction) == Direction.IN
            )
        )
    ).first()
    assert raised is not None
    raised.attachments = [{"kind": "photo", "file_id": f"{side}暗文件"}]
    estate.number = ticket.number
    estate.ids |= {
        "ticket_id": ticket.id,
        "into_id": ticket.id,
        "task_id": task.id,
        "message_id": raised.id,
    }


async def _words(session: AsyncSession, estate: Estate, speaker: Person, *, office: Office) -> None:
    """An answer for the company, and a note that stays in the office."""
    actor = await people.actor_for(session, speaker, administrators=frozenset())
    for words, act in (("答复", tickets.reply), ("备注", tickets.note)):
        written = await messages.keep(
            session,
            Incoming(text=f"{estate.side}暗{words}"),
            Address(office.bot_id, speaker.telegram_id),
            person_id=speaker.id,
            now=NOW,
        )
        await act(
            session, estate.ids["task_id"], message=written, actor=actor, now=NOW, office=office
        )


async def _left_behind(
    session: AsyncSession, estate: Estate, persons: dict[str, Person], office: Office
) -> None:
    """What stands in the chats of who left: a card, and words of their own about the ticket."""
    for role, direction in (("removed", Direction.NOTE), ("former", Direction.IN)):
        chat = persons[role]
        common: dict[str, Any] = {"bot_id": office.bot_id, "chat_id": chat.telegram_id, "at": NOW}
        about: dict[str, Any] = {
            "ticket_id": estate.ids["ticket_id"],
            "task_id": estate.ids["task_id"],
        }
        session.add(
            Message(
                **common,
                **about,
                telegram_id=OLD_CARD,
                direction=Direction.OUT,
                role="ticket_card",
            )
        )
        session.add(
            Message(
                **common,
                **about,
                telegram_id=OLD_WORDS,
                direction=direction,
                person_id=chat.id,
                text="原话",
            )
        )
    await session.flush()


async def _others(
    session: AsyncSession,
    estate: Estate,
    owner: Person,
    clerk: Person,
    persons: dict[str, Person],
    links: dict[str, Membership],
) -> None:
    away = persons["on_leave" if estate.side == "甲" else "officer_other"]
    company_id = estate.ids["company_id"]
    rows: dict[str, SQLModel] = {
        "notice_id": Notice(
            kind="policy_news",
            key=f"news:{estate.side}",
            due_at=NOW,
            created_at=NOW,
            person_id=owner.id,
            subject="company",
            subject_id=company_id,
            state=NoticeState.SAID,
            details={"news": [Entry(MEASURE, None, 0, NOW).document()]},
        ),
        "watch_id": Watch(
            person_id=owner.id, company_id=company_id, measure_id=MEASURE, created_at=NOW
        ),
        "request_id": JoinRequest(
            person_id=persons["stranger"].id, company_id=company_id, created_at=NOW
        ),
        "invitation_id": Invitation(
            secret_hash=estate.side,
            company_id=company_id,
            created_by=owner.id,
            created_at=NOW,
            expires_at=NOW + timedelta(days=7),
        ),
        "visit_id": Visit(
            company_id=company_id, officer_id=clerk.id, due=date(2026, 11, 30), created_at=NOW
        ),
        "absence_id": Absence(
            person_id=away.id,
            first=date(2026, 11, 23),
            last=date(2026, 11, 27),
            stand_in_id=clerk.id,
            state=AbsenceState.PLANNED,
            created_by=away.id,
            created_at=NOW,
        ),
        "publication_id": Publication(
            number=SIDES.index(estate.side) + 1,
            state=PublicationState.PROPOSED,
            created_at=NOW,
        ),
        "change_id": CalendarChange(created_at=NOW),
        "desk_id": Desk(
            bot_id=int(owner.telegram_id),
            chat_id=DESK - 1,
            department=DEPARTMENTS[estate.side],
            bound_by=clerk.id,
            bound_at=NOW,
            unbound_at=None,
        ),
    }
    session.add_all(rows.values())
    await session.flush()
    estate.ids |= {name: row.id for name, row in rows.items()}  # type: ignore[attr-defined]
    estate.ids["membership_id"] = links["colleague" if estate.side == "甲" else "other"].id
    estate.ids |= {"person_id": away.id, "to_id": clerk.id, "officer_id": clerk.id}


async def _draft(session: AsyncSession, estate: Estate, owner: Person, office: Office) -> None:
    session.add(
        Conversation(
            bot_id=office.bot_id,
            chat_id=owner.telegram_id,
            person_id=owner.id,
            state="tickets.draft",
            data={"texts": [f"{estate.side}暗草稿"], "messages": [], "since": NOW.isoformat()},
            updated_at=NOW,
        )
    )
