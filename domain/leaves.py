"""What each kind of leaf answers of a company's readings, and what it looked at.

An answer is yes, no, or the facts in the way. Of a range the answer is certain only when every
point of it says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import inf
from typing import NamedTuple, Protocol

from domain.criteria import (
    ByOfficer,
    Compare,
    DateIs,
    Declared,
    Flag,
    Holds,
    InIndustry,
    Leaf,
    MeasureIs,
    OneOf,
    Op,
    Over,
    Ratio,
    Tier,
    Tiers,
)
from domain.derived import STATED, Gap, Number, Readings, combined, merged, quotient
from domain.facts import DateSpan, FactDictionary, Held, Span

Shown = Span | DateSpan | Held | frozenset[str] | bool | str | None
"""The value a criterion looked at, for the card."""

Answer = bool | tuple[Gap, ...]
"""True, False, or not known: then the facts in the way, and none when no fact would help."""

ROUNDING = 1e-9
"""Quotients of decimal amounts may miss a decimal threshold by a bit in the last place."""


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


def reader_of(leaf: Leaf, facts: FactDictionary) -> Reader:
    """The reader of a leaf; a threshold that changes with time has one for each of its values."""
    match leaf:
        case Compare() | Ratio():
            return number_reader(leaf, leaf.value or 0, facts)
        case Tiers():
            return _Tiers(leaf, facts)
        case Flag():
            return _Flag(leaf.fact, wanted=leaf.is_)
        case Declared() | ByOfficer():
            return _Flag(leaf.key, wanted=True)
        case OneOf():
            return _OneOf(leaf)
        case InIndustry():
            return _Industry(leaf)
        case Holds():
            return _Holds(leaf)
        case DateIs():
            return _Day(leaf)
        case MeasureIs():
            return _Enjoyed(leaf)


def number_reader(leaf: Compare | Ratio, bound: float, facts: FactDictionary) -> Reader:
    """The reader of a number against a bound."""
    if leaf.over.each:
        return _EachYear(leaf, bound, _of_years(leaf))
    return _Number(leaf, bound, _once(leaf, facts))


Read = Callable[[Readings], Number]
Answerer = Callable[[Readings], Answer]
Comparison = Callable[[Read], Answerer]
"""Makes of a number to be read the answer to whether it passes."""


def _plain(key: str, facts: FactDictionary) -> Read:
    """A number by its name, of the last closed fiscal year where it is kept per year."""
    spec = facts.get(key)
    if spec is not None and spec.per_year:
        return lambda readings: readings.of_year(key, readings.last_year)
    return lambda readings: readings.numbers.get(key) or readings.number(key)


def _once(leaf: Compare | Ratio, facts: FactDictionary) -> Read:
    """The one number that is compared: of the last year, or a sum over several."""
    count = leaf.over.years
    if isinstance(leaf, Compare):
        if leaf.over is Over.LAST:
            return _plain(leaf.fact, facts)
        return lambda readings: readings.sum_of(leaf.fact, count)
    if leaf.over is Over.LAST:
        return _ratio_last(leaf, _plain(leaf.fact, facts), _plain(leaf.of, facts))
    return _ratio(
        lambda readings: readings.sum_of(leaf.fact, count),
        lambda readings: readings.sum_of(leaf.of, count),
    )


def _of_years(leaf: Compare | Ratio) -> tuple[Read, ...]:
    """A number of each fiscal year, newest first."""
    return tuple(_of_year(leaf, back) for back in range(leaf.over.years))


def _of_year(leaf: Compare | Ratio, back: int) -> Read:
    if isinstance(leaf, Compare):
        return _back(leaf.fact, back)
    parts = _back(leaf.fact, back), _back(leaf.of, back)
    return _ratio(*parts) if back else _ratio_last(leaf, *parts)


def _back(key: str, back: int) -> Read:
    return lambda readings: readings.of_year(key, readings.last_year - back)


def _ratio_last(leaf: Ratio, top: Read, bottom: Read) -> Read:
    """The quotient of the last year, with what the company states of it where that counts."""
    stated = STATED.get((leaf.fact, leaf.of)) if leaf.stated else None
    if stated is not None:
        return lambda readings: readings.number(stated)
    return _ratio(top, bottom)


def _ratio(top: Read, bottom: Read) -> Read:
    return lambda readings: combined(quotient, top(readings), bottom(readings))


class _Number:
    """A number against a bound."""

    def __init__(self, leaf: Compare | Ratio, bound: float, read: Read) -> None:
        self.answer = _comparison(leaf.op, bound)(read)
        self._read = read
        self._threshold = Threshold(leaf.op, bound)

    def see(self, readings: Readings) -> Seen:
        return Seen(self._read(readings).value, self._threshold)


class _EachYear:
    """A number of each of several fiscal years against a bound; the year that decides is shown."""

    def __init__(self, leaf: Compare | Ratio, bound: float, reads: Sequence[Read]) -> None:
        self._reads = reads
        self._answers = [_comparison(leaf.op, bound)(read) for read in reads]
        self._threshold = Threshold(leaf.op, bound)

    def answer(self, readings: Readings) -> Answer:
        return _all_of([answer(readings) for answer in self._answers])

    def see(self, readings: Readings) -> Seen:
        answers = [answer(readings) for answer in self._answers]
        together = _all_of(answers)
        decides = together if isinstance(together, bool) else None
        known = [answer if isinstance(answer, bool) else None for answer in answers]
        return Seen(self._reads[known.index(decides)](readings).value, self._threshold)


def _all_of(answers: Iterable[Answer]) -> Answer:
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


class _Tiers:
    """A number against a bound that a table gives: judged over every tier that is possible."""

    def __init__(self, leaf: Tiers, facts: FactDictionary) -> None:
        self._op = leaf.op
        self._tiers = leaf.tiers
        self._read, self._by = _plain(leaf.fact, facts), _plain(leaf.by, facts)
        self._answers = {
            tier.value: _comparison(leaf.op, tier.value)(self._read) for tier in leaf.tiers
        }

    def answer(self, readings: Readings) -> Answer:
        by = self._by(readings)
        bounds = _bounds_within(self._tiers, by)
        answers = [self._answers[bound](readings) for bound in bounds]
        if answers.count(True) == len(answers):
            return True
        if answers.count(False) == len(answers):
            return False
        fact = self._read(readings)
        parts = [fact] if len(bounds) == 1 else [fact, by]
        unknown = [part for part in parts if not part.is_known]
        return merged(gap for part in unknown or parts for gap in part.gaps)

    def see(self, readings: Readings) -> Seen:
        bounds = _bounds_within(self._tiers, self._by(readings))
        strictest = max(bounds) if self._op in {Op.AT_LEAST, Op.ABOVE} else min(bounds)
        return Seen(self._read(readings).value, Threshold(self._op, strictest))


def _bounds_within(tiers: Sequence[Tier], by: Number) -> list[float]:
    """The bounds of the tiers a range can fall in; all of them when nothing is known."""
    bounds: list[float] = []
    previous: Tier | None = None
    for tier in tiers:
        if not _is_past(by, tier) and not (previous and _is_within(by, previous)):
            bounds.append(tier.value)
        previous = tier
    return bounds


def _is_past(by: Number, tier: Tier) -> bool:
    """Whether every number of the range lies above the tier."""
    past_included = tier.up_to is not None and by.low > tier.up_to
    return past_included or (tier.below is not None and by.low >= tier.below)


def _is_within(by: Number, tier: Tier) -> bool:
    """Whether no number of the range lies above the tier."""
    within_included = tier.up_to is not None and by.high <= tier.up_to
    return within_included or (tier.below is not None and by.high < tier.below)


def _comparison(op: Op, bound: float) -> Comparison:
    match op:
        case Op.AT_LEAST:
            return _at_least(bound - ROUNDING)
        case Op.ABOVE:
            return _at_least(bound + ROUNDING)
        case Op.AT_MOST:
            return _below(bound + ROUNDING)
        case Op.BELOW:
            return _below(bound - ROUNDING)
        case Op.EQUAL:
            return _within(bound - ROUNDING, bound + ROUNDING)
        case Op.UNEQUAL:
            return _opposite(_within(bound - ROUNDING, bound + ROUNDING))


def _at_least(bound: float) -> Comparison:
    def of(read: Read) -> Answerer:
        def answer(readings: Readings) -> Answer:
            number = read(readings)
            if number.low >= bound:
                return True
            return False if number.high < bound else number.gaps

        return answer

    return of


def _below(bound: float) -> Comparison:
    def of(read: Read) -> Answerer:
        def answer(readings: Readings) -> Answer:
            number = read(readings)
            if number.high < bound:
                return True
            return False if number.low >= bound else number.gaps

        return answer

    return of


def _within(low: float, high: float) -> Comparison:
    def of(read: Read) -> Answerer:
        at_least, below = _at_least(low)(read), _below(high)(read)
        return lambda readings: _all_of((at_least(readings), below(readings)))

    return of


def _opposite(comparison: Comparison) -> Comparison:
    def of(read: Read) -> Answerer:
        answer = comparison(read)
        return lambda readings: _turned(answer(readings))

    return of


def _turned(answer: Answer) -> Answer:
    return not answer if isinstance(answer, bool) else answer


class _Flag:
    """A yes or no."""

    def __init__(self, key: str, *, wanted: bool) -> None:
        self._key = key
        self._wanted = wanted
        self._gaps = (Gap(key),)

    def answer(self, readings: Readings) -> Answer:
        known = readings.told.get(self._key)
        if known is self._wanted:
            return True
        return False if isinstance(known, bool) else self._gaps

    def see(self, readings: Readings) -> Seen:
        return Seen(readings.flag(self._key).value)


class _OneOf:
    """A choice, or a set of possible ones, within a list."""

    def __init__(self, leaf: OneOf) -> None:
        self._key = leaf.fact
        self._wanted = frozenset(leaf.values)

    def answer(self, readings: Readings) -> Answer:
        known = readings.possible(self._key)
        if known.value is None:
            return known.gaps
        if known.value <= self._wanted:
            return True
        return known.gaps if known.value & self._wanted else False

    def see(self, readings: Readings) -> Seen:
        return Seen(readings.possible(self._key).value)


class _Industry:
    """A code under one of the prefixes and under none of the exceptions."""

    def __init__(self, leaf: InIndustry) -> None:
        self._leaf = leaf

    def answer(self, readings: Readings) -> Answer:
        known = readings.text("industry")
        if known.value is None:
            return known.gaps
        within = _under(known.value, self._leaf.prefixes) if self._leaf.prefixes else True
        return _all_of((within, _turned(_under(known.value, self._leaf.except_))))

    def see(self, readings: Readings) -> Seen:
        return Seen(readings.text("industry").value)


def _under(code: str, prefixes: Iterable[str]) -> Answer:
    """Under one of the prefixes; not known when the code is too short to tell."""
    found: Answer = False
    for prefix in prefixes:
        if code.startswith(prefix):
            return True
        if prefix.startswith(code):
            found = (Gap("industry"),)
    return found


class _Holds:
    """Items of a list held on the day, or not held."""

    def __init__(self, leaf: Holds) -> None:
        self._leaf = leaf
        self._gaps = (Gap(leaf.fact),)

    def answer(self, readings: Readings) -> Answer:
        leaf, held = self._leaf, readings.told.get(self._leaf.fact)
        if not isinstance(held, Held):
            return self._gaps
        states = [held.state(item, readings.as_of) for item in leaf.any_ or leaf.all_]
        settles = bool(leaf.any_)
        if settles in states:
            return settles is leaf.is_
        return self._gaps if None in states else (not settles) is leaf.is_

    def see(self, readings: Readings) -> Seen:
        return Seen(readings.items(self._leaf.fact).value)


class _Day:
    """A day against a day."""

    def __init__(self, leaf: DateIs) -> None:
        self._leaf = leaf

    def answer(self, readings: Readings) -> Answer:
        known = readings.day(self._leaf.fact)
        if known.value is None:
            return known.gaps
        low, high = known.value.low, known.value.high
        ends = Number(
            -inf if low is None else low.toordinal(),
            inf if high is None else high.toordinal(),
            known.gaps,
        )
        bound = self._leaf.bound(readings.as_of).toordinal()
        return _comparison(self._leaf.op, bound)(lambda _: ends)(readings)

    def see(self, readings: Readings) -> Seen:
        if self._leaf.is_age:
            return Seen(readings.number("age").value)
        return Seen(readings.day(self._leaf.fact).value)


class _Enjoyed:
    """Another measure enjoyed already, or not enjoyed."""

    def __init__(self, leaf: MeasureIs) -> None:
        self._leaf = leaf

    def answer(self, readings: Readings) -> Answer:
        states = [readings.held.get(measure) for measure in self._leaf.any_]
        wanted = self._leaf.state == "held"
        if True in states:
            return wanted
        return () if None in states else not wanted

    def see(self, _: Readings) -> Seen:
        return Seen(None)
