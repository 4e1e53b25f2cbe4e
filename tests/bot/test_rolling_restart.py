"""Two processes behind a balancer: each stopped, killed and started again while people write."""

import asyncio
from pathlib import Path

import aiohttp
import pytest

from tests import postgres
from tests.bot.fleet import Fleet, open_fleet
from tests.bot.processes import Program

_SEATS = ("company", "company2", "officer")
_SAID = ("/help", "/language")


@pytest.mark.long
@pytest.mark.postgres
async def test_fault_02_no_update_is_lost_doubled_or_overtaken_while_each_is_restarted(
    postgres_server: postgres.Server, tmp_path: Path
) -> None:
    with postgres_server.fresh_database() as url:
        async with open_fleet(tmp_path, url) as fleet:
            story = Story(fleet)
            first, second = await fleet.starts(), await fleet.starts()

            await story.all_write(2)
            first = await story.stopped_and_started(first)
            second = await story.stopped_and_started(second)
            assert await story.repeats() == 0

            await story.is_killed(first)
            await story.joined()
            await story.is_killed(second)
            await story.all_write(1)
            assert await story.repeats() <= 2 * len(_SEATS)

            assert await fleet.counts("inbox", "state = 'done' AND attempts = 0") == story.updates
            assert await fleet.counts("outbox", "state = 'sent'") == story.updates
            assert await fleet.counts("outbox") == story.updates
            assert len(fleet.balancer.passed) == 5


class Story:
    """What everybody said, and in which order it must have been answered."""

    def __init__(self, fleet: Fleet) -> None:
        self.fleet = fleet
        self.turns = 0

    @property
    def updates(self) -> int:
        return self.turns * len(_SEATS)

    async def all_write(self, times: int) -> None:
        """Everybody says something, one after the other, without waiting for answers."""
        for _ in range(times):
            words = _SAID[self.turns % 2]
            self.turns += 1
            await asyncio.gather(*(self.fleet.says(seat, words) for seat in _SEATS))

    async def stopped_and_started(self, program: Program) -> Program:
        """SIGTERM while people write; it is out of the balancer before it is gone."""
        async with asyncio.TaskGroup() as group:
            ending = group.create_task(program.is_told_to_stop())
            group.create_task(self.all_write(2))
            statuses = await _readiness(self.fleet.http, program)
        ended = ending.result()
        assert (ended.status, "Traceback" in ended.errors) == (0, False), ended.errors
        assert 503 in statuses
        assert 200 not in statuses[statuses.index(503) :]
        self.fleet.balancer.programs.remove(program)
        return await self.joined()

    async def is_killed(self, program: Program) -> None:
        """`kill -9` while people write."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.all_write(2))
            group.create_task(program.is_killed())
        self.fleet.balancer.programs.remove(program)

    async def joined(self) -> Program:
        """Another one starts while people write."""
        await self.all_write(1)
        program = await self.fleet.starts()
        await self.all_write(1)
        return program

    async def repeats(self) -> int:
        """How many answers came twice, once all are there; the order is that of the words."""
        await self.fleet.all_done(self.updates)
        repeats = 0
        for seat in _SEATS:
            read = await self.fleet.read_by(seat)
            once = [line for at, line in enumerate(read) if at == 0 or line != read[at - 1]]
            assert len(once) == self.turns, (seat, read)
            assert once == [once[turn % 2] for turn in range(self.turns)]
            repeats += len(read) - len(once)
        return repeats


async def _readiness(http: aiohttp.ClientSession, program: Program) -> list[int]:
    """What /readyz answers until nobody answers."""
    statuses: list[int] = []
    while True:
        try:
            async with http.get(f"{program.url}/readyz") as answer:
                statuses.append(answer.status)
        except aiohttp.ClientError:
            return statuses
        await asyncio.sleep(0.02)
