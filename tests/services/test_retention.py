"""What has been kept for its time goes; ids stay."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import file_of
from domain import retention
from domain.actors import Role
from models import Conversation, Inbox, Invitation, Message, Notice, Outbox, Person, Ticket
from models.messages import KEEPS_PAYLOAD, KEEPS_WORDS, Direction, InboxState, OutboxState
from models.notices import KEEPS_DETAILS, NoticeState
from services import inbox, notices, people, sittings
from services.retention import SLICE, clean_up

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
CHAT = 1001
WORDS = "车间漏水，设备泡了"
MINUTE = timedelta(minutes=1)


async def swept(session: AsyncSession, *, after: timedelta) -> None:
    while await clean_up(session, now=NOW + after):
        pass
    await session.flush()


async def kept(session: AsyncSession, *rows: SQLModel) -> None:
    session.add_all(rows)
    await session.flush()


def update(state: InboxState = InboxState.DONE, number: int = 1) -> Inbox:
    return Inbox(
        bot_id=1,
        update_id=number,
        chat_key=CHAT,
        message_id=number,
        payload={"update_id": number, "message": {"text": WORDS}},
        state=state,
        error=WORDS if state is InboxState.PARKED else "",
        received_at=NOW,
    )


def owed(state: OutboxState, number: int = 1) -> Outbox:
    return Outbox(
        bot_id=1,
        chat_id=CHAT,
        key=f"answer:{number}",
        payload={"text": WORDS},
        state=state,
        created_at=NOW,
    )


async def somebody(session: AsyncSession, telegram_id: int = CHAT) -> Person:
    person = Person(telegram_id=telegram_id, name="王小明", created_at=NOW)
    await kept(session, person)
    return person


async def talk_in(
    session: AsyncSession, state: str, *, consented: bool = True, **data: Any
) -> Conversation:
    person = await somebody(session)
    if consented:
        await people.record_consent(session, person.id, given=True, now=NOW)
    talk = Conversation(
        bot_id=1, chat_id=CHAT, person_id=person.id, state=state, data=data, updated_at=NOW
    )
    await kept(session, talk)
    return talk


@pytest.mark.parametrize("state", [InboxState.DONE, InboxState.PARKED])
async def test_an_update_is_blanked_and_still_known_again(
    session: AsyncSession, state: InboxState
) -> None:
    row = update(state)
    await kept(session, row)

    await swept(session, after=retention.RAW_RECORDS - MINUTE)
    assert (await session.get_one(Inbox, row.id)).payload
    await swept(session, after=retention.RAW_RECORDS)

    await session.refresh(row)
    assert (row.payload, row.error, row.state, row.update_id) == ({}, "", state, 1)
    again = {"update_id": 1, "message": {"message_id": 1, "chat": {"id": CHAT}}}
    await inbox.store(session, [again], bot_id=1, now=NOW)
    assert len((await session.exec(select(Inbox.id))).all()) == 1


async def test_an_update_that_still_waits_is_left_alone(session: AsyncSession) -> None:
    row = update(InboxState.OPEN)
    await kept(session, row)

    await swept(session, after=timedelta(days=400))

    await session.refresh(row)
    assert row.payload


@pytest.mark.parametrize("state", list(OutboxState))
async def test_what_was_sent_is_blanked_what_is_owed_is_not(
    session: AsyncSession, state: OutboxState
) -> None:
    row = owed(state)
    await kept(session, row)

    await swept(session, after=retention.RAW_RECORDS)

    await session.refresh(row)
    is_owed = state in {OutboxState.PENDING, OutboxState.SENDING}
    assert bool(row.payload) is is_owed
    assert (row.key, row.state) == ("answer:1", state)


async def test_chat_goes_and_a_request_stays(session: AsyncSession) -> None:
    person = await somebody(session)
    ticket = Ticket(number="QT-20261123-0007", person_id=person.id, received_at=NOW)
    await kept(session, ticket)
    chat = Message(bot_id=1, chat_id=CHAT, direction=Direction.OUT, text=WORDS, at=NOW)
    request = Message(bot_id=1, chat_id=CHAT, ticket_id=ticket.id, text=WORDS, at=NOW)
    await kept(session, chat, request)

    await swept(session, after=retention.RAW_RECORDS)

    await session.refresh(chat)
    await session.refresh(request)
    assert (chat.text, request.text) == ("", WORDS)


@pytest.mark.parametrize(
    ("state", "consented", "period"),
    [
        (sittings.CHECK, False, retention.WAITING_FOR_CONSENT),
        ("tickets.draft", False, retention.WAITING_FOR_CONSENT),
        (sittings.LOOK, True, retention.LOOKED_AT),
        (sittings.CHECK, True, retention.UNCONFIRMED),
        (sittings.QUESTION, True, retention.UNCONFIRMED),
        ("tickets.draft", True, retention.UNCONFIRMED),
    ],
)
async def test_a_conversation_comes_to_rest(
    session: AsyncSession, state: str, consented: bool, period: timedelta
) -> None:
    talk = await talk_in(session, state, consented=consented, texts=[WORDS])

    await swept(session, after=period - MINUTE)
    await session.refresh(talk)
    assert talk.data == {"texts": [WORDS]}
    await swept(session, after=period)

    await session.refresh(talk)
    assert (talk.state, talk.data) == ("", {})


async def test_the_words_of_a_draft_go_with_it(session: AsyncSession) -> None:
    loose = Message(bot_id=1, chat_id=CHAT, text=WORDS, at=NOW)
    await kept(session, loose)
    talk = await talk_in(session, "tickets.draft", consented=False)
    ticket = Ticket(number="QT-20261123-0007", person_id=talk.person_id, received_at=NOW)
    await kept(session, ticket)
    submitted = Message(bot_id=1, chat_id=CHAT, ticket_id=ticket.id, text=WORDS, at=NOW)
    await kept(session, submitted)
    talk.keep(messages=[loose.id, submitted.id])
    await session.flush()

    await swept(session, after=retention.WAITING_FOR_CONSENT)

    await session.refresh(loose)
    await session.refresh(submitted)
    assert (loose.text, submitted.text) == ("", WORDS)


async def test_consent_taken_back_counts(session: AsyncSession) -> None:
    talk = await talk_in(session, sittings.CHECK, texts=[WORDS])
    await people.record_consent(session, talk.person_id, given=False, now=NOW)

    await swept(session, after=retention.WAITING_FOR_CONSENT)

    await session.refresh(talk)
    assert talk.state == ""


async def test_particulars_of_a_notice_go_and_it_is_not_said_again(session: AsyncSession) -> None:
    said = await notices.owe_notice(session, "x", key="x:1", due_at=NOW, now=NOW, measure="m")
    await notices.owe_notice(session, "x", key="x:2", due_at=NOW, now=NOW, measure="m")
    notices.settle(await session.get_one(Notice, said), NoticeState.SAID, now=NOW)
    await session.flush()

    await swept(session, after=retention.NOTICE_DETAILS)

    rows = (await session.exec(select(Notice.key, Notice.details))).all()
    assert dict(rows) == {"x:1": {}, "x:2": {"measure": "m"}}
    again = await notices.owe_notice(session, "x", key="x:1", due_at=NOW, now=NOW)
    assert again is None


async def test_an_unused_invitation_goes_a_used_one_stays(session: AsyncSession) -> None:
    person = await somebody(session)
    unused, used = (
        Invitation(
            secret_hash=secret,
            role=Role.OFFICER,
            created_at=NOW,
            expires_at=NOW,
            used_by=by,
            used_at=NOW if by else None,
        )
        for secret, by in (("a", None), ("b", person.id))
    )
    await kept(session, unused, used)

    await swept(session, after=retention.UNUSED_INVITATIONS)

    left = (await session.exec(select(Invitation.secret_hash))).all()
    assert list(left) == ["b"]


async def test_long_work_goes_in_slices(session: AsyncSession) -> None:
    await kept(session, *(update(number=number) for number in range(1, SLICE + 2)))
    later = NOW + retention.RAW_RECORDS

    assert await clean_up(session, now=later)
    assert not await clean_up(session, now=later)


@pytest.mark.parametrize(
    ("table", "condition", "index"),
    [
        ("inbox", f"{KEEPS_PAYLOAD} AND received_at <= ?", "ix_inbox_kept"),
        ("outbox", f"{KEEPS_PAYLOAD} AND created_at <= ?", "ix_outbox_kept"),
        ("message", f"{KEEPS_WORDS} AND at <= ?", "ix_message_kept"),
        ("notice", f"{KEEPS_DETAILS} AND done_at <= ?", "ix_notice_kept"),
        ("outbox", "state IN ('pending', 'sending') AND bot_id = ?", "ix_outbox_"),
    ],
)
def test_an_idle_sweep_reads_nothing(
    sqlite_url: str, table: str, condition: str, index: str
) -> None:
    """SQLite uses an index over part of the rows only where the query repeats its condition."""
    query = f"EXPLAIN QUERY PLAN SELECT id FROM {table} WHERE {condition}"  # noqa: S608

    with closing(sqlite3.connect(file_of(sqlite_url))) as connection:
        steps = connection.execute(query, ["2026"]).fetchall()

    assert index in str(steps)
