"""Processes on PostgreSQL wake each other: what one commits, the leader delivers at once.

A bell that is not heard costs a second: every process also looks by itself.
"""

import asyncio
from collections.abc import Callable

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Database, connections_apart

log = structlog.get_logger()
_CHANNEL = "qihang_committed"
_AGAIN_SECONDS = 1
#: Ringing changes nothing: it need not wait for the disk.
_SETTINGS = {"application_name": "qihang bell", "synchronous_commit": "off"}


class Bell:
    """Rings for what this process committed, on a connection of its own, and hears the others."""

    def __init__(
        self,
        database: Database,
        committed: asyncio.Event,
        *,
        heard: Callable[[], None],
        is_for_others: Callable[[], bool],
    ) -> None:
        self._database = database
        self._committed = committed
        self._heard = heard
        self._is_for_others = is_for_others

    async def run(self) -> None:
        """Until cancelled; many commits in a row are one ring."""
        engine = connections_apart(self._database.url, **_SETTINGS)
        while True:
            try:
                async with engine.connect() as connection:
                    await self._listen_and_ring(connection)
            except (SQLAlchemyError, OSError) as error:
                log.warning("no bell; looking every second", error=error)
            await asyncio.sleep(_AGAIN_SECONDS)

    async def _listen_and_ring(self, connection: AsyncConnection) -> None:
        gone = asyncio.Event()

        def closed(_: object) -> None:
            gone.set()
            self._committed.set()

        driver = (await connection.get_raw_connection()).driver_connection
        if driver is None:
            raise ConnectionError("closed")
        driver.add_termination_listener(closed)
        await driver.add_listener(_CHANNEL, lambda *_: self._heard())
        self._heard()
        while True:
            await self._committed.wait()
            self._committed.clear()
            if gone.is_set():
                raise ConnectionError("the server closed the connection")
            if self._is_for_others():
                await connection.execute(text(f"SELECT pg_notify('{_CHANNEL}', '')"))
