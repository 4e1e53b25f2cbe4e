"""An office in the town: two officers and a head of economy_tech, an administrator, a company."""

from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Grant, Role
from domain.tickets import Category
from models import Company, Membership, Person
from sandbox.seats import DESK_CHAT_ID
from services import offices, people, tickets
from services.offices import Seat
from services.tickets import Draft
from tests.town import Player, Town

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
DEPARTMENT = "economy_tech"
DESK = {"chat": "desk"}
STAFF = (
    Seat(2001, "周明", (Grant(Role.OFFICER, DEPARTMENT),)),
    Seat(2002, "吴静", (Grant(Role.OFFICER, DEPARTMENT),)),
    Seat(2101, "郑主任", (Grant(Role.HEAD, DEPARTMENT), Grant(Role.DUTY))),
)


_COMPANIES = {"company": 1001, "company2": 1003}


async def open_office(town: Town, *, desk: bool = True, started: tuple[int, ...] = ()) -> None:
    """Give the seats their roles; with a desk, the group's forum is it. `started` opened a chat."""
    async with town.database.write() as session:
        await offices.seed_sandbox(
            session,
            staff=STAFF,
            desks={DEPARTMENT: DESK_CHAT_ID} if desk else {},
            bot_id=town.office.bot_id,
            locale="zh",
            now=town.clock(),
        )
    for seat in started:
        await town.player({2001: "officer", 2002: "officer2", 2101: "head"}[seat]).says("/start")


async def topic_of(town: Town, title: str) -> int:
    """The thread of the topic whose title contains these words."""
    topics = await town.topics()
    found = [int(topic["id"]) for topic in topics if title in str(topic["name"])]
    assert found, f"no topic {title!r} among {[topic['name'] for topic in topics]}"
    return found[-1]


async def at_topic(town: Town, title: str = "0001") -> dict[str, Any]:
    """Where in the desk's group something is said in the topic of a ticket."""
    return {**DESK, "thread": await topic_of(town, title)}


async def claimed(town: Town) -> tuple[Player, dict[str, Any]]:
    """The officer who took the first ticket, and its topic."""
    await open_office(town)
    await raise_ticket(town)
    where = await at_topic(town)
    officer = town.player("officer")
    await officer.presses("受理", **where)
    return officer, where


async def raise_ticket(
    town: Town,
    *words: str,
    category: Category = Category.TECH_INNOVATION,
    measures: tuple[str, ...] = (),
    seat: str = "company",
    company: str = "杭州示例封装有限公司",
) -> int:
    """A ticket of a company's seat, as if it had been submitted; returns the ticket's id."""
    await town.player(seat).says("/start")
    async with town.database.write() as session:
        person = await people.by_telegram_id(session, _COMPANIES[seat])
        assert person is not None
        company_id = await _company_of(session, person, company)
        actor = await people.actor_for(session, person, administrators=frozenset())
        draft = Draft(
            category=category,
            texts=words or ("想申报高企",),
            company_id=company_id,
            measure_ids=measures,
        )
        ticket = await tickets.raise_ticket(
            session, draft, actor=actor, now=town.clock(), office=town.office
        )
        ticket_id = ticket.id
    await town.passes(seconds=1)
    return ticket_id


async def _company_of(session: AsyncSession, person: Person, name: str) -> int:
    link = (
        await session.exec(select(Membership).where(col(Membership.person_id) == person.id))
    ).first()
    if link is not None and link.company_id is not None:
        return link.company_id
    company = Company(name=name, created_at=person.created_at)
    session.add(company)
    await session.flush()
    session.add(
        Membership(
            person_id=person.id,
            role=Role.MEMBER,
            company_id=company.id,
            since=person.created_at,
        )
    )
    await session.flush()
    return company.id


async def join_company(town: Town, telegram_id: int) -> None:
    """Make somebody a member of the only company there is."""
    async with town.database.write() as session:
        person = await people.by_telegram_id(session, telegram_id)
        company = (await session.exec(select(Company))).one()
        assert person is not None
        session.add(
            Membership(
                person_id=person.id, role=Role.MEMBER, company_id=company.id, since=town.clock()
            )
        )
