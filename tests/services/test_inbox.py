"""Updates that arrived, however many there are."""

import sqlite3
from contextlib import closing

from sqlalchemy.dialects import sqlite

from bot.database import file_of
from services.inbox import heads_of_chats


def test_the_next_updates_are_found_without_reading_those_that_are_done(sqlite_url: str) -> None:
    """A house of years keeps millions of them; each step must go by an index over open ones."""
    query = str(heads_of_chats().compile(dialect=sqlite.dialect()))

    with closing(sqlite3.connect(file_of(sqlite_url))) as connection:
        asked = [1] * query.count("?")
        steps = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {query}", asked)]

    assert [step for step in steps if "ix_inbox_" not in step] == ["CORRELATED SCALAR SUBQUERY 1"]
