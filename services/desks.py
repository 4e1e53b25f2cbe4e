"""Desks: groups bound to departments, and where the card of a task belongs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from domain.desks import Right
from domain.errors import NotAllowed, NotFound
from domain.screens import Screen
from domain.tickets import Step, allowed_steps
from models import Desk, Message, Outbox, Person, Task, Ticket, TicketEvent, Topic
from models.messages import Direction, OutboxKind, OutboxState
from services import messages, notices, people, staffing
from services.messages import Address
from services.office import Office
from services.ticket_queries import (
    DUTY,
    OPEN,
    company_people,
    is_of_company,
    parties,
    tasks_of,
)
from services.ticket_steps import By, Case, check, guards_of, open_by_system, record

#: The role of the message that shows a ticket's state, and of copies of what the company wrote.
CARD = "ticket_card"
RELAY = "ticket_relay"
#: A copy that a newer one in the same chat has replaced.
OLD_CARD = "old_card"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a card stands: a group (with its desk), or the private chat of one officer.

    `gets_news`: what the company writes is copied there.
    """

    address: Address
    desk: Desk | None = None
    person: Person | None = None
    gets_news: bool = True


# Binding


async def bind(
    session: AsyncSession,
    *,
    chat_id: int,
    department: str,
    is_forum: bool,
    actor: Actor,
    now: datetime,
    office: Office,
) -> Desk:
    """Make a group the desk of a department; it leaves the group it was bound to before.

    One group may serve several departments. Administrators may, and heads for their own.
    """
    if not (actor.is_admin or actor.heads(department)):
        raise NotAllowed
    if office.catalogue.department(department) is None:
        raise NotFound
    before = await of_department(session, office.bot_id, department)
    if before is not None and before.chat_id == chat_id:
        before.is_forum = is_forum
        return before
    if before is not None:
        before.unbound_at = now
    desk = Desk(
        bot_id=office.bot_id,
        chat_id=chat_id,
        department=department,
        is_forum=is_forum,
        lacks=await _known_lacks(session, office.bot_id, chat_id),
        bound_by=actor.person_id,
        bound_at=now,
    )
    session.add(desk)
    await session.flush()
    await _move_open_tasks(session, department, now=now)
    return desk


async def unbind(session: AsyncSession, desk_id: int, *, actor: Actor, now: datetime) -> Desk:
    """The group is no desk of that department any more; its cards go to private chats."""
    desk = await session.get(Desk, desk_id)
    if desk is None or not (actor.is_admin or actor.heads(desk.department)):
        raise NotFound
    if desk.unbound_at is None:
        desk.unbound_at = now
        await _move_open_tasks(session, desk.department, now=now)
    return desk


async def _move_open_tasks(session: AsyncSession, department: str, *, now: datetime) -> None:
    """Every open ticket of the department shows its card in the new place."""
    statement = select(Task.ticket_id).where(
        col(Task.department) == department,
        col(Task.status).in_(OPEN),
    )
    for ticket_id in set((await session.exec(statement)).all()):
        await _owe_card(session, ticket_id, f"moved:{int(now.timestamp())}", now=now)


async def _owe_card(session: AsyncSession, ticket_id: int, why: str, *, now: datetime) -> None:
    await notices.owe_notice(
        session,
        "desk_card",
        key=f"desk_card:{ticket_id}:{why}",
        due_at=now,
        now=now,
        subject="ticket",
        subject_id=ticket_id,
    )


async def in_chat(session: AsyncSession, bot_id: int, chat_id: int) -> list[Desk]:
    """The desks bound to a group, in the order of binding."""
    statement = (
        select(Desk)
        .where(
            col(Desk.bot_id) == bot_id,
            col(Desk.chat_id) == chat_id,
            col(Desk.unbound_at).is_(None),
        )
        .order_by(col(Desk.id))
    )
    return list((await session.exec(statement)).all())


async def of_department(session: AsyncSession, bot_id: int, department: str) -> Desk | None:
    """The desk of a department, None while it has none."""
    statement = (
        select(Desk)
        .where(
            col(Desk.bot_id) == bot_id,
            col(Desk.department) == department,
            col(Desk.unbound_at).is_(None),
        )
        .order_by(col(Desk.id).desc())
    )
    return (await session.exec(statement)).first()


async def share_desk(session: AsyncSession, bot_id: int, one: Task, other: Task) -> bool:
    """Whether two departments' tasks are shown in the same group."""
    desks = [await of_department(session, bot_id, task.department) for task in (one, other)]
    return all(desks) and len({desk.chat_id for desk in desks if desk is not None}) == 1


async def first_task_in(
    session: AsyncSession, ticket_id: int, bot_id: int, chat_id: int
) -> Task | None:
    """The task whose card is pinned in a group, when several departments share it."""
    bound = {desk.department for desk in await in_chat(session, bot_id, chat_id)}
    tasks = await tasks_of(session, ticket_id)
    return next((task for task in tasks if task.department in bound), None)


# What the bot may do there


async def learn_rights(
    session: AsyncSession,
    *,
    bot_id: int,
    chat_id: int,
    lacks: frozenset[Right],
    is_forum: bool,
    by: Person,
    now: datetime,
) -> list[Desk]:
    """Telegram said what the bot may do in a group. Known before the group is bound, it is kept
    in a row of no department."""
    desks = await in_chat(session, bot_id, chat_id)
    if not desks:
        unbound = await _unbound(session, bot_id, chat_id, by=by, now=now)
        unbound.lacks, unbound.is_forum = _write(lacks), is_forum
    for desk in desks:
        was_usable = is_usable(desk)
        desk.lacks, desk.is_forum = _write(lacks), is_forum
        if was_usable != is_usable(desk):
            await _move_open_tasks(session, desk.department, now=now)
        for right in sorted(lacks):
            await _tell_administrators(session, desk, right, now=now)
    return desks


async def _unbound(
    session: AsyncSession, bot_id: int, chat_id: int, *, by: Person, now: datetime
) -> Desk:
    """The row that holds what is known of a group before it is bound."""
    statement = select(Desk).where(
        col(Desk.bot_id) == bot_id, col(Desk.chat_id) == chat_id, col(Desk.department) == ""
    )
    known = (await session.exec(statement)).first()
    if known is not None:
        return known
    desk = Desk(
        bot_id=bot_id, chat_id=chat_id, department="", bound_by=by.id, bound_at=now, unbound_at=now
    )
    session.add(desk)
    return desk


def see_forum(bound: Sequence[Desk], *, is_forum: bool) -> None:
    """Telegram says with every message whether the group is a forum."""
    for desk in bound:
        desk.is_forum = is_forum
        if is_forum:
            desk.lacks = _write(lacks_of(desk) - {Right.FORUM})


async def _known_lacks(session: AsyncSession, bot_id: int, chat_id: int) -> str:
    statement = (
        select(Desk.lacks)
        .where(col(Desk.bot_id) == bot_id, col(Desk.chat_id) == chat_id)
        .order_by(col(Desk.id).desc())
    )
    return (await session.exec(statement)).first() or ""


def lacks_of(desk: Desk) -> frozenset[Right]:
    """The rights that are known to be missing."""
    return frozenset(Right(one) for one in desk.lacks.split(",") if one)


def _write(lacks: Iterable[Right]) -> str:
    return ",".join(sorted(lacks))


def is_usable(desk: Desk) -> bool:
    """Whether cards can be sent to the group at all."""
    return Right.PRESENT not in lacks_of(desk)


def has_topics(desk: Desk) -> bool:
    """Whether a ticket gets a topic of its own."""
    return desk.is_forum and not lacks_of(desk) & {Right.TOPICS, Right.PRESENT, Right.FORUM}


async def found_lacking(
    session: AsyncSession, *, bot_id: int, chat_id: int, right: Right, now: datetime
) -> None:
    """A refused call proved that a right is missing; administrators hear of it once per loss."""
    for desk in await in_chat(session, bot_id, chat_id):
        lacks = lacks_of(desk)
        if right in lacks:
            continue
        desk.lacks = _write({*lacks, right})
        desk.is_forum = desk.is_forum and right is not Right.FORUM
        await _tell_administrators(session, desk, right, now=now)
        if right is Right.PRESENT:
            await _move_open_tasks(session, desk.department, now=now)


async def _tell_administrators(
    session: AsyncSession, desk: Desk, right: Right, *, now: datetime
) -> None:
    await notices.owe_notice(
        session,
        "desk_lacks_rights",
        key=f"desk_lacks_rights:{desk.id}:{right}:{int(now.timestamp())}",
        due_at=now,
        now=now,
        subject="desk",
        subject_id=desk.id,
        right=right.value,
    )


async def was_refused(session: AsyncSession, row: Outbox, error: str, *, now: datetime) -> None:
    """Telegram would not make a topic or pin a card: remember why, and go on without it."""
    if row.kind not in {OutboxKind.OPEN_TOPIC, OutboxKind.PIN}:
        return
    right = _missing_right(row.kind, error.lower())
    if right is not None:
        await found_lacking(session, bot_id=row.bot_id, chat_id=row.chat_id, right=right, now=now)
    if row.kind is OutboxKind.OPEN_TOPIC and row.topic_id is not None:
        await without_topic(session, row.topic_id, now=now)


def _missing_right(kind: OutboxKind, error: str) -> Right | None:
    if "not a forum" in error:
        return Right.FORUM
    if "not enough rights" not in error and "admin_required" not in error:
        return None
    return Right.TOPICS if kind is OutboxKind.OPEN_TOPIC else Right.PIN


async def without_topic(session: AsyncSession, topic_id: int, *, now: datetime) -> None:
    """The topic cannot be made: what waited for it goes to the group itself (FAULTS 17)."""
    topic = await session.get_one(Topic, topic_id)
    topic.closed_at = now
    waiting = select(Outbox).where(
        messages.is_owed(Outbox),
        col(Outbox.topic_id) == topic_id,
        col(Outbox.state) == OutboxState.PENDING,
    )
    for row in (await session.exec(waiting)).all():
        if row.kind in {OutboxKind.EDIT_TOPIC, OutboxKind.OPEN_TOPIC, OutboxKind.PIN}:
            row.state, row.done_at = OutboxState.DROPPED, now
            continue
        row.topic_id = row.after_id = None
    inside = select(Message).where(
        col(Message.topic_id) == topic_id, col(Message.direction) == Direction.OUT
    )
    for message in (await session.exec(inside)).all():
        message.topic_id = None


# Where a card belongs


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
    session: AsyncSession, place: Place, ticket: Ticket, title: str, *, now: datetime
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
            title=title,
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


async def retitle(session: AsyncSession, topic_id: int, title: str, *, now: datetime) -> None:
    """The title of a ticket's topic says its state."""
    topic = await session.get_one(Topic, topic_id)
    await messages.retitle_topic(session, topic, title, now=now)


async def card_at(session: AsyncSession, ticket_id: int, address: Address) -> Message | None:
    """The copy of the card in a chat (and topic), if there is one."""
    cards = await messages.cards_of(session, ticket_id, CARD)
    here = [
        card
        for card in cards
        if card.chat_id == address.chat_id and card.topic_id in {address.topic_id, None}
    ]
    return here[-1] if here else None


def is_ours(message: Message) -> bool:
    """Whether it is one of our cards or copies, an answer to which concerns a ticket."""
    return message.direction is Direction.OUT and message.role in {CARD, OLD_CARD, RELAY}


async def make_card(session: AsyncSession, message: Message, ticket: Ticket) -> None:
    """From now on this message is the chat's copy of the card; an earlier one is left as it is."""
    for card in await messages.cards_of(session, ticket.id, CARD):
        if card.chat_id == message.chat_id and card.topic_id == message.topic_id:
            card.role = OLD_CARD
    message.role, message.ticket_id = CARD, ticket.id


async def send_card(
    session: AsyncSession, place: Address, ticket: Ticket, screen: Screen, *, now: datetime
) -> None:
    """Owe a copy of the card to a chat."""
    card = await messages.owe(session, place, screen, now=now, ticket_id=ticket.id)
    if card is not None:
        await make_card(session, card, ticket)


async def is_to_be_pinned(session: AsyncSession, card: Message) -> bool:
    """A card that is not in its topic yet, and whose pinning is not owed."""
    if card.telegram_id is not None or card.topic_id is None:
        return False
    statement = select(Outbox.id).where(
        col(Outbox.message_id) == card.id,
        col(Outbox.kind) == OutboxKind.PIN,
        col(Outbox.state) == OutboxState.PENDING,
    )
    return (await session.exec(statement)).first() is None


async def to_relay(session: AsyncSession, ticket: Ticket, address: Address) -> list[Message]:
    """What the company wrote and has no copy in this chat yet, the oldest first.

    Short words of the raising itself stand on the card and need no copy.
    """
    statement = (
        select(Message)
        .where(col(Message.ticket_id) == ticket.id, col(Message.direction) == Direction.IN)
        .order_by(col(Message.at), col(Message.id))
    )
    written = (await session.exec(statement)).all()
    copied = {copy.relays for copy in await copies_in(session, ticket.id, address)}
    return [
        message
        for message in written
        if message.id not in copied
        and message.role != "contact"
        and not _stands_on_card(message, ticket)
    ]


#: So many characters of the raising stand on the card.
ON_CARD = 160


def _stands_on_card(message: Message, ticket: Ticket) -> bool:
    is_raising = message.at <= ticket.received_at
    return is_raising and not message.attachments and len(message.text) <= ON_CARD


async def copies_in(session: AsyncSession, ticket_id: int, address: Address) -> Sequence[Message]:
    """The copies of the company's messages in a chat."""
    statement = select(Message).where(
        col(Message.ticket_id) == ticket_id,
        col(Message.role) == RELAY,
        col(Message.chat_id) == address.chat_id,
    )
    return (await session.exec(statement)).all()


async def task_of(session: AsyncSession, ticket: Ticket, actor: Actor) -> Task | None:
    """The task of a ticket that is the actor's business: their own, else of their department."""
    tasks = [task for task in await _open_first(session, ticket.id) if parties(ticket, task, actor)]
    own = [task for task in tasks if actor.acts_for(task.handler_id)]
    return next(iter((*own, *tasks)), None)


async def _open_first(session: AsyncSession, ticket_id: int) -> list[Task]:
    return sorted(await tasks_of(session, ticket_id), key=lambda task: task.status not in OPEN)


async def task_here(
    session: AsyncSession, ticket_id: int, actor: Actor, chat_id: int, *, office: Office
) -> Task:
    """The task that a chat's card is about: the one of the group's department, or of the actor.

    NotFound when none is the actor's business.
    """
    ticket = await session.get_one(Ticket, ticket_id)
    if is_of_company(ticket, actor):
        raise NotFound
    bound = {desk.department for desk in await in_chat(session, office.bot_id, chat_id)}
    tasks = await _open_first(session, ticket_id)
    mine = [task for task in tasks if actor.works_for(task.department)]
    own = [task for task in mine if actor.acts_for(task.handler_id)]
    here = [task for task in mine if task.department in bound]
    for choice in (*own, *here, *mine):
        return choice
    raise NotFound


# Whom to tell


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


async def open_tickets_of(session: AsyncSession, person: Person) -> list[Ticket]:
    """Open tickets that somebody raised."""
    statement = select(Ticket).where(
        col(Ticket.person_id) == person.id, col(Ticket.status).in_(OPEN)
    )
    return list((await session.exec(statement)).all())


async def open_tickets_handled_by(session: AsyncSession, person: Person) -> list[Ticket]:
    """Open tickets in which somebody has a task."""
    mine = select(Task.ticket_id).where(
        col(Task.handler_id) == person.id, col(Task.status).in_(OPEN)
    )
    statement = select(Ticket).where(col(Ticket.id).in_(mine))
    return list((await session.exec(statement)).all())


async def was_decided(session: AsyncSession, event_id: int, task_id: int) -> bool:
    """Whether a request for more time was answered after that event."""
    statement = select(TicketEvent.id).where(
        col(TicketEvent.task_id) == task_id,
        col(TicketEvent.id) > event_id,
        col(TicketEvent.step).in_((Step.EXTEND, Step.REFUSE_EXTENSION)),
    )
    return (await session.exec(statement)).first() is not None


async def note_undelivered(
    session: AsyncSession, ticket_id: int, *, office: Office, now: datetime
) -> None:
    """The history says that the company could not be reached."""
    case = await open_by_system(session, ticket_id)
    await record(session, case, Step.UNDELIVERED, By(None, now, office))


async def open_pair(session: AsyncSession, task_id: int, actor: Actor) -> tuple[Ticket, Task]:
    """A task with its ticket, for whom it is office business; NotFound for everybody else."""
    task = await session.get(Task, task_id)
    if task is None:
        raise NotFound
    ticket = await session.get_one(Ticket, task.ticket_id)
    if is_of_company(ticket, actor) or not parties(ticket, task, actor):
        raise NotFound
    return ticket, task


async def must_be_allowed(
    session: AsyncSession,
    ticket: Ticket,
    task: Task,
    step: Step,
    *,
    actor: Actor,
    now: datetime,
    office: Office,
) -> None:
    """Refuse before somebody writes at length what could not be sent."""
    case = Case(ticket, (task,), task)
    unmet = await guards_of(session, case, By(actor, now, office))
    check(case, step, parties(ticket, task, actor), unmet)


async def steps_of(
    session: AsyncSession,
    ticket: Ticket,
    task: Task,
    *,
    actor: Actor,
    now: datetime,
    office: Office,
) -> frozenset[Step]:
    """The steps somebody may take on a task now."""
    unmet = await guards_of(session, Case(ticket, (task,), task), By(actor, now, office))
    return frozenset(allowed_steps(task.status, parties(ticket, task, actor), unmet))


async def company_can_be_reached(session: AsyncSession, ticket: Ticket) -> bool:
    """Whether anybody of the company would receive a message."""
    asked = await company_people(session, ticket)
    return any(person.unreachable_since is None for person in asked)


async def ticket_of_topic(session: AsyncSession, topic_id: int | None) -> Ticket | None:
    """The ticket of a forum topic; None in topics that people made."""
    topic = await session.get(Topic, topic_id) if topic_id else None
    return await session.get(Ticket, topic.ticket_id) if topic and topic.ticket_id else None


async def by_short_number(session: AsyncSession, number: str, actor: Actor) -> Ticket:
    """The newest ticket whose number ends so, among those that are the actor's business."""
    statement = (
        select(Ticket, Task)
        .where(col(Task.ticket_id) == col(Ticket.id), col(Ticket.number).endswith(f"-{number}"))
        .order_by(col(Ticket.id).desc())
    )
    for ticket, task in (await session.exec(statement)).all():
        if not is_of_company(ticket, actor) and parties(ticket, task, actor):
            return ticket
    raise NotFound
