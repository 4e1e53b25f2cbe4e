"""All companies before a measure: counted, listed and compared in the database, by derived rows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, literal, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.catalogue import Catalogue
from domain.measures import CriteriaStatus, Measure, MeasureStatus
from domain.verdicts import Outcome
from models import Company
from models.company_rows import company_rows
from models.number_sql import Condition
from models.reach_sql import Columns, has_outcome, outcome_place
from services.company_rows import present_columns

OUTCOMES = tuple(Outcome)
SAMPLES = 3
"""Companies named for each change."""

_ELIGIBLE, _UNDETERMINED = map(OUTCOMES.index, (Outcome.ELIGIBLE, Outcome.UNDETERMINED))
_NOT_OFFERED = len(OUTCOMES)


class Counts(dict[Outcome, int]):
    """How many companies have each outcome.

    `pending` companies are not among them: their rows are still to be written.
    """

    def __init__(self, counts: Mapping[Outcome, int], *, pending: int) -> None:
        super().__init__({outcome: counts.get(outcome, 0) for outcome in OUTCOMES})
        self.pending = pending


@dataclass(frozen=True, slots=True)
class Change:
    """How many companies a publication makes something of, and some of them by their ids."""

    companies: int = 0
    samples: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Impact:
    """What a publication of one measure changes.

    Companies that become eligible (`gain`), cease to be (`lose`), become undetermined. `affected`
    are all with another outcome than before; where the measure is new or retired, those that are
    eligible or undetermined. `judged` companies were compared, `pending` ones not yet.
    """

    measure: str
    gain: Change
    lose: Change
    undetermined: Change
    affected: int
    judged: int
    pending: int


@dataclass(frozen=True, slots=True)
class _Rows:
    """The derived rows: those of its columns that are there, and which rows still hold."""

    columns: Columns
    are_current: Condition

    @property
    def company(self) -> ColumnElement[Any]:
        return self.columns["company_id"]


async def count(
    session: AsyncSession, catalogue: Catalogue, measure: Measure, today: date
) -> Counts:
    """How many companies have each outcome, in one scan."""
    companies = await _companies(session)
    if measure.criteria_status is CriteriaStatus.NONE:
        return Counts({Outcome.OFFICER_CHECK: companies}, pending=0)
    rows = await _rows(session, catalogue, today)
    if rows is None:
        return Counts({}, pending=companies)
    place = outcome_column(catalogue, measure, rows.columns, today)
    # OFFSET 0 keeps the databases from computing the outcome once for each count.
    judged = select(place.label("place")).where(rows.are_current).offset(0).subquery()
    told = (func.count().filter(judged.c.place == number) for number in range(len(OUTCOMES)))
    (found,) = await _all(session, select(*told).select_from(judged))
    return Counts(dict(zip(OUTCOMES, found, strict=True)), pending=companies - sum(found))


async def reached(
    session: AsyncSession,
    catalogue: Catalogue,
    measure: Measure,
    today: date,
    *,
    outcome: Outcome = Outcome.ELIGIBLE,
    after: int = 0,
    limit: int | None = None,
) -> list[int]:
    """The ids of the companies with that outcome, rising, above `after`.

    Companies whose rows are still to be written are left out (see `Counts.pending`).
    """
    if measure.criteria_status is CriteriaStatus.NONE:
        return await _everybody(session, after, limit) if outcome is Outcome.OFFICER_CHECK else []
    rows = await _rows(session, catalogue, today)
    if rows is None:
        return []
    fits = has_outcome(catalogue, measure, rows.columns, today, outcome)
    return await _ids(session, rows, fits, after, limit)


def outcome_column(
    catalogue: Catalogue, measure: Measure, columns: Columns, today: date
) -> ColumnElement[int]:
    """The outcome as its place in tuple(Outcome), over the columns of the derived rows by name."""
    return outcome_place(catalogue, measure, columns, today)


async def impact(
    session: AsyncSession,
    before: Catalogue,
    after: Catalogue,
    measure_ids: Iterable[str],
    today: date,
) -> list[Impact]:
    """What changes for companies when `after` takes the place of `before`, measure by measure."""
    companies = await _companies(session)
    rows = await _rows(session, after, today)
    if rows is None:
        return [_unknown_impact(measure_id, companies) for measure_id in measure_ids]
    places = {
        measure_id: (
            _place_in(before, measure_id, rows, today),
            _place_in(after, measure_id, rows, today),
        )
        for measure_id in measure_ids
    }
    return [
        await _impact(session, measure_id, rows, was, now, companies)
        for measure_id, (was, now) in places.items()
    ]


def _unknown_impact(measure_id: str, companies: int) -> Impact:
    return Impact(measure_id, Change(), Change(), Change(), 0, 0, companies)


def _place_in(
    catalogue: Catalogue, measure_id: str, rows: _Rows, today: date
) -> ColumnElement[int]:
    measure = catalogue.measure(measure_id)
    if measure is None or measure.status is not MeasureStatus.ACTIVE:
        return literal(_NOT_OFFERED)
    return outcome_place(catalogue, measure, rows.columns, today)


async def _impact(
    session: AsyncSession,
    measure_id: str,
    rows: _Rows,
    was: ColumnElement[int],
    now: ColumnElement[int],
    companies: int,
) -> Impact:
    places = select(was.label("was"), now.label("now")).where(rows.are_current).offset(0).subquery()
    told = select(*places.c, func.count()).group_by(*places.c)
    moves = [(_Move(one, other), number) for one, other, number in await _all(session, told)]
    sought = _Move(was, now)

    async def change(which: Callable[[_Move], Any]) -> Change:
        number = sum(number for move, number in moves if which(move))
        samples = await _ids(session, rows, which(sought), 0, SAMPLES) if number else []
        return Change(number, tuple(samples))

    judged = sum(number for _, number in moves)
    return Impact(
        measure_id,
        gain=await change(lambda move: move.to(_ELIGIBLE)),
        lose=await change(lambda move: move.back().to(_ELIGIBLE)),
        undetermined=await change(lambda move: move.to(_UNDETERMINED)),
        affected=sum(number for move, number in moves if move.is_felt),
        judged=judged,
        pending=companies - judged,
    )


@dataclass(frozen=True, slots=True)
class _Move:
    """From one outcome to another, by their places; or the columns of the two."""

    was: Any
    now: Any

    def back(self) -> "_Move":
        return _Move(self.now, self.was)

    def to(self, place: int) -> Any:
        """Whether it ends at that outcome and did not begin there."""
        return (self.was != place) & (self.now == place)

    @property
    def is_felt(self) -> bool:
        """Whether the company hears something else than before."""
        if _NOT_OFFERED in {self.was, self.now}:
            return bool({self.was, self.now} & {_ELIGIBLE, _UNDETERMINED})
        return bool(self.was != self.now)


async def _rows(session: AsyncSession, catalogue: Catalogue, today: date) -> _Rows | None:
    """The rows with the columns they have now; None when none was ever written."""
    present = await (await session.connection()).run_sync(present_columns)
    if "stamp" not in present:
        return None
    rows = company_rows(catalogue.facts, today)
    columns = {column.name: column for column in rows.table.columns if column.name in present}
    return _Rows(columns, rows.table.c.stamp == rows.stamp)


async def _companies(session: AsyncSession) -> int:
    statement = select(func.count()).select_from(Company).where(col(Company.erased_at).is_(None))
    ((number,),) = await _all(session, statement)
    return int(number)


async def _everybody(session: AsyncSession, after: int, limit: int | None) -> list[int]:
    company = col(Company.id)
    statement = select(company).where(company > after, col(Company.erased_at).is_(None))
    return [key for (key,) in await _all(session, statement.order_by(company).limit(limit))]


async def _ids(
    session: AsyncSession, rows: _Rows, fits: Condition, after: int, limit: int | None
) -> list[int]:
    statement = select(rows.company).where(rows.company > after, rows.are_current, fits)
    return [key for (key,) in await _all(session, statement.order_by(rows.company).limit(limit))]


async def _all(
    session: AsyncSession, statement: Select[*tuple[Any, ...]]
) -> Sequence[Row[*tuple[Any, ...]]]:
    await session.flush()  # what this very transaction has changed counts too
    return (await (await session.connection()).execute(statement)).all()
