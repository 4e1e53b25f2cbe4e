"""Numbers of a clause as facts: staff, money per year, shares, patents.

The noun beside a number says what it is (catalogue/sayings.yaml). A number without a noun is left
out, but for people, for an amount right after a year (去年3000万 is revenue), and for what goes on
with the clause before.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from domain.clauses import Clause
from domain.growth_said import growth_said
from domain.hedges import BEFORE
from domain.number_facts import OF_THREE_YEARS, WAN, YI, facts_of, may_be_fact, says_three_years
from domain.number_places import (
    NEAR,
    PERSONS,
    Place,
    Reading,
    as_amount,
    is_bare,
    noun_of,
    noun_of_amount,
    read_numbers,
)
from domain.numbers_carried import YEARLY, Carried, Told, carry_on
from domain.phrases import any_of, begins_with, ends_with, run_of
from domain.quantities import Quantity
from domain.said import Said
from domain.sayings import LOSS, Noun, SayingBook
from domain.series_said import series_said
from domain.voices import Voice

_NEUTRAL_WORDS = any_of(
    "我们 公司 全年 一年 年 总共 一共 大概 大约 差不多 估计 能 可以 应该 做 做了 做到 卖 卖了 搞 "
    "搞了 干 干了 弄了 有 是 为 : 就 才 只 也 到 到了 达 达到 掉到 跌到 降到 涨到 升到 增长到 "
    "增加到 下滑到 实际 其实 只有 确实 完成 实现 合计 总计 全部 了 个 约 近 不到 超过 将近 快 小 "
    "上 的 度 the was "
    "were is about over under "
    "nearly around less more than at we it our that to had made did of roughly for in rmb cny "
    "yuan " + BEFORE
)
PERCENT, HUNDREDS = 0.01, 100
SOME_FROM, SOME_TO = 2, 9
"""What 几 alone may mean."""

_MADE, _SOLD = any_of("赚 挣 盈 正 made earned"), any_of("做 卖 干 搞 营 did sold")
_NEUTRAL = re.compile(rf"(?: |{_NEUTRAL_WORDS.pattern})*")
_A_YEAR = re.compile(
    r"(?:一年|每年|年|全年|a year|per year|annually)"
    r"(?:也?就?(?:能|大概|大约|差不多|将近|不到|有|近|小)?[做卖搞干弄]?(?:了|有|到)?(?:将近|小)?个?)?$"
)
#: 七十五是去年的，现在八十二: what stands before a number that is new, and before a sum.
_NOW = run_of(
    "现在 目前 如今 眼下 今年 是 有 就 才 已经 只有 到 到了 还 只剩 剩 剩下 还剩 留下 降到 涨到 "
    "缩到 减到"
)
_TOTAL = run_of(
    "总共 一共 合计 共计 共 总计 拢共 加起来 全部 全公司 全厂 是 有 就 大概 大约 差不多 约 也就"
)
STAFF = frozenset({"employees", "tech_staff"})
_AMOUNT = run_of(
    "金额 额度 数额 总额 总共 一共 大概 大约 差不多 约 近 有 是 为 : 就 才 在 到 不到 超过 将近 "
    "小 个 "
    "需要 要 想要 打算 the amount is was about of rmb cny yuan we need"
)
#: Here in Hangzhou we are 140.
_WE_ARE = ends_with(
    "we_are we're we_were there_are", then="now only just about around some at currently"
)
_NOTHING_MORE = run_of("now today in_total in_all altogether here currently at_the_moment")
_IN_ALL = begins_with("altogether in_total in_all overall total$")
_ON_IT = begins_with("on_it on_this on_that")
_SHARE_OF = re.compile(r"^(?:大?约|大概|也|都)?占|^(?:that's|that is|which is|or|i\.e\.) ")
_OF_REVENUE = begins_with("(of|of_our|of_the|of_total|of_annual)_(revenue|sales|turnover)")
_MORE_EXACTLY = re.compile(
    r"^ ?(?:不含税|去掉税|扣掉?税|大概|大约|也就|差不多|估计|应该|可能|准确|具体|实际|其实|确切|"
    r"about|around|roughly|"
    r"maybe)"
)


def numbers_said(
    clause: Clause, book: SayingBook, as_of: date, carried: Carried
) -> tuple[list[Said], Carried]:
    """The number facts of a clause, and what it leaves to the next one."""
    carried = carried.into(clause.sentence)
    reading = read_numbers(clause, book, as_of, carried.scale)
    said, carried = series_said(reading, carried) or _one_by_one(reading, carried)
    return said, carry_on(reading, carried)


def _one_by_one(reading: Reading, carried: Carried) -> tuple[list[Said], Carried]:
    said: list[Said] = []
    for place in reading.places:
        if place.measures:
            found, carried = _one(reading, place, carried)
            said += found
    return said, carried


def _one(reading: Reading, place: Place, carried: Carried) -> tuple[list[Said], Carried]:
    meant = _corrected(reading, place, carried)
    if meant is not place:
        reading, place = reading.with_place(place, meant), meant
    growth = growth_said(reading, place, carried)
    if growth is not None:
        return growth.said, replace(carried, noun=growth.of, told=growth.told)
    noun, key = _meant(reading, place, carried)
    if key is None:
        return [], replace(carried, open=None)
    is_fact = may_be_fact(reading, place, key, carried)
    facts = facts_of(reading, place, key, carried) if is_fact else []
    told = _told(reading, place, key, facts, own=is_fact)
    return facts, replace(carried, noun=noun or carried.noun, open=None, told=told)


def _corrected(reading: Reading, place: Place, carried: Carried) -> Place:
    """占百分之四点五，不对，是五点四: a correction may leave out the unit of what it corrects."""
    quantity, told = place.quantity, carried.told
    if not is_bare(quantity):
        return place
    is_anew = reading.clause.correcting and told and not reading.nouns
    if is_anew and told and told.measures in {("share",), ("money",)}:
        return replace(place, measures=told.measures, quantity=quantity.times(told.scale))
    if carried.scale_told and _is_amount(reading, place):
        return as_amount(place, _scale_meant(quantity, carried.scale_told))
    return place


def _is_amount(reading: Reading, place: Place) -> bool:
    """Whether it leaves out its unit: 去年七千六百万，前年六千九; 资产三千万，负债一千九."""
    if place.right.strip(" 吧呢了左右"):
        return False
    if not reading.nouns:
        return _year_beside(reading, place) is not None
    amount_of = noun_of_amount(reading, place)
    return noun_of(reading, place) is None and amount_of is not None


def _scale_meant(quantity: Quantity, told: float) -> float:
    """八千 behind 1.2亿 means 万, 1.1 means 亿."""
    return WAN if (quantity.high or quantity.low or 0) >= HUNDREDS else told


def _told(reading: Reading, place: Place, key: str, facts: list[Said], *, own: bool) -> Told:
    year = facts[-1].year if facts else None
    key = facts[-1].key if facts and key != "loss" else key
    written = reading.clause.text[place.quantity.start : place.quantity.end]
    scale = YI if "亿" in written else WAN
    if place.measures == ("share",):
        scale = PERCENT
    rough = place.quantity.low is None or place.quantity.high is None
    return Told(key, place.measures, year, own, scale, rough)


Meaning = tuple[Noun | None, str | None]


def _meant(reading: Reading, place: Place, carried: Carried) -> Meaning:
    """The noun of a number and the fact it makes; no fact when it names something else."""
    noun = noun_of(reading, place)
    if noun is not None:
        return noun, noun.fact(place.measures)
    for follow in (_goes_on, _said_anew, _in_total, _of_a_deal, _after_a_year, _headcount):
        found = follow(reading, place, carried)
        if found is not None:
            return found
    return None, None


def _goes_on(_: Reading, place: Place, carried: Carried) -> Meaning | None:
    """研发投入，200万; 出口350万美元，占收入45%: the noun stands in the clause before."""
    if "people" in place.measures and _IN_ALL.match(place.right):
        return None, "employees"
    if place.begin:
        return None
    waiting = carried.open
    if waiting and (key := waiting.fact(place.measures)) and len(place.left) <= NEAR:
        return waiting, key
    if carried.noun and place.measures == ("money",) and _ON_IT.match(place.right):
        return carried.noun, carried.noun.money
    shared = carried.subject or carried.noun
    is_share = place.measures == ("share",) and (
        _SHARE_OF.match(place.left.lstrip()) or _OF_REVENUE.match(place.right)
    )
    if is_share and shared:
        return shared, shared.share
    return None


def _said_anew(reading: Reading, place: Place, carried: Carried) -> Meaning | None:
    """不对，120人; 同行占5%，我们占7%; 申请了8个发明，授权了3个: the same fact, this time so."""
    told, unread = carried.told, carried.unread
    if reading.clause.correcting and unread and not place.begin and unread.fact(place.measures):
        return unread, unread.fact(place.measures)
    if told is None or told.measures[0] not in place.measures or place.begin:
        return None
    is_anew = (
        reading.clause.correcting
        or not told.own
        or _MORE_EXACTLY.match(place.left)
        or (told.rough and _NEUTRAL.fullmatch(place.left) and not place.right.strip())
    )
    is_new = told.key not in YEARLY and _says(_NOW, place.left)
    is_new = is_new or (told.key in OF_THREE_YEARS and says_three_years(place.left))
    return (carried.noun, told.key) if is_anew or is_new else None


def _says(words: re.Pattern[str], left: str) -> bool:
    """Whether such words, and nothing else, stand before a number."""
    return bool(left.strip()) and words.fullmatch(left) is not None


def _in_total(_: Reading, place: Place, carried: Carried) -> Meaning | None:
    """销售20人，研发12人，总共50: all the people just told of."""
    told = carried.told
    is_of_people = told is not None and told.key in STAFF and "people" in place.measures
    return (None, "employees") if is_of_people and _says(_TOTAL, place.left) else None


def _of_a_deal(_: Reading, place: Place, carried: Carried) -> Meaning | None:
    """贷款是今年3月放的，金额1200万: the amount of what the clause before told of."""
    deal = carried.deal
    if deal is None or place.begin or place.measures != ("money",):
        return None
    return (deal, deal.money) if _AMOUNT.fullmatch(place.left) else None


def _after_a_year(reading: Reading, place: Place, carried: Carried) -> Meaning | None:
    """去年3000万, 一年三千来万, CNY 30m last year: revenue, or the next year of what was told."""
    if place.measures == ("share",):
        return _next_share(reading, place, carried)
    if place.measures != ("money",):
        return None
    year = _year_beside(reading, place) or _year_before(place, carried)
    if year is None:
        is_yearly = _A_YEAR.search(place.left) and reading.clause.voice is Voice.OWN
        return (None, "revenue") if is_yearly else None
    noun, told = carried.noun, carried.told
    is_new = told is None or told.year not in {None, year} or told.key != (noun and noun.money)
    if noun and noun.money == LOSS and (turn := _after_a_loss(place)):
        return None, turn
    if noun and noun.money in YEARLY and is_new:
        return noun, noun.money
    return None, "revenue"


def _after_a_loss(place: Place) -> str | None:
    """We lost 2m in 2024 but made 600 thousand last year; 前年亏了300万，去年做了2000万."""
    if _MADE.search(place.left):
        return "net_profit"
    return "revenue" if _SOLD.search(place.left) else None


def _next_share(reading: Reading, place: Place, carried: Carried) -> Meaning | None:
    """净资产收益率2024年8.5%，2025年10.2%."""
    year, told = _year_beside(reading, place), carried.told
    if (
        told
        and told.key in YEARLY
        and told.measures == ("share",)
        and year not in {None, told.year}
    ):
        return carried.noun, told.key
    return None


def _year_beside(reading: Reading, place: Place) -> int | None:
    """The year before the number with nothing of weight between, or right behind it."""
    text, quantity = reading.clause.text, place.quantity
    for said in reversed(reading.years):
        is_before = place.begin <= said.start and said.end <= quantity.start
        if is_before and _NEUTRAL.fullmatch(text[said.end : quantity.start]):
            return said.year
    for said in reading.years:
        if said.start >= quantity.end and not text[quantity.end : said.start].strip(" ,(年在"):
            return said.year
    return None


def _year_before(place: Place, carried: Carried) -> int | None:
    """The year of the clause before: 去年不好，2600万."""
    is_first = not place.begin and _NEUTRAL.fullmatch(place.left)
    return carried.fresh if is_first else None


def _headcount(_: Reading, place: Place, __: Carried) -> Meaning | None:
    """People without a noun are the staff, and so is what we are; 几个人 says too little."""
    is_some = place.quantity.low == SOME_FROM and place.quantity.high == SOME_TO
    is_us = _WE_ARE.search(place.left) and _NOTHING_MORE.fullmatch(place.right)
    is_staff = place.quantity.unit in PERSONS or (is_us and is_bare(place.quantity))
    return (None, "employees") if is_staff and not is_some else None
