"""Towns in which Telegram refuses, stalls and hangs up: its refusals are part of the test."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from functools import wraps
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any, cast

import pytest
import structlog
from sqlmodel import col, select

from bot.database import Database
from domain.screens import Html, Screen
from models import Message, Notice, Outbox
from models.messages import OutboxState
from sandbox.seats import DESK_CHAT_ID, SEAT_BY_KEY
from services import messages
from services.messages import Address
from services.office import Office
from tests.town import Town, open_town

#: Seconds that a test may take on a busy machine; and one that is known to take long.
_PATIENCE, _LONG_PATIENCE = 60, 900


def pytest_itemcollected(item: pytest.Item) -> None:
    """What waits for something that never comes fails, rather than for ever."""
    if not isinstance(item, pytest.Function) or not iscoroutinefunction(item.obj):
        return
    is_long = item.get_closest_marker("long") is not None
    item.obj = _bounded(item.obj, _LONG_PATIENCE if is_long else _PATIENCE)


def _bounded(
    test: Callable[..., Awaitable[None]], patience: float
) -> Callable[..., Awaitable[None]]:
    @wraps(test)
    async def bounded(**given: Any) -> None:
        async with asyncio.timeout(patience):
            await test(**given)

    return bounded


class Trouble:
    """Orders faults in a town, owes messages there, and looks at what became of them."""

    def __init__(self, town: Town) -> None:
        self.town = town

    async def order(self, method: str, **fault: Any) -> None:
        """Let the next call (or `times` of them) of that method go wrong."""
        await self.town.post("fault", json={"method": method, **fault})

    async def greeted(self, *seats: str) -> None:
        """People who wrote to the bot once: it may write to them now."""
        for seat in seats:
            await self.town.player(seat).says("/help")
        await self.town.do("forget_rejected")

    async def owe(self, seat: str, text: str, **more: Any) -> Message:
        """Owe a person (or, with `chat`, a group) a text."""
        chat = more.pop("chat", None) or SEAT_BY_KEY[seat].user_id
        place = Address(self.town.office.bot_id, chat, more.pop("topic_id", None))
        screen = Screen(Html.safe(text), role=more.pop("role", ""))
        async with self.town.database.write() as session:
            message_id = await messages.owe(session, place, screen, now=self.town.clock(), **more)
            return await session.get_one(Message, message_id)

    async def owe_to_desk(self, text: str, **more: Any) -> Message:
        """Owe the desk's group a text."""
        return await self.owe("officer", text, chat=DESK_CHAT_ID, **more)

    async def redraw(self, message: Message, text: str) -> None:
        """Owe a new look of a message."""
        async with self.town.database.write() as session:
            kept = await session.get_one(Message, message.id)
            await messages.redraw(session, kept, Screen(Html.safe(text)), now=self.town.clock())

    async def delivered(self) -> None:
        """Wait until nothing that may go now is owed."""
        await self.town.courier.wait_until_idle()

    async def rows(self, *states: OutboxState) -> list[Outbox]:
        """The Outbox by age, all of it or what is in these states."""
        statement = select(Outbox).order_by(col(Outbox.id))
        if states:
            statement = statement.where(col(Outbox.state).in_(states))
        async with self.town.database.read() as session:
            return list((await session.exec(statement)).all())

    async def row_of(self, message: Message) -> Outbox:
        """The newest row of a message."""
        return [row for row in await self.rows() if row.message_id == message.id][-1]

    async def notices(self, kind: str) -> list[Notice]:
        """Notices of a kind, whatever became of them."""
        statement = select(Notice).where(col(Notice.kind) == kind)
        async with self.town.database.read() as session:
            return list((await session.exec(statement)).all())

    async def read_by(self, seat: str, **where: Any) -> list[str]:
        """What stands in a chat after the greeting, the person's own words left out."""
        shown = await self.town.player(seat).messages(**where)
        return [one.text for one in shown if one.raw["from"]["is_bot"]]

    async def calls(self, method: str) -> list[dict[str, Any]]:
        """What the Bot API was asked and accepted."""
        every = (await self.town.see("calls"))["calls"]
        return [call["params"] for call in every if call["method"] == method]


class Gate:
    """Holds calls of one method until it is opened."""

    def __init__(self, method: str) -> None:
        self.method = method
        self.reached = asyncio.Event()
        self.open = asyncio.Event()

    async def __call__(self, make: Callable[..., Awaitable[Any]], bot: Any, method: Any) -> Any:
        if method.__api_method__ == self.method:
            self.reached.set()
            await self.open.wait()
        return await make(bot, method)


def gate(town: Town, method: str) -> Gate:
    """Stop the courier inside a call, so that something can happen meanwhile."""
    barrier = Gate(method)
    town.courier._bot.session.middleware(cast("Any", barrier))
    return barrier


class Complaints:
    """Collects what is logged, and can be waited on until the database was found unwell."""

    def __init__(self) -> None:
        self.heard = asyncio.Event()
        self.events: list[str] = []

    def __call__(self, _logger: Any, _name: str, line: Any) -> Any:
        self.events.append(line["event"])
        if line["event"].startswith("database"):
            self.heard.set()
        raise structlog.DropEvent


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """The logs of one test."""
    processors = structlog.get_config()["processors"]
    before = list(processors)
    collector = Complaints()
    processors[:] = [collector]
    yield collector
    processors[:] = before


@pytest.fixture
async def troubled(sqlite_url: str, tmp_path: Path, office: Office) -> AsyncGenerator[Trouble]:
    """A town on SQLite."""
    opened = Database(sqlite_url)
    async with open_town(tmp_path, opened, office) as place:
        yield Trouble(place)
    await opened.close()


@pytest.fixture
async def troubled_anywhere(
    database: Database, tmp_path: Path, office: Office
) -> AsyncGenerator[Trouble]:
    """A town on SQLite, and again on PostgreSQL."""
    async with open_town(tmp_path, database, office) as place:
        yield Trouble(place)


@pytest.fixture
async def troubled_on_postgres(
    postgres_database: Database, tmp_path: Path, office: Office
) -> AsyncGenerator[Trouble]:
    """A town where a second process may write beside ours."""
    async with open_town(tmp_path, postgres_database, office) as place:
        yield Trouble(place)
