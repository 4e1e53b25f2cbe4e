"""Deadlines as people name them in a problem: 后天就截止, 限三天内, 12月1日开庭, by Friday.

A day counts only beside a word that makes it a deadline, or a day to come in a clause that presses
(周五开会 is none). Times for reminders are
read in moments.py; here only the distance in days matters.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import date, timedelta

from domain.chinese_numbers import chinese_number

TWO_DAYS = 2

_CUE = re.compile(
    r"截止|截至|到期|过期|期限|限期|最后|之前|以前|要求|责令|通知|下架|律师函|报废|换锁|撤场|"
    r"今[天日晚]\S{0,6}(?:不|再|必须|要|得|点|前|截|(?<!海)关)|"
    r"前(?:就|必须|一定|要|得|不|把|交|没|还|完成|给|搬|腾|付|补|报|提交)|"
    r"要交|必须|就要|务必|得交|得还|要还|还款|还清|还上|不还|不续|开庭|听证|投标|招标|开标|竞标|答辩|"
    r"搬走|搬离|搬出|搬空|腾空|腾退|清退|清空|收回|赶走|交付|交货|发货|装船|上船|船期|起诉|关闭|关停|断供|"
    r"发不出|发不了|没钱发|冻结|拍卖|失效|作废|逾期|还剩|只剩|剩下|还有\S{0,4}(?:天|日|周|星期)|"
    r"倒计时|来得及|来不及|赶不上|赶得上|坏了|变质|烂掉|放行|要开工|要开业|交房|复审|"
    r"提交不了|登不上|打不开|"
    r"deadline|due|expir|last day|clos(?:es|ing)|must|hearing|tender|court|repay|evict|until|"
    r"wants? us out|move out|cut off|runs? out|(?<![a-z])left(?![a-z])|ends? (?:on|in|this|next)|"
    r"ha(?:s|ve) to|need(?:s|ed)? (?:it )?by|or (?:else|they)|before (?!we|last|the new)|"
    r"by (?:today|tomorrow|tonight|noon|next|the end|\d|mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|"
    r"apr|may|jun|jul|aug|sep|oct|nov|dec)"
)
_PRESSING = re.compile(
    r"要|就|再|没|不(?!急|着急|忙)|得|完|撤|换|断|收|赔|坏|标|否则|怕|never|not|will|n't"
)
_PLANNED = re.compile(
    r"计划|安排|检修|约|方便|开会|会议|参加|培训|演练|讲座|来看|来人|上门|有空|拜访|见面|"
    r"想|能不能|可不可以|吗|"
    r"visit|meeting|training|planned|can you|could you|would like"
)
_NUMBER = r"\d{1,2}|[一二两三四五六七八九十]{1,4}"
_HOURS = re.compile(
    r"(\d{1,3}|[一二两三四五六七八九十]{1,4}) ?(?:个?(?:小时|钟头)(?:之?内|以内|后)|hours?)"
)
_DAYS = re.compile(
    rf"(?<![第\d月])({_NUMBER})(?:个工作)?[天日]"
    r"(?:之?内|以内|后|之后|就|到期|的?时间|必须|要|搬|腾|$|[,。;!?])"
)
_WEEKS = re.compile(rf"({_NUMBER})个?(?:周|星期|礼拜)(?:之?内|以内|后)")
_LEFT = re.compile(
    r"(?:还剩|只剩|剩下|还有|只有|不到|给我们|给了|限|限期)(?:最后)?"
    rf"({_NUMBER}|半)(个?工作日|天|日|周|个?星期|个?礼拜|个?月)"
)
_WORDS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
          "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "fourteen": 14}  # fmt: skip
_ENGLISH_SPANS = re.compile(
    rf"(?<![a-z])(?:in|within|only|just|have|has|us) (\d{{1,2}}|{'|'.join(_WORDS)}) "
    r"(?:more |working |business )?(day|week|hour)s?"
)
_WEEKDAY = re.compile(r"(下下|下|这|本)?个?(?:周|星期|礼拜)([一二三四五六日天末])")
_ENGLISH_ORDER = ["mon", "tues", "wednes", "thurs", "fri", "satur", "sun"]
_ENGLISH_WEEKDAY = re.compile(rf"(next )?(?:this )?({'|'.join(_ENGLISH_ORDER)})day")
_THIS_WEEK = re.compile(r"[这本]周(?![一二三四五六日天末])|this week")
_A_WEEK = re.compile(
    r"一周[内后]|7天内|一个?(?:星期|礼拜)[内后]|next week|"
    r"下个?(?:周|星期|礼拜)(?![一二三四五六日天末])"
)
_MONTH_END = re.compile(r"(?<!下个)(?<!下)月底|月末|end of (?:the|this) month")
_CHINESE_DAY = r"\d{1,2}|[一二三四五六七八九十]{1,3}"
_DAY_OF_MONTH = re.compile(
    rf"(?:(?P<next>下个?月)|[这本]个?月|(?P<month>{_CHINESE_DAY})月(?:份)?)?(?P<day>{_CHINESE_DAY})"
    r"[日号](?!楼|车间|线|库|厂|门|仓|地块|院|机|炉|文|令|路|桥|口|柜|井|泵|段|公告|员工)"
)
_NUMERIC_DAY = re.compile(r"(?<![\d.])(1[0-2]|0?[1-9])[./-](3[01]|[12]\d|0?[1-9])(?![\d.%])")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = "|".join(_MONTHS)
_ENGLISH_DATE = re.compile(
    rf"(?<![a-z])(?:(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?({_MONTH})[a-z]*|"
    rf"({_MONTH})[a-z]*\.? (\d{{1,2}})(?:st|nd|rd|th)?)(?![\d:])"
)
_NEAR_DAYS = (
    (re.compile(r"大后天"), 3),
    (re.compile(r"(?<!大)后天|day after tomorrow"), 2),
    (re.compile(r"明天|明日|明早|明晚|明儿|(?<!after )tomorrow"), 1),
    (
        re.compile(
            r"今天|今日|今晚|今夜|今儿|当天|下班前|today|tonight|midnight|"
            r"(?:下午|晚上|中午|傍晚)\S{0,5}(?:点|时)\S{0,3}(?:前|截止|之前)"
        ),
        0,
    ),
)


def deadline_in_days(text: str, today: date) -> float | None:
    """Days until the nearest deadline a plain text names; None when it names none."""
    named: list[float] = [*_named_days(text, today), *_dates(text, today)]
    if _CUE.search(text):
        named += _spans(text)
    elif _PLANNED.search(text) or not _PRESSING.search(text):
        return None
    else:
        named = [days for days in named if days >= 1]
    return min((days for days in named if days >= 0), default=None)


def _spans(text: str) -> Iterator[float]:
    """Lengths of time until it is due; what is due in 48 hours is due as if tomorrow."""
    found = [_number(match[1]) / 24 for match in _HOURS.finditer(text)]
    found += [_number(match[1]) for match in _DAYS.finditer(text)]
    found += [7 * _number(match[1]) for match in _WEEKS.finditer(text)]
    for match in _LEFT.finditer(text):
        per_unit = {"周": 7, "期": 7, "拜": 7, "月": 30}.get(match[2][-1], 1)
        found.append(_number(match[1]) * per_unit)
    for match in _ENGLISH_SPANS.finditer(text):
        per = {"day": 1.0, "week": 7.0, "hour": 1 / 24}[match[2]]
        found.append((_WORDS.get(match[1]) or _number(match[1])) * per)
    yield from (min(days, 1.0) if days <= TWO_DAYS else days for days in found)


def _number(words: str) -> float:
    if words == "半":
        return 0.5
    return float(words) if words.isdigit() else chinese_number(words) or 0


def _named_days(text: str, today: date) -> Iterator[int]:
    named = [distance for pattern, distance in _NEAR_DAYS if pattern.search(text)]
    named += [_to_weekday(m[2], m[1] or "", today) for m in _WEEKDAY.finditer(text)]
    for match in _ENGLISH_WEEKDAY.finditer(text):
        weekday = "一二三四五六日"[_ENGLISH_ORDER.index(match[2])]
        named.append(_to_weekday(weekday, "下" if match[1] else "", today))
    if not named and _THIS_WEEK.search(text):
        named.append(6 - today.weekday())
    if not named and _A_WEEK.search(text):
        named.append(7)
    if _MONTH_END.search(text):
        named.append(calendar.monthrange(today.year, today.month)[1] - today.day)
    yield from named


def _to_weekday(name: str, week: str, today: date) -> int:
    weekday = "一二三四五六日".index(name.replace("天", "日").replace("末", "六"))
    weeks = {"下": 1, "下下": 2}.get(week, 0)
    monday = today - timedelta(days=today.weekday())
    day = monday + timedelta(days=weekday, weeks=weeks)
    if not week and day < today:
        day += timedelta(weeks=1)
    return (day - today).days


def _dates(text: str, today: date) -> Iterator[int]:
    for match in _DAY_OF_MONTH.finditer(text):
        month = int(_number(match["month"])) if match["month"] else today.month
        if match["next"]:
            month = today.month % 12 + 1
        yield _to_day(month, int(_number(match["day"])), today)
    for match in _NUMERIC_DAY.finditer(text):
        yield _to_day(int(match[1]), int(match[2]), today)
    for match in _ENGLISH_DATE.finditer(text):
        month = _MONTHS.index(match[2] or match[3]) + 1
        yield _to_day(month, int(match[1] or match[4]), today)


def _to_day(month: int, day: int, today: date) -> int:
    """Days until that day: of next year when it names January late in this one; -1 for no day."""
    year = today.year + 1 if today.month - month > 6 else today.year
    try:
        return (date(year, month, day) - today).days
    except ValueError:
        return -1
