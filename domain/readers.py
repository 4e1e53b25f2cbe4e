"""What a leaf is asked, and what it answers: yes, no, or the facts in the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

from domain.criteria import Op
from domain.derived import Gap, Readings, merged
from domain.facts import DateSpan, Held, Span

Shown = Span | DateSpan | Held | frozenset[str] | bool | str | None
"""The value a criterion looked at, for the card."""

Answer = bool | tuple[Gap, ...]
"""True, False, or not known: then the facts in the way, and none when no fact would help."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """What a number was compared with."""

    op: Op
    value: float


class Seen(NamedTuple):
    """What a leaf looked at."""

    value: Shown
    threshold: Threshold | None = None


class Reader(Protocol):
    """One leaf, ready to be asked of any company."""

    def answer(self, readings: Readings) -> Answer:
        """Yes, no, or the facts in the way."""

    def see(self, readings: Readings, /) -> Seen:
        """What the answer rests on."""


def all_of(*answers: Answer) -> Answer:
    """All of them: one no is a no, else what is in the way of any."""
    gaps: list[Gap] = []
    is_open = False
    for answer in answers:
        if answer is False:
            return False
        if answer is not True:
            is_open = True
            gaps += answer
    return merged(gaps) if is_open else True


def turned(answer: Answer) -> Answer:
    """The opposite; what is not known stays so."""
    return not answer if isinstance(answer, bool) else answer
