"""Numbers as people write them, in Chinese and English: exact, or a range that says how vague.

Texts are plain (`lexicon.plain`), and positions refer to them. How vagueness becomes a range:

- about (80来人, 约80, 80左右, about 80): 6 % below to 12 % above, cut to whole units: 75 to 89;
- 80多, 3000多万: from the number to just below the next step of its last digit: 80 to 89;
- 近百, nearly 100: 10 % below to the number itself; 小一千万: 20 % below;
- 几十: 20 to 99; 十几: 11 to 19; 上千万, 50+: the number or more;
- 超过, 不到, over, under leave the number itself out; 至少, 以内, at least, up to keep it.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

from domain.chinese_numbers import (
    BIG_UNITS,
    ENGLISH,
    ENGLISH_SCALES,
    UNITS,
    chinese_number,
    english_number,
    neighbouring_numbers,
)

ABOUT_BELOW, ABOUT_ABOVE = 0.94, 1.12
NEARLY = 0.9
SMALLISH = 0.8
LARGEST = 1e15

Number = int | float
Range = list[Number | None]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a text: `low` to `high` in plain units (元, 人, 0..1), None is an open end.

    `over` and `under` say that the end itself is left out; `vague` that it came from "about".
    """

    low: float | None
    high: float | None
    start: int
    end: int
    unit: str = ""
    currency: str = ""
    over: bool = False
    under: bool = False
    vague: bool = False
    scaled: bool = False

    def value(self, *, per: float = 1, step: float = 1) -> Number | Range:
        """The number in units of `per`; an end left out moves by `step`, vague ends are floored."""
        low = self._end(self.low, per, step if self.over else 0)
        high = self._end(self.high, per, -step if self.under else 0)
        if low is not None and low == high:
            return low
        return [low, high]

    def _end(self, end: float | None, per: float, shift: float) -> Number | None:
        if end is None:
            return None
        number = round(end / per, 6)
        if self.vague and number >= 1:
            number = math.floor(number)
        return tidy(number + shift)


def tidy(number: float) -> Number:
    """An int when whole, otherwise rounded to six places."""
    rounded = round(number, 6)
    return int(rounded) if rounded == int(rounded) else rounded


_ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_HAN = r"(?:[好]?[几数][十百千万亿]*|[零〇一二两三四五六七八九十百千万亿]+几?)"
_WORD = "|".join((*ENGLISH, *ENGLISH_SCALES))
_ENGLISH = (
    rf"(?<![a-z])(?:(?:an?|{_WORD})(?![a-z])(?:(?: and |[ -])(?=(?:{_WORD})(?![a-z])))?)+(?![a-z])"
)
_CURRENCY = r"(?:cny|rmb|yuan|usd|us\$|eur|€|\$|¥)"
_UNITS = (
    r"个百分点|个点|百分点|%|percent|per cent|pct|号人|个人|口人|人|名|位|号|口|万美元|美元|美金|"
    r"欧元|元|块钱|块|亩|平方米|平方公里|平米|平方|平|m2|sqm|"
    r"square met(?:re|er)s?|sq m|mu(?![a-z])|"
    r"件|项|个月|个|家|台|套|栋|次|倍|分钟|小时|年|月|天|日|周|分|usd|cny|rmb|yuan|"
    r"people|persons|employees|staff|workers|months?|years?|days?"
)
_MENTION = re.compile(
    rf"(?P<cash>{_CURRENCY} ?)?"
    rf"(?P<core>(?<![\d.]){'(?:' + _ARABIC + ')'}(?![\d]|\.\d)|{_HAN}|{_ENGLISH})"
    r" ?(?P<mid>来|多|余|几)?(?P<ge>个(?=多?[来]?[万亿]|来?[万亿]))?(?P<mid2>多|来)?"
    r"(?P<scale> ?(?:十万|百万|千万|十亿|百亿|千亿|万亿|万|亿|百|千|wan(?![a-z])|k(?![a-z])|"
    r"thousand|mn(?![a-z])|mio(?![a-z])|million|m(?![a-z0-9])|bn(?![a-z])|billion))?"
    r"(?P<late>多|来|余)?(?P<plus>\+)?"
    rf"(?P<unit> ?(?:{_UNITS}))?"
    r"(?P<tail> ?(?:左右|上下|以上|及以上|以下|及以下|以内|之内|开外|出头|or so|or more|or less|"
    r"plus(?![a-z])))?"
)
_SCALES = {
    "wan": 1e4, "k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "mio": 1e6, "million": 1e6,
    "bn": 1e9, "billion": 1e9,
}  # fmt: skip
_ABOUT = [
    "大约",
    "大概",
    "差不多",
    "约莫",
    "约",
    "估计",
    "about",
    "around",
    "roughly",
    "approximately",
    "approx",
    "circa",
    "some",
]
_NEAR = ["将近", "接近", "快", "快要", "近", "nearly", "almost", "close to"]
_SMALL = ["小"]
_FROM = [
    "上",
    "至少",
    "不低于",
    "不少于",
    "起码",
    "最少",
    "at least",
    "not less than",
    "no less than",
]
_OVER = [
    "过",
    "破",
    "逾",
    "超过",
    "超",
    "大于",
    "多于",
    "高于",
    "不止",
    "over",
    "above",
    "more than",
]
_UNDER = [
    "不到",
    "不足",
    "不满",
    "少于",
    "低于",
    "小于",
    "未满",
    "under",
    "below",
    "less than",
    "fewer than",
]
_UP_TO = ["不超过", "未超过", "没超过", "最多", "至多", "顶多", "不多于", "不高于"]
_UP_TO += ["up to", "at most", "no more than", "not more than"]
_LEADING = sorted(
    (*_ABOUT, *_NEAR, *_SMALL, *_FROM, *_OVER, *_UNDER, *_UP_TO), key=len, reverse=True
)
_BEFORE = re.compile(rf"(?P<word>{'|'.join(_LEADING)})\.?(?:了|有|是|为)? ?$")
_PERCENT = {"%", "个点", "个百分点", "百分点", "percent", "per cent", "pct"}
_TO = re.compile(r" ?(?:到|至|-|~|—|–|――|to|and) ?")
_BETWEEN = re.compile(r"between ?$")
_HUNDREDTHS = re.compile(
    r"百分之(?P<n>[零〇一二两三四五六七八九十百]+|"
    r"\d+(?:\.\d+)?)(?:点(?P<dot>[零〇一二三四五六七八九]))?"
)
_TENTHS = re.compile(
    r"(?P<n>[一二两三四五六七八九]|十|"
    r"\d)成(?P<dot>[一二三四五六七八九半])?(?![立为交功果本长效分员都品])"
)
_PARTS = re.compile(r"(?P<of>[二三四五六七八九十])分之(?P<n>[一二三四五六七八九])")
_ALL = re.compile(r"(?:百分百|百分之百)")


def find_quantities(text: str) -> list[Quantity]:
    """Every number of a plain text, left to right; ranges such as 80到100 are one quantity."""
    shares = _shares(text)
    free = text
    for share in shares:
        free = free[: share.start] + "\x00" * (share.end - share.start) + free[share.end :]
    found = [quantity for match in _MENTION.finditer(free) if (quantity := _mention(match, free))]
    return sorted(_ranged(free, found) + shares, key=lambda quantity: quantity.start)


def read_quantity(text: str) -> Quantity | None:
    """The number of a short answer; None when there is none or more than one."""
    found = find_quantities(text)
    return found[0] if len(found) == 1 else None


def _shares(text: str) -> list[Quantity]:
    """百分之六十, 六成五, 三分之一: shares of one; 60% is read as a number with a unit."""
    found = []
    for pattern, base in ((_HUNDREDTHS, 100), (_TENTHS, 10)):
        for match in pattern.finditer(text):
            number = _plain_number(match["n"])
            if number is not None:
                dot = 5 if match["dot"] == "半" else _plain_number(match["dot"] or "零") or 0
                share = round((number + dot / 10) / base, 6)
                found.append(Quantity(share, share, *match.span(), unit="%"))
    for match in _PARTS.finditer(text):
        whole, part = chinese_number(match["of"]), chinese_number(match["n"])
        if whole and part and match.group() != "百分之一":
            found.append(Quantity(part / whole, part / whole, *match.span(), unit="%"))
    return [_bounded(share, _word_before(text, share.start), _tail_after(text, share.end))
            for share in found]  # fmt: skip


def _tail_after(text: str, end: int) -> str:
    match = re.match(r"左右|上下|以上|及以上|以下|以内|多", text[end:])
    return match.group() if match else ""


def _word_before(text: str, start: int) -> str:
    match = _BEFORE.search(text[:start])
    return match["word"].rstrip(".") if match else ""


def _plain_number(words: str) -> float | None:
    if words[0].isdigit():
        return float(words.replace(",", ""))
    return english_number(words) if words[0].isascii() else chinese_number(words)


def _mention(match: re.Match[str], text: str) -> Quantity | None:
    core, scale = match["core"].strip(), _scale_of(match["scale"])
    if core in {"a", "an"}:
        return None
    ends = _ends_of(core)
    if ends is None:
        return None
    low, high = ends
    if not high * scale < LARGEST:
        return None
    percent = (match["unit"] or "").strip() in _PERCENT
    if percent:
        scale = 0.01
    start = match.start()
    quantity = Quantity(
        low * scale, high * scale, start, match.end(), unit="%" if percent else _unit_of(match),
        currency=(match["cash"] or "").strip(), scaled=scale >= 1000 or core[-1] in BIG_UNITS,
    )  # fmt: skip
    more = match["mid"] or match["mid2"] or match["late"] or ""
    if more == "几":
        quantity = replace(quantity, low=(low + 1) * scale, high=(low + 9) * scale)
    elif more in {"多", "余"} and low == high:
        quantity = replace(quantity, high=(low + _step_of(low)) * scale, under=True)
    elif more == "来":
        quantity = _about(quantity)
    return _bounded(
        quantity, _word_before(text, start), (match["tail"] or match["plus"] or "").strip()
    )


def _scale_of(word: str | None) -> float:
    if not word:
        return 1
    word = word.strip()
    return _SCALES[word] if word in _SCALES else math.prod(UNITS[char] for char in word)


def _unit_of(match: re.Match[str]) -> str:
    return (match["unit"] or "").strip()


def _ends_of(core: str) -> tuple[float, float] | None:
    """The number a core says, twice when it is one number."""
    core = core.removeprefix("好")
    if core[0] in "几数":
        unit = chinese_number(core[1:]) if len(core) > 1 else 1
        return None if unit is None else (2 * unit, _below_next(unit))
    if core[-1] == "几":
        base = chinese_number(core[:-1])
        return None if base is None else (base + _step_of(base) / 10, base + _step_of(base) * 0.9)
    if pair := (neighbouring_numbers(core) if not core[0].isascii() else None):
        return pair
    number = _plain_number(core)
    return None if number is None else (number, number)


def _below_next(unit: float) -> float:
    """几十 ends at 99, 几百万 at 999 万, 几 at 9."""
    scale = 10_000 if unit >= 10_000 else 1
    scale = 100_000_000 if unit >= 100_000_000 else scale
    return (unit / scale * 10 - 1) * scale if unit > 1 else 9


def _step_of(number: float) -> float:
    """The weight of the last digit that is not zero: 3000 → 1000, 120 → 10, 1.2 → 0.1."""
    if number != int(number):
        return 0.1
    step = 1
    while number and number % (step * 10) == 0:
        step *= 10
    return step


def _about(quantity: Quantity) -> Quantity:
    if quantity.low is None or quantity.high is None:
        return quantity
    return replace(
        quantity, low=quantity.low * ABOUT_BELOW, high=quantity.high * ABOUT_ABOVE, vague=True
    )


def _bounded(quantity: Quantity, before: str, tail: str) -> Quantity:
    """The quantity under the words around it: 超过, 以内, about …"""
    if tail in {"以上", "及以上", "开外", "or more", "+", "plus"} or before in _FROM:
        return replace(quantity, high=None, under=False)
    if tail in {"以下", "及以下", "以内", "之内", "or less"} or before in _UP_TO:
        return replace(quantity, low=None)
    if before in _OVER:
        return replace(quantity, high=None, over=True, under=False)
    if before in _UNDER:
        return replace(quantity, low=None, under=True)
    if quantity.low is None or quantity.low != quantity.high:
        return quantity
    if before in _ABOUT or tail in {"左右", "上下", "or so"}:
        return _about(quantity)
    if before in _NEAR or before == "小":
        share = SMALLISH if before == "小" else NEARLY
        return replace(quantity, low=quantity.low * share, vague=True)
    if tail in {"出头", "多"}:
        return replace(quantity, high=quantity.low * ABOUT_ABOVE, vague=True)
    return quantity


def _ranged(text: str, found: list[Quantity]) -> list[Quantity]:
    """Two numbers joined by 到, 至, - become one range; the scale of the second serves both."""
    joined: list[Quantity] = []
    for quantity in found:
        before = joined[-1] if joined else None
        if before and _TO.fullmatch(text[before.end : quantity.start]):
            together = _between(text, before, quantity)
            if together:
                joined[-1] = together
                continue
        joined.append(quantity)
    return joined


def _between(text: str, first: Quantity, second: Quantity) -> Quantity | None:
    if first.low is None or second.high is None or first.unit not in {"", second.unit}:
        return None
    link = text[first.end : second.start].strip()
    if link == "and" and not _BETWEEN.search(text[: first.start]):
        return None
    low = first.low
    if not first.scaled and second.scaled and low < _mantissa(text, second):
        low *= second.high / _mantissa(text, second)
    elif second.unit == "%" and first.unit == "":
        low /= 100
    if low >= second.high:
        return None
    return replace(second, low=low, start=first.start, currency=first.currency or second.currency)


def _mantissa(text: str, quantity: Quantity) -> float:
    """The number before its scale: 5 of 5000万 written 五千万 is 5, of 5亿 is 5."""
    words = re.sub(r"[^\d.一二两三四五六七八九]", "", text[quantity.start : quantity.end])
    return _plain_number(words) or 1 if words else 1
