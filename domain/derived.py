"""What follows from the facts: age, ratios, sums over fiscal years, the size class.

Ranges are carried through with interval arithmetic, so that a derived value is as wide as what is
known and never wider than a guess. Each reading names the facts it used and the ones in the way.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from math import inf
from types import MappingProxyType
from typing import Generic, NamedTuple, TypeVar

from domain.contradictions import contested, may_contradict
from domain.facts import FOUNDED, DateSpan, FactValue, Held, PerYear, Profile, Span
from domain.once import once
from domain.sizes import INDICATORS, SizeReading, size_of

Value = TypeVar("Value")
ASKS_AS, FOUNDER_TO_BE = "asks_as", "founder_to_be"
NOTHING: Mapping[str, bool] = MappingProxyType({})


class Gap(NamedTuple):
    """A fact in the way: unknown, or not known exactly enough; per-year facts name the years."""

    key: str
    years: tuple[int, ...] = ()


class Reading(NamedTuple, Generic[Value]):
    """A value (None: unknown), the facts it rests on, and the facts that would make it exact."""

    value: Value | None
    used: tuple[str, ...]
    gaps: tuple[Gap, ...] = ()


@dataclass(slots=True)
class Number:
    """A number between two ends, infinite where they are open; unknown when both are.

    `gaps` are the facts that would make it exact. Nobody changes one; it is not frozen because many
    are made for each company, and a frozen one takes three times as long to make.
    """

    low: float
    high: float
    gaps: tuple[Gap, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether anything is known of it."""
        return self.low != -inf or self.high != inf

    @property
    def value(self) -> Span | None:
        """The range, None when nothing is known."""
        if not self.is_known:
            return None
        return Span(None if self.low == -inf else self.low, None if self.high == inf else self.high)


Ends = tuple[float, float]
UNKNOWN: Ends = (-inf, inf)


class Readings:
    """Everything that can be read of one profile on one day. Values are worked out once.

    `held` says which measures the company enjoys; absent is unknown.
    """

    def __init__(self, profile: Profile, as_of: date, held: Mapping[str, bool] = NOTHING) -> None:
        self.profile = profile
        self.as_of = as_of
        self.held = held
        self.last_year = as_of.year - 1
        self.numbers: dict[str, Number] = {}
        self.years: dict[tuple[str, int], Number] = {}
        self.sums: dict[tuple[str, int], Number] = {}
        self._before: Readings | None = None
        self._touched: frozenset[str] = frozenset()

    def holding(self, held: Mapping[str, bool]) -> Readings:
        """The same readings of a company that enjoys those measures."""
        other = copy(self)
        other.held = held
        return other

    def supposing(self, key: str, value: FactValue) -> Readings:
        """What would be read had the company said this too."""
        other = Readings(self.profile.with_fact(key, value), self.as_of, self.held)
        if key not in self.profile.rivals and not may_contradict(key, value):
            other.contested = self.contested
        if key != FOUNDED and other.contested == self.contested:
            other._before, other._touched = self, _touched_by(key)
        return other

    @once
    def contested(self) -> frozenset[str]:
        """Facts that contradict another or were told twice: unknown until one is corrected."""
        return contested(self.profile, self.as_of)

    @once
    def told(self) -> dict[str, FactValue]:
        """The facts that count."""
        told = dict(self.profile.values)
        for key in self.contested:
            told.pop(key, None)
        return told

    @once
    def is_plan(self) -> bool:
        """Whether the company is not founded yet, so that it can be had by nobody for now."""
        founded = self.told.get(FOUNDED)
        if isinstance(founded, DateSpan) and founded.low is not None and founded.low > self.as_of:
            return True
        return self.told.get(ASKS_AS) == FOUNDER_TO_BE

    @once
    def told_keys(self) -> frozenset[str]:
        """Which facts those are."""
        return frozenset(self.told)

    def value(self, key: str) -> FactValue | None:
        """The fact itself, None when it is unknown or contested."""
        return self.told.get(key)

    def number(self, key: str) -> Number:
        """A plain number, or a derived one by its name; a per-year one of the last closed year."""
        known = self.numbers.get(key)
        if known is None:
            before = self._before
            if before is not None and key not in self._touched:
                known = before.number(key)
            else:
                compute = _DERIVED.get(key)
                known = compute(self) if compute else self._plain(key)
            self.numbers[key] = known
        return known

    def _plain(self, key: str) -> Number:
        value = self.told.get(key)
        if isinstance(value, Span):
            return _number(value, key)
        return self.of_year(key, self.last_year) if isinstance(value, PerYear) else _untold(key)

    def of_year(self, key: str, year: int) -> Number:
        """A per-year number in one fiscal year; nobody can say it of a year before the founding."""
        known = self.years.get((key, year))
        if known is None:
            value = self.told.get(key)
            span = value.year(year) if isinstance(value, PerYear) else None
            if span is not None:
                known = _number(span, key, year)
            else:
                known = _BEFORE if year < self._first_year else _untold(key, year)
            self.years[key, year] = known
        return known

    def sum_of(self, key: str, count: int) -> Number:
        """A per-year number over the last fiscal years; unknown while one of them is."""
        known = self.sums.get((key, count))
        if known is None:
            before = self._before
            if before is not None and key not in self._touched:
                known = before.sum_of(key, count)
            else:
                known = _total([self.of_year(key, year) for year in self.last_years(count)])
            self.sums[key, count] = known
        return known

    def last_years(self, count: int) -> range:
        """The last closed fiscal years, oldest first, none before the founding year.

        Sums over years count the actual years of a younger company (工作指引, 195号).
        """
        return range(max(self.last_year - count + 1, self._first_year), self.last_year + 1)

    @once
    def _first_year(self) -> int:
        founded = self.told.get(FOUNDED)
        if not isinstance(founded, DateSpan) or founded.low is None:
            return 0
        return founded.low.year

    def day(self, key: str) -> Reading[DateSpan]:
        """A date."""
        value = self.told.get(key)
        if not isinstance(value, DateSpan):
            return Reading(None, (key,), (Gap(key),))
        return Reading(value, (key,), () if value.exact else (Gap(key),))

    def ordinal(self, key: str) -> Number:
        """A date, as the number of its day."""
        value = self.told.get(key)
        if not isinstance(value, DateSpan):
            return _untold(key)
        low, high = (None if day is None else day.toordinal() for day in (value.low, value.high))
        return _number(Span(low, high), key)

    def flag(self, key: str) -> Reading[bool]:
        """A yes or no."""
        value = self.told.get(key)
        if not isinstance(value, bool):
            return Reading(None, (key,), (Gap(key),))
        return Reading(value, (key,))

    def items(self, key: str) -> Reading[Held]:
        """A list of items held and not held."""
        value = self.told.get(key)
        return Reading(value if isinstance(value, Held) else None, (key,), (Gap(key),))

    def text(self, key: str) -> Reading[str]:
        """A code or a text."""
        value = self.told.get(key)
        if not isinstance(value, str):
            return Reading(None, (key,), (Gap(key),))
        return Reading(value, (key,))

    def possible(self, key: str) -> Reading[frozenset[str]]:
        """The values a choice may have: one when it is known, several for the size class."""
        if key == "size_class":
            return self.size_class
        text = self.text(key)
        return Reading(None if text.value is None else frozenset((text.value,)), (key,), text.gaps)

    @once
    def size_class(self) -> Reading[frozenset[str]]:
        """The size classes it may have."""
        code = self.text("industry")
        if code.value is None:
            return Reading(None, ("industry",), code.gaps)
        size = size_of(code.value, {name: self.number(name) for name in INDICATORS})
        gaps = [gap for name in size.open_ for gap in self.numbers[name].gaps]
        if size.vague_industry:
            gaps.append(Gap("industry"))
        return Reading(size.classes, _size_inputs(size), tuple(gaps))


def _size_inputs(size: SizeReading) -> tuple[str, ...]:
    if size.classes is None:
        return ("industry",)
    names = {"revenue_last": "revenue"}
    return ("industry", *(names.get(name, name) for name in size.indicators))


def _number(span: Span, key: str, year: int | None = None) -> Number:
    low, high = span.low, span.high
    if low is not None and low == high:
        return Number(low, low)
    gaps = _untold(key, year).gaps
    return Number(-inf if low is None else low, inf if high is None else high, gaps)


_BEFORE = Number(*UNKNOWN)


@cache
def _untold(key: str, year: int | None = None) -> Number:
    return Number(-inf, inf, (Gap(key, () if year is None else (year,)),))


def combined(compute: Callable[[Number, Number], Ends], one: Number, other: Number) -> Number:
    """A number computed from two. What is unknown is in the way first, then what is vague.

    Where one of them can never be known, no fact helps.
    """
    if not one.gaps and not other.gaps:
        return Number(*compute(one, other))
    if one.is_known and other.is_known:
        return Number(*compute(one, other), one.gaps + other.gaps)
    lacking = [number.gaps for number in (one, other) if not number.is_known]
    return Number(-inf, inf, () if () in lacking else sum(lacking, ()))


def _total(years: Sequence[Number]) -> Number:
    """The sum of a number over fiscal years, oldest first; unknown when there are none.

    Added one by one, as the databases do, so that both round alike.
    """
    unknown = [year for year in years if not year.is_known]
    gaps = tuple([gap for year in unknown or years for gap in year.gaps])
    if unknown or not years:
        return Number(-inf, inf, gaps)
    low = high = 0.0
    for year in years:
        low += year.low
        high += year.high
    return Number(low, high, gaps)


def merged(gaps: Iterable[Gap]) -> tuple[Gap, ...]:
    """The gaps with the years of one fact joined, in the order they came."""
    return _merged(tuple(gaps))


@lru_cache(maxsize=1024)
def _merged(gaps: tuple[Gap, ...]) -> tuple[Gap, ...]:
    """The same; companies lack the same facts over and over."""
    years: dict[str, tuple[int, ...]] = {}
    for key, told in gaps:
        years[key] = (*years[key], *told) if key in years else told
    return tuple(
        [
            Gap(key, told if len(told) < 2 else tuple(sorted(set(told))))
            for key, told in years.items()
        ]
    )


def quotient(top: Number, bottom: Number) -> Ends:
    """`top / bottom`; unknown when the bottom may be zero or less.

    Nothing can be said of a share of nothing, so a range that begins at zero says nothing either.
    """
    if bottom.low <= 0:
        return UNKNOWN
    low = top.low / (bottom.high if top.low >= 0 else bottom.low)
    if top.high < 0 and bottom.high == inf:
        return low, inf
    return low, top.high / (bottom.low if top.high >= 0 else bottom.high)


def years_between(start: date, end: date) -> float:
    """Whole years by anniversaries, and the part of the year begun; negative before the start."""
    if end < start:
        return -years_between(end, start)
    whole = end.year - start.year - (end < anniversary(start, end.year - start.year))
    since = anniversary(start, whole)
    return whole + (end - since).days / (anniversary(start, whole + 1) - since).days


def anniversary(day: date, years: int) -> date:
    """The same day so many years later, else the end of the month (民法典 202)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 2, 28)


def _age(readings: Readings) -> Number:
    founded = readings.day(FOUNDED)
    if founded.value is None:
        return Number(-inf, inf, founded.gaps)
    low, high = founded.value.high, founded.value.low
    youngest = -inf if low is None else years_between(low, readings.as_of)
    if low is not None and low == high:
        return Number(youngest, youngest)
    oldest = inf if high is None else years_between(high, readings.as_of)
    return Number(youngest, oldest, founded.gaps)


STATED = {("rnd", "revenue"): "rnd_ratio_last"}
"""Quotients of the last fiscal year that a company may state: read with what it states."""

SHARES = {
    "debt_ratio": ("total_liabilities", "total_assets"),
    "tech_staff_ratio": ("tech_staff", "employees"),
    "hire_ratio": ("new_eligible_hires_12m", "employees"),
    "rnd_ratio_3y": ("rnd", "revenue"),
}
"""Derived ratios, as what is divided by what; the last one over sums of three fiscal years."""


def parts_of_share(key: str, readings: Readings) -> tuple[Number, Number]:
    """What a derived ratio divides by what."""
    top, bottom = SHARES[key]
    if key == "rnd_ratio_3y":
        return readings.sum_of(top, 3), readings.sum_of(bottom, 3)
    return readings.number(top), readings.number(bottom)


def _share(key: str) -> Callable[[Readings], Number]:
    return lambda readings: combined(quotient, *parts_of_share(key, readings))


def _revenue_last(readings: Readings) -> Number:
    return readings.of_year("revenue", readings.last_year)


def _rnd_ratio_last(readings: Readings) -> Number:
    year = readings.last_year
    parts = readings.of_year("rnd", year), readings.of_year("revenue", year)
    return _with_stated(combined(quotient, *parts), readings.number("rnd_ratio"))


def _growth_last(readings: Readings) -> Number:
    year = readings.last_year
    parts = readings.of_year("revenue", year), readings.of_year("revenue", year - 1)
    return _with_stated(combined(_growth, *parts), readings.number("revenue_growth"))


def _growth(now: Number, before: Number) -> Ends:
    low, high = quotient(now, before)
    return low - 1, high - 1


def _revenue_cagr(readings: Readings) -> Number:
    """Compound yearly growth from the third last closed fiscal year to the last one."""
    year = readings.last_year
    parts = readings.of_year("revenue", year), readings.of_year("revenue", year - 2)
    return combined(_compound, *parts)


def _compound(now: Number, before: Number) -> Ends:
    low, high = quotient(now, before)
    return (math.sqrt(low) - 1 if low >= 0 else -inf), math.sqrt(high) - 1


def _net_assets(readings: Readings) -> Number:
    parts = readings.number("total_assets"), readings.number("total_liabilities")
    return combined(_difference, *parts)


def _difference(whole: Number, part: Number) -> Ends:
    return whole.low - part.high, whole.high - part.low


def _with_stated(computed: Number, stated: Number) -> Number:
    """What is computed, narrowed by what the company states of it.

    An exact amount says more than a share that may be rounded; where the two are apart by less than
    that, what is computed counts (further apart they contradict each other and neither is read).
    """
    if not computed.is_known:
        return stated if stated.is_known else computed
    low, high = max(computed.low, stated.low), min(computed.high, stated.high)
    if low > high or computed.low == computed.high:
        return computed
    return Number(low, high, () if low == high else computed.gaps)


_DERIVED: dict[str, Callable[[Readings], Number]] = {
    "age": _age,
    **{key: _share(key) for key in SHARES},
    "revenue_last": _revenue_last,
    "rnd_ratio_last": _rnd_ratio_last,
    "growth_last": _growth_last,
    "revenue_cagr": _revenue_cagr,
    "net_assets": _net_assets,
}

DERIVED_FACTS = frozenset(_DERIVED) | {"size_class"}
"""Keys that are computed; facts.yaml marks exactly these as derived."""

BEHIND: Mapping[str, tuple[str, ...]] = {
    **SHARES,
    "age": (FOUNDED,),
    "revenue_last": ("revenue",),
    "rnd_ratio_last": ("rnd", "revenue", "rnd_ratio"),
    "growth_last": ("revenue", "revenue_growth"),
    "revenue_cagr": ("revenue",),
    "net_assets": ("total_assets", "total_liabilities"),
    "size_class": ("industry", "employees", "revenue", "total_assets"),
}
"""The facts that each derived one is worked out from. How many fiscal years count, where amounts
are among them, depends on the founding too."""


@cache
def _touched_by(key: str) -> frozenset[str]:
    """The numbers that a fact changes: itself, and what is worked out from it."""
    return frozenset({key, *(name for name, facts in BEHIND.items() if key in facts)})
