"""A bot without Telegram over many companies, and people who talk to it while it is busy.

SQLite on disk; the bot's own writer, intake, ticker and office. Nothing is delivered, and the clock
stands still unless it is set.
"""

import asyncio
import math
import os
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any, TypeVar

import psutil
from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.checkpoints import Checkpoints
from bot.clock import Clock
from bot.courier import Courier, open_bot
from bot.database import Database, upgrade
from bot.dispatcher import build_dispatcher
from bot.health import Figures
from bot.intake import Intake
from bot.office import OfficeRoom
from bot.settings import Settings
from bot.ticker import Ticker
from bot.unit_of_work import UnitOfWork
from domain.actors import Role
from domain.fact_rows import NEEDS, rows_of_profile
from domain.facts import FactDictionary, Kind, Profile
from domain.profile_files import parse_profile
from models import Company, Consent, Fact, Membership, Person
from services import companies, company_rows
from services.people import CONSENT_VERSION

Came = TypeVar("Came")
COMPANIES = 100_000
DIFFERENT = 2_000
"""So many profiles are made up; the others are copies of them."""

WITH_MEMBERS = 10_000
WITH_FACTS = (0, 10)
"""Companies with members and one of these remainders of their id by 100 have told facts: of them
something may have to be said."""

TALKERS = 40
PAUSE = 0.05
DAY = timedelta(days=1)
NIGHT = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)


class StandingClock(Clock):
    """The time of the bot, set by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.at = NIGHT

    def __call__(self) -> datetime:
        return self.at


@dataclass
class House:
    """The parts of a bot that take part: no Telegram, nothing is delivered."""

    settings: Settings
    database: Database
    clock: StandingClock
    room: OfficeRoom
    intake: Intake
    ticker: Ticker
    megabytes: list[float] = field(default_factory=list)
    update: int = 0

    async def talk(self, *, until: Awaitable[Came]) -> tuple[list[float], Came]:
        """Ask for the list every few moments until the other work is done.

        Returns the milliseconds of each reply, and what came of the work.
        """
        replies: list[float] = []
        async with asyncio.TaskGroup() as group:
            work = group.create_task(_awaited(until))
            while not work.done():
                await asyncio.sleep(PAUSE)  # people take a breath between two words
                replies.append(await self._ask())
                self.megabytes.append(megabytes())
        return replies, work.result()

    async def _ask(self) -> float:
        """From the update's arrival to the commit of its answer."""
        self.update += 1
        person = {"id": self.update % TALKERS + 1, "is_bot": False, "first_name": "王"}
        message = {
            "message_id": self.update,
            "date": int(NIGHT.timestamp()),
            "chat": {"id": person["id"], "type": "private", "first_name": "王"},
            "from": person,
            "text": "/policies",
        }
        start = perf_counter()
        await self.intake.store([{"update_id": self.update, "message": message}])
        await self.intake.work_once()
        return (perf_counter() - start) * 1000


async def _awaited(work: Awaitable[Came]) -> Came:
    return await work


@contextmanager
def one_core() -> Iterator[None]:
    """This process, and those it starts meanwhile, on the first core it may use."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


@asynccontextmanager
async def open_house() -> AsyncGenerator[House]:
    """A bot over 100,000 companies, a tenth of them with a member; some of those talk."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        settings = Settings(_env_file=None, var_dir=folder)
        settings.folder.mkdir(parents=True)
        Clock(settings.folder / "clock.json").move_to(NIGHT)
        await asyncio.to_thread(upgrade, settings.database)
        database = Database(settings.database)
        stack.push_async_callback(database.close)
        bot = open_bot(settings)
        stack.push_async_callback(bot.session.close)
        house = _house(settings, database, bot)
        await house.room.furnish("bench")
        await _people(house)
        yield house


def _house(settings: Settings, database: Database, bot: Any) -> House:
    clock, wake = StandingClock(), asyncio.Event()
    room = OfficeRoom(settings, database, clock)
    shared: dict[str, Any] = {"checkpoints": Checkpoints(), "figures": Figures()}
    courier = Courier(bot, database, clock, wake_ticker=wake, paced=False, **shared)
    work = UnitOfWork(build_dispatcher("bench"), bot)
    intake = Intake(bot, database, clock, courier, work, office=room, wake_ticker=wake, **shared)
    ticker = Ticker(database, clock, courier, office=room, wake=wake, **shared)
    return House(settings, database, clock, room, intake, ticker)


async def _people(house: House) -> None:
    random = Random(20261123)
    office = house.room()
    catalogue, today = office.catalogue, office.today(NIGHT)
    made = {number: made_up(catalogue.facts, random) for number in range(1, DIFFERENT + 1)}
    async with house.database.write() as session:
        await company_rows.write_many(session, catalogue.facts, made, today)
        await _copies(session)
        session.add_all(
            Company(id=number, name=f"企业{number}", created_at=NIGHT)
            for number in range(1, COMPANIES + 1)
        )
        await session.flush()
    async with house.database.write() as session:
        numbers = range(1, WITH_MEMBERS + 1)
        session.add_all(
            Person(id=number, telegram_id=number, name="王", locale="zh", created_at=NIGHT)
            for number in numbers
        )
        await session.flush()
        for number in numbers:
            company_id = number * (COMPANIES // WITH_MEMBERS)
            _member(session, number, company_id)
            if company_id % 100 in WITH_FACTS:
                profile = made[(company_id - 1) % DIFFERENT + 1]
                session.add_all(_facts(company_id, profile, catalogue.facts))
        await session.flush()
    for number in range(1, TALKERS + 1):
        async with house.database.write() as session:
            company = await session.get_one(Company, number * (COMPANIES // WITH_MEMBERS))
            await companies.save(
                session,
                company,
                made[number],
                catalogue.facts,
                person_id=number,
                now=NIGHT - DAY,
                today=today,
                needs=["financing"],
            )


def _member(session: AsyncSession, number: int, company_id: int) -> None:
    session.add(Consent(person_id=number, text_version=CONSENT_VERSION, given=True, at=NIGHT))
    session.add(Membership(person_id=number, role=Role.MEMBER, company_id=company_id, since=NIGHT))
    need = {"held": True, "until": None}
    session.add(
        Fact(company_id=company_id, key=NEEDS, item="certification", value=need, at=NIGHT - DAY)
    )


def _facts(company_id: int, profile: Profile, facts: FactDictionary) -> Iterator[Fact]:
    """What the digest is judged by when it is said."""
    for row in rows_of_profile(profile, facts):
        yield Fact(
            company_id=company_id,
            key=row.key,
            value=row.value,
            year=row.year,
            item=row.item,
            at=NIGHT - DAY,
        )


async def _copies(session: AsyncSession) -> None:
    found = await session.execute(text("SELECT * FROM company_row LIMIT 0"))
    names = ", ".join(f'"{name}"' for name in found.keys() if name != "company_id")  # noqa: SIM118 - a result, no dict
    for times in range(1, COMPANIES // DIFFERENT):
        await session.execute(
            text(
                f"INSERT INTO company_row (company_id, {names})"  # noqa: S608 - the database's own names
                f" SELECT company_id + {times * DIFFERENT}, {names} FROM company_row"
                f" WHERE company_id <= {DIFFERENT}"
            )
        )


def made_up(facts: FactDictionary, random: Random) -> Profile:
    """Half of the facts, at random, as a company might have told them."""
    told: dict[str, Any] = {}
    for spec in facts:
        if spec.derived or spec.kind is Kind.TEXT or random.random() < 0.5:
            continue
        match spec.kind:
            case Kind.FLAG:
                told[spec.key] = random.random() < 0.5
            case Kind.CHOICE:
                told[spec.key] = random.choice(spec.options).value
            case Kind.CHOICES:
                told[spec.key] = [one.value for one in spec.options if random.random() < 0.3]
    told["industry"] = random.choice(["39", "35", "65", "27", "51"])
    told["employees"] = random.choice([[20, 49], [75, 89], 120, 350, [1000, None]])
    year = random.randint(2005, 2026)
    told["established_on"] = f"{year}-{random.randint(1, 12):02d}-{random.randint(1, 28):02d}"
    told["revenue"] = {str(2025 - back): random.randint(100, 60000) for back in range(3)}
    told["rnd"] = {str(2025 - back): random.randint(10, 2000) for back in range(3)}
    return parse_profile(told, facts)


def p95(times: list[float]) -> float:
    """What 95 of 100 stay within."""
    return sorted(times)[math.ceil(0.95 * len(times)) - 1]


def megabytes() -> float:
    """What this process takes of the memory."""
    return float(psutil.Process().memory_info().rss) / 2**20
