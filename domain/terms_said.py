"""Lengths of time that are facts: years in a niche, months on a layer, months of a guarantee."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from domain.clauses import Clause
from domain.durations import Duration, find_durations
from domain.phrases import any_of
from domain.said import FactSaid, Said
from domain.voices import Voice

_NICHE = any_of(
    "深耕 专注 专注于 从事 干这行 干这一行 做这行 做这一行 干了 入行 细分市场 细分领域 细分行业 "
    "专做 只做 这个行业 这个领域 specialised specialized specialising specializing focused "
    "focusing in_this_niche in_this_field"
)
_MONTH_NAMED = re.compile(r"[\d一二三四五六七八九十]+月")
_LAYER = any_of("创新层 innovation_tier innovation_layer")
_GUARANTEE = any_of("担保 guarantee")
_TERM = any_of("期限 担保期 贷 借 期 term for over")


@dataclass(frozen=True, slots=True)
class _Found:
    key: str
    value: FactSaid


def terms_said(clause: Clause, *, guarantee: bool) -> Iterator[Said]:
    """The lengths of a clause; `guarantee` says that a clause before asks for one, so that 期限两年
    is its term."""
    for duration in find_durations(clause.text):
        if _MONTH_NAMED.fullmatch(clause.text[duration.start : duration.end]):
            continue
        found = _term(clause, duration, guarantee=guarantee)
        if found:
            start, end = clause.start + duration.start, clause.start + duration.end
            yield Said(found.key, found.value, start, end)


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
