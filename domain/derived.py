"""What follows from the facts: age, ratios, sums over fiscal years, the size class.

Ranges are carried through with interval arithmetic, so that a derived value is as wide as what is
known and never wider than a guess. Each reading names the facts it used and the ones in the way.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Generic, TypeVar

from domain.contradictions import contradictions
from domain.facts import DateSpan, FactValue, Held, PerYear, Profile, Span
from domain.sizes import Indicator, SizeReading, size_of

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Gap:
    """A fact in the way: unknown, or not known exactly enough; per-year facts name the years."""

    key: str
    years: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading(Generic[Value]):
    """A value (None: unknown), the facts it rests on, and the facts that would make it exact."""

    value: Value | None
    used: tuple[str, ...]
    gaps: tuple[Gap, ...] = ()


class Readings:
    """Everything that can be read of one profile on one day. Values are computed once."""

    def __init__(self, profile: Profile, as_of: date) -> None:
        self.profile = profile
        self.as_of = as_of
        self.last_year = as_of.year - 1
        self._numbers: dict[str, Reading[Span]] = {}

    @cached_property
    def contested(self) -> frozenset[str]:
        """Facts that contradict another or were told twice: unknown until one is corrected."""
        clashes = contradictions(self.profile, self.as_of)
        return frozenset(key for clash in clashes for key in clash.keys)

    def value(self, key: str) -> FactValue | None:
        """The fact itself, None when it is unknown or contested."""
        return None if key in self.contested else self.profile.get(key)

    def number(self, key: str) -> Reading[Span]:
        """A plain number, or a derived one by its name."""
        if key not in self._numbers:
            compute = _DERIVED.get(key)
            self._numbers[key] = compute(self) if compute else self._plain_number(key)
        return self._numbers[key]

    def _plain_number(self, key: str) -> Reading[Span]:
        value = self.value(key)
        if isinstance(value, PerYear):
            return self.of_year(key, self.last_year)
        span = value if isinstance(value, Span) else None
        gaps = () if span is not None and span.exact else (Gap(key),)
        return Reading(span, (key,), gaps)

    def of_year(self, key: str, year: int) -> Reading[Span]:
        """A per-year number in one fiscal year."""
        value = self.value(key)
        span = value.year(year) if isinstance(value, PerYear) else None
        gaps = () if span is not None and span.exact else (Gap(key, (year,)),)
        return Reading(span, (key,), gaps)

    def sum_of(self, key: str, years: Iterable[int]) -> Reading[Span]:
        """A per-year number over several fiscal years; unknown while one of them is."""
        return combined(_sum, *(self.of_year(key, year) for year in years))

    def last_years(self, count: int) -> tuple[int, ...]:
        """The last closed fiscal years, oldest first, none before the founding year.

        Sums over years count the actual years of a younger company (工作指引, 195号).
        """
        founded = self.value("established_on")
        first = self.last_year - count + 1
        if isinstance(founded, DateSpan) and founded.low is not None:
            first = max(first, founded.low.year)
        return tuple(range(first, self.last_year + 1))

    def day(self, key: str) -> Reading[DateSpan]:
        """A date."""
        value = self.value(key)
        span = value if isinstance(value, DateSpan) else None
        return Reading(span, (key,), () if span is not None and span.exact else (Gap(key),))

    def flag(self, key: str) -> Reading[bool]:
        """A yes or no."""
        value = self.value(key)
        known = value if isinstance(value, bool) else None
        return Reading(known, (key,), () if known is not None else (Gap(key),))

    def held(self, key: str) -> Reading[Held]:
        """A list of items held and not held."""
        value = self.value(key)
        known = value if isinstance(value, Held) else None
        return Reading(known, (key,), (Gap(key),))

    def text(self, key: str) -> Reading[str]:
        """A code or a text."""
        value = self.value(key)
        known = value if isinstance(value, str) else None
        return Reading(known, (key,), () if known is not None else (Gap(key),))

    def possible(self, key: str) -> Reading[frozenset[str]]:
        """The values a choice may have: one when it is known, several for the size class."""
        if key == "size_class":
            return self._size_class
        text = self.text(key)
        return Reading(None if text.value is None else frozenset([text.value]), (key,), text.gaps)

    @cached_property
    def _size_class(self) -> Reading[frozenset[str]]:
        code = self.text("industry")
        if code.value is None:
            return Reading(None, ("industry",), code.gaps)
        indicators = {name: self.number(name) for name in Indicator}
        known = {name: read.value for name, read in indicators.items() if read.value is not None}
        size = size_of(code.value, known)
        gaps = [gap for name in size.open_ for gap in indicators[name].gaps]
        if size.vague_industry:
            gaps.append(Gap("industry"))
        return Reading(size.classes, self._size_inputs(size), tuple(gaps))

    def _size_inputs(self, size: SizeReading) -> tuple[str, ...]:
        if size.classes is None:
            return ("industry",)
        names = {Indicator.REVENUE: "revenue"}
        return ("industry", *(names.get(name, name.value) for name in size.indicators))


def combined(compute: Callable[..., Span | None], *parts: Reading[Span]) -> Reading[Span]:
    """A number computed from others. What is unknown is in the way first, then what is vague."""
    used = tuple(dict.fromkeys(key for part in parts for key in part.used))
    values = [part.value for part in parts]
    unknown = [part for part in parts if part.value is None]
    gaps = merged(gap for part in unknown or parts for gap in part.gaps)
    value = None if unknown or not parts else compute(*values)
    is_telling = value is not None and (value.low, value.high) != (None, None)
    return Reading(value if is_telling else None, used, gaps)


def merged(gaps: Iterable[Gap]) -> tuple[Gap, ...]:
    """The gaps with the years of one fact joined, in the order they came."""
    years: dict[str, list[int]] = {}
    for gap in gaps:
        years.setdefault(gap.key, []).extend(gap.years)
    return tuple(Gap(key, tuple(sorted(set(told)))) for key, told in years.items())


def quotient(top: Span, bottom: Span) -> Span | None:
    """`top / bottom`; None when the bottom may be negative, or is certainly zero."""
    if bottom.low is None or bottom.low < 0 or bottom.high == 0:
        return None
    return Span(
        _divided(top.low, bottom.high, bottom.low), _divided(top.high, bottom.low, bottom.high)
    )


def _divided(end: float | None, by: float | None, by_if_negative: float | None) -> float | None:
    if end is None:
        return None
    divisor = by if end >= 0 else by_if_negative
    if divisor is None:
        return 0.0 if end >= 0 and by is None else None
    return end / divisor if divisor > 0 else None


def _sum(*spans: Span) -> Span:
    return Span(_total(span.low for span in spans), _total(span.high for span in spans))


def _total(ends: Iterable[float | None]) -> float | None:
    """Added one by one, oldest first, as the databases do, so that both round alike."""
    total = 0.0
    for end in ends:
        if end is None:
            return None
        total += end
    return total


def years_between(start: date, end: date) -> float:
    """Whole years by anniversaries, and the part of the year begun; negative before the start."""
    if end < start:
        return -years_between(end, start)
    whole = end.year - start.year - ((end.month, end.day) < (start.month, start.day))
    since = anniversary(start, whole)
    return whole + (end - since).days / (anniversary(start, whole + 1) - since).days


def anniversary(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes 1 March in common years."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _age(readings: Readings) -> Reading[Span]:
    founded = readings.day("established_on")
    if founded.value is None:
        return Reading(None, founded.used, founded.gaps)
    low, high = founded.value.high, founded.value.low
    span = Span(
        None if low is None else years_between(low, readings.as_of),
        None if high is None else years_between(high, readings.as_of),
    )
    return Reading(span, founded.used, founded.gaps)


SHARES = {
    "debt_ratio": ("total_liabilities", "total_assets"),
    "tech_staff_ratio": ("tech_staff", "employees"),
    "hire_ratio": ("new_eligible_hires_12m", "employees"),
    "rnd_ratio_3y": ("rnd", "revenue"),
}
"""Derived ratios, as what is divided by what; the last one over sums of three fiscal years."""


def parts_of_share(key: str, readings: Readings) -> tuple[Reading[Span], Reading[Span]]:
    """What a derived ratio divides by what."""
    top, bottom = SHARES[key]
    if key == "rnd_ratio_3y":
        years = readings.last_years(3)
        return readings.sum_of(top, years), readings.sum_of(bottom, years)
    return readings.number(top), readings.number(bottom)


def _share(key: str) -> Callable[[Readings], Reading[Span]]:
    return lambda readings: combined(quotient, *parts_of_share(key, readings))


def _revenue_last(readings: Readings) -> Reading[Span]:
    return readings.of_year("revenue", readings.last_year)


def _rnd_ratio_last(readings: Readings) -> Reading[Span]:
    year = readings.last_year
    parts = readings.of_year("rnd", year), readings.of_year("revenue", year)
    return _else_stated(combined(quotient, *parts), readings.number("rnd_ratio"))


def _growth_last(readings: Readings) -> Reading[Span]:
    year = readings.last_year
    parts = readings.of_year("revenue", year), readings.of_year("revenue", year - 1)
    return _else_stated(combined(_growth, *parts), readings.number("revenue_growth"))


def _growth(now: Span, before: Span) -> Span | None:
    times = quotient(now, before)
    if times is None:
        return None
    return Span(
        None if times.low is None else times.low - 1,
        None if times.high is None else times.high - 1,
    )


def _revenue_cagr(readings: Readings) -> Reading[Span]:
    """Compound yearly growth from the third last closed fiscal year to the last one."""
    year = readings.last_year
    parts = readings.of_year("revenue", year), readings.of_year("revenue", year - 2)
    return combined(_compound, *parts)


def _compound(now: Span, before: Span) -> Span | None:
    times = quotient(now, before)
    if times is None:
        return None
    return Span(
        None if times.low is None else math.sqrt(times.low) - 1,
        None if times.high is None else math.sqrt(times.high) - 1,
    )


def _net_assets(readings: Readings) -> Reading[Span]:
    parts = readings.number("total_assets"), readings.number("total_liabilities")
    return combined(_difference, *parts)


def _difference(whole: Span, part: Span) -> Span:
    return Span(
        None if whole.low is None or part.high is None else whole.low - part.high,
        None if whole.high is None or part.low is None else whole.high - part.low,
    )


def _else_stated(computed: Reading[Span], stated: Reading[Span]) -> Reading[Span]:
    return stated if computed.value is None and stated.value is not None else computed


_DERIVED: dict[str, Callable[[Readings], Reading[Span]]] = {
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
