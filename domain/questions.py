"""The next question: the fact that settles most for this company, and none once nothing can change.

Every fact that is in the way is tried with the answers a person could give (the buttons, or both
sides of a yes or no); what counts is how many undetermined verdicts become definite.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from domain.catalogue import Catalogue
from domain.contradictions import Contradiction, contradictions
from domain.derived import Gap, Readings
from domain.facts import DateSpan, FactSpec, FactValue, Held, Kind, PerYear, Profile, Span
from domain.measures import Measure
from domain.verdicts import Outcome, Verdict, judge, judge_all

NEED_WEIGHT = 3.0
"""A measure that serves a need the company named counts this much more."""

DEADLINE_WEIGHT = 1.5
DEADLINE_NEAR = timedelta(days=60)
"""A measure that is open and closes within this time counts a little more."""

PROGRESS = 0.1
"""What a question is worth for a measure it brings nearer but does not settle."""

TYPICAL_INDUSTRIES = ("39", "51", "65", "73")
"""Manufacturing, wholesale, software, research: rows of the size table that differ most."""


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask next. `year` for a per-year fact; `settles` measures could be decided by it.

    With a contradiction the question is which of the facts told is right.
    """

    fact: str
    year: int | None
    settles: int
    contradiction: Contradiction | None = None


def next_question(
    catalogue: Catalogue,
    profile: Profile,
    as_of: date,
    *,
    needs: Collection[str] = (),
    skipped: Collection[str] = (),
    held: Mapping[str, bool] | None = None,
    verdicts: Iterable[Verdict] | None = None,
) -> Question | None:
    """The best question now, None when no answer can change anything.

    `skipped` facts were asked and not answered; they are not asked again. `verdicts` may be given
    when they are known already.
    """
    known = judge_all(catalogue, profile, as_of, held) if verdicts is None else verdicts
    open_ = [verdict for verdict in known if verdict.outcome is Outcome.UNDETERMINED]
    asking = _Asking(catalogue, profile, as_of, frozenset(needs), dict(held or {}))
    gaps = {gap.key: gap for verdict in open_ for gap in verdict.askable}
    contested = _contested(asking, gaps, skipped)
    candidates = [gap for key, gap in gaps.items() if key not in skipped]
    return contested or _best(asking, open_, candidates)


def _best(asking: _Asking, open_: list[Verdict], gaps: list[Gap]) -> Question | None:
    scored = [(asking.worth(gap, open_), gap) for gap in gaps]
    useful = [(worth, gap) for worth, gap in scored if worth.score > 0]
    if not useful:
        return None
    order = asking.catalogue.facts.order
    worth, gap = max(useful, key=lambda pair: (pair[0].score, -order(pair[1].key)))
    return Question(gap.key, asking.year(gap), worth.settles)


@dataclass(frozen=True, slots=True)
class _Worth:
    score: float
    settles: int


@dataclass(frozen=True)
class _Asking:
    """Trying answers for one company on one day."""

    catalogue: Catalogue
    profile: Profile
    as_of: date
    needs: frozenset[str]
    held: dict[str, bool]

    def worth(self, gap: Gap, open_: list[Verdict]) -> _Worth:
        """What asking for the fact is worth over the open verdicts."""
        spec = self.catalogue.facts[gap.key]
        tried = [self._after(gap, answer) for answer in answers(spec, self.as_of)]
        score, settles = 0.0, 0
        for verdict in open_:
            if gap.key not in {one.key for one in verdict.askable}:
                continue
            settled = self._share_settled(verdict, gap.key, tried)
            settles += settled > 0
            nearer = PROGRESS / len(verdict.askable)
            score += self._weight(verdict) * max(settled, nearer)
        return _Worth(score, settles)

    def year(self, gap: Gap) -> int | None:
        """The latest fiscal year that is missing."""
        return max(gap.years, default=None)

    def _after(self, gap: Gap, answer: FactValue) -> Readings:
        year = self.year(gap)
        if year is not None and isinstance(answer, Span):
            answer = PerYear.of({year: answer})
        return Readings(self.profile.with_fact(gap.key, answer), self.as_of)

    def _share_settled(self, verdict: Verdict, key: str, tried: list[Readings]) -> float:
        measure = self.catalogue.measure(verdict.measure)
        if measure is None or not tried or not _may_settle(verdict, key):
            return 0.0
        return sum(self._definite(measure, readings) for readings in tried) / len(tried)

    def _definite(self, measure: Measure, readings: Readings) -> bool:
        verdict = judge(measure, readings, self.as_of, self.catalogue, self.held)
        return verdict.outcome is not Outcome.UNDETERMINED

    def _weight(self, verdict: Verdict) -> float:
        measure = self.catalogue.measure(verdict.measure)
        weight = NEED_WEIGHT if measure and self.needs & set(measure.needs) else 1.0
        window = verdict.window
        if window.state == "open" and window.closes and window.closes - self.as_of <= DEADLINE_NEAR:
            weight *= DEADLINE_WEIGHT
        return weight


def _may_settle(verdict: Verdict, key: str) -> bool:
    """Whether one answer can end the doubt: every open way lacks it, or one lacks nothing else.

    Spares trying answers that cannot; judging is what this costs.
    """
    open_ways = [way for way in verdict.ways if way.outcome is Outcome.UNDETERMINED]
    missing = [{gap.key for gap in way.missing} for way in open_ways]
    return all(key in keys for keys in missing) or any(keys <= {key} for keys in missing)


def answers(spec: FactSpec, as_of: date) -> list[FactValue]:
    """Answers a person could give: the buttons, both sides of a yes or no, typical days and trades.

    Nothing for names: no criterion reads them.
    """
    match spec.kind:
        case Kind.NUMBER | Kind.RATIO:
            return [band.span for band in spec.bands]
        case Kind.FLAG:
            return [True, False]
        case Kind.CHOICE:
            return [option.value for option in spec.options]
        case Kind.CHOICES:
            every: list[FactValue] = [
                Held(((option.value, None),), complete=True) for option in spec.options
            ]
            return [Held(complete=True), *every]
        case Kind.DATE:
            return [DateSpan.exactly(as_of - timedelta(days=days)) for days in (30, 800, 4000)]
        case Kind.CODE:
            return list(TYPICAL_INDUSTRIES)
        case _:
            return []


def _contested(
    asking: _Asking, gaps: Mapping[str, Gap], skipped: Collection[str]
) -> Question | None:
    """Two facts that contradict each other come first: which is right decides what follows."""
    for clash in contradictions(asking.profile, asking.as_of):
        key = next((key for key in clash.keys if key in gaps), None)
        if key is not None and not set(clash.keys) & set(skipped):
            return Question(key, None, 0, clash)
    return None
