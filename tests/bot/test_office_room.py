"""The office in memory follows what is published beside it."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.clock import Clock
from bot.database import Database
from bot.office import OfficeRoom
from bot.settings import Settings
from domain.calendar_changes import CalendarPatch, ChangeSource
from domain.words import Words
from services import calendar_changes, publishing
from services.work_calendar import CalendarFileError
from tests.real_office import CATALOGUE
from tests.town import MONDAY_TEN, StandingClock


def room_of(database: Database, folder: Path, clock: Clock) -> OfficeRoom:
    settings = Settings(_env_file=None, var_dir=folder, catalogue_dir=CATALOGUE)
    return OfficeRoom(settings, database, clock)


async def test_what_is_published_beside_it_is_read_with_its_number(
    sqlite_url: str, tmp_path: Path
) -> None:
    database = Database(sqlite_url)
    room = room_of(database, tmp_path, StandingClock())
    await room.furnish("bot")
    measure = room().catalogue.measures[0]
    renamed = measure.model_copy(update={"name": Words(zh="新名", en="New name")})
    async with database.write() as session:
        await publishing.publish(session, [renamed], now=MONDAY_TEN)
        latest = await publishing.latest(session)
    assert room().published < latest

    await room.look()

    assert room().published == latest
    found = room().catalogue.measure(measure.id)
    assert found is not None
    assert found.name.zh == "新名"
    await database.close()


async def test_the_districts_calendar_is_read_beside_it_and_changed_files_count_as_a_change(
    sqlite_url: str, tmp_path: Path
) -> None:
    """A day off saved by another process, and limits changed in the files between two starts."""
    database = Database(sqlite_url)
    room = room_of(database, tmp_path, StandingClock())
    await room.furnish("bot")
    first = room().calendar_change
    thursday = date(2026, 11, 26)
    async with database.write() as session:
        change = await calendar_changes.propose(
            session,
            CalendarPatch(days={thursday: False}),
            actor=None,
            source=ChangeSource.COMMAND,
            office=room(),
            now=MONDAY_TEN,
        )
        await calendar_changes.save(session, change.id, actor=None, office=room(), now=MONDAY_TEN)
    assert room().calendar.is_workday(thursday)

    await room.look()

    assert (first, room().calendar_change) == (1, 2)
    assert not room().calendar.is_workday(thursday)
    await room.furnish("bot")
    assert room().calendar_change == 2
    async with database.write() as session:
        await calendar_changes.note_files(session, "other limits", now=MONDAY_TEN)
    await room.furnish("bot")
    assert room().calendar_change == 4
    assert not room().calendar.is_workday(thursday)
    await database.close()


async def test_fault_37_a_calendar_without_working_time_stops_the_start_and_changes_nothing(
    sqlite_url: str, tmp_path: Path
) -> None:
    directory = tmp_path / "catalogue"
    shutil.copytree(CATALOGUE, directory)
    defaults = directory / "calendar" / "default.yaml"
    text = defaults.read_text(encoding="utf-8")
    defaults.write_text(text.replace('"12:00"', '"09:00"'), encoding="utf-8")
    database = Database(sqlite_url)
    settings = Settings(_env_file=None, var_dir=tmp_path, catalogue_dir=directory)

    with pytest.raises(CalendarFileError, match=r"default\.yaml: a window"):
        await OfficeRoom(settings, database, StandingClock()).furnish("bot")

    async with database.read() as session:
        assert await calendar_changes.latest(session) == 0
        assert await publishing.latest(session) == 0
    await database.close()
