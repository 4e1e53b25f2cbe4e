"""What arrives twice, at once, out of order or broken: FAULTS 1–5, 42–44, 47, and the doors."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from aiogram import Dispatcher
from aiogram.types import Message as TelegramMessage
from sqlalchemy import text
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot import intake
from bot.database import Database, insist
from bot.middlewares import Arrival
from bot.unit_of_work import UnitOfWork
from domain.errors import NotAllowed
from domain.screens import Html, Reply, Screen, answer
from models import Conversation, Inbox, Notice, Outbox, Person
from models.messages import InboxState, OutboxState
from scheduler.timetable import DUE_NOTICES
from services import inbox
from tests.faults.conftest import Complaints, Trouble, gate
from tests.town import MONDAY_TEN

BOT = 900000001
COMPANY = 1001


def said(number: int, words: str = "/help", *, user: int = COMPANY, message: int = 0) -> Any:
    """An update as Telegram writes it."""
    person = {"id": user, "is_bot": False, "first_name": "王芳", "username": "wangfang"}
    return {
        "update_id": number,
        "message": {
            "message_id": message or number,
            "date": 1_790_000_000,
            "chat": {"id": user, "type": "private", "first_name": "王芳"},
            "from": person,
            "text": words,
        },
    }


async def store(database: Database, *updates: Any, now: datetime = MONDAY_TEN) -> None:
    async with database.write() as session:
        await inbox.store(session, list(updates), bot_id=BOT, now=now)


async def inbox_of(database: Database) -> list[Inbox]:
    async with database.read() as session:
        return list((await session.exec(select(Inbox).order_by(col(Inbox.id)))).all())


async def count(trouble: Trouble, table: type[Any]) -> int:
    async with trouble.town.database.read() as session:
        return (await session.exec(select(func.count()).select_from(table))).one()


def _act_by(trouble: Trouble, handler: Any) -> None:
    """Messages go to this handler alone."""
    dispatcher = Dispatcher(disable_fsm=True)
    dispatcher.update.outer_middleware(Arrival())
    dispatcher.message.register(handler)
    trouble.town.intake._work = UnitOfWork(dispatcher, trouble.town.courier._bot)


async def test_fault_01_the_same_update_twice_has_one_effect(troubled_anywhere: Trouble) -> None:
    trouble = troubled_anywhere

    for _ in range(2):
        await trouble.town.intake.store([said(1)])
        await trouble.town.settle()

    assert [row.state for row in await inbox_of(trouble.town.database)] == [InboxState.DONE]
    assert await count(trouble, Outbox) == 1


async def test_fault_02_the_same_update_twice_at_once_is_stored_once(database: Database) -> None:
    other = Database(database.url)
    try:
        async with asyncio.TaskGroup() as group:
            for door in (database, other) * 4:
                group.create_task(insist(store, door, said(1), said(2)))
    finally:
        await other.close()

    assert [row.update_id for row in await inbox_of(database)] == [1, 2]


async def test_fault_02_two_processes_give_one_update_one_effect(database: Database) -> None:
    await store(database, said(1))
    other = Database(database.url)

    async def take(door: Database) -> int:
        async with door.write() as session:
            rows = await inbox.heads(session, bot_id=BOT, limit=9)
            await inbox.mark_done(session, [row.id for row in rows], now=MONDAY_TEN)
            return len(rows)

    try:
        taken = await asyncio.gather(*(take(door) for door in (database, other)))
    finally:
        await other.close()

    assert sorted(taken) == [0, 1]


async def test_fault_03_an_old_message_under_a_new_number_is_known(
    troubled_anywhere: Trouble,
) -> None:
    trouble = troubled_anywhere

    await trouble.town.intake.store([said(1, message=70)])
    await trouble.town.settle()
    await trouble.town.intake.store([said(812_345, message=70)])
    await trouble.town.settle()

    assert len(await inbox_of(trouble.town.database)) == 1
    assert await count(trouble, Outbox) == 1


async def test_fault_05_two_messages_at_once_are_worked_in_order(
    troubled_anywhere: Trouble,
) -> None:
    trouble = troubled_anywhere

    await trouble.town.intake.store([said(1, "/help"), said(2, "/help"), said(3, "/help")])
    sizes = [await trouble.town.work_once() for _ in range(4)]

    assert sizes == [1, 1, 1, 0]
    assert await count(trouble, Person) == 1
    assert await count(trouble, Conversation) == 1


async def test_fault_05_the_head_of_a_chat_held_by_another_process_lets_no_other_through(
    postgres_database: Database,
) -> None:
    """A locked head is skipped; the next update of its chat must wait all the same."""
    database = postgres_database
    await store(database, said(1), said(2), said(3, user=1002))
    other = Database(database.url)
    try:
        async with database.write() as first:
            held = await inbox.heads(first, bot_id=BOT, limit=1)
            async with other.write() as second:
                found = await inbox.heads(second, bot_id=BOT, limit=9)
                assert [row.update_id for row in found] == [3]
            await inbox.mark_done(first, [held[0].id], now=MONDAY_TEN)
        async with other.write() as second:
            found = await inbox.heads(second, bot_id=BOT, limit=9)
            assert [row.update_id for row in found] == [2, 3]
    finally:
        await other.close()


async def test_fault_05_twenty_chats_worked_by_two_processes_keep_their_order(
    database: Database,
) -> None:
    chats, length = 20, 6
    updates = [
        said(100 * turn + chat, user=2000 + chat) for turn in range(length) for chat in range(chats)
    ]
    await store(database, *updates)
    done: dict[int, list[int]] = {}
    other = Database(database.url)

    async def work(door: Database) -> None:
        while True:
            async with door.write() as session:
                rows = await inbox.heads(session, bot_id=BOT, limit=7)
                for row in rows:
                    done.setdefault(row.chat_key, []).append(row.update_id)
                await inbox.mark_done(session, [row.id for row in rows], now=MONDAY_TEN)
            if not rows and sum(map(len, done.values())) == len(updates):
                return

    try:
        async with asyncio.timeout(20):
            await asyncio.gather(work(database), work(other))
    finally:
        await other.close()

    assert all(numbers == sorted(numbers) for numbers in done.values())
    assert sum(map(len, done.values())) == len(updates)


async def test_fault_28_the_second_of_two_writers_is_tried_again(
    troubled_on_postgres: Trouble,
) -> None:
    """Another process changes the same row between our reading and our writing it."""
    trouble = troubled_on_postgres
    other = Database(trouble.town.database.url)
    tries = []

    async def rename(_: Any, person: Person) -> None:
        tries.append(person.version)
        if len(tries) == 1:
            async with other.write() as session:
                (await session.get_one(Person, person.id)).locale = "en"
        person.name = "新名"

    await trouble.greeted("company")
    _act_by(trouble, rename)
    await trouble.town.intake.store([said(900)])
    await trouble.town.settle()
    await other.close()

    row = (await inbox_of(trouble.town.database))[-1]
    async with trouble.town.database.read() as session:
        person = (await session.exec(select(Person))).one()
    assert (row.state, row.attempts, len(tries)) == (InboxState.DONE, 0, 2)
    assert (person.name, person.locale) == ("新名", "en")


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Another program holds the file's write lock."""
    locker = sqlite3.connect(url.partition(":///")[2], isolation_level=None)
    locker.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        locker.execute("COMMIT")
        locker.close()


def impatient(database: Database) -> None:
    """Let what writes give up on the file's lock sooner than in five seconds."""
    database.lock_seconds = 0.02


async def test_fault_42_a_locked_database_is_waited_for_and_then_stored(
    sqlite_url: str, complaints: Complaints
) -> None:
    database = Database(sqlite_url)
    impatient(database)
    async with asyncio.TaskGroup() as group:
        with locked(sqlite_url):
            storing = group.create_task(insist(store, database, said(1)))
            await complaints.heard.wait()
            assert not storing.done()

    assert len(await inbox_of(database)) == 1
    await database.close()


async def test_fault_42_a_full_disk_parks_no_update(
    troubled: Trouble, complaints: Complaints
) -> None:
    """The update is not at fault: it stays open, untried, until there is room again."""
    database = troubled.town.database
    await troubled.town.intake.store([said(1, "政策" * 1500)])
    async with database.write() as session:
        pages = (await session.exec(text("PRAGMA page_count"))).one()[0]  # type: ignore[call-overload]
        await session.exec(text(f"PRAGMA max_page_count={pages}"))  # type: ignore[call-overload]

    async with asyncio.TaskGroup() as group:
        working = group.create_task(troubled.town.work_once())
        await complaints.heard.wait()
        assert [row.attempts for row in await inbox_of(database)] == [0]
        async with database.write() as session:
            await session.exec(text("PRAGMA max_page_count=999999"))  # type: ignore[call-overload]
        await working

    assert [row.state for row in await inbox_of(database)] == [InboxState.DONE]


async def test_fault_42_the_courier_outlives_a_locked_database(
    troubled: Trouble, complaints: Complaints
) -> None:
    await troubled.greeted("company")
    impatient(troubled.town.database)
    await troubled.owe("company", "一")
    async with asyncio.TaskGroup() as group:
        with locked(troubled.town.database.url):
            delivering = group.create_task(troubled.delivered())
            await complaints.heard.wait()
        await delivering

    assert (await troubled.read_by("company"))[-1] == "一"


async def test_fault_42_an_answer_that_could_not_be_written_is_not_forgotten(
    troubled: Trouble, complaints: Complaints
) -> None:
    """Telegram has it, the database is locked: written down later, not sent a second time."""
    await troubled.greeted("company")
    impatient(troubled.town.database)
    barrier = gate(troubled.town, "sendMessage")
    message = await troubled.owe("company", "一")
    troubled.town.courier.wake.set()
    await barrier.reached.wait()
    with locked(troubled.town.database.url):
        barrier.open.set()
        await complaints.heard.wait()
    await troubled.delivered()

    assert (await troubled.row_of(message)).state is OutboxState.SENT
    assert (await troubled.read_by("company")).count("一") == 1


async def test_fault_42_the_ticker_outlives_a_locked_database(
    troubled: Trouble, complaints: Complaints
) -> None:
    impatient(troubled.town.database)
    with locked(troubled.town.database.url):
        await troubled.town.ticker.tick(DUE_NOTICES)

    await troubled.town.ticker.tick(DUE_NOTICES)
    assert complaints.events.count("job failed") == 1


async def test_fault_43_a_poison_update_is_parked_and_the_chat_flows_on(
    troubled_anywhere: Trouble,
) -> None:
    trouble = troubled_anywhere
    await trouble.greeted("admin", "company")
    poison = said(501)
    poison["message"]["from"]["first_name"] = "坏" * 3
    await _refuse(trouble, "person", "name", poison["message"]["from"]["first_name"])

    await trouble.town.intake.store([poison, said(502), said(503, user=1002)])
    await trouble.town.settle()

    rows = {row.update_id: row for row in await inbox_of(trouble.town.database)}
    assert (rows[501].state, rows[501].attempts) == (InboxState.PARKED, 3)
    assert rows[502].state is InboxState.DONE
    assert rows[503].state is InboxState.DONE
    async with trouble.town.database.read() as session:
        told = (await session.exec(select(Notice).where(Notice.kind == "alarm"))).all()
    assert len(told) == 1
    assert any("三次处理失败" in text for text in await trouble.read_by("admin"))
    assert any("已通知管理员" in text for text in await trouble.read_by("company"))


@pytest.mark.parametrize("other", ["refused", "refused at once", "fails", "cannot be said"])
async def test_fault_43_what_fails_or_is_refused_takes_nothing_of_its_group_along(
    troubled_anywhere: Trouble, monkeypatch: pytest.MonkeyPatch, other: str
) -> None:
    """Taken in one transaction with two that have their effect; its own is undone."""
    trouble = troubled_anywhere
    monkeypatch.setattr(intake, "_LONG_ENOUGH_SECONDS", 60)
    users = {"first": 2000, other: 2001, "last": 2002}

    async def act(message: TelegramMessage, session: AsyncSession, person: Person) -> Reply:
        words = message.text or ""
        person.name = f"{words}{person.name}"
        if words != "refused at once":
            await session.flush()
        if words.startswith("refused"):
            raise NotAllowed
        if words == "fails":
            raise ValueError(words)
        return answer(Screen(text=Html(words)))

    await trouble.town.intake.store([said(800 + user, user=user) for user in users.values()])
    await trouble.town.settle()
    owed = await count(trouble, Outbox)
    _act_by(trouble, act)
    await _refuse(trouble, "message", "text", "cannot be said")
    await trouble.town.intake.store([said(user, words, user=user) for words, user in users.items()])
    async with asyncio.timeout(20):  # what raises here is tried again for ever
        assert await trouble.town.work_once() == len(users)

    async with trouble.town.database.read() as session:
        names = dict((await session.exec(select(Person.telegram_id, Person.name))).all())
    assert [names[user] for user in users.values()] == ["first王芳", "王芳", "last王芳"]
    rows = {row.update_id: row for row in await inbox_of(trouble.town.database)}
    failed = not other.startswith("refused")
    assert [rows[user].attempts for user in users.values()] == [0, int(failed), 0]
    assert await count(trouble, Outbox) == owed + len(users) - int(failed)


async def test_fault_44_what_is_not_known_yet_is_kept_as_it_came(
    troubled_anywhere: Trouble,
) -> None:
    trouble = troubled_anywhere
    strange = {"update_id": 7, "telepathy": {"from": {"id": COMPANY}, "thought": "?"}}
    broken = {"update_id": 8, "message": {"chat": {"id": COMPANY}, "text": 5}}
    odd = said(9, "/help")
    odd["message"]["new_field"] = {"a": "零\u0000位", "b": "半个\ud83d"}

    await trouble.town.intake.store([strange, broken, odd])
    await trouble.town.settle()

    rows = await inbox_of(trouble.town.database)
    assert {row.state for row in rows} == {InboxState.DONE}
    assert rows[0].payload == strange
    assert rows[2].payload["message"]["new_field"] == {"a": "零位", "b": "半个\ufffd"}


async def _refuse(trouble: Trouble, table: str, column: str, value: str) -> None:
    """Let the database refuse one value: an update that needs it can never take effect."""
    statements = [f"ALTER TABLE {table} ADD CONSTRAINT refuse CHECK ({column} <> '{value}')"]
    if trouble.town.database.is_sqlite:
        statements = [
            f"CREATE TRIGGER refuse_{act} BEFORE {act} ON {table} "
            f"WHEN NEW.{column} = '{value}' BEGIN SELECT RAISE(ABORT, 'poison'); END"
            for act in ("INSERT", "UPDATE")
        ]
    async with trouble.town.database.write() as session:
        connection = await session.connection()
        for statement in statements:
            await connection.execute(text(statement))
