"""Databases, offices and towns for every kind of test. SQLite and PostgreSQL run the same tests."""

import gc
import shutil
import ssl
from collections.abc import AsyncGenerator, Generator
from functools import cache, lru_cache
from itertools import compress
from operator import not_
from pathlib import Path

import pytest
import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import Database, upgrade
from bot.settings import async_database_url
from services import catalogue
from services.office import Office
from services.yaml_files import parts_of
from tests import engines, plans, postgres
from tests.real_office import the_office
from tests.town import Town, open_town

# structlog's own default prints every local variable of a traceback, which takes minutes.
structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)
engines.share()
# Each bot would read all certificates again, forty milliseconds of it, for calls in the clear.
pytest.MonkeyPatch().setattr(ssl, "create_default_context", cache(ssl.create_default_context))
# Half a second for all files of the catalogue: each text is taken to pieces once. Whoever opens the
# catalogue still reads every file, and judges what stands in it.
pytest.MonkeyPatch().setattr(catalogue, "parts_of", lru_cache(maxsize=500)(parts_of))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first with each of two workers, which begin with a half of all each:
    whoever is done takes over from the other, but not what has begun."""
    is_long = [item.get_closest_marker("long") is not None for item in items]
    long, short = list(compress(items, is_long)), list(compress(items, map(not_, is_long)))
    half = len(short) // 2
    items[:] = [*long[::2], *short[:half], *long[1::2], *short[half:]]


def pytest_collection_finish() -> None:
    """From here on there is garbage to collect, but not among what was imported.

    Seldom: what tests leave is little beside what they keep, and looking took a sixth of the time.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()


@pytest.fixture(scope="session")
def office() -> Office:
    """The real office: its catalogue, calendar and limits."""
    return the_office()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty database to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    upgrade(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Generator[postgres.Server]:
    """A PostgreSQL server: the one named in TEST_POSTGRES_URL, or one from a wheel."""
    with postgres.open_server() as server:
        server.make_template(lambda url: upgrade(async_database_url(url)))
        yield server


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh SQLite database."""
    path = tmp_path / "qihang.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
def postgres_url(postgres_server: postgres.Server) -> Generator[str]:
    """A fresh PostgreSQL database, for what only several processes can show."""
    with postgres_server.fresh_database() as url:
        yield async_database_url(url)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> Generator[str]:
    """A fresh database of either kind."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    server: postgres.Server = request.getfixturevalue("postgres_server")
    with server.fresh_database() as url:
        yield async_database_url(url)


@pytest.fixture
async def database(database_url: str) -> AsyncGenerator[Database]:
    """The bot's own database object on a fresh database of either kind."""
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def postgres_database(postgres_url: str) -> AsyncGenerator[Database]:
    """The bot's own database object on PostgreSQL: more than one may write there."""
    opened = Database(postgres_url)
    yield opened
    await opened.close()


@pytest.fixture
async def session(database: Database) -> AsyncGenerator[AsyncSession]:
    """One write transaction, on SQLite and on PostgreSQL."""
    async with database.write() as opened:
        yield opened


@pytest.fixture
async def any_town(database: Database, tmp_path: Path, office: Office) -> AsyncGenerator[Town]:
    """The same town on SQLite and on PostgreSQL."""
    async with open_town(tmp_path, database, office) as place:
        yield place
        assert await place.rejected() == []


@pytest.fixture
async def town(sqlite_url: str, tmp_path: Path, office: Office) -> AsyncGenerator[Town]:
    """A whole town on SQLite. Every call the bot made must have been accepted, and no table that
    grows read whole."""
    opened = Database(sqlite_url)
    with plans.watched(opened) as read_whole:
        async with open_town(tmp_path, opened, office) as place:
            yield place
            assert await place.rejected() == []
    assert read_whole == []
    await opened.close()
