"""The bot's processes: started with a point to die at, killed, and looked at when they are dead."""

import asyncio
import json
import re
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import aiohttp
from sqlalchemy import text
from sqlmodel import col, select

from bot.database import Database
from models import Outbox
from models.messages import OutboxState
from tests.bot.processes import Program, running

_REPEATS = re.compile(r"^qihang_possible_repeats_total (\S+)", re.MULTILINE)
_TROUBLE = re.compile(r"^Traceback.*\n(?:^ .*\n)*(.*)|.*(another program polls.*)", re.MULTILINE)
#: Another process changed the row meanwhile: undone and tried again, FAULTS 28.
_CONFLICT = "StaleDataError"

_WATCH = (
    "CREATE TABLE crash_in_flight (row bigint, chat bigint, said text)",
    """
    CREATE FUNCTION crash_note() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO crash_in_flight VALUES (NEW.id, NEW.chat_id,
            CASE WHEN NEW.payload -> 'album' IS NULL THEN NEW.payload ->> 'text' ELSE '' END);
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER crash_noted AFTER UPDATE ON outbox FOR EACH ROW
    WHEN (OLD.state = 'sending' AND NEW.state = 'pending'
        AND NEW.next_try_at IS NOT DISTINCT FROM OLD.next_try_at)
    EXECUTE FUNCTION crash_note()
    """,
)


@dataclass(frozen=True)
class InFlight:
    """A row that was being sent when its courier died: it may repeat. An album's words are not
    told by the call that sends it."""

    row: int
    chat: int
    text: str
    broadcast: bool


@dataclass(frozen=True)
class Death:
    """One kill: where, and whether the process killed itself there."""

    point: str
    by_itself: bool


@dataclass
class Machine:
    """One place where the bot runs, dies and is started again."""

    folder: Path
    settings: dict[str, str]
    database: Database
    program: Program | None = None
    deaths: list[Death] = field(default_factory=list)
    in_flight: list[InFlight] = field(default_factory=list)
    #: What the processes themselves counted, as far as they lived to tell.
    counted_repeats: float = 0
    troubles: list[str] = field(default_factory=list)
    conflicts: int = 0
    starts: int = 0
    _life: AsyncExitStack = field(default_factory=AsyncExitStack)
    _crash_at: str = ""

    @property
    def is_alive(self) -> bool:
        return self.program is not None and self.program.process.returncode is None

    async def starts_work(self, offset: timedelta, crash_at: str = "") -> None:
        """Start it in the office's present; it may die before it is ready."""
        self.folder.mkdir(parents=True, exist_ok=True)
        clock = json.dumps({"offset_seconds": offset.total_seconds()})
        (self.folder / "clock.json").write_text(clock, encoding="utf-8")
        self._crash_at, self._life = crash_at, AsyncExitStack()
        settings = {**self.settings, "CRASH_AT": crash_at}
        life = running(self.folder, fresh=False, **settings)
        self.program = await self._life.enter_async_context(life)
        self.starts += 1

    async def is_ready(self, seconds: float) -> bool:
        """Whether it takes work in time; False when it died first."""
        assert self.program is not None
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self.is_alive:
                    if await self._ask("readyz") is not None:
                        return True
                    await asyncio.sleep(0.05)
        return False

    async def dies(self, seconds: float) -> bool:
        """Whether it reached its point in time."""
        assert self.program is not None
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.program.process.wait()
                return True
        return False

    async def is_killed(self, point: str = "") -> None:
        """Count the repeats it told of, kill it if it lives still, and look at what it left."""
        assert self.program is not None
        by_itself = not self.is_alive
        if not by_itself:
            await self.notes_repeats()
            by_itself = not self.is_alive
            self.program.process.kill()
            await self.program.process.wait()
        self.deaths.append(Death(point or self._crash_at or "random", by_itself))
        await self._is_looked_at()

    async def ends(self) -> None:
        """SIGTERM, which it obeys."""
        assert self.program is not None
        await self.notes_repeats()
        ended = await self.program.is_told_to_stop()
        await self._is_looked_at()
        assert ended.status == 0, f"it stopped with {ended.status}"

    async def notes_repeats(self) -> None:
        """Take over what the process counted since it started."""
        found = _REPEATS.search(await self._ask("metrics") or "")
        self._counted = float(found[1]) if found else self._counted

    async def lets_time_pass(self, by: timedelta) -> None:
        """By the clock's door; a process that dies meanwhile answers nothing."""
        assert self.program is not None
        body = {"advance_seconds": by.total_seconds()}
        with suppress(aiohttp.ClientError, TimeoutError):
            url, patience = f"{self.program.url}/clock", aiohttp.ClientTimeout(30)
            async with self.program.http.post(url, json=body, timeout=patience):
                return

    _counted: float = 0

    async def _is_looked_at(self) -> None:
        assert self.program is not None
        self.counted_repeats += self._counted
        self._counted = 0
        written = self.program.log.exists()  # it may die before it writes a word
        log = self.program.log.read_text("utf-8", "replace") if written else ""
        errors = ["".join(found) for found in _TROUBLE.findall(log)]
        self.conflicts += sum(_CONFLICT in error for error in errors)
        self.troubles += [error[:300] for error in errors if _CONFLICT not in error]
        if self.database.is_sqlite:
            self.in_flight += await _in_flight(self.database)
        if written:
            self.program.log.rename(self.folder / f"life-{self.starts}.log")
        await self._life.aclose()
        self.program = None

    async def _ask(self, page: str) -> str | None:
        assert self.program is not None
        with suppress(aiohttp.ClientError, TimeoutError):
            url, patience = f"{self.program.url}/{page}", aiohttp.ClientTimeout(5)
            async with self.program.http.get(url, timeout=patience) as answer:
                return await answer.text() if answer.status == 200 else None
        return None


async def _in_flight(database: Database) -> list[InFlight]:
    """Rows that nobody knows the fate of: of one process, as long as the next has not begun."""
    statement = select(Outbox).where(col(Outbox.state) == OutboxState.SENDING)
    async with database.read() as session:
        return [
            InFlight(row.id, row.chat_id, _words_of(row), row.broadcast)
            for row in (await session.exec(statement)).all()
        ]


def _words_of(row: Outbox) -> str:
    return "" if "album" in row.payload else row.payload.get("text", "")


async def watch_heirs(database: Database) -> None:
    """On PostgreSQL the heir of a killed courier begins at once: the database itself notes which
    rows it found on their way."""
    async with database.write() as session:
        connection = await session.connection()
        for statement in _WATCH:
            await connection.execute(text(statement))


async def found_by_heirs(database: Database) -> list[InFlight]:
    """What `watch_heirs` noted."""
    async with database.read() as session:
        connection = await session.connection()
        rows = await connection.execute(text("SELECT row, chat, said FROM crash_in_flight"))
        return [InFlight(row, chat, said or "", broadcast=False) for row, chat, said in rows]
