"""Several bot processes on one PostgreSQL: how much more they do, how soon they wake and succeed.

Everything shares this machine: the processes, the database, who writes and who is written to. What
is told of throughput is therefore a ratio to one process in the same run.
"""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, TypeVar

import aiohttp
from sqlmodel import col, func, select

from benchmarks.bot_house import p95
from benchmarks.figures import Figure, at_most
from benchmarks.takes_all import TakesAll, open_takes_all
from bot.clock import Clock
from bot.database import Database, upgrade
from bot.settings import SANDBOX_TOKEN, async_database_url
from models import Inbox
from models.messages import InboxState
from services import inbox
from tests.bot.processes import Program, running
from tests.postgres import Server, open_server

SECRET = "a-secret-of-sixteen"  # noqa: S105
BACKLOG = 500
ROUNDS = 10
REPLIES = 200
PER_SECOND = 20
BOT = int(SANDBOX_TOKEN.partition(":")[0])
Came = TypeVar("Came")
_HEADER = {"X-Telegram-Bot-Api-Secret-Token": SECRET}


@dataclass
class Fleet:
    """Processes in webhook mode, the database they share, and who they write to."""

    url: str
    telegram: TakesAll
    http: aiohttp.ClientSession
    folder: Path
    programs: list[Program] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    async def posts(self, program: Program) -> int:
        """Somebody new writes, and the update comes to this process; the chat."""
        number = next(self._numbers)
        body = said(number)
        url = f"{program.url}/telegram/webhook"
        async with self.http.post(url, json=body, headers=_HEADER) as answer:
            assert answer.status == 200, answer.status
        return number

    async def leader(self) -> Program:
        """The process that is courier; waits until there is one."""
        while True:
            for program in self.programs:
                async with self.http.get(f"{program.url}/metrics") as answer:
                    if "qihang_leads 1.0" in await answer.text():
                        return program
            await asyncio.sleep(0.05)

    @asynccontextmanager
    async def one_more(self) -> AsyncGenerator[Program]:
        """A process that is ready; it is gone after the block."""
        settings: dict[str, Any] = {
            "DATABASE_URL": self.url,
            "BOT_TOKEN": SANDBOX_TOKEN,
            "TELEGRAM_API_URL": self.telegram.url,
            "ADMIN_IDS": "9001",
            "WEBHOOK_URL": "http://127.0.0.1:9",
            "WEBHOOK_SECRET": SECRET,
        }
        folder = self.folder / str(next(self._numbers))
        async with running(folder, **settings) as program:
            await program.ready()
            self.programs.append(program)
            try:
                yield program
            finally:
                with suppress(ValueError):
                    self.programs.remove(program)


def said(number: int) -> dict[str, Any]:
    """An update of a chat of its own."""
    person = {"id": number, "is_bot": False, "first_name": "王"}
    message = {
        "message_id": number,
        "date": 1_790_000_000,
        "chat": {"id": number, "type": "private", "first_name": "王"},
        "from": person,
        "text": "/help",
    }
    return {"update_id": number, "message": message}


def figures() -> Iterator[Figure]:
    """How much more, how soon, and how soon after a death."""
    with open_server() as server:
        server.make_template(lambda url: upgrade(async_database_url(url)))
        alone = 0.0
        for processes in (1, 2, 3):
            seconds = _with_fleet(server, partial(_work_off, processes))
            alone = alone or seconds
            detail = f"{BACKLOG / seconds:.0f} updates/s of a backlog"
            yield Figure(f"processes beside one: {processes}", alone / seconds, detail=detail)
        yield _replies("leader", _with_fleet(server, partial(_answer, by_leader=True)))
        yield _replies("another", _with_fleet(server, partial(_answer, by_leader=False)))
        yield _succession(_with_fleet(server, _succeed))


def _with_fleet(server: Server, measure: Callable[[Fleet], Awaitable[Came]]) -> Came:
    async def run(url: str, folder: str) -> Came:
        async with open_takes_all() as telegram, aiohttp.ClientSession() as http:
            return await measure(Fleet(url, telegram, http, Path(folder)))

    with server.fresh_database() as url, tempfile.TemporaryDirectory() as folder:
        return asyncio.run(run(url, folder))


async def _work_off(processes: int, fleet: Fleet) -> float:
    """Seconds from the first to the last effect of a backlog that is there at once."""
    database = Database(async_database_url(fleet.url))
    async with AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        for _ in range(processes):
            await stack.enter_async_context(fleet.one_more())
        updates = [said(number) for number in range(1, BACKLOG + 1)]
        async with database.write() as session:
            for at in range(0, BACKLOG, 500):
                some = updates[at : at + 500]
                await inbox.store(session, some, bot_id=BOT, now=Clock()())
        done = select(func.count(), func.min(Inbox.done_at), func.max(Inbox.done_at)).where(
            col(Inbox.state) == InboxState.DONE
        )
        while True:
            await asyncio.sleep(0.2)
            async with database.read() as session:
                many, first, last = (await session.exec(done)).one()
            if many == BACKLOG:
                assert first is not None
                assert last is not None
                return (last - first).total_seconds()


async def _answer(fleet: Fleet, *, by_leader: bool) -> list[float]:
    """Milliseconds from the push to the reply; people write so many times a second."""
    async with fleet.one_more(), fleet.one_more(), asyncio.TaskGroup() as group:
        leader = await fleet.leader()
        (other,) = [program for program in fleet.programs if program is not leader]
        timed = []
        for _ in range(REPLIES):
            timed.append(group.create_task(_timed(fleet, leader if by_leader else other)))
            await asyncio.sleep(1 / PER_SECOND)
    return [task.result() for task in timed]


async def _timed(fleet: Fleet, program: Program) -> float:
    began = perf_counter()
    chat = await fleet.posts(program)
    return (await fleet.telegram.first_word(chat) - began) * 1000


async def _succeed(fleet: Fleet) -> list[float]:
    """Seconds from the death of the leader to the first message its heir sends."""
    took = []
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(fleet.one_more())
        for _ in range(ROUNDS):
            heir = await stack.enter_async_context(fleet.one_more())
            leader = await fleet.leader()
            assert leader is not heir
            began = perf_counter()
            leader.process.kill()
            fleet.programs.remove(leader)
            chat = await fleet.posts(heir)
            took.append(await fleet.telegram.first_word(chat) - began)
    return took


def _replies(where: str, times: list[float]) -> Figure:
    detail = f"p50 {median(times):.0f}, slowest {max(times):.0f} of {len(times)}"
    work = f"push to {where} process to reply, p95"
    return at_most(work, p95(times), 150, unit="ms", detail=detail)


def _succession(times: list[float]) -> Figure:
    detail = f"median {median(times):.2f}, slowest {max(times):.2f} of {len(times)}"
    return at_most(
        "kill -9 of the leader to a word of its heir", max(times), 2, unit="s", detail=detail
    )
