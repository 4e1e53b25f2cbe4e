"""Tables that grow and that a statement of the bot would read from their beginning to their end.

A test has a handful of rows, and notices nothing; after some years it would stop everybody. Only
what may write is watched: there the bot asks nearly all, and tests look with sessions that read.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event

from bot.database import Database

#: Rows are added day by day, and none are taken away.
GROWING = frozenset({"fact", "inbox", "message", "notice", "outbox", "ticket_event"})
_known: dict[str, tuple[str, ...]] = {}


@contextmanager
def watched(database: Database) -> Iterator[list[str]]:
    """What SQLite would read whole, as "table: statement"."""
    found = list[str]()

    def look(
        connection: Connection, _cursor: Any, statement: str, given: Any, _context: Any, many: bool
    ) -> None:
        if statement not in _known:
            _known[statement] = tuple(
                _read_whole(connection, statement, given[0] if many else given)
            )
        found.extend(f"{table}: {statement}" for table in _known[statement])

    event.listen(database._writer.sync_engine, "before_cursor_execute", look)
    try:
        yield found
    finally:
        event.remove(database._writer.sync_engine, "before_cursor_execute", look)


def _read_whole(connection: Connection, statement: str, given: Any) -> Iterator[str]:
    if not statement.startswith(("SELECT", "UPDATE", "DELETE")):
        return
    raw: Any = connection.connection.dbapi_connection
    for *_, step in raw.execute(f"EXPLAIN QUERY PLAN {statement}", given).fetchall():
        act, _, table = step.partition(" ")
        if act == "SCAN" and table in GROWING:
            yield table
