"""Before the start: a folder that can be written, the newest schema, and no second bot."""

import fcntl
import time
from pathlib import Path
from typing import IO

from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError

from bot import copies
from bot.database import file_of, known_revisions, upgrade
from bot.settings import Settings


class CannotStart(Exception):
    """One clear line for the operator, and the exit status."""

    status = 2


def prepare(settings: Settings) -> None:
    """Make the folder and bring the schema up to date. Blocking; safe to repeat."""
    make_folder(settings)
    migrate(settings)


def make_folder(settings: Settings) -> None:
    """Where everything that changes is kept; CannotStart when it cannot be written."""
    try:
        settings.folder.mkdir(parents=True, exist_ok=True)
        (settings.folder / ".writable").touch()
    except OSError as error:
        raise CannotStart(
            f"cannot write to {settings.folder}: {error.strerror}. Set VAR_DIR to a folder that can"
            " be written, or change its rights."
        ) from error


def migrate(settings: Settings) -> None:
    """The newest schema; CannotStart with the database's own first line.

    A SQLite file is copied before it changes. A run that fails changes nothing.
    """
    try:
        if settings.database.startswith("sqlite"):
            _copy_before(file_of(settings.database))
        upgrade(settings.database)
    except copies.BadCopy as error:
        raise CannotStart(
            f"the database is not upgraded, since it cannot be copied: {error}"
        ) from error
    except (SQLAlchemyError, OSError, ModuleNotFoundError) as error:
        raise CannotStart(f"the database cannot be used: {first_line(error)}") from error
    except CommandError as error:
        raise CannotStart(
            f"the database was made by a newer version of this program: {first_line(error)}"
        ) from error


def _copy_before(database: Path) -> None:
    """Keep what is there beside it, when the next revisions would change it."""
    revision = copies.revision_of(database)
    if revision in known_revisions()[1:]:
        stamp = time.strftime("%Y%m%d-%H%M%S")
        name = f"{database.stem}.before-upgrade-{revision}-{stamp}.db"
        copies.make(database, database.with_name(name))


def lock(settings: Settings) -> IO[str]:
    """On SQLite exactly one bot runs; the lock goes with the process."""
    handle = (settings.folder / "bot.lock").open("w")
    if not settings.database.startswith("sqlite"):
        return handle
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise CannotStart(
            f"another bot already runs in {settings.folder}. Stop it first, or set VAR_DIR."
        ) from error
    return handle


def first_line(error: Exception) -> str:
    """What went wrong, for an operator."""
    cause = getattr(error, "orig", None) or error
    return str(cause).strip().partition("\n")[0][:200] or type(cause).__name__
