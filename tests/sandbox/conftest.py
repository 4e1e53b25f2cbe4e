"""A local Telegram on a free port, driven over HTTP from both sides."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from sandbox.server import Sandbox, open_sandbox

TOKEN = "7000000001:sandbox-token-for-tests"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000002000000020802000000fdd49a73"
    "0000001049444154789c63f8cfc0f0ff3f03030300121c01ff5d6df0cf0000000049454e44ae426082"
)
Json = dict[str, Any]


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    at: datetime = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def forward(self, step: timedelta) -> None:
        self.at += step


@dataclass
class Town:
    """A running sandbox: `bot(...)` calls its Bot API, `do` and `see` its page interface."""

    path: Path
    clock: Clock
    http: aiohttp.ClientSession
    sandbox: Sandbox | None = None
    runner: web.AppRunner | None = None
    url: str = ""
    token: str = TOKEN

    async def open(self) -> None:
        self.sandbox = await open_sandbox(self.path, now=self.clock.now, token=TOKEN)
        app = web.Application()
        self.sandbox.routes(app)
        self.runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self.runner.addresses[0][1]}"

    async def close(self) -> None:
        assert self.runner
        assert self.sandbox
        await self.runner.cleanup()
        await self.sandbox.close()

    async def call(self, method: str, /, **params: Any) -> Json:
        """The whole answer of the Bot API to a JSON call."""
        async with self.http.post(f"{self.url}/bot{TOKEN}/{method}", json=params) as response:
            answer: Json = await response.json()
            assert answer["ok"] == (response.status == 200)
            return answer

    async def bot(self, method: str, /, **params: Any) -> Any:
        """The result of a call that is expected to succeed."""
        answer = await self.call(method, **params)
        assert answer["ok"], answer
        return answer["result"]

    async def refusal(self, method: str, /, **params: Any) -> str:
        """The description with which a call is expected to be refused."""
        answer = await self.call(method, **params)
        assert not answer["ok"], answer
        return str(answer["description"])

    async def do(self, act: str, /, **body: Any) -> Json:
        """A person acts."""
        async with self.http.post(f"{self.url}/sandbox/{act}", json=body) as response:
            answer: Json = await response.json()
            assert answer["ok"], answer
            return answer

    async def see(self, what: str, /, **query: Any) -> Json:
        """A person looks."""
        async with self.http.get(f"{self.url}/sandbox/{what}", params=query) as response:
            answer: Json = await response.json()
            assert answer["ok"], answer
            return answer

    async def updates(self) -> list[Json]:
        """All queued updates, confirmed."""
        found: list[Json] = await self.bot("getUpdates")
        if found:
            await self.bot("getUpdates", offset=found[-1]["update_id"] + 1)
        return found


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with aiohttp.ClientSession() as http:
        town = Town(tmp_path / "sandbox.db", Clock(), http)
        await town.open()
        yield town
        await town.close()
