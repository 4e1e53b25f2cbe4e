"""Two at the same instant, each with a connection of its own (FAULTS 2, 27, 28)."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from benchmarks.claims import race
from bot.database import Database
from domain.actors import Actor, Grant, Role
from domain.errors import Refusal
from domain.tickets import Category, Status
from models import Membership, Person, Task, Ticket
from services import tickets
from services.office import Office
from services.tickets import AlreadyTaken, Draft, IllegalStep

NOW = datetime(2026, 11, 23, 2, 12, tzinfo=UTC)
Step = Callable[[AsyncSession], Awaitable[object]]


async def a_person(database: Database, telegram_id: int, *grants: Grant) -> Actor:
    async with database.write() as session:
        person = Person(telegram_id=telegram_id, name=f"用户{telegram_id}", created_at=NOW)
        session.add(person)
    return Actor(person_id=person.id, name=person.name, locale="zh", grants=frozenset(grants))


async def a_ticket(database: Database, office: Office, actor: Actor) -> Ticket:
    async with database.write() as session:
        draft = Draft(category=Category.OTHER, texts=("请尽快处理",))
        return await tickets.raise_ticket(session, draft, actor=actor, now=NOW, office=office)


async def at_once(database: Database, *steps: Step) -> list[Refusal | None]:
    """Each step in a transaction of its own; what each was refused with."""

    async def run(step: Step) -> Refusal | None:
        try:
            async with database.write() as session:
                await step(session)
        except Refusal as refusal:
            return refusal
        return None

    return list(await asyncio.gather(*(run(step) for step in steps)))


async def test_fault_27_two_claims_at_once_make_one_handler(
    database: Database, office: Office
) -> None:
    company = await a_person(database, 1)
    officers = [await a_person(database, n, Grant(Role.DUTY)) for n in (2, 3)]
    ticket = await a_ticket(database, office, company)
    async with database.read() as session:
        task = await tickets.lead_task(session, ticket.id)

    def claim(actor: Actor) -> Step:
        return lambda session: tickets.take(session, task.id, actor=actor, now=NOW, office=office)

    refused = await at_once(database, *(claim(officer) for officer in officers))

    assert sorted(type(each).__name__ for each in refused) == ["AlreadyTaken", "NoneType"]
    loser = next(each for each in refused if isinstance(each, AlreadyTaken))
    async with database.read() as session:
        after = await session.get_one(Task, task.id)
        handler = await session.get_one(Person, after.handler_id)
    assert loser.facts["name"] == handler.name
    assert after.status is Status.IN_PROGRESS


async def test_one_of_two_connections_wins_each_time_and_the_other_is_told_who(
    database_url: str, office: Office
) -> None:
    won = await race(database_url, office, rounds=24)

    assert won.total() == 24


async def test_fault_28_a_claim_while_the_company_withdraws(
    database: Database, office: Office
) -> None:
    company = await a_person(database, 1)
    officer = await a_person(database, 2, Grant(Role.DUTY))
    ticket = await a_ticket(database, office, company)
    async with database.read() as session:
        task = await tickets.lead_task(session, ticket.id)

    refused = await at_once(
        database,
        lambda session: tickets.withdraw(session, ticket.id, actor=company, now=NOW, office=office),
        lambda session: tickets.take(session, task.id, actor=officer, now=NOW, office=office),
    )

    async with database.read() as session:
        after = await session.get_one(Ticket, ticket.id)
    assert after.status is Status.CLOSED
    assert refused[0] is None
    assert refused[1] is None or isinstance(refused[1], IllegalStep)


async def test_fault_28_a_claim_while_a_head_names_somebody_else(
    database: Database, office: Office
) -> None:
    company = await a_person(database, 1)
    officer, head, named = [await a_person(database, n, Grant(Role.DUTY)) for n in (2, 3, 4)]
    async with database.write() as session:
        session.add(Membership(person_id=named.person_id, role=Role.DUTY, since=NOW))
    ticket = await a_ticket(database, office, company)
    async with database.read() as session:
        task = await tickets.lead_task(session, ticket.id)

    refused = await at_once(
        database,
        lambda session: tickets.reassign(
            session, task.id, to_person_id=named.person_id, actor=head, now=NOW, office=office
        ),
        lambda session: tickets.take(session, task.id, actor=officer, now=NOW, office=office),
    )

    async with database.read() as session:
        after = await session.get_one(Task, task.id)
    assert refused[0] is None
    assert after.handler_id == named.person_id
    if refused[1] is not None:
        assert isinstance(refused[1], AlreadyTaken)
        assert refused[1].facts["name"] == named.name


async def test_no_number_is_given_twice(database: Database, office: Office) -> None:
    company = await a_person(database, 1)

    await asyncio.gather(*(a_ticket(database, office, company) for _ in range(8)))

    async with database.read() as session:
        numbers = sorted((await session.exec(select(Ticket.number))).all())
    assert numbers == [f"QT-20261123-{n:04d}" for n in range(1, 9)]
