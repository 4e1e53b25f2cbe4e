"""What a person wants to hear of, and who hears it for a company."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Role
from models import Company, Fact, Membership, Person
from models.matching import WatchReason
from models.notices import Pace
from services import notice_choices, people, policy_contacts

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


async def firm_of(session: AsyncSession, *names: str) -> tuple[Company, list[Person]]:
    """A company whose members all agreed, the first one longest."""
    company = Company(name="杭州示例封装有限公司", created_at=NOW)
    session.add(company)
    members = [
        Person(telegram_id=100 + number, name=name, locale="zh", created_at=NOW)
        for number, name in enumerate(names)
    ]
    session.add_all(members)
    await session.flush()
    for person in members:
        link = Membership(person_id=person.id, role=Role.MEMBER, company_id=company.id, since=NOW)
        session.add(link)
        await people.record_consent(session, person.id, given=True, now=NOW)
    return company, members


async def says_something(
    session: AsyncSession, company: Company, person: Person, *, hours: int
) -> None:
    at = NOW + timedelta(hours=hours)
    session.add(Fact(company_id=company.id, key="employees", value=80, person_id=person.id, at=at))
    await session.flush()


async def contact(session: AsyncSession, company: Company) -> str | None:
    found = await policy_contacts.contact_of(session, company.id)
    return found.person.name if found else None


async def test_the_longest_member_hears_until_somebody_speaks(session: AsyncSession) -> None:
    company, (_, second) = await firm_of(session, "王工", "李工")
    assert await contact(session, company) == "王工"

    await says_something(session, company, second, hours=1)

    assert await contact(session, company) == "李工"


async def test_whoever_asked_to_hear_hears(session: AsyncSession) -> None:
    company, (first, second) = await firm_of(session, "王工", "李工")
    policy_contacts.be_contact(company, first.id)
    await says_something(session, company, second, hours=1)

    assert await contact(session, company) == "王工"


@pytest.mark.parametrize("why", ["left", "blocked", "took consent back", "wants nothing"])
async def test_who_must_not_or_cannot_be_told_is_passed_over(
    session: AsyncSession, why: str
) -> None:
    company, (first, _) = await firm_of(session, "王工", "李工")
    policy_contacts.be_contact(company, first.id)
    match why:
        case "left":
            (link,) = await people.open_memberships(session, first.id)
            link.until = NOW
        case "blocked":
            first.unreachable_since = NOW
        case "took consent back":
            await people.record_consent(session, first.id, given=False, now=NOW)
        case _:
            await notice_choices.choose(session, first.id, now=NOW, policies=Pace.OFF)
    await session.flush()

    assert await contact(session, company) == "李工"


async def test_nobody_hears_where_nobody_agreed(session: AsyncSession) -> None:
    company, (only,) = await firm_of(session, "王工")
    await people.record_consent(session, only.id, given=False, now=NOW)

    assert await contact(session, company) is None


async def test_a_choice_leaves_the_other_as_it_was(session: AsyncSession) -> None:
    _, (person,) = await firm_of(session, "王工")
    await notice_choices.choose(session, person.id, now=NOW, deadlines=False)
    await notice_choices.choose(session, person.id, now=NOW, policies=Pace.WEEKLY)

    choice = await notice_choices.choice_of(session, person.id)

    assert not notice_choices.wants(choice, WatchReason.CLOSES)
    assert notice_choices.wants(choice, WatchReason.FITS)
    assert notice_choices.waits_for_the_week(choice, WatchReason.FITS)
