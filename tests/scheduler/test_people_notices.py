"""What is not said any more."""

from datetime import UTC, datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Role
from models import Company, Membership, Notice, Person
from scheduler import people_notices
from services import memberships, people
from services.office import Office

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


async def a_person(session: AsyncSession, telegram_id: int) -> Person:
    person = Person(telegram_id=telegram_id, name="王芳", locale="zh", created_at=NOW)
    session.add(person)
    await session.flush()
    return person


def a_notice(kind: str, person: Person, subject_id: int) -> Notice:
    return Notice(
        kind=kind, key=kind, person_id=person.id, subject_id=subject_id, due_at=NOW, created_at=NOW
    )


async def test_who_left_meanwhile_is_not_asked(session: AsyncSession, office: Office) -> None:
    member, stays, asker = [await a_person(session, number) for number in (1, 2, 3)]
    company = Company(name="杭州示例封装有限公司", created_at=NOW)
    session.add(company)
    await session.flush()
    for person in (member, stays):
        session.add(
            Membership(person_id=person.id, role=Role.MEMBER, company_id=company.id, since=NOW)
        )
    await session.flush()
    request = await memberships.request_join(session, company.id, person=asker, now=NOW)
    actor = await people.actor_for(session, member, administrators=frozenset())
    await memberships.leave(session, company.id, actor=actor, now=NOW)

    gone = await people_notices.join_requested(
        session, a_notice("join_requested", member, request.id), office, NOW
    )
    there = await people_notices.join_requested(
        session, a_notice("join_requested", stays, request.id), office, NOW
    )

    assert gone is None
    assert there is not None
