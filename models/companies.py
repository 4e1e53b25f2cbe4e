"""Companies, and the history of what is known of them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from models.base import DOCUMENT, code, id_field, reference, version_column

_company_version = version_column()


class Company(SQLModel, table=True):
    """A company, or the plan of one. `uscc` is public and opens nothing by itself.

    `contact_id` is the member who asked to be the one that hears of policies.
    """

    id: int = id_field()
    name: str = ""
    uscc: str | None = Field(default=None, unique=True, max_length=18)
    uscc_checked: bool = False
    contact_id: int | None = reference("person.id", index=False, nullable=True)
    created_by: int | None = reference("person.id", index=False, nullable=True)
    created_at: datetime
    erased_at: datetime | None = None
    version: int = Field(default=1, sa_column=_company_version)

    __mapper_args__ = {"version_id_col": _company_version}


class FactSource(StrEnum):
    """Who says so."""

    SELF = "self"
    IMPORT = "import"
    OFFICER = "officer"
    INFERRED = "inferred"


class Fact(SQLModel, table=True):
    """One thing known of a company since a moment. Rows are added, never changed.

    The newest row of (key, year, item) counts. `value` is written as in a profile file; for an
    item of a choices fact it is {"held": bool, "until": date or null}. None takes the fact back.
    """

    __table_args__ = (
        Index("ix_fact_company_key", "company_id", "key", "at"),
        Index("ix_fact_key", "key", "at"),
    )

    id: int = id_field()
    company_id: int = reference("company.id", index=False)
    key: str = Field(max_length=64)
    year: int | None = None
    item: str | None = Field(default=None, max_length=64)
    value: Any = Field(default=None, sa_type=DOCUMENT)
    source: FactSource = code(FactSource, FactSource.SELF)
    person_id: int | None = reference("person.id", index=False, nullable=True)
    at: datetime
