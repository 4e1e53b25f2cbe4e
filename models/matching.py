"""What was judged of a company, what a person watches, and what a company said of a measure."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import code, id_field, reference, unique_where, version_column

_verdict_version = version_column()


class VerdictRecord(SQLModel, table=True):
    """The last outcome told or stored for one company and one measure, and what it rested on."""

    __tablename__ = "verdict"
    __table_args__ = (UniqueConstraint("company_id", "measure_id"),)

    id: int = id_field()
    company_id: int = reference("company.id", index=False)
    measure_id: str = Field(max_length=64, index=True)
    measure_version: int
    outcome: str = Field(max_length=32)
    route: str = Field(default="", max_length=64)
    facts_at: datetime
    judged_at: datetime
    version: int = Field(default=1, sa_column=_verdict_version)

    __mapper_args__ = {"version_id_col": _verdict_version}


class WatchReason(StrEnum):
    """When a watcher wants to hear."""

    OPENS = "opens"
    CLOSES = "closes"
    FITS = "fits"
    PUBLISHED = "published"


class Watch(SQLModel, table=True):
    """A person wants to hear of a measure."""

    __table_args__ = (
        unique_where(
            "uq_watch_company",
            ("person_id", "measure_id", "reason", "company_id"),
            "ended_at IS NULL AND company_id IS NOT NULL",
        ),
        unique_where(
            "uq_watch_person",
            ("person_id", "measure_id", "reason"),
            "ended_at IS NULL AND company_id IS NULL",
        ),
    )

    id: int = id_field()
    person_id: int = reference("person.id")
    company_id: int | None = reference("company.id", nullable=True)
    measure_id: str = Field(max_length=64, index=True)
    reason: WatchReason = code(WatchReason, WatchReason.OPENS)
    created_at: datetime
    ended_at: datetime | None = None


class MarkKind(StrEnum):
    """What a company says of a measure itself."""

    HELD = "held"
    IRRELEVANT = "irrelevant"


class MeasureMark(SQLModel, table=True):
    """已享受 or 不相关; the newest open row counts."""

    id: int = id_field()
    company_id: int = reference("company.id")
    measure_id: str = Field(max_length=64)
    kind: MarkKind = code(MarkKind, MarkKind.HELD)
    reason: str = Field(default="", max_length=32)
    person_id: int = reference("person.id", index=False)
    created_at: datetime
    ended_at: datetime | None = None


class KeptMark(NamedTuple):
    """What a company says of a measure, read of its open row."""

    company_id: int
    measure_id: str
    kind: MarkKind
    reason: str
