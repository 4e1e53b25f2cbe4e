"""Replies while companies are imported, and while a changed measure is published.

Both commands run as an office runs them: in a process of their own, beside the bot and on the
database it writes to. A published change is read by the bot, which then reviews every company; one
that is handed in by chat is examined by the bot itself.
"""

import asyncio
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from time import perf_counter

import xlsxwriter

from benchmarks.bot_house import House, made_up, open_house, p95
from benchmarks.figures import Figure, at_most
from domain.actors import Actor, Grant, Role
from domain.catalogue import Catalogue
from domain.cells import Column, columns_of, write_cell
from domain.facts import FactDictionary, FactValue, PerYear, Profile
from domain.measures import Measure
from scheduler.timetable import TIMETABLE
from services import publications
from services.measure_files import read_measures, write_measure

ROOT = Path(__file__).parents[1]
ROWS = 10_000
YEARS = range(2023, 2026)
MEASURE, BEFORE, AFTER = "hi-tech-enterprise", "days_before: 365", "days_before: 5475"
"""The change: companies must be fifteen years old instead of one, so that most are concerned."""

LOOK_AGAIN = 0.1
JOBS = {job.name: job for job in TIMETABLE}
EDITOR = Actor(person_id=1, name="王", locale="zh", grants=frozenset({Grant(Role.EDITOR)}))


def figures() -> Iterator[Figure]:
    """The replies in milliseconds, and how long the work took beside them."""
    yield from asyncio.run(_measure())


async def _measure() -> list[Figure]:
    async with open_house() as house, asyncio.TaskGroup() as group:
        await house.ticker.tick(JOBS["reviews"])
        alone, _ = await house.talk(until=asyncio.sleep(3))
        watch = group.create_task(house.room.watch())
        book = house.settings.folder / "companies.xlsx"
        _write_book(book, house.room().catalogue.facts)
        importing, took = await house.talk(until=_command(house, "import", "companies", str(book)))
        change = house.settings.folder / "change.yaml"
        changed = _write_change(change, house.room().catalogue)
        examining, examined = await house.talk(until=_examine(house, changed))
        publishing, published = await house.talk(until=_publish(house, change))
        reviewing, reviewed = await house.talk(until=_timed_review(house))
        watch.cancel()
    return [
        _reply(f"reply while {ROWS:,} companies are imported, p95", importing, took),
        _reply("reply while a change is examined, p95", examining, examined),
        _reply("reply while a measure is published, p95", publishing, published),
        _reply("reply while all are reviewed for it, p95", reviewing, reviewed),
        Figure("reply with nothing else going on, p95", p95(alone), "ms"),
    ]


def _reply(work: str, replies: list[float], seconds: float) -> Figure:
    worst = f"of {len(replies)} in {seconds:.0f} s; the slowest {max(replies):.0f} ms"
    return at_most(work, p95(replies), 300, unit="ms", detail=worst)


def _write_book(path: Path, facts: FactDictionary) -> None:
    random = Random(20261127)
    columns = columns_of(facts, YEARS)
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["name", *(column.name for column in columns[1:])])
        for number in range(1, ROWS + 1):
            profile = made_up(facts, random)
            told = [_told(profile, column) for column in columns[1:]]
            cells = ["" if value is None else write_cell(value) for value in told]
            sheet.write_row(number, 0, [f"新企业{number}", *cells])


def _told(profile: Profile, column: Column) -> FactValue | None:
    value = profile.values.get(column.spec.key)
    if isinstance(value, PerYear):
        return value.year(int(column.year or 0))
    return value


def _write_change(path: Path, catalogue: Catalogue) -> Measure:
    measure = catalogue.measure(MEASURE)
    if measure is None:
        raise LookupError(MEASURE)
    written = write_measure(measure)
    if BEFORE not in written:
        raise LookupError(f"{MEASURE} does not say {BEFORE!r} any more")
    content = written.replace(BEFORE, AFTER).encode()
    path.write_bytes(content)
    (changed,), _ = read_measures([(path.name, content)], catalogue)
    return changed


async def _command(house: House, *words: str) -> float:
    """One command of the bot's own command line; the seconds it took."""
    start = perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", *words),
        cwd=ROOT,
        env={**os.environ, "VAR_DIR": str(house.settings.var_dir)},
        stdout=asyncio.subprocess.DEVNULL,
    )
    if await process.wait():
        raise RuntimeError(f"{' '.join(words)} ended with {process.returncode}")
    return perf_counter() - start


async def _examine(house: House, changed: Measure) -> float:
    """As when an editor hands the change in by chat."""
    start, now = perf_counter(), house.clock()
    async with house.database.write() as session:
        await publications.propose(session, changed, reason="", actor=EDITOR, now=now)
    await house.ticker.tick(JOBS["examinations"])
    return perf_counter() - start


async def _publish(house: House, change: Path) -> float:
    """Until the bot, too, goes by the new measure."""
    start, before = perf_counter(), house.room().published
    await _command(house, "catalogue", "publish", str(change), "--yes", "--confirm")
    while house.room().published == before:  # noqa: ASYNC110 - the bot looks by itself
        await asyncio.sleep(LOOK_AGAIN)
    return perf_counter() - start


async def _timed_review(house: House) -> float:
    start = perf_counter()
    await house.ticker.tick(JOBS["reviews"])
    return perf_counter() - start
