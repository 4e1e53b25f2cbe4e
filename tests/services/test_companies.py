"""What a company says of itself is remembered, and can be replayed, corrected and taken back."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import RowMapping, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.facts import DateSpan, FactValue, Held, PerYear, Profile, Span
from models import Company, Person
from models.company_rows import CompanyRows, company_rows
from services import companies, people
from services import company_rows as services_rows
from services.companies import CodeAnswer
from services.office import Office

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
HOUR = timedelta(hours=1)


async def somebody(session: AsyncSession, telegram_id: int = 1001, name: str = "王工") -> Person:
    caller = people.Caller(telegram_id=telegram_id, name=name)
    return await people.meet(session, caller, default_locale="zh", now=NOW)


async def said(
    session: AsyncSession,
    office: Office,
    company: Company,
    person: Person,
    *,
    now: datetime = NOW,
    **facts: FactValue,
) -> frozenset[str]:
    saved = await companies.save(
        session,
        company,
        Profile(facts),
        office.catalogue.facts,
        person_id=person.id,
        now=now,
        today=TODAY,
    )
    return saved.changed


async def the_row(session: AsyncSession, rows: CompanyRows) -> RowMapping:
    connection = await session.connection()
    return (await connection.execute(select(rows.table))).mappings().one()


async def test_facts_come_back_as_they_were_said(session: AsyncSession, office: Office) -> None:
    person = await somebody(session)
    company = await companies.create(session, person, now=NOW)
    facts: dict[str, FactValue] = {
        "employees": Span(75, 89),
        "industry": "39",
        "established_on": DateSpan(date(2015, 1, 1), date(2015, 12, 31)),
        "revenue": PerYear.of({2024: Span.exactly(2800), 2025: Span.exactly(3000)}),
        "certifications": Held((("科技型中小企业", None),), ("高新技术企业",)),
        "wage_arrears": False,
    }

    await companies.save(
        session,
        company,
        Profile(facts),
        office.catalogue.facts,
        person_id=person.id,
        now=NOW,
        today=TODAY,
    )

    profile = await companies.profile_of(session, company.id, office.catalogue.facts)
    assert dict(profile.values) == facts
    assert person.active_company_id == company.id


async def test_only_what_is_new_adds_rows(session: AsyncSession, office: Office) -> None:
    person = await somebody(session)
    company = await companies.create(session, person, now=NOW)
    await said(session, office, company, person, employees=Span.exactly(80), industry="39")

    changed = await said(session, office, company, person, employees=Span.exactly(80))
    assert changed == frozenset()

    changed = await said(session, office, company, person, employees=Span.exactly(120))
    assert changed == {"employees"}


async def test_a_year_said_later_joins_the_years_known(
    session: AsyncSession, office: Office
) -> None:
    person = await somebody(session)
    company = await companies.create(session, person, now=NOW)
    first, second = PerYear.of({2024: Span.exactly(1)}), PerYear.of({2025: Span.exactly(2)})

    await said(session, office, company, person, revenue=first)
    await said(session, office, company, person, now=NOW + HOUR, revenue=second)

    profile = await companies.profile_of(session, company.id, office.catalogue.facts)
    assert profile.get("revenue") == PerYear.of({2024: Span.exactly(1), 2025: Span.exactly(2)})


async def test_a_past_profile_can_be_replayed(session: AsyncSession, office: Office) -> None:
    person = await somebody(session)
    company = await companies.create(session, person, now=NOW)
    await said(session, office, company, person, employees=Span.exactly(80))
    await said(session, office, company, person, now=NOW + HOUR, employees=Span.exactly(120))

    before = await companies.profile_of(session, company.id, office.catalogue.facts, until=NOW)

    assert before.get("employees") == Span.exactly(80)


async def test_taking_a_fact_back_leaves_it_unknown(session: AsyncSession, office: Office) -> None:
    person = await somebody(session)
    company = await companies.create(session, person, now=NOW)
    years = PerYear.of({2024: Span.exactly(1), 2025: Span.exactly(2)})
    await said(session, office, company, person, revenue=years)

    gone = await companies.take_back(
        session,
        company,
        "revenue",
        office.catalogue.facts,
        person_id=person.id,
        now=NOW + HOUR,
        today=TODAY,
    )

    profile = await companies.profile_of(session, company.id, office.catalogue.facts)
    assert gone
    assert profile.get("revenue") is None


async def test_a_complete_list_denies_the_rest(session: AsyncSession, office: Office) -> None:
    person = await somebody(session)
    company = await companies.create(session, person, now=NOW)

    await said(session, office, company, person, certifications=Held(complete=True))

    profile = await companies.profile_of(session, company.id, office.catalogue.facts)
    titles = profile.get("certifications")
    assert isinstance(titles, Held)
    assert titles.state("高新技术企业", TODAY) is False


async def test_a_colleagues_other_value_is_told_with_both_names(
    session: AsyncSession, office: Office
) -> None:
    one, other = await somebody(session), await somebody(session, 1002, "李会计")
    company = await companies.create(session, one, now=NOW)
    await said(session, office, company, one, employees=Span.exactly(80))
    await said(session, office, company, other, now=NOW + HOUR, employees=Span.exactly(120))

    (history,) = await companies.histories(session, company.id, office.catalogue.facts)

    assert (history.now.by, history.now.value) == ("李会计", Span.exactly(120))
    assert history.rival is not None
    assert (history.rival.by, history.rival.value) == ("王工", Span.exactly(80))


async def test_needs_are_replaced_and_kept_beside_the_facts(
    session: AsyncSession, office: Office
) -> None:
    person = await somebody(session)
    company = await companies.create(session, person, now=NOW)
    for needs in (["financing", "talent"], ["talent", "export"]):
        await companies.save(
            session,
            company,
            Profile(),
            office.catalogue.facts,
            person_id=person.id,
            now=NOW,
            today=TODAY,
            needs=needs,
        )

    known = await companies.known_of(session, company, office.catalogue.facts)

    assert set(known.needs) == {"talent", "export"}
    assert not known.profile.values


async def test_a_code_that_is_here_opens_nothing(session: AsyncSession, office: Office) -> None:
    person = await somebody(session)
    first = await companies.create(session, person, now=NOW, name="甲公司")
    second = await companies.create(session, person, now=NOW)
    code = "91330100799655058B"

    assert await companies.give_code(session, first, code, is_valid=True) is CodeAnswer.KEPT
    assert await companies.give_code(session, second, code, is_valid=True) is CodeAnswer.KNOWN
    assert second.uscc is None
    other = await companies.give_code(session, second, code[:-1] + "A", is_valid=False)
    assert other is CodeAnswer.UNCHECKED


async def test_the_derived_row_follows_the_facts(session: AsyncSession, office: Office) -> None:
    person = await somebody(session)
    company = await companies.create(session, person, now=NOW)
    revenue = PerYear.of({2025: Span.exactly(3000)})
    await said(
        session, office, company, person, employees=Span(75, 89), industry="39", revenue=revenue
    )
    rows = company_rows(office.catalogue.facts, TODAY)

    row = await the_row(session, rows)

    assert (row["employees_low"], row["employees_high"]) == (75, 89)
    assert (row["revenue__0_low"], row["revenue__1_low"]) == (3000, None)
    assert row["size_class__小型"] is True
    assert row["size_class__大型"] is False
    assert row["wage_arrears_told"] is None

    await said(session, office, company, person, now=NOW + HOUR, wage_arrears=False)
    row = await the_row(session, rows)
    assert row["wage_arrears_told"] is False


async def test_a_new_year_builds_the_rows_anew(session: AsyncSession, office: Office) -> None:
    person = await somebody(session)
    company = await companies.create(session, person, now=NOW)
    revenue = PerYear.of({2025: Span.exactly(3000)})
    await said(session, office, company, person, employees=Span.exactly(80), revenue=revenue)
    new_year = datetime(2027, 1, 4, 2, 0, tzinfo=UTC)
    rows = company_rows(office.catalogue.facts, new_year.date())

    while await services_rows.fill_rows(session, office, new_year):
        pass

    row = await the_row(session, rows)
    assert row["employees_low"] == 80
    assert (row["revenue__0_low"], row["revenue__1_low"]) == (None, 3000)
