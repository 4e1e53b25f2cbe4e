"""The database: one writer, readers that cannot write, and the schema."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool
from sqlmodel.ext.asyncio.session import AsyncSession

MIGRATIONS = Path(__file__).resolve().parent.parent / "models" / "migrations"


class Database:
    """Two engines on one database: `write` opens the only transaction that may change it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self._writer = _engine(url, read_only=False)
        self._reader = _engine(url, read_only=True)
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[AsyncSession]:
        """One transaction: committed at the end, rolled back when anything is raised.

        In SQLite writers take turns here rather than in the file's lock, so that none starves.
        """
        async with AsyncExitStack() as stack:
            if self.is_sqlite:
                await stack.enter_async_context(self._turn)
            session = await stack.enter_async_context(
                AsyncSession(self._writer, expire_on_commit=False)
            )
            async with session.begin():
                yield session

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncSession]:
        """A session that cannot write."""
        async with AsyncSession(self._reader, expire_on_commit=False) as session:
            yield session

    @property
    def writer(self) -> AsyncEngine:
        """For the leader's lock, which lives on a connection of its own."""
        return self._writer

    async def close(self) -> None:
        await self._reader.dispose()
        await self._writer.dispose()


def _engine(url: str, *, read_only: bool) -> AsyncEngine:
    if not url.startswith("sqlite"):
        options = {"server_settings": {"default_transaction_read_only": "on"}} if read_only else {}
        return create_async_engine(url, pool_pre_ping=True, connect_args=options)
    # One connection writes: more are no faster and wait on each other in the file's lock.
    engine = create_async_engine(
        url, poolclass=AsyncAdaptedQueuePool, pool_size=4 if read_only else 1, max_overflow=0
    )
    event.listen(engine.sync_engine, "connect", _on_connect(read_only=read_only))
    begin = "BEGIN DEFERRED" if read_only else "BEGIN IMMEDIATE"
    event.listen(engine.sync_engine, "begin", _begin_with(begin))
    return engine


def _on_connect(*, read_only: bool) -> Any:
    def connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver would not BEGIN before a SELECT
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "busy_timeout=5000",
            "foreign_keys=ON",
            "synchronous=NORMAL",
            *(["query_only=ON"] if read_only else []),
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return connect


def _begin_with(statement: str) -> Any:
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(statement)

    return begin


def upgrade(url: str) -> None:
    """Bring the schema to the newest revision; safe to repeat. Blocking: call before the loop."""
    command.upgrade(alembic_config(url), "head")


def alembic_config(url: str) -> Config:
    """Alembic's own settings, without a file."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    return config


def sync_url(url: str) -> str:
    """The same database through the standard library's driver, for backups."""
    return url.replace("+aiosqlite", "")


def backup(url: str, target: Path) -> None:
    """Copy a SQLite database while it is in use; the copy is checked before it counts."""
    source = sqlite3.connect(sync_url(url).removeprefix("sqlite:///"))
    with source, sqlite3.connect(target) as copy:
        source.backup(copy)
    engine = create_engine(f"sqlite:///{target}")
    with engine.connect() as connection:
        fault = connection.execute(text("PRAGMA integrity_check")).scalar()
    engine.dispose()
    if fault != "ok":
        raise sqlite3.DatabaseError(f"the copy is damaged: {fault}")
