"""Lengths of time that are facts: years in a niche, months on a layer, months of a guarantee."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from domain.clauses import Clause
from domain.days_said import find_days
from domain.durations import Duration, find_durations
from domain.phrases import any_of
from domain.said import FactSaid, Said
from domain.voices import Voice

_NICHE = any_of(
    "深耕 专注 专注于 从事 干这行 干这一行 做这行 做这一行 干了 入行 细分市场 细分领域 细分行业 "
    "专做 只做 这个行业 这个领域 specialised specialized specialising specializing focused "
    "focusing in_this_niche in_this_field"
)
_LAYER = any_of("创新层 innovation_tier innovation_layer")
_GUARANTEE = any_of("担保 guarantee")
_TERM = any_of("期限 担保期 贷 借 期 term for over")
_GRANTED = any_of(
    "放款 放的款 放了款 放贷 放了 发放 批下来 贷下来 下款 到账 贷的款 贷到 拿到贷款 贷了 取得贷款 "
    "获得贷款 取得…贷款 granted lent disbursed paid_out drew_down"
)
_LOAN = any_of("贷 放款 放的款 银行 借款 loan bank")
_NOT_LOAN = any_of("补贴 奖励 工资 订单 货款 融资到账 没放款 还没 未 没到账")


@dataclass(frozen=True, slots=True)
class _Found:
    key: str
    value: FactSaid


def terms_said(clause: Clause, as_of: date, *, guarantee: bool) -> Iterator[Said]:
    """The lengths and the loan's day of a clause; `guarantee` says that the clause before asks for
    one, so that 期限两年 is its term."""
    for duration in find_durations(clause.text):
        found = _term(clause, duration, guarantee=guarantee)
        if found:
            start, end = clause.start + duration.start, clause.start + duration.end
            yield Said(found.key, found.value, start, end)
    yield from _granted(clause, as_of)


def asks_guarantee(clause: Clause) -> bool:
    """Whether the clause speaks of a guarantee that is wanted."""
    return bool(_GUARANTEE.search(clause.text))


def _term(clause: Clause, duration: Duration, *, guarantee: bool) -> _Found | None:
    left, own = clause.text[: duration.start], clause.voice is Voice.OWN
    if own and not clause.asking and _LAYER.search(clause.text):
        return _Found("neeq_innovation_months", _whole(duration, 1))
    if own and not clause.asking and duration.low >= 12 and _NICHE.search(clause.text):
        return _Found("niche_years", _whole(duration, 12))
    asked = clause.voice in {Voice.OWN, Voice.FUTURE} and (guarantee or asks_guarantee(clause))
    if asked and (_TERM.search(left) or _TERM.search(clause.text[duration.end :])):
        return _Found("guarantee_months", _whole(duration, 1))
    return None


def _whole(duration: Duration, per: float) -> FactSaid:
    """The length in units of `per` months: one number, or what 一年多 and 十几年 leave open."""
    low, high = round(duration.low / per, 6), math.ceil(duration.high / per) - 1
    whole = int(low) if low == int(low) else low
    return [whole, high] if duration.is_vague and high > whole else whole


def _granted(clause: Clause, as_of: date) -> Iterator[Said]:
    """今年3月刚放的款: the day a loan was paid out."""
    text = clause.text
    if clause.voice is not Voice.OWN or clause.asking or _NOT_LOAN.search(text):
        return
    if not (_GRANTED.search(text) and _LOAN.search(text)):
        return
    for day in find_days(text, as_of)[:1]:
        days = [day.first.isoformat(), day.last.isoformat()]
        value: FactSaid = days[0] if day.first == day.last else days
        yield Said("loan_granted_on", value, clause.start + day.start, clause.start + day.end)
