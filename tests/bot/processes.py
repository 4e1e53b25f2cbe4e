"""The real program as a process: started in the sandbox, spoken to over HTTP, killed, looked at."""

import asyncio
import os
import signal
import socket
import sqlite3
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

ROOT = Path(__file__).resolve().parent.parent.parent
_PATIENCE_SECONDS = 60
_LOOK_AGAIN_SECONDS = 0.05


def free_port() -> int:
    """A port that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def surroundings(folder: Path, **settings: str) -> dict[str, str]:
    """An environment that holds these settings and nothing of the developer's own."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT), "VAR_DIR": str(folder), **settings}


@dataclass
class Ended:
    """How a process ended: its exit status and what it wrote on stderr."""

    status: int
    errors: str


@dataclass
class Program:
    """One running bot with its folder."""

    folder: Path
    port: int
    process: asyncio.subprocess.Process
    http: aiohttp.ClientSession
    log: Path = field(init=False)

    def __post_init__(self) -> None:
        self.log = self.folder / "stderr.log"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def ready(self) -> None:
        """Wait for /readyz."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while True:
                assert self.process.returncode is None, self.log.read_text()
                try:
                    async with self.http.get(f"{self.url}/readyz") as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(_LOOK_AGAIN_SECONDS)

    async def does(self, action: str, **body: Any) -> None:
        """Somebody acts on the page; a process that dies meanwhile answers nothing."""
        try:
            async with self.http.post(f"{self.url}/sandbox/{action}", json=body) as answer:
                assert answer.status == 200, await answer.text()
        except aiohttp.ClientError:
            return

    async def reads(self, seat: str) -> list[str]:
        """First lines of what the bot said in a private chat."""
        async with self.http.get(f"{self.url}/sandbox/messages", params={"seat": seat}) as answer:
            shown = (await answer.json())["messages"]
        return [one["text"].splitlines()[0] for one in shown if one["from"]["is_bot"]]

    async def all_done(self, updates: int) -> None:
        """Wait until so many updates took effect and nothing is owed."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while not is_done(self.folder, updates):
                assert self.process.returncode is None, self.log.read_text()
                await asyncio.sleep(_LOOK_AGAIN_SECONDS)

    async def died(self) -> int:
        """Wait for the end; the exit status, negative for a signal."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            return await self.process.wait()

    async def is_killed(self) -> None:
        """As by `kill -9`."""
        self.process.kill()
        await self.died()

    async def is_told_to_stop(self) -> Ended:
        """SIGTERM."""
        self.process.send_signal(signal.SIGTERM)
        return Ended(await self.died(), self.log.read_text())


@asynccontextmanager
async def running(folder: Path, **settings: str) -> AsyncGenerator[Program]:
    """Start the bot in a folder; whatever is left of it is killed afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    port = int(settings.pop("HTTP_PORT", 0)) or free_port()
    environment = surroundings(folder, HTTP_PORT=str(port), **settings)
    with (folder / "stderr.log").open("w") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", env=environment, cwd=folder, stderr=log
        )
    async with aiohttp.ClientSession() as http:
        program = Program(folder, port, process, http)
        try:
            yield program
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


async def runs_to_its_end(folder: Path, **settings: str) -> Ended:
    """Start it where it should refuse to start."""
    async with running(folder, **settings) as program:
        return Ended(await program.died(), program.log.read_text())


def ask(folder: Path, query: str) -> list[tuple[Any, ...]]:
    """Look into the database of a folder, whether its bot runs or not."""
    with closing(sqlite3.connect(folder / "sandbox" / "qihang.db", timeout=10)) as database:
        rows = database.execute(query).fetchall()
        database.commit()
    return rows


def is_done(folder: Path, updates: int) -> bool:
    """Whether so many updates took effect, and nothing is owed to anybody."""
    ((done,),) = ask(folder, "SELECT count(*) FROM inbox WHERE state = 'done'")
    ((owed,),) = ask(folder, "SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending')")
    ((open_,),) = ask(folder, "SELECT count(*) FROM inbox WHERE state = 'open'")
    return bool(done >= updates and not owed and not open_)
