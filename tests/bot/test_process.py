"""The real process: it starts, stops, refuses to start, moves its clock and survives its death."""

import asyncio
import random
import shutil
import signal
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlmodel import select

from bot import checkpoints
from bot.database import Database
from domain.alarms import AlarmKind
from models import Alarm, Inbox, Person
from sandbox.seats import SEAT_BY_KEY
from services import notices
from tests.bot.processes import Program, ask, running, runs_to_its_end

_AT_ONCE = 3
_QUICK = timedelta(seconds=5)


@pytest.fixture
def folder(tmp_path: Path, sqlite_template: Path) -> Path:
    """A folder with a migrated database: migrating takes most of a start."""
    _lay_out(tmp_path / "var", sqlite_template)
    return tmp_path / "var"


def _lay_out(folder: Path, template: Path) -> None:
    (folder / "sandbox").mkdir(parents=True)
    shutil.copy(template, folder / "sandbox" / "qihang.db")


async def test_it_starts_answers_moves_its_clock_and_stops_cleanly(folder: Path) -> None:
    async with running(folder, fresh=True) as program:
        await program.ready()
        await program.does("say", seat="company", text="/help")
        await program.all_done(updates=1)
        assert len(await program.reads("company")) == 1
        await _the_clock_refuses_nonsense(program)
        moved = await _post(program, {"advance_seconds": 86_400 * 3})

        began = asyncio.get_running_loop().time()
        ended = await program.is_told_to_stop()

    assert asyncio.get_running_loop().time() - began < _QUICK.total_seconds()
    assert (ended.status, "Traceback" in ended.errors) == (0, False)
    await _the_moved_clock_is_remembered(folder, datetime.fromisoformat(moved["now"]))


async def _the_clock_refuses_nonsense(program: Program) -> None:
    bodies: tuple[Any, ...] = (
        b"",
        b"{",
        b"[1]",
        b'{"advance_seconds": "3"}',
        b'{"advance_seconds": 1e300}',
        b'{"advance_seconds": 252000000000}',
        b'{"advance_seconds": NaN}',
        b'{"now": "2026-11-23T10:00:00"}',
        b'{"now": "yesterday"}',
        b'{"to": "doomsday"}',
    )
    for body in bodies:
        async with program.http.post(f"{program.url}/clock", data=body) as answer:
            assert answer.status == 400, body
            assert (await answer.json())["error"]
    async with program.http.get(f"{program.url}/clock") as answer:
        now = datetime.fromisoformat((await answer.json())["now"])
    assert abs(now - datetime.now(UTC)) < timedelta(minutes=1)  # noqa: TID251 - the real time


async def _the_moved_clock_is_remembered(folder: Path, moved: datetime) -> None:
    async with running(folder) as program:
        await program.ready()
        async with program.http.get(f"{program.url}/clock") as answer:
            again = datetime.fromisoformat((await answer.json())["now"])
    assert timedelta() < again - moved < timedelta(minutes=2)


async def _post(program: Program, wish: dict[str, Any]) -> dict[str, Any]:
    async with program.http.post(f"{program.url}/clock", json=wish) as answer:
        assert answer.status == 200
        moved: dict[str, Any] = await answer.json()
        return moved


_REFUSALS: dict[str, tuple[dict[str, Any], str]] = {
    "zone": ({"TIMEZONE": "Mars/Olympus"}, "TIMEZONE"),
    "webhook": ({"BOT_TOKEN": "1:a", "WEBHOOK_URL": "https://x.example"}, "WEBHOOK_SECRET"),
    "token": ({"ADMIN_IDS": "9001"}, "BOT_TOKEN is missing"),
    "clock": ({"BOT_TOKEN": "1:a", "CLOCK_CONTROL": "on"}, "CLOCK_CONTROL"),
    "database": ({"DATABASE_URL": "nonsense"}, "DATABASE_URL"),
    "no server": (
        {"BOT_TOKEN": "1:a", "DATABASE_URL": "postgresql://127.0.0.1:9/x"},
        "the database cannot be used",
    ),
    "folder": ({"VAR_DIR": "/proc/nowhere"}, "cannot write to"),
    "crash": ({"CRASH_AT": "nowhere"}, "CRASH_AT"),
}


async def test_what_is_wrong_stops_the_start_with_one_line(tmp_path: Path) -> None:
    room = asyncio.Semaphore(_AT_ONCE)

    async def refused(name: str, settings: dict[str, Any], words: str) -> list[str]:
        async with room:
            ended = await runs_to_its_end(tmp_path / name, **settings)
        lines = ended.errors.splitlines()
        fine = ended.status == 2 and len(lines) == 1 and words in lines[0]
        return [] if fine else [f"{name}: {ended}"]

    faults = await asyncio.gather(
        *(refused(name, *expected) for name, expected in _REFUSALS.items())
    )
    assert list(chain(*faults)) == []


async def test_fault_47_a_second_bot_a_taken_port_and_a_refused_token_stop_with_one_line(
    folder: Path, tmp_path: Path
) -> None:
    async with running(folder) as program:
        await program.ready()
        taken, second, refused, damaged = await asyncio.gather(
            runs_to_its_end(tmp_path / "other", HTTP_PORT=str(program.port)),
            runs_to_its_end(tmp_path / "second", VAR_DIR=str(folder)),
            runs_to_its_end(tmp_path / "third", BOT_TOKEN="1:wrong", TELEGRAM_API_URL=program.url),
            _with_a_damaged_clock(tmp_path / "fourth"),
        )

    assert (taken.status, "is taken" in taken.errors) == (2, True)
    assert (second.status, second.errors.count("\n")) == (2, 1)
    assert "another bot already runs" in second.errors
    assert (refused.status, "refuses BOT_TOKEN" in refused.errors) == (2, True)
    assert (damaged.status, "clock.json is damaged" in damaged.errors) == (2, True)
    assert "Traceback" not in taken.errors + refused.errors + damaged.errors


async def _with_a_damaged_clock(folder: Path) -> Any:
    (folder / "sandbox").mkdir(parents=True)
    (folder / "sandbox" / "clock.json").write_text("{", encoding="utf-8")
    return await runs_to_its_end(folder)


_TICKS = {checkpoints.BEFORE_TICK_COMMIT, checkpoints.AFTER_TICK_COMMIT}
_SAID = ("/help", "/language")


async def test_fault_06_every_kill_point_loses_nothing_and_a_loss_would_be_noticed(
    folder: Path, tmp_path: Path
) -> None:
    """The program kills itself at each named point; the last case loses an answer on purpose."""
    greeted = await _greet(folder)
    room = asyncio.Semaphore(_AT_ONCE)

    async def survives(point: str, *, loses: bool = False) -> list[str]:
        place = tmp_path / f"{point}-{loses}"
        shutil.copytree(folder, place)
        async with room:
            return await _killed_at(point, place, greeted, loses=loses)

    *faults, noticed = await asyncio.gather(
        *(survives(point) for point in checkpoints.POINTS),
        survives(checkpoints.AFTER_EFFECT_COMMIT, loses=True),
    )

    assert list(chain(*faults)) == []
    assert noticed != []


async def _greet(folder: Path) -> dict[str, list[str]]:
    """Let people say what they will say, once; then kill it, with nothing owed."""
    async with running(folder) as program:
        await program.ready()
        for seat in ("company", "admin"):
            for words in _SAID:
                await program.does("say", seat=seat, text=words)
        await program.all_done(updates=4)
        read = {seat: await program.reads(seat) for seat in ("company", "admin")}
        await program.is_killed()
    return read


async def _killed_at(
    point: str, folder: Path, greeted: dict[str, list[str]], *, loses: bool
) -> list[str]:
    if point in _TICKS:
        await _owe_a_notice(folder)
    async with running(folder, CRASH_AT=point) as program:
        if point not in _TICKS:
            await program.ready()
            for words in _SAID:
                await program.does("say", seat="company", text=words)
        status = await program.died()
    if loses:
        ask(folder, "UPDATE outbox SET state = 'sent' WHERE state = 'pending'")
    seat = "admin" if point in _TICKS else "company"
    async with running(folder) as program:
        await program.ready()
        if point not in _TICKS:
            wrote = (await program.wrote(seat))[len(_SAID) :]
            for words in _SAID[len(wrote) :]:  # it died before these could be written
                await program.does("say", seat=seat, text=words)
        await program.all_done(updates=4 if point in _TICKS else 6)
        await _post(program, {"advance_seconds": 0})
        read = (await program.reads(seat))[len(greeted[seat]) :]
    faults = [] if status == -signal.SIGKILL else [f"{point}: ended with {status}"]
    return faults + _compared(point, folder, read, greeted["company"])


def _compared(point: str, folder: Path, read: list[str], answers: list[str]) -> list[str]:
    """What is wrong with what was read after the restart."""
    if point in _TICKS:
        ((rows,),) = ask(folder, "SELECT count(*) FROM outbox WHERE notice_id IS NOT NULL")
        return [] if (len(read), rows) == (1, 1) else [f"{point}: {read}, {rows} rows"]
    faults = []
    once = [line for at, line in enumerate(read) if at == 0 or line != read[at - 1]]
    if once != answers or (len(read) > 2 and point != checkpoints.AFTER_SEND):
        faults.append(f"{point}: read {read}")
    ((rows,),) = ask(folder, "SELECT count(*) FROM outbox")
    if rows != 6:
        faults.append(f"{point}: {rows} effects")
    return faults


async def _owe_a_notice(folder: Path) -> None:
    """While the bot is down: an administrator is to hear, now, of an alarm."""
    database = Database(f"sqlite+aiosqlite:///{folder / 'sandbox' / 'qihang.db'}")
    async with database.write() as session:
        row = (await session.exec(select(Inbox))).first()
        admin = select(Person).where(Person.telegram_id == SEAT_BY_KEY["admin"].user_id)
        person = (await session.exec(admin)).one()
        assert row is not None
        alarm = Alarm(kind=AlarmKind.NOTICES_LATE, since=row.received_at)
        session.add(alarm)
        await session.flush()
        await notices.owe_notice(
            session,
            "alarm",
            key="alarm:test",
            due_at=row.received_at,
            now=row.received_at,
            person_id=person.id,
            subject="alarm",
            subject_id=alarm.id,
            urgent=True,
        )
    await database.close()


async def test_fault_07_killed_at_a_random_moment_the_conversation_goes_on(folder: Path) -> None:
    said = [_SAID[number % 2] for number in range(12)]
    async with running(folder) as program:
        await program.ready()
        for words in said:
            await program.does("say", seat="company", text=words)
        await asyncio.sleep(random.random() / 3)
        await program.is_killed()

    async with running(folder) as program:
        await program.ready()
        await program.does("say", seat="company", text="/help")
        await program.all_done(updates=13)
        read = await program.reads("company")

    once = [line for at, line in enumerate(read) if at == 0 or line != read[at - 1]]
    assert len(once) == 13
    assert len(read) <= 14


async def test_fault_07_a_file_that_was_fetched_when_the_program_died_is_fetched_again(
    folder: Path,
) -> None:
    """An editor's file is the first thing the courier does for it, before the card that says so."""
    async with running(folder) as program:
        await program.ready()
        await program.does("say", seat="editor", text="/start")
        await program.all_done(updates=1)
        await program.is_killed()
    async with running(folder, CRASH_AT=checkpoints.AFTER_SEND) as program:
        await program.ready()
        form = aiohttp.FormData({"seat": "editor"})
        form.add_field("document", b"id: x\nscope: far\n", filename="x.yaml")
        with suppress(aiohttp.ClientError):
            await program.http.post(f"{program.url}/sandbox/attach", data=form)
        assert await program.died() == -signal.SIGKILL
    assert ask(folder, "SELECT state FROM publication") == [("fetching",)]

    async with running(folder) as program:
        await program.ready()
        await program.all_done(updates=2)
        await _post(program, {"advance_seconds": 0})
        shown = (await program.reads("editor"))[-1]

    assert ask(folder, "SELECT state, content IS NULL FROM publication") == [("faulty", 1)]
    assert "没有发布" in shown
