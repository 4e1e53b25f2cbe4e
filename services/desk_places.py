"""Where the card of a task belongs: a group, a topic of it, or officers' private chats."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.desks import TopicSign
from models import Desk, Person, Task, Ticket, Topic
from services import messages, notices, people, staffing
from services.desk_binding import of_department
from services.desk_rights import has_topics, is_usable
from services.messages import Address
from services.office import Office
from services.ticket_queries import DUTY


@dataclass(frozen=True, slots=True)
class Place:
    """Where a card stands: a group (with its desk), or the private chat of one officer.

    `gets_news`: what the company writes is copied there.
    """

    address: Address
    desk: Desk | None = None
    person: Person | None = None
    gets_news: bool = True


async def places_of(
    session: AsyncSession, ticket: Ticket, task: Task, *, office: Office
) -> list[Place]:
    """The desk of the task's department; without one the private chats of its officers; when
    nobody there can be reached, the duty desk's."""
    for department in dict.fromkeys((task.department, DUTY)):
        desk = await of_department(session, office.bot_id, department)
        if desk is not None and is_usable(desk):
            return [Place(Address(office.bot_id, desk.chat_id), desk=desk)]
        private = await _private_places(session, ticket, task, department, office=office)
        if private:
            return private
    return []


async def _private_places(
    session: AsyncSession, ticket: Ticket, task: Task, department: str, *, office: Office
) -> list[Place]:
    staff = await staffing.staff_of(session, department)
    staff = await staffing.on_the_offices_side(session, ticket, staff)
    acting = await _acting(session, ticket, task)
    handlers = {person.id for person in acting}
    found = [
        Place(
            Address(office.bot_id, person.telegram_id),
            person=person,
            gets_news=task.handler_id is None or person.id in handlers,
        )
        for person in {one.id: one for one in (*staff, *acting)}.values()
        if can_be_reached(person)
    ]
    if task.handler_id is not None and not any(place.gets_news for place in found):
        return []
    return found


async def _acting(session: AsyncSession, ticket: Ticket, task: Task) -> list[Person]:
    """The handler, or who acts for the handler now; nobody while the task is free."""
    if task.handler_id is None:
        return []
    return await staffing.responsible(session, ticket, task, to_head=False)


def can_be_reached(person: Person) -> bool:
    """Whether a private message would arrive, as far as is known."""
    gone = person.unreachable_since is not None or person.erased_at is not None
    return person.started_at is not None and not gone


async def address_in(
    session: AsyncSession, place: Place, ticket: Ticket, sign: TopicSign, *, now: datetime
) -> Address:
    """The place itself, or in a forum the topic of the ticket, which is made when it is missing."""
    desk = place.desk
    if desk is None or not has_topics(desk):
        return place.address
    topic = await topic_for(session, desk.bot_id, desk.chat_id, ticket.id)
    if topic is None:
        topic = await messages.open_topic(
            session,
            bot_id=desk.bot_id,
            chat_id=desk.chat_id,
            ticket_id=ticket.id,
            sign=sign,
            now=now,
        )
    return Address(desk.bot_id, desk.chat_id, topic.id)


async def topic_for(
    session: AsyncSession, bot_id: int, chat_id: int, ticket_id: int
) -> Topic | None:
    """The topic of a ticket in a forum, None before it has one."""
    statement = select(Topic).where(
        col(Topic.bot_id) == bot_id,
        col(Topic.chat_id) == chat_id,
        col(Topic.ticket_id) == ticket_id,
        col(Topic.closed_at).is_(None),
    )
    return (await session.exec(statement)).first()


async def mark(session: AsyncSession, topic_id: int, sign: TopicSign, *, now: datetime) -> None:
    """The title and the icon of a ticket's topic say its state."""
    topic = await session.get_one(Topic, topic_id)
    await messages.mark_topic(session, topic, sign, now=now)


async def tell_that_nobody_sees_it(
    session: AsyncSession, ticket: Ticket, task: Task, *, office: Office, now: datetime
) -> None:
    """No desk, and nobody who can be written to: the administrators hear of it once."""
    for person in await people.administrators(session, office.administrators):
        await notices.owe_notice(
            session,
            "ticket_unowned",
            key=f"ticket_unseen:{task.id}:{person.id}",
            due_at=now,
            now=now,
            person_id=person.id,
            subject="ticket",
            subject_id=ticket.id,
            task_id=task.id,
        )
