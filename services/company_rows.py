"""Keeping the derived row of each company: built from the dictionary, written with every fact."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, inspect, select, update
from sqlalchemy.schema import CreateTable, DropTable
from sqlmodel import col
from sqlmodel import select as select_rows
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.derived import Readings
from domain.fact_rows import FactRow, profile_of_rows
from domain.facts import FactDictionary, Profile
from models import Company, Fact
from models.company_rows import TABLE, CompanyRows, company_row_meta, company_rows
from services.office import Office

SLICE = 300
"""Companies written in one transaction while the table is built anew."""

_ONLY = 1


async def write_row(
    session: AsyncSession,
    dictionary: FactDictionary,
    company_id: int,
    profile: Profile,
    today: date,
) -> None:
    """Write what is known of a company into its derived row, in the transaction of the facts."""
    rows = company_rows(dictionary, today)
    await ensure_table(session, rows)
    await _put(session, rows, company_id, profile, today)


async def drop_row(
    session: AsyncSession, dictionary: FactDictionary, company_id: int, today: date
) -> None:
    """Forget the derived row of an erased company."""
    rows = company_rows(dictionary, today)
    await ensure_table(session, rows)
    connection = await session.connection()
    await connection.execute(delete(rows.table).where(rows.table.c.company_id == company_id))


async def ensure_table(session: AsyncSession, rows: CompanyRows) -> bool:
    """Make the table when it is missing or was built for other columns; says whether it did."""
    connection = await session.connection()
    await connection.run_sync(_create_meta)
    known = (await connection.execute(select(company_row_meta.c.fingerprint))).scalar()
    if known == rows.fingerprint:
        return False
    await connection.run_sync(_create_anew, rows.table)
    await connection.execute(delete(company_row_meta))
    await connection.execute(
        insert(company_row_meta).values(
            id=_ONLY, fingerprint=rows.fingerprint, filled_to=0, complete=False
        )
    )
    return True


async def fill_rows(session: AsyncSession, office: Office, now: datetime) -> bool:
    """A slice of building the rows anew: a job of the timetable. True: there is more."""
    today = office.today(now)
    rows = company_rows(office.catalogue.facts, today)
    await ensure_table(session, rows)
    connection = await session.connection()
    meta = (await connection.execute(select(company_row_meta))).one()
    if meta.complete:
        return False
    companies = await _companies_after(session, meta.filled_to)
    for company_id, profile in (await _profiles(session, companies, rows.dictionary)).items():
        await _put(session, rows, company_id, profile, today)
    is_last = len(companies) < SLICE
    await connection.execute(
        update(company_row_meta).values(
            filled_to=companies[-1] if companies else meta.filled_to, complete=is_last
        )
    )
    return not is_last


async def _companies_after(session: AsyncSession, company_id: int) -> list[int]:
    statement = (
        select_rows(Company.id)
        .where(col(Company.id) > company_id, col(Company.erased_at).is_(None))
        .order_by(col(Company.id))
        .limit(SLICE)
    )
    return list((await session.exec(statement)).all())


async def _profiles(
    session: AsyncSession, companies: list[int], dictionary: FactDictionary
) -> dict[int, Profile]:
    statement = (
        select_rows(Fact)
        .where(col(Fact.company_id).in_(companies))
        .order_by(col(Fact.at), col(Fact.id))
    )
    told: dict[int, list[FactRow]] = {company_id: [] for company_id in companies}
    for fact in (await session.exec(statement)).all():
        told[fact.company_id].append(FactRow(fact.key, fact.value, fact.year, fact.item))
    return {key: profile_of_rows(parts, dictionary) for key, parts in told.items()}


async def _put(
    session: AsyncSession, rows: CompanyRows, company_id: int, profile: Profile, today: date
) -> None:
    values: dict[str, Any] = dict(rows.values(Readings(profile, today)))
    table = rows.table
    connection = await session.connection()
    changed = await connection.execute(
        update(table).where(table.c.company_id == company_id).values(values)
    )
    if not changed.rowcount:
        await connection.execute(insert(table).values(company_id=company_id, **values))


def _create_meta(connection: Connection) -> None:
    connection.execute(CreateTable(company_row_meta, if_not_exists=True))


def _create_anew(connection: Connection, table: Table) -> None:
    if inspect(connection).has_table(TABLE):
        connection.execute(DropTable(table))
    connection.execute(CreateTable(table))
