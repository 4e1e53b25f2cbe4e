"""A day off declared in an office with thousands of open tickets: the look before it is saved, and
the transactions in which the promises follow, none of them over 200 ms.

Times are processor time, which neighbours on the machine disturb least.
"""

import asyncio
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from time import process_time

from benchmarks.an_office import an_office
from benchmarks.figures import Figure, at_most
from benchmarks.many_tickets import ManyTickets, url_of
from bot.database import Database
from domain.calendar_changes import CalendarPatch, ChangeSource
from scheduler.calendar_reckoning import reckon
from services import calendar_changes
from services.office import Office

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
OPEN, EVENTS = 2_000, 40_000
#: Slices that are timed; what moves first is like what moves last.
SLICES = 60
PATCH = CalendarPatch(days={date(2026, 11, 24): False})


def figures() -> Iterator[Figure]:
    """Milliseconds: the look beforehand, the longest write, the longest read between."""
    office = an_office()
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "office.db"
        ManyTickets(office.catalogue, NOW, open_=OPEN, events=EVENTS).build(path)
        looked, written, compared = asyncio.run(_measure(path, office))
    detail = f"{OPEN:,} open tickets"
    yield at_most("what a change would move", looked * 1000, 1000, unit="ms", detail=detail)
    yield at_most("the longest write", written * 1000, 200, unit="ms", detail=detail)
    yield at_most("the longest read between", compared * 1000, 1000, unit="ms", detail=detail)


async def _measure(path: Path, office: Office) -> tuple[float, float, float]:
    database = Database(url_of(path))
    async with database.read() as session:
        begun = process_time()
        await calendar_changes.effect(session, PATCH, office=office, now=NOW)
        looked = process_time() - begun
    async with database.write() as session:
        change = await calendar_changes.propose(
            session, PATCH, actor=None, source=ChangeSource.COMMAND, office=office, now=NOW
        )
        await calendar_changes.save(session, change.id, actor=None, office=office, now=NOW)
        district = await calendar_changes.in_force(session)
    changed = replace(
        office, calendar=calendar_changes.calendar_with(office, district), calendar_change=1
    )
    written, compared = await _follow(database, changed)
    await database.close()
    return looked, written, compared


async def _follow(database: Database, office: Office) -> tuple[float, float]:
    written = compared = 0.0
    for _ in range(SLICES):
        begun = process_time()
        async with database.read() as session:
            work = await reckon(session, office, NOW)
        compared = max(compared, process_time() - begun)
        if work is None:
            break
        begun = process_time()
        async with database.write() as session:
            await work(session, office, NOW)
        written = max(written, process_time() - begun)
    return written, compared
