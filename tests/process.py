"""The real program in a process of its own, with an operator's settings.

It is forked from one that has imported it: test_process.py starts it as an operator does.
"""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from tests.bot.processes import Forked, forked

Json = dict[str, Any]
#: Seconds within which a loaded machine must have started the program.
START_SECONDS = 60.0
_LOOK_AGAIN_SECONDS = 0.05
_OURS = ("BOT_", "TELEGRAM_", "DATABASE_", "ADMIN_", "WEBHOOK_", "HTTP_", "CATALOGUE_", "VAR_")
_ALSO_OURS = frozenset({"CLOCK_CONTROL", "CRASH_AT", "LOG_FORMAT", "TIMEZONE", "DEFAULT_LOCALE"})


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Program:
    """The running bot with settings of its own; nothing of the caller's settings gets in."""

    folder: Path
    port: int = field(default_factory=free_port)
    settings: dict[str, str] = field(default_factory=dict)
    process: Forked | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self, **settings: str) -> None:
        """Start it and return at once."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(_OURS) and name not in _ALSO_OURS
        }
        self.process = forked(
            self.folder,
            {
                **kept,
                "VAR_DIR": str(self.folder / "var"),
                "HTTP_PORT": str(self.port),
                **self.settings,
                **settings,
            },
        )

    async def until_ready(self) -> None:
        """Return when it takes work; asks again as long as the process lives."""
        async with asyncio.timeout(START_SECONDS), aiohttp.ClientSession() as http:
            while not await _is_ready(http, self.url):
                assert self.process is not None
                if self.process.returncode is not None:
                    raise AssertionError(self.errors())
                await asyncio.sleep(_LOOK_AGAIN_SECONDS)

    async def dies(self) -> int:
        """Wait until it ended; the exit status, negative for a signal."""
        assert self.process is not None
        async with asyncio.timeout(START_SECONDS):
            return await self.process.wait()

    def errors(self) -> str:
        """What it wrote on stderr."""
        return (self.folder / "stderr.log").read_text(encoding="utf-8")

    async def kill(self) -> None:
        """`kill -9`."""
        assert self.process is not None
        self.process.kill()
        await self.process.wait()

    async def stop(self) -> int:
        """Ctrl-C's gentler brother; the exit status."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        return await self.dies()


async def _is_ready(http: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with http.get(f"{url}/readyz") as response:
            return response.status == 200
    except aiohttp.ClientError:
        return False


@asynccontextmanager
async def running(folder: Path, **settings: str) -> AsyncGenerator[Program]:
    """A program that is ready, and is stopped afterwards whatever happened."""
    program = Program(folder, settings=settings)
    await program.start()
    try:
        await program.until_ready()
        yield program
    finally:
        await program.stop()
