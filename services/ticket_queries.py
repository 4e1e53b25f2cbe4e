"""What the office wants to know of tickets; nothing here changes anything."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import ColumnElement, bindparam, true
from sqlmodel import col, exists, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from domain.actors import COMPANY_ROLES, Actor, Role
from domain.errors import NotFound
from domain.tickets import Category, Party, Status
from domain.words import Words
from models import (
    Company,
    DepartmentNote,
    Desk,
    Membership,
    Message,
    Notice,
    Person,
    Task,
    Ticket,
    TicketEvent,
)
from models.messages import Direction
from models.notices import NoticeState
from services.office import Office

#: The desk that receives what has no other.
DUTY = "duty"
#: Roles of messages in which the office speaks to the company: an answer to read, a question, the
#: final answer.
SPOKEN = ("reply", "question", "answer")
#: So many tickets of a category are looked through for one that is like a new one.
RECENT = 300
_RAISED_WITH = (
    col(Message.direction) == Direction.IN,
    col(Message.at) <= col(Ticket.received_at),
)
OPEN = (Status.RECEIVED, Status.DISPATCHED, Status.IN_PROGRESS, Status.WAITING_COMPANY)


def is_of_company(ticket: Ticket, actor: Actor) -> bool:
    """Whether the actor stands on the company's side of this ticket, and on no other."""
    if ticket.company_id is None:
        return ticket.person_id == actor.person_id
    return ticket.company_id in actor.company_ids


def parties(ticket: Ticket, task: Task, actor: Actor) -> frozenset[Party]:
    """In what capacities the actor may act on a task; people of its company never as the office."""
    if is_of_company(ticket, actor):
        return frozenset({Party.COMPANY})
    held = {
        Party.HANDLER: actor.acts_for(task.handler_id) and actor.works_for(task.department),
        Party.DEPARTMENT: actor.holds(Role.OFFICER, task.department),
        Party.HEAD: actor.heads(task.department),
        Party.DUTY: actor.is_duty,
    }
    return frozenset(party for party, is_held in held.items() if is_held)


async def tasks_of(session: AsyncSession, ticket_id: int) -> list[Task]:
    """Every department's share, the oldest first."""
    return list((await session.exec(_tasks_of(), params={"ticket_id": ticket_id})).all())


@cache
def _tasks_of() -> SelectOfScalar[Task]:
    of_ticket = col(Task.ticket_id) == bindparam("ticket_id")
    return select(Task).where(of_ticket).order_by(col(Task.id))


async def lead_task(session: AsyncSession, ticket_id: int) -> Task:
    """The task that answers for the ticket."""
    return lead_of(await tasks_of(session, ticket_id))


def lead_of(tasks: Sequence[Task]) -> Task:
    """The lead among a ticket's tasks."""
    return next(task for task in tasks if task.role == "lead")


async def events_of(session: AsyncSession, ticket_id: int) -> list[TicketEvent]:
    """The whole history, the oldest line first."""
    return list((await session.exec(_events_of(), params={"ticket_id": ticket_id})).all())


@cache
def _events_of() -> SelectOfScalar[TicketEvent]:
    of_ticket = col(TicketEvent.ticket_id) == bindparam("ticket_id")
    return select(TicketEvent).where(of_ticket).order_by(col(TicketEvent.at), col(TicketEvent.id))


async def messages_of(session: AsyncSession, ticket_id: int) -> list[Message]:
    """What people wrote in a ticket and in those merged into it: IN from the company, OUT from the
    office to it (`role` in SPOKEN), NOTE inside the office. Our own screens are left out."""
    merged = select(Ticket.id).where(col(Ticket.merged_into) == ticket_id)
    statement = (
        select(Message)
        .where(
            (col(Message.ticket_id) == ticket_id) | col(Message.ticket_id).in_(merged),
            (col(Message.direction) != Direction.OUT) | col(Message.role).in_(SPOKEN),
        )
        .order_by(col(Message.at), col(Message.id))
    )
    return list((await session.exec(statement)).all())


async def conversation_of(session: AsyncSession, ticket_id: int) -> list[Message]:
    """What the company may read: its own words and what the office said to it."""
    messages = await messages_of(session, ticket_id)
    return [message for message in messages if message.direction is not Direction.NOTE]


async def held_back(session: AsyncSession, ticket_id: int) -> frozenset[int]:
    """Messages to the company that have not gone out yet: they can still be taken back."""
    statement = select(Notice).where(
        col(Notice.subject) == "ticket",
        col(Notice.subject_id) == ticket_id,
        col(Notice.kind).in_(("reply_to_company", "ticket_answered")),
        col(Notice.state) == NoticeState.OPEN,
    )
    waiting = (await session.exec(statement)).all()
    return frozenset(notice.details.get("message_id") or 0 for notice in waiting)


async def get_for(session: AsyncSession, ticket_id: int, actor: Actor) -> Ticket:
    """The ticket, for its company, the departments that work on it and the duty desk."""
    ticket = await session.get(Ticket, ticket_id)
    return await _visible(session, ticket, actor)


async def ticket_by_number(session: AsyncSession, number: str, actor: Actor) -> Ticket:
    """The ticket of that number; somebody else's reads exactly like a wrong one."""
    statement = select(Ticket).where(col(Ticket.number) == number.strip().upper())
    return await _visible(session, (await session.exec(statement)).first(), actor)


async def _visible(session: AsyncSession, ticket: Ticket | None, actor: Actor) -> Ticket:
    if ticket is None:
        raise NotFound
    if is_of_company(ticket, actor):
        return ticket
    tasks = await tasks_of(session, ticket.id)
    if not any(parties(ticket, task, actor) for task in tasks):
        raise NotFound
    return ticket


async def final_of(session: AsyncSession, ticket: Ticket) -> Ticket:
    """The ticket that this one was merged into, at the end of the chain; itself when it was not."""
    while ticket.merged_into is not None:
        ticket = await session.get_one(Ticket, ticket.merged_into)
    return ticket


async def tickets_of(session: AsyncSession, actor: Actor) -> list[Ticket]:
    """The tickets of the actor's own side: what still needs somebody first, then the newest."""
    statement = select(Ticket).where(on_side_of(actor), col(Ticket.merged_into).is_(None))
    found = (await session.exec(statement)).all()
    return sorted(found, key=lambda ticket: (_rank(ticket.status), -ticket.id))


async def waiting_for(session: AsyncSession, actor: Actor) -> Sequence[Ticket]:
    """The tickets in which the actor's side was asked something."""
    statement = select(Ticket).where(
        on_side_of(actor),
        col(Ticket.merged_into).is_(None),
        col(Ticket.status) == Status.WAITING_COMPANY,
    )
    return (await session.exec(statement)).all()


def on_side_of(actor: Actor) -> ColumnElement[bool]:
    """`is_of_company` as a condition on `Ticket`; unknown is no: never turn it round, look which
    ids are not among those it finds."""
    return col(Ticket.company_id).in_(actor.company_ids) | (
        col(Ticket.company_id).is_(None) & (col(Ticket.person_id) == actor.person_id)
    )


def _rank(status: Status) -> int:
    order = {Status.WAITING_COMPANY: 0, Status.ANSWERED: 1, Status.CLOSED: 3}
    return order.get(status, 2)


async def open_texts(session: AsyncSession, actor: Actor) -> dict[str, str]:
    """The first words of each open ticket of the actor's side, by number, to find a likeness."""
    wanted = select(Ticket.id).where(
        on_side_of(actor), col(Ticket.merged_into).is_(None), col(Ticket.status).in_(OPEN)
    )
    return await _first_words_of(session, wanted)


async def recent_texts(session: AsyncSession, category: Category) -> dict[str, str]:
    """The first words of the newest tickets of a category, open or answered, by number: enough to
    find a likeness, however many tickets there are."""
    wanted = (
        select(Ticket.id)
        .where(col(Ticket.category) == category, col(Ticket.merged_into).is_(None))
        .order_by(col(Ticket.id).desc())
        .limit(RECENT)
    )
    return await _first_words_of(session, wanted)


async def _first_words_of(session: AsyncSession, wanted: SelectOfScalar[int]) -> dict[str, str]:
    statement = (
        select(Ticket.number, Message.text)
        .join(Message, col(Message.ticket_id) == col(Ticket.id))
        .where(col(Ticket.id).in_(wanted), *_RAISED_WITH)
        .order_by(col(Ticket.id).desc(), col(Message.at), col(Message.id))
    )
    texts: dict[str, list[str]] = {}
    for number, text in (await session.exec(statement)).all():
        texts.setdefault(number, []).append(text)
    return {number: "\n".join(filter(None, parts)) for number, parts in texts.items()}


async def first_words(session: AsyncSession, ticket_id: int) -> str:
    """What the company wrote when it raised the ticket."""
    texts = await _first_words_of(session, select(Ticket.id).where(col(Ticket.id) == ticket_id))
    return next(iter(texts.values()), "")


async def company_people(session: AsyncSession, ticket: Ticket) -> list[Person]:
    """Who hears of a ticket: the one who raised it, or the members once that person has left."""
    if ticket.company_id is None:
        return [await session.get_one(Person, ticket.person_id)]
    statement = (
        select(Person)
        .join(Membership, col(Membership.person_id) == col(Person.id))
        .where(
            col(Membership.company_id) == ticket.company_id,
            col(Membership.role).in_(COMPANY_ROLES),
            col(Membership.until).is_(None),
        )
        .order_by(col(Person.id))
    )
    members = list((await session.exec(statement)).unique().all())
    raiser = [person for person in members if person.id == ticket.person_id]
    return raiser or members


async def company_of(session: AsyncSession, ticket: Ticket) -> Company | None:
    """The company of a ticket, None when the person spoke for none."""
    return await session.get(Company, ticket.company_id) if ticket.company_id else None


async def is_staffed(session: AsyncSession, department: str) -> bool:
    """Whether somebody would see a ticket there: an officer, a head, or a desk."""
    roles = (Role.OFFICER, Role.HEAD) if department != DUTY else (Role.DUTY,)
    people = exists().where(
        col(Membership.role).in_(roles),
        col(Membership.until).is_(None),
        true() if department == DUTY else col(Membership.department) == department,
    )
    desks = exists().where(col(Desk.department) == department, col(Desk.unbound_at).is_(None))
    return bool((await session.exec(select(people | desks))).one())


async def shown_department(session: AsyncSession, key: str, office: Office) -> Words | None:
    """A department's name as a company may read it; None while nobody confirmed that it is real,
    which reads 由企业服务专班转办."""
    info = office.catalogue.department(key)
    if info is None:
        return None
    if info.confirmed or await session.get(DepartmentNote, key) is not None:
        return info.name
    return None


def item_name(office: Office, ticket: Ticket, task: Task) -> Words | None:
    """The errand of a bundle that a task is; None for any other task. One that the template has no
    more goes by its key."""
    if ticket.bundle is None or task.item is None:
        return None
    bundle = office.catalogue.bundles.of_key(ticket.bundle)
    item = bundle.item(task.item) if bundle else None
    return item.name if item else Words(zh=task.item, en=task.item)
