"""The smallest change that would turn one failed number into a met one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import inf
from typing import NamedTuple

from domain.catalogue import Catalogue
from domain.criteria import AllOf, AnyOf, Compare, DateIs, Op, Ratio, Tiers
from domain.derived import SHARES, Readings, anniversary, parts_of_share
from domain.evaluation import Finding, State, Threshold
from domain.facts import DateSpan, Kind, Span
from domain.words import Words

NEAR = 0.5
"""How far off a number may be, as a share of what is asked, to be called near."""

MONEY = {"万元": 10_000, "亿元": 100_000_000}
"""Units that English does not count in, as yuan."""

LOWER_BOUNDS = frozenset({Op.AT_LEAST, Op.ABOVE})
Numeric = Compare | Ratio | Tiers


@dataclass(frozen=True, slots=True)
class NearMiss:
    """How far one fact is from what is asked; `on` is the day it comes true by itself."""

    criterion: str
    fact: str
    from_: float | date
    to: float | date
    text: Words
    share: float
    on: date | None = None

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


def _of_one(failed: Sequence[Finding], case: _Case) -> NearMiss | None:
    return _of_finding(failed[0], case) if len(failed) == 1 else None


def _of_finding(finding: Finding, case: _Case) -> NearMiss | None:
    match finding.rule:
        case AllOf():
            return _of_one([part for part in finding.parts if part.state is State.UNMET], case)
        case AnyOf():
            nearest = [miss for part in finding.parts if (miss := _of_finding(part, case))]
            return min(nearest, key=lambda miss: miss.share, default=None)
        case DateIs() as rule if isinstance(finding.value, DateSpan):
            return _of_founding(rule, finding.value, case)
        case Compare() | Ratio() | Tiers() as rule if isinstance(finding.value, Span):
            return _of_number(rule, finding.value, finding.threshold, case)
    return None


def _of_founding(rule: DateIs, known: DateSpan, case: _Case) -> NearMiss | None:
    """A rule for companies founded before this year comes true on the next 1 January."""
    if rule.value != "year_start" or rule.op is not Op.BELOW or known.high is None:
        return None
    on = date(known.high.year + 1, 1, 1)
    text = Words(zh=f"{on.isoformat()} 起适用", en=f"Applies from {on.isoformat()}")
    share = (on - case.readings.as_of).days / 365
    return NearMiss(rule.id, rule.fact, known.high, on, text, share, on)


def _of_number(
    rule: Numeric, known: Span, threshold: Threshold | None, case: _Case
) -> NearMiss | None:
    if threshold is None or threshold.op in {Op.EQUAL, Op.UNEQUAL}:
        return None
    now = known.high if threshold.op in LOWER_BOUNDS else known.low
    if now is None:
        return None
    on = _birthday(rule, threshold, case)
    text = _wording(rule, threshold, now, on, case)
    share = abs(threshold.value - now) / (abs(threshold.value) or 1)
    return NearMiss(rule.id, rule.fact, now, threshold.value, text, share, on)


def _wording(
    rule: Numeric, threshold: Threshold, now: float, on: date | None, case: _Case
) -> Words:
    if on is not None:
        return _complete_on(on, threshold)
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
    founded = case.readings.day("established_on").value
    if rule.fact != "age" or threshold.op is not Op.AT_LEAST or founded is None:
        return None
    if founded.high is None or not float(threshold.value).is_integer():
        return None
    return anniversary(founded.high, int(threshold.value))


def _complete_on(on: date, threshold: Threshold) -> Words:
    years = f"{threshold.value:g}"
    return Words(zh=f"{on.isoformat()} 满 {years} 年", en=f"{years} years old on {on.isoformat()}")


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
    """What is missing above the line of a derived ratio, the rest staying as it is."""
    if rule.fact not in SHARES:
        return None
    top, bottom = parts_of_share(rule.fact, case.readings)
    if top.high == inf or bottom.low == -inf:
        return None
    missing = threshold.value * bottom.low - top.high
    return _quantity(SHARES[rule.fact][0], missing, case) if missing > 0 else None


def _up(number: float, places: int) -> str:
    scale = 10.0**places
    return f"{math.ceil(round(number * scale, 6)) / scale:g}"
