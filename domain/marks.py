"""What comes of a criterion, and how marks join: strong Kleene logic, two kinds of unknown."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum, StrEnum


class State(StrEnum):
    """The three answers."""

    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"


class Mark(IntEnum):
    """What comes of a criterion, the worst first: of several that must hold, the least counts."""

    UNMET = 0
    """It certainly fails."""
    ASK = 1
    """It is not known, and the company can say more."""
    OFFICER = 2
    """It is not known, and only an officer can tell; or it fails on weak authority."""
    WEAK = 3
    """It is met on weak authority: turned round, it fails nobody."""
    MET = 4
    """It is certainly met."""


UNMET, ASK, OFFICER, WEAK, MET = Mark
STATES = (State.UNMET, State.UNKNOWN, State.UNKNOWN, State.MET, State.MET)
TURNED = (MET, ASK, OFFICER, OFFICER, UNMET)
"""What comes of the opposite."""


def together(marks: Iterable[Mark]) -> Mark:
    """All of them: one failure fails, one unknown leaves it open, to the company first."""
    worst = MET
    for mark in marks:
        if mark < worst:
            if mark is UNMET:
                return mark
            worst = mark
    return worst


def either(marks: Iterable[Mark]) -> Mark:
    """Any of them: one success is enough, one unknown leaves it open, to the company first."""
    best, asks = UNMET, False
    for mark in marks:
        if mark is MET:
            return mark
        asks = asks or mark is ASK
        best = max(best, mark)
    return ASK if asks and best is OFFICER else best
