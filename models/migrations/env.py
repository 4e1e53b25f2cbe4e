"""Runs migrations on the address given by bot/database.py, over the async drivers.

All revisions of one run are one transaction, in SQLite too: one that is refused, or killed in the
middle, leaves the database as it was.
"""

import asyncio
from collections import Counter
from typing import Any

from alembic import context
from sqlalchemy import Connection, event, pool, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import SQLModel

import models  # noqa: F401 - fills the metadata

#: Rows generated from the dictionary and the measures live outside the revisions.
_GENERATED = {"company_row", "company_row_state", "company_row_meta", "outcome_row"}
#: How long another program that writes is waited for.
_PATIENCE_MILLISECONDS = 30_000


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    return not (kind == "table" and name in _GENERATED)


#: Two processes that start at once must not both migrate; the transaction's end lets go.
_LOCK = "SELECT pg_advisory_xact_lock(89514948414)"


def _migrate(connection: Connection) -> None:
    is_sqlite = connection.dialect.name == "sqlite"
    if not is_sqlite:
        connection.execute(text(_LOCK))
    dangling = _dangling(connection) if is_sqlite else Counter()
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=is_sqlite,
        compare_type=True,
        include_name=_is_ours,
        on_version_apply=context.config.attributes.get("after_each", ()),
    )
    with context.begin_transaction():
        context.run_migrations()
    if is_sqlite and (lost := _dangling(connection) - dangling):
        raise SQLAlchemyError(f"migrating would leave rows that refer to nothing in {[*lost]}")


def _dangling(connection: Connection) -> Counter[str]:
    """Rows by table that refer to something that is not there."""
    return Counter(row[0] for row in connection.execute(text("PRAGMA foreign_key_check")))


async def _run() -> None:
    # An engine without foreign_keys=ON: batch migrations would delete rows of child tables.
    engine = create_async_engine(context.config.attributes["url"], poolclass=pool.NullPool)
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", _leave_transactions_to_us)
        event.listen(engine.sync_engine, "begin", _begin)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_migrate)
    finally:
        await engine.dispose()


def _leave_transactions_to_us(connection: Any, _record: object) -> None:
    """The driver would begin before a row is changed, and let changes of tables go at once."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={_PATIENCE_MILLISECONDS}")
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


asyncio.run(_run())
