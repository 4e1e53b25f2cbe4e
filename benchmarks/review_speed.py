"""A full review of 100,000 companies before every measure, with replies going out meanwhile.

One core. Two nights are reviewed: in the first everything is new, before the second an import has
changed two companies in a hundred.
"""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from time import perf_counter, process_time
from typing import NamedTuple

from sqlalchemy import text

from benchmarks.bot_house import COMPANIES, DAY, House, megabytes, one_core, open_house, p95
from benchmarks.figures import Figure, at_most
from models import Fact
from models.companies import FactSource
from scheduler.timetable import DUE_NOTICES, TIMETABLE

CHANGED = {0: "2026-06-01", 10: "2012-06-01"}
"""The founding day that an import gives to each 100th company, by the remainder of its id."""

MORNING = timedelta(hours=6)
REVIEWS = next(job for job in TIMETABLE if job.name == "reviews")


class _Night(NamedTuple):
    """Seconds that a review took, and how many of them the processor worked."""

    seconds: float
    worked: float


def figures() -> Iterator[Figure]:
    """Seconds, megabytes and the reply times during the second night, and alone."""
    with one_core():
        measured = asyncio.run(_measure())
    yield from measured


async def _measure() -> list[Figure]:
    async with open_house() as house:
        alone, _ = await house.talk(until=asyncio.sleep(2))
        first = await _night(house)
        await _import(house)
        house.clock.at += DAY
        before = megabytes()
        replies, second = await house.talk(until=_night(house))
        grown = max(house.megabytes) - before
        told = await _count(house, "notice WHERE kind = 'policy_news'")
        house.clock.at += MORNING
        mornings, _ = await house.talk(until=house.ticker.tick(DUE_NOTICES))
    size = f"{COMPANIES:,} companies x {len(house.room().catalogue.measures)} measures"
    return [
        at_most(
            f"first review: {size}",
            first.seconds,
            60,
            unit="s",
            detail=f"{first.worked:.1f} s of the processor",
        ),
        at_most(
            f"next review: {size}",
            second.seconds,
            60,
            unit="s",
            detail=f"{told} companies told",
        ),
        at_most("memory that the next review added", grown, 64, unit="MB"),
        at_most("reply meanwhile, p95", p95(replies), 300, unit="ms", detail=f"of {len(replies)}"),
        at_most(
            "reply while the digests are said, p95",
            p95(mornings),
            300,
            unit="ms",
            detail=f"of {len(mornings)}",
        ),
        Figure("reply with nothing else going on, p95", p95(alone), "ms"),
    ]


async def _import(house: House) -> None:
    """An import makes each hundredth company younger, and another one older."""
    now = house.clock() + MORNING
    async with house.database.write() as session:
        for remainder, founded in CHANGED.items():
            await session.execute(
                text(
                    "UPDATE company_row SET established_on_first = :on, established_on_last = :on"
                    " WHERE company_id % 100 = :remainder"
                ),
                {"on": founded, "remainder": remainder},
            )
            session.add_all(
                Fact(
                    company_id=company_id,
                    key="established_on",
                    value=founded,
                    source=FactSource.IMPORT,
                    at=now,
                )
                for company_id in range(remainder or 100, COMPANIES + 1, 100)
            )


async def _night(house: House) -> _Night:
    start, worked = perf_counter(), process_time()
    await house.ticker.tick(REVIEWS)
    return _Night(perf_counter() - start, process_time() - worked)


async def _count(house: House, rows: str) -> int:
    async with house.database.read() as session:
        found = await session.execute(text(f"SELECT count(*) FROM {rows}"))  # noqa: S608
        return int(found.scalar_one())
