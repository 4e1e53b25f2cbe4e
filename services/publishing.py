"""The catalogue in force: every publication of a measure is a numbered version in the database."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.catalogue import Catalogue
from domain.measures import Measure
from models import MeasureVersion

#: The reason of versions that came from the files in catalogue/.
FILES = "files"


async def publish(
    session: AsyncSession,
    measures: Iterable[Measure],
    *,
    now: datetime,
    author_id: int | None = None,
    reason: str = "",
) -> list[str]:
    """Give each measure that differs from its version in force a new one; returns their ids."""
    newest = await _newest(session)
    published: list[str] = []
    for measure in measures:
        body = _body(measure)
        digest = _digest(body)
        last = newest.get(measure.id)
        if last is not None and last.digest == digest:
            continue
        session.add(
            MeasureVersion(
                measure_id=measure.id,
                number=last.number + 1 if last else 1,
                digest=digest,
                body=body,
                published_at=now,
                author_id=author_id,
                reason=reason,
            )
        )
        published.append(measure.id)
    await session.flush()
    return published


async def load_files(session: AsyncSession, measures: Iterable[Measure], *, now: datetime) -> None:
    """Publish the files that changed since they were last loaded.

    A file that did not change leaves an editor's later version in force.
    """
    loaded = {row.measure_id: row.digest for row in await _last(session, reason=FILES)}
    changed = [m for m in measures if loaded.get(m.id) != _digest(_body(m))]
    await publish(session, changed, now=now, reason=FILES)


async def in_force(session: AsyncSession, catalogue: Catalogue) -> Catalogue:
    """The catalogue with each measure as it was last published."""
    newest = await _newest(session)
    return catalogue.with_measures(Measure.model_validate(row.body) for row in newest.values())


async def numbers(session: AsyncSession) -> Mapping[str, int]:
    """The version in force of each measure, for verdicts to name."""
    return {key: version.number for key, version in (await _newest(session)).items()}


async def latest(session: AsyncSession) -> int:
    """Rises with every publication; 0 before the first."""
    return (await session.exec(select(func.max(col(MeasureVersion.id))))).one() or 0


async def changed_since(session: AsyncSession, version_id: int) -> list[str]:
    """The measures published after a version's id (see `latest`)."""
    statement = (
        select(MeasureVersion.measure_id).where(col(MeasureVersion.id) > version_id).distinct()
    )
    return list((await session.exec(statement)).all())


async def _newest(session: AsyncSession) -> dict[str, MeasureVersion]:
    return {row.measure_id: row for row in await _last(session)}


async def _last(session: AsyncSession, *, reason: str | None = None) -> Sequence[MeasureVersion]:
    """The highest version of each measure, among those published for a reason."""
    last = select(
        col(MeasureVersion.measure_id), func.max(col(MeasureVersion.number)).label("top")
    ).group_by(col(MeasureVersion.measure_id))
    if reason is not None:
        last = last.where(col(MeasureVersion.reason) == reason)
    top = last.subquery()
    statement = select(MeasureVersion).join(
        top,
        (col(MeasureVersion.measure_id) == top.c.measure_id)
        & (col(MeasureVersion.number) == top.c.top),
    )
    return (await session.exec(statement)).all()


def _body(measure: Measure) -> dict[str, Any]:
    return measure.model_dump(mode="json", by_alias=True, exclude_none=True)


def _digest(body: object) -> str:
    text = json.dumps(body, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
