"""Companies: what is known of them, who said so, and how it changes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import bindparam, insert
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import Select

from domain import visible
from domain.actors import Actor, Role
from domain.errors import NotFound
from domain.fact_rows import (
    NEEDS,
    UNCLEAR,
    FactRow,
    listed,
    newest,
    profile_of_rows,
    rows_of_list,
    rows_of_profile,
)
from domain.facts import FactDictionary, FactValue, Profile
from domain.judgements import Judgement
from domain.limits import COMPANIES, LONGEST_NAME, TooManyCompanies
from domain.plans import settled
from models import Company, Fact, Membership, Person
from models.base import table_of
from models.companies import FactSource
from models.ids import new_id
from services import company_rows


class KeptFact(NamedTuple):
    """A row of Fact: many are read for every answer, and none is ever changed."""

    key: str
    value: Any
    year: int | None
    item: str | None
    source: FactSource
    person_id: int | None
    at: datetime


@dataclass(frozen=True)
class Known:
    """What is known at a moment, and when the last of it was said.

    Without a company it is a draft that nobody keeps. `unclear` facts are not asked again;
    `judged` names the officer whose word a fact is.
    """

    profile: Profile
    needs: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    judged: Mapping[str, Judgement] = field(default_factory=dict)
    company: Company | None = None
    facts_at: datetime | None = None


class Saved(NamedTuple):
    """What became of what was said: the keys that changed, and all rows there are now."""

    changed: frozenset[str]
    facts: list[KeptFact]


@dataclass(frozen=True, slots=True)
class Told:
    """One telling of a fact: the value, by whom (None: nobody's name is known) and when."""

    value: FactValue
    by: str | None
    at: datetime
    source: FactSource


@dataclass(frozen=True, slots=True)
class FactHistory:
    """A fact with what was said of it, newest first; `rival` is another person's other value."""

    key: str
    told: tuple[Told, ...]

    @property
    def now(self) -> Told:
        """What counts."""
        return self.told[0]

    @property
    def rival(self) -> Told | None:
        """The last different value that somebody else gave."""
        return next(
            (one for one in self.told[1:] if one.by != self.now.by and one.value != self.now.value),
            None,
        )


async def create(
    session: AsyncSession,
    person: Person,
    *,
    now: datetime,
    name: str = "",
    role: Role = Role.MEMBER,
) -> Company:
    """A company (or the plan of one) with its first member, who speaks for it from now on."""
    if await _count(session, person) >= COMPANIES:
        raise TooManyCompanies(limit=COMPANIES)
    company = Company(name=name, created_by=person.id, created_at=now)
    session.add(company)
    await session.flush()
    session.add(Membership(person_id=person.id, role=role, company_id=company.id, since=now))
    person.active_company_id = company.id
    await session.flush()
    return company


async def _count(session: AsyncSession, person: Person) -> int:
    """How many companies somebody speaks for."""
    statement = select(func.count()).where(
        col(Membership.person_id) == person.id,
        col(Membership.company_id).is_not(None),
        col(Membership.until).is_(None),
    )
    return (await session.exec(statement.select_from(Membership))).one()


async def of_actor(session: AsyncSession, actor: Actor) -> Company | None:
    """The company the person speaks for, None when there is none."""
    return await session.get(Company, actor.company_id) if actor.company_id else None


async def require(session: AsyncSession, actor: Actor, company_id: int | None = None) -> Company:
    """A company of this person (the active one by default). Raises NotFound for any other."""
    wanted = actor.company_id if company_id is None else company_id
    if wanted is None or wanted not in actor.company_ids:
        raise NotFound
    company = await session.get(Company, wanted)
    if company is None or company.erased_at is not None:
        raise NotFound
    return company


async def fact_rows(
    session: AsyncSession, company_id: int, *, until: datetime | None = None
) -> list[KeptFact]:
    """Every row of a company, oldest first; those said by `until` when it is given."""
    asked = {"company_id": company_id, **({} if until is None else {"until": until})}
    found = await session.exec(_rows_of_company(is_past=until is not None), params=asked)
    return [KeptFact(*row) for row in found]


@cache
def _rows_of_company(*, is_past: bool) -> Select[*tuple[Any, ...]]:
    """For `company_id`, and `until`: asked for nearly every update, and slow to build."""
    fact = table_of(Fact).c
    every: Select[*tuple[Any, ...]] = (
        Select(*(fact[name] for name in KeptFact._fields))
        .where(fact.company_id == bindparam("company_id"))
        .order_by(fact.at, fact.id)
    )
    return every.where(fact.at <= bindparam("until")) if is_past else every


def _plain(facts: Iterable[KeptFact]) -> list[FactRow]:
    return [FactRow(*fact[:4]) for fact in facts]


async def profile_of(
    session: AsyncSession,
    company_id: int,
    dictionary: FactDictionary,
    *,
    until: datetime | None = None,
) -> Profile:
    """The profile as the newest rows give it, or as it was at a moment."""
    rows = _plain(await fact_rows(session, company_id, until=until))
    return profile_of_rows(rows, dictionary)


async def known_of(
    session: AsyncSession,
    company: Company,
    dictionary: FactDictionary,
    *,
    until: datetime | None = None,
) -> Known:
    """Profile and needs of a company, with the moment of the newest row."""
    facts = await fact_rows(session, company.id, until=until)
    return await known_from(session, company, facts, dictionary)


async def known_from(
    session: AsyncSession, company: Company, facts: Sequence[KeptFact], dictionary: FactDictionary
) -> Known:
    """What these rows, all there are, say of their company."""
    rows = _plain(facts)
    return Known(
        company=company,
        profile=profile_of_rows(rows, dictionary),
        needs=listed(NEEDS, rows),
        unclear=listed(UNCLEAR, rows),
        judged=await _judgements(session, facts, dictionary),
        facts_at=max((fact.at for fact in facts), default=company.created_at),
    )


async def _judgements(
    session: AsyncSession, facts: Iterable[KeptFact], dictionary: FactDictionary
) -> dict[str, Judgement]:
    judged = _judged(facts, dictionary)
    names = await _names(session, {fact.person_id for fact in judged.values() if fact.person_id})
    return {
        key: Judgement(names.get(fact.person_id or 0, ""), fact.at) for key, fact in judged.items()
    }


async def save(
    session: AsyncSession,
    company: Company,
    said: Profile,
    dictionary: FactDictionary,
    *,
    person_id: int | None,
    now: datetime,
    today: date,
    needs: Iterable[str] | None = None,
    source: FactSource = FactSource.SELF,
) -> Saved:
    """Remember what was said.

    Only rows that say something new are added; an officer's word is new by itself, and what it
    judged the company cannot say otherwise. `needs` replaces the needs when given. The derived row
    is written in the same transaction.
    """
    facts = await fact_rows(session, company.id)
    known = _plain(facts)
    before = newest(known)
    said = settled(said, profile_of_rows(known, dictionary), today)
    rows = list(rows_of_profile(said, dictionary))
    if needs is not None:
        rows += rows_of_list(NEEDS, needs, listed(NEEDS, known))
    unclear = [key for key in listed(UNCLEAR, known) if key in said.values]
    rows += [FactRow(UNCLEAR, None, item=key) for key in unclear]
    judged = _judged(facts, dictionary) if source is FactSource.SELF else {}
    by_officer = source is FactSource.OFFICER
    changed = [
        row
        for row in rows
        if row.key not in judged and (by_officer or before.get(row.place) != row)
    ]
    new = [KeptFact(*row, source, person_id, now) for row in changed]
    facts = await _add(session, company, new, after=facts)
    if new:
        await _write_row(session, company, facts, dictionary, today)
    return Saved(frozenset(fact.key for fact in new), facts)


def _judged(facts: Iterable[KeptFact], dictionary: FactDictionary) -> dict[str, KeptFact]:
    """The judged facts on which an officer had the last word."""
    last = {fact.key: fact for fact in facts}
    return {
        key: fact
        for key, fact in last.items()
        if fact.source is FactSource.OFFICER
        and fact.value is not None
        and (spec := dictionary.get(key)) is not None
        and spec.judged
    }


async def leave_unclear(
    session: AsyncSession, company: Company, key: str, *, person_id: int, now: datetime
) -> None:
    """Remember 不清楚, so that it is not asked again."""
    row = next(rows_of_list(UNCLEAR, [key]))
    await _add(session, company, [KeptFact(*row, FactSource.SELF, person_id, now)])


async def take_back(
    session: AsyncSession,
    company: Company,
    key: str,
    dictionary: FactDictionary,
    *,
    person_id: int,
    now: datetime,
    today: date,
    source: FactSource = FactSource.SELF,
) -> bool:
    """Forget a fact with all its years and items; says whether there was anything to forget.

    Raises NotFound for an officer's judgement: it is not the company's to take back.
    """
    facts = await fact_rows(session, company.id)
    if source is FactSource.SELF and key in _judged(facts, dictionary):
        raise NotFound
    before = newest(_plain(facts))
    gone = [
        KeptFact(key, None, year, item, source, person_id, now)
        for name, year, item in before
        if name == key
    ]
    facts = await _add(session, company, gone, after=facts)
    if gone:
        await _write_row(session, company, facts, dictionary, today)
    return bool(gone)


async def _add(
    session: AsyncSession,
    company: Company,
    facts: Sequence[KeptFact],
    *,
    after: Sequence[KeptFact] = (),
) -> list[KeptFact]:
    """Keep rows; what stands `after` that, oldest first: the clock may have gone back."""
    if facts:
        rows = [{"id": new_id(), "company_id": company.id, **fact._asdict()} for fact in facts]
        await session.exec(_NEW_FACTS, params=rows)
    return sorted([*after, *facts], key=attrgetter("at"))


_NEW_FACTS = insert(table_of(Fact))


async def _write_row(
    session: AsyncSession,
    company: Company,
    facts: Sequence[KeptFact],
    dictionary: FactDictionary,
    today: date,
) -> None:
    profile = profile_of_rows(_plain(facts), dictionary)
    await company_rows.write_row(session, dictionary, company.id, profile, today)


async def histories(
    session: AsyncSession, company_id: int, dictionary: FactDictionary
) -> list[FactHistory]:
    """Every known fact with who said it and what was said before, in the dictionary's order."""
    facts = await fact_rows(session, company_id)
    names = await _names(session, {fact.person_id for fact in facts if fact.person_id})
    current = profile_of_rows(_plain(facts), dictionary)
    found = [
        FactHistory(key, _tellings(key, facts, dictionary, names))
        for key in sorted(current.values, key=dictionary.order)
    ]
    return [history for history in found if history.told]


def _tellings(
    key: str, facts: Sequence[KeptFact], dictionary: FactDictionary, names: dict[int, str]
) -> tuple[Told, ...]:
    """The value after each moment at which something was said of the fact, newest first."""
    own = [fact for fact in facts if fact.key == key]
    told: list[Told] = []
    for place, fact in enumerate(own):
        goes_on = place + 1 < len(own) and _is_same_telling(fact, own[place + 1])
        value = profile_of_rows(_plain(own[: place + 1]), dictionary).get(key)
        if not goes_on and value is not None:
            told.append(Told(value, names.get(fact.person_id or 0), fact.at, fact.source))
    return tuple(reversed(told))


def _is_same_telling(one: KeptFact, other: KeptFact) -> bool:
    """Years and items said in one breath are one telling."""
    return (one.at, one.person_id, one.source) == (other.at, other.person_id, other.source)


async def _names(session: AsyncSession, person_ids: set[int]) -> dict[int, str]:
    if not person_ids:
        return {}
    statement = select(Person).where(col(Person.id).in_(person_ids))
    return {person.id: person.name for person in (await session.exec(statement)).all()}


class CodeAnswer(StrEnum):
    """What became of a 统一社会信用代码 that was typed."""

    KEPT = "kept"
    UNCHECKED = "unchecked"
    KNOWN = "known"


async def give_code(
    session: AsyncSession, company: Company, code: str, *, is_valid: bool
) -> CodeAnswer:
    """Keep the code of a company, as 待核 when its check character fails.

    A code that is already here belongs to somebody else: nothing is kept, nothing is told of it.
    """
    other = await by_code(session, code)
    if other is not None and other.id != company.id:
        return CodeAnswer.KNOWN
    company.uscc, company.uscc_checked = code, is_valid
    await session.flush()
    return CodeAnswer.KEPT if is_valid else CodeAnswer.UNCHECKED


async def by_code(session: AsyncSession, code: str) -> Company | None:
    """The company of a code; for our own use, never shown to a stranger."""
    statement = select(Company).where(col(Company.uscc) == code)
    return (await session.exec(statement)).first()


def rename(company: Company, name: str) -> None:
    """Give the company the name it goes by."""
    company.name = visible.name(name, LONGEST_NAME)
