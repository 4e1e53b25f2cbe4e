"""Who belongs where: one-time links, requests to join, leaving."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import Database
from domain.actors import Actor, Role
from domain.errors import ChangedMeanwhile, NotAllowed, NotFound
from models import Company, Invitation, Membership, Notice, Person
from services import memberships, people

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ADMIN = 900


async def a_person(session: AsyncSession, telegram_id: int) -> Person:
    person = Person(telegram_id=telegram_id, name=f"用户{telegram_id}", created_at=NOW)
    session.add(person)
    await session.flush()
    return person


async def a_company(session: AsyncSession, *inside: Person, role: Role = Role.MEMBER) -> Company:
    company = Company(name="杭州示例封装有限公司", uscc="91330100799655058B", created_at=NOW)
    session.add(company)
    await session.flush()
    for person in inside:
        session.add(Membership(person_id=person.id, role=role, company_id=company.id, since=NOW))
    await session.flush()
    return company


async def acting(session: AsyncSession, person: Person) -> Actor:
    return await people.actor_for(session, person, administrators=frozenset({ADMIN}))


async def invited(session: AsyncSession, person: Person, company: Company) -> memberships.Invited:
    actor = await acting(session, person)
    return await memberships.invite(
        session, Role.MEMBER, actor=actor, now=NOW, company_id=company.id
    )


async def kinds_for(session: AsyncSession, person: Person) -> list[str]:
    notices = (await session.exec(select(Notice))).all()
    return [notice.kind for notice in notices if notice.person_id == person.id]


async def test_a_link_makes_a_colleague_who_speaks_for_the_company(session: AsyncSession) -> None:
    owner, guest = await a_person(session, 1), await a_person(session, 2)
    company = await a_company(session, owner)
    _, secret = await invited(session, owner, company)

    await memberships.accept(session, secret, into_office=False, person=guest, now=NOW)

    actor = await acting(session, guest)
    assert actor.company_id == company.id
    assert [member.person.id for member in await memberships.members(session, company.id)] == [
        owner.id,
        guest.id,
    ]
    assert await kinds_for(session, owner) == ["member_joined"]


async def test_only_the_hash_of_a_secret_is_kept(session: AsyncSession) -> None:
    owner = await a_person(session, 1)
    company = await a_company(session, owner)

    _, secret = await invited(session, owner, company)

    row = (await session.exec(select(Invitation))).one()
    assert secret not in str(row.model_dump())
    assert len(f"c_{secret}") <= 64
    assert all(sign.isalnum() or sign in "-_" for sign in secret)


async def test_a_link_works_once_and_twice_for_the_same_person_changes_nothing(
    session: AsyncSession,
) -> None:
    owner, guest, late = [await a_person(session, number) for number in (1, 2, 3)]
    company = await a_company(session, owner)
    _, secret = await invited(session, owner, company)

    first = await memberships.accept(session, secret, into_office=False, person=guest, now=NOW)
    again = await memberships.accept(session, secret, into_office=False, person=guest, now=NOW)

    assert first.id == again.id
    with pytest.raises(memberships.InvitationUsed):
        await memberships.accept(session, secret, into_office=False, person=late, now=NOW)


async def test_a_removed_colleague_cannot_come_back_through_the_old_link(
    session: AsyncSession,
) -> None:
    owner, guest = await a_person(session, 1), await a_person(session, 2)
    company = await a_company(session, owner)
    _, secret = await invited(session, owner, company)
    link = await memberships.accept(session, secret, into_office=False, person=guest, now=NOW)

    await memberships.remove(session, link.id, actor=await acting(session, owner), now=NOW)

    assert (await acting(session, guest)).company_id is None
    assert await kinds_for(session, guest) == ["member_removed"]
    with pytest.raises(memberships.InvitationUsed):
        await memberships.accept(session, secret, into_office=False, person=guest, now=NOW)


async def test_a_link_ends_after_seven_days(session: AsyncSession) -> None:
    owner, guest = await a_person(session, 1), await a_person(session, 2)
    company = await a_company(session, owner)
    _, secret = await invited(session, owner, company)

    with pytest.raises(memberships.InvitationExpired):
        await memberships.accept(
            session, secret, into_office=False, person=guest, now=NOW + timedelta(days=7)
        )


async def test_a_revoked_link_is_dead(session: AsyncSession) -> None:
    owner, guest = await a_person(session, 1), await a_person(session, 2)
    company = await a_company(session, owner)
    invitation, secret = await invited(session, owner, company)
    actor = await acting(session, owner)

    await memberships.revoke(session, invitation.id, actor=actor, now=NOW)

    assert (
        await memberships.open_invitations(session, actor=actor, now=NOW, company_id=company.id)
        == []
    )
    with pytest.raises(memberships.InvitationRevoked):
        await memberships.accept(session, secret, into_office=False, person=guest, now=NOW)


async def test_an_unknown_secret_says_so(session: AsyncSession) -> None:
    guest = await a_person(session, 2)

    with pytest.raises(memberships.InvitationUnknown):
        await memberships.accept(session, "made-up", into_office=False, person=guest, now=NOW)


async def test_strangers_neither_invite_nor_see_nor_revoke(session: AsyncSession) -> None:
    owner, stranger = await a_person(session, 1), await a_person(session, 2)
    company = await a_company(session, owner)
    invitation, _ = await invited(session, owner, company)
    actor = await acting(session, stranger)

    with pytest.raises(NotAllowed):
        await invited(session, stranger, company)
    with pytest.raises(NotAllowed):
        await memberships.open_invitations(session, actor=actor, now=NOW, company_id=company.id)
    with pytest.raises(NotFound):
        await memberships.revoke(session, invitation.id, actor=actor, now=NOW)


@pytest.mark.parametrize(
    ("role", "department"),
    [(Role.OFFICER, "finance"), (Role.HEAD, "finance"), (Role.DUTY, None), (Role.EDITOR, None)],
)
async def test_an_administrator_gives_office_roles(
    session: AsyncSession, role: Role, department: str | None
) -> None:
    admin, clerk = await a_person(session, ADMIN), await a_person(session, 2)
    actor = await acting(session, admin)

    _, secret = await memberships.invite(session, role, actor=actor, now=NOW, department=department)
    await memberships.accept(
        session,
        secret,
        into_office=True,
        person=clerk,
        now=NOW,
        administrators=frozenset({ADMIN}),
    )

    assert (await acting(session, clerk)).holds(role, department)


@pytest.mark.parametrize(
    ("role", "department"),
    [(Role.ADMIN, None), (Role.OFFICER, None), (Role.DUTY, "finance"), (Role.AGENT, None)],
)
async def test_what_makes_no_sense_is_not_given(
    session: AsyncSession, role: Role, department: str | None
) -> None:
    admin = await a_person(session, ADMIN)

    with pytest.raises(NotAllowed):
        await memberships.invite(
            session, role, actor=await acting(session, admin), now=NOW, department=department
        )


async def test_a_clerk_gives_nothing(session: AsyncSession) -> None:
    clerk = await a_person(session, 2)
    session.add(Membership(person_id=clerk.id, role=Role.HEAD, department="finance", since=NOW))
    await session.flush()

    with pytest.raises(NotAllowed):
        await memberships.invite(session, Role.DUTY, actor=await acting(session, clerk), now=NOW)


async def test_an_agent_cannot_remove_the_clients_people(session: AsyncSession) -> None:
    owner, agent = await a_person(session, 1), await a_person(session, 2)
    company = await a_company(session, owner)
    session.add(Membership(person_id=agent.id, role=Role.AGENT, company_id=company.id, since=NOW))
    await session.flush()
    link = (await memberships.members(session, company.id))[0].membership

    with pytest.raises(NotAllowed):
        await memberships.remove(session, link.id, actor=await acting(session, agent), now=NOW)


async def test_leaving_ends_every_link_to_the_company(session: AsyncSession) -> None:
    owner = await a_person(session, 1)
    company = await a_company(session, owner)

    await memberships.leave(session, company.id, actor=await acting(session, owner), now=NOW)

    assert await memberships.members(session, company.id) == []


async def test_a_request_goes_to_the_members_once(session: AsyncSession) -> None:
    owner, asker = await a_person(session, 1), await a_person(session, 2)
    company = await a_company(session, owner)

    first = await memberships.request_join(session, company.id, person=asker, now=NOW)
    again = await memberships.request_join(session, company.id, person=asker, now=NOW)

    assert first.id == again.id
    assert await kinds_for(session, owner) == ["join_requested"]
    assert (await acting(session, asker)).company_ids == frozenset()


async def test_the_first_answer_counts(session: AsyncSession) -> None:
    owner, second, asker = [await a_person(session, number) for number in (1, 2, 3)]
    company = await a_company(session, owner, second)
    request = await memberships.request_join(session, company.id, person=asker, now=NOW)

    actor = await acting(session, owner)
    await memberships.decide(session, request.id, accepted=True, actor=actor, now=NOW)

    assert (await acting(session, asker)).company_id == company.id
    assert await kinds_for(session, asker) == ["join_decided"]
    with pytest.raises(ChangedMeanwhile):
        await memberships.decide(
            session, request.id, accepted=False, actor=await acting(session, second), now=NOW
        )


async def test_after_a_no_one_asks_again_only_later(session: AsyncSession) -> None:
    owner, asker = await a_person(session, 1), await a_person(session, 2)
    company = await a_company(session, owner)
    request = await memberships.request_join(session, company.id, person=asker, now=NOW)
    actor = await acting(session, owner)
    await memberships.decide(session, request.id, accepted=False, actor=actor, now=NOW)

    with pytest.raises(memberships.AskedLately):
        await memberships.request_join(session, company.id, person=asker, now=NOW)
    later = NOW + timedelta(days=31)
    fresh = await memberships.request_join(session, company.id, person=asker, now=later)

    assert fresh.id != request.id


async def test_strangers_decide_nothing_and_read_not_found(session: AsyncSession) -> None:
    owner, asker = await a_person(session, 1), await a_person(session, 2)
    company = await a_company(session, owner)
    request = await memberships.request_join(session, company.id, person=asker, now=NOW)

    with pytest.raises(NotFound):
        await memberships.decide(
            session, request.id, accepted=True, actor=await acting(session, asker), now=NOW
        )


async def test_without_members_the_duty_desk_decides(session: AsyncSession) -> None:
    asker, duty = await a_person(session, 1), await a_person(session, 2)
    session.add(Membership(person_id=duty.id, role=Role.DUTY, since=NOW))
    company = await a_company(session)

    request = await memberships.request_join(session, company.id, person=asker, now=NOW)
    actor = await acting(session, duty)
    await memberships.decide(session, request.id, accepted=True, actor=actor, now=NOW)

    assert await kinds_for(session, duty) == ["join_requested"]
    assert (await acting(session, asker)).company_id == company.id


async def test_an_administrator_ends_an_office_role(session: AsyncSession) -> None:
    admin, clerk = await a_person(session, ADMIN), await a_person(session, 2)
    session.add(Membership(person_id=clerk.id, role=Role.DUTY, since=NOW))
    await session.flush()
    actor = await acting(session, admin)
    (member,) = await memberships.staff(session, actor=actor)

    await memberships.dismiss(session, member.membership.id, actor=actor, now=NOW)

    assert not (await acting(session, clerk)).in_office
    with pytest.raises(NotFound):
        await memberships.dismiss(
            session, member.membership.id, actor=await acting(session, clerk), now=NOW
        )


async def test_a_colleagues_link_does_not_open_the_office(session: AsyncSession) -> None:
    owner, guest = await a_person(session, 1), await a_person(session, 2)
    company = await a_company(session, owner)
    _, secret = await invited(session, owner, company)

    with pytest.raises(memberships.InvitationUnknown):
        await memberships.accept(session, secret, into_office=True, person=guest, now=NOW)


async def test_a_link_dies_with_the_right_of_whoever_made_it(session: AsyncSession) -> None:
    owner, second, guest = [await a_person(session, number) for number in (1, 2, 3)]
    company = await a_company(session, owner, second)
    _, secret = await invited(session, second, company)
    link = (await memberships.members(session, company.id))[1].membership

    await memberships.remove(session, link.id, actor=await acting(session, owner), now=NOW)

    for person in (second, guest):
        with pytest.raises(memberships.InvitationRevoked):
            await memberships.accept(session, secret, into_office=False, person=person, now=NOW)


async def test_a_former_administrators_link_opens_nothing(session: AsyncSession) -> None:
    admin, clerk = await a_person(session, ADMIN), await a_person(session, 2)
    actor = await acting(session, admin)
    _, secret = await memberships.invite(session, Role.DUTY, actor=actor, now=NOW)

    with pytest.raises(memberships.InvitationRevoked):
        await memberships.accept(
            session,
            secret,
            into_office=True,
            person=clerk,
            now=NOW,
            administrators=frozenset({ADMIN + 1}),
        )


async def test_an_agent_does_not_let_itself_in(session: AsyncSession) -> None:
    agent = await a_person(session, 1)
    company = await a_company(session, agent, role=Role.AGENT)
    _, secret = await invited(session, agent, company)

    with pytest.raises(memberships.AlreadyMember):
        await memberships.accept(session, secret, into_office=False, person=agent, now=NOW)

    assert [one.membership.role for one in await memberships.members(session, company.id)] == [
        Role.AGENT
    ]


@pytest.mark.parametrize("change", [str.upper, str.lower, lambda secret: secret[:-1]])
async def test_an_edited_link_is_none(session: AsyncSession, change: Callable[[str], str]) -> None:
    owner, guest = await a_person(session, 1), await a_person(session, 2)
    company = await a_company(session, owner)
    _, secret = await invited(session, owner, company)

    with pytest.raises(memberships.InvitationUnknown):
        await memberships.accept(session, change(secret), into_office=False, person=guest, now=NOW)


async def test_two_who_open_a_link_at_once_are_one(database: Database) -> None:
    async with database.write() as session:
        owner = await a_person(session, 1)
        company = await a_company(session, owner)
        _, secret = await invited(session, owner, company)
        guests = [(await a_person(session, number)).id for number in (2, 3)]

    async def comes(guest_id: int) -> bool:
        try:
            async with database.write() as session:
                guest = await session.get_one(Person, guest_id)
                await memberships.accept(session, secret, into_office=False, person=guest, now=NOW)
        except (memberships.InvitationUsed, StaleDataError):
            return False
        return True

    came = await asyncio.gather(*(comes(guest) for guest in guests))

    assert sorted(came) == [False, True]
    async with database.read() as session:
        inside = await memberships.members(session, company.id)
    assert len(inside) == 2
