"""One process at a time is courier and timekeeper: FAULTS 32, with two databases on one server."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from sqlalchemy import text

from bot.clock import Clock
from bot.database import Database
from bot.leader import Leader, NotLeading
from bot.settings import SANDBOX_TOKEN, async_database_url
from domain.screens import Html, Screen
from models import Person
from sandbox.seats import SEAT_BY_KEY
from sandbox.server import open_sandbox
from services import messages
from services.messages import Address
from tests import postgres
from tests.bot.bad_wire import bad_wire
from tests.bot.processes import running

_SOON = 15


class Shift:
    """What a leader does: it notes that it is at work until it is told to stop."""

    def __init__(self, name: str, at_work: set[str]) -> None:
        self.name = name
        self.at_work = at_work
        self.began = asyncio.Event()
        self.ended = asyncio.Event()

    async def __call__(self) -> None:
        assert not self.at_work, f"{self.name} began beside {self.at_work}"
        self.at_work.add(self.name)
        self.ended.clear()
        self.began.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.at_work.discard(self.name)
            self.began.clear()
            self.ended.set()


@asynccontextmanager
async def reigning(url: str, work: Callable[[], Awaitable[None]]) -> AsyncGenerator[Leader]:
    """A process that would lead; it ends with the block."""
    database = Database(url)
    leader = Leader(database)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(leader.reign(work))
        yield leader
        task.cancel()
    await database.close()


async def test_fault_32_the_second_waits_and_takes_over_when_the_first_is_gone(
    postgres_url: str,
) -> None:
    at_work: set[str] = set()
    first, second = Shift("first", at_work), Shift("second", at_work)
    async with reigning(postgres_url, first), asyncio.timeout(_SOON):
        await first.began.wait()
        async with reigning(postgres_url, second) as heir:
            await _waits_for_lock(postgres_url)
            assert not heir.leads

            await _cut(postgres_url, "granted")

            await second.began.wait()
            assert (heir.leads, first.ended.is_set(), at_work) == (True, True, {"second"})


async def test_fault_32_a_leader_that_lost_its_connection_stops_and_leads_again(
    postgres_url: str,
) -> None:
    shift = Shift("only", set())
    async with reigning(postgres_url, shift) as leader, asyncio.timeout(_SOON):
        await shift.began.wait()

        await _cut(postgres_url, "granted")

        await shift.ended.wait()
        await shift.began.wait()
        assert leader.leads


@pytest.mark.postgres
async def test_fault_32_who_has_not_noticed_that_the_lock_is_gone_can_write_nothing(
    postgres_url: str,
) -> None:
    """The server saw the connection end, the leader did not; its heir begins at once."""
    first, second = Shift("first", set()), Shift("second", set())
    async with (
        bad_wire(postgres_url) as wire,
        reigning(wire.url, first) as old,
        asyncio.timeout(_SOON),
    ):
        await first.began.wait()
        await _write(old.database)
        async with reigning(postgres_url, second) as heir:
            await _waits_for_lock(postgres_url)

            wire.hang_up_on_server(0)

            await second.began.wait()
            with pytest.raises(NotLeading):
                await _write(old.database, 2)
            await _write(heir.database, 2)
            await first.ended.wait()


@pytest.mark.postgres
async def test_fault_32_a_silent_leader_stops_by_itself_and_what_it_began_is_undone(
    postgres_url: str,
) -> None:
    """As when its machine is cut off, or its process is stopped, in the middle of a write."""
    at_work: set[str] = set()
    first, second = Shift("first", at_work), Shift("second", at_work)
    async with (
        bad_wire(postgres_url) as wire,
        reigning(wire.url, first) as old,
        asyncio.timeout(_SOON * 2),
    ):
        await first.began.wait()
        await old.until_sure()
        async with reigning(postgres_url, second) as heir, asyncio.TaskGroup() as group:
            await _waits_for_lock(postgres_url)
            in_the_middle, silent = asyncio.Event(), asyncio.Event()
            writing = group.create_task(_write_slowly(old.database, in_the_middle, silent))
            await in_the_middle.wait()

            wire.go_silent()
            silent.set()

            await second.began.wait()
            assert (old.leads, heir.leads, at_work) == (False, True, {"second"})
            sends = group.create_task(old.until_sure())
            await _write(heir.database)
            assert not sends.done()
            sends.cancel()
            writing.cancel()


async def _write(database: Database, telegram_id: int = 1) -> None:
    """Would wait for the same person's row, if somebody else were still writing it."""
    async with database.write() as session:
        session.add(Person(telegram_id=telegram_id, name="王", created_at=Clock()()))


async def _write_slowly(database: Database, begun: asyncio.Event, go_on: asyncio.Event) -> None:
    async with database.write() as session:
        session.add(Person(telegram_id=1, name="王", locale="zh", created_at=Clock()()))
        await session.flush()
        begun.set()
        await go_on.wait()


async def test_on_sqlite_it_leads_at_once(sqlite_url: str) -> None:
    shift = Shift("only", set())
    async with reigning(sqlite_url, shift), asyncio.timeout(_SOON):
        await shift.began.wait()


async def _waits_for_lock(url: str) -> None:
    """Return when somebody waits for the lock in vain."""
    database = Database(url)
    try:
        while not await _holders(database, "NOT granted"):  # noqa: ASYNC110 - PostgreSQL waits
            await asyncio.sleep(0.05)
    finally:
        await database.close()


async def _cut(url: str, which: str) -> None:
    """Let the server end the connections that hold the lock."""
    database = Database(url)
    for pid in await _holders(database, which):
        async with database.write() as session:
            statement = text("SELECT pg_terminate_backend(:pid)").bindparams(pid=pid)
            await session.exec(statement)  # type: ignore[call-overload]
    await database.close()


async def _holders(database: Database, which: str) -> list[int]:
    statement = text(
        "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND database = "  # noqa: S608
        f"(SELECT oid FROM pg_database WHERE datname = current_database()) AND {which}"
    )
    async with database.read() as session:
        return [row[0] for row in (await session.exec(statement)).all()]  # type: ignore[call-overload]


@pytest.mark.long
@pytest.mark.postgres
async def test_fault_32_a_killed_leader_is_replaced_and_what_others_commit_is_delivered(
    postgres_server: postgres.Server, tmp_path: Path
) -> None:
    """Two real processes on one database; the local Telegram stands beside them."""
    async with _telegram(tmp_path) as telegram, aiohttp.ClientSession() as http:
        with postgres_server.fresh_database() as url:
            settings: dict[str, Any] = {
                "DATABASE_URL": url,
                "BOT_TOKEN": SANDBOX_TOKEN,
                "TELEGRAM_API_URL": telegram,
                "ADMIN_IDS": "9001",
            }
            async with running(tmp_path / "one", **settings) as first:
                await first.ready()
                await _say(http, telegram, "/help")
                await _answered(http, telegram, 1)
                async with running(tmp_path / "two", **settings) as second:
                    await second.ready()
                    await first.is_killed()
                    await _say(http, telegram, "/help")
                    await _answered(http, telegram, 2)
                    await _owe_from_outside(async_database_url(url))
                    await _answered(http, telegram, 3)
                    ended = await second.is_told_to_stop()
            async with http.get(f"{telegram}/sandbox/rejected") as answer:
                refused = (await answer.json())["rejected"]

    assert (ended.status, "Traceback" in ended.errors) == (0, False)
    assert 409 not in [one["error_code"] for one in refused], "only the leader polls"


@asynccontextmanager
async def _telegram(folder: Path) -> AsyncGenerator[str]:
    sandbox = await open_sandbox(folder / "telegram.db", now=Clock(), token=SANDBOX_TOKEN)
    app = web.Application()
    sandbox.routes(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()
    await sandbox.close()


async def _say(http: aiohttp.ClientSession, telegram: str, words: str) -> None:
    body = {"seat": "company", "text": words}
    async with http.post(f"{telegram}/sandbox/say", json=body) as answer:
        assert answer.status == 200


async def _answered(http: aiohttp.ClientSession, telegram: str, count: int) -> None:
    """Wait until the bot has said so many things to the company."""
    seen = 0
    async with asyncio.timeout(30):
        while seen < count:
            async with http.get(
                f"{telegram}/sandbox/messages", params={"seat": "company"}
            ) as answer:
                shown = (await answer.json())["messages"]
            seen = sum(one["from"]["is_bot"] for one in shown)
            await asyncio.sleep(0.05)
    assert seen == count


async def _owe_from_outside(url: str) -> None:
    database = Database(url)
    place = Address(int(SANDBOX_TOKEN.partition(":")[0]), SEAT_BY_KEY["company"].user_id)
    async with database.write() as session:
        await messages.owe(session, place, Screen(Html("别处写下的")), now=Clock()())
    await database.close()
