"""A full review of 100,000 companies before every measure, with replies going out meanwhile.

One core; SQLite on disk; the bot's own writer, intake and ticker. Two nights are reviewed: in the
first everything is new, before the second an import has changed two companies in a hundred.
"""

import asyncio
import os
import tempfile
from collections.abc import AsyncGenerator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import quantiles
from time import perf_counter, process_time
from typing import Any
from zoneinfo import ZoneInfo

import psutil
from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from benchmarks.figures import Figure, at_most
from bot.checkpoints import Checkpoints
from bot.clock import Clock
from bot.courier import Courier, open_bot
from bot.database import Database, upgrade
from bot.dispatcher import build_dispatcher
from bot.health import Figures
from bot.intake import Intake
from bot.settings import Settings
from bot.ticker import Ticker
from bot.unit_of_work import UnitOfWork
from domain.actors import Role
from domain.fact_rows import NEEDS, rows_of_profile
from domain.facts import FactDictionary, Kind, Profile
from domain.profile_files import parse_profile
from domain.words import Words
from models import Company, Consent, Fact, Membership, Person
from models.companies import FactSource
from scheduler.timetable import DUE_NOTICES, TIMETABLE
from services import companies, company_rows
from services.catalogue import load
from services.office import Office
from services.people import CONSENT_VERSION
from services.work_calendar import build_calendar, load_limits

CATALOGUE = Path(__file__).parents[1] / "catalogue"
COMPANIES = 100_000
DIFFERENT = 2_000
"""So many profiles are made up; the others are copies of them."""

WITH_MEMBERS = 10_000
CHANGED = {0: "2026-06-01", 10: "2012-06-01"}
"""The founding day that an import gives to each 100th company, by the remainder of its id."""

TALKERS = 40
PAUSE = 0.05
DAY, MORNING = timedelta(days=1), timedelta(hours=6)
NIGHT = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
REVIEWS = next(job for job in TIMETABLE if job.name == "reviews")


def figures() -> Iterator[Figure]:
    """Seconds, megabytes and the reply times during the second night, and alone."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        measured = asyncio.run(_measure())
    finally:
        os.sched_setaffinity(0, cores)
    yield from measured


async def _measure() -> list[Figure]:
    async with _open_house() as house:
        await _people(house)
        alone = await _talk(house, until=asyncio.sleep(2))
        first = await _night(house)
        await _import(house)
        house.clock.at += DAY
        before = _megabytes()
        replies = await _talk(house, until=_night(house))
        grown = max(house.megabytes) - before
        second = house.seconds[-1]
        told = await _count(house, "notice WHERE kind = 'policy_news'")
        house.clock.at += MORNING
        mornings = await _talk(house, until=house.ticker.tick(DUE_NOTICES))
    size = f"{COMPANIES:,} companies x {len(house.office.catalogue.measures)} measures"
    return [
        at_most(
            f"first review: {size}",
            first,
            60,
            unit="s",
            detail=f"{house.worked[0]:.1f} s of the processor",
        ),
        at_most(f"next review: {size}", second, 60, unit="s", detail=f"{told} companies told"),
        at_most("memory that the next review added", grown, 64, unit="MB"),
        at_most("reply meanwhile, p95", _p95(replies), 300, unit="ms", detail=f"of {len(replies)}"),
        at_most(
            "reply while the digests are said, p95",
            _p95(mornings),
            300,
            unit="ms",
            detail=f"of {len(mornings)}",
        ),
        Figure("reply with nothing else going on, p95", _p95(alone), "ms"),
    ]


class _StandingClock(Clock):
    def __init__(self) -> None:
        super().__init__()
        self.at = NIGHT

    def __call__(self) -> datetime:
        return self.at


@dataclass
class _House:
    """The parts of a bot that take part: no Telegram, nothing is delivered."""

    database: Database
    clock: _StandingClock
    office: Office
    intake: Intake
    ticker: Ticker
    seconds: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)
    update: int = 0


@asynccontextmanager
async def _open_house() -> AsyncGenerator[_House]:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = f"sqlite+aiosqlite:///{folder}/qihang.db"
        await asyncio.to_thread(upgrade, url)
        database = Database(url)
        stack.push_async_callback(database.close)
        settings = Settings(_env_file=None, var_dir=folder)
        bot = open_bot(settings)
        stack.push_async_callback(bot.session.close)
        yield _house(settings, database, bot)


def _house(settings: Settings, database: Database, bot: Any) -> _House:
    clock, wake = _StandingClock(), asyncio.Event()
    office = Office(
        name=Words(zh="钱塘区企业服务专班", en="Qiantang District enterprise service desk"),
        bot_id=settings.bot_id,
        bot_username="bench",
        default_locale="zh",
        administrators=frozenset(),
        zone=ZONE,
        catalogue=load(CATALOGUE),
        calendar=build_calendar(CATALOGUE, ZONE),
        limits=load_limits(CATALOGUE),
    )
    shared: dict[str, Any] = {"checkpoints": Checkpoints(), "figures": Figures()}
    courier = Courier(bot, database, clock, wake_ticker=wake, paced=False, **shared)
    work = UnitOfWork(build_dispatcher("bench"), bot)
    intake = Intake(
        bot, database, clock, courier, work, office=lambda: office, wake_ticker=wake, **shared
    )
    ticker = Ticker(database, clock, courier, office=lambda: office, wake=wake, **shared)
    return _House(database, clock, office, intake, ticker)


async def _people(house: _House) -> None:
    """Companies with derived rows, a tenth of them with a member; some of those talk."""
    random = Random(20261123)
    catalogue, today = house.office.catalogue, house.office.today(NIGHT)
    made = {number: _profile(catalogue.facts, random) for number in range(1, DIFFERENT + 1)}
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
            if company_id % 100 in CHANGED:
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
    names = ", ".join(f'"{name}"' for name in found.keys() if name != "company_id")  # noqa: SIM118
    for times in range(1, COMPANIES // DIFFERENT):
        await session.execute(
            text(
                f"INSERT INTO company_row (company_id, {names})"  # noqa: S608
                f" SELECT company_id + {times * DIFFERENT}, {names} FROM company_row"
                f" WHERE company_id <= {DIFFERENT}"
            )
        )


def _profile(facts: FactDictionary, random: Random) -> Profile:
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


async def _import(house: _House) -> None:
    """An import makes each hundredth company younger, and another one older."""
    now = house.clock() + MORNING
    async with house.database.write() as session:
        for remainder, founded in CHANGED.items():
            await session.execute(
                text(
                    "UPDATE company_row SET established_on_first = :on, established_on_last = :on"
                    " WHERE company_id % 100 = :remainder"
                ),
                {"on": founded, "remainder": remainder},
            )
            session.add_all(
                Fact(
                    company_id=company_id,
                    key="established_on",
                    value=founded,
                    source=FactSource.IMPORT,
                    at=now,
                )
                for company_id in range(remainder or 100, COMPANIES + 1, 100)
            )


async def _night(house: _House) -> float:
    start, worked = perf_counter(), process_time()
    await house.ticker.tick(REVIEWS)
    house.seconds.append(perf_counter() - start)
    house.worked.append(process_time() - worked)
    return house.seconds[-1]


async def _talk(house: _House, *, until: Any) -> list[float]:
    """Somebody asks for the list every few moments until the other work is done; milliseconds."""
    replies: list[float] = []
    async with asyncio.TaskGroup() as group:
        work = group.create_task(_awaited(until))
        while not work.done():
            await asyncio.sleep(PAUSE)
            replies.append(await _ask(house))
            house.megabytes.append(_megabytes())
    return replies


async def _awaited(work: Any) -> None:
    await work


async def _ask(house: _House) -> float:
    """From the update's arrival to the commit of its answer."""
    house.update += 1
    person = {"id": house.update % TALKERS + 1, "is_bot": False, "first_name": "王"}
    message = {
        "message_id": house.update,
        "date": int(NIGHT.timestamp()),
        "chat": {"id": person["id"], "type": "private", "first_name": "王"},
        "from": person,
        "text": "/policies",
    }
    start = perf_counter()
    await house.intake.store([{"update_id": house.update, "message": message}])
    await house.intake.work_once()
    return (perf_counter() - start) * 1000


def _p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1]


def _megabytes() -> float:
    return float(psutil.Process().memory_info().rss) / 2**20


async def _count(house: _House, rows: str) -> int:
    async with house.database.read() as session:
        found = await session.execute(text(f"SELECT count(*) FROM {rows}"))  # noqa: S608
        return int(found.scalar_one())
