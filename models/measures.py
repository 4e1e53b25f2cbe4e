"""The published versions of each measure, so that a verdict can name the one it judged."""

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import document, id_field, reference


class MeasureVersion(SQLModel, table=True):
    """One version of one measure; the highest number is in force.

    `reason` is FILES, `undo:` with a publication's number, or the words of its author.
    """

    __table_args__ = (UniqueConstraint("measure_id", "number"),)

    id: int = id_field()
    measure_id: str = Field(max_length=64)
    number: int
    body: dict[str, Any] = document(dict)
    published_at: datetime
    author_id: int | None = reference("person.id", index=False, nullable=True)
    reason: str = ""
    publication_id: int | None = reference("publication.id", nullable=True)
