"""Putting a copy back: brought up to date and settled beside the database, then swapped in."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel.ext.asyncio.session import AsyncSession

from bot import copies, dumps
from bot.database import Database, file_of, upgrade
from scheduler.kinds import KINDS
from services import digests, restoring
from services.restoring import NUMBERS_LEFT_OUT, Unsaid

Found = TypeVar("Found")
#: These do something when they come due, or redraw what is there: they stay.
_ACTING: Final = tuple(name for name, kind in KINDS.items() if kind.acts and name != digests.ROUND)


@dataclass(frozen=True, slots=True)
class Present:
    """What the database that is replaced knows: when it last lived, the numbers it gave, whom it
    erased."""

    lived: datetime | None
    numbers: dict[int, int]
    erased: frozenset[int]


@dataclass(frozen=True, slots=True)
class Restoring:
    """A copy of the newest schema that waits to take the database's place."""

    stage: copies.Stage | dumps.Stage
    unsaid: Unsaid
    present: Present | None

    def come_back(self) -> list[int]:
        """Telegram's ids of people who were erased after the copy, and are in it."""
        if self.present is None:
            return []
        erased = self.present.erased

        async def ask(session: AsyncSession) -> list[int]:
            return await restoring.come_back(session, erased)

        return _with(self.stage.url, ask)

    def settle(self, said_until: datetime, *, now: datetime) -> None:
        """Take as said what the bot said after the copy, and leave out the numbers it gave."""

        async def act(session: AsyncSession) -> None:
            await restoring.take_as_said(session, until=said_until, now=now, acting=_ACTING)
            await restoring.go_on_after(session, await self._numbers(session, now))

        _with(self.stage.url, act, write=True)

    def swap(self, *, now: datetime) -> str:
        """Make it the database; returns where the one before is kept."""
        return self.stage.swap(f"before-restore-{now:%Y%m%d-%H%M%S-%f}")

    async def _numbers(self, session: AsyncSession, now: datetime) -> dict[int, int]:
        if self.present is not None:
            return self.present.numbers
        given = await restoring.numbers_given(session)
        return {now.year: given.get(now.year, 0) + NUMBERS_LEFT_OUT}


@contextmanager
def prepared(file: Path, url: str, *, now: datetime) -> Iterator[Restoring]:
    """The copy, looked at and brought up to date; without `swap` nothing has changed."""
    is_sqlite = url.startswith("sqlite")
    staged = copies.staged(file, file_of(url)) if is_sqlite else dumps.staged(file, url)
    with staged as stage:
        present = None if is_sqlite and not file_of(url).exists() else _look_at(url)
        upgrade(stage.url)

        async def ask(session: AsyncSession) -> Unsaid:
            return await restoring.unsaid(session, now=now, acting=_ACTING)

        yield Restoring(stage, _with(stage.url, ask), present)


def _look_at(url: str) -> Present | None:
    """None where the present database cannot be read, or has another schema."""

    async def ask(session: AsyncSession) -> Present:
        return Present(
            lived=await restoring.last_sign_of_life(session),
            numbers=await restoring.numbers_given(session),
            erased=await restoring.erased_people(session),
        )

    try:
        return _with(url, ask)
    except (SQLAlchemyError, OSError):
        return None


def _with(
    url: str, ask: Callable[[AsyncSession], Awaitable[Found]], *, write: bool = False
) -> Found:
    async def run() -> Found:
        database = Database(url)
        try:
            async with database.write() if write else database.read() as session:
                return await ask(session)
        finally:
            await database.close()

    return asyncio.run(run())
