"""A Bot API server apart from the program, which knows of it by BOT_TOKEN and TELEGRAM_API_URL.

The server runs in the test's own loop with a standing clock; the program is a process. `settle`
waits until every update took effect and nothing that is due is owed.
"""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from sandbox import bot_api, page_api
from sandbox.store import Store
from sandbox.telegram import Telegram
from tests.bot.processes import Program, running
from tests.town import MONDAY_TEN, StandingClock, Surroundings

TOKEN = "7100000001:a-token-of-another-bot-api-server"
ADMINISTRATOR = 9001
_PATIENCE_SECONDS = 30
_LOOK_AGAIN_SECONDS = 0.02
_LEFT_TO_DO = """
    SELECT (SELECT count(*) FROM inbox WHERE state = 'open')
         + (SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending')
            AND (next_try_at IS NULL OR next_try_at <= :now))
         + (SELECT count(*) FROM notice WHERE state = 'open' AND due_at <= :now)
"""


@dataclass(repr=False)
class SeparateTown(Surroundings):
    """People at keyboards before a separate server; `program` is the bot."""

    telegram: Telegram
    clock: StandingClock
    program: Program

    async def passes(self, **span: float) -> None:
        """Let time pass for both."""
        await self.passes_until(await self.now() + timedelta(**span))

    async def passes_until(self, moment: datetime) -> None:
        """Move the program's clock by its door, and the server's beside it."""
        self.clock.move_to(moment)
        body = {"now": moment.isoformat()}
        async with self.http.post(f"{self.program.url}/clock", json=body) as answer:
            assert answer.status == 200, await answer.text()
        await self.settle()

    async def now(self) -> datetime:
        """The program's present."""
        async with self.http.get(f"{self.program.url}/clock") as answer:
            return datetime.fromisoformat((await answer.json())["now"])

    async def settle(self) -> None:
        """Wait until nothing is left to do; while the program is down, nothing is waited for."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while self._is_running() and await self._is_busy():  # noqa: ASYNC110 - another process
                await asyncio.sleep(_LOOK_AGAIN_SECONDS)

    def _is_running(self) -> bool:
        return self.program.process.returncode is None

    async def _is_busy(self) -> bool:
        if self.telegram.store.updates(0, 1):
            return True
        now = (await self.now()).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        return bool(self.ask(_LEFT_TO_DO, now=now)[0][0])

    def ask(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        """Look into the program's database."""
        path = self.program.folder / "qihang.db"
        with closing(sqlite3.connect(path, timeout=10)) as database:
            return database.execute(query, values).fetchall()


@asynccontextmanager
async def open_separate_town(folder: Path) -> AsyncGenerator[SeparateTown]:
    """A server on a free port, and a program that is told of it, takes work, and ends well."""
    clock = StandingClock(MONDAY_TEN)
    async with AsyncExitStack() as stack:
        telegram = Telegram(Store(folder / "telegram.db"), now=clock, token=TOKEN)
        stack.callback(telegram.close)
        url = await stack.enter_async_context(_serving(telegram))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        bot = running(
            folder,
            BOT_TOKEN=TOKEN,
            TELEGRAM_API_URL=url,
            ADMIN_IDS=str(ADMINISTRATOR),
            CLOCK_CONTROL="on",
        )
        program = await stack.enter_async_context(bot)
        await program.ready()
        yield SeparateTown(url, http, telegram, clock, program)
        assert (await program.is_told_to_stop()).status == 0


@asynccontextmanager
async def _serving(telegram: Telegram) -> AsyncGenerator[str]:
    app = web.Application()
    bot_api.add_routes(app, telegram)
    page_api.add_routes(app, telegram)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        telegram.release()
        await runner.cleanup()
