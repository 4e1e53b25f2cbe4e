"""Who looks after which company, and the visits that come of it. Words stand in Message."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from domain.visits import VisitKind, VisitOutcome
from models.base import code, id_field, index_where, reference, unique_where, version_column


class Liaison(SQLModel, table=True):
    """结对: an officer looks after a company; at most one at a time does."""

    __table_args__ = (unique_where("uq_liaison_company", ("company_id",), "until IS NULL"),)

    id: int = id_field()
    company_id: int = reference("company.id")
    officer_id: int = reference("person.id")
    since: datetime
    until: datetime | None = None
    assigned_by: int | None = reference("person.id", index=False, nullable=True)


_visit_version = version_column()


class Visit(SQLModel, table=True):
    """One contact or visit, planned or asked for (`ticket_id`). While it is open the officer may be
    None: then it is the duty desk's. Open planned ones keep their row when they are put off."""

    __table_args__ = (
        index_where("ix_visit_open", ("officer_id", "due"), "done_at IS NULL"),
        index_where("ix_visit_open_due", ("due",), "done_at IS NULL"),
    )

    id: int = id_field()
    company_id: int = reference("company.id")
    officer_id: int | None = reference("person.id", index=False, nullable=True)
    kind: VisitKind = code(VisitKind, VisitKind.VISIT)
    due: date
    ticket_id: int | None = reference("ticket.id", nullable=True)
    created_at: datetime
    done_at: datetime | None = None
    done_by: int | None = reference("person.id", index=False, nullable=True)
    outcome: VisitOutcome | None = code(VisitOutcome, None)
    version: int = Field(default=1, sa_column=_visit_version)

    __mapper_args__ = {"version_id_col": _visit_version}
