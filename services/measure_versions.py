"""Earlier versions of measures: which was in force, and what it said."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.measures import Measure
from models import MeasureVersion
from services import publishing

#: The reason of a version that only says that somebody looked, and that all of it still holds.
CHECKED = "checked"


async def last_change(session: AsyncSession, measure_id: str) -> int | None:
    """The number of the last version that says something else than the one before."""
    statement = select(func.max(col(MeasureVersion.number))).where(
        col(MeasureVersion.measure_id) == measure_id, col(MeasureVersion.reason) != CHECKED
    )
    return (await session.exec(statement)).one()


async def numbers_at(
    session: AsyncSession, measure_ids: Collection[str], *, upto: int | None = None
) -> dict[str, int]:
    """The number in force of each measure, at present or after the publication `upto` (its id)."""
    statement = select(MeasureVersion.measure_id, func.max(col(MeasureVersion.number))).where(
        col(MeasureVersion.measure_id).in_(measure_ids)
    )
    if upto is not None:
        statement = statement.where(col(MeasureVersion.id) <= upto)
    found = await session.exec(statement.group_by(col(MeasureVersion.measure_id)))
    return dict(found.all())


async def version_on(
    session: AsyncSession, measure_id: str, moment: datetime
) -> MeasureVersion | None:
    """The version in force at a moment; the first one for a time before it was published."""
    every = select(MeasureVersion).where(col(MeasureVersion.measure_id) == measure_id)
    then = every.where(col(MeasureVersion.published_at) <= moment)
    found = (await session.exec(then.order_by(col(MeasureVersion.number).desc()))).first()
    return found or (await session.exec(every.order_by(col(MeasureVersion.number)))).first()


async def measure_at(session: AsyncSession, measure_id: str, number: int) -> Measure | None:
    """What a version said, None when there was no such version."""
    version = await publishing.version_of(session, measure_id, number)
    return publishing.measure_in(version) if version is not None else None
