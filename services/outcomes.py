"""The outcomes last reviewed: read beside those of today, and written, many companies at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    Table,
    bindparam,
    delete,
    exists,
    func,
    inspect,
    literal,
    or_,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateTable
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import COMPANY_ROLES
from domain.catalogue import Catalogue
from domain.measures import CriteriaStatus, MeasureStatus
from domain.verdicts import Outcome
from models import Membership
from models.company_rows import company_rows
from models.outcome_rows import NOT_OFFERED, TABLE, OutcomeRows, column_of, place_of
from services import reach
from services.company_rows import present_columns

Insert = sqlite.Insert | postgresql.Insert


@dataclass(frozen=True, slots=True)
class Span:
    """Companies after one id, up to another; `outdated` of their derived rows are to be rewritten
    before they can be judged.
    """

    after: int
    upto: int
    outdated: int


@dataclass(frozen=True, slots=True)
class Looked:
    """One company: the outcome last reviewed of each measure in question, and the one of today.

    Both as stored (see models/outcome_rows.py); None was never reviewed.
    """

    company_id: int
    was: tuple[int | None, ...]
    now: tuple[int, ...]


@dataclass(frozen=True)
class Outlook:
    """The outcomes of these measures on a day, for all companies, as SQL.

    Built once for a review: putting all criteria into SQL takes longer than judging a slice.
    `present` are the columns that the derived rows have.
    """

    catalogue: Catalogue
    measures: tuple[str, ...]
    today: date
    present: frozenset[str]
    dialect: str

    async def next_span(self, session: AsyncSession, after: int, limit: int) -> Span | None:
        """The next so many companies by their id; None when there is none left."""
        derived = self._derived
        ids = (
            select(derived.c.company_id, derived.c.stamp)
            .where(derived.c.company_id > after)
            .order_by(derived.c.company_id)
            .limit(limit)
            .subquery()
        )
        outdated = func.count().filter(ids.c.stamp != self._stamp)
        connection = await session.connection()
        upto, old = (await connection.execute(select(func.max(ids.c.company_id), outdated))).one()
        return None if upto is None else Span(after, upto, old)

    async def beside(self, session: AsyncSession, span: Span) -> list[Looked]:
        """The companies of a span that have members: what stood there, and what is true today."""
        connection = await session.connection()
        found = await connection.execute(self._beside, {"after": span.after, "upto": span.upto})
        count = len(self.measures)
        return [Looked(row[0], row[1 : count + 1], row[count + 1 :]) for row in found.all()]

    async def store(self, session: AsyncSession, span: Span, *, only_known: bool) -> None:
        """Write what is true today; `only_known`: companies not reviewed before are left alone."""
        statement = self._storing_known if only_known else self._storing
        connection = await session.connection()
        await connection.execute(statement, {"after": span.after, "upto": span.upto})

    @cached_property
    def _rows(self) -> OutcomeRows:
        return OutcomeRows(self.measures)

    @cached_property
    def _derived(self) -> Table:
        return company_rows(self.catalogue.facts, self.today).table

    @cached_property
    def _stamp(self) -> int:
        return company_rows(self.catalogue.facts, self.today).stamp

    @cached_property
    def _places(self) -> list[ColumnElement[int]]:
        columns = {one.name: one for one in self._derived.columns if one.name in self.present}
        return [self._place(measure_id, columns) for measure_id in self.measures]

    def _place(self, measure_id: str, columns: dict[str, Column[Any]]) -> ColumnElement[int]:
        measure = self.catalogue.measure(measure_id)
        if measure is None or measure.status is not MeasureStatus.ACTIVE:
            return literal(NOT_OFFERED)
        if measure.criteria_status is CriteriaStatus.NONE:
            return literal(place_of(Outcome.OFFICER_CHECK))
        return reach.outcome_column(self.catalogue, measure, columns, self.today)

    @cached_property
    def _within(self) -> ColumnElement[bool]:
        company = self._derived.c.company_id
        return (company > bindparam("after")) & (company <= bindparam("upto"))

    @cached_property
    def _beside(self) -> Select[*tuple[Any, ...]]:
        company, stored = self._derived.c.company_id, self._rows
        has_members = exists().where(
            col(Membership.company_id) == company,
            col(Membership.role).in_(COMPANY_ROLES),
            col(Membership.until).is_(None),
        )
        now = [place.label(f"now_{number}") for number, place in enumerate(self._places)]
        was = [stored.column(measure_id) for measure_id in self.measures]
        return (
            select(company, *was, *now)
            .join(stored.table, stored.table.c.company_id == company, isouter=True)
            .where(self._within, has_members)
        )

    @cached_property
    def _storing(self) -> Insert:
        return self._upsert(select(self._derived.c.company_id, *self._places).where(self._within))

    @cached_property
    def _storing_known(self) -> Insert:
        company, stored = self._derived.c.company_id, self._rows.table
        known = select(company, *self._places).join(stored, stored.c.company_id == company)
        return self._upsert(known.where(self._within))

    def _upsert(self, found: Select[*tuple[Any, ...]]) -> Insert:
        """Only rows in which something differs are touched."""
        stored, names = self._rows.table, [column_of(one) for one in self.measures]
        make = postgresql.insert if self.dialect == "postgresql" else sqlite.insert
        statement = make(stored).from_select(["company_id", *names], found)
        new = {name: statement.excluded[name] for name in names}
        differs = (stored.c[name].is_distinct_from(value) for name, value in new.items())
        return statement.on_conflict_do_update(
            index_elements=["company_id"], set_=new, where=or_(*differs)
        )


async def outlook(
    session: AsyncSession, catalogue: Catalogue, measures: Iterable[str], today: date
) -> Outlook:
    """The outlook on these measures; the table of outcomes gets the columns it needs."""
    connection = await session.connection()
    wanted = tuple(measures)
    await connection.run_sync(_make_table, OutcomeRows(wanted))
    present = await connection.run_sync(present_columns)
    key = id(catalogue), wanted, today, present, connection.dialect.name
    if key not in _BUILT:
        _BUILT.clear()
        _BUILT[key] = Outlook(catalogue, wanted, today, present, connection.dialect.name)
    return _BUILT[key]


#: The review at hand goes on slice by slice with the same outlook.
_BUILT: dict[object, Outlook] = {}


def _make_table(connection: Connection, rows: OutcomeRows) -> None:
    inspector = inspect(connection)
    if not inspector.has_table(TABLE):
        connection.execute(CreateTable(rows.table))
        return
    known = {column["name"] for column in inspector.get_columns(TABLE)}
    for measure_id in rows.measures:
        name = column_of(measure_id)
        if name not in known:
            new = f"{name} SMALLINT DEFAULT {NOT_OFFERED}"
            connection.execute(text(f"ALTER TABLE {TABLE} ADD COLUMN {new}"))


async def forget(session: AsyncSession, company_id: int) -> None:
    """What was reviewed of an erased company."""
    connection = await session.connection()
    if await connection.run_sync(lambda sync: inspect(sync).has_table(TABLE)):
        table = OutcomeRows(()).table
        await connection.execute(delete(table).where(table.c.company_id == company_id))
