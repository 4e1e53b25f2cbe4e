"""An officer's queue, and finding a ticket by number, company, words or state.

Both are read page by page in the database: an office may have tens of thousands open.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, null, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor, Role
from domain.desks import PAGE, Queue, QueueLine, Shelf
from domain.tickets import Category, Status
from domain.tickets_said import Wanted
from models import Company, Message, Person, Task, Ticket
from models.messages import Direction
from services.desk_cards import category_name, next_due
from services.office import Office
from services.ticket_queries import DUTY, OPEN, SPOKEN, item_name, on_side_of

#: So many hits are listed when something is looked for.
MOST_FOUND = 50
_UNCLAIMED = (Status.RECEIVED, Status.DISPATCHED)
_RUNNING = (*_UNCLAIMED, Status.IN_PROGRESS)
_FAR = timedelta(days=36500)

Pair = tuple[Ticket, Task]
Condition = ColumnElement[bool]


async def queue(
    session: AsyncSession,
    actor: Actor,
    shelf: Shelf,
    *,
    page: int = 0,
    office: Office,
    now: datetime,
) -> Queue:
    """A page of one shelf, and how much stands on each; what is overdue comes first, then by the
    next due moment.

    The duty desk sees all departments, its own tasks first.
    """
    desk = _Desk(actor, office, now)
    statement = (
        select(Ticket, Task)
        .join(Task, col(Task.ticket_id) == col(Ticket.id))
        .where(*desk.sees(), desk.stands_on(shelf))
        .order_by(*desk.order())
        .offset(page * PAGE)
        .limit(PAGE)
    )
    pairs = [(ticket, task) for ticket, task in (await session.exec(statement)).all()]
    return Queue(
        shelf=shelf,
        page=page,
        counts=await counts(session, actor, office=office, now=now),
        lines=await _lines(session, pairs, office=office, now=now),
    )


async def counts(
    session: AsyncSession, actor: Actor, *, office: Office, now: datetime
) -> dict[Shelf, int]:
    """How many tasks stand on each shelf."""
    desk = _Desk(actor, office, now)
    numbers = [func.sum(case((desk.stands_on(shelf), 1), else_=0)) for shelf in Shelf]
    statement = select(*numbers).select_from(Task).where(*desk.sees())
    row: Sequence[int | None] = (await session.exec(statement)).one()
    return {shelf: int(number or 0) for shelf, number in zip(Shelf, row, strict=True)}


class _Desk:
    """What an actor sees of the open tasks, as conditions on `Task`."""

    def __init__(self, actor: Actor, office: Office, now: datetime) -> None:
        self._actor = actor
        self._now = now
        midnight = office.calendar.at(office.today(now) + timedelta(days=1), time())
        self._due = _next_due(now + _FAR)
        self._is_late = self._due < now
        self._is_today = and_(self._due >= now, self._due < midnight)

    def sees(self) -> list[Condition]:
        return [col(Task.status).in_(OPEN), *_in_view(self._actor)]

    def stands_on(self, shelf: Shelf) -> Condition:
        """Whether a task stands there."""
        match shelf:
            case Shelf.WAITING:
                return col(Task.status).in_(_UNCLAIMED)
            case Shelf.MINE:
                acting = {self._actor.person_id, *self._actor.stands_in_for}
                return col(Task.handler_id).in_(acting)
            case Shelf.TODAY:
                return self._is_today
            case Shelf.OVERDUE:
                return self._is_late
            case Shelf.COMPANY:
                return col(Task.status) == Status.WAITING_COMPANY

    def order(self) -> Sequence[Any]:
        elsewhere = col(Task.department) != DUTY if self._actor.is_duty else null()
        return [
            case((self._is_late, 0), else_=1),
            case((elsewhere, 1), else_=0),
            self._due,
            col(Task.id),
        ]


def _next_due(never: datetime) -> ColumnElement[datetime]:
    """`services.desk_cards.next_due` as SQL; `never` where no clock runs."""
    moments = [
        case((and_(stopped.is_(None), due.is_not(None)), due), else_=never)
        for due, stopped in (
            (col(Task.accept_due), col(Task.accepted_at)),
            (col(Task.contact_due), col(Task.contacted_at)),
            (col(Task.answer_due), col(Task.answered_at)),
        )
    ]
    first = moments[0]
    for moment in moments[1:]:
        first = case((first <= moment, first), else_=moment)
    return case((col(Task.status).in_(_RUNNING), first), else_=never)


def _in_view(actor: Actor) -> list[Condition]:
    """Tasks of the actor's departments (all for the duty desk), none of the actor's own company."""
    seen: list[Condition] = [col(Task.ticket_id).not_in(select(Ticket.id).where(on_side_of(actor)))]
    if not actor.is_duty:
        roles = {Role.OFFICER, Role.HEAD}
        served = {grant.department for grant in actor.grants if grant.role in roles}
        seen.append(col(Task.department).in_(served))
    return seen


async def find(
    session: AsyncSession, wanted: Wanted, *, actor: Actor, office: Office, now: datetime
) -> tuple[QueueLine, ...]:
    """The tickets that fit, the newest first, at most `MOST_FOUND`: looked for from the newest back
    until there are enough. The task shown is the first one that fits.
    """
    if wanted.is_nothing:
        return ()
    desk = _Desk(actor, office, now)
    statement = (
        select(Ticket, Task)
        .join(Task, col(Task.ticket_id) == col(Ticket.id))
        .where(
            *_in_view(actor),
            *_of_state(wanted, desk),
            *(_contains(word, office) for word in wanted.words),
        )
        .order_by(col(Ticket.id).desc(), col(Task.id))
        .limit(MOST_FOUND)
    )
    hits: dict[int, Pair] = {}
    for ticket, task in (await session.exec(statement)).all():
        hits.setdefault(ticket.id, (ticket, task))
    return await _lines(session, list(hits.values()), office=office, now=now)


def _of_state(wanted: Wanted, desk: _Desk) -> list[Condition]:
    conditions = [desk.stands_on(shelf) for shelf in sorted(wanted.shelves)]
    if wanted.statuses:
        conditions.append(col(Task.status).in_(wanted.statuses))
    elif Shelf.MINE in wanted.shelves:
        conditions.append(col(Task.status).in_(OPEN))
    if wanted.urgencies:
        conditions.append(col(Ticket.urgency).in_(wanted.urgencies))
    return conditions


def _contains(word: str, office: Office) -> Condition:
    """In the number, the name of the kind, the company's name, or in what people wrote (our own
    screens left out); what is cheap to look at comes first."""
    like = f"%{_literal(word)}%"
    named = select(Company.id).where(col(Company.name).ilike(like, escape="\\"))
    written = exists().where(
        col(Message.ticket_id) == col(Ticket.id),
        or_(col(Message.direction) != Direction.OUT, col(Message.role).in_(SPOKEN)),
        col(Message.text).ilike(like, escape="\\"),
    )
    return or_(
        col(Ticket.number).ilike(like, escape="\\"),
        col(Ticket.category).in_(_categories(word, office)),
        col(Ticket.company_id).in_(named),
        written,
    )


def _categories(word: str, office: Office) -> list[Category]:
    """The kinds whose name, in any language, has the word in it."""
    book = office.catalogue.triage
    return [
        Category(one.key)
        for one in (book.categories if book else ())
        if word.lower() in f"{one.name.zh} {one.name.en}".lower()
    ]


def _literal(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")


async def _lines(
    session: AsyncSession, pairs: Sequence[Pair], *, office: Office, now: datetime
) -> tuple[QueueLine, ...]:
    """Tasks as lines of a list; the names are read for all of them at once."""
    companies = await _names(session, Company, {ticket.company_id for ticket, _ in pairs})
    wanted = {ticket.person_id for ticket, _ in pairs} | {task.handler_id for _, task in pairs}
    people = await _names(session, Person, wanted)
    return tuple(
        QueueLine(
            task_id=task.id,
            number=ticket.number,
            name=companies.get(ticket.company_id) or people.get(ticket.person_id) or "",
            status=task.status,
            urgency=ticket.urgency,
            category_name=item_name(office, ticket, task) or category_name(office, ticket),
            handler=people.get(task.handler_id),
            due=next_due(task),
            is_overdue=_is_late(task, now),
        )
        for ticket, task in pairs
    )


def _is_late(task: Task, now: datetime) -> bool:
    due = next_due(task)
    return due is not None and due < now


async def _names(
    session: AsyncSession, kind: type[Company] | type[Person], ids: set[int | None]
) -> dict[int | None, str]:
    statement = select(kind.id, kind.name).where(col(kind.id).in_([one for one in ids if one]))
    return dict((await session.exec(statement)).all())
