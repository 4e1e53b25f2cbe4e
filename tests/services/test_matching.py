"""Matching a stored company: what is told is stored, marks and watches change what follows."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from domain.facts import DateSpan, FactValue, PerYear, Profile, Span
from domain.matches import Match, Place
from domain.profile_files import parse_profile
from domain.screens import Screen
from domain.verdicts import Outcome
from models import Company, Notice, Person, VerdictRecord
from models.matching import MarkKind, WatchReason
from models.notices import NoticeState
from scheduler.matching_notices import looked_at_again
from services import companies, matching, notices, people, watches
from services.companies import Known
from services.office import Office

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
LOAN, HI_TECH = "loan-interest-subsidy", "hi-tech-enterprise"
YEARLY = "annual-report-merge"
FIRM = {
    "industry": "39",
    "employees": [75, 89],
    "established_on": ["2015-01-01", "2015-12-31"],
    "revenue": {"2025": 3000},
    "loan_purpose": "设备更新",
}


async def firm(
    session: AsyncSession, office: Office, telegram_id: int = 1001
) -> tuple[Person, Company, Actor]:
    """A chip packager who wants new equipment."""
    caller = people.Caller(telegram_id=telegram_id, name="王工")
    person = await people.meet(session, caller, default_locale="zh", now=NOW)
    company = await companies.create(session, person, now=NOW)
    profile = parse_profile(FIRM, office.catalogue.facts)
    await say(session, office, company, person, dict(profile.values))
    actor = await people.actor_for(session, person, administrators=frozenset())
    return person, company, actor


async def say(
    session: AsyncSession,
    office: Office,
    company: Company,
    person: Person,
    facts: dict[str, FactValue],
) -> None:
    await companies.save(
        session,
        company,
        Profile(facts),
        office.catalogue.facts,
        person_id=person.id,
        now=NOW,
        today=TODAY,
        needs=["financing"],
    )


async def matched(
    session: AsyncSession, office: Office, company: Company, today: date = TODAY
) -> tuple[Known, Match]:
    known = await companies.known_of(session, company, office.catalogue.facts)
    return known, await matching.match_of(session, office.catalogue, known, today=today)


async def test_every_measure_stands_in_one_place(session: AsyncSession, office: Office) -> None:
    _, company, _ = await firm(session, office)

    _, match = await matched(session, office, company)

    assert sum(match.counts.values()) == len(office.catalogue.active) == 75
    assert match.counts[Place.ELIGIBLE] == 1
    assert match.counts[Place.BACKGROUND] == 4
    assert match.groups[0].need == "financing"
    assert match.groups[0].named[0].measure.id == LOAN


async def test_what_is_told_is_stored_once_and_kept_up(
    session: AsyncSession, office: Office
) -> None:
    person, company, _ = await firm(session, office)
    known, match = await matched(session, office, company)
    await matching.remember(session, known, match.verdicts, now=NOW)
    first = await matching.records_of(session, company.id)

    await say(session, office, company, person, {"loan_purpose": "流动资金"})
    known, match = await matched(session, office, company)
    await matching.remember(session, known, match.verdicts, now=NOW + timedelta(hours=1))

    records = await matching.records_of(session, company.id)
    rows = (await session.exec(select(VerdictRecord))).all()
    assert len(rows) == len(first) == 75
    assert records[LOAN].outcome == Outcome.UNDETERMINED
    assert records[LOAN].measure_version == 1


async def test_what_rests_on_newer_facts_stands(session: AsyncSession, office: Office) -> None:
    """A colleague's answer may be kept while a list on older facts is being told."""
    person, company, _ = await firm(session, office)
    older, on_older = await matched(session, office, company)
    await say(session, office, company, person, {"loan_purpose": "流动资金"})
    known, match = await matched(session, office, company)
    newer = replace(known, facts_at=NOW + timedelta(hours=1))
    await matching.remember(session, newer, match.verdicts, now=NOW)

    await matching.remember(session, older, on_older.verdicts, now=NOW, with_conditions=False)

    records = await matching.records_of(session, company.id)
    assert records[LOAN].outcome == Outcome.UNDETERMINED


async def test_nothing_is_stored_of_a_draft(session: AsyncSession, office: Office) -> None:
    profile = parse_profile(FIRM, office.catalogue.facts)
    match = await matching.match_of(session, office.catalogue, Known(profile), today=TODAY)

    await matching.remember(session, Known(profile), match.verdicts, now=NOW)

    assert (await session.exec(select(VerdictRecord))).all() == []


async def test_held_ends_on_its_last_day(session: AsyncSession, office: Office) -> None:
    person, company, _ = await firm(session, office)
    await matching.mark_measure(
        session,
        company,
        LOAN,
        MarkKind.HELD,
        person_id=person.id,
        now=NOW,
        reason="2026-12-31",
    )

    _, now = await matched(session, office, company)
    _, later = await matched(session, office, company, date(2027, 1, 1))

    assert now.counts[Place.HELD] == 1
    assert later.counts[Place.HELD] == 0


async def test_a_mark_replaces_the_one_before_and_is_taken_back(
    session: AsyncSession, office: Office
) -> None:
    person, company, _ = await firm(session, office)
    for kind in (MarkKind.HELD, MarkKind.IRRELEVANT):
        await matching.mark_measure(session, company, LOAN, kind, person_id=person.id, now=NOW)

    marks = await matching.marks_of(session, company, today=TODAY)
    assert marks[LOAN].kind is MarkKind.IRRELEVANT
    await matching.unmark_measure(session, company, LOAN, now=NOW)

    assert await matching.marks_of(session, company, today=TODAY) == {}


async def test_unclear_is_not_asked_again_until_it_is_said(
    session: AsyncSession, office: Office
) -> None:
    person, company, _ = await firm(session, office)
    _, match = await matched(session, office, company)
    assert match.question is not None
    asked = match.question.fact

    await companies.leave_unclear(session, company, asked, person_id=person.id, now=NOW)
    known, match = await matched(session, office, company)
    assert known.unclear == (asked,)
    assert match.question is not None
    assert match.question.fact != asked

    await say(session, office, company, person, {asked: Span.exactly(800)})
    known, _ = await matched(session, office, company)
    assert known.unclear == ()


async def test_watching_twice_is_watching_once(session: AsyncSession, office: Office) -> None:
    _, company, actor = await firm(session, office)
    _, match = await matched(session, office, company)
    measure = office.catalogue.measure(LOAN)
    assert measure is not None

    for _ in range(2):
        await watches.watch(
            session,
            actor,
            measure,
            WatchReason.CLOSES,
            verdict=match.verdict(LOAN),
            office=office,
            now=NOW,
        )

    (notice,) = (await session.exec(select(Notice))).all()
    assert notice.kind == "watch_closes"
    assert notice.due_at == datetime(2026, 12, 17, 1, 0, tzinfo=UTC)
    await watches.end_watch(session, actor, LOAN, WatchReason.CLOSES, now=NOW)
    assert await watches.open_watches(session, actor.person_id) == []
    assert notice.done_at == NOW


async def test_a_reminder_that_is_past_is_said_now(session: AsyncSession, office: Office) -> None:
    closes = date(2026, 11, 27)

    due = watches.closing_reminder(closes, office.calendar, NOW)

    assert due == NOW


async def test_a_colleague_hears_when_a_new_fact_makes_a_measure_fit(
    session: AsyncSession, office: Office
) -> None:
    person, company, actor = await firm(session, office)
    await say(session, office, company, person, {"loan_purpose": "流动资金"})
    _, match = await matched(session, office, company)
    measure = office.catalogue.measure(LOAN)
    assert measure is not None
    verdict = match.verdict(LOAN)
    await watches.watch(
        session, actor, measure, WatchReason.FITS, verdict=verdict, office=office, now=NOW
    )

    await say(session, office, company, person, {"loan_purpose": "设备更新"})
    for writer in (person.id, None, None):
        await watches.look_again(session, company, but_person=writer, office=office, now=NOW)

    (notice,) = (await session.exec(select(Notice))).all()
    assert (notice.kind, notice.person_id) == ("watch_fits", person.id)


async def test_who_waits_is_told_once_and_no_later_than_it_fits(
    session: AsyncSession, office: Office
) -> None:
    person, company, actor = await firm(session, office)
    newborn: dict[str, FactValue] = {
        "established_on": DateSpan.exactly(date(2026, 2, 1)),
        "revenue": PerYear.of({2025: Span.exactly(0)}),
    }
    await say(session, office, company, person, newborn)
    _, match = await matched(session, office, company)
    measure, verdict = office.catalogue.measure(YEARLY), match.verdict(YEARLY)
    assert measure is not None
    await watches.watch(
        session, actor, measure, WatchReason.FITS, verdict=verdict, office=office, now=NOW
    )
    (foreseen,) = (await session.exec(select(Notice))).all()
    assert foreseen.details["day"] == "2027-01-01"

    older = DateSpan.exactly(date(2025, 2, 1))
    await say(session, office, company, person, {"established_on": older})
    await watches.look_again(session, company, office=office, now=NOW)
    assert foreseen.due_at == NOW
    notices.settle(foreseen, NoticeState.SAID, now=NOW)
    await watches.look_again(session, company, office=office, now=NOW + timedelta(days=1))

    assert len((await session.exec(select(Notice))).all()) == 1


SHORT_OF_RND: dict[str, FactValue] = {
    "established_on": DateSpan.exactly(date(2015, 3, 1)),
    "revenue": PerYear.of({2023: Span.exactly(2600), 2024: Span.exactly(2800),
                           2025: Span.exactly(3000)}),
    "rnd": PerYear.of({2023: Span.exactly(110), 2024: Span.exactly(120), 2025: Span.exactly(140)}),
}  # fmt: skip


async def test_at_new_year_whoever_waits_hears_that_other_figures_count(
    session: AsyncSession, office: Office
) -> None:
    person, company, actor = await firm(session, office)
    await say(session, office, company, person, dict(SHORT_OF_RND))
    _, match = await matched(session, office, company)
    measure, verdict = office.catalogue.measure(HI_TECH), match.verdict(HI_TECH)
    assert measure is not None

    await watches.watch(
        session, actor, measure, WatchReason.FITS, verdict=verdict, office=office, now=NOW
    )

    (notice,) = (await session.exec(select(Notice))).all()
    assert (notice.kind, notice.details["day"]) == (watches.AGAIN, "2027-01-01")
    new_year = datetime(2027, 1, 4, 2, 0, tzinfo=UTC)
    screen = await looked_at_again(session, notice, office, new_year)
    assert isinstance(screen, Screen)
    assert "2026 年的数可以填了" in screen.text


async def test_strangers_watches_are_not_found(session: AsyncSession, office: Office) -> None:
    _, _, actor = await firm(session, office)
    measure = office.catalogue.measure(HI_TECH)
    assert measure is not None
    watched = await watches.watch(
        session, actor, measure, WatchReason.OPENS, verdict=None, office=office, now=NOW
    )
    stranger = replace(actor, person_id=actor.person_id + 1)

    await watches.end_watch(session, stranger, HI_TECH, WatchReason.OPENS, now=NOW)

    assert watched.ended_at is None
