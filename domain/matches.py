"""Everything a list of policies says of one company: which come first, grouped by need, adding up.

Every measure of the catalogue stands in exactly one place, so that the counts add up to the whole.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from domain.catalogue import Catalogue
from domain.contradictions import Contradiction, contradictions
from domain.derived import Readings
from domain.facts import Held, Profile
from domain.judgements import Judgement
from domain.measures import TITLES, Measure, Scope
from domain.plans import plannable
from domain.questions import Question, next_question
from domain.verdicts import Outcome, Verdict, judge_all

FAR = date.max


class Place(StrEnum):
    """Where a measure stands in the list: by its outcome, or apart from the others."""

    ELIGIBLE = "eligible"
    UNDETERMINED = "undetermined"
    AFTER_FOUNDING = "after_founding"
    OFFICER_CHECK = "officer_check"
    INELIGIBLE = "ineligible"
    CLOSED = "closed"
    HELD = "held"
    IRRELEVANT = "irrelevant"
    BACKGROUND = "background"


@dataclass(frozen=True)
class Entry:
    """One measure with its verdict, under a need; `wanted`: the company named that need."""

    measure: Measure
    verdict: Verdict
    place: Place
    need: str
    wanted: bool = False

    @property
    def is_named(self) -> bool:
        """Whether it has a line of its own: others are folded or only counted.

        What certainly does not fit is named where it is near, or where the company asked for it.
        """
        if self.place is Place.INELIGIBLE:
            return self.wanted or self.is_near
        return self.place in _HOPEFUL or (
            self.place is Place.CLOSED and self.verdict.outcome is not Outcome.OFFICER_CHECK
        )

    @property
    def is_near(self) -> bool:
        """Whether one step is missing."""
        miss = self.verdict.near_miss
        return miss is not None and miss.is_near

    @property
    def order(self) -> tuple[bool, int, bool, bool, date, float]:
        """Most useful first: what fits by days left, then what is nearest to an answer.

        One answer away comes before more than one; what cannot be applied for now comes last.
        """
        verdict = self.verdict
        away = len(verdict.way.missing)
        closes = verdict.window.closes or FAR
        return (
            self.place is Place.CLOSED,
            _RANK[_by_outcome(verdict)],
            away > 1,
            not self.is_near,
            closes if away <= 1 else FAR,
            -verdict.settled / (len(verdict.way.surveys) or 1),
        )


@dataclass(frozen=True)
class NeedGroup:
    """The measures for one need; `wanted` when the company named the need.

    What an officer must confirm stands between what may fit now and what does not.
    """

    need: str
    wanted: bool
    named: tuple[Entry, ...]
    for_officer: tuple[Entry, ...]

    @property
    def hopeful(self) -> tuple[Entry, ...]:
        """What fits or may fit, and can be applied for."""
        return tuple(entry for entry in self.named if entry.place in _HOPEFUL)

    @property
    def others(self) -> tuple[Entry, ...]:
        """Near misses, what does not fit, what is not open."""
        return tuple(entry for entry in self.named if entry.place not in _HOPEFUL)


_HOPEFUL = frozenset({Place.ELIGIBLE, Place.AFTER_FOUNDING, Place.UNDETERMINED})


_RANK = {place: rank for rank, place in enumerate(Place)}
_BY_OUTCOME = {outcome: Place(outcome.value) for outcome in Outcome}


def _by_outcome(verdict: Verdict) -> Place:
    return Place.AFTER_FOUNDING if verdict.awaits_founding else _BY_OUTCOME[verdict.outcome]


@dataclass(frozen=True, slots=True)
class Title:
    """A title the company holds, until its last day where that was said."""

    name: str
    until: date | None


def title_for(measure: Measure, profile: Profile, on: date) -> Title | None:
    """The title among a company's facts that shows that it has a measure already."""
    known = profile.get(TITLES)
    if not isinstance(known, Held):
        return None
    held = dict(known.items)
    names = [name for name in measure.grants if known.state(name, on)]
    return Title(names[0], held[names[0]]) if names else None


@dataclass(frozen=True)
class Match:
    """A company (or a draft of one) before the whole catalogue on one day.

    `saved` says whether the profile is kept; `skipped` facts are not asked again; `judged` names
    the officer whose word a fact is; `for_client`: an agent asks.
    """

    catalogue: Catalogue
    profile: Profile
    as_of: date
    needs: tuple[str, ...] = ()
    held: frozenset[str] = frozenset()
    irrelevant: frozenset[str] = frozenset()
    skipped: frozenset[str] = frozenset()
    saved: bool = False
    company: str = field(default="", compare=False)
    judged: Mapping[str, Judgement] = field(default_factory=dict)
    for_client: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is known."""
        return not self.profile.values

    @cached_property
    def readings(self) -> Readings:
        """What can be read of the profile on the day."""
        return Readings(self.profile, self.as_of, dict.fromkeys(self.held, True))

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The verdict on every measure still offered; a question is found without them."""
        return judge_all(self.catalogue, self.readings, self.as_of)

    @property
    def is_plan(self) -> bool:
        """Whether the company is still to be founded."""
        return self.readings.is_plan

    @cached_property
    def unasked(self) -> frozenset[str]:
        """Facts that are not asked now: skipped ones, and of a plan what nobody can plan."""
        if not self.is_plan:
            return self.skipped
        return self.skipped | {spec.key for spec in self.catalogue.facts if not plannable(spec)}

    @cached_property
    def question(self) -> Question | None:
        """The next best question, None when no answer changes anything."""
        return next_question(
            self.catalogue,
            self.readings,
            self.as_of,
            needs=self.needs,
            skipped=self.skipped,
            apart=self.had | self.irrelevant,
        )

    @cached_property
    def clashes(self) -> tuple[Contradiction, ...]:
        """Facts that contradict each other: what depends on them waits for one to be corrected."""
        return contradictions(self.profile, self.as_of)

    @cached_property
    def had(self) -> frozenset[str]:
        """What the company has already: by its own mark, or by a title it holds on the day."""
        titled = (one.id for one in self.catalogue.granting if self.title(one) is not None)
        return self.held | frozenset(titled)

    def title(self, measure: Measure) -> Title | None:
        """The title that shows that the company has a measure already."""
        return title_for(measure, self.profile, self.as_of)

    def excluded_by(self, measure: Measure) -> tuple[Measure, ...]:
        """What cannot be had together with a measure, and the company has or looks eligible for."""
        return tuple(
            other
            for other in self.catalogue.active
            if other.excludes(measure)
            and (other.id in self.had or self._by_measure[other.id].outcome is Outcome.ELIGIBLE)
        )

    @cached_property
    def _by_measure(self) -> Mapping[str, Verdict]:
        return {verdict.measure: verdict for verdict in self.verdicts}

    def verdict(self, measure_id: str) -> Verdict | None:
        """The verdict on a measure, None when it is not offered any more."""
        return self._by_measure.get(measure_id)

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Every measure, most useful first."""
        entries = [self._entry(measure) for measure in self.catalogue.active]
        return tuple(sorted(entries, key=lambda entry: entry.order))

    def _entry(self, measure: Measure) -> Entry:
        verdict = self._by_measure[measure.id]
        need = self._need(measure)
        place = self._place(measure, verdict)
        return Entry(measure, verdict, place, need, wanted=need in self.needs)

    def _place(self, measure: Measure, verdict: Verdict) -> Place:
        if measure.scope is Scope.BACKGROUND:
            return Place.BACKGROUND
        if measure.id in self.had:
            return Place.HELD
        if measure.id in self.irrelevant:
            return Place.IRRELEVANT
        if verdict.window.state == "closed" and verdict.outcome is not Outcome.INELIGIBLE:
            return Place.CLOSED
        return _by_outcome(verdict)

    def _need(self, measure: Measure) -> str:
        wanted = next((need for need in self.needs if need in measure.needs), None)
        return wanted or (measure.needs[0] if measure.needs else "general")

    @cached_property
    def counts(self) -> Mapping[Place, int]:
        """How many measures stand in each place; together the whole catalogue."""
        return Counter(entry.place for entry in self.entries)

    @cached_property
    def groups(self) -> tuple[NeedGroup, ...]:
        """By need: the needs the company named first, then those with the most useful measure."""
        by_need: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            by_need[entry.need].append(entry)
        named = [self._group(need, by_need[need]) for need in dict.fromkeys(self.needs)]
        keys = [need.key for need in self.catalogue.needs.needs]
        rest = [self._group(key, by_need[key]) for key in keys]
        others = [group for group in rest if group.named and not group.wanted]
        useful = sorted(others, key=lambda group: group.named[0].order[:4])
        return (*(group for group in named if group.named or group.for_officer), *useful)

    def _group(self, need: str, own: Sequence[Entry]) -> NeedGroup:
        return NeedGroup(
            need,
            need in self.needs,
            tuple(entry for entry in own if entry.is_named),
            tuple(entry for entry in own if entry.place is Place.OFFICER_CHECK),
        )

    def found(self, *, need: str | None = None, place: Place | None = None) -> tuple[Entry, ...]:
        """The entries of a filter; a measure counts for each of its needs."""
        return tuple(
            entry
            for entry in self.entries
            if (need is None or need in entry.measure.needs or need == entry.need)
            and (place is None or entry.place is place)
        )


def match(
    catalogue: Catalogue,
    profile: Profile,
    as_of: date,
    *,
    needs: Iterable[str] = (),
    held: Collection[str] = (),
    irrelevant: Collection[str] = (),
    skipped: Collection[str] = (),
    saved: bool = False,
    company: str = "",
    judged: Mapping[str, Judgement] = MappingProxyType({}),
) -> Match:
    """Every measure still offered, ready to be judged."""
    return Match(
        catalogue=catalogue,
        profile=profile,
        as_of=as_of,
        needs=tuple(needs),
        held=frozenset(held),
        irrelevant=frozenset(irrelevant),
        skipped=frozenset(skipped),
        saved=saved,
        company=company,
        judged=judged,
    )
