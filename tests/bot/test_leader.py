"""One process at a time is courier and timekeeper: FAULTS 32, with two databases on one server."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text

from bot.database import Database
from bot.leader import Leader

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


@pytest.fixture
def on_postgres(database: Database) -> str:
    if database.is_sqlite:
        pytest.skip("on SQLite a lock on the folder lets one process start at all")
    return database.url


async def test_the_second_waits_and_takes_over_when_the_first_is_gone(on_postgres: str) -> None:
    at_work: set[str] = set()
    first, second = Shift("first", at_work), Shift("second", at_work)
    async with reigning(on_postgres, first), asyncio.timeout(_SOON):
        await first.began.wait()
        async with reigning(on_postgres, second) as heir:
            await _waits_for_lock(on_postgres)
            assert not heir.leads

            await _cut(on_postgres, "granted")

            await second.began.wait()
            assert (heir.leads, first.ended.is_set(), at_work) == (True, True, {"second"})


async def test_a_leader_that_lost_its_connection_stops_and_leads_again(on_postgres: str) -> None:
    shift = Shift("only", set())
    async with reigning(on_postgres, shift) as leader, asyncio.timeout(_SOON):
        await shift.began.wait()

        await _cut(on_postgres, "granted")

        await shift.ended.wait()
        await shift.began.wait()
        assert leader.leads


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
