"""Everybody at the door: each try is a real update through the dispatcher and the unit of work, and
is undone afterwards.
"""

import base64
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields
from datetime import date
from enum import Enum
from itertools import count
from typing import Any, get_args, get_type_hints

from sqlalchemy import text, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import Database
from bot.unit_of_work import UnitOfWork
from models import Conversation, Inbox, Outbox
from models.ids import new_id
from models.messages import OutboxState
from services import inbox, people
from services.office import Office
from tests.faults.estates import MEASURE, NOW, PEOPLE, Estate, name_of, settle
from views.presses import Press


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
        (arrived,) = await inbox.heads(session, bot_id=self.office.bot_id, limit=1)
        effect = await self._work.take_carefully(session, arrived, office=self.office, now=NOW)
        changed = await _run(session, "SELECT DISTINCT name FROM touched")
        owed = select(Outbox.payload).where(col(Outbox.id) > mark)
        sent = "\n".join(_readable(payload) for payload in (await session.exec(owed)).all())
        tried = Tried(
            frozenset(name for (name,) in changed),
            sent,
            effect.spinner.text if effect.spinner else "",
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
    return {"id": PEOPLE[role], "is_bot": False, "first_name": name_of(role)}


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
        estates = await settle(session, office)
        await _watch_tables(session)
        yield Door(session, work, office, estates)
        await session.rollback()


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
