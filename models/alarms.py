"""Alarms that ring or rang: one row from the moment it began until it was over."""

from datetime import datetime
from typing import Any

from sqlmodel import SQLModel

from domain.alarms import AlarmKind
from models.base import code, document, id_field, unique_where

#: What the index over ringing alarms holds; a query repeats it word for word.
RINGS = "until IS NULL"


class Alarm(SQLModel, table=True):
    """One alarm; `until` None: it rings. Details are numbers and codes, never words of people."""

    __table_args__ = (unique_where("uq_alarm_ringing", ("kind",), RINGS),)

    id: int = id_field()
    kind: AlarmKind = code(AlarmKind, AlarmKind.COURIER_STUCK)
    since: datetime
    until: datetime | None = None
    details: dict[str, Any] = document(dict)
