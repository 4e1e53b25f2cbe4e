"""Every company before every measure again: silent at first, then only what became different."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import Database
from domain.actors import Actor
from domain.facts import FactValue, Profile, Span
from domain.measures import Measure, MeasureStatus
from domain.profile_files import parse_profile
from domain.verdicts import Outcome
from domain.words import Words
from models import Company, Notice, Person, Review, Watch
from models.companies import FactSource
from models.matching import MarkKind, WatchReason
from models.outcome_rows import column_of, place_of
from models.reviews import ReviewCause
from services import companies, matching, news, people, publishing, reviews, watches
from services.office import Office
from tests.companies import SOURCES, Data, leaf, trial

NIGHT = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)
"""Monday 2026-11-23, 03:00 in Hangzhou."""

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)
OLD_ENOUGH = leaf("compare", fact="age", op=">=", value=1)
STAFF = leaf("compare", fact="employees", op=">=", value=20)
FIRM = {"employees": 50, "established_on": "2025-11-26"}
"""One year old on Thursday 2026-11-26."""


def measure(*criteria: Data, **rest: object) -> Measure:
    return trial(*criteria, needs=["financing"], **rest)


def with_measures(office: Office, *measures: Measure, published: int = 0) -> Office:
    catalogue = replace(office.catalogue, measures=measures, sources=SOURCES)
    return replace(office, catalogue=catalogue, published=published)


async def publish(session: AsyncSession, office: Office, *changed: Measure, at: datetime) -> Office:
    await publishing.publish(session, changed, now=at)
    others = [one for one in office.catalogue.measures if one.id not in {m.id for m in changed}]
    latest = await publishing.latest(session)
    return with_measures(office, *others, *changed, published=latest)


async def firm(
    session: AsyncSession,
    office: Office,
    number: int = 1,
    *,
    consented: bool = True,
    at: datetime = NIGHT - DAY,
    source: FactSource = FactSource.SELF,
) -> tuple[Person, Company, Actor]:
    caller = people.Caller(telegram_id=1000 + number, name="王工")
    person = await people.meet(session, caller, default_locale="zh", now=NIGHT)
    if consented:
        await people.record_consent(session, person.id, given=True, now=NIGHT)
    company = await companies.create(session, person, now=at)
    facts = parse_profile(FIRM, office.catalogue.facts).values
    await say(session, office, company, dict(facts), at=at, person=person, source=source)
    actor = await people.actor_for(session, person, administrators=frozenset())
    return person, company, actor


async def say(
    session: AsyncSession,
    office: Office,
    company: Company,
    facts: dict[str, FactValue],
    *,
    at: datetime,
    person: Person | None = None,
    source: FactSource = FactSource.SELF,
) -> None:
    await companies.save(
        session,
        company,
        Profile(facts),
        office.catalogue.facts,
        person_id=person.id if person else None,
        now=at,
        today=office.today(at),
        needs=["financing"],
        source=source,
    )


async def reviewed(session: AsyncSession, office: Office, at: datetime) -> None:
    while await reviews.go_on(session, office=office, now=at):
        pass


async def noticed(session: AsyncSession) -> Sequence[Notice]:
    return (await session.exec(select(Notice).order_by(col(Notice.id)))).all()


async def owed(session: AsyncSession) -> list[tuple[str, Outcome | None]]:
    """What is owed as (measure, outcome before)."""
    found = [notice for notice in await noticed(session) if notice.kind == news.KIND]
    return [(one.measure, one.was) for notice in found for one in news.entries_of(notice)]


async def stored(session: AsyncSession, company: Company, key: str = "trial") -> int | None:
    connection = await session.connection()
    found = await connection.execute(
        text(f"SELECT {column_of(key)} FROM outcome_row WHERE company_id = {company.id}")  # noqa: S608
    )
    return found.scalar()


async def test_the_first_review_tells_nobody_anything(
    session: AsyncSession, office: Office
) -> None:
    office = with_measures(office, measure(STAFF))
    _, company, _ = await firm(session, office)

    await reviewed(session, office, NIGHT)

    assert await stored(session, company) == place_of(Outcome.ELIGIBLE)
    assert await noticed(session) == []


async def test_a_year_completed_is_told_in_the_morning(
    session: AsyncSession, office: Office
) -> None:
    office = with_measures(office, measure(OLD_ENOUGH))
    person, company, _ = await firm(session, office)
    for days in range(5):
        await reviewed(session, office, NIGHT + days * DAY)

    (notice,) = await noticed(session)

    assert await owed(session) == [("trial", Outcome.INELIGIBLE)]
    assert (notice.person_id, notice.subject_id) == (person.id, company.id)
    assert notice.due_at == datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
    assert await stored(session, company) == place_of(Outcome.ELIGIBLE)


async def test_days_without_a_machine_come_to_one_message(
    session: AsyncSession, office: Office
) -> None:
    office = with_measures(office, measure(OLD_ENOUGH))
    await firm(session, office)
    await reviewed(session, office, NIGHT)

    for _ in range(2):
        await reviewed(session, office, NIGHT + 9 * DAY)

    assert await owed(session) == [("trial", Outcome.INELIGIBLE)]


async def test_twice_in_a_night_is_once(session: AsyncSession, office: Office) -> None:
    office = with_measures(office, measure(STAFF))
    await firm(session, office)
    for minutes in range(3):
        await reviewed(session, office, NIGHT + timedelta(minutes=minutes))

    nights = (await session.exec(select(Review))).all()

    assert [one.day for one in nights] == [date(2026, 11, 23)]


async def test_before_three_nothing_begins(session: AsyncSession, office: Office) -> None:
    office = with_measures(office, measure(STAFF))
    await firm(session, office)
    await reviewed(session, office, NIGHT)

    await reviewed(session, office, NIGHT + DAY - timedelta(minutes=1))

    assert len((await session.exec(select(Review))).all()) == 1


async def test_what_the_company_itself_said_is_no_news_to_it(
    session: AsyncSession, office: Office
) -> None:
    office = with_measures(office, measure(STAFF))
    _, company, _ = await firm(session, office)
    await reviewed(session, office, NIGHT)

    await say(session, office, company, {"employees": Span(5, 5)}, at=NOW)
    await reviewed(session, office, NIGHT + DAY)

    assert await stored(session, company) == place_of(Outcome.INELIGIBLE)
    assert await noticed(session) == []


async def test_what_time_does_after_its_own_words_is_news(
    session: AsyncSession, office: Office
) -> None:
    """It changed something of no account the day before it became old enough."""
    office = with_measures(office, measure(OLD_ENOUGH))
    _, company, _ = await firm(session, office)
    await reviewed(session, office, NIGHT)

    await say(session, office, company, {"employees": Span(60, 60)}, at=NOW + 2 * DAY)
    await reviewed(session, office, NIGHT + 3 * DAY)

    assert await owed(session) == [("trial", Outcome.INELIGIBLE)]


async def test_what_an_officer_or_an_import_says_is_news(
    session: AsyncSession, office: Office
) -> None:
    office = with_measures(office, measure(STAFF))
    _, company, _ = await firm(session, office)
    await reviewed(session, office, NIGHT)

    few: dict[str, FactValue] = {"employees": Span(5, 5)}
    await say(session, office, company, few, at=NOW, source=FactSource.IMPORT)
    await reviewed(session, office, NIGHT + DAY)

    assert await owed(session) == [("trial", Outcome.ELIGIBLE)]


async def test_a_publication_is_reviewed_at_once_for_what_it_changed(
    session: AsyncSession, office: Office
) -> None:
    office = await publish(session, with_measures(office), measure(STAFF), at=NIGHT - DAY)
    _, company, _ = await firm(session, office)
    await reviewed(session, office, NIGHT)

    stricter = measure(STAFF, leaf("compare", fact="employees", op=">=", value=100))
    office = await publish(session, office, stricter, at=NOW)
    await reviewed(session, office, NOW)

    assert await owed(session) == [("trial", Outcome.ELIGIBLE)]
    (notice,) = await noticed(session)
    assert news.entries_of(notice)[0].version == 1
    assert notice.due_at == datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    assert await stored(session, company) == place_of(Outcome.INELIGIBLE)


async def test_who_came_today_hears_of_todays_publication(
    session: AsyncSession, office: Office
) -> None:
    office = await publish(session, with_measures(office), measure(STAFF), at=NIGHT - DAY)
    await firm(session, office, 1)
    await reviewed(session, office, NIGHT)
    _, company, _ = await firm(session, office, 2, at=NIGHT + timedelta(hours=5))

    stricter = measure(leaf("compare", fact="employees", op=">=", value=100))
    office = await publish(session, office, stricter, at=NOW + timedelta(hours=1))
    await reviewed(session, office, NOW + timedelta(hours=1))
    await reviewed(session, office, NIGHT + DAY)

    assert await owed(session) == [("trial", Outcome.ELIGIBLE)] * 2
    assert {notice.subject_id for notice in await noticed(session)} >= {company.id}


async def test_an_imported_company_is_silent_in_its_first_night_whatever_was_published_before(
    session: AsyncSession, office: Office
) -> None:
    office = await publish(session, with_measures(office), measure(STAFF), at=NIGHT - DAY)
    await firm(session, office, 1)
    await reviewed(session, office, NIGHT)
    office = await publish(session, office, measure(STAFF, id="newer"), at=NOW)
    await reviewed(session, office, NOW)
    told = len(await owed(session))

    later = NOW + timedelta(hours=1)
    await firm(session, office, 2, at=later, source=FactSource.IMPORT)
    words = Words(zh="换个说法", en="Other words")
    office = await publish(session, office, measure(STAFF, summary=words), at=later)
    await reviewed(session, office, later)
    await reviewed(session, office, NIGHT + DAY)

    assert len(await owed(session)) == told


async def test_what_is_undone_before_nine_is_one_silent_digest(
    session: AsyncSession, office: Office
) -> None:
    first = measure(STAFF)
    office = await publish(session, with_measures(office), first, at=NIGHT - DAY)
    await firm(session, office)
    await reviewed(session, office, NIGHT)
    stricter = measure(leaf("compare", fact="employees", op=">=", value=100))

    for hours, version in enumerate((stricter, first)):
        at = NOW + timedelta(hours=hours)
        office = await publish(session, office, version, at=at)
        await reviewed(session, office, at)

    (notice,) = await noticed(session)
    due = await news.digest(session, notice, office=office, now=notice.due_at)
    assert isinstance(due, tuple)
    assert due[1].news == ()


async def test_a_new_measure_is_told_to_whom_it_fits(session: AsyncSession, office: Office) -> None:
    office = await publish(session, with_measures(office), measure(STAFF), at=NIGHT - DAY)
    await firm(session, office)
    await reviewed(session, office, NIGHT)

    fits = measure(STAFF, id="fits")
    does_not = measure(leaf("compare", fact="employees", op=">=", value=100), id="does-not")
    office = await publish(session, office, fits, does_not, at=NOW)
    await reviewed(session, office, NOW)

    assert await owed(session) == [("fits", None)]


async def test_a_retired_measure_is_told_to_whom_it_fitted(
    session: AsyncSession, office: Office
) -> None:
    office = await publish(session, with_measures(office), measure(STAFF), at=NIGHT - DAY)
    _, company, _ = await firm(session, office)
    await reviewed(session, office, NIGHT)

    over = measure(STAFF, status=MeasureStatus.RETIRED, retired_on=date(2026, 11, 23))
    office = await publish(session, office, over, at=NOW)
    await reviewed(session, office, NOW)

    assert await owed(session) == [("trial", Outcome.ELIGIBLE)]
    assert await stored(session, company) == place_of(None)


async def test_first_conditions_are_told_where_they_are_met(
    session: AsyncSession, office: Office
) -> None:
    office = await publish(session, with_measures(office), measure(), at=NIGHT - DAY)
    await firm(session, office)
    await reviewed(session, office, NIGHT)

    office = await publish(session, office, measure(STAFF), at=NOW)
    await reviewed(session, office, NOW)

    assert await owed(session) == [("trial", Outcome.OFFICER_CHECK)]


BENEFIT = {"text": {"zh": "最高 500 万元", "en": "up to CNY 5m"}, "cite": {"source": "S-LAW"}}
DATED = {"kind": "dated", "to": "2026-12-31", "cite": {"source": "S-LAW"}}


@pytest.mark.parametrize("change", [{"benefits": [BENEFIT]}, {"window": DATED}])
async def test_another_amount_or_end_is_told_to_whom_the_measure_matters(
    session: AsyncSession, office: Office, change: dict[str, object]
) -> None:
    office = await publish(session, with_measures(office), measure(STAFF), at=NIGHT - DAY)
    _, ineligible, _ = await firm(session, office, 2)
    await say(session, office, ineligible, {"employees": Span(5, 5)}, at=NIGHT - DAY)
    await firm(session, office)
    await reviewed(session, office, NIGHT)

    office = await publish(session, office, measure(STAFF, **change), at=NOW)
    await reviewed(session, office, NOW)

    assert await owed(session) == [("trial", Outcome.ELIGIBLE)]


async def test_other_wording_is_told_to_nobody(session: AsyncSession, office: Office) -> None:
    office = await publish(session, with_measures(office), measure(STAFF), at=NIGHT - DAY)
    await firm(session, office)
    await reviewed(session, office, NIGHT)

    words = Words(zh="换个说法", en="Other words")
    office = await publish(session, office, measure(STAFF, summary=words), at=NOW)
    await reviewed(session, office, NOW)

    assert await noticed(session) == []


async def test_a_process_that_has_not_read_the_publication_waits(
    session: AsyncSession, office: Office
) -> None:
    office = await publish(session, with_measures(office), measure(STAFF), at=NIGHT - DAY)
    await firm(session, office)
    await reviewed(session, office, NIGHT)

    stricter = measure(leaf("compare", fact="employees", op=">=", value=100))
    newer = await publish(session, office, stricter, at=NOW)
    await reviewed(session, office, NOW)
    assert await noticed(session) == []
    await reviewed(session, newer, NOW)

    assert await owed(session) == [("trial", Outcome.ELIGIBLE)]


async def test_bad_news_of_what_nobody_asked_for_is_not_told(
    session: AsyncSession, office: Office
) -> None:
    office = with_measures(office, measure(STAFF).model_copy(update={"needs": ("listing",)}))
    _, company, _ = await firm(session, office)
    await reviewed(session, office, NIGHT)

    few: dict[str, FactValue] = {"employees": Span(5, 5)}
    await say(session, office, company, few, at=NOW, source=FactSource.IMPORT)
    await reviewed(session, office, NIGHT + DAY)

    assert await noticed(session) == []


@pytest.mark.parametrize("kind", list(MarkKind))
async def test_what_is_marked_is_left_in_peace(
    session: AsyncSession, office: Office, kind: MarkKind
) -> None:
    office = with_measures(office, measure(OLD_ENOUGH))
    person, company, _ = await firm(session, office)
    await reviewed(session, office, NIGHT)
    await matching.mark_measure(session, company, "trial", kind, person_id=person.id, now=NOW)

    await reviewed(session, office, NIGHT + 4 * DAY)

    assert await noticed(session) == []


async def test_nobody_is_told_who_has_not_agreed(session: AsyncSession, office: Office) -> None:
    office = with_measures(office, measure(OLD_ENOUGH))
    _, company, _ = await firm(session, office, consented=False)
    await reviewed(session, office, NIGHT)

    await reviewed(session, office, NIGHT + 4 * DAY)

    assert await stored(session, company) == place_of(Outcome.ELIGIBLE)
    assert await noticed(session) == []


async def watch(session: AsyncSession, office: Office, actor: Actor, reason: WatchReason) -> Watch:
    found = office.catalogue.measure("trial")
    assert found is not None
    return await watches.watch(session, actor, found, reason, verdict=None, office=office, now=NOW)


async def test_who_waits_for_a_measure_to_fit_hears_it_once_and_from_the_watch(
    session: AsyncSession, office: Office
) -> None:
    office = with_measures(office, measure(OLD_ENOUGH))
    person, _, actor = await firm(session, office)
    await reviewed(session, office, NIGHT)
    await watch(session, office, actor, WatchReason.FITS)

    for days in (3, 4):
        await reviewed(session, office, NIGHT + days * DAY)

    (notice,) = await noticed(session)
    assert (notice.kind, notice.person_id) == ("watch_fits", person.id)


async def test_new_days_are_planned_for_and_new_conditions_told(
    session: AsyncSession, office: Office
) -> None:
    office = await publish(session, with_measures(office), measure(), at=NIGHT - DAY)
    _, _, actor = await firm(session, office)
    await reviewed(session, office, NIGHT)
    for reason in (WatchReason.CLOSES, WatchReason.PUBLISHED):
        await watch(session, office, actor, reason)

    office = await publish(session, office, measure(STAFF, window=DATED), at=NOW)
    await reviewed(session, office, NOW)

    kinds = {notice.kind: notice.due_at for notice in await noticed(session)}
    assert kinds["watch_closes"] == datetime(2026, 12, 17, 1, 0, tzinfo=UTC)
    assert kinds["watch_published"] == NOW


async def test_killed_in_the_middle_it_goes_on_where_it_stopped(
    database: Database, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two companies a slice; the process dies in the middle of the second one."""
    monkeypatch.setattr(reviews, "SLICE", 2)
    office = with_measures(office, measure(OLD_ENOUGH))
    async with database.write() as session:
        for number in range(5):
            await firm(session, office, number)
        await reviewed(session, office, NIGHT)
    later = NIGHT + 4 * DAY
    async with database.write() as session:
        assert await reviews.go_on(session, office=office, now=later)
    with pytest.raises(RuntimeError):
        await _dies_before_the_commit(database, office, later)

    async with database.write() as session:
        assert len(await owed(session)) == 2
        await reviewed(session, office, later + timedelta(hours=1))
        assert len(await owed(session)) == 5
        done = (await session.exec(select(Review.cause, Review.finished_at))).all()

    assert [cause for cause, _ in done] == [ReviewCause.NIGHT] * 2
    assert all(finished for _, finished in done)


async def _dies_before_the_commit(database: Database, office: Office, at: datetime) -> None:
    async with database.write() as session:
        await reviews.go_on(session, office=office, now=at)
        raise RuntimeError
