"""Keeping imported companies: who is known already, what a row adds, the derived row.

An import never overrides what a company or an officer said: such a fact is left as it is and
counted. A row without a code belongs to the imported company of the same name, if there is one.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.fact_rows import FactRow, newest, profile_of_rows, rows_of_profile
from domain.facts import FactDictionary, Profile
from domain.uscc import read_uscc
from models import Company, Fact
from models.companies import FactSource
from models.ids import new_id
from services import company_rows
from services.company_workbooks import CompanyRow

SLICE = 100
"""Companies kept in one transaction: well under 200 ms, so that replies keep flowing."""


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


class Import:
    """One run over a workbook: `keep` takes slice after slice, each in a transaction of its own."""

    def __init__(self, dictionary: FactDictionary, names: dict[str, int], today: date) -> None:
        self._dictionary = dictionary
        self._names = names
        self._today = today
        self.done = Imported()

    async def keep(self, session: AsyncSession, rows: Sequence[CompanyRow], now: datetime) -> None:
        """Keep the companies of a slice with their facts and derived rows."""
        known = await self._companies(session, rows)
        facts: list[dict[str, Any]] = []
        for row in rows:
            identity = _identity(row)
            if identity not in known:
                known[identity] = self._add(session, row, now)
            facts += self._take(known[identity], row.profile, now)
        await session.flush()
        if facts:
            await (await session.connection()).execute(insert(Fact), facts)
        profiles = {one.company_id: self._profile(one) for one in known.values() if one.has_news}
        await company_rows.write_many(session, self._dictionary, profiles, self._today)

    async def _companies(
        self, session: AsyncSession, rows: Sequence[CompanyRow]
    ) -> dict[Identity, _Known]:
        """The companies of a slice that are here already, with what is known of them."""
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
        await _read_facts(session, found.values())
        return found

    def _add(self, session: AsyncSession, row: CompanyRow, now: datetime) -> _Known:
        code = read_uscc(row.uscc)
        company = Company(
            name=_name(row),
            uscc=code.code if code else None,
            uscc_checked=code is not None and code.sure,
            created_at=now,
        )
        session.add(company)
        if code is None and company.name:
            self._names[company.name] = company.id
        return _Known(company.id, is_new=True, has_news=True)

    def _take(self, known: _Known, profile: Profile, now: datetime) -> list[dict[str, Any]]:
        """The rows that say something new; what somebody told is not told otherwise."""
        before = newest(known.rows)
        said = rows_of_profile(profile, self._dictionary)
        fresh = [row for row in said if before.get(row.place) != row]
        told = [row for row in fresh if known.told_by.get(row.place) not in _MAY_REPLACE]
        self.done.left_as_told.update({row.key for row in told})
        kept = [row for row in fresh if row not in told]
        for row in kept:
            known.hear(row, FactSource.IMPORT)
        self._count(known, has_news=bool(kept))
        known.has_news = known.has_news or bool(kept)
        return [_fact(known.company_id, row, now) for row in kept]

    def _count(self, known: _Known, *, has_news: bool) -> None:
        if known.is_new:
            self.done.added += 1
            known.is_new = False
        elif has_news:
            self.done.updated += 1
        else:
            self.done.unchanged += 1

    def _profile(self, known: _Known) -> Profile:
        return profile_of_rows(known.rows, self._dictionary)


_MAY_REPLACE = frozenset({None, FactSource.IMPORT})


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
    return " ".join(row.name.split())[:120]


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
