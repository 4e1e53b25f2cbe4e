"""Keeping the derived row of each company: written with every fact, and anew when rules change."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import (
    Connection,
    Engine,
    Table,
    delete,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateTable, DropTable
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.derived import Readings
from domain.fact_rows import FactRow, profile_of_rows
from domain.facts import FactDictionary, Profile
from models import Company, Fact
from models.company_rows import TABLE, CompanyRows, company_row_state, company_rows
from services.office import Office

SLICE = 100
"""Companies written in one transaction while rows are written anew."""

LOOK = 2000
"""Companies looked at in one transaction for rows that are missing or outdated."""

KEPT = 8
"""Tables, one per set of columns, whose statement is kept."""

_ONLY = 1


async def write_row(
    session: AsyncSession,
    dictionary: FactDictionary,
    company_id: int,
    profile: Profile,
    today: date,
) -> None:
    """Write what is known of a company into its derived row, in the transaction of the facts."""
    await write_many(session, dictionary, {company_id: profile}, today)


async def write_many(
    session: AsyncSession,
    dictionary: FactDictionary,
    profiles: Mapping[int, Profile],
    today: date,
) -> None:
    """Write the derived rows of many companies, by their ids, in one statement."""
    await write_values(session, dictionary, values_of(dictionary, profiles, today), today)


def values_of(
    dictionary: FactDictionary, profiles: Mapping[int, Profile], today: date
) -> list[dict[str, Any]]:
    """What the derived rows of these companies hold."""
    rows = company_rows(dictionary, today)
    return [
        {"company_id": company_id, **rows.values(Readings(profile, today))}
        for company_id, profile in profiles.items()
    ]


async def write_values(
    session: AsyncSession,
    dictionary: FactDictionary,
    values: Sequence[Mapping[str, Any]],
    today: date,
) -> None:
    """Write derived rows that were worked out before, in one statement."""
    rows = company_rows(dictionary, today)
    await ensure_table(session, rows)
    if values:
        connection = await session.connection()
        await connection.execute(_upsert(rows.table, connection.dialect.name), values)


@lru_cache(maxsize=KEPT)
def _upsert(table: Table, dialect: str) -> sqlite.Insert | postgresql.Insert:
    """Columns of facts that the dictionary does not have at present keep what they hold.

    Several hundred columns are slow to put into words.
    """
    make = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = make(table)
    new = {
        column.name: statement.excluded[column.name]
        for column in table.columns
        if not column.primary_key
    }
    return statement.on_conflict_do_update(index_elements=["company_id"], set_=new)


async def drop_row(
    session: AsyncSession, dictionary: FactDictionary, company_id: int, today: date
) -> None:
    """Forget the derived row of an erased company."""
    rows = company_rows(dictionary, today)
    await ensure_table(session, rows)
    connection = await session.connection()
    await connection.execute(delete(rows.table).where(rows.table.c.company_id == company_id))


async def ensure_table(session: AsyncSession, rows: CompanyRows) -> None:
    """Make the table when it is missing, and add the columns it lacks: it only ever grows."""
    ready = _READY.setdefault(session.get_bind(), set())
    if rows.fingerprint in ready:
        return
    connection = await session.connection()
    await connection.run_sync(_create_state)
    known = (await connection.execute(select(company_row_state.c.fingerprint))).scalar()
    if known == rows.fingerprint:
        if _GREW not in session.info:
            ready.add(known)
        return
    session.info[_GREW] = True
    await connection.run_sync(_grow, rows.table)
    await connection.execute(delete(company_row_state))
    await connection.execute(
        insert(company_row_state).values(id=_ONLY, fingerprint=rows.fingerprint, looked_to=0)
    )


#: For which columns a database had its table when a transaction began: those it has for good.
_READY: WeakKeyDictionary[Engine | Connection, set[str]] = WeakKeyDictionary()
#: What a session is marked with that made some: it may yet be rolled back.
_GREW = "company_row grew"


def _create_state(connection: Connection) -> None:
    connection.execute(CreateTable(company_row_state, if_not_exists=True))


def _grow(connection: Connection, table: Table) -> None:
    there = present_columns(connection)
    if "stamp" not in there:
        connection.execute(DropTable(table, if_exists=True))
        connection.execute(CreateTable(table))
        return
    dialect = connection.dialect
    # SQLite has one writer; in PostgreSQL another process may have been quicker.
    unless = "IF NOT EXISTS " if dialect.name == "postgresql" else ""
    for column in table.columns:
        if column.name not in there:
            name = dialect.identifier_preparer.quote(column.name)
            kind = column.type.compile(dialect)
            connection.execute(text(f"ALTER TABLE {TABLE} ADD COLUMN {unless}{name} {kind}"))


def present_columns(connection: Connection) -> frozenset[str]:
    """The columns the table has now; none when it was never made."""
    inspector = inspect(connection)
    if not inspector.has_table(TABLE):
        return frozenset()
    return frozenset(column["name"] for column in inspector.get_columns(TABLE))


async def fill_rows(session: AsyncSession, office: Office, now: datetime) -> bool:
    """A slice of looking for rows that are missing or outdated, and of writing them: a job.

    True: there is more. Once every company was looked at, the next run starts from the first.
    """
    today = office.today(now)
    rows = company_rows(office.catalogue.facts, today)
    await ensure_table(session, rows)
    connection = await session.connection()
    looked_to = (await connection.execute(select(company_row_state.c.looked_to))).scalar_one()
    looked_at, outdated = await _outdated_after(session, rows, looked_to)
    profiles = await profiles_of(session, outdated[:SLICE], rows.dictionary)
    await write_many(session, rows.dictionary, profiles, today)
    ends = outdated[SLICE - 1] if len(outdated) > SLICE else max(looked_at, default=0)
    await connection.execute(update(company_row_state).values(looked_to=ends))
    return bool(looked_at)


async def _outdated_after(
    session: AsyncSession, rows: CompanyRows, company_id: int
) -> tuple[list[int], list[int]]:
    """The next companies, and those of them whose row is missing or outdated, by their ids."""
    next_ones = (
        select(col(Company.id), col(Company.erased_at))
        .where(col(Company.id) > company_id)
        .order_by(col(Company.id))
        .limit(LOOK)
        .subquery()
    )
    row = rows.table.c
    statement = (
        select(
            next_ones.c.id, next_ones.c.erased_at.is_(None) & row.stamp.is_distinct_from(rows.stamp)
        )
        .join_from(next_ones, rows.table, row.company_id == next_ones.c.id, isouter=True)
        .order_by(next_ones.c.id)
    )
    connection = await session.connection()
    found = (await connection.execute(statement)).all()
    return [key for key, _ in found], [key for key, is_outdated in found if is_outdated]


async def profiles_of(
    session: AsyncSession, companies: Sequence[int], dictionary: FactDictionary
) -> dict[int, Profile]:
    """What is known of each of these companies, by their ids."""
    statement = (
        select(col(Fact.company_id), col(Fact.key), col(Fact.value), col(Fact.year), col(Fact.item))
        .where(col(Fact.company_id).in_(companies))
        .order_by(col(Fact.at), col(Fact.id))
    )
    await session.flush()
    said: dict[int, list[FactRow]] = {company_id: [] for company_id in companies}
    connection = await session.connection()
    for company_id, *row in await connection.execute(statement):
        said[company_id].append(FactRow(*row))
    return {key: profile_of_rows(parts, dictionary) for key, parts in said.items()}
