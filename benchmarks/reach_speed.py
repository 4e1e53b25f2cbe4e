"""Reach: a million companies in SQLite on disk before one measure, against zen-engine.

The measure is srdi-sme, which has the most criteria. Both read the same rows of the same file, and
must say the same of them. zen-engine has its fastest form of a decision graph, judges a sample, and
is scaled to the million. Nothing is kept between runs but what the system keeps of the file. Times
are processor time, which neighbours on the machine disturb least.
"""

import asyncio
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import process_time

from benchmarks import zen_srdi
from benchmarks.figures import Figure, at_least, at_most
from benchmarks.many_companies import build, url_of
from bot.database import Database
from domain.catalogue import Catalogue
from domain.measures import Measure
from domain.verdicts import Outcome
from services import reach
from services.catalogue import load

COMPANIES = 1_000_000
FEWER = 100_000
"""What a company costs among the many is compared with what it costs among these."""

SAMPLE = 30_000
"""Rows that zen-engine judges."""

RUNS = 3
TODAY = date(2026, 11, 23)
CATALOGUE = Path(__file__).parents[1] / "catalogue"


@dataclass(frozen=True, slots=True)
class Seconds:
    """What it takes for all companies."""

    listing: float
    counting: float


def figures() -> Iterator[Figure]:
    """How many times faster than zen-engine, and whether ten times the companies cost ten times."""
    catalogue = load(CATALOGUE)
    measure = catalogue.measure("srdi-sme")
    assert measure is not None
    with tempfile.TemporaryDirectory() as directory:
        path, smaller = Path(directory) / "many.db", Path(directory) / "fewer.db"
        build(path, COMPANIES, catalogue, TODAY)
        build(smaller, FEWER, catalogue, TODAY)
        _check(path, catalogue, measure)
        many, fewer = (_ours(one, catalogue, measure) for one in (path, smaller))
        zens = _zens(path)
    yield _to_zen("listing the eligible", many.listing, zens.listing, 30)
    yield _to_zen("counting by outcome", many.counting, zens.counting, 10)
    yield _linear("listing", many.listing, fewer.listing)
    yield _linear("counting", many.counting, fewer.counting)


def _to_zen(work: str, ours: float, theirs: float, limit: float) -> Figure:
    detail = f"{ours:.2f} s; zen-engine {theirs:.1f} s, scaled from {SAMPLE:,} rows"
    return at_least(f"{work}, to zen-engine", theirs / ours, limit, detail=detail)


def _linear(work: str, many: float, fewer: float) -> Figure:
    ratio = (many / COMPANIES) / (fewer / FEWER)
    detail = f"a company of {COMPANIES:,} to one of {FEWER:,}"
    return at_most(f"{work}, cost a company", ratio, 1.5, unit="x", detail=detail)


def _check(path: Path, catalogue: Catalogue, measure: Measure) -> None:
    """Both say the same of the sample."""
    for outcome in (Outcome.ELIGIBLE, Outcome.INELIGIBLE):
        ours = asyncio.run(_reached(path, catalogue, measure, outcome))
        zens = zen_srdi.outcomes(path, zen_srdi.OUTCOME, TODAY, SAMPLE)
        assert [key for key in ours if key <= SAMPLE] == [
            key for key, one in zens if one == outcome
        ]


def _ours(path: Path, catalogue: Catalogue, measure: Measure) -> Seconds:
    return Seconds(
        listing=_best(lambda: asyncio.run(_reached(path, catalogue, measure))),
        counting=_best(lambda: asyncio.run(_counted(path, catalogue, measure))),
    )


def _best(work: Callable[[], object]) -> float:
    """Processor seconds of the best of several runs."""
    seconds = []
    for _ in range(RUNS):
        start = process_time()
        work()
        seconds.append(process_time() - start)
    return min(seconds)


async def _reached(
    path: Path, catalogue: Catalogue, measure: Measure, outcome: Outcome = Outcome.ELIGIBLE
) -> list[int]:
    database = Database(url_of(path))
    async with database.read() as session:
        found = await reach.reached(session, catalogue, measure, TODAY, outcome=outcome)
    await database.close()
    return found


async def _counted(path: Path, catalogue: Catalogue, measure: Measure) -> reach.Counts:
    database = Database(url_of(path))
    async with database.read() as session:
        counts = await reach.count(session, catalogue, measure, TODAY)
    await database.close()
    return counts


def _zens(path: Path) -> Seconds:
    def scaled(expression: str) -> float:
        def judge() -> None:
            for _ in zen_srdi.outcomes(path, expression, TODAY, SAMPLE):
                pass

        return _best(judge) * COMPANIES / SAMPLE

    return Seconds(scaled(zen_srdi.ELIGIBLE), scaled(zen_srdi.OUTCOME))
