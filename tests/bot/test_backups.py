"""Nightly copies: when one is due, what is kept, and what an administrator hears when it fails."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot import dumps
from bot.backups import Backups, last_night
from bot.checkpoints import Checkpoints
from bot.database import Database, file_of, known_revisions
from domain.retention import BACKUPS
from services.office import Office
from tests.town import Town, open_town

ZONE = ZoneInfo("Asia/Shanghai")
COPIES = "qihang-*.db"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


@pytest.fixture
def backups(town: Town, folder: Path, office: Office) -> Backups:
    return Backups(
        town.database, folder, town.clock, office=lambda: office, checkpoints=Checkpoints()
    )


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*"))


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-23T01:59+08:00", "2026-11-22T02:00+08:00"),
        ("2026-11-23T02:00+08:00", "2026-11-23T02:00+08:00"),
        ("2026-11-23T23:59+08:00", "2026-11-23T02:00+08:00"),
    ],
)
def test_a_night_falls_due_at_two_by_the_office_s_clock(now: str, due: str) -> None:
    assert last_night(datetime.fromisoformat(now), ZONE) == datetime.fromisoformat(due)


async def test_the_first_day_has_nothing_to_copy(
    town: Town, backups: Backups, folder: Path
) -> None:
    await town.player("company").says("/help")

    await backups.keep_up()

    assert names(folder) == []


async def test_a_copy_a_day_however_often_it_is_looked_at(
    town: Town, backups: Backups, folder: Path
) -> None:
    await town.player("company").says("/help")
    town.clock.move(timedelta(days=1))
    await backups.keep_up()
    await backups.keep_up()

    assert names(folder) == ["qihang-2026-11-24.db"]
    with closing(sqlite3.connect(folder / "qihang-2026-11-24.db")) as copy:
        assert copy.execute("SELECT count(*) FROM inbox").fetchone() == (1,)


async def test_on_postgresql_the_servers_own_tools_write_it(
    postgres_database: Database, tmp_path: Path, folder: Path, office: Office
) -> None:
    async with open_town(tmp_path, postgres_database, office) as town:
        backups = Backups(
            postgres_database,
            folder,
            town.clock,
            office=lambda: office,
            checkpoints=Checkpoints(),
        )
        await town.player("company").says("/help")
        town.clock.move(timedelta(days=1))
        await backups.keep_up()

    assert names(folder) == ["qihang-2026-11-24.dump"]
    assert dumps.examine(folder / "qihang-2026-11-24.dump") == known_revisions()[0]


async def test_a_night_without_a_copy_is_seen(town: Town, backups: Backups, folder: Path) -> None:
    await town.player("company").says("/help")
    town.clock.move(timedelta(days=1))
    await backups.keep_up()
    (folder / "qihang-by-hand.db").touch()

    assert backups.nights_without(town.clock() + timedelta(days=1)) == 0
    assert backups.nights_without(town.clock() + timedelta(days=2)) == 2
    assert backups.age(town.clock()) == timedelta(hours=8).total_seconds()


async def test_a_jump_of_a_week_is_one_copy(town: Town, backups: Backups, folder: Path) -> None:
    await town.player("company").says("/help")
    town.clock.move(timedelta(days=7))

    await backups.keep_up()

    assert names(folder) == ["qihang-2026-11-30.db"]


async def test_the_newest_fourteen_are_kept(town: Town, backups: Backups, folder: Path) -> None:
    await town.player("company").says("/help")

    for _ in range(BACKUPS.days + 2):
        town.clock.move(timedelta(days=1))
        await backups.keep_up()

    kept = names(folder)
    assert len(kept) == BACKUPS.days
    assert (kept[0], kept[-1]) == ("qihang-2026-11-26.db", "qihang-2026-12-09.db")


async def test_a_failure_is_told_once_and_again_only_after_a_success(
    town: Town, backups: Backups, folder: Path
) -> None:
    await town.player("admin").says("/help")
    for day in (24, 25, 27):
        put_in_the_way(folder, day)

    await nights(town, backups, 2)
    assert await told(town) == 1
    await nights(town, backups, 1)
    assert "qihang-2026-11-26.db" in names(folder)
    assert "✅ 已恢复：昨夜的数据备份" in (await town.player("admin").newest()).text
    await nights(town, backups, 1)

    assert await told(town) == 2
    assert "11月26日" in (await town.player("admin").newest()).text


async def test_a_damaged_database_takes_no_good_copys_place(
    town: Town, backups: Backups, folder: Path
) -> None:
    """Each night's copy is looked at first; fourteen bad nights later the good ones are there."""
    await town.player("admin").says("/help")
    await nights(town, backups, 2)
    good = names(folder)
    damage = sqlite3.connect(file_of(town.database.url), isolation_level=None)
    with closing(damage):
        damage.execute("PRAGMA foreign_keys=OFF")
        damage.execute("INSERT INTO consent SELECT 1, 5, 'x', 1, '2026-11-23'")

    for _ in range(BACKUPS.days + 1):
        await nights(town, backups, 1)

    assert names(folder) == good
    assert await told(town) == 1


async def test_what_works_again_before_morning_wakes_nobody(
    town: Town, backups: Backups, folder: Path
) -> None:
    await town.player("admin").says("/help")
    put_in_the_way(folder, 24)
    town.clock.move_to(datetime(2026, 11, 24, 2, 30, tzinfo=ZONE).astimezone(UTC))
    await backups.keep_up()
    await town.settle()

    clear_the_way(folder, 24)
    await backups.keep_up()
    await town.passes(days=1)

    assert await told(town) == 0


def put_in_the_way(folder: Path, day: int) -> None:
    """The copy of that day in November cannot be written."""
    (folder / f"qihang-2026-11-{day}.db.new").mkdir(parents=True)


def clear_the_way(folder: Path, day: int) -> None:
    (folder / f"qihang-2026-11-{day}.db.new").rmdir()


async def nights(town: Town, backups: Backups, count: int) -> None:
    for _ in range(count):
        town.clock.move(timedelta(days=1))
        await backups.keep_up()
        await town.settle()


async def told(town: Town) -> int:
    messages = await town.player("admin").messages()
    return sum("⚠️ 昨夜的数据备份没有成功" in message.text for message in messages)
