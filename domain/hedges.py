"""Words around a number that make a range of it: 约80人, 80多人, 近百人, 不到2000万, over 50.

The convention, for a number n; the words that stand inside the number (多, 来, 几) are read in
`numerals`, the others are listed in HEDGES:

==========================  =============================================  =======================
said                        range                                          for example
==========================  =============================================  =======================
约, 左右, 80来人, about      6 % below to 12 % above, cut to whole units    80: 75 to 89
近百, nearly 100            10 % below n to n                              90 to 100
小一千万                    20 % below n to n                              800 to 1000
三百出头                    n to 12 % above                                300 to 336
80多, 3000多万, 30-odd      n to just below the next step of its digit     80 to 89, 3000 to 3999
几十, 十几, 几百万, several  from 2 (of a ten: 1) to 9 of the unit          20 to 99, 11 to 19
大几千万                    from 5 to 9 of the unit                        5000 to 9999
五六十, 三五百              between the two                                50 to 60, 300 to 500
上千, 以上, 至少, 50+       n or more
超过, 不止, over            more than n (the next whole unit, or cent)
不到, 不足, under           less than n
以内, 不超过, 最多, up to    n or less
==========================  =============================================  =======================
"""

from __future__ import annotations

import re
from dataclasses import replace

from domain.quantities import Quantity

ABOUT_BELOW, ABOUT_ABOVE = 0.94, 1.12
NEARLY = 0.9
SMALLISH = 0.8

#: By the range they make of a number: words before it, and words behind it.
HEDGES: dict[str, tuple[str, str]] = {
    "about": (
        "大约 大概 大致 差不多 约莫 约为 约 估计 ~ ≈ about around roughly approximately approx "
        "circa some",
        "左右 上下 样子 or_so or_thereabouts",
    ),
    "near": ("将近 接近 快要 快 近 nearly almost close_to just_under", ""),
    "small": ("小", ""),
    "little_more": ("", "出头 挂零 多一点"),
    "from": (
        "上 至少 不低于 不少于 不下 起码 最少 最低 at_least not_less_than no_less_than minimum",
        "以上 及以上 开外 起步 + or_more plus",
    ),
    "over": (
        "过 破 逾 超过 超出 超 大于 多于 高于 不止 over above more_than exceeding",
        "",
    ),
    "under": (
        "不到 不足 不满 没到 没过 没破 未过 少于 低于 小于 未满 未到 under below less_than "
        "fewer_than",
        "不到 不足 还不到 都不到",
    ),
    "up_to": (
        "不超过 未超过 没超过 最多 至多 顶多 不多于 不高于 up_to at_most no_more_than "
        "not_more_than maximum",
        "以下 及以下 以内 之内 封顶 or_less or_fewer",
    ),
}
#: What makes a short word part of another: 签约80家, 最近80人, 做过3000万, 晚上8点, 中小企业.
_PART_OF_ANOTHER = r"(?<!turned )(?<!turn )(?<![最附做卖有到拿贷经签节合预条契晚早中])(?<!规模)"
_LINK = (
    r"(?:了|有|是|为|在|达到?|也就|就|才|个|到|要|能|会|需要?|要贷|要借|贷|借|做了?|卖了?|花了?|投了?)?"
    r"(?:有|是|个)?"
)
#: These stand right before the number.
_CLOSE = frozenset("上小过破超逾快近")
#: 上 and 小 stand before a round number only: 上千万, 小一千万.
_ROUND = re.compile(r"[一二两三四五六七八九]?个?[十百千万亿]|\d0{2,}|\d+个?[百千万亿]")


def _words(side: int) -> dict[str, str]:
    return {
        word.replace("_", " "): kind
        for kind, sides in HEDGES.items()
        for word in sides[side].split()
    }


def _any_word(words: dict[str, str]) -> str:
    listed = sorted(words, key=len, reverse=True)
    return "|".join(rf"(?<![a-z]){word}" if word.isascii() and word[0].isalpha()
                    else re.escape(word) for word in listed)  # fmt: skip


#: The words before a number, as one text.
BEFORE = " ".join(before for before, _ in HEDGES.values())
_KIND_BEFORE, _KIND_AFTER = _words(0), _words(1)
_BEFORE = re.compile(rf"{_PART_OF_ANOTHER}(?P<word>{_any_word(_KIND_BEFORE)})\.?{_LINK} ?$")
#: Longer than any of these words with its link and what may stand before it.
_NEAR = 48
_AFTER = re.compile(rf" ?(?P<word>{_any_word(_KIND_AFTER)})(?![a-z\d一二两三四五六七八九十几])")


def hedged(quantity: Quantity, text: str) -> Quantity:
    """The quantity under the words around it in its text; it takes in those behind it."""
    behind = _AFTER.match(text, quantity.end)
    if behind:
        quantity = replace(quantity, end=behind.end())
    after = _KIND_AFTER[behind["word"]] if behind else ""
    return _bounded(quantity, _kind_before(quantity, text), after)


def about(quantity: Quantity) -> Quantity:
    """The range of 约 and 来."""
    if quantity.low is None or quantity.high is None:
        return quantity
    low, high = quantity.low * ABOUT_BELOW, quantity.high * ABOUT_ABOVE
    return replace(quantity, low=low, high=high, vague=True)


def _kind_before(quantity: Quantity, text: str) -> str:
    match = _BEFORE.search(text[max(0, quantity.start - _NEAR) : quantity.start])
    if match is None:
        return ""
    word = match["word"]
    if word in _CLOSE and len(match.group().rstrip(" 了个")) > 1:
        return ""
    if word in {"上", "小"} and not _ROUND.match(text, quantity.start):
        return ""
    return _KIND_BEFORE[word]


def _bounded(quantity: Quantity, before: str, after: str) -> Quantity:
    """A bound drops an end whatever the number; the rest makes a range of an exact number only."""
    kinds = {before, after}
    if "from" in kinds:
        return replace(quantity, high=None, under=False)
    if "up_to" in kinds:
        return replace(quantity, low=None)
    if before == "over":
        return replace(quantity, high=None, over=True, under=False)
    if "under" in kinds:
        return replace(quantity, low=None, under=True)
    if quantity.low is None or quantity.low != quantity.high:
        return quantity
    return about(quantity) if "about" in kinds else _stretched(quantity, before, after)


def _stretched(quantity: Quantity, before: str, after: str) -> Quantity:
    number = quantity.low or 0
    if before in {"near", "small"}:
        share = SMALLISH if before == "small" else NEARLY
        return replace(quantity, low=number * share, vague=True)
    if after == "little_more":
        return replace(quantity, high=number * ABOUT_ABOVE, vague=True)
    return quantity
