"""Persons, what they consented to, and their links to companies and office roles."""

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel

from domain.actors import Hat, Role
from models.base import code, id_field, index_where, reference, unique_where, version_column

#: What the index over people who cannot be reached holds; a query repeats it word for word.
IS_UNREACHABLE = "unreachable_since IS NOT NULL"

_person_version = version_column()


class Person(SQLModel, table=True):
    """Somebody with a chat. Erasing blanks the name and keeps the row for the history's sake."""

    __table_args__ = (index_where("ix_person_unreachable", ("id",), IS_UNREACHABLE),)

    id: int = id_field()
    telegram_id: int = Field(unique=True, sa_type=BigInteger)
    name: str = ""
    username: str = ""
    locale: str = ""
    hat: Hat = code(Hat, Hat.COMPANY)
    active_company_id: int | None = Field(default=None, sa_type=BigInteger)
    started_at: datetime | None = None
    unreachable_since: datetime | None = None
    created_at: datetime
    erased_at: datetime | None = None
    version: int = Field(default=1, sa_column=_person_version)

    __mapper_args__ = {"version_id_col": _person_version}


class Consent(SQLModel, table=True):
    """One giving or taking back of consent; the newest row of a person counts."""

    id: int = id_field()
    person_id: int = reference("person.id")
    text_version: str
    given: bool
    at: datetime


class Membership(SQLModel, table=True):
    """A person's link to a company, or to an office role; both can be many, none is deleted."""

    __table_args__ = (
        unique_where(
            "uq_membership_company",
            ("person_id", "role", "company_id"),
            "until IS NULL AND company_id IS NOT NULL",
        ),
        unique_where(
            "uq_membership_department",
            ("person_id", "role", "department"),
            "until IS NULL AND department IS NOT NULL",
        ),
        unique_where(
            "uq_membership_office",
            ("person_id", "role"),
            "until IS NULL AND company_id IS NULL AND department IS NULL",
        ),
        Index("ix_membership_role", "role"),
    )

    id: int = id_field()
    person_id: int = reference("person.id")
    role: Role = code(Role, Role.MEMBER)
    company_id: int | None = reference("company.id", nullable=True)
    department: str | None = None
    since: datetime
    until: datetime | None = None
    invited_by: int | None = reference("person.id", index=False, nullable=True)


_invitation_version = version_column()


class Invitation(SQLModel, table=True):
    """A one-time link; only the hash of its secret is kept."""

    id: int = id_field()
    secret_hash: str = Field(unique=True, max_length=64)
    role: Role = code(Role, Role.MEMBER)
    company_id: int | None = reference("company.id", nullable=True)
    department: str | None = None
    created_by: int | None = reference("person.id", index=False, nullable=True)
    created_at: datetime
    expires_at: datetime
    used_by: int | None = reference("person.id", index=False, nullable=True)
    used_at: datetime | None = None
    revoked_at: datetime | None = None
    version: int = Field(default=1, sa_column=_invitation_version)

    __mapper_args__ = {"version_id_col": _invitation_version}


class JoinRequest(SQLModel, table=True):
    """Somebody typed the code of a company that is already here; its members decide."""

    id: int = id_field()
    person_id: int = reference("person.id")
    company_id: int = reference("company.id")
    created_at: datetime
    decided_at: datetime | None = None
    decided_by: int | None = reference("person.id", index=False, nullable=True)
    accepted: bool | None = None
