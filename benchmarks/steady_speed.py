"""People who write steadily, twenty a second, while a broadcast runs: how soon is each answered?

The bot's parts as they run: updates are pushed, the courier keeps the pace that Telegram asks for,
jobs are done as they fall due. Telegram is a server in a process of its own.
"""

import asyncio
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.answering import answering_server
from benchmarks.bot_house import p95
from benchmarks.crowd import Json, Town, open_town
from benchmarks.figures import Figure, at_most
from bot.database import upgrade
from domain.screens import Html, Screen
from services import messages
from services.messages import Address

PER_SECOND, SECONDS = 20, 30
BROADCAST, FIRST_OF_THEM = 10_000, 100_001
LIMIT = 150


def figures() -> Iterator[Figure]:
    """From the update to the first call about its chat: 95 of 100 stay within."""
    with tempfile.TemporaryDirectory() as folder, answering_server() as address:
        url = f"sqlite+aiosqlite:///{folder}/bot.db"
        upgrade(url)
        yield asyncio.run(_measure(url, Path(folder), address))


async def _measure(url: str, folder: Path, address: str) -> Figure:
    async with open_town(url, folder, address, paced=True) as town:
        await _owe_a_broadcast(town)
        async with asyncio.TaskGroup() as group:
            parts = [group.create_task(town.intake.work()), group.create_task(town.ticker.run())]
            times = await _write_steadily(town)
            for part in parts:
                part.cancel()
    detail = (
        f"median {median(times):.0f}, slowest {max(times):.0f} of {len(times)};"
        f" load {os.getloadavg()[0]:.1f}"
    )
    work = f"update to first call, {PER_SECOND}/s in a broadcast, p95"
    return at_most(work, p95(times), LIMIT, unit="ms", detail=detail)


async def _owe_a_broadcast(town: Town) -> None:
    screen = Screen(Html("您关注的政策有更新。"))
    async with town.database.write() as session:
        for chat in range(FIRST_OF_THEM, FIRST_OF_THEM + BROADCAST):
            place = Address(town.bot.id, chat)
            await messages.owe(session, place, screen, now=town.clock(), broadcast=True)
    town.courier.wake.set()


async def _write_steadily(town: Town) -> list[float]:
    """Milliseconds of each reply, in the order of the updates."""
    loop = asyncio.get_running_loop()
    timed, end = [], loop.time() + SECONDS
    async with asyncio.TaskGroup() as group:
        while loop.time() < end:
            for _, update in town.crowd.backlog():
                timed.append(group.create_task(_timed(town, update)))
                await asyncio.sleep(1 / PER_SECOND)
    return [task.result() for task in timed]


async def _timed(town: Town, update: Json) -> float:
    reached = town.board.expect(_writer(update))
    began = perf_counter()
    await town.intake.store([update])
    return (await reached - began) * 1000


def _writer(update: Json) -> int:
    event = update.get("callback_query") or update["message"]
    return int(event.get("message", event)["chat"]["id"])
