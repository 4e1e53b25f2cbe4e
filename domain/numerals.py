"""Numbers as people write them, in Chinese and English: exact, or a range that says how vague.

Texts are plain (`lexicon.plain`), and positions refer to them. What 约, 多, 近, over and the like
make of a number stands in the table of `hedges`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from domain.chinese_numbers import (
    BIG_UNITS,
    ENGLISH,
    ENGLISH_SCALES,
    UNITS,
    chinese_number,
    english_number,
    neighbouring_numbers,
    spoken_fraction,
)
from domain.hedges import about, hedged
from domain.quantities import Quantity
from domain.shares import hide_shares, shares_in

LARGEST = 1e15


def _longest_first(words: Iterable[str]) -> list[str]:
    return sorted(words, key=len, reverse=True)


_ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
#: 三点五个亿, 12点5%, 半个亿: spoken fractions, where what follows leaves no time of day.
_SPOKEN = (
    r"(?:[零〇一二两三四五六七八九十百千]+|\d+)点[零〇一二三四五六七八九\d]+"
    r"(?= ?(?:个?[百千]?[万亿]|%|个点|个百分点|百分点|w(?![a-z])|倍|亩|$|[,.;]))|半(?=个?亿)"
)
_HAN = r"(?:[好大]?几[十百千万亿]*|数[十百千万亿]+|[零〇一二两三四五六七八九十百千万亿]+几?)"
_WORD = "|".join((*ENGLISH, *ENGLISH_SCALES, "half", "few", "several"))
_ENGLISH = (
    rf"(?<![a-z])(?:(?:an?|{_WORD})(?![a-z])"
    r"(?:(?:(?<=hundred) and |(?<=thousand) and |(?<=million) and | and (?:an? )?(?=half)|[ -])"
    rf"(?=(?:{_WORD}|an?)(?![a-z])))?)+(?![a-z])"
)
_ABOUT_SO = ("百八十", "千八百", "万八千")
_CURRENCY = r"(?:人民币|cny|rmb|yuan|usd|us\$|eur|€|\$|¥)"
_UNIT_WORDS = (
    "个百分点 个点 百分点 % percent per_cent pct 号人 来人 号员工 个人 口人 人 名 位 号 口 分 "
    "-strong "
    "-person people persons person employees staff workers 万美元 美元 美金 美刀 欧元 元人民币 "
    "元 块钱 块 人民币 usd us_dollars us_dollar dollars dollar cny rmb yuan 亩 平方米 平方公里 "
    "平米 平方 平 m2 ㎡ sqm sq_m sq._m square_meters square_meter square_metres square_metre 件 "
    "项 本 个月 个 家 台 套 栋 次 倍 分钟 小时 年 月 天 日 周 months month years year days day"
)
#: Units that begin another word: 贷50万周转, 50万人工费, 5项目; and, behind 万 and 亿, 年底, 月底.
_NOT_A_UNIT = {
    "人": "民币 工 均 力 事部 社 才(?:补|奖|公寓|房|政策|引进|经费)", "周": "转 边", "日": "常 用",
    "天": "猫 使", "平": "均 台 时 常", "本": "金 月 年 来 地 公司 科 息", "项": "目",
    "分": "别 之 布 公司 店 钟 期", "位": "于 置", "口": "径 碑 腔 罩", "名": "额 下 义",
    "件": "均", "号": "称", "台": "州 湾",
    "年": "(?<=[万亿].)[底末初]", "月": "(?<=[万亿].)[底末初]",
}  # fmt: skip


def _unit(word: str) -> str:
    """A unit as a pattern, where it does not begin another word."""
    beginning = "|".join(_NOT_A_UNIT.get(word, "").split())
    return re.escape(word.replace("_", " ")) + (f"(?!{beginning})" if beginning else "")


_UNITS = "|".join([r"mu(?![a-z])", *map(_unit, _longest_first(_UNIT_WORDS.split()))])
_SCALES = {
    "w": 1e4, "wan": 1e4, "kw": 1e7, "k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "mio": 1e6,
    "mil": 1e6, "mln": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9,
}  # fmt: skip
_HAN_SCALES = "十万|百万|千万|十亿|百亿|千亿|万亿|万|亿|百|千"
_LATIN_SCALES = "|".join(_longest_first(_SCALES))
_MENTION = re.compile(
    rf"(?P<cash>{_CURRENCY} ?)?"
    rf"(?P<core>(?<![\d.])(?:{_SPOKEN})|(?<![\d.])(?:{_ARABIC})(?![\d]|\.\d)|{_HAN}|{_ENGLISH})"
    r" ?(?P<mid>来|多|余|几|把|-odd| odd)?(?P<ge>个(?=[多来]?(?:[万亿]|w(?![a-z]))))?"
    r"(?P<mid2>多|来)?"
    rf"(?P<scale> ?(?:{_HAN_SCALES}|(?:{_LATIN_SCALES})(?![a-z0-9])))?"
    r"(?P<late>多|来|余)?(?P<top>(?<=[百千][多来余])[万亿])?(?P<plus>\+)?"
    rf"(?P<unit> ?(?:{_UNITS}))?"
)
_GREAT = re.compile(r"thousand|million|billion")
_PERCENT = {"%", "个点", "个百分点", "百分点", "percent", "per cent", "pct"}
_TO = re.compile(r" ?(?:到|至|-|~|—|–|――|to|and|or|和) ?")
#: Headcount went from 60 to 85: two numbers, of which the second counts.
_ROSE_FROM = re.compile(
    r"(?:went|gone|grew|grown|rose|risen|up|down|increased?|expanded|fell|fallen|dropped|shrank|cut|"
    r"reduced|doubled|tripled|halved) (?:\w+ )?from $"
)
_BETWEEN = re.compile(r"between ?$")
#: A sign, where it joins nothing: 净利润-120万, 现金流是负的200万.
_MINUS = re.compile(r"(?:(?:^|[^\d万亿%人元个件千百十kmw ])-|负的?|minus )$")
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟萬億", "一二三四五六七八九十百千万亿")
_FORMAL_RUN = re.compile(r"[壹贰叁肆伍陆柒捌玖拾佰仟萬億零]{2,}")
#: What no number is without, be it a share.
_ANY = re.compile(r"[\da-z半几数零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟萬億]")


def find_quantities(text: str) -> list[Quantity]:
    """Every number of a plain text, left to right; ranges such as 80到100 are one quantity."""
    if not _ANY.search(text):
        return []
    text = _FORMAL_RUN.sub(lambda run: run.group().translate(_FORMAL), text)
    shares = list(shares_in(text))
    rest = hide_shares(text, shares)
    found = [quantity for match in _MENTION.finditer(rest) if (quantity := _mention(match, rest))]
    in_order = sorted((*found, *shares), key=lambda quantity: quantity.start)
    return [hedged(quantity, text) for quantity in _joined(text, in_order)]


def read_quantity(text: str) -> Quantity | None:
    """The number of a short answer; None when there is none or more than one."""
    found = find_quantities(text)
    return found[0] if len(found) == 1 else None


def _mention(match: re.Match[str], text: str) -> Quantity | None:
    core, scale = match["core"].strip(" -"), _scale_of(match["scale"])
    scale *= BIG_UNITS.get(match["top"] or "", 1)
    above, core = _whole_yi(core) if scale > 1 else (0.0, core)
    ends = _ends_of(core)
    if ends is None or not ends[1] * scale < LARGEST:
        return None
    unit = (match["unit"] or "").strip()
    is_great = (
        above > 0
        or scale >= _SCALES["k"]
        or not BIG_UNITS.keys().isdisjoint(core)
        or _GREAT.search(core) is not None
    )
    if unit in _PERCENT:
        unit, scale = "%", 0.01
    quantity = Quantity(
        ends[0] * scale, ends[1] * scale, match.start(), match.end(), unit,
        currency=(match["cash"] or "").strip(), scaled=is_great,
    )  # fmt: skip
    quantity = _with_more(quantity, match, ends, scale)
    quantity = _raised(quantity, above) if above else quantity
    if match["plus"]:
        return replace(quantity, high=None)
    return _negative(quantity) if _MINUS.search(text[: match.start()]) else quantity


def _whole_yi(core: str) -> tuple[float, str]:
    """一亿两千(多万): what stands before the last number and is not scaled with it."""
    before, yi, rest = core.rpartition("亿")
    number = chinese_number(before + yi) if yi and rest else None
    return (0.0, core) if number is None else (number, rest)


def _raised(quantity: Quantity, by: float) -> Quantity:
    low, high = (None if end is None else end + by for end in (quantity.low, quantity.high))
    return replace(quantity, low=low, high=high)


def _negative(quantity: Quantity) -> Quantity:
    low, high = quantity.high, quantity.low
    return replace(
        quantity, low=None if low is None else -low, high=None if high is None else -high
    )


def _with_more(
    quantity: Quantity, match: re.Match[str], ends: tuple[float, float], scale: float
) -> Quantity:
    """多, 来, 几 within the number: 80多, 三千来万, 20几."""
    more = (match["mid"] or match["mid2"] or match["late"] or "").strip(" -")
    low, high = ends
    if more == "几":
        return replace(quantity, low=(low + 1) * scale, high=(low + 9) * scale)
    if more in {"多", "余", "odd"} and low == high:
        return replace(quantity, high=_just_below((low + _step_of(low)) * scale))
    return about(quantity) if more in {"来", "把"} else quantity


def _just_below(number: float) -> float:
    """One 万 less where amounts are counted in 万, else one: 3000多万 ends at 3999 万."""
    if number <= 1:
        return number - 0.0001
    return number - (10_000 if number >= _SCALES["m"] else 1)


def _scale_of(word: str | None) -> float:
    if not word:
        return 1
    word = word.strip()
    return _SCALES[word] if word in _SCALES else math.prod(UNITS[char] for char in word)


def _ends_of(core: str) -> tuple[float, float] | None:
    """The number a core says, twice when it is one number; 百八十 says but how large about."""
    if core in {"a", "an", "half", "few", "several", "a few"} or core.startswith(_ABOUT_SO):
        return None
    if core[0] in "好大几数":
        return _some(core)
    if core[-1] == "几":
        base = chinese_number(core[:-1])
        if base is not None and core[-2:] in {"零几", "〇几"}:
            return base + 1, base + 9
        return None if base is None else (base + _step_of(base) / 10, base + _step_of(base) * 0.9)
    if several := re.match(r"(?:a )?(?:few|several) (.+)", core):
        unit = english_number(several[1])
        return None if unit is None else (2 * unit, _below_next(unit))
    if "点" not in core and not core[0].isascii() and (pair := neighbouring_numbers(core)):
        return pair
    number = _plain_number(core)
    return None if number is None else (number, number)


def _plain_number(words: str) -> float | None:
    if "点" in words or words == "半":
        return spoken_fraction(words)
    if words[0].isdigit():
        return float(words.replace(",", ""))
    return english_number(words) if words[0].isascii() else chinese_number(words)


def _some(core: str) -> tuple[float, float] | None:
    """几十 is 20 to 99, 好几百 too, 大几千 is 5000 to 9999."""
    words = core.lstrip("好大几数")
    unit = chinese_number(words) if words else 1
    return None if unit is None else ((5 if core[0] == "大" else 2) * unit, _below_next(unit))


def _below_next(unit: float) -> float:
    """几十 ends at 99, 几百万 at 999 万, 几 at 9."""
    scale = max((size for size in (1, *BIG_UNITS.values()) if unit >= size), default=1)
    return (unit / scale * 10 - 1) * scale if unit > 1 else 9


def _step_of(number: float) -> float:
    """The weight of the last digit that is not zero: 3000 → 1000, 120 → 10, 1.2 → 0.1."""
    if number != int(number):
        return 0.1
    step = 1
    while number and number % (step * 10) == 0:
        step *= 10
    return step


def _joined(text: str, found: list[Quantity]) -> Iterator[Quantity]:
    """Neighbours that make one number: 2亿3千万 adds up, 80到100 is a range."""
    before: Quantity | None = None
    for quantity in found:
        together = before and (_sum(before, quantity) or _range(text, before, quantity))
        if before and not together:
            yield before
        before = together or quantity
    if before:
        yield before


def _sum(first: Quantity, second: Quantity) -> Quantity | None:
    """2亿3千万, 1万2千: a smaller part written right behind the larger one."""
    one, other = first.high, second.high
    if first.end != second.start or first.unit or not (first.scaled and second.scaled):
        return None
    if one is None or other is None or first.low != one or second.low is None or other >= one:
        return None
    return replace(second, low=one + second.low, high=one + other, start=first.start)


def _range(text: str, first: Quantity, second: Quantity) -> Quantity | None:
    """Two numbers joined by 到, 至, - become one range; the scale of the second serves both."""
    link = _TO.fullmatch(text[first.end : second.start])
    low, high = first.low, second.high
    if (
        link is None
        or _ROSE_FROM.search(text[: first.start])
        or low is None
        or high is None
        or first.unit not in {"", second.unit}
    ):
        return None
    is_between = _BETWEEN.search(text[: first.start]) or text.startswith("之间", second.end)
    if link.group().strip() in {"and", "和"} and not is_between:
        return None
    if not first.scaled and not first.unit:
        low *= _shared_scale(low, text, second)
    if low >= high:
        return None
    return replace(second, low=low, start=first.start, currency=first.currency or second.currency)


def _shared_scale(low: float, text: str, second: Quantity) -> float:
    """What the first number of a range takes from the second: 两到三千万, 两千五到三千万, 5到8%."""
    mantissa, high = _mantissa(text, second), second.high or 0
    if second.unit == "%" or (second.scaled and low < mantissa):
        return high / mantissa
    written = text[second.start : second.end]
    scale = next((size for unit, size in BIG_UNITS.items() if unit in written), 1)
    return scale if second.scaled and low * scale < high else 1


def _mantissa(text: str, quantity: Quantity) -> float:
    """The number before its scale: of 五千万, 5000万 and five million it is 5, 5000 and 5."""
    written = text[quantity.start : quantity.end]
    if words := re.sub(r"[^\d.一二两三四五六七八九]", "", written).strip("."):
        return _plain_number(words) or 1
    english = " ".join(word for word in written.split() if word in ENGLISH)
    return (english_number(english) if english else None) or 1
