"""What came of a criterion, and what is in the way where it is not settled.

Companies are many, and what comes of a criterion is soon the same again: a survey is made once,
shared, and told apart from others by being another object.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.derived import Gap
from domain.marks import ASK, MET, OFFICER, UNMET, WEAK, Mark
from domain.readers import Answer

KEPT = 256
"""How many different ways of coming out are remembered of one group."""


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """A mark, and what is in the way where the criterion is not settled.

    `gaps`: what the company could say; `officer`: the leaves that wait for an officer; `doubtful`:
    it fails, but on weak authority.
    """

    mark: Mark
    gaps: tuple[Gap, ...] = ()
    officer: tuple[str, ...] = ()
    doubtful: bool = False


SETTLED = {mark: Survey(mark) for mark in (UNMET, WEAK, MET)}


class AnswerSurveys(dict[Answer, Survey]):
    """What each answer of a leaf comes to; of facts in the way it is worked out when first met."""

    def __init__(self, criterion: str, asked: frozenset[str], *, is_weak: bool) -> None:
        self._asked = asked
        self._waiting = Survey(OFFICER, (), (criterion,))
        doubted = Survey(OFFICER, (), (criterion,), doubtful=True)
        self[True] = SETTLED[WEAK if is_weak else MET]
        self[False] = doubted if is_weak else SETTLED[UNMET]

    def __missing__(self, answer: Answer) -> Survey:
        gaps = answer if isinstance(answer, tuple) else ()
        asked = tuple([gap for gap in gaps if gap.key in self._asked])
        survey = self[answer] = Survey(ASK, asked) if asked else self._waiting
        return survey
