"""Keeps the office's present state in memory and notices when something was published."""

import asyncio

import structlog

from bot.advice import ADVICE
from bot.clock import Clock
from bot.database import Database, insist
from bot.settings import Settings
from domain.catalogue import Catalogue
from domain.words import Words
from services import calendar_changes, publishing
from services.catalogue import CatalogueError, load
from services.health import gaps
from services.office import Office
from services.work_calendar import (
    CalendarFileError,
    build_calendar,
    load_limits,
    print_of,
    with_district,
)

log = structlog.get_logger()
_LOOK_EVERY_SECONDS = 3


class OfficeRoom:
    """Calling it gives the office as it stands now."""

    def __init__(self, settings: Settings, database: Database, clock: Clock) -> None:
        self._settings = settings
        self._database = database
        self._clock = clock
        self._office: Office | None = None
        self._published = self._calendar_change = 0
        self._bot_username = ""

    def __call__(self) -> Office:
        if self._office is None:
            raise RuntimeError("the office is furnished before it opens")
        return self._office

    async def furnish(self, bot_username: str) -> None:
        """Publish what changed in the catalogue's files, and read everything."""
        self._bot_username = bot_username
        files, directory = await self._files(), self._settings.catalogue_dir
        build_calendar(directory, self._settings.zone)  # a wrong one is refused before any change
        async with self._database.write() as session:
            now = self._clock()
            await publishing.load_files(session, files.measures, now=now)
            await calendar_changes.note_files(session, print_of(directory), now=now)
        await self._read(files)
        await self._say_what_is_missing()

    async def watch(self) -> None:
        """Look every few seconds whether somebody published, beside the running bot."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_SECONDS)
            try:
                await insist(self.look)
            except (CatalogueError, CalendarFileError) as error:
                log.error("catalogue; the one in force stays", fault=error)  # noqa: TRY400

    async def look(self) -> None:
        """Read everything anew when something was published, or the calendar changed."""
        async with self._database.read() as session:
            published = await publishing.latest(session)
            calendar_change = await calendar_changes.latest(session)
        if (published, calendar_change) != (self._published, self._calendar_change):
            await self._read(await self._files())

    async def _say_what_is_missing(self) -> None:
        async with self._database.read() as session:
            for gap in await gaps(session, self._settings.administrators):
                finding, advice = ADVICE[gap]
                log.warning(finding, advice=advice)

    async def _files(self) -> Catalogue:
        return await asyncio.to_thread(load, self._settings.catalogue_dir)

    async def _read(self, files: Catalogue) -> None:
        settings = self._settings
        async with self._database.read() as session:
            self._published = await publishing.latest(session)
            catalogue = await publishing.in_force(session, files)
            self._calendar_change = await calendar_changes.latest(session)
            district = await calendar_changes.in_force(session)
        of_files = build_calendar(settings.catalogue_dir, settings.zone)
        self._office = Office(
            name=Words(zh="钱塘区企业服务专班", en="Qiantang District enterprise service desk"),
            bot_id=settings.bot_id,
            bot_username=self._bot_username,
            default_locale=settings.default_locale,
            administrators=settings.administrators,
            zone=settings.zone,
            catalogue=catalogue,
            calendar=with_district(of_files, district),
            limits=load_limits(settings.catalogue_dir),
            published=self._published,
            calendar_change=self._calendar_change,
            files_calendar=of_files,
        )
