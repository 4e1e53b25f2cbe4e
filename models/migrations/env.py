"""Runs migrations on the address given by bot/database.py, over the async drivers."""

import asyncio

from alembic import context
from sqlalchemy import Connection, pool, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import SQLModel

import models  # noqa: F401 - fills the metadata

#: Rows generated from the dictionary and the measures live outside the revisions.
_GENERATED = {"company_row", "company_row_state", "company_row_meta", "outcome_row"}


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    return not (kind == "table" and name in _GENERATED)


#: Two processes that start at once must not both migrate; the connection's end lets go.
_LOCK = "SELECT pg_advisory_lock(89514948414)"


def _migrate(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(_LOCK))
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        include_name=_is_ours,
    )
    with context.begin_transaction():
        context.run_migrations()


async def _run() -> None:
    # An engine without foreign_keys=ON: batch migrations would delete rows of child tables.
    engine = create_async_engine(context.config.attributes["url"], poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(_migrate)
        if connection.dialect.name == "sqlite":
            await connection.execute(text("PRAGMA foreign_key_check"))
        await connection.commit()
    await engine.dispose()


asyncio.run(_run())
