"""Matching a company with the catalogue: verdicts, what is remembered of them, marks."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import Select

from domain.catalogue import Catalogue
from domain.matches import Match, match
from domain.verdicts import Verdict
from models import Company, MeasureMark, VerdictRecord
from models.base import table_of
from models.ids import new_id
from models.matching import KeptMark, MarkKind
from services import measure_versions
from services.companies import Known

FIRST_VERSION = 1


async def match_of(
    session: AsyncSession,
    catalogue: Catalogue,
    known: Known,
    *,
    today: date,
    skipped: Collection[str] = (),
) -> Match:
    """The whole catalogue before what is known; marks are the company's own word on a measure."""
    marks = await marks_of(session, known.company, today=today)
    return match(
        catalogue,
        known.profile,
        today,
        needs=known.needs,
        held=_marked(marks, MarkKind.HELD),
        irrelevant=_marked(marks, MarkKind.IRRELEVANT),
        skipped={*known.unclear, *skipped},
        saved=known.company is not None,
        company=known.company.name if known.company else "",
        judged=known.judged,
    )


def _marked(marks: Mapping[str, KeptMark], kind: MarkKind) -> frozenset[str]:
    return frozenset(key for key, mark in marks.items() if mark.kind is kind)


async def marks_of(
    session: AsyncSession, company: Company | None, *, today: date, at: datetime | None = None
) -> dict[str, KeptMark]:
    """What the company says of each measure, or said `at` a moment that is over.

    已享受 holds until the day it names.
    """
    if company is None:
        return {}
    asked = {"company_id": company.id, **({} if at is None else {"at": at})}
    found = await session.exec(_marks_of_company(is_past=at is not None), params=asked)
    marks = [KeptMark(*row) for row in found]
    return {mark.measure_id: mark for mark in marks if not _is_over(mark, today)}


@cache
def _marks_of_company(*, is_past: bool) -> Select[*tuple[Any, ...]]:
    """For `company_id`, and `at`: asked for with every list and question."""
    every = _MARKS.where(_mark.company_id == bindparam("company_id")).order_by(_mark.id)
    is_open = _mark.ended_at.is_(None)
    if not is_past:
        return every.where(is_open)
    at: BindParameter[datetime] = bindparam("at")
    return every.where(_mark.created_at <= at, or_(is_open, _mark.ended_at > at))


_mark = table_of(MeasureMark).c
_MARKS: Select[*tuple[Any, ...]] = Select(*(_mark[name] for name in KeptMark._fields))


async def held_by(
    session: AsyncSession, company_ids: Collection[int], *, today: date
) -> dict[int, set[str]]:
    """Which measures each of these companies says it has (已享受), on that day."""
    statement = _MARKS.where(
        _mark.company_id.in_(company_ids),
        _mark.kind == MarkKind.HELD,
        _mark.ended_at.is_(None),
    )
    held: dict[int, set[str]] = {}
    for mark in [KeptMark(*row) for row in await session.exec(statement)]:
        if not _is_over(mark, today):
            held.setdefault(mark.company_id, set()).add(mark.measure_id)
    return held


def held_until(mark: KeptMark) -> date | None:
    """The last day of 已享受, None when it was not said."""
    if mark.kind is not MarkKind.HELD or not mark.reason:
        return None
    return date.fromisoformat(mark.reason)


def _is_over(mark: KeptMark, today: date) -> bool:
    until = held_until(mark)
    return until is not None and until < today


async def mark_measure(
    session: AsyncSession,
    company: Company,
    measure_id: str,
    kind: MarkKind,
    *,
    person_id: int,
    now: datetime,
    reason: str = "",
) -> None:
    """Keep 已享受 (`reason` is the last day, ISO, or empty) or 不相关 (`reason` is a code)."""
    await unmark_measure(session, company, measure_id, now=now)
    session.add(
        MeasureMark(
            company_id=company.id,
            measure_id=measure_id,
            kind=kind,
            reason=reason,
            person_id=person_id,
            created_at=now,
        )
    )
    await session.flush()


async def unmark_measure(
    session: AsyncSession, company: Company, measure_id: str, *, now: datetime
) -> None:
    """Take back what the company said of a measure."""
    statement = select(MeasureMark).where(
        col(MeasureMark.company_id) == company.id,
        col(MeasureMark.measure_id) == measure_id,
        col(MeasureMark.ended_at).is_(None),
    )
    for mark in (await session.exec(statement)).all():
        mark.ended_at = now
    await session.flush()


async def measure_version(session: AsyncSession, measure_id: str) -> int:
    """The number of the version that was the last to change something."""
    return await measure_versions.last_change(session, measure_id) or FIRST_VERSION


class LastTold(NamedTuple):
    """What a company was last told of a measure, as the row has it."""

    measure_id: str
    measure_version: int
    outcome: str
    route: str
    judged_at: datetime


async def records_of(session: AsyncSession, company_id: int) -> dict[str, LastTold]:
    """What was last told of each measure."""
    found = await session.exec(_told_to_company(), params={"company_id": company_id})
    return {told.measure_id: told for told in [LastTold(*row) for row in found]}


@cache
def _told_to_company() -> Select[*tuple[Any, ...]]:
    """For `company_id`: asked for with every list."""
    record = table_of(VerdictRecord).c
    every: Select[*tuple[Any, ...]] = Select(*(record[name] for name in LastTold._fields))
    return every.where(record.company_id == bindparam("company_id"))


async def remember(
    session: AsyncSession,
    known: Known,
    verdicts: Iterable[Verdict],
    *,
    now: datetime,
    with_conditions: bool = True,
) -> None:
    """Store what is being told: the outcome, on which version and on facts of which moment.

    Told again as before it stays as it stands: a list would otherwise write all of its lines. A
    list names outcomes and not conditions: whose conditions were read is not changed by it.
    """
    if known.company is None or known.facts_at is None:
        return
    before = await records_of(session, known.company.id)
    telling = {one.measure: (one.outcome.value, one.route or "") for one in verdicts}
    read_anew = [one for one in telling if with_conditions or one not in before]
    versions = await _versions(session, read_anew)
    told = [
        LastTold(measure, versions.get(measure) or before[measure].measure_version, *outcome, now)
        for measure, outcome in telling.items()
    ]
    news = [one for one in told if _is_news(before.get(one.measure_id), one)]
    if news:
        rest = {"company_id": known.company.id, "facts_at": known.facts_at}
        rows = [{"id": new_id(), "version": 1, **rest, **one._asdict()} for one in news]
        telling_all = _telling(session.get_bind().dialect.name, with_conditions=with_conditions)
        await session.exec(telling_all, params=rows)


async def _versions(session: AsyncSession, measure_ids: Collection[str]) -> dict[str, int]:
    """The versions in force; what was never published is the first."""
    if not measure_ids:
        return {}
    found = await measure_versions.numbers_at(session, measure_ids)
    return dict.fromkeys(measure_ids, FIRST_VERSION) | found


def _is_news(before: LastTold | None, now: LastTold) -> bool:
    return before is None or before[:-1] != now[:-1]


@cache
def _telling(dialect: str, *, with_conditions: bool) -> sqlite.Insert | postgresql.Insert:
    """Where two members are told at once, what rests on the newer facts stands, and a list leaves
    the version alone whose conditions the other one is reading."""
    make = postgresql.insert if dialect == "postgresql" else sqlite.insert
    record, statement = table_of(VerdictRecord), make(table_of(VerdictRecord))
    told, kept = statement.excluded, record.c
    names = ["outcome", "route", "facts_at", "judged_at"]
    changed = {
        name: told[name] for name in (*names, *(["measure_version"] if with_conditions else []))
    }
    return statement.on_conflict_do_update(
        index_elements=["company_id", "measure_id"],
        set_={**changed, "version": kept.version + 1},
        where=kept.facts_at <= told.facts_at,
    )
