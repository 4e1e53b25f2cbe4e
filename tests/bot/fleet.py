"""Bot processes on one PostgreSQL, a Telegram that pushes, and a balancer between them."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from sqlalchemy import text

from bot.clock import Clock
from bot.database import Database
from bot.settings import SANDBOX_TOKEN, async_database_url
from sandbox.server import open_sandbox
from tests.bot.processes import Program, running

_LOOK_SECONDS = 0.1
_PATIENCE_SECONDS = 90
_LEFT_TO_DO = text(
    "SELECT (SELECT count(*) FROM inbox WHERE state = 'open')"
    " + (SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending'))"
)


@dataclass
class Balancer:
    """Round robin over those whose /readyz is 200; who cannot be reached is passed over."""

    http: aiohttp.ClientSession
    url: str = ""
    programs: list[Program] = field(default_factory=list)
    takes_work: set[str] = field(default_factory=set)
    passed: Counter[str] = field(default_factory=Counter)
    _turns: Any = field(default_factory=count)

    async def watch(self) -> None:
        """Ask everybody, again and again."""
        while True:
            self.takes_work = {one.url for one in self.programs if await self._is_ready(one.url)}
            await asyncio.sleep(_LOOK_SECONDS)

    async def _is_ready(self, url: str) -> bool:
        try:
            async with self.http.get(f"{url}/readyz") as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    async def push(self, request: web.Request) -> web.Response:
        """Hand a push on; 502 when it broke on the way, so that Telegram repeats it."""
        body, ready = await request.read(), sorted(self.takes_work)
        turn = next(self._turns)
        for at in range(len(ready)):
            url = ready[(turn + at) % len(ready)]
            try:
                async with self.http.post(
                    f"{url}{request.path}", data=body, headers=_passed_on(request)
                ) as answer:
                    self.passed[url] += answer.status == 200
                    return web.Response(status=answer.status)
            except aiohttp.ClientConnectorError:
                continue
            except aiohttp.ClientError:
                return web.Response(status=502)
        return web.Response(status=503)


def _passed_on(request: web.Request) -> dict[str, str]:
    return {name: value for name, value in request.headers.items() if name.startswith("X-")}


@dataclass
class Fleet:
    """Starts and stops processes, lets people write, and reads what they were answered."""

    folder: Path
    url: str
    telegram: str
    http: aiohttp.ClientSession
    balancer: Balancer
    database: Database
    stack: AsyncExitStack
    _numbers: Any = field(default_factory=count)

    async def starts(self) -> Program:
        """One more process; it is ready, and the balancer knows."""
        settings: dict[str, Any] = {
            "DATABASE_URL": self.url,
            "BOT_TOKEN": SANDBOX_TOKEN,
            "TELEGRAM_API_URL": self.telegram,
            "ADMIN_IDS": "9001",
            "WEBHOOK_URL": self.balancer.url,
            "WEBHOOK_SECRET": "a-secret-of-sixteen",
            "DRAIN_SECONDS": "2",
        }
        place = self.folder / f"process-{next(self._numbers)}"
        program = await self.stack.enter_async_context(running(place, **settings))
        await program.ready()
        self.balancer.programs.append(program)
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while program.url not in self.balancer.takes_work:  # noqa: ASYNC110 - it asks by itself
                await asyncio.sleep(_LOOK_SECONDS)
        return program

    async def says(self, seat: str, words: str) -> None:
        """Somebody writes to the bot."""
        body = {"seat": seat, "text": words}
        async with self.http.post(f"{self.telegram}/sandbox/say", json=body) as answer:
            assert answer.status == 200, await answer.text()

    async def read_by(self, seat: str) -> list[str]:
        """First lines of what the bot said to a person."""
        async with self.http.get(
            f"{self.telegram}/sandbox/messages", params={"seat": seat}
        ) as answer:
            shown = (await answer.json())["messages"]
        return [one["text"].splitlines()[0] for one in shown if one["from"]["is_bot"]]

    async def all_done(self, updates: int) -> None:
        """Wait until so many updates arrived, and nothing is left to do."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while await self.counts("inbox") < updates or await self._count(_LEFT_TO_DO):  # noqa: ASYNC110
                await asyncio.sleep(_LOOK_SECONDS)

    async def counts(self, table: str, where: str = "true") -> int:
        """How many rows there are."""
        return await self._count(text(f"SELECT count(*) FROM {table} WHERE {where}"))  # noqa: S608

    async def _count(self, statement: Any) -> int:
        async with self.database.read() as session:
            return int((await (await session.connection()).execute(statement)).scalar_one())


@asynccontextmanager
async def open_fleet(folder: Path, url: str) -> AsyncGenerator[Fleet]:
    """A Telegram and a balancer; processes are started by the test."""
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession())
        sandbox = await open_sandbox(folder / "telegram.db", now=Clock(), token=SANDBOX_TOKEN)
        stack.push_async_callback(sandbox.close)
        app = web.Application()
        sandbox.routes(app)
        telegram = await stack.enter_async_context(_serving(app))
        balancer = Balancer(http)
        app = web.Application()
        app.router.add_post("/telegram/webhook", balancer.push)
        balancer.url = await stack.enter_async_context(_serving(app))
        database = Database(async_database_url(url))
        stack.push_async_callback(database.close)
        async with asyncio.TaskGroup() as group, AsyncExitStack() as programs:
            watching = group.create_task(balancer.watch())
            yield Fleet(folder, url, telegram, http, balancer, database, programs)
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching


@asynccontextmanager
async def _serving(app: web.Application) -> AsyncGenerator[str]:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
