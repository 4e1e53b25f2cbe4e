"""Reading criteria for one company: strong Kleene logic over ranges, with reasons.

Criteria are compiled once: each becomes a check that surveys a company's readings. A survey is
cheap, and all that outcomes, questions and reviews need; the reasons behind it (a `Finding`) are
worked out when somebody looks at them, from the same answer.

Every criterion comes out met, unmet or unknown. Unknown names what would settle it: facts the
company can give (`gaps`), or leaves only an officer can judge (`officer`). A failure on weak
authority (recalled, low confidence, another region) is `doubtful`: unknown, for an officer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import NamedTuple, Protocol

from domain.citations import Authority, Citation
from domain.criteria import (
    AllOf,
    AnyOf,
    ByOfficer,
    Compare,
    DateIs,
    Group,
    Leaf,
    NotThis,
    Ratio,
    facts_of,
    leaves_of,
)
from domain.derived import BEHIND, Gap, Readings, merged
from domain.facts import FOUNDED, FactDictionary
from domain.leaves import reader_of
from domain.marks import (
    ASK,
    MET,
    OFFICER,
    STATES,
    TURNED,
    UNMET,
    WEAK,
    Mark,
    State,
    either,
    together,
)
from domain.measures import Measure, Parameter
from domain.number_leaves import number_reader
from domain.once import once
from domain.prospects import DECIDED, Enquiry, Prospect
from domain.readers import Answer, Reader, Shown, Threshold
from domain.surveys import KEPT, SETTLED, AnswerSurveys, Survey
from domain.words import Words

__all__ = ["Finding", "Grounds", "Mark", "Shown", "State", "Threshold"]


class Reasons(NamedTuple):
    """What a mark rests on."""

    facts: tuple[str, ...]
    value: Shown = None
    threshold: Threshold | None = None
    cite: Citation | None = None
    parts: tuple[Finding, ...] = ()


class Check(Protocol):
    """One criterion, compiled."""

    @property
    def rule(self) -> Leaf | Group:
        """The criterion itself."""

    @property
    def criterion(self) -> str:
        """Its id; a group without one goes by its first part."""

    @property
    def inputs(self) -> frozenset[str]:
        """The facts it looks at, or that decide how many years of an amount count."""

    def survey(self, readings: Readings) -> Survey:
        """What comes of it for a company, and what is in the way."""

    def prospect(self, enquiry: Enquiry) -> Prospect:
        """What the company's answers can still make of it."""

    def reasons(self, readings: Readings) -> Reasons:
        """What it rests on."""


class Finding:
    """What came out of one criterion; why is worked out when it is looked at."""

    __slots__ = ("_check", "_reasons", "_survey", "readings", "state")

    def __init__(self, check: Check, readings: Readings, survey: Survey) -> None:
        self._check = check
        self.readings = readings
        self._survey = survey
        self._reasons: Reasons | None = None
        self.state = STATES[survey.mark]

    @property
    def rule(self) -> Leaf | Group:
        """The criterion itself."""
        return self._check.rule

    @property
    def criterion(self) -> str:
        """Its id; a group without one goes by its first part."""
        return self._check.criterion

    @property
    def text(self) -> Words | None:
        """Its wording; an opposite may go by the words of what it turns round."""
        rule = self._check.rule
        return rule.text or (self.parts[0].text if isinstance(rule, NotThis) else None)

    @property
    def hint(self) -> Words | None:
        """How to meet it."""
        rule = self._check.rule
        return rule.hint or (self.parts[0].hint if isinstance(rule, NotThis) else None)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What the company could say to settle it."""
        return merged(self._survey.gaps)

    @property
    def officer(self) -> tuple[str, ...]:
        """The leaves in it that wait for an officer."""
        return _unique(self._survey.officer)

    @property
    def doubtful(self) -> bool:
        """Whether it fails on weak authority."""
        return self._survey.doubtful

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts it rests on."""
        return self._rests_on.facts

    @property
    def value(self) -> Shown:
        """What it looked at."""
        return self._rests_on.value

    @property
    def threshold(self) -> Threshold | None:
        """What a number was compared with."""
        return self._rests_on.threshold

    @property
    def cite(self) -> Citation | None:
        """Where it stands written; of a group, the part that decides."""
        return self._rests_on.cite

    @property
    def parts(self) -> tuple[Finding, ...]:
        """The findings inside a group."""
        return self._rests_on.parts

    @property
    def _rests_on(self) -> Reasons:
        if self._reasons is None:
            self._reasons = self._check.reasons(self.readings)
        return self._reasons


@dataclass(frozen=True)
class Grounds:
    """What a measure's checks rest on beside the criteria: the dictionary of facts, the measure's
    dated thresholds, and whose word is weak."""

    facts: FactDictionary
    measure: Measure
    authority: Authority

    @once
    def asked(self) -> frozenset[str]:
        """The facts a company can be asked for."""
        return frozenset(spec.key for spec in self.facts if spec.asked)

    def inputs_of(self, criterion: Leaf | Group) -> frozenset[str]:
        """The facts a criterion looks at; years of amounts are counted from the founding."""
        named = {key for leaf in leaves_of(criterion) for key in facts_of(leaf)}
        keys = {fact for key in named for fact in BEHIND.get(key, (key,))}
        specs = [self.facts.get(key) for key in keys]
        return frozenset(keys | {FOUNDED for spec in specs if spec is not None and spec.per_year})

    def compiled(self, criterion: Leaf | Group) -> Check:
        """The check of a criterion."""
        match criterion:
            case AllOf():
                return _Several(criterion, together, self)
            case AnyOf():
                return _Several(criterion, either, self)
            case NotThis():
                return _Not(criterion, self)
            case Compare(parameter=str(name)) | Ratio(parameter=str(name)):
                return _Dated(criterion, self.measure.parameters.get(name, ()), self)
            case _:
                return _LeafCheck(criterion, reader_of(criterion, self.facts), self)


class _Several:
    """All or any of several criteria, as one line."""

    def __init__(
        self,
        group: AllOf | AnyOf,
        join: Callable[[Iterable[Mark]], Mark],
        grounds: Grounds,
    ) -> None:
        self.rule = group
        self.checks = tuple(grounds.compiled(part) for part in group.of)
        self.criterion = group.id or self.checks[0].criterion
        self.inputs = grounds.inputs_of(group)
        self._surveys = tuple(check.survey for check in self.checks)
        self._joined = lru_cache(maxsize=KEPT)(self._survey_of)
        self._ends_of = lru_cache(maxsize=KEPT)(self._prospect_of)
        self._join = join
        is_any = join is either
        self._decisive, self._every = (MET, all) if is_any else (UNMET, any)
        self._ends: Callable[[Iterable[Mark]], Mark] = max if is_any else min

    def survey(self, readings: Readings) -> Survey:
        decisive, parts = self._decisive, []
        for survey in self._surveys:
            part = survey(readings)
            if part.mark is decisive:
                return part
            parts.append(part)
        return self._joined(*parts)

    def _survey_of(self, *parts: Survey) -> Survey:
        """What none of the parts decides alone."""
        mark = self._join([part.mark for part in parts])
        if mark in SETTLED:
            return SETTLED[mark]
        open_ = [part for part in parts if STATES[part.mark] is State.UNKNOWN]
        gaps = tuple([gap for part in open_ for gap in part.gaps])
        waits = tuple([name for part in open_ for name in part.officer])
        is_for_company = mark is ASK and self._decisive is MET
        doubtful = self._every([part.doubtful for part in open_])
        return Survey(mark, gaps, () if is_for_company else waits, doubtful)

    def prospect(self, enquiry: Enquiry) -> Prospect:
        parts, settling = [], DECIDED[self._decisive]
        for check in self.checks:
            part = enquiry.prospect(check)
            if part is settling:
                return part
            parts.append(part)
        return self._ends_of(*parts)

    def _prospect_of(self, *parts: Prospect) -> Prospect:
        """What none of the parts decides alone."""
        worst = self._ends([part.worst for part in parts])
        best = self._ends([part.best for part in parts])
        if worst is best:
            return DECIDED[best]
        return Prospect(worst, best, _that_matter(parts, worst, best, self._decisive))

    def reasons(self, readings: Readings) -> Reasons:
        surveys = [check.survey(readings) for check in self.checks]
        state = STATES[self._join([one.mark for one in surveys])]
        pairs = zip(self.checks, surveys, strict=True)
        parts = tuple([Finding(check, readings, survey) for check, survey in pairs])
        return Reasons(
            facts=_unique(key for part in parts for key in part.facts),
            cite=next(part.cite for part in parts if part.state is state),
            parts=parts,
        )


def _that_matter(
    parts: Iterable[Prospect], worst: Mark, best: Mark, decisive: Mark
) -> tuple[Gap, ...]:
    """The gaps of those parts that can still lower all of them, or raise any of them."""
    if decisive is MET:
        return tuple([gap for part in parts if part.best > worst for gap in part.gaps])
    return tuple([gap for part in parts if part.worst < best for gap in part.gaps])


class _Not:
    """The opposite of a criterion."""

    def __init__(self, group: NotThis, grounds: Grounds) -> None:
        self.rule = group
        self.check = grounds.compiled(group.of)
        self.criterion = group.id or self.check.criterion
        self.inputs = self.check.inputs
        self._turned = lru_cache(maxsize=KEPT)(self._opposite_of)

    def survey(self, readings: Readings) -> Survey:
        return self._turned(self.check.survey(readings))

    def _opposite_of(self, part: Survey) -> Survey:
        if part.mark is WEAK:
            return Survey(OFFICER, (), (self.criterion,), doubtful=True)
        return replace(part, mark=TURNED[part.mark])

    def prospect(self, enquiry: Enquiry) -> Prospect:
        part = enquiry.prospect(self.check)
        worst, best = TURNED[part.best], TURNED[part.worst]
        return DECIDED[best] if worst is best else Prospect(worst, best, part.gaps)

    def reasons(self, readings: Readings) -> Reasons:
        part = Finding(self.check, readings, self.check.survey(readings))
        return Reasons(facts=part.facts, value=part.value, cite=part.cite, parts=(part,))


class _LeafCheck:
    """A leaf: its answer, marked by whether the company can say more and on whose word it rests.

    An officer's own judgement is sure, whatever the place that asked for it.
    """

    __slots__ = (
        "_answer",
        "_asked",
        "_if_met",
        "_if_unmet",
        "_prospects",
        "_see",
        "_surveys",
        "criterion",
        "inputs",
        "rule",
    )

    def __init__(self, leaf: Leaf, reader: Reader, grounds: Grounds, *, weak: bool = False) -> None:
        is_weak = not isinstance(leaf, ByOfficer) and (weak or grounds.authority.weak(leaf.cite))
        self.rule = leaf
        self.criterion = leaf.id
        self.inputs = grounds.inputs_of(leaf)
        self._answer = reader.answer
        self._see = reader.see
        self._asked = grounds.asked
        self._if_met, self._if_unmet = (WEAK, OFFICER) if is_weak else (MET, UNMET)
        self._surveys = AnswerSurveys(leaf.id, grounds.asked, is_weak=is_weak)
        self._prospects = lru_cache(maxsize=KEPT)(self._prospect_of)

    def survey(self, readings: Readings) -> Survey:
        return self._surveys[self._answer(readings)]

    def prospect(self, enquiry: Enquiry) -> Prospect:
        return self._prospects(self._answer(enquiry.readings), enquiry.skipped)

    def _prospect_of(self, answer: Answer, skipped: frozenset[str]) -> Prospect:
        if answer is True:
            return DECIDED[self._if_met]
        if answer is False:
            return DECIDED[self._if_unmet]
        gaps = [gap for gap in answer if gap.key in self._asked and gap.key not in skipped]
        return Prospect(self._if_unmet, self._if_met, tuple(gaps)) if gaps else DECIDED[OFFICER]

    def reasons(self, readings: Readings) -> Reasons:
        value, threshold = self._see(readings)
        return Reasons(_facts_behind(self.rule, readings), value, threshold, self.rule.cite)


class _Dated:
    """A leaf whose threshold changes with time; on a day that has none nobody can tell."""

    def __init__(self, leaf: Compare | Ratio, dated: Iterable[Parameter], grounds: Grounds) -> None:
        self.rule = leaf
        self.criterion = leaf.id
        self.inputs = grounds.inputs_of(leaf)
        self._checks = [(one, _against(leaf, one, grounds)) for one in dated]
        self._in_force = lru_cache(maxsize=1)(self._check_on)

    def _check_on(self, day: date) -> Check | None:
        return next((check for parameter, check in self._checks if parameter.in_force(day)), None)

    def survey(self, readings: Readings) -> Survey:
        check = self._in_force(readings.as_of)
        return Survey(OFFICER, (), (self.criterion,)) if check is None else check.survey(readings)

    def prospect(self, enquiry: Enquiry) -> Prospect:
        check = self._in_force(enquiry.readings.as_of)
        return DECIDED[OFFICER] if check is None else enquiry.prospect(check)

    def reasons(self, readings: Readings) -> Reasons:
        check = self._in_force(readings.as_of)
        if check is None:
            return Reasons(_facts_behind(self.rule, readings), cite=self.rule.cite)
        return check.reasons(readings)


def _against(leaf: Compare | Ratio, dated: Parameter, grounds: Grounds) -> Check:
    reader = number_reader(leaf, dated.value, grounds.facts)
    return _LeafCheck(leaf, reader, grounds, weak=grounds.authority.weak(dated.cite))


def _facts_behind(leaf: Leaf, readings: Readings) -> tuple[str, ...]:
    """The facts a leaf names and those behind them; of the size class, those its trade looks at."""
    named = facts_of(leaf)
    if isinstance(leaf, DateIs) and leaf.is_age:
        return ("age", *named)
    if "size_class" in named:
        return (*named, *readings.possible("size_class").used)
    return _unique((*named, *(fact for key in named for fact in BEHIND.get(key, ()))))


def _unique(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(keys))
