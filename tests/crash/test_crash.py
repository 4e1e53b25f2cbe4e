"""The short form of the crash test: a few kills at named points, and the control that must fail.

`make crash-test` kills at every point, hundreds of times, and runs the control on both databases.
"""

import shutil
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot import checkpoints as at
from bot.settings import async_database_url
from services.office import Office
from tests import postgres
from tests.crash.injuries import unnoticed
from tests.crash.plan import Kill
from tests.crash.run import Run, open_run
from tests.crash.story import tell

pytestmark = pytest.mark.long

_ALONE = (
    Kill(f"{at.AFTER_INBOX_COMMIT}#2"),
    Kill(f"{at.DURING_WRITE}#30"),
    Kill(f"{at.AFTER_SEND}#3"),
)
_IN_TURN = (Kill(f"{at.BEFORE_EFFECT_COMMIT}#2"), Kill(f"{at.AFTER_SEND}#2"))


async def test_fault_06_killed_at_named_points_nothing_is_lost_on_sqlite(
    tmp_path: Path, sqlite_template: Path, office: Office
) -> None:
    path = tmp_path / "machine-0" / "qihang.db"
    path.parent.mkdir()
    shutil.copy(sqlite_template, path)
    async with _killed(_ALONE, tmp_path, f"sqlite+aiosqlite:///{path}", office) as run:
        assert await unnoticed(run) == []


@pytest.mark.postgres
async def test_fault_07_two_processes_killed_in_turn_lose_nothing_on_postgresql(
    tmp_path: Path, postgres_server: postgres.Server, office: Office
) -> None:
    with postgres_server.fresh_database() as told:
        more = {"database_url": told, "machines": 2}
        async with _killed(_IN_TURN, tmp_path, async_database_url(told), office, **more):
            pass


@asynccontextmanager
async def _killed(
    kills: Sequence[Kill], folder: Path, url: str, office: Office, **more: Any
) -> AsyncGenerator[Run]:
    """A run after which every check holds."""
    async with open_run(folder, url, office, seed=1, companies=2, **more) as run:
        for kill in kills:
            await run.kills(kill)
        await run.settles()
        await run.winds_up()
        report = await run.is_checked()
        assert report.found == {}, "\n".join(tell(report.evidence))
        yield run
