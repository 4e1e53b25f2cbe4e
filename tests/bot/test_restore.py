"""Copies put back, on both databases: what is refused, what is kept, and what is said again."""

import asyncio
import multiprocessing
import os
import resource
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import column, table, update
from sqlmodel import select
from typer.testing import CliRunner, Result

from bot import copies
from bot.cli import app, stores
from bot.clock import Clock
from bot.database import Database, alembic_config, file_of, known_revisions
from bot.preparing import lock
from bot.settings import read_settings
from domain.screens import Html, Screen
from models import Notice, Outbox, Person, TicketCounter
from models.messages import OutboxState
from models.notices import NoticeState
from services import messages, notices
from services.messages import Address
from tests.models.schemas import look

CHAT = Address(1, 1001)
OWED = "SELECT state FROM outbox ORDER BY id"
SAID = "SELECT kind, state FROM notice ORDER BY id"


@pytest.fixture
def url(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """An office's database of either kind, for commands that run in the folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setenv("BOT_TOKEN", "1:token")
    monkeypatch.setenv("DATABASE_URL", database_url)
    asyncio.run(_fill(database_url))
    return database_url


def test_a_copy_is_put_back_and_what_was_said_since_is_not_said_again(url: str) -> None:
    assert db("backup", "night.copy").exit_code == 0
    asyncio.run(_live_on(url))

    asked = db("restore", "night.copy")
    assert asked.exit_code == 2
    assert "1 messages are owed in this copy and 1 notices have fallen due" in asked.stderr
    assert look(url, OWED) == [[("sent",), ("sent",)]]

    done = db("restore", "night.copy", "--said-until", "now")
    assert done.exit_code == 0, done.stderr
    assert "ask 1001 to repeat /privacy" in done.stdout
    assert look(url, OWED) == [[("dropped",)]]
    assert look(url, SAID) == [[("ticket_taken", "said"), ("close_unanswered", "open")]]
    assert look(url, "SELECT last FROM ticket_counter") == [[(9,)]]

    assert db("restore", "night.copy", "--said-until", "copy").exit_code == 0
    assert look(url, OWED) == [[("pending",)]]
    assert look(url, "SELECT last FROM ticket_counter") == [[(7,)]]


def test_an_older_copy_is_brought_up_to_date(url: str) -> None:
    command.downgrade(alembic_config(url), "0010")
    assert db("backup", "old.copy").exit_code == 0
    command.upgrade(alembic_config(url), "head")
    before = look(url)

    assert db("restore", "old.copy", "--said-until", "copy").exit_code == 0

    assert look(url)[0] ^ before[0] == frozenset()
    assert look(url, OWED) == [[("pending",)]]


def test_what_is_no_good_copy_is_refused_and_the_present_database_stays(
    url: str, tmp_path: Path
) -> None:
    assert db("backup", "good.copy").exit_code == 0
    whole = (tmp_path / "good.copy").read_bytes()
    (tmp_path / "cut.copy").write_bytes(whole[: len(whole) * 2 // 3])
    (tmp_path / "letter.copy").write_text("no database", encoding="utf-8")
    set_revision(url, "0999")
    assert "newer version" in db("backup", "newer.copy").stderr
    set_revision(url, known_revisions()[0])

    for name, complaint in (
        ("cut.copy", "is damaged"),
        ("letter.copy", "is not a copy"),
        ("none.copy", "there is no file"),
    ):
        refused = db("restore", name, "--said-until", "copy")

        assert refused.exit_code == 2
        assert complaint in refused.stderr
        assert len(refused.stderr.splitlines()) == 1
    assert look(url, OWED) == [[("pending",)]]
    assert [path.name for path in tmp_path.glob("*restor*")] == []


def test_an_upgrade_keeps_what_it_changes_and_a_newer_database_stops_it(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("VAR_DIR", str(tmp_path)), ("BOT_TOKEN", "1:token")):
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    command.downgrade(alembic_config(sqlite_url), "0010")

    assert db("upgrade").exit_code == 0
    assert db("upgrade").exit_code == 0

    (kept,) = tmp_path.glob("qihang.before-upgrade-*")
    assert copies.examine(kept) == "0010"
    set_revision(sqlite_url, "0999")
    stopped = db("upgrade")
    assert stopped.exit_code == 2
    assert stopped.stderr.startswith("qihang: the database was made by a newer version")
    assert len(stopped.stderr.splitlines()) == 1


def test_a_copy_for_which_there_is_no_room_leaves_nothing_behind(
    sqlite_url: str, tmp_path: Path
) -> None:
    database = file_of(sqlite_url)
    before = sorted(tmp_path.iterdir())

    copying = multiprocessing.get_context("fork").Process(
        target=_copy_with_little_room, args=(database, tmp_path / "night.copy")
    )
    copying.start()
    copying.join()

    assert copying.exitcode == 0
    assert sorted(tmp_path.iterdir()) == before


def _copy_with_little_room(database: Path, target: Path) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
    with pytest.raises(copies.BadCopy, match="cannot be copied"):
        copies.make(database, target)


def test_a_copy_of_something_else_or_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    for name, statement, complaint in (
        ("foreign", "CREATE TABLE poem (line TEXT)", "is not a copy"),
        ("newer", "CREATE TABLE alembic_version AS SELECT '0999' AS version_num", "newer version"),
    ):
        with closing(sqlite3.connect(tmp_path / name)) as made:
            made.execute(statement)
            made.commit()

        with pytest.raises(copies.BadCopy, match=complaint):
            copies.examine(tmp_path / name)


def test_nothing_is_put_back_under_a_running_bot(url: str) -> None:
    assert db("backup", "night.copy").exit_code == 0

    async def try_beside_it() -> Result:
        database = Database(url)
        async with database.read() as session:
            await session.exec(select(Outbox))
            with lock(read_settings()):
                answer = await asyncio.to_thread(db, "restore", "night.copy", "--said-until", "now")
        await database.close()
        return answer

    refused = asyncio.run(try_beside_it())

    assert refused.exit_code == 2
    assert "stop" in refused.stderr.lower()
    assert look(url, OWED) == [[("pending",)]]


@pytest.mark.parametrize("step", ["examine", "_name_twice", "_write_through", "_sync_folder"])
def test_a_restore_killed_anywhere_leaves_one_whole_database(
    sqlite_url: str, tmp_path: Path, step: str
) -> None:
    """The last step is after the renaming: then it is the restored one. The other is kept."""
    database, copy = tmp_path / "qihang.db", tmp_path / "night.copy"
    copies.make(database, copy)
    asyncio.run(_fill(sqlite_url))

    dying = multiprocessing.get_context("fork").Process(
        target=_restore_and_die, args=(copy, database, step)
    )
    dying.start()
    dying.join()

    assert dying.exitcode == -signal.SIGKILL
    copies.examine(database)
    is_restored = step == "_sync_folder"
    assert look(sqlite_url, OWED) == [[] if is_restored else [("pending",)]]
    if is_restored:
        assert look(f"sqlite:///{tmp_path}/qihang.kept.db", OWED) == [[("pending",)]]


def _restore_and_die(copy: Path, database: Path, step: str) -> None:
    with copies.staged(copy, database) as stage:
        deed: Callable[..., Any] = getattr(copies, step)

        def do_and_die(*given: Any) -> None:
            deed(*given)
            os.kill(os.getpid(), signal.SIGKILL)

        setattr(copies, step, do_and_die)
        stage.swap("kept")


def db(*words: str) -> Result:
    stores.catalogue.cache_clear()
    return CliRunner().invoke(app, ["db", *words])


def set_revision(url: str, revision: str) -> None:
    async def act() -> None:
        database = Database(url)
        async with database.write() as session:
            connection = await session.connection()
            await connection.execute(
                update(table("alembic_version", column("version_num"))).values(version_num=revision)
            )
        await database.close()

    asyncio.run(act())


async def _fill(url: str) -> None:
    """Seven tickets have numbers; a message is owed, two notices are due, one of which acts."""
    now = Clock()()
    database = Database(url)
    async with database.write() as session:
        session.add(TicketCounter(year=now.year, last=7))
        session.add(Person(telegram_id=1001, name="王芳", created_at=now))
        await messages.owe(session, CHAT, Screen(Html.safe("您好")), now=now - timedelta(hours=9))
        for kind in ("ticket_taken", "close_unanswered"):
            await notices.owe_notice(
                session, kind, key=kind, due_at=now - timedelta(hours=1), now=now
            )
    await database.close()


async def _live_on(url: str) -> None:
    """The bot says what was owed, answers somebody, erases them, and numbers two more tickets."""
    now = Clock()()
    database = Database(url)
    async with database.write() as session:
        await messages.owe(session, CHAT, Screen(Html.safe("收到")), now=now)
        for row in (await session.exec(select(Outbox))).all():
            row.state, row.done_at = OutboxState.SENT, now
        for notice in (await session.exec(select(Notice))).all():
            notice.state = NoticeState.SAID
        (await session.exec(select(Person))).one().erased_at = now
        (await session.get_one(TicketCounter, now.year)).last = 9
    await database.close()
