"""The office: its departments and desks, its own working days, and who of it is away."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from domain.absences import AbsenceState
from domain.calendar_changes import ChangeSource, ChangeState
from models.base import code, document, id_field, reference, version_column


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


_change_version = version_column()


class CalendarChange(SQLModel, table=True):
    """One change of the calendar by the district; those in force are laid over each other by
    `number`, which it gets when it is saved.

    `patch` and `reverse` are domain.calendar_changes.CalendarPatch; `by` None: the command line, or
    the catalogue's own files, whose `print` tells whether they changed. `faults` say why a file was
    not taken ({file, line, zh, en}). Open tasks are worked out anew in slices: up to task
    `reckoned_to`; `moved` counts promises that changed.
    """

    __tablename__ = "calendar_change"

    id: int = id_field()
    number: int | None = Field(default=None, unique=True)
    state: ChangeState = code(ChangeState, ChangeState.PROPOSED)
    source: ChangeSource = code(ChangeSource, ChangeSource.CHAT)
    patch: dict[str, Any] = document(dict)
    reverse: dict[str, Any] = document(dict)
    undoes: int | None = reference("calendar_change.id", index=False, nullable=True)
    undone_at: datetime | None = None
    by: int | None = reference("person.id", index=False, nullable=True)
    file_name: str = ""
    faults: list[dict[str, Any]] = document(list)
    print: str = Field(default="", max_length=64)
    created_at: datetime
    saved_at: datetime | None = None
    reckoned_to: int = Field(default=0, sa_type=BigInteger)
    reckoned_at: datetime | None = None
    moved: int = 0
    version: int = Field(default=1, sa_column=_change_version)

    __mapper_args__ = {"version_id_col": _change_version}


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
