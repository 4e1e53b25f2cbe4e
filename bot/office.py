"""Keeps the office's present state in memory and notices when something was published."""

import asyncio

from bot.database import Database
from bot.settings import Settings
from domain.words import Words
from services.catalogue import load
from services.office import Office
from services.work_calendar import build_calendar, load_limits

_LOOK_EVERY_SECONDS = 3


class OfficeRoom:
    """Calling it gives the office as it stands now."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings = settings
        self._database = database
        self._office: Office | None = None

    def __call__(self) -> Office:
        if self._office is None:
            raise RuntimeError("the office is furnished before it opens")
        return self._office

    async def furnish(self, bot_username: str) -> None:
        """Read the catalogue and the calendar."""
        self._office = await asyncio.to_thread(self._read, bot_username)

    async def watch(self) -> None:
        """Look every few seconds whether somebody published, beside the running bot."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_SECONDS)

    def _read(self, bot_username: str) -> Office:
        settings = self._settings
        return Office(
            name=Words(zh="钱塘区企业服务专班", en="Qiantang District enterprise service desk"),
            bot_id=settings.bot_id,
            bot_username=bot_username,
            default_locale=settings.default_locale,
            administrators=settings.administrators,
            zone=settings.zone,
            catalogue=load(settings.catalogue_dir),
            calendar=build_calendar(settings.catalogue_dir, settings.zone),
            limits=load_limits(settings.catalogue_dir),
        )
