"""Whether a typed text is a number given as an answer, or a sentence that merely holds one."""

from __future__ import annotations

import re

from domain.facts import FactSpec
from domain.quantities import Quantity

#: Characters beside the number: 去年大概有…左右的营业收入吧 is an answer, a story is not.
MOST_BESIDE = 16
_ASKS = re.compile(
    r"[?吗呢]$|能不能|可不可以|怎么|什么|有没有|(?<![a-z])(?:can|how|what|why)(?![a-z])"
)
_BLANK_OR_MARK = re.compile(r"[\s,.。,;、!~]+")
_LATIN_WORD = re.compile(r"[a-z0-9']+")
#: Units people write, by the last character of a fact's unit in Chinese; none at all always fits.
_FITTING = {
    "人": "人|名|位|号|口|个|号人|个人|口人|people|persons|employees|staff|workers",
    "元": "元|块|块钱|美元|万美元|美金|欧元|cny|rmb|yuan|usd",
    "项": "项|件|个",
    "件": "项|件|个",
    "年": "年|year|years",
    "分": "分",
    "月": "个月|月|年|month|months|year|years",
    "亩": "亩|mu",
    "米": "平方米|平方公里|平米|平方|平|m2|sqm|sq m|square meter|square meters|square metre|"
    "square metres",
}


def fits(spec: FactSpec, quantity: Quantity) -> bool:
    """Whether the unit that was written can be one of this fact: 三天 is no amount of money."""
    if not quantity.unit:
        return True
    unit = spec.unit.zh if spec.unit else ""
    return quantity.unit in _FITTING.get(unit[-1:], "").split("|")


def is_nearly_all(said: str, quantity: Quantity) -> bool:
    """Whether little but the number was written, and nothing was asked."""
    if _ASKS.search(said):
        return False
    beside = _BLANK_OR_MARK.sub(
        "", _LATIN_WORD.sub("w", said[: quantity.start] + said[quantity.end :])
    )
    return len(beside) <= MOST_BESIDE
