"""All companies before a measure: counted, listed, compared; what is pending is said."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.catalogue import Catalogue
from domain.facts import Profile
from domain.measures import Measure
from domain.verdicts import Outcome
from models import Company, Fact
from models.company_rows import RULES
from services import reach
from services.company_rows import drop_row, fill_rows, write_many
from services.office import Office
from tests.companies import TODAY, company, leaf, small_catalogue, trial

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
NEXT_YEAR = date(2027, 1, 4)
STAFFED = leaf("compare", fact="employees", op=">=", value=50)
SELLING = leaf("compare", fact="revenue", op=">=", value=1000)
DECLARED = leaf("declared", key="has_a_plan", question={"zh": "有方案吗？", "en": "A plan?"})

SMALL, LARGE, VAGUE = company(employees=10), company(employees=80), company(employees=[20, 99])


def with_trial(measure: Measure) -> Catalogue:
    return small_catalogue().with_measures([measure])


async def settle(
    session: AsyncSession,
    catalogue: Catalogue,
    profiles: Mapping[int, Profile],
    today: date = TODAY,
) -> None:
    """Companies with those ids and their derived rows."""
    for key in profiles:
        session.add(Company(id=key, created_at=NOW))
    await session.flush()
    await write_many(session, catalogue.facts, profiles, today)


async def test_every_company_is_counted_once(session: AsyncSession) -> None:
    measure = trial(STAFFED)
    catalogue = with_trial(measure)
    await settle(session, catalogue, {1: SMALL, 2: LARGE, 3: VAGUE, 4: LARGE, 5: Profile()})

    counts = await reach.count(session, catalogue, measure, TODAY)

    assert counts == {
        Outcome.ELIGIBLE: 2,
        Outcome.UNDETERMINED: 2,
        Outcome.OFFICER_CHECK: 0,
        Outcome.INELIGIBLE: 1,
    }
    assert counts.pending == 0


async def test_companies_are_listed_in_pages(session: AsyncSession) -> None:
    measure = trial(STAFFED)
    catalogue = with_trial(measure)
    await settle(session, catalogue, dict.fromkeys(range(1, 8), LARGE) | {4: SMALL, 8: VAGUE})

    first = await reach.reached(session, catalogue, measure, TODAY, limit=3)
    then = await reach.reached(session, catalogue, measure, TODAY, after=first[-1])
    open_ = await reach.reached(session, catalogue, measure, TODAY, outcome=Outcome.UNDETERMINED)

    assert (first, then, open_) == ([1, 2, 3], [5, 6, 7], [8])


async def test_an_erased_company_counts_nowhere(session: AsyncSession) -> None:
    measure = trial(STAFFED)
    catalogue = with_trial(measure)
    await settle(session, catalogue, {1: LARGE, 2: LARGE})
    erased = await session.get(Company, 1)
    assert erased is not None
    erased.erased_at = NOW
    await drop_row(session, catalogue.facts, 1, TODAY)

    counts = await reach.count(session, catalogue, measure, TODAY)

    assert (sum(counts.values()), counts.pending) == (1, 0)
    assert await reach.reached(session, catalogue, measure, TODAY) == [2]


async def test_a_measure_without_criteria_is_for_an_officer(session: AsyncSession) -> None:
    measure = trial()
    catalogue = with_trial(measure)
    await settle(session, catalogue, {1: LARGE, 2: SMALL})

    counts = await reach.count(session, catalogue, measure, TODAY)

    assert counts[Outcome.OFFICER_CHECK] == 2
    assert await reach.reached(session, catalogue, measure, TODAY) == []


async def test_before_any_row_is_written_everybody_is_pending(session: AsyncSession) -> None:
    measure = trial(STAFFED)
    session.add(Company(id=1, created_at=NOW))
    await session.flush()

    counts = await reach.count(session, with_trial(measure), measure, TODAY)

    assert (sum(counts.values()), counts.pending) == (0, 1)


async def test_last_years_rows_are_pending_until_written_anew(
    session: AsyncSession, office: Office
) -> None:
    measure = trial(SELLING)
    catalogue = with_trial(measure)
    await settle(session, catalogue, {1: company(revenue={"2025": 3000}), 2: Profile()})
    session.add(Fact(company_id=1, key="revenue", year=2025, value=3000, at=NOW))
    assert (await reach.count(session, catalogue, measure, TODAY))[Outcome.ELIGIBLE] == 1

    counts = await reach.count(session, catalogue, measure, NEXT_YEAR)
    assert (sum(counts.values()), counts.pending) == (0, 2)
    assert await reach.reached(session, catalogue, measure, NEXT_YEAR) == []

    new_year = datetime(2027, 1, 4, 2, 0, tzinfo=UTC)
    while await fill_rows(session, replace(office, catalogue=catalogue), new_year):
        pass
    counts = await reach.count(session, catalogue, measure, NEXT_YEAR)
    assert (counts[Outcome.UNDETERMINED], counts.pending) == (2, 0)


async def test_a_company_of_which_nothing_was_said_gets_a_row(
    session: AsyncSession, office: Office
) -> None:
    measure = trial(STAFFED)
    catalogue = with_trial(measure)
    await settle(session, catalogue, {2: LARGE})
    session.add(Company(id=1, created_at=NOW))
    await session.flush()
    assert (await reach.count(session, catalogue, measure, TODAY)).pending == 1

    while await fill_rows(session, replace(office, catalogue=catalogue), NOW):
        pass

    counts = await reach.count(session, catalogue, measure, TODAY)
    assert (counts[Outcome.UNDETERMINED], counts.pending) == (1, 0)


async def test_publishing_new_questions_never_empties_reach(session: AsyncSession) -> None:
    before = with_trial(trial(STAFFED))
    await settle(session, before, {1: LARGE, 2: LARGE, 3: SMALL})
    measure = trial(STAFFED, DECLARED)
    after = with_trial(measure)

    counts = await reach.count(session, after, measure, TODAY)
    assert (counts[Outcome.UNDETERMINED], counts.pending) == (2, 0)

    said = Profile({**LARGE.values, "has_a_plan": True})
    await write_many(session, after.facts, {2: said}, TODAY)
    assert await reach.reached(session, after, measure, TODAY) == [2]


async def test_an_answer_outlives_the_measure_that_asked_for_it(session: AsyncSession) -> None:
    asking, other = with_trial(trial(DECLARED)), with_trial(trial(STAFFED))
    await settle(session, asking, {1: Profile({"has_a_plan": True})})
    await write_many(session, other.facts, {1: LARGE}, TODAY)

    assert await reach.reached(session, asking, trial(DECLARED), TODAY) == [1]


async def test_the_impact_of_a_stricter_rule(session: AsyncSession) -> None:
    before = with_trial(trial(STAFFED))
    after = with_trial(trial({**STAFFED, "value": 100}))
    companies = {
        **dict.fromkeys(range(1, 6), LARGE),
        6: SMALL,
        7: company(employees=500),
        8: company(employees=[90, 120]),
        9: company(employees=[20, 60]),
    }
    await settle(session, before, companies)

    (impact,) = await reach.impact(session, before, after, ["trial"], TODAY)

    assert (impact.gain, impact.lose) == (reach.Change(), reach.Change(6, (1, 2, 3)))
    assert impact.undetermined == reach.Change(1, (8,))
    assert (impact.affected, impact.judged, impact.pending) == (7, 9, 0)


async def test_the_impact_of_a_new_and_of_a_retired_measure(session: AsyncSession) -> None:
    nothing, offered = small_catalogue(), with_trial(trial(STAFFED))
    await settle(session, offered, {1: LARGE, 2: SMALL, 3: VAGUE})

    (new,) = await reach.impact(session, nothing, offered, ["trial"], TODAY)
    (retired,) = await reach.impact(session, offered, nothing, ["trial"], TODAY)

    assert (new.gain.companies, new.lose.companies, new.undetermined.companies) == (1, 0, 1)
    assert (retired.gain.companies, retired.lose.companies) == (0, 1)
    assert new.affected == retired.affected == 2


def test_rows_are_stamped_with_every_rule_that_fills_them() -> None:
    sources = [Path(str(module.__file__)).read_text(encoding="utf-8") for module in RULES]
    imported = {
        name
        for source in sources
        for name in re.findall(r"^from (domain\.\w+)", source, re.MULTILINE)
    }

    assert imported - {module.__name__ for module in RULES} == {"domain.once", "domain.words"}
