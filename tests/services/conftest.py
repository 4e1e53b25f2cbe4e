"""What the tests of services share."""

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from services.office import Office
from tests.services.scenes import Scene, open_scene


@pytest.fixture
async def scene(session: AsyncSession, office: Office) -> Scene:
    return await open_scene(session, office)
