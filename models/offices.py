"""The office: its departments and desks, its own working days, and who of it is away."""

from datetime import date, datetime

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from domain.absences import AbsenceState
from models.base import code, id_field, reference, version_column


class DepartmentNote(SQLModel, table=True):
    """An administrator confirmed that a department of the catalogue is real and responsible."""

    __tablename__ = "department_note"

    key: str = Field(primary_key=True, max_length=64)
    confirmed_by: int = reference("person.id", index=False)
    confirmed_at: datetime


_desk_version = version_column()


class Desk(SQLModel, table=True):
    """A group bound to a department; `lacks` lists the rights the bot is missing there."""

    id: int = id_field()
    bot_id: int = Field(sa_type=BigInteger)
    chat_id: int = Field(sa_type=BigInteger, index=True)
    department: str = Field(max_length=64, index=True)
    is_forum: bool = False
    lacks: str = Field(default="", max_length=128)
    bound_by: int = reference("person.id", index=False)
    bound_at: datetime
    unbound_at: datetime | None = None
    hinted_at: datetime | None = None
    version: int = Field(default=1, sa_column=_desk_version)

    __mapper_args__ = {"version_id_col": _desk_version}


class CalendarOverride(SQLModel, table=True):
    """The district's own word on a day, stronger than any calendar."""

    __tablename__ = "calendar_override"

    day: date = Field(primary_key=True)
    works: bool
    by: int = reference("person.id", index=False)
    at: datetime


_absence_version = version_column()


class Absence(SQLModel, table=True):
    """Leave of somebody in the office, in whole local days, and who stands in meanwhile.

    `stand_in_id` None: whoever leads the department answers for the work.
    """

    id: int = id_field()
    person_id: int = reference("person.id")
    first: date
    last: date
    stand_in_id: int | None = reference("person.id", nullable=True)
    state: AbsenceState = code(AbsenceState, AbsenceState.PLANNED)
    created_by: int = reference("person.id", index=False)
    created_at: datetime
    ended_at: datetime | None = None
    version: int = Field(default=1, sa_column=_absence_version)

    __mapper_args__ = {"version_id_col": _absence_version}
