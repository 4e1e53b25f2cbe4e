"""A company with a request, at the keyboard; and the office, which acts on it in the background."""

from collections.abc import Awaitable, Callable
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor, Role
from domain.incoming import Incoming
from domain.tickets import Outcome
from models import Membership, Task, Ticket
from services import messages, people, tickets
from services.messages import Address
from services.people import Caller
from tests.handlers.office import PNG
from tests.town import Player, Town

OFFICER, HEAD = 2001, 2101
PICTURE = ("picture.png", PNG)
Act = Callable[..., Awaitable[Any]]


async def hired(town: Town, telegram_id: int, name: str, role: Role) -> None:
    """Somebody of the finance department, as a card knows them."""
    async with town.database.write() as session:
        caller = Caller(telegram_id=telegram_id, name=name)
        person = await people.meet(session, caller, default_locale="zh", now=town.clock())
        session.add(
            Membership(person_id=person.id, role=role, department="finance", since=town.clock())
        )


async def acting(session: AsyncSession, telegram_id: int) -> Actor:
    person = await people.by_telegram_id(session, telegram_id)
    assert person is not None
    return await people.actor_for(session, person, administrators=frozenset())


async def the_office(town: Town, step: Act, words: str = "", **more: Any) -> None:
    """The officer takes a step on the newest ticket, with words where it needs some."""
    async with town.database.write() as session:
        actor = await acting(session, OFFICER)
        task = (await session.exec(select(Task).order_by(col(Task.id).desc()))).first()
        assert task is not None
        if words:
            more["message"] = await messages.keep(
                session,
                Incoming(text=words),
                Address(town.office.bot_id, OFFICER),
                person_id=actor.person_id,
                now=town.clock(),
            )
        await step(session, task.id, actor=actor, now=town.clock(), office=town.office, **more)
    await town.settle()


async def the_ticket(town: Town) -> Ticket:
    async with town.database.read() as session:
        found = (await session.exec(select(Ticket).order_by(col(Ticket.id).desc()))).first()
    assert found is not None
    return found


async def written(town: Town, ticket: Ticket) -> list[str]:
    async with town.database.read() as session:
        return [m.text or m.kind for m in await tickets.messages_of(session, ticket.id)]


async def submitted(company: Player, words: str = "银行贷款批不下来，拖了两个月") -> str:
    """A ticket from a first sentence; returns its number."""
    await company.starts()
    await company.says(words)
    receipt = await company.presses("提交")
    return receipt.text.splitlines()[0].removeprefix("已收到：")


async def answered(town: Town, company: Player) -> str:
    await hired(town, OFFICER, "周明", Role.OFFICER)
    number = await submitted(company)
    await the_office(town, tickets.take)
    await the_office(town, tickets.resolve, "银行已同意续贷", outcome=Outcome.SOLVED)
    await town.passes(seconds=61)
    return number
