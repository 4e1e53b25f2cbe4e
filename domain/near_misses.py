"""How far a company is from what is asked of one number, and when that comes true by itself.

Only distances are told, never how to make a number look otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import inf
from typing import NamedTuple

from domain.catalogue import Catalogue
from domain.criteria import (
    AllOf,
    AnyOf,
    Compare,
    DateIs,
    DaysBefore,
    Op,
    Over,
    Ratio,
    Tiers,
)
from domain.derived import (
    BEHIND,
    SHARES,
    Number,
    Readings,
    anniversary,
    parts_of_share,
    quotient,
)
from domain.evaluation import Finding, State, Threshold
from domain.facts import FOUNDED, Kind, Span
from domain.words import Words

NEAR = 0.5
"""How far off a number may be, as a share of what is asked, to be called near."""

MONEY = {"万元": 10_000, "亿元": 100_000_000}
"""Units that English does not count in, as yuan."""

LOWER_BOUNDS = frozenset({Op.AT_LEAST, Op.ABOVE})
DAYS_A_YEAR = 365
COUNTED_AT_NEW_YEAR = "niche_years"
"""Full years by the end of last year: each 1 January they may be one more."""

THREE_YEARS = "rnd_ratio_3y"

Numeric = Compare | Ratio | Tiers


@dataclass(frozen=True, slots=True)
class NearMiss:
    """How far one fact is from what is asked.

    `on` is the day it comes true by itself; `again` the day from which other figures count, so that
    it is worth looking again (`outlook` says what counts then).
    """

    criterion: str
    fact: str
    from_: float | date
    to: float | date
    share: float
    say: Callable[[], Words] = field(repr=False, compare=False)
    on: date | None = None
    again: date | None = None
    foresee: Callable[[], Words] | None = field(default=None, repr=False, compare=False)

    @property
    def outlook(self) -> Words | None:
        """What counts from `again` on, in words."""
        return self.foresee() if self.foresee is not None else None

    @property
    def text(self) -> Words:
        """The distance in words."""
        return self.say()

    @property
    def is_near(self) -> bool:
        """Whether it is a step one could take, not another company: a date, or half as much."""
        return self.on is not None or self.share <= NEAR


class _Case(NamedTuple):
    readings: Readings
    catalogue: Catalogue


def near_miss(
    failed: Sequence[Finding], readings: Readings, catalogue: Catalogue
) -> NearMiss | None:
    """The change for a way in that fails on one number only; None when it is more than that.

    Of alternatives that all fail, the one relatively nearest.
    """
    return _of_one(failed, _Case(readings, catalogue))


def distances(
    failed: Sequence[Finding], readings: Readings, catalogue: Catalogue
) -> tuple[NearMiss, ...]:
    """How far off each failure is, of those that have a distance."""
    case = _Case(readings, catalogue)
    return tuple(miss for one in failed if (miss := _of_finding(one, case)) is not None)


def _of_one(failed: Sequence[Finding], case: _Case) -> NearMiss | None:
    return _of_finding(failed[0], case) if len(failed) == 1 else None


def _of_finding(finding: Finding, case: _Case) -> NearMiss | None:
    match finding.rule:
        case AllOf():
            return _of_one([part for part in finding.parts if part.state is State.UNMET], case)
        case AnyOf():
            nearest = [miss for part in finding.parts if (miss := _of_finding(part, case))]
            return min(nearest, key=lambda miss: miss.share, default=None)
        case DateIs() as rule if rule.fact == FOUNDED:
            return _of_founding(rule, case)
        case Compare() | Ratio() | Tiers() as rule if isinstance(finding.value, Span):
            return _of_number(rule, finding.value, finding.threshold, case)
    return None


def _of_founding(rule: DateIs, case: _Case) -> NearMiss | None:
    """Founded so many days ago, or before this year: it comes true as time passes."""
    known, as_of = case.readings.day(FOUNDED).value, case.readings.as_of
    founded = known.high if known is not None else None
    if founded is None or rule.op not in {Op.BELOW, Op.AT_MOST}:
        return None
    if isinstance(rule.value, DaysBefore):
        days = rule.value.days_before + (rule.op is Op.BELOW)
        on = founded + timedelta(days=days)
        years, so_far = days / DAYS_A_YEAR, (as_of - founded).days / DAYS_A_YEAR
        share = max(0.0, (on - as_of).days / days)
        return NearMiss(rule.id, "age", so_far, years, share, lambda: _complete_on(on, years), on)
    if rule.value != "year_start" or rule.op is not Op.BELOW:
        return None
    on = date(founded.year + 1, 1, 1)
    share = (on - as_of).days / DAYS_A_YEAR
    return NearMiss(rule.id, rule.fact, founded, on, share, lambda: _applies_from(on), on)


def _of_number(
    rule: Numeric, known: Span, threshold: Threshold | None, case: _Case
) -> NearMiss | None:
    if threshold is None or threshold.op in {Op.EQUAL, Op.UNEQUAL}:
        return None
    now = known.high if threshold.op in LOWER_BOUNDS else known.low
    if now is None:
        return None
    on = _birthday(rule, threshold, case)
    again = _new_figures(rule, threshold, now, case) if on is None else None
    return NearMiss(
        rule.id,
        rule.fact,
        now,
        threshold.value,
        abs(threshold.value - now) / (abs(threshold.value) or 1),
        lambda: _wording(rule, threshold, now, on, case),
        on,
        again,
        None if again is None else lambda: _outlook(rule, threshold, again, case.readings),
    )


def _new_figures(rule: Numeric, threshold: Threshold, now: float, case: _Case) -> date | None:
    """The next 1 January for what is counted by fiscal years, or by full years at their end."""
    year = case.readings.as_of.year
    if rule.fact == COUNTED_AT_NEW_YEAR and threshold.op is Op.AT_LEAST:
        return date(year + max(1, math.ceil(threshold.value - now)), 1, 1)
    facts = BEHIND.get(rule.fact, (rule.fact,))
    specs = [case.catalogue.fact(key) for key in facts]
    is_yearly = any(spec is not None and spec.per_year for spec in specs)
    return date(year + 1, 1, 1) if is_yearly else None


def _outlook(rule: Numeric, threshold: Threshold, again: date, readings: Readings) -> Words:
    """「2026 年结账后改看 2024–2026 年；若今年收入不变，今年研发费用满 180 万元即达到」"""
    year = again.year - 1
    if rule.fact == COUNTED_AT_NEW_YEAR:
        full = f"{threshold.value:g}"
        return Words(
            zh=f"做到 {year} 年底满 {full} 年", en=f"{full} full years by the end of {year}"
        )
    first = year - _years_counted(rule) + 1
    years = f"{year}" if first == year else f"{first}–{year}"
    enough = _enough(rule, threshold, readings)
    zh = f"；若今年收入与去年一样，今年研发费用满 {enough} 万元即达到" if enough else ""
    en = (
        f"; with the same revenue as last year, R&D of {_in_yuan(enough)} is enough"
        if enough
        else ""
    )
    return Words(
        zh=f"{year} 年结账后改看 {years} 年{zh}",
        en=f"After the {year} accounts, {years} counts{en}",
    )


def _years_counted(rule: Numeric) -> int:
    if rule.fact == THREE_YEARS:
        return 3
    return 1 if isinstance(rule, Tiers) else rule.over.years


def _enough(rule: Numeric, threshold: Threshold, readings: Readings) -> str | None:
    """This year's R&D that would do, this year's revenue being last year's; where all is exact."""
    if rule.fact != THREE_YEARS or threshold.op is not Op.AT_LEAST:
        return None
    spent, sold = readings.sum_of("rnd", 2), readings.sum_of("revenue", 2)
    last = readings.of_year("revenue", readings.last_year)
    if any(number.low != number.high for number in (spent, sold, last)):
        return None
    return _up(threshold.value * (sold.low + last.low) - spent.low, 0)


def _in_yuan(amount: str | None) -> str:
    return _yuan(float(amount or 0) * MONEY["万元"])


def _wording(
    rule: Numeric, threshold: Threshold, now: float, on: date | None, case: _Case
) -> Words:
    if on is not None:
        return _complete_on(on, threshold.value)
    if now == threshold.value:
        return _just_beyond(rule, threshold, case)
    return _distance(rule, threshold, now, case)


def _just_beyond(rule: Numeric, threshold: Threshold, case: _Case) -> Words:
    """On the very bound of a strict comparison: 70 where more than 70 is asked."""
    label, bound = _label(rule, case), f"{threshold.value:g}"
    more = threshold.op in LOWER_BOUNDS
    return Words(
        zh=f"{label.zh}须{'高于' if more else '低于'} {bound}",
        en=f"{label.en} must be {'above' if more else 'below'} {bound}",
    )


def _birthday(rule: Numeric, threshold: Threshold, case: _Case) -> date | None:
    """The day a company is old enough."""
    founded = case.readings.day(FOUNDED).value
    if rule.fact != "age" or threshold.op is not Op.AT_LEAST or founded is None:
        return None
    if founded.high is None or not float(threshold.value).is_integer():
        return None
    return anniversary(founded.high, int(threshold.value))


def _complete_on(on: date, years: float) -> Words:
    full = f"{years:g}"
    return Words(zh=f"{on.isoformat()} 满 {full} 年", en=f"{full} years old on {on.isoformat()}")


def _applies_from(on: date) -> Words:
    return Words(zh=f"{on.isoformat()} 起适用", en=f"Applies from {on.isoformat()}")


def _distance(rule: Numeric, threshold: Threshold, now: float, case: _Case) -> Words:
    """「研发占比差 0.6 个百分点，约 50 万元」"""
    label, gap = _label(rule, case), abs(threshold.value - now)
    short = threshold.op in LOWER_BOUNDS
    size = _points(gap) if _is_share(rule, case) else _quantity(rule.fact, gap, case)
    amount = _amount(rule, threshold, case) if short else None
    zh, en = ("差", "short by") if short else ("超出", "over by")
    return Words(
        zh=f"{label.zh}{zh} {size.zh}" + (f"，约 {amount.zh}" if amount else ""),
        en=f"{label.en}: {en} {size.en}" + (f", about {amount.en}" if amount else ""),
    )


def _label(rule: Numeric, case: _Case) -> Words:
    spec = case.catalogue.fact(rule.fact)
    label = spec.label if spec is not None else Words(zh=rule.fact, en=rule.fact)
    of = case.catalogue.fact(rule.of) if isinstance(rule, Ratio) else None
    if of is None:
        return label
    return Words(zh=f"{label.zh}占{of.label.zh}", en=f"{label.en} / {of.label.en}")


def _is_share(rule: Numeric, case: _Case) -> bool:
    spec = case.catalogue.fact(rule.fact)
    return isinstance(rule, Ratio) or (spec is not None and spec.kind is Kind.RATIO)


def _points(gap: float) -> Words:
    """Percentage points, rounded up so that nobody is told too little."""
    points = _up(gap * 100, 1 if gap >= 0.001 else 2)
    return Words(zh=f"{points} 个百分点", en=f"{points} percentage points")


def _quantity(key: str, gap: float, case: _Case) -> Words:
    spec = case.catalogue.fact(key)
    number = _up(gap, 0 if spec is not None and spec.whole else 2)
    if spec is None or spec.unit is None:
        return Words(zh=number, en=number)
    in_money = MONEY.get(spec.unit.zh)
    english = _yuan(float(number) * in_money) if in_money else f"{number} {spec.unit.en}"
    return Words(zh=f"{number} {spec.unit.zh}", en=english)


def _yuan(amount: float) -> str:
    """`CNY 500,000`, `CNY 26 million`."""
    return f"CNY {amount / 1e6:g} million" if amount >= 1e6 else f"CNY {amount:,.0f}"


def _amount(rule: Numeric, threshold: Threshold, case: _Case) -> Words | None:
    """What is missing above the line of a ratio, the rest staying as it is."""
    parts = _parts(rule, threshold, case.readings)
    if parts is None:
        return None
    (top, bottom), key = parts, rule.fact if isinstance(rule, Ratio) else SHARES[rule.fact][0]
    if top.high == inf or bottom.low == -inf:
        return None
    missing = threshold.value * bottom.low - top.high
    return _quantity(key, missing, case) if missing > 0 else None


def _parts(rule: Numeric, threshold: Threshold, readings: Readings) -> tuple[Number, Number] | None:
    """What a ratio divides by what: of the latest year that fails where each must pass."""
    if not isinstance(rule, Ratio):
        return parts_of_share(rule.fact, readings) if rule.fact in SHARES else None
    if rule.over is Over.LAST:
        return readings.number(rule.fact), readings.number(rule.of)
    if not rule.over.each:
        count = rule.over.years
        return readings.sum_of(rule.fact, count), readings.sum_of(rule.of, count)
    years = [readings.last_year - back for back in range(rule.over.years)]
    pairs = [(readings.of_year(rule.fact, year), readings.of_year(rule.of, year)) for year in years]
    return next((pair for pair in pairs if quotient(*pair)[1] < threshold.value), None)


def _up(number: float, places: int) -> str:
    scale = 10.0**places
    return f"{math.ceil(round(number * scale, 6)) / scale:g}"
