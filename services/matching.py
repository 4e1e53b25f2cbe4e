"""Matching a company with the catalogue: verdicts, what is remembered of them, marks."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.catalogue import Catalogue
from domain.matches import Match, match
from domain.verdicts import Verdict
from models import Company, MeasureMark, VerdictRecord
from models.matching import MarkKind
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


def _marked(marks: Mapping[str, MeasureMark], kind: MarkKind) -> frozenset[str]:
    return frozenset(key for key, mark in marks.items() if mark.kind is kind)


async def marks_of(
    session: AsyncSession, company: Company | None, *, today: date, at: datetime | None = None
) -> dict[str, MeasureMark]:
    """What the company says of each measure, or said `at` a moment that is over.

    已享受 holds until the day it names.
    """
    if company is None:
        return {}
    is_open = col(MeasureMark.ended_at).is_(None)
    statement = select(MeasureMark).where(col(MeasureMark.company_id) == company.id)
    if at is None:
        statement = statement.where(is_open)
    else:
        statement = statement.where(
            col(MeasureMark.created_at) <= at, or_(is_open, col(MeasureMark.ended_at) > at)
        )
    statement = statement.order_by(col(MeasureMark.id))
    marks = (await session.exec(statement)).all()
    return {mark.measure_id: mark for mark in marks if not _is_over(mark, today)}


async def held_by(
    session: AsyncSession, company_ids: Collection[int], *, today: date
) -> dict[int, set[str]]:
    """Which measures each of these companies says it has (已享受), on that day."""
    statement = select(MeasureMark).where(
        col(MeasureMark.company_id).in_(company_ids),
        col(MeasureMark.kind) == MarkKind.HELD,
        col(MeasureMark.ended_at).is_(None),
    )
    held: dict[int, set[str]] = {}
    for mark in (await session.exec(statement)).all():
        if not _is_over(mark, today):
            held.setdefault(mark.company_id, set()).add(mark.measure_id)
    return held


def held_until(mark: MeasureMark) -> date | None:
    """The last day of 已享受, None when it was not said."""
    if mark.kind is not MarkKind.HELD or not mark.reason:
        return None
    return date.fromisoformat(mark.reason)


def _is_over(mark: MeasureMark, today: date) -> bool:
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


async def records_of(
    session: AsyncSession, company_id: int, measure_ids: Collection[str] | None = None
) -> dict[str, VerdictRecord]:
    """What was last told of each measure, or of these."""
    statement = select(VerdictRecord).where(col(VerdictRecord.company_id) == company_id)
    if measure_ids is not None:
        statement = statement.where(col(VerdictRecord.measure_id).in_(measure_ids))
    return {record.measure_id: record for record in (await session.exec(statement)).all()}


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
    told_now = list(verdicts)
    if known.company is None or known.facts_at is None:
        return
    wanted = [verdict.measure for verdict in told_now]
    versions = await measure_versions.numbers_at(session, wanted)
    records = await records_of(session, known.company.id, wanted)
    for verdict in told_now:
        told = VerdictRecord(
            company_id=known.company.id,
            measure_id=verdict.measure,
            measure_version=versions.get(verdict.measure, FIRST_VERSION),
            outcome=verdict.outcome.value,
            route=verdict.route or "",
            facts_at=known.facts_at,
            judged_at=now,
        )
        record = records.get(verdict.measure)
        if record is not None and not with_conditions:
            told.measure_version = record.measure_version
        if record is None:
            session.add(told)
        elif _differs(record, told):
            _copy(record, told)
    await session.flush()


_TOLD = ("measure_version", "outcome", "route")


def _differs(record: VerdictRecord, told: VerdictRecord) -> bool:
    return any(getattr(record, name) != getattr(told, name) for name in _TOLD)


def _copy(record: VerdictRecord, told: VerdictRecord) -> None:
    for name in (*_TOLD, "facts_at", "judged_at"):
        setattr(record, name, getattr(told, name))
