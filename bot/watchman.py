"""Looks once a minute whether all is well, and lets administrators know when it is not."""

import asyncio
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError

from bot.backups import Backups
from bot.clock import Clock
from bot.database import Database
from bot.health import Figures
from bot.line import Line
from domain.alarms import RULES, AlarmKind, Reading, Way, rings
from models import Alarm
from services import alarm_readings, alarms, people
from services.office import Office
from views import alarms as views
from views.translations import translator

log = structlog.get_logger()
_LOOK_EVERY_SECONDS = 60
#: After Telegram was away, what piled up meanwhile is given so long to go.
_CATCHING_UP = timedelta(minutes=10)
#: A copy of the database needs its size once more, its journal may grow, and logs go on.
_SPARE_BYTES = 200 * 1024 * 1024


class Watchman:
    """One looks at a time: the leader's. He looks at what stands still, so he ticks by himself."""

    def __init__(
        self,
        bot: Bot,
        database: Database,
        clock: Clock,
        *,
        office: Callable[[], Office],
        line: Line,
        figures: Figures,
        folder: Path,
        backups: Backups | None = None,
    ) -> None:
        self._bot = bot
        self._database = database
        self._clock = clock
        self._office = office
        self._line = line
        self._folder = folder
        self._backups = backups
        self._figures = figures
        self._deliveries = -1.0
        self._went_at: datetime | None = None
        self._stood_still = False
        self.finds_the_courier_still = False

    async def watch(self) -> None:
        """Look until cancelled; whatever goes wrong in looking is logged, and looked at again."""
        self._deliveries, self._stood_still = -1.0, False
        while True:
            await asyncio.sleep(_LOOK_EVERY_SECONDS)
            try:
                await self.look()
            except Exception:  # who only looks must not end the work of the others
                log.exception("no look could be had at what is wrong")

    async def look(self) -> None:
        """Take every reading, keep what rings, and say directly what cannot be owed."""
        office, now = self._office(), self._clock()
        async with self._database.read() as session:
            readings = await alarm_readings.read(session, office=office, now=now)
            may_go_since = await alarm_readings.may_go_since(session, now=now)
        readings |= self._of_telegram(may_go_since, now)
        readings |= await self._of_the_disk(now)
        if self._is_catching_up(now):
            del readings[AlarmKind.OUTBOX_BACKLOG]
        async with self._database.write() as session:
            turned = await alarms.judge(session, readings, office=office, now=now)
        for alarm in turned:
            if alarm.kind is AlarmKind.COURIER_STUCK:
                self.finds_the_courier_still = alarm.until is None
            await self._proclaim(alarm)

    def _is_catching_up(self, now: datetime) -> bool:
        back = self._line.back_since
        return self._line.away_since is not None or (back is not None and now - back < _CATCHING_UP)

    def _of_telegram(
        self, may_go_since: datetime | None, now: datetime
    ) -> dict[AlarmKind, Reading]:
        away = self._line.away_for(now).total_seconds()
        return {
            AlarmKind.TELEGRAM_AWAY: Reading(away, {"minutes": int(away // 60)}),
            AlarmKind.TOKEN_REFUSED: Reading(self._line.is_refused),
            AlarmKind.COURIER_STUCK: self._of_the_courier(may_go_since, now),
        }

    def _of_the_courier(self, may_go_since: datetime | None, now: datetime) -> Reading:
        """Something may go, and nothing went: at two looks on end, since a machine that slept wakes
        with everything old."""
        if self._deliveries != (answered := self._figures.deliveries()):
            self._deliveries, self._went_at = answered, now
        still = (
            (now - max(may_go_since, self._went_at or now)).total_seconds() if may_go_since else 0
        )
        before, self._stood_still = (
            self._stood_still,
            rings(AlarmKind.COURIER_STUCK, still, already=False),
        )
        seconds = still if before else 0
        return Reading(seconds, {"minutes": int(seconds // 60)})

    async def _of_the_disk(self, now: datetime) -> dict[AlarmKind, Reading]:
        return await asyncio.to_thread(self._look_at_the_disk, now)

    def _look_at_the_disk(self, now: datetime) -> dict[AlarmKind, Reading]:
        """Blocking. How much is needed of what is free, and how many nights have no copy."""
        needed = _SPARE_BYTES + 2 * sum(
            file.stat().st_size for file in self._folder.glob("qihang.db*")
        )
        free = shutil.disk_usage(self._folder).free
        megabytes = free // (1024 * 1024)
        found = {AlarmKind.DISK_FULL: Reading(needed / max(free, 1), {"free": megabytes})}
        nights = self._backups.nights_without(now) if self._backups is not None else 0
        if nights:
            found[AlarmKind.BACKUP_FAILED] = Reading(nights, {"nights": nights})
        return found

    async def _proclaim(self, alarm: Alarm) -> None:
        if alarm.until is not None:
            log.info("alarm is over", alarm=alarm.kind, since=alarm.since.isoformat())
            return
        log.error("alarm", alarm=alarm.kind, **alarm.details)
        if RULES[alarm.kind].way is Way.DIRECT:
            await self._say_directly(alarm)

    async def _say_directly(self, alarm: Alarm) -> None:
        """Past the Outbox, once, without a promise: who is not reached finds it in /health."""
        office = self._office()
        async with self._database.read() as session:
            persons = await people.administrators(session, office.administrators)
        for person in persons:
            screen = views.alarm(translator(person.locale), alarm, office.zone)
            try:
                await self._bot.send_message(person.telegram_id, screen.text)
            except TelegramAPIError as error:
                log.warning("an administrator was not reached", reason=type(error).__name__)
