"""What the house carries, counted for the figures."""

from datetime import UTC, datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.tickets import Status
from models import Inbox, Outbox, Person, Task, Ticket, TicketCounter
from models.messages import InboxState, OutboxState
from services import health, notices

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def ago(minutes: int) -> datetime:
    return NOW - timedelta(minutes=minutes)


async def test_an_empty_house_carries_nothing(session: AsyncSession) -> None:
    load = await health.load(session, now=NOW)

    assert (load.waiting, load.notices_due, load.parked, load.overdue) == (0, 0, 0, 0)
    assert load.oldest_owed == {"personal": timedelta(), "broadcast": timedelta()}
    assert set(load.outbox.values()) == {0}
    assert load.tickets == dict.fromkeys(Status, 0)


async def test_what_is_owed_due_parked_and_open_is_counted(session: AsyncSession) -> None:
    for state, broadcast, minutes in (
        (OutboxState.PENDING, False, 7),
        (OutboxState.PENDING, True, 50),
        (OutboxState.SENDING, False, 2),
        (OutboxState.SENT, False, 9),
    ):
        row = Outbox(bot_id=1, chat_id=1, state=state, broadcast=broadcast, created_at=ago(minutes))
        session.add(row)
    for number, minutes in enumerate((-1, 1, 10)):
        await notices.owe_notice(session, "x", key=str(number), due_at=ago(minutes), now=NOW)
    for number, state_of in enumerate((InboxState.PARKED, InboxState.OPEN, InboxState.DONE)):
        update = Inbox(bot_id=1, update_id=number, chat_key=1, state=state_of, received_at=ago(3))
        session.add(update)
    person = Person(telegram_id=1001, created_at=NOW, unreachable_since=NOW)
    session.add(person)
    await session.flush()
    ticket = Ticket(
        number="QT-20261123-0007", person_id=person.id, status=Status.CLOSED, received_at=NOW
    )
    session.add(ticket)
    session.add(TicketCounter(year=2026, last=1))
    await session.flush()
    for due, answered, paused, closed in (
        (ago(1), None, None, None),
        (ago(-1), None, None, None),
        (ago(1), NOW, None, None),
        (ago(1), None, NOW, None),
        (ago(1), None, None, NOW),
    ):
        task = Task(
            ticket_id=ticket.id,
            department="finance",
            dispatched_at=NOW,
            answer_due=due,
            answered_at=answered,
            paused_since=paused,
            closed_at=closed,
        )
        session.add(task)
    await session.flush()

    load = await health.load(session, now=NOW)

    assert {key: count for key, count in load.outbox.items() if count} == {
        ("pending", "personal"): 1,
        ("pending", "broadcast"): 1,
        ("sending", "personal"): 1,
    }
    assert load.oldest_owed == {
        "personal": timedelta(minutes=7),
        "broadcast": timedelta(minutes=50),
    }
    assert (load.waiting, load.oldest_waiting) == (1, timedelta(minutes=3))
    assert (load.notices_due, load.notices_late, load.parked) == (2, 1, 1)
    assert load.oldest_due == timedelta(minutes=10)
    assert (load.overdue, load.unreachable, load.tickets[Status.CLOSED]) == (1, 1, 1)
