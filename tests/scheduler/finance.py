"""A finance department and a company, without Telegram: what is said, and when, by the clock."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor, Role
from domain.tickets import Category, Urgency
from models import Company, Message, Outbox, Task
from models.messages import Direction, OutboxKind, OutboxState
from scheduler.jobs import say_due_notices
from scheduler.reminders import keep_rounds
from services import notices, tickets
from services.office import Office
from services.tickets import Draft
from tests.services.scenes import an_actor

ZONE = ZoneInfo("Asia/Shanghai")
GROUP = -1002000000009


def at(text: str) -> datetime:
    """`11-23 10:12`, on the office's clock."""
    return datetime.fromisoformat(f"2026-{text.replace(' ', 'T')}").replace(tzinfo=ZONE)


@dataclass
class Scene:
    """A finance department with two officers and a head, a company, and a clock that is moved."""

    session: AsyncSession
    office: Office
    ceo: Actor
    officer: Actor
    second: Actor
    head: Actor
    chats: dict[int, str]
    heard: set[int] = field(default_factory=set)

    async def raised(self, when: str, urgency: Urgency = Urgency.NORMAL) -> Task:
        draft = Draft(
            category=Category.FINANCING,
            texts=("银行贷款批不下来",),
            company_id=self.ceo.company_id,
            urgency=urgency,
        )
        ticket = await tickets.raise_ticket(
            self.session, draft, actor=self.ceo, now=at(when), office=self.office
        )
        return await tickets.lead_task(self.session, ticket.id)

    async def taken(self, when: str, **changes: Any) -> Task:
        """Raised, claimed by the officer, and the company was phoned at once."""
        task = await self.raised(when, **changes)
        await tickets.take(self.session, task.id, **self.by(self.officer, when))
        await tickets.log_call(self.session, task.id, **self.by(self.officer, when))
        return task

    async def written(self, text: str, when: str) -> Message:
        """Words of the officer, not yet part of anything."""
        message = Message(
            bot_id=self.office.bot_id,
            chat_id=2,
            person_id=self.officer.person_id,
            direction=Direction.NOTE,
            text=text,
            at=at(when),
        )
        self.session.add(message)
        await self.session.flush()
        return message

    def by(self, actor: Actor, when: str) -> dict[str, Any]:
        return {"actor": actor, "now": at(when), "office": self.office}

    async def told(self, when: str, to: str = "") -> list[str]:
        """What is newly said when the clock shows this moment: `name: text`, cards left out."""
        now = at(when)
        await keep_rounds(self.session, self.office, now)
        while await say_due_notices(self.session, self.office, now):
            pass
        return [line for line in await self._sent() if line.startswith(to)]

    async def _sent(self) -> list[str]:
        statement = (
            select(Outbox, Message)
            .where(col(Outbox.message_id) == col(Message.id), col(Outbox.kind) == OutboxKind.SEND)
            .order_by(col(Outbox.id))
        )
        fresh = []
        for row, message in (await self.session.exec(statement)).all():
            if row.id not in self.heard and row.state is OutboxState.PENDING:
                self.heard.add(row.id)
                fresh.append(message)
        return [
            f"{self.chats.get(message.chat_id, message.chat_id)}: {message.text}"
            for message in fresh
            if message.role != "ticket_card"
        ]

    async def until(self, last: str, to: str = "") -> list[tuple[str, str]]:
        """Let time pass from one due moment to the next; what is said, and when: to the office,
        or to whom is named."""
        said: list[tuple[str, str]] = []
        while (due := await notices.next_due(self.session)) and due <= at(last):
            when = due.astimezone(ZONE).strftime("%m-%d %H:%M:%S")
            lines = await self.told(when, to=to)
            said += [(when, line) for line in lines if to or not line.startswith("企业")]
        return said


async def furnished(session: AsyncSession, office: Office) -> Scene:
    now = at("11-20 09:00")
    company = Company(name="杭州示例封装有限公司", created_at=now)
    session.add(company)
    await session.flush()
    chats: dict[int, str] = {GROUP: "群"}

    async def actor(telegram_id: int, name: str, role: Role) -> Actor:
        is_member = role is Role.MEMBER
        chats[telegram_id] = "企业" if is_member else name
        return await an_actor(
            session,
            telegram_id,
            name,
            role,
            company_id=company.id if is_member else None,
            department=None if is_member else "finance",
            since=now,
            started_at=now,
            locale="zh",
        )

    return Scene(
        session=session,
        office=office,
        ceo=await actor(1, "王芳", Role.MEMBER),
        officer=await actor(2, "周明", Role.OFFICER),
        second=await actor(3, "吴静", Role.OFFICER),
        head=await actor(4, "郑主任", Role.HEAD),
        chats=chats,
    )
