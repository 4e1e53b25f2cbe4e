"""Before the start: a folder that can be written, the newest schema, and no second bot."""

import fcntl
from typing import IO

from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError

from bot.database import upgrade
from bot.settings import Settings


class CannotStart(Exception):
    """One clear line for the operator."""


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
    """The newest schema; CannotStart with the database's own first line."""
    try:
        upgrade(settings.database)
    except (SQLAlchemyError, OSError, ModuleNotFoundError) as error:
        raise CannotStart(f"the database cannot be used: {_first_line(error)}") from error
    except CommandError as error:
        raise CannotStart(
            f"the database was made by a newer version of this program: {_first_line(error)}"
        ) from error


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


def _first_line(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    return str(cause).strip().partition("\n")[0][:200] or type(cause).__name__
