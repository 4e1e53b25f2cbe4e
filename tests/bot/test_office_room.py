"""The office in memory follows what is published beside it."""

from pathlib import Path

from bot.clock import Clock
from bot.database import Database
from bot.office import OfficeRoom
from bot.settings import Settings
from domain.words import Words
from services import publishing
from tests.conftest import CATALOGUE
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
