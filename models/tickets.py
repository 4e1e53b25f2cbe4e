"""Tickets, the departments' tasks in them, and their append-only history."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from domain.tickets import Category, Outcome, Status, Step, TaskRole, Urgency
from models.base import BIG, code, document, id_field, index_where, reference, version_column

#: What the index over open shares holds; a query repeats it word for word.
IS_OPEN = "closed_at IS NULL"

_ticket_version = version_column()
_task_version = version_column()


class Ticket(SQLModel, table=True):
    """A problem or request with a number. Its words stand in Message, never here.

    `registered_by`: an officer wrote it down on the company's behalf (代企业登记), and is its
    `person_id` too.

    `merged_into`: closed in favour of another of the same company. `joined_to`: still open, with
    its own number and promises, and answered together with that one of another company.
    """

    __table_args__ = (
        index_where("ix_ticket_merged", ("id",), "merged_into IS NOT NULL"),
        Index("ix_ticket_status", "status"),
        index_where("ix_ticket_category", ("category", "id"), "merged_into IS NULL"),
    )

    id: int = id_field()
    number: str = Field(unique=True, max_length=32)
    company_id: int | None = reference("company.id", nullable=True)
    person_id: int = reference("person.id")
    category: Category = code(Category, Category.OTHER)
    urgency: Urgency = code(Urgency, Urgency.NORMAL)
    danger: bool = False
    locale: str = Field(default="zh", max_length=8)
    registered_by: int | None = Field(default=None, sa_type=BIG)
    measure_id: str | None = Field(default=None, max_length=64)
    bundle: str | None = Field(default=None, max_length=32)
    status: Status = code(Status, Status.RECEIVED)
    outcome: Outcome | None = Field(default=None, max_length=32)
    merged_into: int | None = reference("ticket.id", index=False, nullable=True)
    joined_to: int | None = reference("ticket.id", nullable=True)
    received_at: datetime
    closed_at: datetime | None = None
    round: int = 1
    solved: str | None = Field(default=None, max_length=16)
    score: int | None = None
    rated_at: datetime | None = None
    version: int = Field(default=1, sa_column=_ticket_version)

    __mapper_args__ = {"version_id_col": _ticket_version}


class Task(SQLModel, table=True):
    """One department's share of a ticket, with its own status, handler and due times (UTC).

    `item` is the errand of the ticket's bundle; `category` stands here where the share's limits are
    not those of the ticket's category.
    """

    __table_args__ = (
        Index("ix_task_department_status", "department", "status"),
        index_where("ix_task_open", ("answer_due",), IS_OPEN),
    )

    id: int = id_field()
    ticket_id: int = reference("ticket.id")
    department: str = Field(max_length=64)
    role: TaskRole = code(TaskRole, TaskRole.LEAD)
    item: str | None = Field(default=None, max_length=32)
    category: Category | None = code(Category, None)
    status: Status = code(Status, Status.RECEIVED)
    handler_id: int | None = reference("person.id", nullable=True)
    outcome: Outcome | None = Field(default=None, max_length=32)
    dispatched_at: datetime
    accept_due: datetime | None = None
    contact_due: datetime | None = None
    interim_due: datetime | None = None
    answer_due: datetime | None = None
    accepted_at: datetime | None = None
    contacted_at: datetime | None = None
    interim_at: datetime | None = None
    answered_at: datetime | None = None
    paused_since: datetime | None = None
    closed_at: datetime | None = None
    version: int = Field(default=1, sa_column=_task_version)

    __mapper_args__ = {"version_id_col": _task_version}


class TicketEvent(SQLModel, table=True):
    """One line of history in codes and ids: who, when, from, to, why. Append-only."""

    __tablename__ = "ticket_event"
    __table_args__ = (
        Index("ix_ticket_event_ticket_at", "ticket_id", "at"),
        Index("ix_ticket_event_actor", "actor_id"),
    )

    id: int = id_field()
    ticket_id: int = reference("ticket.id", index=False)
    task_id: int | None = reference("task.id", index=False, nullable=True)
    at: datetime
    actor_id: int | None = reference("person.id", index=False, nullable=True)
    step: Step = code(Step, Step.RECEIVE)
    frm: Status | None = Field(default=None, max_length=32)
    to: Status | None = Field(default=None, max_length=32)
    why: str = Field(default="", max_length=64)
    details: dict[str, Any] = document(dict)


class TicketCounter(SQLModel, table=True):
    """The last running number given in a year."""

    __tablename__ = "ticket_counter"

    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    last: int = 0
