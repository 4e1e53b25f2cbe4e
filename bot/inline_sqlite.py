"""SQLite called by the event loop itself: most statements take less than handing them to a thread.

SQLAlchemy's own asynchronous dialect asks a thread four times for each statement. That is right
where a statement may take long, as in the sessions that only read; what writes is short anyway, and
everybody waits for it in any case.
"""

import sqlite3
from typing import Any

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.pool import AsyncAdaptedQueuePool, Pool
from sqlalchemy.util import await_only

NAME = "sqlite+inline"


class _Cursor(sqlite3.Cursor):
    """Keeps the rows when the result leaves SQLAlchemy: what is written later does not alter it."""

    _rows: list[Any] | None = None

    async def _async_soft_close(self) -> None:
        self._rows = super().fetchall()[::-1]

    def fetchone(self) -> Any:
        if self._rows is None:
            return super().fetchone()
        return self._rows.pop() if self._rows else None

    def fetchmany(self, size: int | None = None) -> list[Any]:
        if self._rows is None:
            return super().fetchmany(size or self.arraysize)
        return [self._rows.pop() for _ in range(min(size or self.arraysize, len(self._rows)))]

    def fetchall(self) -> list[Any]:
        if self._rows is None:
            return super().fetchall()
        rows, self._rows = self._rows[::-1], []
        return rows


class _Connection(sqlite3.Connection):
    def cursor(self, factory: Any = _Cursor) -> Any:
        return super().cursor(factory)


class InlineSQLite(SQLiteDialect_pysqlite):
    """The standard library's driver under an asynchronous engine; nothing is ever waited for."""

    driver = "inline"
    is_async = True
    has_terminate = True
    supports_statement_cache = True

    @classmethod
    def get_pool_class(cls, url: Any) -> type[Pool]:  # noqa: ARG003 - SQLAlchemy's form
        """A pool whose waiting does not hold up the loop."""
        return AsyncAdaptedQueuePool

    def connect(self, *given: Any, **named: Any) -> Any:
        """A connection whose cursors go with asynchronous results."""
        return sqlite3.connect(*given, **named, factory=_Connection)

    def do_execute(self, cursor: Any, statement: str, parameters: Any, *_: Any, **__: Any) -> None:
        """Await nothing, but await: SQLAlchemy refuses a driver that never does."""
        await_only(_nothing())
        cursor.execute(statement, parameters)

    def do_executemany(self, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        """The same for many rows at once."""
        await_only(_nothing())
        cursor.executemany(statement, parameters)

    def do_terminate(self, dbapi_connection: Any) -> None:
        """Close a connection that somebody forgot."""
        dbapi_connection.close()


async def _nothing() -> None:
    pass


registry.register("sqlite.inline", __name__, InlineSQLite.__name__)
