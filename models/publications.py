"""What editors propose to publish, and what became of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, LargeBinary
from sqlmodel import Field, SQLModel

from domain.publications import PublicationState
from models.base import code, document, id_field, reference, version_column

_publication_version = version_column()


class Publication(SQLModel, table=True):
    """One file of an editor, or one run of the command line (`author_id` None), with its measures.

    `content` is the file until it was read, `bodies` the measures in it, `faults` why it was not
    taken ({file, line, zh, en}). `impact` is a domain.publications.Impact, computed against the
    catalogue whose newest version was `base`, in which the measures had the numbers `replaces`.
    `cards` are our Messages that show it, with a print of what they show. Policy texts and words of
    staff; of companies only what kind they are.
    """

    id: int = id_field()
    number: int = Field(unique=True)
    state: PublicationState = code(PublicationState, PublicationState.EXAMINING)
    author_id: int | None = reference("person.id", index=False, nullable=True)
    reason: str = ""
    file_name: str = ""
    content: bytes | None = Field(default=None, sa_type=LargeBinary)
    bodies: list[dict[str, Any]] = document(list)
    faults: list[dict[str, Any]] = document(list)
    base: int = Field(default=0, sa_type=BigInteger)
    replaces: dict[str, int] = document(dict)
    impact: dict[str, Any] = document(dict)
    cards: dict[str, str] = document(dict)
    created_at: datetime
    examined_at: datetime | None = None
    asked_at: datetime | None = None
    decided_by: int | None = reference("person.id", index=False, nullable=True)
    decided_at: datetime | None = None
    note: str = ""
    undone_by: int | None = reference("person.id", index=False, nullable=True)
    undone_at: datetime | None = None
    version: int = Field(default=1, sa_column=_publication_version)

    __mapper_args__ = {"version_id_col": _publication_version}
