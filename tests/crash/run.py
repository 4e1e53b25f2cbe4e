"""One run: an office is founded, everybody plays, the bot is killed by plan, all is checked."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

from bot.clock import Clock
from bot.database import Database
from domain.actors import Grant, Role
from domain.tickets import Step
from sandbox.seats import DESK_CHAT_ID
from services import offices
from services.office import Office
from services.offices import Seat
from tests.bot.processes import UNPACED
from tests.crash.backlog import Backlog
from tests.crash.checks import CHECKS, surplus
from tests.crash.evidence import Evidence, gather
from tests.crash.machines import Death, InFlight, Machine, found_by_heirs, watch_heirs
from tests.crash.plan import NEEDS_LEADER, RANDOM, Kill
from tests.crash.players import Chatter, Company, InVain, Load, Officer
from tests.crash.record import BOT_ID, TOKEN, LocalTelegram, open_telegram
from tests.crash.scenes import Bundle, Calendar, Client, Merging, Scene
from tests.town import MONDAY_TEN

ADMINISTRATOR = 9001
STAFF = (
    Seat(2001, "周明", (Grant(Role.OFFICER, "finance"), Grant(Role.OFFICER, "hr_social"))),
    Seat(2002, "吴静", (Grant(Role.OFFICER, "finance"), Grant(Role.OFFICER, "education"))),
    Seat(2101, "郑主任", (Grant(Role.HEAD, "finance"), Grant(Role.DUTY))),
)
#: A life that has not reached its point when so many generations of its work are done is killed.
_PATIENCE = 3
_START_SECONDS = 300.0
#: How often the lead is handed over by one that was told to end, and not killed.
_POLITE = 0.5
_MINUTE = timedelta(seconds=61)
#: What fell due in a night is found at the next start.
_NIGHT = timedelta(hours=12)


@dataclass
class Report:
    """What is printed."""

    deaths: list[Death]
    faults: dict[str, list[str]]
    figures: dict[str, int | float]
    evidence: Evidence

    @property
    def found(self) -> dict[str, list[str]]:
        """The checks that do not hold, and why."""
        return {name: faults for name, faults in self.faults.items() if faults}

    @property
    def by_point(self) -> dict[str, tuple[int, int]]:
        """Kills by point, and how many of them the process reached by itself."""
        every = Counter(death.point for death in self.deaths)
        own = Counter(death.point for death in self.deaths if death.by_itself)
        return {point: (count, own[point]) for point, count in sorted(every.items())}


@dataclass
class Run:
    """The office under load, and the machines that are killed."""

    local: LocalTelegram
    load: Load
    machines: list[Machine]
    database: Database
    office: Office
    random: Random
    scenes: dict[str, Scene] = field(default_factory=dict)

    @property
    def deaths(self) -> list[Death]:
        return [death for machine in self.machines for death in machine.deaths]

    async def kills(self, kill: Kill) -> None:
        """One life by plan, and whatever must die besides."""
        if kill.is_calm:
            await self._calm(kill)
        victim, *others = self._dead_first()
        self.load.go_on()
        await self._start(victim, kill.crash_at)
        for other in others:
            if not kill.scene and not other.is_alive:
                await self._start(other)
        if kill.crash_at:
            if kill.point in NEEDS_LEADER:
                await self._hand_over(others)
            await self._awaits_death(victim)
        elif await victim.is_ready(_START_SECONDS):
            await asyncio.sleep(self.random.uniform(0, 2))
        await victim.is_killed(kill.point)

    async def _calm(self, kill: Kill) -> None:
        """Everybody ends their form, time passes, and all die while what fell due is said."""
        await self.all_work()
        if kill.scene:
            self.load.go_on()
            with suppress(InVain):  # noted already
                await self.scenes[kill.scene].prepares()
        await self.load.come_to_rest()
        passes = kill.passes or _MINUTE
        async with asyncio.TaskGroup() as group:
            if passes < _NIGHT:
                for machine in self.machines:
                    group.create_task(machine.lets_time_pass(passes))
                await asyncio.sleep(self.random.random())
            self.local.clock.move(passes)
            for machine in self.machines:
                await machine.is_killed(RANDOM)
        if kill.scene:
            self.scenes[kill.scene].fires()

    async def _awaits_death(self, victim: Machine) -> None:
        """It reaches its point, or shows that it will not."""
        if not await victim.is_ready(_START_SECONDS):
            return
        ends = self.load.backlog.after(_PATIENCE)
        while victim.is_alive and self.load.backlog.generation < ends:
            await victim.dies(0.2)

    async def _hand_over(self, others: list[Machine]) -> None:
        """What only a leader does is done by the victim once the others are dead, or have ended as
        they were told to."""
        for other in others:
            if other.is_alive and await other.is_ready(_START_SECONDS):
                await asyncio.sleep(self.random.random())
                await self._goes_away(other)
                await self._start(other)

    async def _goes_away(self, machine: Machine) -> None:
        if self.random.random() < _POLITE:
            await machine.ends()
        else:
            await machine.is_killed(RANDOM)

    def _dead_first(self) -> list[Machine]:
        """The machine to start, and the others: each is killed in its turn."""
        return sorted(self.machines, key=lambda one: (one.is_alive, one.starts))

    async def all_work(self) -> None:
        """Every machine is up."""
        for machine in self.machines:
            if not machine.is_alive:
                await self._start(machine)
        for machine in self.machines:
            assert await machine.is_ready(_START_SECONDS), "it does not start"

    async def _start(self, machine: Machine, crash_at: str = "") -> None:
        await machine.starts_work(self.local.clock() - Clock()(), crash_at)

    async def settles(self) -> None:
        """A ticket was raised and something said at least, everybody ends what they do, and nobody
        begins anew."""
        self.load.go_on()
        await self.all_work()
        told = self.load.ledger
        while not (told.tickets and told.helps) and not told.in_vain:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        await self.load.come_to_rest()

    async def winds_up(self) -> None:
        """Everything owed is said, and the machines stop when they are told to."""
        await self.all_work()
        for _ in range(3):
            self.local.clock.move(_MINUTE)
            for machine in self.machines:
                await machine.lets_time_pass(_MINUTE)
            while await self.load.backlog.left():  # noqa: ASYNC110 - the bot is another process
                await asyncio.sleep(0.1)
        for machine in self.machines:
            await machine.ends()

    async def in_flight(self) -> list[InFlight]:
        """Every row that may have been sent twice."""
        if self.database.is_sqlite:
            return [one for machine in self.machines for one in machine.in_flight]
        return await found_by_heirs(self.database)

    async def is_checked(self) -> Report:
        """Hold what was kept against what was promised."""
        found = await gather(
            self.database,
            self.local,
            self.load.ledger,
            office=self.office,
            in_flight=await self.in_flight(),
            troubles=[one for machine in self.machines for one in machine.troubles],
        )
        faults = {name: list(check(found)) for name, check in CHECKS.items()}
        return Report(self.deaths, faults, self._figures(found), found)

    def _figures(self, found: Evidence) -> dict[str, int | float]:
        may = sum(not one.broadcast for one in found.in_flight)
        return {
            "starts": sum(machine.starts for machine in self.machines),
            "updates": len(found.inbox),
            "effects looked for": self.load.ledger.entries(),
            "tickets": len(found.tickets),
            "lines of history": len(found.events),
            "files after the answer": sum(one.step is Step.ADD for one in found.events),
            "notices": len(found.notices),
            "messages owed": len(found.outbox),
            "calls Telegram took": len(self.local.taken),
            "conflicts tried again": sum(one.conflicts for one in self.machines),
            "in flight at a kill": may,
            "possible repeats counted": sum(one.counted_repeats for one in self.machines),
            "repeats seen": len(surplus(found)),
        }


@asynccontextmanager
async def open_run(
    folder: Path,
    url: str,
    office: Office,
    *,
    seed: int,
    database_url: str = "",
    machines: int = 1,
    companies: int = 5,
) -> AsyncGenerator[Run]:
    """A migrated database at `url` (`database_url` as the bot is told), staff, and players."""
    random = Random(seed)
    async with AsyncExitStack() as stack:
        local = await stack.enter_async_context(open_telegram(folder))
        local.clock.move_to(MONDAY_TEN)
        database = Database(url)
        stack.push_async_callback(database.close)
        await _found(database, local)
        settings = {
            "BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": local.url,
            "ADMIN_IDS": str(ADMINISTRATOR),
            "CLOCK_CONTROL": "on",
            UNPACED: "yes",
            **({"DATABASE_URL": database_url} if database_url else {}),
        }
        folders = [folder / f"machine-{number}" for number in range(machines)]
        run = Run(
            local,
            Load(local, Backlog(local, database), random),
            [Machine(one, settings, database) for one in folders],
            database,
            office,
            random,
        )
        async with asyncio.TaskGroup() as playing:
            watching = playing.create_task(run.load.backlog.watch())
            _seat_everybody(run, companies)
            tasks = [playing.create_task(player.plays()) for player in run.load.players]
            try:
                yield run
            finally:
                for task in (watching, *tasks):
                    task.cancel()
                for machine in run.machines:
                    if machine.program is not None:
                        await machine.is_killed()


async def _found(database: Database, local: LocalTelegram) -> None:
    if not database.is_sqlite:
        await watch_heirs(database)
    async with database.write() as session:
        await offices.seed_sandbox(
            session,
            staff=STAFF,
            desks={"finance": DESK_CHAT_ID},
            bot_id=BOT_ID,
            locale="zh",
            now=local.clock(),
        )
    for seat in ("officer", "officer2", "head", "admin"):
        local.say(seat, "/start")


def _seat_everybody(run: Run, companies: int) -> None:
    load = run.load
    for seat in ("company", "company2", "firm1", "firm2", "firm3")[:companies]:
        Company(load, seat)
    for seat in ("firm4", "firm5"):
        Chatter(load, seat)
    for seat in ("officer", "officer2"):
        Officer(load, seat)
    client = Client(load, "firm6")
    run.scenes = {
        "merge": Merging(load, "head", client),
        "bundle": Bundle(load, "firm7"),
        "calendar": Calendar(load, "admin"),
    }
