"""One process at a time is courier and timekeeper: on PostgreSQL by a lock, on SQLite by itself.

The lock lives on a connection of its own, which must not go through a pooler in transaction mode.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from bot.database import Database

log = structlog.get_logger()
#: Any number that nobody else locks in this database; spells QIHANG.
_LOCK = 0x514948414E47
#: Waiting holds a snapshot that keeps old rows alive: it is begun anew this often.
_WAIT = "30s"
_LOOK_EVERY_SECONDS = 1
#: A leader stops when its connection is silent for so long; the server lets go of the lock later.
_SILENCE_SECONDS = 3
_GRACE_SECONDS = 2
_KEEPALIVE = {
    "tcp_keepalives_idle": "3",
    "tcp_keepalives_interval": "1",
    "tcp_keepalives_count": "4",
    "lock_timeout": _WAIT,
}
_LOCK_NOT_AVAILABLE = "55P03"


class _LostLock(Exception):
    """The connection that holds the lock is gone, and with it the right to go on."""


class Leader:
    """Lets the work of the one leader run while this process is it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.leads = False

    async def reign(self, work: Callable[[], Awaitable[None]]) -> None:
        """Wait for one's turn, work, and when the lock is lost stop at once and wait again."""
        if self._database.is_sqlite:
            self.leads = True
            await work()
            return
        engine = create_async_engine(
            self._database.url,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            connect_args={"server_settings": _KEEPALIVE},
        )
        while True:
            try:
                async with engine.connect() as connection:
                    await _wait_for_lock(connection)
                    await self._lead(connection, work)
            except* (SQLAlchemyError, OSError, _LostLock) as errors:
                log.warning("not the leader; waiting", error=errors.exceptions[0])
            await asyncio.sleep(_LOOK_EVERY_SECONDS)

    async def _lead(self, connection: AsyncConnection, work: Callable[[], Awaitable[None]]) -> None:
        log.info("leading: courier and timekeeper")
        self.leads = True
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(_watch(connection))
                await work()
        finally:
            self.leads = False


async def _wait_for_lock(connection: AsyncConnection) -> None:
    """Return with the lock. After somebody else had it, he is given time to notice and stop."""
    key = {"key": _LOCK}
    if (await connection.execute(text("SELECT pg_try_advisory_lock(:key)"), key)).scalar():
        return
    while True:
        try:
            await connection.execute(text("SELECT pg_advisory_lock(:key)"), key)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
                raise
        else:
            break
    await asyncio.sleep(_GRACE_SECONDS)
    await connection.execute(text("SELECT 1"))


async def _watch(connection: AsyncConnection) -> None:
    """Raise as soon as the connection is closed, or does not answer any more."""
    gone = asyncio.Event()
    driver = (await connection.get_raw_connection()).driver_connection
    if driver is not None:
        driver.add_termination_listener(lambda _: gone.set())
    while not gone.is_set():
        try:
            async with asyncio.timeout(_SILENCE_SECONDS):
                await connection.execute(text("SELECT 1"))
        except (SQLAlchemyError, OSError) as error:
            raise _LostLock(str(error)[:200]) from error
        with suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_EVERY_SECONDS):
                await gone.wait()
    raise _LostLock("the server closed the connection")
