"""Verdicts of days that are over: what was said, marked and published by then, and no more."""

from dataclasses import replace
from datetime import date, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.measures import Measure
from domain.verdicts import Outcome
from models import Company
from models.matching import MarkKind
from services import companies, matching, past, publishing
from services.office import Office
from tests.services.test_matching import HI_TECH, LOAN, NOW, TODAY, firm

LATER = NOW + timedelta(days=30)


def measure_of(office: Office, measure_id: str) -> Measure:
    found = office.catalogue.measure(measure_id)
    assert found is not None
    return found


async def outcome_on(
    session: AsyncSession, office: Office, company: Company, day: date
) -> Outcome | None:
    then = await past.verdict_on(session, office, company, measure_of(office, LOAN), day)
    return then.verdict.outcome if then is not None else None


async def test_only_what_was_said_by_the_end_of_the_day_counts(
    session: AsyncSession, office: Office
) -> None:
    person, company, _ = await firm(session, office)
    await companies.take_back(
        session,
        company,
        "loan_purpose",
        office.catalogue.facts,
        person_id=person.id,
        now=LATER,
        today=office.today(LATER),
    )

    assert await outcome_on(session, office, company, TODAY - timedelta(days=1)) is None
    assert await outcome_on(session, office, company, TODAY) is Outcome.ELIGIBLE
    day_before = office.today(LATER) - timedelta(days=1)
    assert await outcome_on(session, office, company, day_before) is Outcome.ELIGIBLE
    assert await outcome_on(session, office, company, office.today(LATER)) is Outcome.UNDETERMINED
    assert await past.days_of(session, company, office) == [office.today(LATER), TODAY]


async def test_conditions_are_those_of_the_day(session: AsyncSession, office: Office) -> None:
    _, company, _ = await firm(session, office)
    before = measure_of(office, HI_TECH)
    now = before.model_copy(update={"criteria": before.criteria[:1]})
    await publishing.publish(session, [before], now=NOW)
    await publishing.publish(session, [now], now=LATER, reason="改条件")
    published = replace(office, catalogue=office.catalogue.with_measures([now]))

    then = await past.verdict_on(session, published, company, now, TODAY)
    later = await past.verdict_on(session, published, company, now, office.today(LATER))

    assert then is not None
    assert then.is_changed
    assert len(then.verdict.way.findings) == len(before.criteria)
    assert later is not None
    assert not later.is_changed
    assert len(later.verdict.way.findings) == 1


async def test_a_measure_entered_later_is_read_by_its_first_conditions(
    session: AsyncSession, office: Office
) -> None:
    _, company, _ = await firm(session, office)
    await publishing.publish(session, [measure_of(office, LOAN)], now=LATER)

    then = await past.verdict_on(session, office, company, measure_of(office, LOAN), TODAY)

    assert then is not None
    assert then.published_on == office.today(LATER)


async def test_a_mark_counts_while_it_stood(session: AsyncSession, office: Office) -> None:
    person, company, _ = await firm(session, office)
    await matching.mark_measure(session, company, LOAN, MarkKind.HELD, person_id=person.id, now=NOW)
    await matching.unmark_measure(session, company, LOAN, now=LATER)

    during = await matching.marks_of(session, company, today=TODAY, at=NOW)
    after = await matching.marks_of(session, company, today=TODAY, at=LATER)

    assert set(during) == {LOAN}
    assert after == {}
