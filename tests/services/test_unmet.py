"""Unmet needs: noted without a name, told by month and industry."""

from datetime import UTC, date, datetime, timedelta

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain import retention
from domain.actors import Actor
from domain.tickets import Category
from domain.unmet import Part, UnmetReport, counted, month_before, next_month
from models import Company, Message, Ticket, UnmetNeed
from models.matching import MarkKind
from models.unmet import UnmetKind
from services import companies, matching, people, privacy, unmet
from services.messages import Address
from services.office import Office
from services.retention import clean_up
from tests.services.test_matching import firm

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
NOVEMBER = date(2026, 11, 1)
PLACE = Address(1, 1001)
WORDS = "办公室装修补贴"


async def searched(
    session: AsyncSession,
    actor: Actor,
    words: str = WORDS,
    *,
    kind: UnmetKind = UnmetKind.NOTHING_FOUND,
    at: datetime = NOW,
    place: Address = PLACE,
) -> None:
    await unmet.note_search(session, kind, words, actor=actor, place=place, now=at)


async def agreed(session: AsyncSession, office: Office) -> tuple[Actor, Company]:
    person, company, _ = await firm(session, office)
    await people.record_consent(session, person.id, given=True, now=NOW)
    return await people.actor_for(session, person, administrators=frozenset()), company


async def november(session: AsyncSession, office: Office) -> UnmetReport:
    return await unmet.report(session, office.zone, NOVEMBER)


async def test_a_search_is_told_with_its_words_and_the_trade(
    session: AsyncSession, office: Office
) -> None:
    actor, _ = await agreed(session, office)
    await searched(session, actor)
    await searched(session, actor, "高企", kind=UnmetKind.NONE_OF_THESE)

    report = await november(session, office)

    told = {(line.subject, line.why, line.count) for line in report.parts[Part.SEARCHES]}
    assert told == {(WORDS, "nothing_found", 1), ("高企", "none_of_these", 1)}
    assert report.parts[Part.SEARCHES][0].industries == {"39": 1}


async def test_the_same_words_in_one_chat_count_once(session: AsyncSession, office: Office) -> None:
    actor, _ = await agreed(session, office)
    for minutes in range(3):
        await searched(session, actor, at=NOW + timedelta(minutes=minutes))

    report = await november(session, office)

    assert report.total(Part.SEARCHES) == 1


async def test_of_whoever_has_not_agreed_only_the_fact_counts(
    session: AsyncSession, office: Office
) -> None:
    _, _, actor = await firm(session, office)
    assert not actor.consented

    await searched(session, actor)

    report = await november(session, office)
    assert (report.parts[Part.SEARCHES], report.wordless) == ((), 1)
    assert (await session.exec(select(Message))).all() == []


async def test_words_go_after_a_month_and_the_count_stays(
    session: AsyncSession, office: Office
) -> None:
    actor, _ = await agreed(session, office)
    await searched(session, actor)

    while await clean_up(session, now=NOW + retention.RAW_RECORDS):
        pass
    session.expire_all()

    report = await november(session, office)
    assert (report.parts[Part.SEARCHES], report.wordless) == ((), 1)


async def test_erasing_somebody_takes_their_words(session: AsyncSession, office: Office) -> None:
    actor, _ = await agreed(session, office)
    person = await people.by_telegram_id(session, 1001)
    assert person is not None
    await searched(session, actor)

    await privacy.erase(session, person, office=office, now=NOW)
    session.expire_all()

    report = await november(session, office)
    assert (report.parts[Part.SEARCHES], report.wordless) == ((), 1)


async def test_editors_do_not_read_numbers_that_name_somebody() -> None:
    assert unmet.masked("找王工 13800138000 办补贴") == "找王工 … 办补贴"
    assert unmet.masked("3000万") == "3000万"


async def test_marks_and_unclear_answers_are_counted_by_company(
    session: AsyncSession, office: Office
) -> None:
    person, company, _ = await firm(session, office)
    await matching.mark_measure(
        session,
        company,
        "srdi-sme",
        MarkKind.IRRELEVANT,
        person_id=person.id,
        now=NOW,
        reason="no_need",
    )
    for _ in range(2):
        await companies.leave_unclear(
            session, company, "guarantee_amount", person_id=person.id, now=NOW
        )

    report = await november(session, office)

    (mark,) = report.parts[Part.IRRELEVANT]
    assert (mark.subject, mark.why, mark.industries) == ("srdi-sme", "no_need", {"39": 1})
    (fact,) = report.parts[Part.UNCLEAR]
    assert (fact.subject, fact.count) == ("guarantee_amount", 1)
    assert await unmet.irrelevant_to(session, "srdi-sme") == 1


async def test_a_mark_that_was_taken_back_is_not_told(
    session: AsyncSession, office: Office
) -> None:
    person, company, _ = await firm(session, office)
    await matching.mark_measure(
        session, company, "srdi-sme", MarkKind.IRRELEVANT, person_id=person.id, now=NOW
    )
    await matching.unmark_measure(session, company, "srdi-sme", now=NOW)

    assert (await november(session, office)).is_empty


async def test_a_problem_counts_only_when_no_measure_speaks_of_it(
    session: AsyncSession, office: Office
) -> None:
    person, company, _ = await firm(session, office)
    ticket = Ticket(
        number="QT-20261123-0001",
        person_id=person.id,
        company_id=company.id,
        category=Category.PERMIT_PROJECT,
        received_at=NOW,
    )
    session.add(ticket)
    await session.flush()

    await unmet.note_problem(session, ticket, "门口的路灯坏了", office=office, now=NOW)
    await unmet.note_problem(session, ticket, "想问设备更新贷款贴息", office=office, now=NOW)

    (problem,) = (await november(session, office)).parts[Part.PROBLEMS]
    assert (problem.subject, problem.industries) == ("permit_project", {"39": 1})


async def test_a_month_ends_with_the_offices_midnight(
    session: AsyncSession, office: Office
) -> None:
    """31 October 16:00 UTC is midnight of 1 November in Hangzhou."""
    for at in (
        datetime(2026, 10, 31, 15, 59, tzinfo=UTC),
        datetime(2026, 10, 31, 16, 0, tzinfo=UTC),
        datetime(2026, 11, 30, 15, 59, tzinfo=UTC),
        datetime(2026, 11, 30, 16, 0, tzinfo=UTC),
    ):
        session.add(UnmetNeed(kind=UnmetKind.PROBLEM, category="other", at=at))
    await session.flush()

    assert (await november(session, office)).total(Part.PROBLEMS) == 2


def test_few_cases_have_no_shares() -> None:
    few = counted([("a", "", "39")] * 4)
    enough = counted([("a", "", "39")] * 3 + [("a", "", "")] * 2)

    assert few[0].shares is None
    assert enough[0].shares == {"39": 0.6, "": 0.4}


def test_months_follow_each_other_over_new_year() -> None:
    assert next_month(date(2026, 12, 1)) == date(2027, 1, 1)
    assert month_before(date(2027, 1, 1)) == date(2026, 12, 1)
    assert month_before(next_month(NOVEMBER)) == NOVEMBER
