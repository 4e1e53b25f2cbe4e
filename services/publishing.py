"""The catalogue in force: every publication of a measure is a numbered version in the database."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.catalogue import Catalogue
from domain.measures import Measure
from models import MeasureVersion
from services.measure_files import body_of

#: The reason of versions that came from the files in catalogue/.
FILES = "files"


async def publish(
    session: AsyncSession,
    measures: Collection[Measure],
    *,
    now: datetime,
    author_id: int | None = None,
    reason: str = "",
    publication_id: int | None = None,
) -> list[str]:
    """Give each measure that differs from its version in force a new one; returns their ids."""
    newest = await _newest(session, [measure.id for measure in measures])
    published: list[str] = []
    for measure in measures:
        last = newest.get(measure.id)
        if last is not None and measure_in(last) == measure:
            continue
        session.add(
            MeasureVersion(
                measure_id=measure.id,
                number=last.number + 1 if last else 1,
                body=body_of(measure),
                published_at=now,
                author_id=author_id,
                reason=reason,
                publication_id=publication_id,
            )
        )
        published.append(measure.id)
    await session.flush()
    return published


async def load_files(session: AsyncSession, measures: Iterable[Measure], *, now: datetime) -> None:
    """Publish the files that changed since they were last loaded.

    A file that did not change leaves an editor's later version in force.
    """
    await publish(session, await _changed_files(session, measures), now=now, reason=FILES)


async def load_unknown(
    session: AsyncSession, measures: Iterable[Measure], *, now: datetime
) -> None:
    """Publish the files of measures that have no version yet: what replaces one can be undone."""
    known = await numbers(session)
    fresh = [measure for measure in measures if measure.id not in known]
    await publish(session, fresh, now=now, reason=FILES)


async def in_force(session: AsyncSession, catalogue: Catalogue) -> Catalogue:
    """The catalogue with each measure as it was last published."""
    newest = await _newest(session)
    return catalogue.with_measures(measure_in(version) for version in newest.values())


async def at_next_start(session: AsyncSession, catalogue: Catalogue) -> Catalogue:
    """The catalogue in force, and over it the files that changed since they were loaded."""
    standing = await in_force(session, catalogue)
    return standing.with_measures(await _changed_files(session, catalogue.measures))


async def _changed_files(session: AsyncSession, measures: Iterable[Measure]) -> list[Measure]:
    loaded = {row.measure_id: measure_in(row) for row in await _last(session, reason=FILES)}
    return [measure for measure in measures if loaded.get(measure.id) != measure]


def measure_in(version: MeasureVersion) -> Measure:
    """The measure a version holds, in the form of today: parts that came later have no value."""
    return Measure.model_validate(version.body)


async def numbers(session: AsyncSession) -> Mapping[str, int]:
    """The version in force of each measure, for verdicts to name."""
    statement = select(MeasureVersion.measure_id, func.max(col(MeasureVersion.number)))
    return dict((await session.exec(statement.group_by(col(MeasureVersion.measure_id)))).all())


async def latest(session: AsyncSession) -> int:
    """Rises with every publication; 0 before the first."""
    return (await session.exec(select(func.max(col(MeasureVersion.id))))).one() or 0


async def changed_since(session: AsyncSession, version_id: int) -> list[str]:
    """The measures published after a version's id (see `latest`)."""
    statement = (
        select(MeasureVersion.measure_id).where(col(MeasureVersion.id) > version_id).distinct()
    )
    return list((await session.exec(statement)).all())


async def history(session: AsyncSession, measure_id: str) -> Sequence[MeasureVersion]:
    """Every version of a measure, the newest first."""
    statement = (
        select(MeasureVersion)
        .where(col(MeasureVersion.measure_id) == measure_id)
        .order_by(col(MeasureVersion.number).desc())
    )
    return (await session.exec(statement)).all()


async def version_of(session: AsyncSession, measure_id: str, number: int) -> MeasureVersion | None:
    """One version of a measure; None when it never had that number."""
    statement = select(MeasureVersion).where(
        col(MeasureVersion.measure_id) == measure_id, col(MeasureVersion.number) == number
    )
    return (await session.exec(statement)).first()


async def published_by(session: AsyncSession, publication_id: int) -> Sequence[MeasureVersion]:
    """The versions that a publication put in force."""
    statement = (
        select(MeasureVersion)
        .where(col(MeasureVersion.publication_id) == publication_id)
        .order_by(col(MeasureVersion.id))
    )
    return (await session.exec(statement)).all()


async def _newest(
    session: AsyncSession, measure_ids: Collection[str] | None = None
) -> dict[str, MeasureVersion]:
    return {row.measure_id: row for row in await _last(session, measure_ids=measure_ids)}


async def _last(
    session: AsyncSession,
    *,
    reason: str | None = None,
    measure_ids: Collection[str] | None = None,
) -> Sequence[MeasureVersion]:
    """The highest version of each measure, or of these, among those published for a reason."""
    last = select(
        col(MeasureVersion.measure_id), func.max(col(MeasureVersion.number)).label("top")
    ).group_by(col(MeasureVersion.measure_id))
    if reason is not None:
        last = last.where(col(MeasureVersion.reason) == reason)
    if measure_ids is not None:
        last = last.where(col(MeasureVersion.measure_id).in_(measure_ids))
    top = last.subquery()
    statement = select(MeasureVersion).join(
        top,
        (col(MeasureVersion.measure_id) == top.c.measure_id)
        & (col(MeasureVersion.number) == top.c.top),
    )
    return (await session.exec(statement)).all()
