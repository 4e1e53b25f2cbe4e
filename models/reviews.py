"""The reviews of every company's outcomes: why each was made, and how far it has come."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from models.base import code, document, id_field, unique_where


class ReviewCause(StrEnum):
    """Time passed, or something was published."""

    NIGHT = "night"
    PUBLISHED = "published"


class Review(SQLModel, table=True):
    """One walk through all companies by their id, as of a day; `measures` empty: every one.

    A published review covers the versions after `since_version`, up to `upto_version`
    (ids of MeasureVersion). `reached` is the last company looked at.
    """

    __table_args__ = (
        unique_where("uq_review_night", ("day",), "cause = 'night'"),
        unique_where("uq_review_published", ("upto_version",), "cause = 'published'"),
    )

    id: int = id_field()
    cause: ReviewCause = code(ReviewCause, ReviewCause.NIGHT)
    day: date
    measures: list[str] = document(list)
    since_version: int = Field(default=0, sa_type=BigInteger)
    upto_version: int = Field(default=0, sa_type=BigInteger)
    reached: int = Field(default=0, sa_type=BigInteger)
    started_at: datetime
    finished_at: datetime | None = None
