"""Telegram at its worst: a storm of every fault, calls that hang, a broadcast cut in two."""

import asyncio
import shutil
import signal
import sqlite3
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import groupby
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot import checkpoints
from bot.checkpoints import Checkpoints
from bot.courier import Courier, open_bot
from bot.database import Database
from bot.health import Figures
from bot.settings import Settings
from domain.screens import Html, Screen
from models import Outbox
from models.messages import OutboxState
from services import messages
from services.messages import Address
from tests.bot.processes import running
from tests.hostile import Hostile, hostile_telegram
from tests.town import StandingClock

TOKEN = "7100000001:token-of-a-hostile-server"
BOT_ID = 7100000001


@dataclass
class Post:
    """A courier before a hostile server; its clock stands still until it is moved."""

    telegram: Hostile
    database: Database
    clock: StandingClock
    courier: Courier

    async def owe(self, chat: int, text: str, *, broadcast: bool = False) -> None:
        """Owe a chat a text."""
        async with self.database.write() as session:
            await messages.owe(
                session,
                Address(BOT_ID, chat),
                Screen(Html.safe(text)),
                now=self.clock(),
                broadcast=broadcast,
            )

    async def passes(self, **span: float) -> None:
        """Let time pass, and deliver what may go then."""
        self.clock.move(timedelta(**span))
        await self.courier.wait_until_idle()

    async def rows(self) -> list[Outbox]:
        """All that was ever owed, by age."""
        async with self.database.read() as session:
            return list((await session.exec(select(Outbox).order_by(col(Outbox.id)))).all())


@pytest.fixture
async def post(sqlite_url: str, tmp_path: Path) -> AsyncGenerator[Post]:
    """A courier at work."""
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(hostile_telegram())
        database = Database(sqlite_url)
        stack.push_async_callback(database.close)
        settings = Settings(
            _env_file=None, bot_token=TOKEN, telegram_api_url=telegram.url, var_dir=tmp_path
        )
        bot, clock = open_bot(settings), StandingClock()
        stack.push_async_callback(bot.session.close)
        courier = Courier(
            bot,
            database,
            clock,
            checkpoints=Checkpoints(),
            figures=Figures(),
            wake_ticker=asyncio.Event(),
            paced=False,
        )
        yield await stack.enter_async_context(_at_work(Post(telegram, database, clock, courier)))


@asynccontextmanager
async def _at_work(post: Post) -> AsyncGenerator[Post]:
    async with asyncio.TaskGroup() as group:
        task = group.create_task(post.courier.run())
        yield post
        task.cancel()


async def test_fault_08_after_a_storm_all_arrived_in_order_or_is_shown_as_unknown(
    post: Post,
) -> None:
    chats, each, calm = range(1, 16), 8, 99
    post.telegram.spared.add(calm)
    post.telegram.chance = 0.5
    for number in range(each):
        for chat in chats:
            await post.owe(chat, f"{number}")

    for number in range(10):
        await post.owe(calm, f"{number}")
        await post.passes(seconds=20)
        assert len(post.telegram.arrived[calm]) == number + 1, "held up by the others"
    post.telegram.chance = 0.0
    for _ in range(4):
        await post.passes(minutes=2)

    rows = await post.rows()
    states = Counter(row.state for row in rows)
    assert set(states) <= {OutboxState.SENT, OutboxState.UNKNOWN}, states
    assert states[OutboxState.UNKNOWN] < 0.2 * len(rows)
    for chat in chats:
        heard = [text for text, _ in groupby(post.telegram.arrived[chat])]
        assert heard == sorted(set(heard)), f"out of order: {post.telegram.arrived[chat]}"
    for row in rows:
        times = post.telegram.arrived[row.chat_id].count(row.payload["text"])
        assert 1 <= times <= 3 if row.state is OutboxState.SENT else row.error, row


async def test_fault_08_a_hundred_chats_for_which_telegram_hangs_stop_nobody_else(
    post: Post,
) -> None:
    post.telegram.stalled.update(range(1, 101))
    async with post.database.write() as session:
        for chat in range(1, 141):
            place, screen = Address(BOT_ID, chat), Screen(Html.safe("到"))
            await messages.owe(session, place, screen, now=post.clock())

    post.courier.wake.set()
    async with asyncio.timeout(30):
        while len(post.telegram.order) < 40:  # noqa: ASYNC110 - the server says nothing
            await asyncio.sleep(0.02)

    assert set(post.telegram.order) == set(range(101, 141))
    post.telegram.closed.set()
    await post.courier.wait_until_idle()
    assert len(post.telegram.order) == 140


async def test_fault_49_a_reply_overtakes_a_broadcast_in_its_own_chat_too(post: Post) -> None:
    async with post.database.write() as session:
        for chat in range(1, 151):
            place, news = Address(BOT_ID, chat), Screen(Html.safe("群发"))
            await messages.owe(session, place, news, now=post.clock(), broadcast=True)
        for chat in (149, 1000):
            place, reply = Address(BOT_ID, chat), Screen(Html.safe("答复"))
            await messages.owe(session, place, reply, now=post.clock())

    await post.courier.wait_until_idle()

    assert {149, 1000} <= set(post.telegram.order[:64])
    assert post.telegram.arrived[149] == ["答复", "群发"]
    assert len(post.telegram.order) == 152


@pytest.mark.long
async def test_fault_49_killed_in_a_broadcast_everybody_is_written_to_once(
    tmp_path: Path, sqlite_template: Path
) -> None:
    """Whoever was being written to at that moment is not written to again, and is shown."""
    people, file = range(1, 61), tmp_path / "var" / "qihang.db"
    file.parent.mkdir()
    shutil.copy(sqlite_template, file)
    await _owe_to_all(file, people)
    async with hostile_telegram() as telegram:
        start = partial(
            running,
            BOT_TOKEN=TOKEN,
            TELEGRAM_API_URL=telegram.url,
            ADMIN_IDS="9001",
            VAR_DIR=str(file.parent),
        )
        async with start(tmp_path / "one", CRASH_AT=f"{checkpoints.AFTER_SEND}#25") as program:
            assert await program.died() == -signal.SIGKILL
        in_flight = _ask(file, "SELECT chat_id FROM outbox WHERE state = 'sending'")
        assert 1 <= len(in_flight) < 60

        async with start(tmp_path / "two") as program:
            await program.ready()
            async with asyncio.timeout(60):
                while _ask(file, "SELECT 1 FROM outbox WHERE state = 'pending'"):  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
            await program.is_told_to_stop()

    assert max(map(len, telegram.arrived.values())) == 1
    assert {*telegram.arrived} | {chat for (chat,) in in_flight} == set(people)
    assert _ask(file, "SELECT chat_id FROM outbox WHERE state = 'unknown'") == in_flight
    assert _ask(file, "SELECT state FROM notice WHERE kind = 'broadcast_unsure'") == [("open",)]


async def _owe_to_all(file: Path, people: range) -> None:
    database, now = Database(f"sqlite+aiosqlite:///{file}"), datetime.now(UTC)  # noqa: TID251 - real
    async with database.write() as session:
        for chat in people:
            place, news = Address(BOT_ID, chat), Screen(Html.safe("群发"))
            await messages.owe(session, place, news, now=now, broadcast=True)
    await database.close()


def _ask(file: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file, timeout=10)) as database:
        return database.execute(query).fetchall()
