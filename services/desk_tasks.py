"""Which task a chat, a press or a number means, and what somebody may do on it."""

from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from domain.errors import NotFound
from domain.tickets import Step, allowed_steps
from models import Person, Task, Ticket, TicketEvent, Topic
from services.desk_binding import in_chat
from services.office import Office
from services.ticket_guards import unmet_guards
from services.ticket_likeness import likes_of
from services.ticket_queries import (
    OPEN,
    company_people,
    events_of,
    is_of_company,
    parties,
    tasks_of,
)
from services.ticket_steps import By, Case, check, guards_of, open_by_system, record


async def task_of(session: AsyncSession, ticket: Ticket, actor: Actor) -> Task | None:
    """The task of a ticket that is the actor's business: their own, else of their department."""
    tasks = [task for task in await _open_first(session, ticket.id) if parties(ticket, task, actor)]
    own = [task for task in tasks if actor.acts_for(task.handler_id)]
    return next(iter((*own, *tasks)), None)


async def _open_first(session: AsyncSession, ticket_id: int) -> list[Task]:
    return sorted(await tasks_of(session, ticket_id), key=lambda task: task.status not in OPEN)


async def task_here(
    session: AsyncSession,
    ticket_id: int,
    actor: Actor,
    chat_id: int,
    *,
    office: Office,
    shown_id: int | None = None,
) -> Task:
    """The task that a chat's card is about: the one it shows (`shown_id`), else the actor's own, or
    the one of the group's department; an open one before those that ended.

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
    shown = [task for task in mine if task.id == shown_id]
    choices = [*shown, *own, *here, *mine]
    if not choices:
        raise NotFound
    return next((task for task in choices if task.status in OPEN), choices[0])


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
    case = Case(ticket, (task,), task, await events_of(session, ticket.id))
    check(case, step, parties(ticket, task, actor), guards_of(case, By(actor, now, office)))


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
    history = await events_of(session, ticket.id)
    unmet = unmet_guards(ticket, task, history, now=now, office=office)
    return frozenset(allowed_steps(task.status, parties(ticket, task, actor), unmet))


async def mergeable(session: AsyncSession, ticket: Ticket, actor: Actor) -> list[Ticket]:
    """Tickets of the actor's business that may be one with this one: those that say the same, then
    open ones of the same side."""
    own = select(Ticket).where(
        col(Ticket.id) != ticket.id,
        col(Ticket.person_id) == ticket.person_id
        if ticket.company_id is None
        else col(Ticket.company_id) == ticket.company_id,
        col(Ticket.status).in_(OPEN),
    )
    found = [*await likes_of(session, ticket), *(await session.exec(own.limit(6))).all()]
    distinct = {one.id: one for one in found}.values()
    return [one for one in distinct if await task_of(session, one, actor) is not None]


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
