"""The schema of a database as plain lines, so that two can be compared whole."""

import asyncio
import re
from typing import Any

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

_SQLITE = (
    """SELECT 'column', t.name, c.name, c.type, c."notnull", c.dflt_value, c.pk
       FROM sqlite_master t, pragma_table_xinfo(t.name) c WHERE t.type = 'table'""",
    """SELECT 'index', t.name, i."unique", i.origin, i.partial, m.sql,
              (SELECT group_concat(name) FROM pragma_index_info(i.name))
       FROM sqlite_master t, pragma_index_list(t.name) i
       LEFT JOIN sqlite_master m ON m.name = i.name WHERE t.type = 'table'""",
    """SELECT 'reference', t.name, f."from", f."table", f."to", f.on_delete
       FROM sqlite_master t, pragma_foreign_key_list(t.name) f WHERE t.type = 'table'""",
    "SELECT type, name, sql FROM sqlite_master WHERE type IN ('trigger', 'view')",
)
_SQLITE_TABLES = "SELECT name, sql FROM sqlite_master WHERE type = 'table'"
_POSTGRES = (
    """SELECT 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
              pg_get_expr(d.adbin, d.adrelid)
       FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
       LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
       WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0
         AND NOT a.attisdropped""",
    """SELECT 'index', pg_get_indexdef(indexrelid) FROM pg_index
       JOIN pg_class c ON c.oid = indrelid WHERE c.relnamespace = 'public'::regnamespace""",
    """SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
       FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    "SELECT 'trigger', pg_get_triggerdef(oid), tgenabled FROM pg_trigger WHERE NOT tgisinternal",
    """SELECT 'function', proname, prosrc FROM pg_proc
       WHERE pronamespace = 'public'::regnamespace""",
    """SELECT relkind, relname FROM pg_class
       WHERE relnamespace = 'public'::regnamespace AND relkind NOT IN ('r', 'i')""",
)
#: Made by the program when it first needs them, outside the revisions.
_SPELLING = re.compile(r'(?:::[a-z ]+|[\s"()\[\]])+')
"""A dump is read back with other casts and brackets than the statement had."""
_GENERATED = re.compile(r"\b(company_row|outcome_row)")


def schema(connection: Connection) -> frozenset[str]:
    """Columns with type and default, constraints, indexes with their conditions, triggers."""
    is_sqlite = connection.dialect.name == "sqlite"
    rows = [
        row
        for query in (_SQLITE if is_sqlite else _POSTGRES)
        for row in connection.execute(text(query))
    ]
    if is_sqlite:
        rows += _named_constraints(connection)
    lines = (_SPELLING.sub(" ", " | ".join(map(str, row))).strip() for row in rows)
    return frozenset(line for line in lines if not _GENERATED.search(line))


def _named_constraints(connection: Connection) -> list[Any]:
    """Names of constraints stand nowhere in SQLite but in the words that made the table."""
    return [
        ("constraint", table, name)
        for table, made_by in connection.execute(text(_SQLITE_TABLES))
        for name in re.findall(r"CONSTRAINT \"?(\w+)", made_by)
    ]


def look(url: str, *queries: str) -> list[Any]:
    """The answers to some queries, or the schema; for tests with or without a loop."""

    def ask(connection: Connection) -> list[Any]:
        return [connection.execute(text(query)).fetchall() for query in queries] or [
            schema(connection)
        ]

    if url.startswith("sqlite"):
        with create_engine(url.replace("+aiosqlite", "")).connect() as connection:
            return ask(connection)

    async def run() -> list[Any]:
        async with create_async_engine(url, poolclass=NullPool).connect() as connection:
            return await connection.run_sync(ask)

    return asyncio.run(run())
