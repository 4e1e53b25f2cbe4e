"""The real program as a process: started in the sandbox, spoken to over HTTP, killed, looked at.

Importing takes most of a start. A server process imports once and forks the others; `fresh` ones
are started as an operator would, by `python -m bot run`.
"""

import asyncio
import gc
import multiprocessing
import os
import signal
import socket
import sqlite3
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import aiohttp

ROOT = Path(__file__).resolve().parent.parent.parent
_PATIENCE_SECONDS = 60
_LOOK_AGAIN_SECONDS = 0.05
#: Set for a forked one, it keeps to no pace: twenty messages a minute in a group are too few for
#: who wants to see what becomes of hundreds.
UNPACED = "UNPACED"
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(
    ["tests.bot.processes", "bot.cli.running", "bot.logs", "bot.preparing", "bot.run"]
)


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


class Forked:
    """A forked program, spoken to like one of asyncio's processes."""

    def __init__(self, process: ForkServerProcess) -> None:
        self._process = process
        process.start()

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    async def wait(self) -> int:
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._process.sentinel, ended.set)
        try:
            await ended.wait()
        finally:  # or who waits for the next one, of the same number, would never hear of its end
            loop.remove_reader(self._process.sentinel)
        self._process.join()
        return self.returncode or 0

    def kill(self) -> None:
        self._process.kill()

    def send_signal(self, number: int) -> None:
        os.kill(self._process.pid or 0, number)


def _run_forked(folder: str, environment: dict[str, str]) -> None:
    from bot import courier, pace  # noqa: PLC0415 - the test process itself must not pay for it
    from bot.cli import app  # noqa: PLC0415

    if environment.pop(UNPACED, ""):
        setattr(courier, "Pace", pace.Unpaced)  # noqa: B010 - a type, to mypy
    gc.freeze()
    gc.enable()
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    with Path("stderr.log").open("w") as log:
        os.dup2(log.fileno(), 2)
        app(["run"])


def forked(folder: Path, environment: dict[str, str]) -> Forked:
    """The program, running in a folder with these settings; what it says is in stderr.log there."""
    return Forked(_forks.Process(target=_run_forked, args=(str(folder), environment)))


@dataclass
class Program:
    """One running bot with its folder."""

    folder: Path
    port: int
    process: asyncio.subprocess.Process | Forked
    http: aiohttp.ClientSession
    environment: dict[str, str]
    log: Path = field(init=False)

    def __post_init__(self) -> None:
        self.log = self.folder / "stderr.log"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def starts_again(self) -> None:
        """After its end, on the same port and with the same settings."""
        self.process = forked(self.folder, self.environment)

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
        shown = await self._shown(seat)
        return [one["text"].splitlines()[0] for one in shown if one["from"]["is_bot"]]

    async def wrote(self, seat: str) -> list[str]:
        """What the person has written there."""
        return [one["text"] for one in await self._shown(seat) if not one["from"]["is_bot"]]

    async def _shown(self, seat: str) -> list[dict[str, Any]]:
        async with self.http.get(f"{self.url}/sandbox/messages", params={"seat": seat}) as answer:
            shown: list[dict[str, Any]] = (await answer.json())["messages"]
        return shown

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
async def running(folder: Path, *, fresh: bool = False, **settings: str) -> AsyncGenerator[Program]:
    """Start the bot in a folder; whatever is left of it is killed afterwards."""
    os.makedirs(folder, exist_ok=True)  # noqa: PTH103
    port = int(settings.pop("HTTP_PORT", 0)) or free_port()
    environment = surroundings(folder, HTTP_PORT=str(port), **settings)
    process: asyncio.subprocess.Process | Forked
    if fresh:
        process = await _start(folder, environment)
    else:
        process = forked(folder, environment)
    async with aiohttp.ClientSession() as http:
        program = Program(folder, port, process, http, environment)
        try:
            yield program
        finally:
            if program.process.returncode is None:
                program.process.kill()
                await program.process.wait()


async def _start(folder: Path, environment: dict[str, str]) -> asyncio.subprocess.Process:
    with (folder / "stderr.log").open("w") as log:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", env=environment, cwd=folder, stderr=log
        )


async def runs_to_its_end(folder: Path, *, fresh: bool = False, **settings: str) -> Ended:
    """Start it where it should refuse to start."""
    async with running(folder, fresh=fresh, **settings) as program:
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
