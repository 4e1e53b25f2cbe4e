"""What a review finds for the companies of one slice: who is told of what, and what fits now."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.derived import Readings
from domain.fact_rows import NEEDS, FactRow, listed
from domain.measures import Measure, MeasureStatus, Scope
from domain.verdict_news import CLOSE_TO_FITTING, has_other_days, other_benefits, soonest_end
from domain.verdicts import Outcome, judge
from domain.windows import state_on
from models import Company, Fact, MeasureMark, Review, VerdictRecord, Watch
from models.companies import FactSource
from models.matching import MarkKind, WatchReason
from models.outcome_rows import outcome_at, place_of
from models.reviews import ReviewCause
from services import companies, matching, measure_versions, news, policy_contacts, watches
from services.news import Entry, Owed
from services.office import Office
from services.outcomes import Looked, Outlook, Span
from services.policy_contacts import Contact


@dataclass(frozen=True)
class Then:
    """How things stood when companies were last reviewed.

    `numbers` are the versions in force; `measures` are what they said, None where that is what the
    catalogue says now: no publication lies between.
    """

    since: datetime
    numbers: Mapping[str, int]
    measures: Mapping[str, Measure] | None = None

    def measure(self, measure_id: str, office: Office) -> Measure | None:
        """The measure as it was offered then, None where it was not."""
        known = office.catalogue.measure(measure_id)
        measure = known if self.measures is None else self.measures.get(measure_id)
        is_offered = measure is not None and measure.status is MeasureStatus.ACTIVE
        return measure if is_offered else None


@dataclass(frozen=True, slots=True)
class Move:
    """One company and measure: from which outcome to which, `since` a moment."""

    company_id: int
    measure_id: str
    was: Outcome | None
    now: Outcome | None
    since: datetime

    @property
    def comes_to_fit(self) -> bool:
        """Whether somebody who waits for it is to hear."""
        return self.now in watches.FITS and self.was not in watches.FITS


async def tell(
    session: AsyncSession,
    review: Review,
    outlook: Outlook,
    looked: Sequence[Looked],
    span: Span,
    *,
    office: Office,
    now: datetime,
) -> None:
    """Owe what the companies of a span are to hear, and what waits for a measure to fit."""
    then = await then_of(session, review, outlook.measures)
    moves = await _moves(session, then, outlook, looked, span, office=office)
    if moves:
        await _owe(session, review, then, moves, office=office, now=now)


#: The reviews at hand with what they compare with: reading old versions costs more than a slice.
_THEN: dict[int, Then] = {}


async def then_of(session: AsyncSession, review: Review, measure_ids: Sequence[str]) -> Then:
    """What the review compares with."""
    if review.id not in _THEN:
        _THEN.clear()
        _THEN[review.id] = await _looked_up(session, review, measure_ids)
    return _THEN[review.id]


async def _looked_up(session: AsyncSession, review: Review, measure_ids: Sequence[str]) -> Then:
    last_night = select(func.max(col(Review.started_at))).where(
        col(Review.cause) == ReviewCause.NIGHT, col(Review.id) < review.id
    )
    since = (await session.exec(last_night)).one() or review.started_at
    is_night = review.cause is ReviewCause.NIGHT
    upto = review.upto_version if is_night else review.since_version
    numbers = await measure_versions.numbers_at(session, measure_ids, upto=upto)
    if is_night:
        return Then(since, numbers)
    before = {
        measure_id: await measure_versions.measure_at(session, measure_id, number)
        for measure_id, number in numbers.items()
    }
    return Then(since, numbers, {key: one for key, one in before.items() if one is not None})


async def _moves(
    session: AsyncSession,
    then: Then,
    outlook: Outlook,
    looked: Sequence[Looked],
    span: Span,
    *,
    office: Office,
) -> list[Move]:
    """Where something differs from what stood after the last review, or, where the company itself
    said something since, from what it could see then: its own words are no news to it.
    """
    spoke = await _spoke(session, span, then.since) if looked else {}
    retold = _retold(then, outlook, office)
    found: list[Move] = []
    for one in looked:
        was, since = one.was, then.since
        if one.company_id in spoke:
            since = spoke[one.company_id]
            was = await _seen(session, one.company_id, since, then, outlook, office)
        for measure_id, before, after in zip(outlook.measures, was, one.now, strict=True):
            if before is None or (before == after and measure_id not in retold):
                continue
            move = Move(one.company_id, measure_id, outcome_at(before), outcome_at(after), since)
            found.append(move)
    return found


async def _spoke(session: AsyncSession, span: Span, since: datetime) -> dict[int, datetime]:
    """Companies that said something of themselves, and when they did so last."""
    said = select(Fact.company_id, func.max(Fact.at)).where(
        col(Fact.company_id) > span.after,
        col(Fact.company_id) <= span.upto,
        col(Fact.at) > since,
        col(Fact.source) == FactSource.SELF,
    )
    marked = select(MeasureMark.company_id, func.max(MeasureMark.created_at)).where(
        col(MeasureMark.company_id) > span.after,
        col(MeasureMark.company_id) <= span.upto,
        col(MeasureMark.created_at) > since,
    )
    last: dict[int, datetime] = {}
    for statement in (
        said.group_by(col(Fact.company_id)),
        marked.group_by(col(MeasureMark.company_id)),
    ):
        for company_id, at in (await session.exec(statement)).all():
            last[company_id] = max(at, last.get(company_id, at))
    return last


async def _seen(
    session: AsyncSession,
    company_id: int,
    at: datetime,
    then: Then,
    outlook: Outlook,
    office: Office,
) -> tuple[int, ...]:
    """What the company could see after its own last word: judged again as of then."""
    day = office.today(at)
    profile = await companies.profile_of(session, company_id, office.catalogue.facts, until=at)
    readings = Readings(profile, day)
    marks = await matching.marks_of(session, await session.get(Company, company_id), today=day)
    held = {key: True for key, mark in marks.items() if mark.kind is MarkKind.HELD}
    places: list[int] = []
    for measure_id in outlook.measures:
        measure = then.measure(measure_id, office)
        verdict = judge(measure, readings, day, office.catalogue, held) if measure else None
        places.append(place_of(verdict.outcome if verdict else None))
    return tuple(places)


def _retold(then: Then, outlook: Outlook, office: Office) -> frozenset[str]:
    """The measures of which another amount or other days were published."""
    found = set()
    for measure_id, before in (then.measures or {}).items():
        measure = office.catalogue.measure(measure_id)
        if measure is None or measure_id not in outlook.measures:
            continue
        if other_benefits(before, measure) is not None or has_other_days(before, measure):
            found.add(measure_id)
    return frozenset(found)


async def _owe(
    session: AsyncSession,
    review: Review,
    then: Then,
    moves: Sequence[Move],
    *,
    office: Office,
    now: datetime,
) -> None:
    around = await _Around.of(session, {move.company_id for move in moves})
    heard = await _tell_watchers(session, moves, around, office=office, now=now)
    today = office.today(now)
    owed: dict[int, list[Move]] = {}
    for move in moves:
        contact = around.contacts.get(move.company_id)
        measure = office.catalogue.measure(move.measure_id)
        if contact is None or measure is None or (contact.person.id, measure.id) in heard:
            continue
        if around.deserves(move, measure):
            owed.setdefault(move.company_id, []).append(move)
    await news.owe(
        session,
        [
            Owed(
                company_id,
                tuple(_entry(move, then) for move in own),
                _soonest_end(own, office, today),
            )
            for company_id, own in owed.items()
        ],
        around.contacts,
        key=str(review.id),
        office=office,
        now=now,
    )


def _entry(move: Move, then: Then) -> Entry:
    return Entry(move.measure_id, move.was, then.numbers.get(move.measure_id, 0), move.since)


def _soonest_end(moves: Iterable[Move], office: Office, today: date) -> date | None:
    measures = [
        office.catalogue.measure(move.measure_id) for move in moves if move.now in CLOSE_TO_FITTING
    ]
    return soonest_end(
        state_on(window, today) for one in measures if one is not None for window in one.windows()
    )


async def _tell_watchers(
    session: AsyncSession,
    moves: Sequence[Move],
    around: "_Around",
    *,
    office: Office,
    now: datetime,
) -> set[tuple[int, str]]:
    """Tell who waits for a measure to fit; returns (person, measure), told once is enough."""
    told = set()
    for move in moves:
        for watched in around.watches.get((move.company_id, move.measure_id), ()):
            if watched.reason is WatchReason.FITS and move.comes_to_fit:
                await watches.tell_today(session, watched, office=office, now=now)
                told.add((watched.person_id, watched.measure_id))
    return told


@dataclass(frozen=True)
class _Around:
    """What decides whether news deserves to be told, for the companies of a slice.

    Keys are a company's id, or that and a measure's.
    """

    contacts: Mapping[int, Contact]
    needs: Mapping[int, Collection[str]]
    watches: Mapping[tuple[int, str], Sequence[Watch]]
    told: Collection[tuple[int, str]]
    marked: Collection[tuple[int, str]]

    def deserves(self, move: Move, measure: Measure) -> bool:
        """Good news always; other news of what the company needs, watches, or was told before."""
        place = move.company_id, measure.id
        if place in self.marked or measure.scope is Scope.BACKGROUND:
            return False
        if move.was is not move.now and move.now is Outcome.ELIGIBLE:
            return True
        return self._matters(place, measure) and _is_felt(move)

    def _matters(self, place: tuple[int, str], measure: Measure) -> bool:
        wanted = set(self.needs.get(place[0], ())) & set(measure.needs)
        return bool(wanted) or place in self.watches or place in self.told

    @classmethod
    async def of(cls, session: AsyncSession, company_ids: Collection[int]) -> "_Around":
        return cls(
            contacts=await policy_contacts.contacts_of(session, company_ids),
            needs=await _needs(session, company_ids),
            watches=await _watches(session, company_ids),
            told=await _told(session, company_ids),
            marked=await _marked(session, company_ids),
        )


def _is_felt(move: Move) -> bool:
    """A measure that came and does not fit, or that went and never did, is none of its business;
    neither are amounts and days where it is certainly ineligible."""
    if move.was is None or move.was is move.now:
        return move.was is not None and move.now in CLOSE_TO_FITTING
    return move.now is not None or move.was in CLOSE_TO_FITTING


async def _needs(session: AsyncSession, company_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    statement = (
        select(Fact)
        .where(col(Fact.company_id).in_(company_ids), col(Fact.key) == NEEDS)
        .order_by(col(Fact.at), col(Fact.id))
    )
    rows: dict[int, list[FactRow]] = {}
    for fact in (await session.exec(statement)).all():
        row = FactRow(fact.key, fact.value, fact.year, fact.item)
        rows.setdefault(fact.company_id, []).append(row)
    return {company_id: listed(NEEDS, told) for company_id, told in rows.items()}


async def _watches(
    session: AsyncSession, company_ids: Collection[int]
) -> dict[tuple[int, str], list[Watch]]:
    statement = select(Watch).where(
        col(Watch.company_id).in_(company_ids), col(Watch.ended_at).is_(None)
    )
    found: dict[tuple[int, str], list[Watch]] = {}
    for watched in (await session.exec(statement)).all():
        found.setdefault((watched.company_id or 0, watched.measure_id), []).append(watched)
    return found


async def _told(session: AsyncSession, company_ids: Collection[int]) -> set[tuple[int, str]]:
    statement = select(VerdictRecord.company_id, VerdictRecord.measure_id).where(
        col(VerdictRecord.company_id).in_(company_ids)
    )
    return set((await session.exec(statement)).all())


async def _marked(session: AsyncSession, company_ids: Collection[int]) -> set[tuple[int, str]]:
    """A mark that has run out still says that the company knows the measure well."""
    statement = select(MeasureMark.company_id, MeasureMark.measure_id).where(
        col(MeasureMark.company_id).in_(company_ids), col(MeasureMark.ended_at).is_(None)
    )
    return set((await session.exec(statement)).all())
