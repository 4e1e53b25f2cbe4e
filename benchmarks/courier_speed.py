"""The courier before a Telegram that is strict: 30 calls a second, 1 to a chat, 20 a minute to a
group, each within any such span.

The possible rate is that of somebody who knows when the server counts and whom nothing delays. Each
load is a bot with a database of its own, and the groups, which take little, run beside the people.
It takes four minutes.
"""

import asyncio
import logging
import shutil
import tempfile
from collections.abc import AsyncGenerator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import aiohttp
import structlog

from benchmarks.bot_house import p95
from benchmarks.figures import Figure, at_least, at_most
from benchmarks.strict_telegram import strict_telegram
from bot.checkpoints import Checkpoints
from bot.clock import Clock
from bot.courier import Courier, open_bot
from bot.database import Database, upgrade
from bot.health import Figures
from bot.settings import Settings
from domain.screens import Html, Screen
from services import messages
from services.messages import Address

LOOK_AGAIN = 0.2
REPLIES, BETWEEN_REPLIES = 200, 0.05
BROADCAST = 10_000


@dataclass(frozen=True)
class Load:
    """So many messages to each of so many chats, owed at once."""

    name: str
    chats: tuple[int, ...]
    each: int
    storm: float = 0.0

    @property
    def seconds(self) -> float:
        """How long it takes at least, from the first message to the last."""
        last = self.each - 1
        in_group = last // 20 * 60 + last % 20
        slowest = in_group if any(chat < 0 for chat in self.chats) else last
        return float(max(slowest, (len(self.chats) * self.each - 1) // 30))


GROUPS = Load("5 groups, 60 messages each", tuple(range(-5, 0)), 60)
PEOPLE = (
    Load("3,000 people, a message each", tuple(range(1, 3001)), 1),
    Load("50 people, 40 messages each", tuple(range(1, 51)), 40),
    Load("300 people, 6 each, in a storm of 429", tuple(range(1, 301)), 6, storm=0.05),
)


class Post:
    """A courier at work, and what its Telegram counted."""

    def __init__(
        self, url: str, token: str, database: Database, http: aiohttp.ClientSession
    ) -> None:
        self._url, self._token, self._http = url, token, http
        self.database = database
        self.clock = Clock()
        settings = Settings(_env_file=None, bot_token=token, telegram_api_url=url)
        self.bot = open_bot(settings)
        self.courier = Courier(
            self.bot,
            database,
            self.clock,
            checkpoints=Checkpoints(),
            figures=Figures(),
            wake_ticker=asyncio.Event(),
        )

    async def owe(self, chats: tuple[int, ...], each: int, *, broadcast: bool = False) -> None:
        """Owe messages, chat by chat: the worst order for who looks at the oldest only."""
        screen = Screen(Html("您关注的政策有更新。"))
        async with self.database.write() as session:
            for chat in chats:
                place = Address(self.bot.id, chat)
                for _ in range(each):
                    await messages.owe(
                        session, place, screen, now=self.clock(), broadcast=broadcast
                    )
        self.courier.wake.set()

    async def storm(self, share: float) -> None:
        """Let the server refuse for no reason."""
        async with self._http.post(f"{self._url}/storm/{self._token}", data=str(share)):
            return

    async def report(self) -> dict[str, Any]:
        """What the server counted."""
        async with self._http.get(f"{self._url}/report/{self._token}") as answer:
            counted: dict[str, Any] = await answer.json()
            return counted

    async def until_accepted(self, count: int) -> dict[str, Any]:
        """Wait until so many were accepted."""
        while len((counted := await self.report())["accepted"]) < count:  # noqa: ASYNC110 - it is asked
            await asyncio.sleep(LOOK_AGAIN)
        return counted


@asynccontextmanager
async def _post(url: str, number: int, template: Path) -> AsyncGenerator[Post]:
    async with AsyncExitStack() as stack:
        copy = template.with_name(f"{number}.db")
        shutil.copy(template, copy)
        database = Database(f"sqlite+aiosqlite:///{copy}")
        stack.push_async_callback(database.close)
        http = await stack.enter_async_context(aiohttp.ClientSession())
        post = Post(url, f"{number}:token-of-a-benchmark", database, http)
        stack.push_async_callback(post.bot.session.close)
        yield post


def figures() -> Iterator[Figure]:
    """Rate and refusals of each load; and how soon a reply goes while a broadcast runs."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with strict_telegram() as url, tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "empty.db"
        upgrade(f"sqlite+aiosqlite:///{template}")
        yield from asyncio.run(_measure(url, template))


async def _measure(url: str, template: Path) -> list[Figure]:
    reply = await _reply_in_a_broadcast(url, template)
    slow = asyncio.gather(_carry(url, template, 1, GROUPS))
    carried = [
        await _carry(url, template, number, load) for number, load in enumerate(PEOPLE, start=2)
    ]
    carried += await slow
    return [reply, *(figure for pair in carried for figure in pair)]


async def _carry(url: str, template: Path, number: int, load: Load) -> list[Figure]:
    async with _post(url, number, template) as post, asyncio.TaskGroup() as group:
        await post.storm(load.storm)
        await post.owe(load.chats, load.each)
        running = group.create_task(post.courier.run())
        counted = await post.until_accepted(len(load.chats) * load.each)
        running.cancel()
    moments = [at for at, _ in counted["accepted"]]
    took = max(moments) - min(moments)
    refused = counted["refused"] / (len(moments) + counted["refused"])
    detail = f"{len(moments)} in {took:.1f} s, possible in {load.seconds:.0f} s"
    rate = load.seconds / took
    refusals = at_most(f"{load.name}: refused", refused * 100, 1, unit="%")
    if load.storm:
        more = f"; {counted['stormed']} more were refused by the storm"
        return [Figure(f"{load.name}: rate", rate, detail=detail + more), refusals]
    return [at_least(f"{load.name}: rate", rate, 0.9, detail=detail), refusals]


async def _reply_in_a_broadcast(url: str, template: Path) -> Figure:
    """From the commit of a reply until Telegram has it; half of them to people of the broadcast."""
    async with _post(url, len(PEOPLE) + 2, template) as post, asyncio.TaskGroup() as group:
        await post.owe(tuple(range(1, BROADCAST + 1)), 1, broadcast=True)
        running = group.create_task(post.courier.run())
        await post.until_accepted(60)
        owed: dict[int, float] = {}
        for number in range(REPLIES):
            chat = BROADCAST + number * 2 - REPLIES
            await post.owe((chat,), 1)
            owed[chat] = monotonic()
            await asyncio.sleep(BETWEEN_REPLIES)
        counted = await post.until_accepted(60 + REPLIES)
        running.cancel()
    waits = [(at - owed[chat]) * 1000 for at, chat in counted["accepted"] if chat in owed]
    detail = f"{REPLIES} replies at 20 a second; the slowest {max(waits):.0f} ms"
    return at_most(
        "reply while 10,000 are written to, p95", p95(waits), 150, unit="ms", detail=detail
    )
