"""One process at a time is courier and timekeeper: on PostgreSQL by a lock, on SQLite by itself.

The lock lives on a connection of its own, which must not go through a pooler in transaction mode.
A dead leader's lock is free at once, and its heir begins at once: it need not wait until a leader
that merely lost its connection has noticed, because that one can write nothing any more. Each
write of a leader proves, behind a fence that the heir raises before it begins, that its own
connection still holds the lock. What was on its way to Telegram may come twice, as after a crash.
A leader that is silent (stopped, or cut off) stops by itself; its heir ends its connection later.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog
from sqlalchemy import TextClause, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import Database, connections_apart
from bot.failures import innermost

log = structlog.get_logger()
#: Any numbers that nobody else locks in this database; the lock spells QIHANG.
_LOCK = 0x514948414E47
_FENCE = _LOCK + 1
#: Waiting holds a snapshot that keeps old rows alive: it is begun anew this often.
_WAIT = "30s"
_BEAT_SECONDS = 1
#: A leader that was not answered for so long is no longer sure to be it, and stops.
_SURE_SECONDS = 3
#: Then its heir waits some time more before it ends a connection that is silent.
_SILENCE_SECONDS = 5
_SETTINGS = {
    "application_name": "qihang leader",
    "tcp_keepalives_idle": "3",
    "tcp_keepalives_interval": "1",
    "tcp_keepalives_count": "4",
    "lock_timeout": _WAIT,
}
_LOCK_NOT_AVAILABLE = "55P03"


#: How a lock on a 64-bit key looks in pg_locks.
_IS_HELD = (
    "locktype = 'advisory' AND granted AND objsubid = 1"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND (classid::bigint << 32 | objid::bigint) = "
)
#: CASE, so that the fence is passed first and the lock looked for only then.
_PROOF = text(
    f"SELECT CASE WHEN pg_try_advisory_xact_lock_shared({_FENCE})"  # noqa: S608 - our own numbers
    f" THEN EXISTS (SELECT FROM pg_locks WHERE pid = :pid AND {_IS_HELD} {_LOCK})"
    " ELSE false END"
)
_CUT_OFF_WRITERS = text(
    f"SELECT pg_terminate_backend(pid) FROM pg_locks WHERE {_IS_HELD} {_FENCE}"  # noqa: S608
)
_CUT_OFF_SILENT = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"  # noqa: S608
    f" WHERE pid IN (SELECT pid FROM pg_locks WHERE {_IS_HELD} {_LOCK}) AND state LIKE 'idle%'"
    f" AND state_change < clock_timestamp() - interval '{_SILENCE_SECONDS} seconds'"
)


class NotLeading(Exception):
    """The right to act as the leader is gone, and with it what was about to be done."""


class Leader:
    """Lets the work of the one leader run while this process is it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._pid: int | None = None
        self._sure_until = 0.0
        self._beat = asyncio.Event()
        self.leads = False

    @property
    def database(self) -> Database:
        """For what only the leader may write."""
        if self._database.is_sqlite:
            return self._database
        return self._database.behind(self._prove)

    async def until_sure(self) -> None:
        """Return when the lock was ours a moment ago; who stood still meanwhile asks first."""
        loop = asyncio.get_running_loop()
        while not self._database.is_sqlite and loop.time() >= self._sure_until:
            await self._beat.wait()

    async def reign(self, work: Callable[[], Awaitable[None]]) -> None:
        """Wait for one's turn, work, and when the lock is lost stop at once and wait again."""
        if self._database.is_sqlite:
            self.leads = True
            await work()
            return
        engine = connections_apart(self._database.url, **_SETTINGS)
        while True:
            try:
                async with engine.connect() as connection:
                    await self._succeed(connection)
                    await self._lead(connection, work)
            except* (SQLAlchemyError, OSError, NotLeading) as errors:
                log.warning("not the leader; waiting", error=innermost(errors))
            _stop_if_cancelled()
            await asyncio.sleep(_BEAT_SECONDS)

    async def _succeed(self, connection: AsyncConnection) -> None:
        """Return with the lock, when nobody can write in an earlier leader's name any more."""
        async with asyncio.TaskGroup() as group:
            looking = group.create_task(self._end_silent_leaders())
            await _wait_for_lock(connection)
            looking.cancel()
        await connection.execute(_CUT_OFF_WRITERS)
        await connection.execute(text(f"SELECT pg_advisory_xact_lock({_FENCE})"))

    async def _end_silent_leaders(self) -> None:
        while True:
            await asyncio.sleep(_BEAT_SECONDS)
            async with self._database.read() as session:
                ended = await (await session.connection()).execute(_CUT_OFF_SILENT)
                if ended.all():
                    log.warning("the leader was silent: its connection is ended")

    async def _lead(self, connection: AsyncConnection, work: Callable[[], Awaitable[None]]) -> None:
        log.info("leading: courier and timekeeper")
        self._pid = await self._ask(connection)
        self.leads = True
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._watch(connection))
                group.create_task(self._stop_in_doubt())
                await work()
        finally:
            self.leads, self._pid, self._sure_until = False, None, 0

    async def _watch(self, connection: AsyncConnection) -> None:
        """Ask every second; raise as soon as the connection is closed."""
        gone = asyncio.Event()
        driver = (await connection.get_raw_connection()).driver_connection
        if driver is not None:
            driver.add_termination_listener(lambda _: gone.set())
        while not gone.is_set():
            await self._ask(connection)
            with suppress(TimeoutError):
                async with asyncio.timeout(_BEAT_SECONDS):
                    await gone.wait()
        raise NotLeading("the server closed the connection")

    async def _ask(self, connection: AsyncConnection) -> int | None:
        """The connection's own number. An answer makes sure, from the moment it was asked for."""
        asked = asyncio.get_running_loop().time()
        pid: int | None = (await connection.execute(text("SELECT pg_backend_pid()"))).scalar()
        self._sure_until = asked + _SURE_SECONDS
        self._beat.set()
        self._beat = asyncio.Event()
        return pid

    async def _stop_in_doubt(self) -> None:
        """Apart from the question, which may hang."""
        loop = asyncio.get_running_loop()
        while (left := self._sure_until - loop.time()) > 0:  # noqa: ASYNC110 - time is the event
            await asyncio.sleep(left)
        self.leads = False
        raise NotLeading("the database does not answer")

    async def _prove(self, session: AsyncSession) -> None:
        """Raise NotLeading unless this transaction may be a leader's."""
        connection = await session.connection()
        if not (await connection.execute(_PROOF, {"pid": self._pid or 0})).scalar():
            raise NotLeading("the lock is no longer ours")


async def _wait_for_lock(connection: AsyncConnection) -> None:
    lock: TextClause = text(f"SELECT pg_advisory_lock({_LOCK})")
    while True:
        try:
            await connection.execute(lock)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
                raise
        else:
            return


def _stop_if_cancelled() -> None:
    """A group of tasks that already fails swallows that its owner was cancelled, until 3.13."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
