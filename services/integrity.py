"""Whether what is remembered fits together: the office's own invariants, asked of the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Integer, Select, String, case, cast, func, or_, select
from sqlmodel import col, exists
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.tickets import PROGRESS
from models import (
    Absence,
    CalendarChange,
    Company,
    Conversation,
    Desk,
    JoinRequest,
    Membership,
    Message,
    Notice,
    Outbox,
    Person,
    Publication,
    Task,
    Ticket,
    TicketCounter,
    TicketEvent,
    Visit,
    Watch,
)
from models.messages import OutboxState
from models.notices import NoticeState


class Broken(StrEnum):
    """What does not fit."""

    NO_TASK = "no_task"
    STATUS_OF_TICKET = "status_of_ticket"
    END_OF_HISTORY = "end_of_history"
    NO_SUBJECT = "no_subject"
    NUMBER_AHEAD = "number_ahead"
    IN_FLIGHT = "in_flight"


@dataclass(frozen=True, slots=True)
class Misfit:
    """How many rows, and one of them by its number or id."""

    broken: Broken
    count: int
    example: str


#: What notices are about, by the word they use for it.
_SUBJECTS: Final[Mapping[str, Any]] = {
    "absence": Absence,
    "calendar_change": CalendarChange,
    "company": Company,
    "conversation": Conversation,
    "desk": Desk,
    "join_request": JoinRequest,
    "membership": Membership,
    "message": Message,
    "person": Person,
    "publication": Publication,
    "ticket": Ticket,
    "visit": Visit,
    "watch": Watch,
}


async def misfits(session: AsyncSession) -> list[Misfit]:
    """Everything that does not fit, counted; an empty list is good."""
    return [
        found for broken, rows in _ROWS.items() if (found := await _count(session, broken, rows))
    ]


async def _count(session: AsyncSession, broken: Broken, rows: Select[Any]) -> Misfit | None:
    found = rows.subquery()
    example = func.min(cast(found.c[0], String))
    count, one = (
        await (await session.connection()).execute(select(func.count(), example).select_from(found))
    ).one()
    return Misfit(broken, count, str(one)) if count else None


def _rank(status: Any) -> Any:
    """How open a task is: a ticket stands where its most open task stands."""
    return case(
        *((status == one, place) for place, one in enumerate(PROGRESS)), else_=len(PROGRESS)
    )


def _without_task() -> Select[Any]:
    return select(col(Ticket.number)).where(~exists().where(col(Task.ticket_id) == Ticket.id))


def _status_of_ticket() -> Select[Any]:
    """A ticket whose status is not the one its tasks give."""
    return (
        select(col(Ticket.number))
        .join(Task, col(Task.ticket_id) == col(Ticket.id))
        .group_by(col(Ticket.number), col(Ticket.status))
        .having(func.min(_rank(Task.status)) != _rank(Ticket.status))
    )


def _end_of_history() -> Select[Any]:
    """A task that does not stand where the last line of its history left it."""
    last = (
        select(col(TicketEvent.task_id), func.max(col(TicketEvent.id)).label("id"))
        .where(col(TicketEvent.to).is_not(None))
        .group_by(col(TicketEvent.task_id))
        .subquery()
    )
    return (
        select(col(Ticket.number))
        .join(Task, col(Task.ticket_id) == col(Ticket.id))
        .join(last, last.c.task_id == col(Task.id))
        .join(TicketEvent, col(TicketEvent.id) == last.c.id)
        .where(_rank(TicketEvent.to) != _rank(Task.status))
    )


def _without_subject() -> Select[Any]:
    """An open notice about something that is not there."""
    stands = (
        (col(Notice.subject) == word) & ~exists().where(col(table.id) == Notice.subject_id)
        for word, table in _SUBJECTS.items()
    )
    return select(col(Notice.id)).where(
        col(Notice.state) == NoticeState.OPEN, col(Notice.subject_id).is_not(None), or_(*stands)
    )


def _numbers_ahead() -> Select[Any]:
    """A year whose counter is behind a number that was given: the next ticket could not be kept."""
    running = cast(func.substr(col(Ticket.number), 13), Integer)
    year = cast(func.substr(col(Ticket.number), 4, 4), Integer)
    return (
        select(year)
        .outerjoin(TicketCounter, col(TicketCounter.year) == year)
        .group_by(year, col(TicketCounter.last))
        .having(func.max(running) > func.coalesce(col(TicketCounter.last), 0))
    )


def _left_in_flight() -> Select[Any]:
    """Being sent; only with no bot running is that a remnant."""
    return select(col(Outbox.id)).where(col(Outbox.state) == OutboxState.SENDING)


_ROWS: Final[Mapping[Broken, Select[Any]]] = {
    Broken.NO_TASK: _without_task(),
    Broken.STATUS_OF_TICKET: _status_of_ticket(),
    Broken.END_OF_HISTORY: _end_of_history(),
    Broken.NO_SUBJECT: _without_subject(),
    Broken.NUMBER_AHEAD: _numbers_ahead(),
    Broken.IN_FLIGHT: _left_in_flight(),
}
