"""The real process: it starts, stops, refuses to start, moves its clock and survives its death."""

import asyncio
import shutil
import signal
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot import checkpoints
from tests.bot.processes import Program, ask, running, runs_to_its_end

pytestmark = pytest.mark.long
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
