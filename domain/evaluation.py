"""Reading criteria for one company: strong Kleene logic over ranges, with reasons.

Every criterion comes out met, unmet or unknown. Unknown names what would settle it: facts the
company can give (`gaps`), or leaves only an officer can judge (`officer`). A failure on weak
authority (recalled, low confidence, another region) is `doubtful`: unknown, for an officer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from domain.catalogue import Catalogue
from domain.citations import Citation
from domain.criteria import (
    AllOf,
    AnyOf,
    ByOfficer,
    Compare,
    DateIs,
    Declared,
    Flag,
    Group,
    Holds,
    InIndustry,
    Leaf,
    MeasureIs,
    NotThis,
    OneOf,
    Op,
    Over,
    Ratio,
    Tier,
    Tiers,
    facts_of,
)
from domain.derived import Gap, Reading, Readings, combined, merged, quotient
from domain.facts import DateSpan, Held, Span
from domain.measures import Measure, Parameter
from domain.words import Words

Shown = Span | DateSpan | Held | frozenset[str] | bool | str | None
"""The value a criterion looked at, for the card."""

ROUNDING = 1e-9
"""Quotients of decimal amounts may miss a decimal threshold by a bit in the last place."""


class State(StrEnum):
    """The three answers."""

    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Threshold:
    """What a number was compared with."""

    op: Op
    value: float


@dataclass(frozen=True, slots=True)
class Finding:
    """What came out of one criterion, and why."""

    criterion: str
    rule: Leaf | Group
    state: State
    text: Words | None = None
    hint: Words | None = None
    cite: Citation | None = None
    facts: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()
    officer: tuple[str, ...] = ()
    doubtful: bool = False
    sure: bool = True
    value: Shown = None
    threshold: Threshold | None = None
    parts: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Case:
    """One company before one measure: what is known, by which rules.

    `held` says of other measures whether the company enjoys them; absent is unknown.
    """

    readings: Readings
    catalogue: Catalogue
    measure: Measure
    held: Mapping[str, bool] = field(default_factory=dict)

    def parameter(self, name: str) -> Parameter | None:
        """The dated value in force on the day, None when there is none."""
        dated = self.measure.parameters.get(name, ())
        return next((one for one in dated if one.in_force(self.readings.as_of)), None)


def find(criterion: Leaf | Group, case: Case) -> Finding:
    """What comes out of a criterion for this company."""
    match criterion:
        case AllOf():
            return _all_of(criterion, case)
        case AnyOf():
            return _any_of(criterion, case)
        case NotThis():
            return _not_this(criterion, case)
        case _:
            return _leaf(criterion, case)


def together(findings: Sequence[Finding]) -> State:
    """All of them: one failure fails, one unknown leaves it open."""
    states = {finding.state for finding in findings}
    if State.UNMET in states:
        return State.UNMET
    return State.UNKNOWN if State.UNKNOWN in states else State.MET


def either(findings: Sequence[Finding]) -> State:
    """Any of them: one success is enough, one unknown leaves it open."""
    states = {finding.state for finding in findings}
    if State.MET in states:
        return State.MET
    return State.UNKNOWN if State.UNKNOWN in states else State.UNMET


def _all_of(group: AllOf, case: Case) -> Finding:
    return _grouped(group, [find(part, case) for part in group.of], together)


def _any_of(group: AnyOf, case: Case) -> Finding:
    return _grouped(group, [find(part, case) for part in group.of], either)


def _grouped(
    group: AllOf | AnyOf, parts: list[Finding], join: Callable[[Sequence[Finding]], State]
) -> Finding:
    state = join(parts)
    deciding = [part for part in parts if part.state is state]
    gaps = merged(gap for part in deciding for gap in part.gaps)
    waits_for_company = join is either and gaps
    doubtful = all if join is either else any
    weakest = all if state is State.MET and join is together else any
    return Finding(
        criterion=group.id or parts[0].criterion,
        rule=group,
        state=state,
        text=group.text,
        hint=group.hint,
        cite=deciding[0].cite,
        facts=_unique(key for part in parts for key in part.facts),
        gaps=gaps,
        officer=()
        if waits_for_company
        else _unique(key for part in deciding for key in part.officer),
        doubtful=doubtful(part.doubtful for part in deciding),
        sure=weakest(part.sure for part in deciding),
        parts=tuple(parts),
    )


def _not_this(group: NotThis, case: Case) -> Finding:
    part = find(group.of, case)
    flipped = {State.MET: State.UNMET, State.UNMET: State.MET}.get(part.state, State.UNKNOWN)
    finding = replace(
        part,
        criterion=group.id or part.criterion,
        rule=group,
        state=flipped,
        text=group.text or part.text,
        hint=group.hint or part.hint,
        threshold=None,
        parts=(part,),
    )
    return finding if part.sure else _doubted(finding)


def _doubted(finding: Finding) -> Finding:
    """A failure on weak authority is an open question to an officer."""
    if finding.state is not State.UNMET:
        return finding
    return replace(
        finding, state=State.UNKNOWN, doubtful=True, gaps=(), officer=(finding.criterion,)
    )


@dataclass(frozen=True, slots=True)
class _Answer:
    """A leaf's answer before sureness: True, False or None, and what it looked at."""

    holds: bool | None
    used: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()
    value: Shown = None
    threshold: Threshold | None = None
    weak: bool = False


def _leaf(leaf: Leaf, case: Case) -> Finding:
    answer = _answer(leaf, case)
    judged = isinstance(leaf, ByOfficer)
    sure = judged or not (answer.weak or case.catalogue.weak(leaf.cite))
    gaps = [gap for gap in answer.gaps if _company_can_say(gap.key, case)]
    unknown = answer.holds is None
    finding = Finding(
        criterion=leaf.id,
        rule=leaf,
        state=State.UNKNOWN if unknown else State.MET if answer.holds else State.UNMET,
        text=leaf.text,
        hint=leaf.hint,
        cite=leaf.cite,
        facts=_unique((*facts_of(leaf), *answer.used)),
        gaps=merged(gaps) if unknown else (),
        officer=(leaf.id,) if unknown and not gaps else (),
        sure=sure,
        value=answer.value,
        threshold=answer.threshold,
    )
    return finding if sure else _doubted(finding)


def _company_can_say(key: str, case: Case) -> bool:
    spec = case.catalogue.fact(key)
    return spec is not None and spec.asked


def _answer(leaf: Leaf, case: Case) -> _Answer:
    match leaf:
        case Compare():
            return _compare(leaf, case)
        case Ratio():
            return _ratio(leaf, case)
        case Tiers():
            return _tiers(leaf, case)
        case MeasureIs():
            return _measure_is(leaf, case)
        case _:
            return _said(leaf, case.readings)


def _said(
    leaf: Flag | OneOf | InIndustry | Holds | DateIs | Declared | ByOfficer, readings: Readings
) -> _Answer:
    match leaf:
        case Flag():
            return _flag(readings.flag(leaf.fact), leaf.is_)
        case Declared() | ByOfficer():
            return _flag(readings.flag(leaf.key), True)
        case OneOf():
            return _one_of(leaf, readings.possible(leaf.fact))
        case InIndustry():
            return _in_industry(leaf, readings.text("industry"))
        case Holds():
            return _holds(leaf, readings)
        case DateIs():
            return _date_is(leaf, readings)


def _flag(reading: Reading[bool], wanted: bool) -> _Answer:
    known = reading.value
    return _Answer(
        None if known is None else known is wanted, reading.used, reading.gaps, value=known
    )


def _one_of(leaf: OneOf, reading: Reading[frozenset[str]]) -> _Answer:
    possible, wanted = reading.value, frozenset(leaf.values)
    if possible is None:
        return _Answer(None, reading.used, reading.gaps)
    holds = True if possible <= wanted else None if possible & wanted else False
    return _Answer(holds, reading.used, reading.gaps, value=possible)


def _in_industry(leaf: InIndustry, reading: Reading[str]) -> _Answer:
    code = reading.value
    if code is None:
        return _Answer(None, reading.used, reading.gaps)
    within = _under(code, leaf.prefixes) if leaf.prefixes else True
    outside = _negated(_under(code, leaf.except_))
    holds = _both(within, outside)
    return _Answer(holds, reading.used, (Gap("industry"),), value=code)


def _under(code: str, prefixes: Iterable[str]) -> bool | None:
    """Under one of the prefixes; None when the code is too short to tell."""
    found: bool | None = False
    for prefix in prefixes:
        if code.startswith(prefix):
            return True
        if prefix.startswith(code):
            found = None
    return found


def _negated(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


def _both(*answers: bool | None) -> bool | None:
    if False in answers:
        return False
    return None if None in answers else True


def _one(*answers: bool | None) -> bool | None:
    return _negated(_both(*(_negated(answer) for answer in answers)))


def _holds(leaf: Holds, readings: Readings) -> _Answer:
    reading = readings.held(leaf.fact)
    held = reading.value or Held()
    states = [held.state(item, readings.as_of) for item in (*leaf.any_, *leaf.all_)]
    answer = _one(*states) if leaf.any_ else _both(*states)
    holds = answer if leaf.is_ else _negated(answer)
    return _Answer(holds, reading.used, reading.gaps, value=reading.value)


def _date_is(leaf: DateIs, readings: Readings) -> _Answer:
    reading = readings.day(leaf.fact)
    if reading.value is None:
        return _Answer(None, reading.used, reading.gaps)
    to = date(readings.as_of.year, 1, 1) if leaf.value == "year_start" else leaf.value
    low, high = reading.value.low, reading.value.high
    ends = Span(
        None if low is None else low.toordinal(), None if high is None else high.toordinal()
    )
    holds = _passes(ends, leaf.op, to.toordinal())
    return _Answer(holds, reading.used, reading.gaps, value=reading.value)


def _measure_is(leaf: MeasureIs, case: Case) -> _Answer:
    held = _one(*(case.held.get(measure) for measure in leaf.any_))
    return _Answer(held if leaf.state == "held" else _negated(held))


def _compare(leaf: Compare, case: Case) -> _Answer:
    if leaf.over is Over.LAST:
        return _against(leaf, [case.readings.number(leaf.fact)], case)
    if leaf.over.each:
        years = _years_back(case.readings, leaf.over)
        return _against(leaf, [case.readings.of_year(leaf.fact, year) for year in years], case)
    return _against(
        leaf, [case.readings.sum_of(leaf.fact, case.readings.last_years(leaf.over.years))], case
    )


def _ratio(leaf: Ratio, case: Case) -> _Answer:
    readings = case.readings
    if leaf.over.each:
        years = _years_back(readings, leaf.over)
        return _against(leaf, [_ratio_of_year(leaf, readings, year) for year in years], case)
    if leaf.over is Over.LAST:
        return _against(leaf, [_ratio_last(leaf, readings)], case)
    summed = readings.last_years(leaf.over.years)
    parts = readings.sum_of(leaf.fact, summed), readings.sum_of(leaf.of, summed)
    return _against(leaf, [combined(quotient, *parts)], case)


def _ratio_last(leaf: Ratio, readings: Readings) -> Reading[Span]:
    parts = readings.number(leaf.fact), readings.number(leaf.of)
    return _stated_if_unknown(leaf, combined(quotient, *parts), readings)


def _ratio_of_year(leaf: Ratio, readings: Readings, year: int) -> Reading[Span]:
    parts = readings.of_year(leaf.fact, year), readings.of_year(leaf.of, year)
    computed = combined(quotient, *parts)
    return _stated_if_unknown(leaf, computed, readings) if year == readings.last_year else computed


def _stated_if_unknown(leaf: Ratio, computed: Reading[Span], readings: Readings) -> Reading[Span]:
    """The ratio a company states for the last year, where it cannot be computed."""
    if computed.value is not None or leaf.stated is None:
        return computed
    stated = readings.number(leaf.stated)
    return computed if stated.value is None else stated


def _years_back(readings: Readings, over: Over) -> list[int]:
    return [readings.last_year - back for back in range(over.years)]


def _against(leaf: Compare | Ratio, parts: list[Reading[Span]], case: Case) -> _Answer:
    """Every part against the threshold; what decides is shown."""
    used = _unique(key for part in parts for key in part.used)
    bound, weak = leaf.value, False
    if leaf.parameter is not None:
        parameter = case.parameter(leaf.parameter)
        if parameter is None:
            return _Answer(None, used)
        bound, weak = parameter.value, case.catalogue.weak(parameter.cite)
    threshold = Threshold(leaf.op, bound or 0)
    answers = [_passes(part.value, leaf.op, threshold.value) for part in parts]
    holds = _both(*answers)
    deciding = [part for part, answer in zip(parts, answers, strict=True) if answer is holds]
    gaps = merged(gap for part in deciding for gap in part.gaps)
    return _Answer(holds, used, gaps, deciding[0].value, threshold, weak)


def _tiers(leaf: Tiers, case: Case) -> _Answer:
    """Judged over every tier the second number can fall in."""
    fact, by = case.readings.number(leaf.fact), case.readings.number(leaf.by)
    bounds = _tiers_within(leaf, by.value)
    answers = [_passes(fact.value, leaf.op, bound) for bound in bounds]
    holds = answers[0] if len(set(answers)) == 1 else None
    parts = [fact] if len(bounds) == 1 else [fact, by]
    unknown = [part for part in parts if part.value is None]
    gaps = merged(gap for part in unknown or parts for gap in part.gaps)
    strictest = max(bounds) if leaf.op in {Op.AT_LEAST, Op.ABOVE} else min(bounds)
    used = _unique((*fact.used, *by.used))
    return _Answer(holds, used, gaps, fact.value, Threshold(leaf.op, strictest))


def _tiers_within(leaf: Tiers, by: Span | None) -> list[float]:
    """The thresholds of the tiers a range can fall in; all of them when nothing is known."""
    if by is None:
        return [tier.value for tier in leaf.tiers]
    bounds: list[float] = []
    previous: Tier | None = None
    for tier in leaf.tiers:
        if not _is_past(by, tier) and not (previous and _is_within(by, previous)):
            bounds.append(tier.value)
        previous = tier
    return bounds


def _is_past(by: Span, tier: Tier) -> bool:
    """Whether every number of the range lies above the tier."""
    if by.low is None:
        return False
    past_included = tier.up_to is not None and by.low > tier.up_to
    return past_included or (tier.below is not None and by.low >= tier.below)


def _is_within(by: Span, tier: Tier) -> bool:
    """Whether no number of the range lies above the tier."""
    if by.high is None:
        return False
    within_included = tier.up_to is not None and by.high <= tier.up_to
    return within_included or (tier.below is not None and by.high < tier.below)


def _passes(span: Span | None, op: Op, bound: float) -> bool | None:
    """A range against a bound: True or False only when every point of the range says so."""
    if span is None:
        return None
    low, high = span.low, span.high
    match op:
        case Op.AT_LEAST:
            return _ordered(low, high, bound - ROUNDING)
        case Op.ABOVE:
            return _ordered(low, high, bound + ROUNDING)
        case Op.AT_MOST:
            return _negated(_ordered(low, high, bound + ROUNDING))
        case Op.BELOW:
            return _negated(_ordered(low, high, bound - ROUNDING))
        case Op.EQUAL:
            return _equal(low, high, bound)
        case Op.UNEQUAL:
            return _negated(_equal(low, high, bound))


def _ordered(low: float | None, high: float | None, bound: float) -> bool | None:
    if low is not None and low >= bound:
        return True
    return False if high is not None and high < bound else None


def _equal(low: float | None, high: float | None, bound: float) -> bool | None:
    at_least = _ordered(low, high, bound - ROUNDING)
    return _both(at_least, _negated(_ordered(low, high, bound + ROUNDING)))


def _unique(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(keys))
