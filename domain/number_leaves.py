"""What a number answers: against a bound, in each of several years, or by a table of bounds.

Of a range the answer is certain only when every point of it says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from math import inf, nextafter

from domain.criteria import Compare, Op, Over, Ratio, Tier, Tiers
from domain.derived import STATED, Number, Readings, combined, merged, quotient
from domain.facts import FactDictionary
from domain.readers import Answer, Reader, Seen, Threshold, all_of, turned

ROUNDING = 1e-9
"""Quotients of decimal amounts may miss a decimal threshold by a bit in the last place."""


def number_reader(leaf: Compare | Ratio, bound: float, facts: FactDictionary) -> Reader:
    """The reader of a number against a bound."""
    if leaf.over.each:
        return _EachYear(leaf, bound, _of_years(leaf))
    return _Number(leaf, bound, _once(leaf, facts))


KEPT = 64
"""How many different answers of several years are remembered of one leaf."""

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
        self.answer = comparison(leaf.op, bound)(read)
        self._read = read
        self._threshold = Threshold(leaf.op, bound)

    def see(self, readings: Readings) -> Seen:
        return Seen(self._read(readings).value, self._threshold)


class _EachYear:
    """A number of each of several fiscal years against a bound; the year that decides is shown."""

    def __init__(self, leaf: Compare | Ratio, bound: float, reads: Sequence[Read]) -> None:
        self._reads = reads
        self._answers = [comparison(leaf.op, bound)(read) for read in reads]
        self._threshold = Threshold(leaf.op, bound)
        self._all_of = lru_cache(maxsize=KEPT)(all_of)

    def answer(self, readings: Readings) -> Answer:
        return self._all_of(*[answer(readings) for answer in self._answers])

    def see(self, readings: Readings) -> Seen:
        answers = [answer(readings) for answer in self._answers]
        together = all_of(*answers)
        decides = together if isinstance(together, bool) else None
        known = [answer if isinstance(answer, bool) else None for answer in answers]
        return Seen(self._reads[known.index(decides)](readings).value, self._threshold)


class TierReader:
    """A number against a bound that a table gives: judged over every tier that is possible."""

    def __init__(self, leaf: Tiers, facts: FactDictionary) -> None:
        self._op = leaf.op
        self._read, self._by = _plain(leaf.fact, facts), _plain(leaf.by, facts)
        self._tiers = [
            (start, end, tier.value, comparison(leaf.op, tier.value)(self._read))
            for start, end, tier in _ranges(leaf.tiers)
        ]

    def answer(self, readings: Readings) -> Answer:
        by = self._by(readings)
        low, high = by.low, by.high
        answers = [
            answer(readings) for start, end, _, answer in self._tiers if low < end and high >= start
        ]
        if answers.count(True) == len(answers):
            return True
        if answers.count(False) == len(answers):
            return False
        fact = self._read(readings)
        parts = [fact] if len(answers) == 1 else [fact, by]
        unknown = [part for part in parts if not part.is_known]
        return merged(gap for part in unknown or parts for gap in part.gaps)

    def see(self, readings: Readings) -> Seen:
        by = self._by(readings)
        bounds = [
            bound for start, end, bound, _ in self._tiers if by.low < end and by.high >= start
        ]
        strictest = max(bounds) if self._op in {Op.AT_LEAST, Op.ABOVE} else min(bounds)
        return Seen(self._read(readings).value, Threshold(self._op, strictest))


def _ranges(tiers: Sequence[Tier]) -> Iterator[tuple[float, float, Tier]]:
    """Each tier with the number it starts at and the one before which it ends."""
    start = -inf
    for tier in tiers:
        end = _end(tier)
        yield start, end, tier
        start = end


def _end(tier: Tier) -> float:
    if tier.up_to is not None:
        return nextafter(tier.up_to, inf)
    return inf if tier.below is None else tier.below


def comparison(op: Op, bound: float) -> Comparison:
    """How a number is compared with a bound."""
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
        return lambda readings: all_of(at_least(readings), below(readings))

    return of


def _opposite(comparison: Comparison) -> Comparison:
    def of(read: Read) -> Answerer:
        answer = comparison(read)
        return lambda readings: turned(answer(readings))

    return of
