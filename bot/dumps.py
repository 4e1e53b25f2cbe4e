"""Copies of a PostgreSQL database, by the server's own tools: made in use, looked at, put back."""

import asyncio
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bot.copies import BadCopy, known

_TOOLS = ("pg_dump", "pg_restore")
#: PostgreSQL cuts longer names off.
_LONGEST_NAME = 63
_MOMENTS = (0.1, 0.2, 0.4, 0.8, 1.6)
_OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = :name AND pid <> pg_backend_pid()"
_REVISION = re.compile(r"^COPY [^\n]*alembic_version [^\n]*\n(.*?)^\\\.$", re.MULTILINE | re.DOTALL)


def missing_tools() -> list[str]:
    """What is not installed and would be needed."""
    return [tool for tool in _TOOLS if shutil.which(tool) is None]


def make(url: str, target: Path) -> None:
    """Write the database to a file while it is in use; the file gets its name last, when whole."""
    fresh = target.with_name(f"{target.name}.new")
    try:
        _call(
            "pg_dump",
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--file={fresh}",
            url=url,
        )
        examine(fresh)
        with fresh.open("rb") as handle:
            os.fsync(handle.fileno())
        fresh.replace(target)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def examine(file: Path) -> str:
    """The revision of a whole copy, of which every row is read; BadCopy otherwise."""
    try:
        _call("pg_restore", "--file=/dev/null", str(file))
        rows = _call("pg_restore", "--data-only", "--table=alembic_version", "--file=-", str(file))
    except BadCopy as error:
        if "does not appear to be a valid archive" in str(error):
            raise BadCopy(f"{file} is not a copy that `db backup` made") from error
        raise BadCopy(f"{file} is damaged ({error}): take another copy") from error
    found = _REVISION.search(rows)
    if found is None:
        raise BadCopy(f"{file} is not a copy of this program's database")
    return known(found[1].split(), file)


@dataclass(frozen=True, slots=True)
class Stage:
    """A copy on its way to take the database's place: `url` is looked at and changed before."""

    url: str
    database: URL

    def swap(self, kept: str) -> str:
        """Let the fresh one take its place; what was there is kept under another name.

        Both names change in one transaction: killed before its end, the database is what it was.
        """
        fresh, present = make_url(self.url).database or "", self.database.database or ""
        beside = f"{present[: _LONGEST_NAME - len(kept) - 1]}_{kept}".replace("-", "_")
        _refuse_company(self.database)
        _on_server(
            self.database,
            f'ALTER DATABASE "{present}" RENAME TO "{beside}"',
            f'ALTER DATABASE "{fresh}" RENAME TO "{present}"',
            at_once=True,
        )
        return f"the database {beside}"


@contextmanager
def staged(file: Path, url: str) -> Iterator[Stage]:
    """Fill a database beside ours from a copy, for `swap`; otherwise nothing is changed."""
    if not file.is_file():
        raise BadCopy(f"there is no file {file}")
    examine(file)
    address = make_url(url)
    _refuse_company(address)
    fresh = address.set(database=f"{(address.database or '')[:50]}_restoring")
    drop = f'DROP DATABASE IF EXISTS "{fresh.database}"'
    _on_server(address, drop, f'CREATE DATABASE "{fresh.database}"')
    try:
        made = fresh.render_as_string(hide_password=False)
        _call("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", str(file), url=made)
        yield Stage(made, address)
    finally:
        _on_server(address, drop)


def _refuse_company(address: URL) -> None:
    """A connection that was closed just now may stand there for a moment more."""
    for pause in (*_MOMENTS, None):
        others = _on_server(address, _OTHERS, name=address.database)
        if not others:
            return
        if pause is not None:
            time.sleep(pause)
    raise BadCopy(
        f"{others} other connections use the database {address.database}: stop every bot"
        " (and whatever else reads it) first"
    )


def _on_server(address: URL, *statements: str, at_once: bool = False, **given: object) -> int:
    """What the last statement answered, asked from beside the database."""

    async def ask() -> int:
        level = "READ COMMITTED" if at_once else "AUTOCOMMIT"
        engine = create_async_engine(
            address.set(database="postgres"), poolclass=NullPool, isolation_level=level
        )
        async with engine.begin() as connection:
            results = [await connection.execute(text(one), given) for one in statements]
            return int(results[-1].scalar() or 0) if results[-1].returns_rows else 0

    return asyncio.run(ask())


def _call(tool: str, *words: str, url: str = "") -> str:
    """Run one of the tools; BadCopy with its first complaint. A password goes beside the words."""
    program = shutil.which(tool)
    if program is None:
        raise BadCopy(
            f"{tool} is not installed: install the PostgreSQL client of the server's version"
            " (Debian: apt install postgresql-client)"
        )
    environment = dict(os.environ)
    if url:
        address = make_url(url).set(drivername="postgresql")
        if address.password is not None:
            environment["PGPASSWORD"] = str(address.password)
        plain = address.set(password=None).render_as_string()
        words = (*words, f"--dbname={plain.replace('ssl=', 'sslmode=')}")
    done = subprocess.run(  # noqa: S603 - the program is found by its name, the words are ours
        (program, *words), env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if "error" in line] or ["it failed"]
        raise BadCopy(lines[0].removeprefix(f"{tool}: error: "))
    return done.stdout
