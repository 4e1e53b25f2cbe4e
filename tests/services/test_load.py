"""What the house carries, counted for the figures."""

from datetime import UTC, datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.tickets import Status
from models import Inbox, Outbox, Person, Ticket
from models.messages import InboxState, OutboxState
from services import health, notices

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


async def test_an_empty_house_carries_nothing(session: AsyncSession) -> None:
    load = await health.load(session, now=NOW)

    assert (load.owed, load.oldest_owed, load.notices_due, load.parked) == (0, timedelta(), 0, 0)
    assert load.tickets == dict.fromkeys(Status, 0)


async def test_what_is_owed_due_parked_and_open_is_counted(session: AsyncSession) -> None:
    for state, minutes in (
        (OutboxState.PENDING, 7),
        (OutboxState.SENDING, 2),
        (OutboxState.SENT, 9),
    ):
        session.add(
            Outbox(bot_id=1, chat_id=1, state=state, created_at=NOW - timedelta(minutes=minutes))
        )
    for number, minutes in enumerate((-1, 1, 10)):
        due = NOW - timedelta(minutes=minutes)
        await notices.owe_notice(session, "x", key=str(number), due_at=due, now=NOW)
    session.add(Inbox(bot_id=1, update_id=1, chat_key=1, state=InboxState.PARKED, received_at=NOW))
    person = Person(telegram_id=1001, created_at=NOW)
    session.add(person)
    await session.flush()
    session.add(
        Ticket(
            number="QT-20261123-0007", person_id=person.id, status=Status.CLOSED, received_at=NOW
        )
    )
    await session.flush()

    load = await health.load(session, now=NOW)

    assert (load.owed, load.oldest_owed) == (2, timedelta(minutes=7))
    assert (load.notices_due, load.notices_late, load.parked) == (2, 1, 1)
    assert load.tickets[Status.CLOSED] == 1
