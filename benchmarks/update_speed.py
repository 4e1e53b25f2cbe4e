"""Updates through the whole path, beside aiogram's echo that inserts one row and commits.

First with the same handler, which is what the path itself costs. Then with what people do: a round
is a backlog of what a crowd does next, stored in the Inbox, given effect, handed to Telegram and
marked; the echo takes the same updates one at a time and sends a message for each.
Both speak to the same Telegram, which is a server in a process of its own, as it would be, and once
more within the process, where the network costs neither of them anything. Rounds take turns, so
that a busy machine slows both alike. What an update leaves to be said to others (desk cards) is
said between the rounds and not counted.
"""

import asyncio
import os
import tempfile
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

from aiogram import BaseMiddleware, Bot
from aiogram.types import TelegramObject

from benchmarks.answering import answering_server
from benchmarks.bot_house import p95
from benchmarks.crowd import COMPANIES, KINDS, Json, Town, open_town
from benchmarks.echo import Echo, open_echo, our_echo
from benchmarks.figures import Figure, at_least, at_most
from bot.database import upgrade
from bot.intake import Intake
from bot.middlewares import Arrival
from bot.settings import async_database_url
from bot.unit_of_work import Case
from bot.update_reading import read_update
from handlers import routing
from tests import postgres

ROUNDS = 6
LIMIT = {"SQLite": 1.0, "PostgreSQL": 2.0}
IDLE = 200
IDLE_LIMIT = 10
ROUTING_LIMIT = 15


def figures() -> Iterator[Figure]:
    """Ratios of updates a second, the latency of an idle bot, and what routing adds."""
    with tempfile.TemporaryDirectory() as folder, answering_server() as address:
        paths = [Path(folder) / name for name in ("server", "within")]
        for path in paths:
            path.mkdir()
        urls = [(_sqlite(path / "bot.db"), _sqlite(path / "echo.db")) for path in paths]
        yield from asyncio.run(_through("SQLite", *urls[0], paths[0], address))
        yield from asyncio.run(_through("SQLite", *urls[1], paths[1], None))
        with postgres.open_server() as server:
            server.make_template(lambda url: upgrade(async_database_url(url)))
            with server.fresh_database() as ours, server.fresh_database() as theirs:
                urls_of_both = async_database_url(ours), async_database_url(theirs)
                yield from asyncio.run(_through("PostgreSQL", *urls_of_both, Path(folder), address))


def _sqlite(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


async def _through(
    name: str, url: str, echo_url: str, folder: Path, address: str | None
) -> list[Figure]:
    if name == "SQLite":
        await asyncio.to_thread(upgrade, url)
    async with AsyncExitStack() as stack:
        town = await stack.enter_async_context(open_town(url, folder, address))
        echo = await stack.enter_async_context(open_echo(echo_url, town.bot))
        await _warm(town, echo)
        told = await _path(name, town, echo) if address else []
        told += await _backlog(name, town, echo, address)
        if name == "SQLite" and address is None:
            told += await _kinds(town, echo)
            told += await _idle_both(town)
            told.append(await _routing(town))
    return told


async def _warm(town: Town, echo: Echo) -> None:
    """The first time, statements are built and patterns compiled."""
    backlog = [update for _, update in town.crowd.backlog()]
    await echo.take(backlog)
    await town.through(backlog)
    await town.say_what_is_due()


async def _path(name: str, town: Town, echo: Echo) -> list[Figure]:
    """The path alone: in our house the handler does what echo's does."""
    async with town.database.write() as session:
        intake = town.intake_with(await our_echo(session))
    await town.through_intake(intake, town.crowd.say("你好"))
    ours, theirs, updates = _Cost(), _Cost(), 0
    for _ in range(ROUNDS):
        said = town.crowd.say("想问问政策")
        await theirs.of(echo.take(said))
        await ours.of(town.through_intake(intake, said))
        updates += len(said)
    return _beside_echo(f"{name}: path, with echo's handler", ours, theirs, updates, LIMIT[name])


async def _backlog(name: str, town: Town, echo: Echo, address: str | None) -> list[Figure]:
    """All kinds, as people mix them."""
    ours, theirs, updates = _Cost(), _Cost(), 0
    for _ in range(ROUNDS):
        backlog = [update for _, update in town.crowd.backlog()]
        await theirs.of(echo.take(backlog))
        await ours.of(town.through(backlog))
        await town.say_what_is_due()
        updates += len(backlog)
    work = f"{name}, {'a server' if address else 'no network'}: backlog of a crowd"
    return _beside_echo(work, ours, theirs, updates, LIMIT[name] if address else None)


def _beside_echo(
    work: str, ours: "_Cost", theirs: "_Cost", updates: int, limit: float | None
) -> list[Figure]:
    """How much of echo's speed we have, by what passed and by what the processor worked."""
    load = f"load {os.getloadavg()[0]:.1f}"
    passed, worked = theirs.passed / ours.passed, theirs.worked / ours.worked
    rates = f"{updates / ours.passed:.0f}/s, echo {updates / theirs.passed:.0f}/s; {load}"
    each = [1000 * cost.worked / updates for cost in (ours, theirs)]
    by_processor = f"{each[0]:.1f} ms each, echo {each[1]:.1f} ms; {load}"
    return [
        Figure(work, passed, detail=rates)
        if limit is None
        else at_least(work, passed, limit, detail=rates),
        Figure(f"{work}, by the processor", worked, detail=by_processor),
    ]


async def _kinds(town: Town, echo: Echo) -> list[Figure]:
    """Each kind by itself; by the processor, which neighbours on the machine disturb least."""
    ours, theirs = defaultdict[str, _Cost](_Cost), defaultdict[str, _Cost](_Cost)
    count = Counter[str]()
    for _ in range(ROUNDS):
        backlog = town.crowd.backlog()
        for kind in KINDS:
            updates = [update for one, update in backlog if one == kind]
            await theirs[kind].of(echo.take(updates))
            await ours[kind].of(town.through(updates))
            count[kind] += len(updates)
        await town.say_what_is_due()
    return [
        Figure(
            f"SQLite, no network: {kind}, by the processor",
            theirs[kind].worked / ours[kind].worked,
            detail=f"{1000 * ours[kind].worked / count[kind]:.1f} ms each, {count[kind]} of them",
        )
        for kind in KINDS
        if count[kind]
    ]


@dataclass
class _Cost:
    """Seconds that passed, and that the processor worked for this process, threads and all."""

    passed: float = 0.0
    worked: float = 0.0

    async def of(self, work: Awaitable[None]) -> None:
        """Add what this takes."""
        passed, worked = perf_counter(), process_time()
        await work
        self.passed += perf_counter() - passed
        self.worked += process_time() - worked


async def _idle_both(town: Town) -> list[Figure]:
    async with town.database.write() as session:
        echo = town.intake_with(await our_echo(session))
    crowd = town.crowd
    return [
        await _idle("idle, echo's handler", town, echo, lambda who: (who, crowd.said(who, "在吗"))),
        await _idle("idle, the menu", town, town.intake, lambda who: (who, crowd.menu(who)[1])),
    ]


async def _idle(
    work: str, town: Town, intake: Intake, says: Callable[[int], tuple[int, Json]]
) -> Figure:
    """One update at a time, from its arrival to the first call about it."""
    times = []
    async with asyncio.TaskGroup() as group:
        working = group.create_task(intake.work())
        for number in range(IDLE):
            who, update = says(number % COMPANIES + 1)
            reached = town.board.expect(who)
            start = perf_counter()
            await intake.store([update])
            times.append((await reached - start) * 1000)
            await town.courier.wait_until_idle()
        working.cancel()
    detail = f"median; p95 {p95(times):.1f} ms, of {IDLE}; load {os.getloadavg()[0]:.1f}"
    return at_most(f"SQLite: {work}", median(times), IDLE_LIMIT, unit="ms", detail=detail)


class _Stopwatch(BaseMiddleware):
    """Seconds that pass within."""

    def __init__(self) -> None:
        self.seconds = 0.0

    async def __call__(self, handler: Any, event: TelegramObject, data: Json) -> Any:
        with self.running():
            return await handler(event, data)

    @contextmanager
    def running(self) -> Iterator[None]:
        start = perf_counter()
        try:
            yield
        finally:
            self.seconds += perf_counter() - start


async def _routing(town: Town) -> Figure:
    """What is neither the handler's work nor the finding of who asks is routing."""
    whole, arrival, handler = _Stopwatch(), _Stopwatch(), _Stopwatch()
    dispatcher, untimed = town.dispatcher, routing.call

    async def timed(*given: Any, **named: Any) -> Any:
        with handler.running():
            return await untimed(*given, **named)

    routing.call = timed
    outer = dispatcher.update.outer_middleware
    (settles,) = [one for one in outer if isinstance(one, Arrival)]
    outer.unregister(settles)
    for one in (arrival, settles, within := _Stopwatch()):
        outer.register(one)
    backlog = [update for _, update in town.crowd.backlog()]
    async with town.database.write() as session:
        for raw in backlog:
            update = read_update(raw, town.bot)
            assert update is not None
            case = Case(session, update, office=town.room(), now=town.clock())
            given = {
                "session": session,
                "office": case.office,
                "now": case.now,
                "pressed": case.pressed(),
            }
            await whole(_feeding(dispatcher, town.bot), update, given)
        await session.rollback()
    routing.call = untimed
    bare = handler.seconds + arrival.seconds - within.seconds
    added = 100 * (whole.seconds - bare) / bare
    detail = f"of {len(backlog)} updates, {1000 * whole.seconds / len(backlog):.1f} ms each"
    return at_most("routing, above a bare handler", added, ROUTING_LIMIT, unit="%", detail=detail)


def _feeding(dispatcher: Any, bot: Bot) -> Any:
    async def feed(update: Any, given: Json) -> Any:
        try:
            return await dispatcher.feed_update(bot, update, **given)
        except Exception:  # a refusal is an answer as well
            return None

    return feed
