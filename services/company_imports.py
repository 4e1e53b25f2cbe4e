"""Keeping imported companies: who is known already, what a row adds, the derived row.

An import never overrides what a company or an officer said: such a fact is left as it is and
counted. A row without a code belongs to the imported company of the same name, if there is one.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import func, insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain import visible
from domain.fact_rows import FactRow, newest, profile_of_rows, rows_of_profile
from domain.facts import FactDictionary, Profile
from domain.limits import LONGEST_NAME
from domain.uscc import read_uscc
from models import Company, Fact
from models.companies import FactSource
from models.ids import new_id
from services import company_rows
from services.company_workbooks import CompanyRow

SLICE = 50
"""Companies kept in one transaction: some tens of milliseconds, so that replies keep flowing."""


class Identity(NamedTuple):
    """What tells rows apart: the code, else the name, else where the row stands."""

    code: str = ""
    name: str = ""
    row: int = 0


@dataclass
class Imported:
    """What an import did so far; `left_as_told` counts facts that somebody told otherwise."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    left_as_told: Counter[str] = field(default_factory=Counter)

    @property
    def kept(self) -> int:
        """Rows that were taken, whether or not they said anything new."""
        return self.added + self.updated + self.unchanged

    def count(self, other: "Imported") -> None:
        """Add what a slice did."""
        self.added += other.added
        self.updated += other.updated
        self.unchanged += other.unchanged
        self.left_as_told.update(other.left_as_told)


@dataclass
class _Known:
    """A company with the rows of its facts so far, oldest first, and who told each place."""

    company_id: int
    is_new: bool = False
    has_news: bool = False
    rows: list[FactRow] = field(default_factory=list)
    told_by: dict[tuple[str, int | None, str | None], FactSource] = field(default_factory=dict)

    def hear(self, row: FactRow, source: FactSource) -> None:
        self.rows.append(row)
        self.told_by[row.place] = source


class _Standing(NamedTuple):
    """Which companies of a slice were here already, and the last fact of any of them."""

    companies: frozenset[int]
    last_fact: int | None


@dataclass
class Plan:
    """All that keeping a slice will write, worked out before."""

    rows: Sequence[CompanyRow]
    now: datetime
    standing: _Standing
    companies: list[Company] = field(default_factory=list)
    facts: list[dict[str, Any]] = field(default_factory=list)
    derived: list[dict[str, Any]] = field(default_factory=list)
    done: Imported = field(default_factory=Imported)


class Import:
    """One run over a workbook, slice after slice: `plan` only reads, `keep` writes what it made.

    While a slice is planned nobody waits for the database; keeping it takes a moment.
    """

    def __init__(self, dictionary: FactDictionary, names: dict[str, int], today: date) -> None:
        self._dictionary = dictionary
        self._names = names
        self._today = today
        self.done = Imported()

    async def plan(self, session: AsyncSession, rows: Sequence[CompanyRow], now: datetime) -> Plan:
        """The companies of a slice with their facts and derived rows."""
        known = await self._companies(session, rows)
        plan = Plan(rows, now, await _standing(session, known.values()))
        await _read_facts(session, known.values())
        for row in rows:
            identity = _identity(row)
            if identity not in known:
                known[identity] = _add(plan, row)
            self._take(plan, known[identity], row.profile)
        profiles = {one.company_id: self._profile(one) for one in known.values() if one.has_news}
        plan.derived = company_rows.values_of(self._dictionary, profiles, self._today)
        return plan

    async def keep(self, session: AsyncSession, plan: Plan) -> None:
        """Write a slice; it is planned anew if somebody else wrote about its companies since."""
        known = await self._companies(session, plan.rows)
        if plan.standing != await _standing(session, known.values()):
            plan = await self.plan(session, plan.rows, plan.now)
        session.add_all(plan.companies)
        await session.flush()
        if plan.facts:
            await (await session.connection()).execute(insert(Fact), plan.facts)
        await company_rows.write_values(session, self._dictionary, plan.derived, self._today)
        self._names |= {one.name: one.id for one in plan.companies if one.name and not one.uscc}
        self.done.count(plan.done)

    async def _companies(
        self, session: AsyncSession, rows: Sequence[CompanyRow]
    ) -> dict[Identity, _Known]:
        """The companies of a slice that are here already."""
        wanted = {_identity(row) for row in rows}
        codes = {identity.code for identity in wanted if identity.code}
        statement = select(Company.uscc, Company.id).where(col(Company.uscc).in_(codes))
        found = {
            Identity(code=code or ""): _Known(company_id)
            for code, company_id in (await session.exec(statement)).all()
        }
        for identity in wanted:
            if identity.name in self._names and not identity.code:
                found[identity] = _Known(self._names[identity.name])
        return found

    def _take(self, plan: Plan, known: _Known, profile: Profile) -> None:
        """What says something new is to be kept; what somebody told is not told otherwise."""
        before = newest(known.rows)
        said = rows_of_profile(profile, self._dictionary)
        fresh = [row for row in said if before.get(row.place) != row]
        told = [row for row in fresh if known.told_by.get(row.place) not in _MAY_REPLACE]
        plan.done.left_as_told.update({row.key for row in told})
        kept = [row for row in fresh if row not in told]
        for row in kept:
            known.hear(row, FactSource.IMPORT)
        _count(plan.done, known, has_news=bool(kept))
        known.has_news = known.has_news or bool(kept)
        plan.facts += [_fact(known.company_id, row, plan.now) for row in kept]

    def _profile(self, known: _Known) -> Profile:
        return profile_of_rows(known.rows, self._dictionary)


_MAY_REPLACE = frozenset({None, FactSource.IMPORT})


def _add(plan: Plan, row: CompanyRow) -> _Known:
    code = read_uscc(row.uscc)
    company = Company(
        name=_name(row),
        uscc=code.code if code else None,
        uscc_checked=code is not None and code.sure,
        created_at=plan.now,
    )
    plan.companies.append(company)
    return _Known(company.id, is_new=True, has_news=True)


def _count(done: Imported, known: _Known, *, has_news: bool) -> None:
    if known.is_new:
        done.added += 1
        known.is_new = False
    elif has_news:
        done.updated += 1
    else:
        done.unchanged += 1


async def start(session: AsyncSession, dictionary: FactDictionary, today: date) -> Import:
    """An import that knows the companies imported without a code, by name.

    A name that several of them have tells none of them apart.
    """
    statement = select(Company.name, Company.id).where(
        col(Company.uscc).is_(None),
        col(Company.created_by).is_(None),
        col(Company.erased_at).is_(None),
        col(Company.name) != "",
    )
    found = (await session.exec(statement)).all()
    times = Counter(name for name, _ in found)
    return Import(dictionary, {name: id_ for name, id_ in found if times[name] == 1}, today)


def _identity(row: CompanyRow) -> Identity:
    code = read_uscc(row.uscc)
    if code is not None:
        return Identity(code=code.code)
    name = _name(row)
    return Identity(name=name) if name else Identity(row=row.row)


def _name(row: CompanyRow) -> str:
    return visible.name(row.name, LONGEST_NAME)


async def _standing(session: AsyncSession, known: Iterable[_Known]) -> _Standing:
    ids = frozenset(one.company_id for one in known)
    statement = select(func.max(col(Fact.id))).where(col(Fact.company_id).in_(ids))
    return _Standing(ids, (await session.exec(statement)).one() if ids else None)


async def _read_facts(session: AsyncSession, known: Iterable[_Known]) -> None:
    """Hear what was said of each company, oldest first."""
    by_id = {one.company_id: one for one in known}
    statement = (
        select(Fact).where(col(Fact.company_id).in_(by_id)).order_by(col(Fact.at), col(Fact.id))
    )
    for fact in (await session.exec(statement)).all():
        row = FactRow(fact.key, fact.value, fact.year, fact.item)
        by_id[fact.company_id].hear(row, fact.source)


def _fact(company_id: int, row: FactRow, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "company_id": company_id,
        "key": row.key,
        "year": row.year,
        "item": row.item,
        "value": row.value,
        "source": FactSource.IMPORT,
        "person_id": None,
        "at": now,
    }
