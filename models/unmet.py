"""What companies asked for and did not get, counted for the editors of the catalogue."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from models.base import code, id_field, reference


class UnmetKind(StrEnum):
    """A search that found nothing, one whose finds were all wrong, a problem without a measure."""

    NOTHING_FOUND = "nothing_found"
    NONE_OF_THESE = "none_of_these"
    PROBLEM = "problem"


class UnmetNeed(SQLModel, table=True):
    """One of them, without a name. The words of a search stand in a Message and go with it.

    `industry` is the division (two digits), empty when it is not known; `category` is a problem's.
    """

    __tablename__ = "unmet_need"

    id: int = id_field()
    kind: UnmetKind = code(UnmetKind, UnmetKind.NOTHING_FOUND)
    industry: str = Field(default="", max_length=2)
    category: str = Field(default="", max_length=32)
    message_id: int | None = reference("message.id", nullable=True)
    at: datetime = Field(index=True)
