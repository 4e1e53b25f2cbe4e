"""What an idle tick costs with a thousand and with a million pending notices, on both databases.

The bot's own jobs in the bot's own transactions; nothing is due. The rows are made by the database
itself, and the two sizes take turns, so that a busy machine slows both alike.
"""

import asyncio
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter
from zoneinfo import ZoneInfo

from sqlalchemy import text

from benchmarks.figures import Figure, at_most
from bot.database import Database, upgrade
from bot.settings import async_database_url
from domain.words import Words
from scheduler.timetable import DUE_NOTICES, TIMETABLE, Job
from services.catalogue import load
from services.office import Office
from services.work_calendar import build_calendar, load_limits
from tests import postgres

CATALOGUE = Path(__file__).parents[1] / "catalogue"
FEW, MANY = 1_000, 1_000_000
LIMIT = 1.3
ROUNDS = 400
NOW = datetime(2026, 11, 23, 2, 12, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
#: What ticks: the job that says what is due, and all that look at notices.
TICKS: dict[str, tuple[Job, ...]] = {
    "due notices": (DUE_NOTICES,),
    "every job on notices": tuple(
        job for job in TIMETABLE if job.name in {"due_notices", "digests", "clean_up"}
    ),
}

#: A year of reminders, the first in a minute, nine to a ticket.
_MAKE = {
    True: """
        INSERT INTO notice
            (id, kind, subject, subject_id, details, urgent,
            due_at, key, state, created_at, version)
        WITH RECURSIVE counted(n) AS
            (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < :many)
        SELECT n, 'task_overdue', 'ticket', n / 9, '{}', 0,
            strftime('%Y-%m-%d %H:%M:%f', :now, '+' || (60 + 31 * n) || ' seconds'),
            'pending-' || n, 'open', :now, 1
        FROM counted""",
    False: """
        INSERT INTO notice
            (id, kind, subject, subject_id, details, urgent,
            due_at, key, state, created_at, version)
        SELECT n, 'task_overdue', 'ticket', n / 9, '{}', false,
            CAST(:now AS timestamptz) + (60 + 31 * n) * interval '1 second',
            'pending-' || n, 'open', CAST(:now AS timestamptz), 1
        FROM generate_series(1, CAST(:many AS bigint)) AS n""",
}


def figures() -> Iterator[Figure]:
    """A ratio for each database and each thing that ticks."""
    with tempfile.TemporaryDirectory() as folder:
        urls = [f"sqlite+aiosqlite:///{folder}/{name}.db" for name in ("few", "many")]
        for url in urls:
            upgrade(url)
        yield from asyncio.run(_measure("SQLite", *urls))
    with postgres.open_server() as server:
        server.make_template(lambda url: upgrade(async_database_url(url)))
        with server.fresh_database() as few, server.fresh_database() as many:
            urls = [async_database_url(url) for url in (few, many)]
            yield from asyncio.run(_measure("PostgreSQL", *urls))


async def _measure(name: str, few_url: str, many_url: str) -> list[Figure]:
    few, many = Database(few_url), Database(many_url)
    office = _office()
    await _fill(few, FEW)
    await _fill(many, MANY)
    found = [await _ratio(name, tick, few, many, office) for tick in TICKS]
    await few.close()
    await many.close()
    return found


async def _fill(database: Database, many: int) -> None:
    now = NOW.replace(tzinfo=None).isoformat(" ") if database.is_sqlite else NOW
    async with database.write() as session:
        connection = await session.connection()
        await connection.execute(text(_MAKE[database.is_sqlite]), {"many": many, "now": now})
    if not database.is_sqlite:  # as the server does by itself after so many rows
        async with database.write() as session:
            await (await session.connection()).execute(text("ANALYZE notice"))


async def _ratio(name: str, tick: str, few: Database, many: Database, office: Office) -> Figure:
    costs: dict[int, list[float]] = {FEW: [], MANY: []}
    for number in range(ROUNDS):
        for size, database in ((FEW, few), (MANY, many)):
            seconds = await _tick(database, TICKS[tick], office)
            if number > ROUNDS // 10:
                costs[size].append(seconds)
    before, after = median(costs[FEW]), median(costs[MANY])
    return at_most(
        f"{name}: {tick}, idle",
        after / before,
        LIMIT,
        unit="x",
        detail=f"{FEW:,} pending {before * 1000:.2f} ms, {MANY:,} pending {after * 1000:.2f} ms",
    )


async def _tick(database: Database, jobs: tuple[Job, ...], office: Office) -> float:
    start = perf_counter()
    for job in jobs:
        assert job.work is not None
        async with database.write() as session:
            await job.work(session, office, NOW)
    return perf_counter() - start


def _office() -> Office:
    return Office(
        name=Words(zh="基准", en="Benchmark"),
        bot_id=1,
        bot_username="benchmark_bot",
        default_locale="zh",
        administrators=frozenset(),
        zone=ZONE,
        catalogue=load(CATALOGUE),
        calendar=build_calendar(CATALOGUE, ZONE),
        limits=load_limits(CATALOGUE),
    )
