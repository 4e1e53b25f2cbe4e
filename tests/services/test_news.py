"""News of policies: gathered into one digest, judged again when it is said."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.facts import Span
from domain.measures import Benefit, Measure
from domain.verdicts import Outcome
from domain.words import Words
from models import Company, Notice, Person
from models.matching import MarkKind
from models.notices import Pace
from services import matching, news, notice_choices, people, policy_contacts, publishing
from services.news import Digest, Entry, Later, Owed
from services.office import Office
from tests.services.test_matching import HI_TECH, LOAN, firm, matched, say

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
NINE_TOMORROW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=2)


async def agreed(session: AsyncSession, office: Office) -> tuple[Person, Company]:
    person, company, _ = await firm(session, office)
    await people.record_consent(session, person.id, given=True, now=NOW)
    return person, company


def was(outcome: Outcome | None, measure: str = LOAN, version: int = 0) -> Entry:
    return Entry(measure, outcome, version, NOW)


async def owed(
    session: AsyncSession,
    office: Office,
    company: Company,
    *entries: Entry,
    key: str = "1",
    closes: date | None = None,
    now: datetime = NOW,
) -> Notice:
    contacts = await policy_contacts.contacts_of(session, [company.id])
    owing = [Owed(company.id, entries, closes)]
    await news.owe(session, owing, contacts, key=key, office=office, now=now)
    (notice,) = (await session.exec(select(Notice))).all()
    return notice


async def said(
    session: AsyncSession, office: Office, notice: Notice, now: datetime = NINE_TOMORROW
) -> Digest | None:
    due = await news.digest(session, notice, office=office, now=now)
    assert not isinstance(due, Later)
    return due[1] if due and due[1].news else None


def with_benefit(measure: Measure, zh: str) -> Measure:
    benefit = Benefit(text=Words(zh=zh, en=zh), cite=measure.benefits[0].cite)
    return measure.model_copy(update={"benefits": (benefit,)})


async def test_several_changes_are_one_digest_at_nine(
    session: AsyncSession, office: Office
) -> None:
    person, company = await agreed(session, office)
    await owed(session, office, company, was(Outcome.UNDETERMINED))

    notice = await owed(
        session, office, company, was(Outcome.INELIGIBLE, HI_TECH), key="2", now=LATER
    )

    assert (notice.person_id, notice.due_at) == (person.id, NINE_TOMORROW)
    assert [entry.measure for entry in news.entries_of(notice)] == [LOAN, HI_TECH]


async def test_from_what_to_what_and_why(session: AsyncSession, office: Office) -> None:
    person, company = await agreed(session, office)
    notice = await owed(session, office, company, was(Outcome.INELIGIBLE, LOAN))
    await say(session, office, company, person, {"employees": Span(80, 80)})

    digest = await said(session, office, notice)

    assert digest is not None
    (one,) = digest.news
    assert (one.was, one.outcome) == (Outcome.INELIGIBLE, Outcome.ELIGIBLE)
    assert one.reasons.found


async def test_what_took_itself_back_is_not_said(session: AsyncSession, office: Office) -> None:
    _, company = await agreed(session, office)
    await owed(session, office, company, was(Outcome.ELIGIBLE))

    notice = await owed(session, office, company, was(Outcome.INELIGIBLE), key="2")

    assert await said(session, office, notice) is None


async def test_what_the_company_saw_on_its_list_is_not_said(
    session: AsyncSession, office: Office
) -> None:
    _, company = await agreed(session, office)
    notice = await owed(session, office, company, was(Outcome.UNDETERMINED))
    known, match = await matched(session, office, company)

    await matching.remember(session, known, match.verdicts, now=LATER)

    assert await said(session, office, notice) is None


@pytest.mark.parametrize("kind", list(MarkKind))
async def test_what_was_marked_meanwhile_is_not_said(
    session: AsyncSession, office: Office, kind: MarkKind
) -> None:
    person, company = await agreed(session, office)
    notice = await owed(session, office, company, was(Outcome.UNDETERMINED))

    await matching.mark_measure(session, company, LOAN, kind, person_id=person.id, now=LATER)

    assert await said(session, office, notice) is None


async def test_another_amount_is_news_without_another_outcome(
    session: AsyncSession, office: Office
) -> None:
    _, company = await agreed(session, office)
    measure = office.catalogue.measure(LOAN)
    assert measure is not None
    await publishing.publish(session, [measure], now=NOW)
    better = with_benefit(measure, "贴息 2 个百分点")
    await publishing.publish(session, [better], now=LATER)
    changed = replace(office, catalogue=replace(office.catalogue, measures=(better,)))

    notice = await owed(session, office, company, was(Outcome.ELIGIBLE, version=1))
    digest = await said(session, changed, notice)

    assert digest is not None
    assert digest.news[0].benefits == measure.benefits
    assert not digest.news[0].is_other_outcome
    assert await said(session, office, notice) is None  # as it was before: undone meanwhile


async def test_other_days_are_no_news_for_whoever_mutes_deadlines(
    session: AsyncSession, office: Office
) -> None:
    person, company = await agreed(session, office)
    measure = office.catalogue.measure(HI_TECH)
    assert measure is not None
    await publishing.publish(session, [measure], now=NOW)
    window = {"kind": "dated", "from": "2026-11-01", "to": "2027-03-31"}
    moved = Measure.model_validate(measure.model_dump(by_alias=True) | {"window": window})
    changed = replace(office, catalogue=replace(office.catalogue, measures=(moved,)))
    _, match = await matched(session, office, company)
    verdict = match.verdict(HI_TECH)
    assert verdict is not None
    notice = await owed(session, office, company, was(verdict.outcome, HI_TECH, version=1))
    told = await said(session, changed, notice)
    assert told is not None
    assert told.news[0].window is not None

    await notice_choices.choose(session, person.id, now=NOW, deadlines=False)

    assert await said(session, changed, notice) is None


async def test_a_weekly_digest_waits_for_monday_unless_the_end_is_near(
    session: AsyncSession, office: Office
) -> None:
    person, _ = await agreed(session, office)
    choice = await notice_choices.choose(session, person.id, now=NOW, policies=Pace.WEEKLY)

    def due(closes: date | None) -> datetime:
        return news.moment(office, choice, closes, NOW)

    assert due(None) == datetime(2026, 11, 30, 1, 0, tzinfo=UTC)
    assert due(date(2026, 12, 31)) == datetime(2026, 11, 30, 1, 0, tzinfo=UTC)
    assert due(date(2026, 11, 30)) == NINE_TOMORROW
    assert due(date(2026, 11, 25)) == NOW


async def test_at_night_even_the_near_end_waits_for_the_morning(
    session: AsyncSession, office: Office
) -> None:
    person, _ = await agreed(session, office)
    choice = await notice_choices.choice_of(session, person.id)

    due = news.moment(office, choice, date(2026, 11, 24), datetime(2026, 11, 23, 15, tzinfo=UTC))

    assert due == datetime(2026, 11, 24, 0, 30, tzinfo=UTC)


async def test_who_turned_weekly_meanwhile_hears_on_monday(
    session: AsyncSession, office: Office
) -> None:
    person, company = await agreed(session, office)
    notice = await owed(session, office, company, was(Outcome.INELIGIBLE))
    await notice_choices.choose(session, person.id, now=LATER, policies=Pace.WEEKLY)

    due = await news.digest(session, notice, office=office, now=NINE_TOMORROW)

    assert due == Later(datetime(2026, 11, 30, 1, 0, tzinfo=UTC))
