"""Two companies that must not hear of each other, two departments, and everybody at the door.

What belongs to company 甲 is marked with 甲暗, what belongs to 乙 with 乙暗: a mark in what
somebody is sent is a leak unless they may read it. Each try is a real update through the
dispatcher and the unit of work, and is undone afterwards.
"""

import base64
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from enum import Enum
from itertools import count
from typing import Any, get_args, get_type_hints

from sqlalchemy import text, update
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import Database
from bot.unit_of_work import UnitOfWork
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
    Inbox,
    Invitation,
    JoinRequest,
    Membership,
    Message,
    Notice,
    Outbox,
    Person,
    Publication,
    Visit,
    Watch,
)
from models.ids import new_id
from models.messages import Direction, OutboxState
from models.notices import NoticeState
from services import messages, people, tickets
from services.messages import Address
from services.news import Entry
from services.office import Office
from services.people import CONSENT_VERSION
from tests.town import MONDAY_TEN
from views.presses import Press

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
_AT = {"甲": "economy_tech", "乙": "finance"}
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


@dataclass
class Tried:
    """What an update did: which tables it changed, what is read of it, the spinner's words, and
    where the conversation stands."""

    changed: frozenset[str]
    sent: str
    toast: str
    error: str
    state: str = ""

    @property
    def everything(self) -> str:
        return f"{self.sent}\n{self.toast}"

    @property
    def is_answered(self) -> bool:
        return bool(self.toast or self.sent)


class Door:
    """Lets somebody press or say something, and undoes it."""

    def __init__(
        self, session: AsyncSession, work: UnitOfWork, office: Office, estates: dict[str, Estate]
    ) -> None:
        self.session = session
        self.office = office
        self.estates = estates
        self._work = work
        self._numbers = count(5_000)

    async def press(self, role: str, data: str, *, chat: int | None = None) -> Tried:
        """Press a button with any data, on a message of the bot in the own chat or in a group."""
        user = _user(role)
        query = {
            "id": "1",
            "from": user,
            "chat_instance": "1",
            "data": data,
            "message": {**_message(user, chat, 77), "from": _BOT, "text": "…"},
        }
        return await self.take({"callback_query": query})

    async def says(
        self,
        role: str,
        words: str,
        *,
        chat: int | None = None,
        state: tuple[str, dict[str, Any]] | None = None,
        sender: dict[str, Any] | None = None,
        **more: Any,
    ) -> Tried:
        """Write words, perhaps while a question is open, perhaps in somebody else's name."""
        message = {**_message(_user(role), chat, next(self._numbers)), "text": words, **more}
        message |= {"from": sender} if sender else {}
        return await self.take({"message": message}, role=role, state=state, chat=chat)

    async def edits(self, role: str, number: int, words: str) -> Tried:
        """Edit an own message of the private chat."""
        message = {**_message(_user(role), None, number), "text": words, "edit_date": 2}
        return await self.take({"edited_message": message}, role=role)

    async def take(
        self,
        happened: dict[str, Any],
        *,
        role: str = "",
        state: tuple[str, dict[str, Any]] | None = None,
        chat: int | None = None,
    ) -> Tried:
        """Give an update its effect, look at it, and roll it back."""
        session, mark = self.session, new_id()
        undone = await session.begin_nested()
        if state is not None:
            await self._stand(role, state, chat)
            await _run(session, "DELETE FROM touched")
        number = next(self._numbers)
        row = Inbox(
            bot_id=self.office.bot_id,
            update_id=number,
            chat_key=1,
            payload={"update_id": number, **happened},
            received_at=NOW,
        )
        session.add(row)
        await session.flush()
        spinner = await self._work.take(session, row, office=self.office, now=NOW)
        changed = await _run(session, "SELECT DISTINCT name FROM touched")
        owed = select(Outbox.payload).where(col(Outbox.id) > mark)
        sent = "\n".join(_readable(payload) for payload in (await session.exec(owed)).all())
        tried = Tried(
            frozenset(name for (name,) in changed),
            sent,
            spinner.text if spinner else "",
            row.error,
            await self._state_of(role, chat) if role else "",
        )
        await undone.rollback()
        session.expunge_all()
        return tried

    async def _state_of(self, role: str, chat: int | None) -> str:
        return (await self._talk(role, chat)).state

    async def _talk(self, role: str, chat: int | None) -> Conversation:
        person = await people.by_telegram_id(self.session, PEOPLE[role])
        assert person is not None
        return await people.conversation(
            self.session,
            bot_id=self.office.bot_id,
            chat_id=chat or PEOPLE[role],
            person_id=person.id,
            now=NOW,
        )

    async def _stand(self, role: str, state: tuple[str, dict[str, Any]], chat: int | None) -> None:
        talk = await self._talk(role, chat)
        talk.turn_to(state[0], **state[1])
        await self.session.flush()


_BOT = {"id": 900, "is_bot": True, "first_name": "企航"}


def _user(role: str) -> dict[str, Any]:
    return {"id": PEOPLE[role], "is_bot": False, "first_name": _name(role)}


def _name(role: str) -> str:
    side = {"member": "甲", "other": "乙"}.get(role)
    return f"{side}暗员工" if side else f"某{role}"


def _message(user: dict[str, Any], chat: int | None, number: int) -> dict[str, Any]:
    where: dict[str, Any] = {"id": user["id"], "type": "private", "first_name": "x"}
    if chat is not None:
        where = {"id": chat, "type": "supergroup", "title": "工作台"}
    return {"message_id": number, "date": 1, "chat": where, "from": user}


def _readable(payload: Mapping[str, Any]) -> str:
    """What somebody reads, with the files that we made; what buttons carry is ids alone."""
    attachment = dict(payload.get("attachment") or {})
    content = base64.b64decode(attachment.pop("content", "")).decode("utf-8", "replace")
    keys = [key["text"] for row in payload.get("keyboard", []) for key in row]
    return "\n".join((payload.get("text", ""), *keys, str(attachment), content))


def packed(kind: type[Press], ids: dict[str, int]) -> str:
    """A button of that kind with these ids; what is no id gets some value."""
    hints = get_type_hints(kind)
    plain = {one.name: 0 if one.name in _PLACES else 1 for one in fields(kind)}
    return kind(
        **{name: _value(hints[name], ids.get(name, number)) for name, number in plain.items()}
    ).pack()


def _value(hint: Any, number: int) -> Any:
    hint = next((part for part in get_args(hint) if part is not type(None)), hint)
    if issubclass(hint, Enum):
        return next(iter(hint))
    if hint is bool:
        return True
    if hint is date:
        return date(2026, 11, 30)
    if hint is int:
        return number
    return MEASURE


def id_fields(kind: type[Press]) -> list[str]:
    """The fields that carry the id of a row, in their order."""
    return [one.name for one in fields(kind) if one.name.endswith("_id") and one.name not in _NAMES]


#: What is shown stands on the first page.
_PLACES = frozenset({"page", "place"})
#: Named like ids, but keys of the catalogue.
_NAMES = frozenset({"measure_id"})


@asynccontextmanager
async def open_door(database: Database, work: UnitOfWork, office: Office) -> AsyncGenerator[Door]:
    """The whole scene in one transaction that is never committed."""
    async with database.write() as session:
        persons = await _persons(session)
        estates = {side: await _estate(session, side, persons, office=office) for side in SIDES}
        for link in await people.open_memberships(session, persons["removed"].id):
            link.until = NOW
        await session.flush()
        await _watch_tables(session)
        yield Door(session, work, office, estates)
        await session.rollback()


async def _persons(session: AsyncSession) -> dict[str, Person]:
    persons = {
        role: Person(
            telegram_id=number,
            name=_name(role),
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
    assert CONSENT_VERSION
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


#: What every update writes by itself: it arrived, it is answered, where its chat stands.
_BOOKKEEPING = frozenset({"inbox", "outbox", "conversation", "alembic_version"})


async def _watch_tables(session: AsyncSession) -> None:
    """From here on the database itself writes down which of its tables are changed."""
    await session.exec(update(Outbox).values(state=OutboxState.SENT))
    await _run(session, "CREATE TEMP TABLE touched (name TEXT)")
    names = await _run(session, "SELECT name FROM main.sqlite_master WHERE type = 'table'")
    for (name,) in names:
        if name in _BOOKKEEPING or name.startswith("sqlite"):
            continue
        for act, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")):
            await _run(session, _trigger(name, act, row))
    session.expunge_all()


async def _run(session: AsyncSession, statement: str) -> Sequence[Any]:
    result = await (await session.connection()).execute(text(statement))
    return result.all() if result.returns_rows else ()


def _trigger(table: str, act: str, row: str) -> str:
    """Our own screens without a ticket are answers, not changes."""
    is_answer = f"{row}.direction = 'out' AND {row}.ticket_id IS NULL"
    when = f"WHEN NOT ({is_answer})" if table == "message" else ""
    noted = f"INSERT INTO touched VALUES ('{table}')"  # noqa: S608 (the names are our own)
    return (
        f"CREATE TEMP TRIGGER see_{table}_{act} AFTER {act} ON main.{table} {when} "
        f"BEGIN {noted}; END"
    )


def shown(marks: Iterable[str], words: str) -> list[str]:
    """Which of these marks somebody was shown."""
    return [mark for mark in marks if mark in words]
