"""Reviews: every company before every measure again, at night and after a publication.

A review walks all companies by their id, a slice in one transaction, and remembers how far it is:
killed, late or begun twice it goes on where it stopped. SQL compares; only companies that have
members and for which something differs are looked at one by one.
"""

from datetime import datetime, time

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import Review
from models.reviews import ReviewCause
from services import outcomes, publishing, review_news, season_nights, watch_plans
from services.office import Office

SLICE = 250
"""Companies in one transaction: some tens of milliseconds, so that replies keep flowing."""

NIGHT_BEGINS = time(3)
"""By the office's clock, after the nightly copy of the database."""


async def go_on(session: AsyncSession, *, office: Office, now: datetime) -> bool:
    """A slice of the review that is under way, or of the one that is due. True: there is more."""
    review = await under_way(session) or await _begin(session, office=office, now=now)
    return review is not None and await _look(session, review, office=office, now=now)


async def under_way(session: AsyncSession) -> Review | None:
    """The oldest review that has not reached the last company."""
    statement = (
        select(Review)
        .where(col(Review.finished_at).is_(None))
        .order_by(col(Review.id))
        .limit(1)
        .with_for_update()
    )
    return (await session.exec(statement)).first()


async def _begin(session: AsyncSession, *, office: Office, now: datetime) -> Review | None:
    """The review that is due: after a publication, else once a night; None when none is.

    What this process has not read yet is reviewed once it has (see bot/office.py).
    """
    latest = await publishing.latest(session)
    if latest > office.published:
        return None
    covered = (await session.exec(select(func.max(col(Review.upto_version))))).one()
    today = office.today(now)
    review = Review(day=today, upto_version=latest, started_at=now)
    if covered is not None and latest > covered:
        review.cause, review.since_version = ReviewCause.PUBLISHED, covered
        review.measures = await publishing.changed_since(session, covered)
    elif covered is None or await _is_night_due(session, office, now):
        review.cause = ReviewCause.NIGHT
    else:
        return None
    session.add(review)
    await session.flush()
    return review


async def _is_night_due(session: AsyncSession, office: Office, now: datetime) -> bool:
    if now.astimezone(office.zone).time() < NIGHT_BEGINS:
        return False
    done = select(Review.id).where(
        col(Review.cause) == ReviewCause.NIGHT, col(Review.day) == office.today(now)
    )
    return (await session.exec(done)).first() is None


async def _look(session: AsyncSession, review: Review, *, office: Office, now: datetime) -> bool:
    catalogue = office.catalogue
    scope = review.measures or [measure.id for measure in catalogue.measures]
    outlook = await outcomes.outlook(session, catalogue, scope, office.today(now))
    if not outlook.present:
        return False  # nobody has said anything yet
    span = await outlook.next_span(session, review.reached, SLICE)
    if span is None:
        review.finished_at = now
        await session.flush()
        return True
    if span.outdated:
        return False  # the derived rows are being written anew; this goes on after them
    looked = await outlook.beside(session, span)
    if review.cause is ReviewCause.NIGHT and await season_nights.owe(
        session, outlook, looked, span, office=office, now=now
    ):
        return True
    await review_news.tell(session, review, outlook, looked, span, office=office, now=now)
    await watch_plans.plan(session, review, span, office=office, now=now)
    await outlook.store(session, span, only_known=review.cause is ReviewCause.PUBLISHED)
    review.reached = span.upto
    await session.flush()
    return True
