"""Rounds of tasks as statistics count them, derived from the tasks."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from domain.tickets import Category
from models.base import BIG, code, index_where, reference

#: What the index over open rounds holds; a query repeats it word for word.
IS_OPEN = "is_open"


class TaskRound(SQLModel, table=True):
    """One round of one department's share; narrow, since statistics read very many of them.

    Written with every step, so that a reopened ticket keeps what its earlier rounds came to.
    `started_at` is when the department got it in this round; the minutes are working time from
    there without the pauses, None while it has not come to that. `is_on_time` is None without an
    answer, or without a time promised for it. `is_lead`: it stands for the ticket in that
    round, and what the company said of the answer stands there.
    """

    __tablename__ = "task_round"
    __table_args__ = (
        Index("ix_task_round_started_at", "started_at"),
        index_where("ix_task_round_open", ("department",), IS_OPEN),
    )

    task_id: int = Field(foreign_key="task.id", primary_key=True, sa_type=BIG)
    round: int = Field(primary_key=True)
    ticket_id: int = reference("ticket.id", index=False)
    company_id: int | None = reference("company.id", index=False, nullable=True)
    department: str = Field(max_length=64)
    category: Category = code(Category, Category.OTHER)
    is_lead: bool = True
    is_open: bool = True
    is_waiting: bool = False
    is_withdrawn: bool = False
    started_at: datetime
    contact_due: datetime | None = None
    answer_due: datetime | None = None
    contact_minutes: int | None = None
    answer_minutes: int | None = None
    is_on_time: bool | None = None
    solved: str | None = Field(default=None, max_length=16)
    score: int | None = None
