"""What the process takes of the memory after ten thousand updates, and after a hundred thousand.

The whole path on SQLite, with a Telegram within the process; everybody keeps talking, a round a
minute. It takes a quarter of an hour or more.
"""

import asyncio
import gc
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.bot_house import megabytes
from benchmarks.crowd import Town, open_town
from benchmarks.figures import Figure, at_most
from bot.database import upgrade

FEW, MANY = 10_000, 100_000
LIMIT = 10


def figures() -> Iterator[Figure]:
    """How much more it is, in percent."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/bot.db"
        upgrade(url)
        yield asyncio.run(_measure(url, Path(folder)))


async def _measure(url: str, folder: Path) -> Figure:
    async with open_town(url, folder, None) as town:
        done = await _talk(town, FEW)
        few = _held()
        done += await _talk(town, MANY - done)
        many = _held()
    detail = f"{few:.0f} MB, then {many:.0f} MB after {done:,}"
    grown = 100 * (many / few - 1)
    return at_most(f"memory after {MANY:,} updates", grown, LIMIT, unit="%", detail=detail)


async def _talk(town: Town, updates: int) -> int:
    """At least so many updates; returns how many there were."""
    done = 0
    while done < updates:
        backlog = [update for _, update in town.crowd.backlog()]
        await town.through(backlog)
        await town.say_what_is_due()
        done += len(backlog)
    return done


def _held() -> float:
    gc.collect()
    return megabytes()
