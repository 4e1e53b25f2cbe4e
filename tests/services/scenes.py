"""An office in a session: a company user, two officers and a head of finance, a duty officer."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor, Role
from domain.incoming import Incoming
from domain.tickets import Category
from models import Company, Membership, Message, Notice, Person, Task, Ticket
from services import messages, people, tickets
from services.messages import Address
from services.office import Office
from services.tickets import Draft

NOW = datetime(2026, 11, 23, 2, 12, tzinfo=UTC)
"""Monday 2026-11-23, 10:12 in Hangzhou."""
LATER = timedelta(hours=1)


@dataclass
class Scene:
    """A company user, an officer and a head of finance, a duty officer, and one task."""

    session: AsyncSession
    office: Office
    ceo: Actor
    officer: Actor
    second: Actor
    head: Actor
    duty: Actor
    stranger: Actor
    now: datetime = NOW

    async def raised(self, *words: str, **changes: Any) -> tuple[Ticket, Task]:
        draft = Draft(
            category=Category.FINANCING,
            texts=words or ("银行贷款批不下来",),
            company_id=self.ceo.company_id,
            **changes,
        )
        ticket = await tickets.raise_ticket(
            self.session, draft, actor=self.ceo, now=self.now, office=self.office
        )
        return ticket, await tickets.lead_task(self.session, ticket.id)

    async def taken(self) -> tuple[Ticket, Task]:
        ticket, task = await self.raised()
        await tickets.take(self.session, task.id, **self.by(self.officer))
        return ticket, task

    async def written(self, actor: Actor, words: str) -> Message:
        person = await self.session.get_one(Person, actor.person_id)
        return await messages.keep(
            self.session,
            Incoming(text=words),
            Address(self.office.bot_id, person.telegram_id),
            person_id=person.id,
            now=self.now,
        )

    def by(self, actor: Actor, after: timedelta = timedelta()) -> dict[str, Any]:
        return {"actor": actor, "now": self.now + after, "office": self.office}

    async def owed(self, kind: str) -> list[Notice]:
        statement = select(Notice).where(col(Notice.kind) == kind, col(Notice.state) == "open")
        return list((await self.session.exec(statement.order_by(col(Notice.id)))).all())

    async def extended(self, task: Task, asker: Actor, head: Actor, *, days: int) -> None:
        """More time, asked for and granted."""
        reason = await self.written(asker, "还在等银行回话")
        await tickets.ask_extension(
            self.session, task.id, days=days, message=reason, **self.by(asker)
        )
        await tickets.extend(self.session, task.id, days=days, **self.by(head))

    async def hires(self, name: str, department: str) -> Actor:
        """A further officer."""
        return await an_actor(self.session, 20, name, Role.OFFICER, department=department)

    async def another_company(self, name: str = "杭州另一家有限公司") -> Actor:
        """Somebody of another company."""
        company = Company(name=name, created_at=NOW)
        self.session.add(company)
        await self.session.flush()
        number = 30 + len(name)
        return await an_actor(self.session, number, "企业乙", Role.MEMBER, company_id=company.id)

    async def is_member_too(self, actor: Actor) -> Actor:
        """The same person, who now also belongs to the company."""
        person = await self.session.get_one(Person, actor.person_id)
        link = Membership(
            person_id=person.id, role=Role.MEMBER, company_id=self.ceo.company_id, since=NOW
        )
        self.session.add(link)
        await self.session.flush()
        return await people.actor_for(self.session, person, administrators=frozenset())

    async def steps(self, ticket: Ticket) -> list[str]:
        return [event.step for event in await tickets.events_of(self.session, ticket.id)]


async def an_actor(
    session: AsyncSession,
    telegram_id: int,
    name: str,
    role: Role | None,
    *,
    department: str | None = None,
    company_id: int | None = None,
    since: datetime = NOW,
    **known: Any,
) -> Actor:
    """Somebody new, with a role; `known` says more of the person."""
    person = Person(telegram_id=telegram_id, name=name, created_at=since, **known)
    session.add(person)
    await session.flush()
    if role is not None:
        session.add(
            Membership(
                person_id=person.id,
                role=role,
                company_id=company_id,
                department=department,
                since=since,
            )
        )
        await session.flush()
    return await people.actor_for(session, person, administrators=frozenset())


async def open_scene(session: AsyncSession, office: Office, **known: Any) -> Scene:
    """The people and the company, in this session; `known` says more of each person."""
    company = Company(name="杭州示例封装有限公司", created_at=NOW)
    session.add(company)
    await session.flush()

    async def actor(
        telegram_id: int, name: str, role: Role | None, department: str | None = None
    ) -> Actor:
        company_id = company.id if role is Role.MEMBER else None
        return await an_actor(
            session, telegram_id, name, role, department=department, company_id=company_id, **known
        )

    return Scene(
        session=session,
        office=office,
        ceo=await actor(1, "企业甲", Role.MEMBER),
        officer=await actor(2, "经办员甲", Role.OFFICER, "finance"),
        second=await actor(3, "经办员乙", Role.OFFICER, "finance"),
        head=await actor(4, "负责人乙", Role.HEAD, "finance"),
        duty=await actor(5, "专班丙", Role.DUTY),
        stranger=await actor(6, "路人", None),
    )
