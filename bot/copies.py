"""Copies of an SQLite database: made while it is in use, looked at before they count, put back."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sqlmodel import SQLModel

from bot.database import known_revisions

#: SQLITE_NOTADB
_NO_DATABASE = 26


class BadCopy(Exception):
    """One clear line: why this file cannot count as a copy, or the copy cannot be made."""


def make(source: Path, target: Path) -> None:
    """Copy a database while it is in use. The copy gets its name last: on the disk, and whole."""
    fresh = target.with_name(f"{target.name}.new")
    _remove(fresh)
    try:
        with closing(_open(source)) as original, closing(sqlite3.connect(fresh)) as copy:
            original.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # a copy is one file
        examine(fresh)
        _write_through(fresh)
        fresh.replace(target)
    except sqlite3.Error as error:
        _remove(fresh)
        raise BadCopy(f"{source} cannot be copied to {target}: {error}") from error
    except BaseException:
        _remove(fresh)
        raise


def examine(file: Path, *, name: Path | None = None) -> str:
    """The revision of a whole database of ours; BadCopy, which calls it `name`, for any other."""
    name = name or file
    try:
        with closing(_open(file)) as connection:
            return _examine(connection, name)
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == _NO_DATABASE or "no such table" in str(error):
            raise BadCopy(f"{name} is not a copy of this program's database") from error
        raise BadCopy(f"{name} is damaged ({error}): take another copy") from error


def _examine(connection: sqlite3.Connection, name: Path) -> str:
    (fault,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if fault != "ok":
        raise BadCopy(f"{name} is damaged ({fault.splitlines()[-1]}): take another copy")
    revision = known(
        [row[0] for row in connection.execute("SELECT version_num FROM alembic_version")], name
    )
    if dangling := connection.execute("PRAGMA foreign_key_check").fetchone():
        raise BadCopy(f"{name} is damaged (rows of {dangling[0]} refer to nothing)")
    found = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    if revision == known_revisions()[0] and (missing := set(SQLModel.metadata.tables) - found):
        raise BadCopy(f"{name} is damaged (it lacks {', '.join(sorted(missing))})")
    return revision


def revision_of(database: Path) -> str:
    """The revision of a SQLite file, empty where there is none yet."""
    if not database.exists():
        return ""
    try:
        with closing(_open(database)) as connection:
            return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    except (sqlite3.Error, TypeError):
        return ""  # made, and never filled; or damaged, which upgrading will find out


def known(revisions: list[str], name: Path) -> str:
    """The one revision that a copy stands at, when this program can read it."""
    if len(revisions) != 1:
        raise BadCopy(f"{name} holds nothing: its schema was never made")
    if revisions[0] not in known_revisions():
        raise BadCopy(
            f"{name} was made by a newer version of this program (revision {revisions[0]}):"
            " update the program first"
        )
    return revisions[0]


@dataclass(frozen=True, slots=True)
class Stage:
    """A copy on its way to take the database's place: `url` is looked at and changed before."""

    url: str
    database: Path
    fresh: Path

    def swap(self, kept: str) -> str:
        """Let the fresh one take its place; returns where what was there is kept, beside it.

        One renaming decides: killed before it, the database is what it was.
        """
        examine(self.fresh)
        beside = self.database.with_name(f"{self.database.stem}.{kept}.db")
        _fold_in_wal(self.database)
        if self.database.exists():
            _name_twice(self.database, beside)
        for end in ("-wal", "-shm"):  # a damaged database may not have let go of them
            leftover = _beside(self.database, end)
            if leftover.exists():
                leftover.replace(_beside(beside, end))
        _write_through(self.fresh)
        self.fresh.replace(self.database)
        _sync_folder(self.database.parent)
        return str(beside)


@contextmanager
def staged(file: Path, database: Path) -> Iterator[Stage]:
    """Set a copy up beside the database, for `swap`; without it nothing is changed."""
    if not file.is_file():
        raise BadCopy(f"there is no file {file}")
    fresh = database.with_name(f"{database.name}.restoring")
    _remove(fresh)
    try:
        shutil.copyfile(file, fresh)
        if _beside(file, "-wal").exists():
            shutil.copyfile(_beside(file, "-wal"), _beside(fresh, "-wal"))
        examine(fresh, name=file)
        yield Stage(f"sqlite+aiosqlite:///{fresh}", database, fresh)
    finally:
        _remove(fresh)


def _open(file: Path) -> sqlite3.Connection:
    """Never makes a file that is not there."""
    return sqlite3.connect(f"file:{quote(str(file.resolve()))}?mode=rw", uri=True)


def _fold_in_wal(database: Path) -> None:
    """Leave one file, where the database is well enough for it."""
    try:
        with closing(_open(database)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error:
        return


def _name_twice(file: Path, other: Path) -> None:
    """A second name for the same file, so that the first is never missing."""
    try:
        os.link(file, other)
    except OSError:  # a file system without them
        shutil.copy2(file, other)


def _write_through(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    with file.open("rb") as handle:
        os.fsync(handle.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _beside(file: Path, end: str) -> Path:
    return file.with_name(file.name + end)


def _remove(fresh: Path) -> None:
    for end in ("", "-wal", "-shm", "-journal"):
        _beside(fresh, end).unlink(missing_ok=True)
