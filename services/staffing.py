"""Who answers for a task, and who hears of it: the one place that knows leave and stand-ins.

Nobody who belongs to the ticket's company is ever among them. Whoever is away is replaced by the
stand-in; where there is none, by the next level: department, its heads, the duty desk.
"""

from collections.abc import AsyncIterator, Collection, Iterable

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.absences import acting_for
from domain.actors import Role
from domain.ladder import Recipient
from models import Person, Task, Ticket
from services import people
from services.ticket_queries import DUTY, is_of_company


async def responsible(
    session: AsyncSession, ticket: Ticket, task: Task, *, to_head: bool
) -> list[Person]:
    """The handler, else everybody who may take the task; `to_head`: the department's heads.

    Where nobody is left, the heads and then the duty desk.
    """
    async for persons in _levels(session, task, to_head=to_head):
        present = await on_the_offices_side(session, ticket, persons)
        if present:
            return present
    return []


async def recipients(
    session: AsyncSession, ticket: Ticket, task: Task, to: Collection[Recipient]
) -> list[Person]:
    """Whom a rung of the ladder is for: each person once, in the order of `to`."""
    found: dict[int, Person] = {}
    for each in to:
        match each:
            case Recipient.DUTY:
                duty = await holders(session, Role.DUTY)
                persons = await on_the_offices_side(session, ticket, duty)
            case _ if _is_silent(each, task):
                continue
            case _:
                is_head = each is Recipient.HEAD
                persons = await responsible(session, ticket, task, to_head=is_head)
        found |= {person.id: person for person in persons}
    return list(found.values())


async def in_charge(session: AsyncSession, task: Task, to: Collection[Recipient]) -> list[Person]:
    """The same without a look at the ticket's company: one answer for a department's tasks."""
    found: dict[int, Person] = {}
    for each in to:
        found |= {person.id: person for person in await _first_level(session, task, each)}
    return list(found.values())


async def _first_level(session: AsyncSession, task: Task, to: Recipient) -> list[Person]:
    if to is Recipient.DUTY:
        return await holders(session, Role.DUTY)
    if _is_silent(to, task):
        return []
    async for persons in _levels(session, task, to_head=to is Recipient.HEAD):
        if persons:
            return persons
    return []


def _is_silent(to: Recipient, task: Task) -> bool:
    is_taken = task.handler_id is not None
    return to is (Recipient.CLAIMERS if is_taken else Recipient.HANDLER)


async def _levels(
    session: AsyncSession, task: Task, *, to_head: bool
) -> AsyncIterator[list[Person]]:
    if task.handler_id is not None and not to_head:
        yield await present(session, [await session.get_one(Person, task.handler_id)])
    elif not to_head:
        yield await staff_of(session, task.department)
    yield await holders(session, Role.HEAD, department=task.department)
    yield await holders(session, Role.DUTY)


async def who_hears(
    session: AsyncSession, ticket: Ticket, task: Task, person: Person
) -> Person | None:
    """Whom a word about a ticket that is meant for somebody of the office reaches: that person, the
    stand-in while they are away, else who leads. None: nobody on the office's side."""
    still = [person] if await works_here(session, person) else []
    acting = await on_the_offices_side(session, ticket, await present(session, still))
    acting = acting or await responsible(session, ticket, task, to_head=True)
    return acting[0] if acting else None


async def works_here(session: AsyncSession, person: Person) -> bool:
    """Whether somebody handles tickets; who was dismissed hears no more of them."""
    actor = await people.actor_for(session, person, administrators=frozenset())
    return actor.handles_tickets


async def staff_of(session: AsyncSession, department: str) -> list[Person]:
    """Who works in a department now: its officers, else its heads; the duty desk's people."""
    if department == DUTY:
        return await holders(session, Role.DUTY)
    officers = await holders(session, Role.OFFICER, department=department)
    return officers or await holders(session, Role.HEAD, department=department)


async def leaders_of(session: AsyncSession, department: str) -> list[Person]:
    """Who decides for a department now: its heads, else the duty desk."""
    heads = await holders(session, Role.HEAD, department=department)
    return heads or await holders(session, Role.DUTY)


async def holders(
    session: AsyncSession, role: Role, *, department: str | None = None
) -> list[Person]:
    """Who holds a role now, each replaced by the stand-in while away."""
    return await present(session, await people.with_role(session, role, department=department))


async def present(session: AsyncSession, persons: Iterable[Person]) -> list[Person]:
    """These persons, each replaced by who acts for them while they are away; nobody twice."""
    named = {person.id: person for person in persons}
    away = await people.away(session)
    acting = dict.fromkeys(acting_for(person_id, away) for person_id in named)
    missing = [one for one in acting if one is not None and one not in named]
    if missing:
        statement = select(Person).where(col(Person.id).in_(missing))
        named |= {person.id: person for person in (await session.exec(statement)).all()}
    return [named[one] for one in acting if one is not None]


async def on_the_offices_side(
    session: AsyncSession, ticket: Ticket, persons: Iterable[Person]
) -> list[Person]:
    """Those who do not belong to the ticket's company."""
    return [person for person in persons if not await is_on_the_other_side(session, ticket, person)]


async def is_on_the_other_side(session: AsyncSession, ticket: Ticket, person: Person) -> bool:
    """Whether somebody belongs to the ticket's company, and so never acts for the office on it."""
    actor = await people.actor_for(session, person, administrators=frozenset())
    return is_of_company(ticket, actor)
