"""Calls administrators when the database cannot be written: past it, straight to Telegram."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest, TelegramForbiddenError
from sqlalchemy.exc import SQLAlchemyError

from bot.database import Database
from bot.settings import Settings
from domain.alarms import AlarmKind
from models import Alarm
from services import people
from views import alarms as views
from views.translations import translator

log = structlog.get_logger()
_LOOK_EVERY_SECONDS = 5
#: A lock that is held for some seconds, a server that restarts: so many looks are waited for.
_PATIENCE = 4
#: It is over when something was written, and for so many looks nothing failed: on a full disk
#: something small may pass between two failures.
_CALM = 6
_ANSWER_SECONDS = 5


class Distress:
    """Every process has one: without a database nobody leads. It never writes."""

    def __init__(
        self, bot: Bot, database: Database, clock: Callable[[], datetime], settings: Settings
    ) -> None:
        self._bot = bot
        self._database = database
        self._clock = clock
        self._administrators = settings.administrators
        self._locale = settings.default_locale
        self._zone: ZoneInfo = settings.zone
        self._failures = self._bad_looks = self._calm_looks = 0
        self._alarm: Alarm | None = None
        self._waiting: set[int] = set()

    async def watch(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_SECONDS)
            await self.look()

    async def look(self) -> None:
        """Say once that the database cannot be written, and once that it can be again."""
        trouble = self._database.trouble
        if trouble.failures != self._failures:
            self._failures, self._calm_looks = trouble.failures, 0
            self._bad_looks += 1
        elif trouble.is_over:
            self._calm_looks += 1
        if self._calm_looks >= _CALM:
            await self._end()
        elif self._bad_looks >= _PATIENCE:
            await self._begin(trouble.error)
        await self._say()

    async def _begin(self, error: str) -> None:
        if self._alarm is not None and self._alarm.until is None:
            return
        self._alarm = Alarm(
            kind=AlarmKind.DATABASE, since=self._clock(), details={"error": error[:200]}
        )
        log.error("alarm", alarm=AlarmKind.DATABASE, error=error)
        self._waiting = set(self._administrators)

    async def _end(self) -> None:
        self._bad_looks = self._calm_looks = 0
        if self._alarm is None or self._alarm.until is not None:
            return
        self._alarm.until = self._clock()
        log.info("alarm is over", alarm=AlarmKind.DATABASE, since=self._alarm.since.isoformat())
        self._waiting = set(self._administrators)

    async def _say(self) -> None:
        """To everybody who has not heard it: who is not reached is tried again at the next look."""
        if not self._waiting or self._alarm is None:
            return
        locales = await self._locales()
        for telegram_id in sorted(self._waiting):
            text = self._words(self._alarm, locales.get(telegram_id, self._locale))
            try:
                await self._bot.send_message(telegram_id, text)
            except (TelegramForbiddenError, TelegramBadRequest):
                log.warning("an administrator never spoke to the bot, and cannot be called")
            except TelegramAPIError:
                continue
            self._waiting.discard(telegram_id)

    def _words(self, alarm: Alarm, locale: str) -> str:
        t = translator(locale)
        if alarm.until is None:
            return views.alarm(t, alarm, self._zone).text
        return views.over(t, alarm, alarm.until, self._zone).text

    async def _locales(self) -> dict[int, str]:
        """By Telegram's ids, as far as the database can be read."""
        try:
            async with asyncio.timeout(_ANSWER_SECONDS), self._database.read() as session:
                known = await people.administrators(session, self._administrators)
        except (SQLAlchemyError, OSError, TimeoutError):
            return {}
        return {person.telegram_id: person.locale for person in known}
