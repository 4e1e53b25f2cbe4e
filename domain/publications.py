"""The life of a publication: who may put a change of the catalogue in force, and who must agree."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from domain.differences import Change
from domain.verdicts import Outcome
from domain.words import Words

LARGE_SHARE = 0.05
"""A change for more than this share of all companies is confirmed by a second person."""

SAMPLES = 3
"""Companies shown for each measure."""


class PublicationState(StrEnum):
    """Where a publication stands.

    FETCHING waits for the file, EXAMINING for differences and impact, PROPOSED for its author,
    WAITING for a second person. FAULTY, SENT_BACK, DROPPED and UNDONE are the end.
    """

    FETCHING = "fetching"
    EXAMINING = "examining"
    FAULTY = "faulty"
    PROPOSED = "proposed"
    WAITING = "waiting"
    PUBLISHED = "published"
    SENT_BACK = "sent_back"
    DROPPED = "dropped"
    UNDONE = "undone"


class Step(StrEnum):
    """What an editor or an administrator may do to it."""

    PUBLISH = "publish"
    ASK_SECOND = "ask_second"
    CONFIRM = "confirm"
    SEND_BACK = "send_back"
    DROP = "drop"
    UNDO = "undo"


class By(StrEnum):
    """Which of them: whoever proposed it, anybody but that one, or anybody."""

    AUTHOR = "author"
    SECOND = "second"
    ANYBODY = "anybody"


@dataclass(frozen=True, slots=True)
class Transition:
    """From where, to where, by whom; `large`: only for changes that are, or are not."""

    frm: frozenset[PublicationState]
    to: PublicationState
    by: By
    large: bool | None = None


_S = PublicationState
LIFE_CYCLE: dict[Step, Transition] = {
    Step.PUBLISH: Transition(frozenset({_S.PROPOSED}), _S.PUBLISHED, By.AUTHOR, large=False),
    Step.ASK_SECOND: Transition(frozenset({_S.PROPOSED}), _S.WAITING, By.AUTHOR, large=True),
    Step.CONFIRM: Transition(frozenset({_S.WAITING}), _S.PUBLISHED, By.SECOND),
    Step.SEND_BACK: Transition(frozenset({_S.WAITING}), _S.SENT_BACK, By.SECOND),
    Step.DROP: Transition(
        frozenset({_S.FETCHING, _S.EXAMINING, _S.PROPOSED, _S.WAITING}), _S.DROPPED, By.AUTHOR
    ),
    Step.UNDO: Transition(frozenset({_S.PUBLISHED}), _S.UNDONE, By.ANYBODY),
}


def allowed_steps(state: PublicationState, *, is_author: bool, is_large: bool) -> tuple[Step, ...]:
    """What somebody who edits may do now, in the order of the buttons."""
    return tuple(
        step
        for step, transition in LIFE_CYCLE.items()
        if state in transition.frm
        and transition.large in {None, is_large}
        and _suits(transition.by, is_author=is_author)
    )


def _suits(by: By, *, is_author: bool) -> bool:
    return by is By.ANYBODY or (by is By.AUTHOR) == is_author


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Sample(_Kept):
    """A company whose outcome changes, as what it is and never by name.

    `industry` is a division of GB/T 4754 (two digits), `sizes` the size classes it may have;
    `deciding` are the criteria that come out otherwise than before. None: not offered.
    """

    industry: str | None
    sizes: tuple[str, ...]
    before: Outcome | None
    after: Outcome | None
    deciding: tuple[Words, ...] = ()


class MeasureImpact(_Kept):
    """What a change of one measure means, in companies (see services/reach.py)."""

    id: str
    change: Change
    gain: int = 0
    lose: int = 0
    undetermined: int = 0
    affected: int = 0
    samples: tuple[Sample, ...] = ()


class Impact(_Kept):
    """What a publication means for the companies there are.

    `pending` companies could not be judged yet: their derived rows are still to be written.
    """

    companies: int = 0
    pending: int = 0
    decides: bool = False
    measures: tuple[MeasureImpact, ...] = ()

    @property
    def affected(self) -> int:
        """Companies whose outcome changes; one that two measures concern counts twice."""
        return sum(one.affected for one in self.measures)

    @property
    def is_large(self) -> bool:
        """Whether a second person is needed. Who could not be judged yet may be affected."""
        unsure = self.pending if self.decides else 0
        return self.affected + unsure > self.companies * LARGE_SHARE

    @property
    def is_empty(self) -> bool:
        """Whether everything proposed is in force already, word for word."""
        return all(one.change is Change.SAME for one in self.measures)
