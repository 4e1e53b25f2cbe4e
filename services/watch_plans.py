"""What the days make foreseeable for those who watch, owed anew when days move or come round."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.measures import Measure
from domain.verdicts import Verdict, judge
from domain.windows import YearlyWindow
from models import Review, Watch
from models.matching import WatchReason
from models.reviews import ReviewCause
from services import companies, notice_choices, watches
from services.office import Office
from services.outcomes import Span
from services.review_news import then_of


async def plan(
    session: AsyncSession, review: Review, span: Span, *, office: Office, now: datetime
) -> None:
    """Owe what the days make foreseeable: after a publication those of its measures, every night
    what comes round each year. After a publication who waits for conditions is told that there are
    some now. Watches without a company come with the first slice.
    """
    is_published = review.cause is ReviewCause.PUBLISHED
    wanted = review.measures if is_published else _yearly(office)
    for watched in await _watches_of(session, wanted, span):
        measure = office.catalogue.measure(watched.measure_id)
        if measure is None:
            continue
        if is_published or watched.reason in notice_choices.ABOUT_DEADLINES:
            way = await _by_its_way(session, watched, measure, office, now)
            await watches.plan(session, watched, measure, verdict=way, office=office, now=now)
        if is_published and watched.reason is WatchReason.PUBLISHED:
            await _tell_published(session, review, watched, measure, office=office, now=now)


def _yearly(office: Office) -> list[str]:
    return [
        measure.id
        for measure in office.catalogue.active
        if any(isinstance(window, YearlyWindow) for window in measure.windows())
    ]


async def _watches_of(
    session: AsyncSession, measure_ids: Collection[str], span: Span
) -> Sequence[Watch]:
    if not measure_ids:
        return ()
    statement = select(Watch).where(
        col(Watch.measure_id).in_(measure_ids),
        col(Watch.ended_at).is_(None),
        func.coalesce(col(Watch.company_id), 1) > span.after,
        func.coalesce(col(Watch.company_id), 1) <= span.upto,
    )
    return (await session.exec(statement)).all()


async def _by_its_way(
    session: AsyncSession, watched: Watch, measure: Measure, office: Office, now: datetime
) -> Verdict | None:
    """The verdict where the ways in have days of their own; None where all have the same."""
    if watched.company_id is None or measure.routes is None:
        return None
    if watched.reason not in notice_choices.ABOUT_DEADLINES:
        return None
    profile = await companies.profile_of(session, watched.company_id, office.catalogue.facts)
    return judge(measure, profile, office.today(now), office.catalogue)


async def _tell_published(
    session: AsyncSession,
    review: Review,
    watched: Watch,
    measure: Measure,
    *,
    office: Office,
    now: datetime,
) -> None:
    then = await then_of(session, review, review.measures)
    before = then.measure(measure.id, office)
    if not (before and before.criteria):
        await watches.tell_today(session, watched, office=office, now=now)
