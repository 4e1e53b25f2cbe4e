"""Everything that must be said to somebody else, now or later."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field, SQLModel

from models.base import BIG, code, document, id_field, index_where, reference, version_column

#: What the index over details to be blanked holds; a query repeats it word for word.
KEEPS_DETAILS = "details <> '{}'"
#: The same of what is still to be said.
IS_OPEN = "state = 'open'"


class NoticeState(StrEnum):
    """OPEN is owed; SAID became an Outbox row; DROPPED made no sense any more when due."""

    OPEN = "open"
    SAID = "said"
    DROPPED = "dropped"


class Pace(StrEnum):
    """How often somebody hears of changes in policies."""

    DAILY = "daily"
    WEEKLY = "weekly"
    OFF = "off"


class NoticeChoice(SQLModel, table=True):
    """What a person wants to hear of, once they chose; without a row the defaults hold.

    Answers to requests are no choice: they always arrive. `reminders` are those about one's own
    requests and drafts; until `quiet_until` an officer is reminded of nothing but the urgent.
    """

    __tablename__ = "notice_choice"

    person_id: int = Field(foreign_key="person.id", primary_key=True, sa_type=BIG)
    policies: Pace = code(Pace, Pace.DAILY)
    deadlines: bool = True
    reminders: bool = True
    quiet_until: datetime | None = None
    changed_at: datetime


_notice_version = version_column()


class Notice(SQLModel, table=True):
    """`kind` names the view; to a person or a desk's chat. Details are codes and ids."""

    __table_args__ = (
        Index(
            "ix_notice_due",
            "due_at",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_notice_subject", "subject", "subject_id"),
        index_where("ix_notice_kept", ("done_at",), KEEPS_DETAILS),
    )

    id: int = id_field()
    kind: str = Field(max_length=48)
    person_id: int | None = reference("person.id", nullable=True)
    chat_id: int | None = Field(default=None, sa_type=BigInteger)
    subject: str = Field(default="", max_length=32)
    subject_id: int | None = Field(default=None, sa_type=BigInteger)
    details: dict[str, Any] = document(dict)
    urgent: bool = False
    due_at: datetime
    key: str = Field(unique=True, max_length=128)
    state: NoticeState = code(NoticeState, NoticeState.OPEN)
    created_at: datetime
    done_at: datetime | None = None
    version: int = Field(default=1, sa_column=_notice_version)

    __mapper_args__ = {"version_id_col": _notice_version}
