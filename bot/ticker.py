"""Runs the jobs: by the timetable, at once when a commit left something due, and for the door."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from time import monotonic

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot import checkpoints
from bot.backups import Backups
from bot.checkpoints import Checkpoints
from bot.clock import Clock
from bot.courier import Courier
from bot.database import Database
from bot.health import Figures
from bot.leader import NotLeading
from bot.logs import about
from scheduler.timetable import PROMPT, TIMETABLE, Job, Study, Work
from services import notices, publications
from services.office import Office

log = structlog.get_logger()
_ROUNDS = 20


class Ticker:
    """One slice of one job at a time; a wake-up during a tick is kept, not dropped."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        courier: Courier,
        *,
        office: Callable[[], Office],
        checkpoints: Checkpoints,
        figures: Figures,
        wake: asyncio.Event,
        backups: Backups | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._courier = courier
        self._office = office
        self._checkpoints = checkpoints
        self._figures = figures
        self._wake = wake
        self._backups = backups
        self._turn = asyncio.Lock()

    async def run(self) -> None:
        """Tick until cancelled; what fell due while nothing ran comes first."""
        timer = AsyncIOScheduler(
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        for job in TIMETABLE:
            timer.add_job(
                _until_stopped,
                "interval",
                args=[partial(self.tick, job)],
                seconds=job.every.total_seconds(),
            )
        if self._backups is not None:
            timer.add_job(_until_stopped, args=[self._backups.keep_up])
            timer.add_job(_until_stopped, "interval", args=[self._backups.keep_up], hours=1)
        timer.start()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._run_jobs())
                await self._say_when_woken()
        finally:
            timer.shutdown(wait=False)
            async with self._turn:
                log.debug("the last tick has ended")

    async def _say_when_woken(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            await self._run_jobs(PROMPT)

    async def tick(self, job: Job) -> None:
        """Run one job until nothing is due; an error is logged and the next tick tries again.

        Jobs take turns slice by slice, so that a long review holds up no notice.
        """
        began, well = monotonic(), True
        with about(job=job.name):
            try:
                while await self._slice(job):
                    pass
            except NotLeading:
                log.info("no longer the leader")
                return
            except Exception:
                well = False
                log.exception("job failed")
        self._figures.ran(job.name, monotonic() - began, well=well)

    async def settle(self) -> None:
        """Run every job and deliver, and say what that left due, until there is nothing more."""
        await self._run_jobs()
        if self._backups is not None:
            await self._backups.keep_up()
        for _ in range(_ROUNDS):
            await self._courier.wait_until_idle()
            if not await self._is_due():
                return
            await self._run_jobs(PROMPT)

    async def _run_jobs(self, these: tuple[Job, ...] = TIMETABLE) -> None:
        for job in these:
            await self.tick(job)

    async def _is_due(self) -> bool:
        async with self._database.read() as session:
            due = await notices.next_due(session)
            is_handed_in = await publications.to_examine(session) is not None
        return is_handed_in or (due is not None and due <= self._clock())

    async def _slice(self, job: Job) -> bool:
        work = job.work if job.study is None else await self._study(job.study)
        if work is None:
            return False
        async with self._turn, self._database.write() as session:
            is_more = await work(session, self._office(), self._clock())
            self._checkpoints.reach(checkpoints.BEFORE_TICK_COMMIT, job.name)
        self._checkpoints.reach(checkpoints.AFTER_TICK_COMMIT, job.name)
        self._courier.wake.set()
        return is_more

    async def _study(self, study: Study) -> Work | None:
        async with self._database.read() as session:
            return await study(session, self._office(), self._clock())


async def _until_stopped(work: Callable[[], Awaitable[None]]) -> None:
    """What is cut off when the bot stops is rolled back and done at the next start: no error."""
    with suppress(asyncio.CancelledError):
        await work()
