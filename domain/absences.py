"""Leave and stand-ins: who acts for whom while somebody is away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class AbsenceState(StrEnum):
    """Filed for later; away now; back again, or never gone."""

    PLANNED = "planned"
    AWAY = "away"
    OVER = "over"
    CANCELLED = "cancelled"


#: Leave that still matters.
OPEN_ABSENCES = (AbsenceState.PLANNED, AbsenceState.AWAY)


@dataclass(frozen=True, slots=True)
class Leave:
    """Whole days of the office, the first and the last included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("leave ends before it begins")

    def overlaps(self, other: "Leave") -> bool:
        """Whether the two share a day."""
        return self.first <= other.last and other.first <= self.last


def acting_for(person_id: int, away: Mapping[int, int | None]) -> int | None:
    """Who acts in somebody's place: the person when present, else the stand-in at the end of the
    chain; None where there is none, or where the chain bites its own tail.

    `away` names the stand-in (or None) of everybody who is away.
    """
    seen: set[int] = set()
    current: int | None = person_id
    while current is not None and current in away:
        if current in seen:
            return None
        seen.add(current)
        current = away[current]
    return current


def represented_by(person_id: int, away: Mapping[int, int | None]) -> frozenset[int]:
    """Those in whose place somebody acts now; nobody while they are away themselves."""
    return frozenset(absent for absent in away if acting_for(absent, away) == person_id)
