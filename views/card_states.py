"""What a card is drawn from: the verdict, and what stands around it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.answer_choices import Choice
from domain.facts import FactSpec
from domain.matches import Match
from domain.measures import CriteriaStatus, Measure
from domain.near_misses import NearMiss
from domain.screens import Button
from domain.verdicts import Outcome, Verdict
from domain.work_calendar import WorkCalendar
from models.matching import MarkKind, WatchReason
from views.translations import Translator


@dataclass(frozen=True, slots=True)
class CardQuestion:
    """What the company could answer on the card."""

    spec: FactSpec
    year: int | None
    choices: Sequence[Choice]


@dataclass(frozen=True, slots=True)
class CardState:
    """What stands around a verdict: marks, watches, the question, where 返回 leads."""

    mark: MarkKind | None = None
    mark_until: date | None = None
    watches: tuple[WatchReason, ...] = ()
    can_watch: bool = True
    question: CardQuestion | None = None
    back: Button | None = None
    bot_username: str = ""
    changed: bool = False
    can_mark: bool = False


@dataclass(frozen=True, slots=True)
class Drawn:
    """All that the lines of a card are read from."""

    t: Translator
    measure: Measure
    verdict: Verdict
    match: Match
    state: CardState
    calendar: WorkCalendar

    @property
    def is_settled(self) -> bool:
        """Whether the company has it or does not want it: nothing is judged any more."""
        return self.state.mark is not None or self.measure.id in self.match.had

    @property
    def is_done(self) -> bool:
        """Whether it is a duty that the company says is done."""
        return self.measure.is_duty and self.state.mark is MarkKind.HELD

    @property
    def fits(self) -> bool:
        """Whether every condition is met, if only by plan."""
        return self.verdict.outcome is Outcome.ELIGIBLE or self.verdict.fits_once_founded

    @property
    def near(self) -> NearMiss | None:
        """The step that is missing, where it is one that can be taken."""
        miss = self.verdict.near_miss
        return miss if miss is not None and miss.is_near else None

    @property
    def ask(self) -> str:
        """The words of the button that leads to an officer."""
        is_unpublished = self.measure.criteria_status is CriteriaStatus.NONE
        return self.t.plain(f"measures.ask.{'unpublished' if is_unpublished else 'confirm'}")
