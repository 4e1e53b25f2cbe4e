"""A busy office: 50,000 open tickets and 1,000,000 lines of history in SQLite on disk.

The queue's screen, a search and the statistics each take under a second, for the duty desk, which
sees everything. Times are processor time, which neighbours on the machine disturb least.
"""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

from sqlmodel.ext.asyncio.session import AsyncSession

from benchmarks.an_office import an_office
from benchmarks.figures import Figure, at_most
from benchmarks.many_tickets import RARE, ManyTickets, url_of
from bot.database import Database
from domain.actors import Actor, Grant, Role
from domain.desks import Shelf
from domain.statistics import Dimension, Span
from domain.tickets_said import read_wanted
from services import queues, statistics
from services.office import Office

OPEN = 50_000
EVENTS = 1_000_000
RUNS = 3
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
SEARCHES = {
    "a number": "000100",
    "a company": "白杨精密机械88",
    "words of many": "消防验收",
    "words of one, long ago": RARE,
    "a state and a kind": "待受理 融资",
    "a state": "已超时",
    "a state and rare words": f"办结 {RARE}",
}

#: Something the office looks at.
Look = Callable[[AsyncSession, Actor, Office], Awaitable[object]]


def figures() -> Iterator[Figure]:
    """Seconds of each look, the best of several."""
    office = an_office()
    looks: dict[str, Look] = {
        "the queue's screen": _queue,
        **{f"a search: {name}": _search(words) for name, words in SEARCHES.items()},
        "statistics of a month, by category": _statistics(Span.LAST_MONTH),
        "statistics of the year, by category": _statistics(Span.YEAR),
    }
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "office.db"
        ManyTickets(office.catalogue, NOW, open_=OPEN, events=EVENTS).build(path)
        seconds = asyncio.run(_measure(path, office, looks))
    for work, value in seconds.items():
        detail = f"{OPEN:,} open tickets, {EVENTS:,} lines of history"
        yield at_most(work, value, 1, unit="s", detail=detail)


async def _measure(path: Path, office: Office, looks: dict[str, Look]) -> dict[str, float]:
    duty = Actor(person_id=1, name="", locale="zh", grants=frozenset({Grant(Role.DUTY)}))
    database = Database(url_of(path))
    seconds = {name: await _best(database, look, duty, office) for name, look in looks.items()}
    await database.close()
    return seconds


async def _best(database: Database, look: Look, actor: Actor, office: Office) -> float:
    """Processor seconds of the best of several runs, each in a session of its own."""
    seconds = []
    for _ in range(RUNS):
        async with database.write() as session:
            start = process_time()
            await look(session, actor, office)
            seconds.append(process_time() - start)
    return min(seconds)


async def _queue(session: AsyncSession, actor: Actor, office: Office) -> object:
    return await queues.queue(session, actor, Shelf.OVERDUE, office=office, now=NOW)


def _search(words: str) -> Look:
    async def search(session: AsyncSession, actor: Actor, office: Office) -> object:
        found = await queues.find(session, read_wanted(words), actor=actor, office=office, now=NOW)
        assert found
        return found

    return search


def _statistics(span: Span) -> Look:
    async def count(session: AsyncSession, actor: Actor, office: Office) -> object:
        return await statistics.report(
            session,
            span.period(office.today(NOW)),
            departments=statistics.departments_seen(actor),
            dimensions=(Dimension.CATEGORY,),
            office=office,
            now=NOW,
        )

    return count
