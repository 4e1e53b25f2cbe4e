"""Two officers claim the same ticket from two connections: one winner each time, on both databases.

Every round has a ticket of its own and two engines that know nothing of each other, as two bot
processes would have. The officer who comes second must be told the name of the first.
"""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from time import perf_counter

from sqlmodel import col, select

from benchmarks.an_office import an_office
from benchmarks.figures import Figure, at_least
from bot.database import Database, upgrade
from bot.settings import async_database_url
from domain.actors import Actor, Grant, Role
from domain.limits import TICKETS_A_DAY
from domain.tickets import Category, Step
from models import Person, Task, TicketEvent
from services import tickets
from services.office import Office
from services.tickets import AlreadyTaken, Draft
from tests.postgres import open_server

ROUNDS = 1_000
NOW = datetime(2026, 11, 23, 2, 12, tzinfo=UTC)


def figures() -> Iterator[Figure]:
    """Rounds with one winner and one officer who was told of it, of all rounds."""
    with tempfile.TemporaryDirectory() as directory:
        url = f"sqlite+aiosqlite:///{directory}/claims.db"
        upgrade(url)
        yield _figure("SQLite", url)
    with open_server() as server:
        server.make_template(lambda url: upgrade(async_database_url(url)))
        with server.fresh_database() as url:
            yield _figure("PostgreSQL", async_database_url(url))


def _figure(name: str, url: str) -> Figure:
    start = perf_counter()
    told = asyncio.run(race(url, an_office(), rounds=ROUNDS))
    detail = f"{dict(sorted(told.items()))}, {perf_counter() - start:.0f} s"
    work = f"one winner, the other told who, on {name}"
    return at_least(work, sum(told.values()), ROUNDS, unit="rounds", detail=detail)


async def race(url: str, office: Office, *, rounds: int) -> Counter[str]:
    """How often each officer won a round in which the other was told so and one claim was kept."""
    connections = Database(url), Database(url)
    officers = [await _person(connections[0], number) for number in (2, 3)]
    won: Counter[str] = Counter()
    for number in range(rounds):
        if number % TICKETS_A_DAY == 0:
            company = await _person(connections[0], 10 + number)
        task_id = await _ticket(connections[0], office, company)
        first = number % 2
        pairs = [(connections[at], officers[at]) for at in (first, 1 - first)]
        ends = await asyncio.gather(*(_claim(*pair, task_id, office) for pair in pairs))
        winner = await _winner(connections[0], task_id)
        if sorted(ends, key=bool) == [None, winner]:
            won[winner] += 1
    for connection in connections:
        await connection.close()
    return won


async def _person(database: Database, number: int) -> Actor:
    async with database.write() as session:
        person = Person(telegram_id=number, name=f"officer {number - 1}", created_at=NOW)
        session.add(person)
    grants = frozenset({Grant(Role.DUTY)}) if number < 10 else frozenset()
    return Actor(person_id=person.id, name=person.name, locale="zh", grants=grants)


async def _ticket(database: Database, office: Office, company: Actor) -> int:
    async with database.write() as session:
        draft = Draft(category=Category.OTHER, texts=("请尽快处理",))
        ticket = await tickets.raise_ticket(session, draft, actor=company, now=NOW, office=office)
        return (await tickets.lead_task(session, ticket.id)).id


async def _claim(database: Database, officer: Actor, task_id: int, office: Office) -> str | None:
    """None when it was won; otherwise who is said to have been first."""
    try:
        async with database.write() as session:
            await tickets.take(session, task_id, actor=officer, now=NOW, office=office)
    except AlreadyTaken as refusal:
        return str(refusal.facts["name"])
    return None


async def _winner(database: Database, task_id: int) -> str:
    """The name of the handler; empty unless the history holds exactly one claim, the handler's."""
    async with database.read() as session:
        task = await session.get_one(Task, task_id)
        claims = select(TicketEvent.actor_id).where(
            col(TicketEvent.task_id) == task_id, col(TicketEvent.step) == Step.CLAIM
        )
        if (await session.exec(claims)).all() != [task.handler_id]:
            return ""
        return (await session.get_one(Person, task.handler_id)).name
