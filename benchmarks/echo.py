"""What a bot is compared with: aiogram's echo, which inserts one SQLModel row and commits.

One update at a time, on the same kind of database with the same settings; a row is as small as it
can be, and no update is stored before it takes effect. `our_echo` does the same in our house.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.types import CallbackQuery, Message
from sqlalchemy import BigInteger, MetaData, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel import Field, SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import Clock
from bot.middlewares import Arrival
from domain.screens import Html, Reply, Screen


class Heard(SQLModel, table=True):
    """What somebody wrote."""

    metadata = MetaData()
    id: int = Field(default=None, primary_key=True)
    chat_id: int = Field(sa_type=BigInteger)
    text: str
    at: datetime


@asynccontextmanager
async def open_echo(url: str, bot: Bot) -> AsyncGenerator["Echo"]:
    """Its own table in a database of its own."""
    engine = create_async_engine(url)
    if url.startswith("sqlite"):
        event.listen(engine.sync_engine, "connect", _as_ours)
    async with engine.begin() as connection:
        await connection.run_sync(Heard.metadata.create_all)
    yield Echo(engine, bot)
    await engine.dispose()


class Echo:
    """A dispatcher with one handler for words and one for presses."""

    def __init__(self, engine: AsyncEngine, bot: Bot) -> None:
        self._engine = engine
        self._bot = bot
        self._now = Clock()
        self._dispatcher = Dispatcher(disable_fsm=True)
        self._dispatcher.message.register(self._hear)
        self._dispatcher.callback_query.register(self._press)

    async def take(self, updates: list[dict[str, Any]]) -> None:
        """One at a time."""
        for update in updates:
            await self._dispatcher.feed_raw_update(self._bot, update)

    async def _hear(self, message: Message) -> None:
        await self._keep(message.chat.id, message.text or "")
        await message.answer(message.text or "")

    async def _press(self, query: CallbackQuery) -> None:
        assert query.message is not None
        await self._keep(query.message.chat.id, query.data or "")
        await self._bot.send_message(query.message.chat.id, query.data or "")

    async def _keep(self, chat_id: int, text: str) -> None:
        async with AsyncSession(self._engine) as session:
            session.add(Heard(chat_id=chat_id, text=text, at=self._now()))
            await session.commit()


async def our_echo(session: AsyncSession) -> Dispatcher:
    """The same row and the same answer for who settles first who asks, and is fed by our intake."""
    await (await session.connection()).run_sync(Heard.metadata.create_all)
    dispatcher = Dispatcher(disable_fsm=True)
    dispatcher.update.outer_middleware(Arrival())
    dispatcher.message.register(_hear_in_our_house)
    return dispatcher


async def _hear_in_our_house(message: Message, session: AsyncSession, now: datetime) -> Reply:
    words = message.text or ""
    session.add(Heard(chat_id=message.chat.id, text=words, at=now))
    return Reply(Screen(Html(words)))


def _as_ours(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()
