"""A checked copy of the database every night; the newest are kept."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot import checkpoints, copies, dumps
from bot.checkpoints import Checkpoints
from bot.clock import Clock
from bot.copies import BadCopy
from bot.database import Database, file_of
from bot.masking import said
from domain.alarms import AlarmKind, Reading
from domain.retention import BACKUPS
from services import alarms, health
from services.office import Office

log = structlog.get_logger()
#: When a night's copy is due, by the office's clock.
DUE = time(2)


@dataclass(frozen=True, slots=True)
class Copier:
    """How a database of this kind is copied; `ending` names the files it makes."""

    make: Callable[[Path], None]
    ending: str


def copier_of(url: str) -> Copier:
    """SQLite copies itself; PostgreSQL has tools for it."""
    if url.startswith("sqlite"):
        return Copier(lambda target: copies.make(file_of(url), target), "db")
    return Copier(lambda target: dumps.make(url, target), "dump")


class Backups:
    """Copies are named by the office's day: `qihang-2026-11-23.db`."""

    def __init__(
        self,
        database: Database,
        folder: Path,
        clock: Clock,
        *,
        office: Callable[[], Office],
        checkpoints: Checkpoints,
    ) -> None:
        self._database = database
        self._folder = folder
        self._clock = clock
        self._office = office
        self._copier = copier_of(database.url)
        self._checkpoints = checkpoints
        self._turn = asyncio.Lock()

    async def keep_up(self) -> None:
        """Write last night's copy if it is missing: late rather than never, and once."""
        try:
            async with self._turn:
                await self._keep_up()
        except SQLAlchemyError:
            log.exception("database; the backup is tried again")

    async def _keep_up(self) -> None:
        office, now = self._office(), self._clock()
        night = last_night(now, office.zone)
        target = self._folder / f"qihang-{night.date().isoformat()}.{self._copier.ending}"
        if target.exists():
            return
        async with self._database.read() as session:
            if not await health.was_used_before(session, night):
                return
        try:
            await asyncio.to_thread(self._write, target, now)
        except (OSError, BadCopy) as error:
            log.error("backup failed", error=error)  # noqa: TRY400 - no fault of the code
            await self._report(1, error=said(error))
            return
        await self._report(0)
        log.info("backed up", file=target.name)

    async def _report(self, nights: int, **details: str) -> None:
        if nights:
            last = await asyncio.to_thread(self.newest)
            details["last"] = last.isoformat() if last else ""
        reading = {AlarmKind.BACKUP_FAILED: Reading(nights, details)}
        async with self._database.write() as session:
            await alarms.judge(session, reading, office=self._office(), now=self._clock())

    def newest(self) -> date | None:
        """The night of the newest copy; files that somebody named otherwise are none. Blocking."""
        for path in self._copies():
            with suppress(ValueError):
                return date.fromisoformat(path.stem.removeprefix("qihang-"))
        return None

    def age(self, now: datetime) -> float | None:
        """Seconds since the newest copy fell due; None without one. Blocking."""
        newest = self.newest()
        if newest is None:
            return None
        due = datetime.combine(newest, DUE, self._office().zone)
        return max((now - due).total_seconds(), 0)

    def nights_without(self, now: datetime) -> int:
        """Nights since the newest copy, when more than one: a copy is written within the hour.
        Blocking. Zero too when there never was a copy: then nobody may have been here either."""
        newest = self.newest()
        if newest is None:
            return 0
        nights = (last_night(now, self._office().zone).date() - newest).days
        return nights if nights > 1 else 0

    def _write(self, target: Path, now: datetime) -> None:
        """Old copies go only once there is a new one that was looked at."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._copier.make(target)
        self._checkpoints.reach(checkpoints.DURING_BACKUP)
        for old in [*self._copies()[BACKUPS.days :], *self._outlived(now)]:
            old.unlink()

    def _outlived(self, now: datetime) -> list[Path]:
        """What an upgrade or a restore kept beside the database, as long as nightly copies stay."""
        kept = self._folder.parent.glob("*.before-*-*.db*")
        return [path for path in kept if path.stat().st_mtime < (now - BACKUPS).timestamp()]

    def _copies(self) -> list[Path]:
        """The newest first."""
        copies = self._folder.glob(f"qihang-*.{self._copier.ending}")
        return sorted(copies, key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)


def last_night(now: datetime, zone: ZoneInfo) -> datetime:
    """The last moment at which a copy fell due."""
    local = now.astimezone(zone)
    due = local.replace(hour=DUE.hour, minute=0, second=0, microsecond=0)
    return due if due <= local else due - timedelta(days=1)
