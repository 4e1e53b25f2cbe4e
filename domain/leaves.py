"""What each kind of leaf answers of a company's readings, and what it looked at."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

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
    Ratio,
    Tiers,
)
from domain.derived import Gap, Readings
from domain.facts import FactDictionary, Held
from domain.number_leaves import Answerer, TierReader, comparison, number_reader
from domain.readers import Answer, Reader, Seen, all_of, turned


def reader_of(leaf: Leaf, facts: FactDictionary) -> Reader:
    """The reader of a leaf; a threshold that changes with time has one for each of its values."""
    match leaf:
        case Compare() | Ratio():
            return number_reader(leaf, leaf.value or 0, facts)
        case Tiers():
            return TierReader(leaf, facts)
        case Flag():
            return _Flag(leaf.fact, wanted=leaf.is_)
        case Declared() | ByOfficer():
            return _Flag(leaf.key, wanted=True)
        case OneOf(fact="size_class"):
            return _SizeClass(leaf)
        case OneOf():
            return _Choice(leaf)
        case InIndustry():
            return _Industry(leaf)
        case Holds():
            return _Holds(leaf)
        case DateIs():
            return _Day(leaf)
        case MeasureIs():
            return _Enjoyed(leaf)


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


class _Choice:
    """A choice within a list."""

    def __init__(self, leaf: OneOf) -> None:
        self._key = leaf.fact
        self._wanted = frozenset(leaf.values)
        self._gaps = (Gap(leaf.fact),)

    def answer(self, readings: Readings) -> Answer:
        known = readings.told.get(self._key)
        return known in self._wanted if isinstance(known, str) else self._gaps

    def see(self, readings: Readings) -> Seen:
        return Seen(readings.possible(self._key).value)


class _SizeClass:
    """The possible size classes within a list."""

    def __init__(self, leaf: OneOf) -> None:
        self._wanted = frozenset(leaf.values)

    def answer(self, readings: Readings) -> Answer:
        known = readings.size_class
        if known.value is None:
            return known.gaps
        if known.value <= self._wanted:
            return True
        return known.gaps if known.value & self._wanted else False

    def see(self, readings: Readings) -> Seen:
        return Seen(readings.size_class.value)


class _Industry:
    """A code under one of the prefixes and under none of the exceptions."""

    def __init__(self, leaf: InIndustry) -> None:
        self._leaf = leaf

    def answer(self, readings: Readings) -> Answer:
        known = readings.text("industry")
        if known.value is None:
            return known.gaps
        within = _under(known.value, self._leaf.prefixes) if self._leaf.prefixes else True
        return all_of(within, turned(_under(known.value, self._leaf.except_)))

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
    """A day against a day, which for some leaves moves with the day that is asked about."""

    def __init__(self, leaf: DateIs) -> None:
        self._leaf = leaf
        self._answer_on = lru_cache(maxsize=1)(self._answerer)

    def _answerer(self, as_of: date) -> Answerer:
        fact, bound = self._leaf.fact, self._leaf.bound(as_of).toordinal()
        return comparison(self._leaf.op, bound)(lambda readings: readings.ordinal(fact))

    def answer(self, readings: Readings) -> Answer:
        return self._answer_on(readings.as_of)(readings)

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
