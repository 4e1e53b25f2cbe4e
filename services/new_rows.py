"""Rows that are only written: nobody needs them as objects, which cost three times as much."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Insert, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

#: Every column that the table itself has no default for.
Row = Mapping[str, Any]


async def insert(session: AsyncSession, table: type[SQLModel], rows: Sequence[Row]) -> None:
    """Write rows; objects that wait in the session go first, for the rows may name them."""
    await _insert(session, table, rows, or_ignore=False)


async def insert_unknown(session: AsyncSession, table: type[SQLModel], rows: Sequence[Row]) -> bool:
    """The same, but a row whose unique key is there already is left out, and stays out where
    another process writes it at this moment. Of a single row: whether it was new."""
    return await _insert(session, table, rows, or_ignore=True) > 0


async def _insert(
    session: AsyncSession, table: type[SQLModel], rows: Sequence[Row], *, or_ignore: bool
) -> int:
    if not rows:
        return 0
    if session.new:
        await session.flush()
    statement = _statement(table, session.get_bind().dialect.name, or_ignore=or_ignore)
    with session.no_autoflush:  # what merely changed is written once, when the update is over
        result = await session.exec(statement, params=rows if len(rows) > 1 else rows[0])
    return result.rowcount


@cache
def _statement(table: type[SQLModel], dialect: str, *, or_ignore: bool) -> Insert:
    make = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = make(inspect(table).local_table)
    return statement.on_conflict_do_nothing() if or_ignore else statement
