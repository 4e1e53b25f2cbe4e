"""The finance department on SQLite, or on both databases."""

from collections.abc import AsyncGenerator

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import Database
from services.office import Office
from tests.scheduler.finance import Scene, furnished


@pytest.fixture
async def scene(sqlite_url: str, office: Office) -> AsyncGenerator[Scene]:
    """Most of it is the same on any database."""
    database = Database(sqlite_url)
    async with database.write() as opened:
        yield await furnished(opened, office)
    await database.close()


@pytest.fixture
async def any_scene(session: AsyncSession, office: Office) -> Scene:
    """On SQLite and on PostgreSQL."""
    return await furnished(session, office)
