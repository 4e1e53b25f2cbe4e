"""Every revision, up and down, on both databases, with an office's rows in the tables."""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, Enum, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import SQLModel

from bot.database import Database, alembic_config, upgrade
from services.office import Office
from tests.handlers.office import open_office, raise_ticket
from tests.models.schemas import look, schema
from tests.town import MONDAY_TEN, open_town

REVISIONS = [
    one.revision for one in ScriptDirectory.from_config(alembic_config("")).walk_revisions()
]
HEAD = REVISIONS[0]
_VALUES: dict[type, Any] = {
    bool: True,
    int: 1,
    date: MONDAY_TEN.date(),
    datetime: MONDAY_TEN,
    str: "x",
    bytes: b"x",
    object: {},
}
Schemas = dict[str, frozenset[str]]


def test_the_schema_is_the_same_whichever_way_a_revision_was_reached(
    database_url: str, tmp_path: Path, office: Office
) -> None:
    """With rows in every table: down to nothing from here, then up again from each revision."""
    command.downgrade(alembic_config(database_url), "base")
    fresh = walk(database_url, command.upgrade, "head")
    assert list(fresh) == REVISIONS[::-1]
    asyncio.run(fill(database_url, tmp_path, office))
    counted = count(database_url)
    assert all(counted.values()), counted

    down = walk(database_url, command.downgrade, REVISIONS[-1])
    kept = count(database_url)
    up = walk(database_url, command.upgrade, "head")

    for name in REVISIONS:
        assert down.get(name, fresh[name]) ^ fresh[name] == frozenset(), name
        assert up.get(name, fresh[name]) ^ fresh[name] == frozenset(), name
    assert {*down, *up} == {*REVISIONS}
    assert kept.items() - {("calendar_override", 0)} <= counted.items()
    assert look(database_url, "SELECT year, last FROM ticket_counter") == [[(2026, 2)]]
    rounds = look(database_url, "SELECT ticket_id, department, is_open FROM task_round")[0]
    assert len(rounds) == counted["task_round"]


def test_a_refused_revision_leaves_the_database_as_it_was(database_url: str) -> None:
    """The last revision fails after the others of the run went through."""
    command.downgrade(alembic_config(database_url), "0008")
    before = look(database_url)

    def refuse(*, step: Any, **_: Any) -> None:
        if step.up_revision_id == HEAD:
            raise RuntimeError("refused")

    with pytest.raises(RuntimeError, match="refused"):
        upgrade(database_url, after_each=refuse)

    assert look(database_url) == before
    assert look(database_url, "SELECT * FROM alembic_version") == [[("0008",)]]


def test_a_run_killed_in_the_middle_leaves_the_database_as_it_was(database_url: str) -> None:
    command.downgrade(alembic_config(database_url), "0008")
    before = look(database_url)

    dying = multiprocessing.get_context("fork").Process(
        target=_die_while_migrating, args=(database_url,)
    )
    dying.start()
    dying.join()

    assert dying.exitcode == -signal.SIGKILL
    assert look(database_url) == before
    upgrade(database_url)
    assert look(database_url, "SELECT * FROM alembic_version") == [[(HEAD,)]]


def _die_while_migrating(url: str) -> None:
    def die(*, step: Any, **_: Any) -> None:
        if step.up_revision_id == "0013":
            os.kill(os.getpid(), signal.SIGKILL)

    upgrade(url, after_each=die)


def test_every_revision_says_what_going_back_loses() -> None:
    for one in ScriptDirectory.from_config(alembic_config("")).walk_revisions():
        assert "Going back" in (one.module.__doc__ or ""), one.revision


def walk(url: str, go: Callable[..., None], to: str) -> Schemas:
    """Go there, and note the schema after each revision."""
    found: Schemas = {}

    def note(*, ctx: Any, heads: Any, **_: Any) -> None:
        connection: Connection = ctx.connection
        found[next(iter(heads))] = schema(connection)

    config = alembic_config(url)
    config.attributes["after_each"] = note
    go(config, to)
    return found


def count(url: str) -> dict[str, int]:
    """Rows by table, of the tables there are."""
    found = {line.split(" | ")[1] for line in look(url)[0] if line.startswith("column")}
    tables = sorted(found & set(SQLModel.metadata.tables))
    counts = look(url, *(f"SELECT count(*) FROM {table}" for table in tables))  # noqa: S608
    return {table: rows[0][0] for table, rows in zip(tables, counts, strict=True)}


async def fill(url: str, folder: Path, office: Office) -> None:
    """Two tickets of a company at a desk with everything that follows; a row where none came."""
    database = Database(url)
    async with open_town(folder, database, office) as town:
        await open_office(town)
        await town.player("company").says("做芯片封装的，2015年成立，80来人，想贷款换设备")
        await raise_ticket(town, "高企申报系统一直登不上去")
        await raise_ticket(town, "园区班车停了")
        await town.settle()
    async with database.write() as session:
        connection = await session.connection()
        for table in SQLModel.metadata.sorted_tables:
            if (await connection.execute(table.select().limit(1))).first() is None:
                row = {one.name: await _any_value(connection, one) for one in table.columns}
                await connection.execute(insert(table).values(row))
    await database.close()


async def _any_value(connection: AsyncConnection, column: Column[Any]) -> Any:
    for key in column.foreign_keys:
        found = (await connection.execute(select(key.column).limit(1))).first()
        return found[0] if found else None
    if isinstance(column.type, Enum):
        return column.type.python_type(column.type.enums[0])
    kind = getattr(column.type, "impl", column.type).python_type
    return _VALUES[kind]
