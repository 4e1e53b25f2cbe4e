"""What commands read: the catalogue on disk, and the database of the bot beside which they run."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from bot.cli.output import fail, settings_or_exit
from bot.clock import Clock
from domain.catalogue import Catalogue
from domain.work_calendar import WorkCalendar
from services.catalogue import CatalogueError, load
from services.work_calendar import CalendarFileError, build_calendar, with_district

if TYPE_CHECKING:
    from sqlmodel.ext.asyncio.session import AsyncSession

    from bot.database import Database
    from domain.word_books import WordBooks

Found = TypeVar("Found")


@cache
def catalogue() -> Catalogue:
    """The catalogue of the settings, or the line that says what is wrong with it."""
    try:
        return load(settings_or_exit().catalogue_dir)
    except CatalogueError as error:
        fail(f"{error} (python -m bot catalogue check lists every fault)")


def catalogue_in_force() -> Catalogue:
    """The catalogue with what was published over it, as a start of the bot would find it."""
    files = catalogue()
    if not has_database():
        return files
    from services import publishing  # noqa: PLC0415 - slow, and not every command needs it

    async def ask(session: "AsyncSession") -> Catalogue:
        return await publishing.at_next_start(session, files)

    return with_database(ask)


def work_calendar() -> WorkCalendar:
    """The office's calendar: the files', with what the district changed over it."""
    settings = settings_or_exit()
    try:
        of_files = build_calendar(settings.catalogue_dir, settings.zone)
    except CalendarFileError as error:
        fail(f"the calendar is at fault: {error}")
    if not has_database():
        return of_files
    from services import calendar_changes  # noqa: PLC0415 - slow, and not every command needs it

    return with_district(of_files, with_database(calendar_changes.in_force))


def has_database() -> bool:
    """Whether one was made yet; a server is taken to be there."""
    settings = settings_or_exit()
    is_file = settings.database.startswith("sqlite")
    return not is_file or Path(settings.database.partition("///")[2]).exists()


def word_books() -> "WordBooks":
    """The catalogue's words that reading a sentence needs."""
    from domain.drafts import books_of  # noqa: PLC0415 - only sentences need all the grammar

    known = catalogue()
    if known.industries is None:
        fail("catalogue/industries.yaml is missing")
    return books_of(known)


def now() -> datetime:
    """The office's clock, moved or not."""
    settings = settings_or_exit()
    return Clock(settings.folder / "clock.json" if settings.clock_may_move else None)()


def day(text: str | None) -> date:
    """`--as-of`, or the office's today."""
    if text is None:
        return now().astimezone(settings_or_exit().zone).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        fail(f"--as-of {text!r} is not a date; write it as 2026-11-23")


def with_database(
    ask: Callable[["AsyncSession"], Awaitable[Found]], *, write: bool = False
) -> Found:
    """Ask the bot's database; it may be running meanwhile."""

    async def run() -> Found:
        async with (
            open_database() as database,
            database.write() if write else database.read() as session,
        ):
            return await ask(session)

    return asyncio.run(run())


@asynccontextmanager
async def open_database() -> AsyncGenerator["Database"]:
    """The bot's database, for work in several transactions."""
    from sqlalchemy.exc import DatabaseError  # noqa: PLC0415 - slow

    from bot.database import Database  # noqa: PLC0415 - slow, and not every command needs it

    settings = settings_or_exit()
    if not has_database():
        fail(f"there is no database in {settings.folder} yet: run `make setup` first")
    database = Database(settings.database)
    try:
        yield database
    except DatabaseError as error:
        fail(
            f"the database cannot be used: {error.orig}. `make setup` brings it up to date;"
            " `doctor` says what else is wrong"
        )
    finally:
        await database.close()
