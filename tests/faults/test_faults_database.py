"""A database that is full, read-only or away: nothing lost, somebody called, on without help."""

import asyncio
import multiprocessing
import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from bot.database import Database, insist
from bot.distress import Distress
from bot.logs import set_up_logs
from bot.settings import Settings
from models.messages import InboxState
from sandbox.seats import SEAT_BY_KEY
from tests.faults.conftest import Complaints, Trouble
from tests.faults.test_faults_intake import inbox_of, said

_TITLE = "数据库写不进去"
_LOOKS = 10
_CUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


class Calls:
    """Looks in the place of the clock, and tells what the administrator read of the database."""

    def __init__(self, trouble: Trouble) -> None:
        self._trouble, town = trouble, trouble.town
        settings = Settings(
            _env_file=None, admin_ids=frozenset({SEAT_BY_KEY["admin"].user_id}), bot_token="1:x"
        )
        self._distress = Distress(town.courier._bot, town.database, town.clock, settings)

    async def while_it_tries(self, act: Callable[[], Awaitable[Any]]) -> None:
        """It is tried, in vain or not, and looked at; more often than it takes to be called."""
        for _ in range(_LOOKS):
            with suppress(DBAPIError, OSError):
                await act()
            await self._distress.look()

    async def heard(self) -> list[str]:
        read = await self._trouble.read_by("admin")
        return [text.splitlines()[0] for text in read if _TITLE in text]


Fault = Callable[[Trouble], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def _full(trouble: Trouble) -> AsyncGenerator[None]:
    """The file may not grow: as when the disk is full, for the one connection that writes."""
    pages = await _on_the_writer(trouble, "PRAGMA page_count")
    await _on_the_writer(trouble, f"PRAGMA max_page_count={pages}")
    try:
        yield
    finally:
        await _on_the_writer(trouble, "PRAGMA max_page_count=1000000")


@asynccontextmanager
async def _read_only(trouble: Trouble) -> AsyncGenerator[None]:
    """The connection may not write, as after the disk was mounted anew for reading."""
    await _on_the_writer(trouble, "PRAGMA query_only=ON")
    try:
        yield
    finally:
        await _on_the_writer(trouble, "PRAGMA query_only=OFF")


async def _on_the_writer(trouble: Trouble, statement: str) -> Any:
    async with trouble.town.database._writer.connect() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        assert raw is not None
        return next(iter(raw.execute(statement).fetchall()), (None,))[0]


@asynccontextmanager
async def _read_only_server(trouble: Trouble) -> AsyncGenerator[None]:
    """Every new connection may only read; the old ones are cut, as after a failover."""
    name = make_url(trouble.town.database.url).database
    await _on_the_server(
        trouble, f'ALTER DATABASE "{name}" SET default_transaction_read_only = on', _CUT
    )
    try:
        yield
    finally:
        reset = f'ALTER DATABASE "{name}" RESET default_transaction_read_only'
        await _on_the_server(trouble, reset)


async def _on_the_server(trouble: Trouble, *statements: str) -> None:
    """Said by a connection of its own, which may write."""
    other = Database(trouble.town.database.url)
    async with other.write() as session:
        connection = await session.connection()
        await connection.exec_driver_sql("SET TRANSACTION READ WRITE")
        for statement in statements:
            await connection.exec_driver_sql(statement)
    await other.close()


@pytest.mark.parametrize("fault", [_full, _read_only])
async def test_fault_42_a_database_that_cannot_be_written_is_told_once_until_it_can(
    troubled: Trouble, fault: Fault
) -> None:
    await _told_once_and_nothing_lost(troubled, fault)


async def test_fault_42_a_press_meanwhile_is_answered_and_has_its_effect_later(
    troubled: Trouble, complaints: Complaints
) -> None:
    await troubled.greeted("company")
    town = troubled.town
    shown = await town.player("company").newest()
    key = shown.rows[0][0]["callback_data"]
    await town.do("press", seat="company", message_id=shown.id, data=key, wait=0, force=True)
    before = len(await inbox_of(town.database))

    async with asyncio.TaskGroup() as group:
        async with _read_only(troubled):
            polling = group.create_task(town.intake.poll_once(None))
            await complaints.heard.wait()
            (busy,) = await troubled.calls("answerCallbackQuery")
        await polling
    await town.settle()

    assert "系统繁忙" in busy["text"]
    assert [row.state for row in await inbox_of(town.database)][before:] == [InboxState.DONE]


def test_fault_42_a_log_on_the_full_disk_does_not_end_the_bot() -> None:
    """Its lines are lost; whoever waits for the database logs at every try."""
    logging = multiprocessing.get_context("fork").Process(target=_log_to_a_full_disk, daemon=True)
    logging.start()
    logging.join(timeout=30)

    assert logging.exitcode == 0


def _log_to_a_full_disk() -> None:
    set_up_logs(Settings(_env_file=None), stream=Path("/dev/full").open("w"))  # noqa: SIM115
    for _ in range(2):
        structlog.get_logger("full").error("database; trying again", error="x" * 10_000)
    os._exit(0)  # at its end an interpreter flushes, and complains


async def test_fault_42_a_server_that_may_only_read_is_told_and_left_behind(
    troubled_on_postgres: Trouble,
) -> None:
    """Connections made meanwhile are not kept: they would never learn that they may write."""
    await _told_once_and_nothing_lost(troubled_on_postgres, _read_only_server)


async def _told_once_and_nothing_lost(trouble: Trouble, fault: Fault) -> None:
    """Twice the same: what is over may begin again, and is told again."""
    await trouble.greeted("admin", "company")
    town, calls = trouble.town, Calls(trouble)

    for number in (1, 2):
        store = partial(town.intake.store, [said(number, "政策" * 1500)])
        async with fault(trouble):
            await calls.while_it_tries(store)
            assert (await calls.heard())[-1].startswith("⚠️")
        async with asyncio.timeout(60):
            await insist(store)
        await calls.while_it_tries(partial(asyncio.sleep, 0))
        assert (await calls.heard())[-1].startswith("✅")
    await town.settle()

    assert len(await calls.heard()) == 4
    rows = {row.update_id: row for row in await inbox_of(town.database)}
    assert [(rows[one].state, rows[one].attempts) for one in (1, 2)] == [(InboxState.DONE, 0)] * 2
