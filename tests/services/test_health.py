"""What administrators are shown, and departments they vouch for."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor, Grant, Role
from domain.errors import NotAllowed, NotFound
from models import Inbox, Membership, Outbox, Person
from models.messages import InboxState
from services import departments, health
from services.office import Office

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


async def an_admin(session: AsyncSession) -> Actor:
    person = Person(telegram_id=9, created_at=NOW)
    session.add(person)
    await session.flush()
    return Actor(person.id, "", "zh", grants=frozenset({Grant(Role.ADMIN)}))


async def test_what_waits_and_what_failed_is_counted(session: AsyncSession, office: Office) -> None:
    admin = await an_admin(session)
    session.add(Outbox(bot_id=1, chat_id=1, created_at=NOW - timedelta(minutes=9)))
    session.add(
        Inbox(
            bot_id=1,
            update_id=1,
            chat_key=1,
            payload={},
            state=InboxState.PARKED,
            received_at=NOW,
        )
    )
    await session.flush()

    found = await health.examine(session, actor=admin, office=office, now=NOW)

    assert (found.owed, found.parked, found.oldest_owed) == (1, 1, timedelta(minutes=9))


async def test_a_department_with_an_officer_is_staffed(
    session: AsyncSession, office: Office
) -> None:
    admin = await an_admin(session)
    session.add(
        Membership(person_id=admin.person_id, role=Role.OFFICER, department="finance", since=NOW)
    )
    await session.flush()

    found = await health.examine(session, actor=admin, office=office, now=NOW)

    assert "finance" not in found.unstaffed
    assert "duty" not in found.unstaffed
    assert len(found.unstaffed) == len(office.catalogue.departments) - 2


async def test_a_confirmed_department_stays_confirmed(
    session: AsyncSession, office: Office
) -> None:
    admin = await an_admin(session)

    for _ in range(2):
        await departments.confirm(
            session, "finance", catalogue=office.catalogue, actor=admin, now=NOW
        )

    certain = await departments.confirmed(session, office.catalogue)
    assert {"finance", "duty"} <= certain


async def test_only_administrators_look_and_confirm(session: AsyncSession, office: Office) -> None:
    nobody = Actor(1, "", "zh")

    with pytest.raises(NotAllowed):
        await health.examine(session, actor=nobody, office=office, now=NOW)
    with pytest.raises(NotAllowed):
        await departments.confirm(
            session, "finance", catalogue=office.catalogue, actor=nobody, now=NOW
        )


async def test_an_unknown_department_is_not_found(session: AsyncSession, office: Office) -> None:
    with pytest.raises(NotFound):
        await departments.confirm(
            session,
            "made_up",
            catalogue=office.catalogue,
            actor=await an_admin(session),
            now=NOW,
        )
