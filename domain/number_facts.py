"""A number whose meaning is known as facts: whether it may be one, of which year, in which unit."""

from __future__ import annotations

import re

from domain.number_places import Place, Reading
from domain.numbers_carried import YEARLY, Carried, Told, is_recent
from domain.phrases import any_of, ends_with
from domain.quantities import Quantity
from domain.said import FactSaid, Said
from domain.sayings import Measure
from domain.voices import Voice
from domain.years_said import years_listed

WAN, YI = 1e4, 1e8
MANY = 0.3
"""A share that research may have of the staff, and hardly of revenue."""
PLANNED = frozenset({"loan_amount", "guarantee_amount", "expected_market_value"})
"""Amounts that are facts although they lie in the future."""

_DENIED = ends_with("没 没有 不是 并非 哪有 无 不可能有 not never no except besides without")
_PART_OF_YEAR = re.compile(
    r"今年.{0,10}已|半年报|半年度|季报|中报|上半年|下半年|季度|[一二三四]季|月份|每月|月营收|月销|到现在|至今|目前为止|"
    r"前\w个月|"
    r"个月|每天|(?<![a-z])(?:first half|quarter|months?|monthly|so far)(?![a-z])"
)
_SUMMED = any_of("累计 合计 加起来 总和 年均 in_total_over cumulative altogether")
_EACH = any_of("每年 年年 均 都 each every")
_PENDING = any_of(
    "申请中 在申请 申请了 正在申请 受理 实审 审查 在审 公示 正在申 已申请 报了 申报中 pending "
    "applied examination "
    "filed under_review"
)
_FELL_THROUGH = any_of("失败 黄了 没成 泡汤 没到账 未到账 谈崩 没谈成 终止 fell_through failed")
_REPAID = any_of(
    "已还 还了 还清 没还 未还 还欠 还贷 还款 偿还 归还 抽贷 断贷 压贷 催 批不下来 没批 被拒 "
    "已有 现有 存量 在贷 名下有 目前有 手上有 repaid rejected outstanding existing"
)
#: 能贷三十万吗; of what may be had at most nobody says that it is wanted.
_ASKS_FOR = ends_with("(能|可以|可否|能否|可不|否)…(贷|借)", then="到 个 款 我们 我 给 ")
_AT_MOST = any_of("最高 最多 上限 额度 at_most up_to maximum")
_THREE_YEARS = re.compile(r"近(?:三|3)年|(?:last|past) three years")
OF_THREE_YEARS = {"invention_patents": "invention_patents_3y", "total_patents": "valid_patents_3y"}
_LEFT_OVER = ends_with("剩 现在 目前 如今", then="下 了 有 是 就 只 才 大概 大约 约 不到 将近 近 ")
#: 招30人, 30人辞职: so many characters at most between the number (or its noun) and the word.
_BESIDE_BEFORE, _BESIDE_AFTER, _NOUN_BEHIND = 4, 3, 2


def may_be_fact(reading: Reading, place: Place, key: str, carried: Carried) -> bool:
    """Whether a number is the company's own and of now, or a plan where plans are facts."""
    clause = reading.clause
    if _DENIED.search(place.left):
        return False
    if key in PLANNED:
        is_told = clause.voice in {Voice.OWN, Voice.FUTURE} and (
            not clause.asking or clause.wishing or _asks_for(place)
        )
        return is_told and not (key == "loan_amount" and _REPAID.search(clause.text))
    if key == "rnd_ratio" and _is_of_staff(place, carried.told):
        return False
    if clause.voice is not Voice.OWN or (clause.asking and not _says_itself(reading, key)):
        return False
    if key == "equity_raised_2y":
        fell_through = clause.wishing or _FELL_THROUGH.search(clause.text)
        return not fell_through and (carried.recent or is_recent(reading))
    if place.measures[0] == "count" and _PENDING.search(place.left + place.right):
        return False
    return key != "employees" or clause.correcting or not _are_others(reading, place)


def _asks_for(place: Place) -> bool:
    return bool(_ASKS_FOR.search(place.left)) and not _AT_MOST.search(place.left)


def says_three_years(text: str) -> bool:
    """Whether a text speaks of the last three years together."""
    return _THREE_YEARS.search(text) is not None


def facts_of(reading: Reading, place: Place, key: str, carried: Carried) -> list[Said]:
    """The facts a number makes, one for each fiscal year it holds for."""
    if key not in YEARLY:
        key = _over_three_years(key, reading.clause.text, carried.told)
        return [said_of(reading, place, key)]
    if _PART_OF_YEAR.search(reading.clause.text) or _SUMMED.search(reading.clause.text):
        return []
    years = _years_of(reading, place, carried, key)
    return [said_of(reading, place, key, year) for year in years]


def said_of(reading: Reading, place: Place, key: str, year: int | None = None) -> Said:
    """One fact with its value and its place; a loss is a negative profit."""
    start = reading.clause.start
    value = _value(place.quantity, key, place.measures[0])
    name = "net_profit" if key == "loss" else key
    return Said(name, value, start + place.quantity.start, start + place.quantity.end, year)


def negative(value: FactSaid) -> FactSaid:
    """The value with the other sign; a range turns round."""
    if isinstance(value, list):
        return [None if end is None else -end for end in reversed(value)]
    return -value if isinstance(value, int | float) else value


def _is_of_staff(place: Place, told: Told | None) -> bool:
    """员工85人，研发占一半: such a share may be one of the staff just told of, not of revenue."""
    return told is not None and told.key == "employees" and (place.quantity.low or 0) >= MANY


def _says_itself(reading: Reading, key: str) -> bool:
    """Whether a question states the number as the company's own: 我们80人能申请吗."""
    return reading.clause.names_us or bool(reading.years and key in YEARLY)


def _are_others(reading: Reading, place: Place) -> bool:
    """Others than staff: 招30人, 5名博士, 20个工人堵在门口, 服务5000人."""
    quantity = place.quantity
    if quantity.low == 0:
        return True
    if _LEFT_OVER.search(place.left):
        return False
    nouns = [hit for hit in reading.nouns if place.begin <= hit.start < place.end]
    before = [hit.start for hit in nouns if hit.end <= quantity.start]
    behind = [hit.end for hit in nouns if 0 <= hit.start - quantity.end <= _NOUN_BEHIND]
    begin, end = min([*before, quantity.start]), max([*behind[:1], quantity.end])
    left = reading.book.before_words.find(place.left)
    right = reading.book.after_words.find(reading.clause.text[end : place.end])
    counted = [hit for hit in left if place.begin and not place.left[: hit.start].strip()]
    is_before = any(
        place.begin + hit.end >= begin - _BESIDE_BEFORE for hit in left if hit not in counted
    )
    close = reading.book.after_words.find(place.right)
    is_behind = any(hit.start <= _BESIDE_AFTER for hit in right)
    return is_before or is_behind or any(hit.start == 0 for hit in close)


def _value(quantity: Quantity, key: str, measure: Measure) -> FactSaid:
    if measure == "share":
        return quantity.value(step=0.0001)
    if measure not in {"money", "dollars"}:
        return quantity.value()
    per = YI if key == "expected_market_value" else WAN
    value = quantity.value(per=1 if quantity.unit == "万美元" else per, step=0.01)
    return negative(value) if key == "loss" else value


def _over_three_years(key: str, text: str, told: Told | None) -> str:
    """近三年授权专利22件，其中发明6件: patents of three years are facts of their own."""
    goes_on = told is not None and told.key.endswith("_3y") and "其中" in text
    return OF_THREE_YEARS.get(key, key) if goes_on or _THREE_YEARS.search(text) else key


def _years_of(reading: Reading, place: Place, carried: Carried, key: str) -> list[int]:
    """The fiscal years of an amount: named, carried on, else the last full one."""
    text, this_year = reading.clause.text, reading.as_of.year
    listed = years_listed(text, this_year)
    if len(listed) > len(reading.years):
        return listed if _EACH.search(text) else []
    if (year := _year_named(reading, place)) is not None:
        return [year]
    if carried.fresh and not place.begin:
        return [carried.fresh]
    told = carried.told
    if reading.clause.correcting and told and told.key == key and told.year:
        return [told.year]
    if carried.years and (told is None or told.key != key):
        return [carried.years[-1]]
    return [this_year - 1]


def _year_named(reading: Reading, place: Place) -> int | None:
    """The last year before the number; where years stand behind their numbers, the next one."""
    years, quantity = reading.years, place.quantity
    if years and years[0].start >= reading.places[0].quantity.end:
        after = [said.year for said in years if quantity.end <= said.start < place.end]
        return after[0] if after else years[0].year
    before = [said.year for said in years if said.end <= quantity.start]
    return before[-1] if before else None
