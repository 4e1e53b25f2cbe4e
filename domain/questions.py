"""The next question: the fact that settles most for this company, and none once nothing can change.

Every fact in the way of a verdict that can still change is tried with the answers a company may
well give. What counts is how much less there is left to ask: an answer that settles a verdict
spares all that it waited for, one that closes a way in spares what that way waited for, and a fact
that several measures share counts for each of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from domain.catalogue import Catalogue
from domain.contradictions import Contradiction, contradictions
from domain.derived import NOTHING, Readings
from domain.doubts import Unit, worth_asking
from domain.facts import FactDictionary, Profile
from domain.likely_answers import likely_answers
from domain.measures import Measure, window_state
from domain.plans import plannable
from domain.prospects import Enquiry
from domain.rules import MeasureRules, Outcome

NEED_WEIGHT = 10.0
"""A measure that serves a need the company named counts this much more."""

DEADLINE_WEIGHT = 1.5
DEADLINE_NEAR = timedelta(days=60)
"""A measure that is open and closes within this time counts a little more."""

SETTLING = 3.0
"""To settle a verdict counts as much as that many questions spared."""


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask next. `year` for a per-year fact; one answer may settle that many verdicts.

    With a contradiction the question is which of the facts told is right.
    """

    fact: str
    year: int | None
    settles: int
    contradiction: Contradiction | None = None


def next_question(
    catalogue: Catalogue,
    profile: Profile | Readings,
    as_of: date,
    *,
    needs: Collection[str] = (),
    skipped: Collection[str] = (),
    held: Mapping[str, bool] = NOTHING,
    apart: Collection[str] = (),
) -> Question | None:
    """The best question now, None when no answer can change anything.

    Readings may be given for the profile, to share them with the verdicts. `skipped` facts were
    asked and not answered; they are not asked again. Measures set `apart` are of no interest to the
    company.
    """
    readings = profile if isinstance(profile, Readings) else Readings(profile, as_of, held)
    enquiry = _enquiry(catalogue, readings, skipped)
    rules = [one for _, one in catalogue.asking if one.measure.id not in apart]
    asking = _Asking(catalogue.facts, enquiry, rules, frozenset(needs))
    return asking.contested() or asking.best()


def unsettled(
    catalogue: Catalogue, profile: Profile, as_of: date, *, skipped: Collection[str] = ()
) -> dict[str, set[Unit]]:
    """The measures whose verdict an answer can still change, each with all it is worth asking."""
    enquiry = _enquiry(catalogue, Readings(profile, as_of), skipped)
    units = {rules.measure.id: worth_asking(rules, enquiry) for _, rules in catalogue.asking}
    return {measure: open_ for measure, open_ in units.items() if open_}


def _enquiry(catalogue: Catalogue, readings: Readings, skipped: Collection[str]) -> Enquiry:
    """Of a company that is only planned nobody can say everything yet."""
    later = [spec.key for spec in catalogue.facts if readings.is_plan and not plannable(spec)]
    return Enquiry(readings, frozenset(skipped), frozenset(later))


@dataclass(frozen=True, slots=True)
class _Open:
    """A verdict that can still change, what might change it, and how much it counts."""

    rules: MeasureRules
    units: set[Unit]
    keys: frozenset[str]
    weight: float


class _Asking:
    """Trying answers for one company on one day."""

    def __init__(
        self,
        facts: FactDictionary,
        enquiry: Enquiry,
        rules: list[MeasureRules],
        needs: frozenset[str],
    ) -> None:
        self._facts = facts
        self._enquiry = enquiry
        self._readings = enquiry.readings
        self._rules = rules
        self._needs = needs
        self._open = list(self._in_doubt())
        self._trials: dict[Unit, list[tuple[Enquiry, float]]] = {}

    def _in_doubt(self) -> Iterator[_Open]:
        for rules in self._rules:
            units = worth_asking(rules, self._enquiry)
            if units:
                keys = frozenset([key for key, _ in units])
                yield _Open(rules, units, keys, self._weight(rules.measure))

    def _weight(self, measure: Measure) -> float:
        today = self._readings.as_of
        weight = NEED_WEIGHT if self._needs & set(measure.needs) else 1.0
        window = window_state(measure, today)
        if window.state == "open" and window.closes and window.closes - today <= DEADLINE_NEAR:
            weight *= DEADLINE_WEIGHT
        return weight

    def contested(self) -> Question | None:
        """Two facts that contradict each other come first: which is right decides what follows."""
        waited_for = {key for one in self._open for key in one.keys}
        for clash in contradictions(self._readings.profile, self._readings.as_of):
            key = next((key for key in clash.keys if key in waited_for), None)
            if key is not None and self._enquiry.skipped.isdisjoint(clash.keys):
                return Question(key, None, 0, clash)
        return None

    def best(self) -> Question | None:
        """What spares most; of two alike, what comes first in the dictionary."""
        best: tuple[float, int, Unit] | None = None
        for hope, unit in sorted(self._candidates(), reverse=True):
            if best is not None and hope < best[0]:
                break
            found = self._worth(unit), -self._facts.order(unit[0]), unit
            if found[0] and (best is None or found > best):
                best = found
        return self._question(*best[2]) if best else None

    def _candidates(self) -> Iterator[tuple[float, Unit]]:
        """Every fact that is waited for, of the latest year missing, and the most it can spare."""
        hopes: dict[str, float] = defaultdict(float)
        years: dict[str, int] = defaultdict(int)
        for one in self._open:
            most = one.weight * (SETTLING + len(one.units))
            for key in one.keys:
                hopes[key] += most
            for key, year in one.units:
                years[key] = max(years[key], year or 0)
        return ((hope, (key, years[key] or None)) for key, hope in hopes.items())

    def _tried(self, key: str, year: int | None) -> list[tuple[Enquiry, float]]:
        """The company as it would be after each likely answer; none that contradicts it."""
        if (key, year) not in self._trials:
            self._trials[key, year] = list(self._try(key, year))
        return self._trials[key, year]

    def _try(self, key: str, year: int | None) -> Iterator[tuple[Enquiry, float]]:
        readings = self._readings
        known = readings.profile.values.get(key)
        for value, chance in likely_answers(self._facts[key], known, year, readings.as_of):
            after = self._enquiry.supposing(key, value)
            if after.readings.contested <= readings.contested:
                yield after, chance

    def _worth(self, unit: Unit) -> float:
        """How much less there would be to ask, on the average of the answers."""
        key, year = unit
        asking = [one for one in self._open if key in one.keys]
        tried = self._tried(key, year)
        if not tried:
            return 0
        spared = sum(
            chance * one.weight * _spared(one, after) for after, chance in tried for one in asking
        )
        return spared / sum(chance for _, chance in tried)

    def _question(self, key: str, year: int | None) -> Question:
        """With as many verdicts as one of the answers makes definite."""
        reading = [one for one in self._rules if key in one.inputs]
        open_ = [one for one in reading if _is_open(one, self._readings)]
        settled = [
            sum(not _is_open(rules, after.readings) for rules in open_)
            for after, _ in self._tried(key, year)
        ]
        return Question(key, year, max(settled))


def _spared(one: _Open, after: Enquiry) -> float:
    """By how many questions there is less to ask; the one that is answered always counts."""
    left = worth_asking(one.rules, after)
    if not left:
        return SETTLING + len(one.units)
    return max(1, len(one.units) - len(left))


def _is_open(rules: MeasureRules, readings: Readings) -> bool:
    return rules.outcome(readings) is Outcome.UNDETERMINED
