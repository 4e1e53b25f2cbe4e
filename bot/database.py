"""The database: one writer, readers that cannot write, and the schema."""

import asyncio
import copy
import sqlite3
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import monotonic
from typing import Any, ParamSpec, TypeVar

import structlog
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, NullPool
from sqlalchemy.util import await_only
from sqlmodel.ext.asyncio.session import AsyncSession

from bot import inline_sqlite

log = structlog.get_logger()
Given = ParamSpec("Given")
Got = TypeVar("Got")
_LONGEST_PAUSE = 10.0
#: The lock of the SQLite file is looked at so often, and waited for five seconds in all.
_LOOK_AGAIN_SECONDS = 0.01
_LOCK_SECONDS = 5.0
#: SQLITE_BUSY, LOCKED, NOMEM, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB: the file's trouble,
#: not the data's.
_SQLITE_TROUBLE = frozenset({5, 6, 7, 8, 10, 11, 13, 14, 26})
#: PostgreSQL: connection, read only, rollback, resources, locks, operator, system.
_POSTGRES_TROUBLE = ("08", "25006", "40", "53", "55", "57", "58")
_READ_ONLY = "25006"
#: A machine that was cut off must not hold for hours what others wait for, nor a process that was
#: stopped in the middle of a write.
_FOUND_DEAD = {
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}
_LETS_GO = {"idle_in_transaction_session_timeout": "60s"}
#: What tells a transaction that wrote something from one that found nothing to do.
_WRITTEN = {
    True: text("SELECT total_changes()"),
    False: text("SELECT count(pg_current_xact_id_if_assigned())"),
}
#: Counts, at the connection, what may have changed something.
_WRITES = "writes"
_AS_IT_STANDS = text("UPDATE alembic_version SET version_num = version_num")
_PROBE_SECONDS = 3
MIGRATIONS = Path(__file__).resolve().parent.parent / "models" / "migrations"


@dataclass(slots=True)
class Trouble:
    """What the database would not do: how often, why the last time, and whether it wrote since."""

    failures: int = 0
    error: str = ""
    is_over: bool = True

    def note(self, error: BaseException) -> None:
        """Count it when the database is at fault."""
        if is_trouble(error):
            self.failures += 1
            self.error = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
            self.is_over = False


class Database:
    """Two engines on one database: `write` opens the only transaction that may change it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self._writer = _engine(url, read_only=False)
        self._reader = _engine(url, read_only=True)
        event.listen(self._writer.sync_engine, "before_cursor_execute", _count_writes)
        if self.is_sqlite:
            event.listen(self._writer.sync_engine, "begin", self._begin_writing)
        #: So long the file's lock is waited for before it counts as trouble.
        self.lock_seconds = _LOCK_SECONDS
        self._turn = asyncio.Lock()
        self.trouble = Trouble()
        self._open_since: dict[object, float] = {}
        self.fence: Callable[[AsyncSession], Awaitable[None]] | None = None

    def behind(self, fence: Callable[[AsyncSession], Awaitable[None]]) -> "Database":
        """The same database; whatever is written through this one passes the fence first."""
        fenced = copy.copy(self)
        fenced.fence = fence
        return fenced

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[AsyncSession]:
        """One transaction: committed at the end, rolled back when anything is raised.

        In SQLite writers take turns here rather than in the file's lock, so that none starves.
        """
        was_well, wrote = self.trouble.is_over, False
        async with self._noting_trouble(), AsyncExitStack() as stack:
            if self.is_sqlite:
                is_awaited = self._turn.locked()
                await stack.enter_async_context(self._turn)
                if is_awaited:
                    await asyncio.sleep(0)  # who had it acts on what was committed first
            session = await stack.enter_async_context(
                AsyncSession(self._writer, expire_on_commit=False)
            )
            async with session.begin():
                if self.fence is not None:
                    await self.fence(session)
                before = 0 if was_well else await self._written(session)
                yield session
                wrote = not was_well and await self._written(session) > before
        self.trouble.is_over |= wrote

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncSession]:
        """A session that cannot write."""
        async with (
            self._noting_trouble(),
            AsyncSession(self._reader, expire_on_commit=False) as session,
        ):
            yield session

    @asynccontextmanager
    async def _noting_trouble(self) -> AsyncGenerator[None]:
        session = object()
        self._open_since[session] = monotonic()
        try:
            yield
        except (SQLAlchemyError, OSError) as error:
            self.trouble.note(error)
            raise
        finally:
            del self._open_since[session]

    def busy_for(self) -> float:
        """Seconds for which the oldest session has been open, or waiting for its turn."""
        now = monotonic()
        return now - min(self._open_since.values(), default=now)

    async def probe(self) -> None:
        """Write a row as it stands; raises what a write would raise."""
        async with asyncio.timeout(_PROBE_SECONDS), self.write() as session:
            connection = await session.connection()
            await connection.execute(_AS_IT_STANDS)

    def _begin_writing(self, connection: Connection) -> None:
        """Wait for the file's lock, which the command line may hold, and let the loop go on."""
        raw: Any = connection.connection.dbapi_connection
        end = monotonic() + self.lock_seconds
        while monotonic() < end:
            try:
                raw.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    break
                await_only(asyncio.sleep(_LOOK_AGAIN_SECONDS))
            else:
                return
        connection.exec_driver_sql(
            "BEGIN IMMEDIATE"
        )  # its error is told as SQLAlchemy tells errors

    async def _written(self, session: AsyncSession) -> int:
        """Asked only while the database is unwell."""
        await session.flush()
        connection = await session.connection()
        return int((await connection.execute(_WRITTEN[self.is_sqlite])).scalar_one())

    async def close(self) -> None:
        await self._reader.dispose()
        await self._writer.dispose()


def writes(session: AsyncSession) -> int:
    """Grows with every statement of this session, under way already, that may change something."""
    return int(session.sync_session.connection().info.get(_WRITES, 0))


def _count_writes(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
    if not statement.startswith("SELECT"):
        connection.info[_WRITES] = connection.info.get(_WRITES, 0) + 1


async def insist(
    act: Callable[Given, Awaitable[Got]], *given: Given.args, **named: Given.kwargs
) -> Got:
    """Do it again until the database is well: what is locked, full or away is waited for."""
    pause = 0.2
    while True:
        try:
            return await act(*given, **named)
        except (SQLAlchemyError, OSError) as error:
            log.error("database; trying again", pause=pause, error=error)  # noqa: TRY400
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)


async def revision(session: AsyncSession) -> str:
    """The schema's own number."""
    connection = await session.connection()
    return str((await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar())


def connections_apart(url: str, **settings: str) -> AsyncEngine:
    """On PostgreSQL: each connection is one's own, outside the pools and outside transactions."""
    return create_async_engine(
        url,
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        connect_args={"server_settings": settings},
    )


def is_trouble(error: BaseException) -> bool:
    """Whether the database is unwell, as against a statement or its data being at fault."""
    if isinstance(error, OSError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return (code & 0xFF) in _SQLITE_TROUBLE
    state = getattr(error.orig, "sqlstate", None) or ""
    return error.connection_invalidated or state.startswith(_POSTGRES_TROUBLE)


def _engine(url: str, *, read_only: bool) -> AsyncEngine:
    if not url.startswith("sqlite"):
        own = {"default_transaction_read_only": "on"} if read_only else _LETS_GO
        options = {"server_settings": {**_FOUND_DEAD, **own}}
        engine = create_async_engine(
            url, pool_pre_ping=True, connect_args=options, hide_parameters=True
        )
        event.listen(engine.sync_engine, "handle_error", _let_go_of_what_is_read_only)
        return engine
    # One connection writes: more are no faster and wait on each other in the file's lock.
    engine = create_async_engine(
        url if read_only else url.replace("sqlite+aiosqlite", inline_sqlite.NAME),
        poolclass=AsyncAdaptedQueuePool,
        pool_size=4 if read_only else 1,
        max_overflow=0,
        hide_parameters=True,  # they are what people wrote, and errors are logged
    )
    event.listen(engine.sync_engine, "connect", _on_connect(read_only=read_only))
    if read_only:
        event.listen(engine.sync_engine, "begin", _begin_reading)
    return engine


def _let_go_of_what_is_read_only(context: ExceptionContext) -> None:
    """A connection learns whether it may write when it is made, and would never learn it anew."""
    if getattr(context.original_exception, "sqlstate", None) == _READ_ONLY:
        context.is_disconnect = True


def _on_connect(*, read_only: bool) -> Any:
    def connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver would not BEGIN before a SELECT
        cursor = connection.cursor()
        for pragma in (
            "busy_timeout=5000",
            "journal_mode=WAL",
            "foreign_keys=ON",
            "synchronous=NORMAL",
            # The writer is the loop itself: it waits for the file's lock in `Database`.
            "query_only=ON" if read_only else "busy_timeout=0",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return connect


def _begin_reading(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN DEFERRED")


def upgrade(url: str, *, after_each: Callable[..., None] | None = None) -> None:
    """Bring the schema to the newest revision, in one transaction; safe to repeat.

    Blocking: call before the loop. `after_each` is called after each revision, for tests.
    """
    config = alembic_config(url)
    if after_each is not None:
        config.attributes["after_each"] = after_each
    command.upgrade(config, "head")


def alembic_config(url: str) -> Config:
    """Alembic's own settings, without a file."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    return config


@cache
def known_revisions() -> tuple[str, ...]:
    """Every revision of the schema that this program can read, the newest first."""
    scripts = ScriptDirectory.from_config(alembic_config(""))
    return tuple(script.revision for script in scripts.walk_revisions())


def file_of(url: str) -> Path:
    """Where a SQLite database lies."""
    return Path(url.partition("///")[2].partition("?")[0])
