"""Days that lie in the past, as people name them: 2015年3月, 15年, 去年底, 上个月, March 2018.

A month or a year is a range of days. 年底 is the last quarter, 年初 the first, 半年 a half.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from domain.chinese_numbers import DIGITS, chinese_number

FIRST_YEAR = 1949


@dataclass(frozen=True, slots=True)
class DaySaid:
    """The first and the last day that may be meant, and where it stands."""

    first: date
    last: date
    start: int
    end: int


_DIGIT = "[零〇一二三四五六七八九]"
_YEAR_WORDS = rf"[零〇九八]{_DIGIT}(?=年)|二[零〇]{_DIGIT}{{2}}|一九{_DIGIT}{{2}}"
_MONTH_WORDS = r"十[一二]?|[一二三四五六七八九]"
_MONTH = rf"1[0-2]|0?[1-9]|{_MONTH_WORDS}"
_PART = r"年?底|年?末|年?初|下半年|上半年"
_WRITTEN = re.compile(
    rf"(?<![\d.])(?P<year>(?:19|20)\d\d|\d\d|{_YEAR_WORDS})(?P<mark>年度?|[-./](?=\d))"
    rf"(?:(?P<month>{_MONTH})(?:月份?|[-./](?=\d)|(?![\d.万亿]))(?:(?P<day>3[01]|[12]\d|"
    rf"0?[1-9])[日号]?(?!\d))?)?"
    rf"(?P<part>{_PART})?"
)
_BARE_YEAR = re.compile(r"(?<![\d.,])(?P<year>(?:19|20)\d\d)(?![\d.,年%]|-?\d)")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH_NAMES = "|".join(_MONTHS)
_ENGLISH = re.compile(
    r"(?<![a-z\d])(?:(?P<first>\d{1,2})(?:st|nd|rd|th)? (?:of )?)?"
    rf"(?P<month>{_MONTH_NAMES})[a-z]*\.? "
    r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?,? )?(?P<year>(?:19|20)\d\d)"
)
_ENGLISH_RELATIVE = re.compile(
    rf"(?<![a-z])(?P<month>{_MONTH_NAMES})[a-z]*(?: of)? (?P<when>this year|last year)(?![a-z])"
)
_RELATIVE = re.compile(
    rf"(?P<when>大前年|前年|去年|今年|last year|this year)的?(?:(?P<month>{_MONTH})月份?"
    rf"(?:(?P<day>3[01]|[12]\d|0?[1-9])[日号])?|(?P<part>{_PART}))?"
)
_THIS_YEAR = re.compile(rf"(?<![\d年])(?P<month>{_MONTH})月份?(?P<day>3[01]|[12]\d|0?[1-9])[日号]")
_MONTH_AGO = re.compile(r"(?P<last>上个?月|last month)|(?P<this>这个月|本月|this month)")
_LENGTH_BEFORE = re.compile(
    r"(?:[了满过快近已约超做干有开办]|深耕|专注|从事|经营|成立|行业|注册|创业|合作|运营|老店)$"
)
_LENGTH_AFTER = re.compile(r"^(?:了|来|多|以|前|后|的?经验|的?历史|工龄)")
#: What no day is without.
_ANY = re.compile(r"[\d年月]|year|month")
_AGO = {"大前年": 3, "前年": 2, "去年": 1, "今年": 0, "last year": 1, "this year": 0}


def find_days(text: str, as_of: date) -> list[DaySaid]:
    """Every day, month or year of a plain text that is not after `as_of`, left to right."""
    if not _ANY.search(text):
        return []
    found: list[DaySaid] = []
    for pattern, read in _READERS:
        for match in pattern.finditer(text):
            span = read(match, as_of)
            if span and span[0] <= as_of and not _overlaps(found, match):
                found.append(DaySaid(span[0], min(span[1], as_of), *match.span()))
    return sorted(found, key=lambda day: day.start)


def days_of(year: int, month: int | None = None, day: int | None = None) -> tuple[date, date]:
    """The first and the last day of a year, of a month, or one day twice."""
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    last = calendar.monthrange(year, month)[1]
    if day is None:
        return date(year, month, 1), date(year, month, last)
    exact = date(year, month, min(day, last))
    return exact, exact


def months_before(day: date, months: float) -> date:
    """The same day of the month so many months earlier."""
    year, month = divmod(day.year * 12 + day.month - 1 - round(months), 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _overlaps(found: list[DaySaid], match: re.Match[str]) -> bool:
    return any(match.start() < day.end and day.start < match.end() for day in found)


_Span = tuple[date, date] | None


def counts_years(text: str, start: int, end: int) -> bool:
    """Whether a two-digit 年 at that place is a length of time: 做了12年, 成立15年了, 15年前."""
    return bool(_LENGTH_BEFORE.search(text[:start]) or _LENGTH_AFTER.match(text[end:]))


def _written(match: re.Match[str], as_of: date) -> _Span:
    year, is_short = _full_year(match["year"], as_of), len(match["year"]) == len("15")
    if year is None or (is_short and not match["mark"].startswith("年")):
        return None
    if is_short and not match["month"] and counts_years(match.string, *match.span()):
        return None
    return _within(year, match["month"], match["day"], match["part"])


def _bare_year(match: re.Match[str], as_of: date) -> _Span:
    year = _full_year(match["year"], as_of)
    return days_of(year) if year else None


def _english(match: re.Match[str], _: date) -> _Span:
    month = _MONTHS.index(match["month"]) + 1
    day = match["day"] or match["first"]
    return days_of(int(match["year"]), month, int(day) if day else None)


def _english_relative(match: re.Match[str], as_of: date) -> _Span:
    return days_of(as_of.year - _AGO[match["when"]], _MONTHS.index(match["month"]) + 1)


def _relative(match: re.Match[str], as_of: date) -> _Span:
    return _within(as_of.year - _AGO[match["when"]], match["month"], match["day"], match["part"])


def _this_year(match: re.Match[str], as_of: date) -> _Span:
    return _within(as_of.year, match["month"], match["day"], None)


def _month_ago(match: re.Match[str], as_of: date) -> _Span:
    first = as_of.replace(day=1)
    if match["last"]:
        first = (first - timedelta(days=1)).replace(day=1)
    return days_of(first.year, first.month)


def _within(year: int, month: str | None, day: str | None, part: str | None) -> tuple[date, date]:
    if part:
        return _part_of(year, part)
    return days_of(year, _number(month) if month else None, int(day) if day else None)


def _part_of(year: int, part: str) -> tuple[date, date]:
    first, last = {"底": (10, 12), "末": (10, 12), "初": (1, 3)}.get(part[-1], (0, 0))
    if not first:
        first, last = (1, 6) if part.startswith("上") else (7, 12)
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


def _number(words: str) -> int:
    return int(words) if words.isdigit() else int(chinese_number(words) or 1)


def _full_year(words: str, as_of: date) -> int | None:
    if not words[0].isdigit():
        words = "".join(str(DIGITS[word]) for word in words)
    year = int(words)
    if len(words) == len("15"):
        year += 1900 if year > as_of.year - 2000 else 2000
    return year if FIRST_YEAR <= year <= as_of.year else None


_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], _Span]], ...] = (
    (_ENGLISH, _english),
    (_WRITTEN, _written),
    (_ENGLISH_RELATIVE, _english_relative),
    (_RELATIVE, _relative),
    (_MONTH_AGO, _month_ago),
    (_THIS_YEAR, _this_year),
    (_BARE_YEAR, _bare_year),
)


def read_day(text: str, as_of: date) -> tuple[date, date] | None:
    """A typed day, month or year ("15年", "2015-03", "2015年3月1日") as first and last day."""
    said = text.strip()
    days = find_days(said, as_of)
    if len(days) == 1 and (days[0].start, days[0].end) == (0, len(said)):
        return days[0].first, days[0].last
    return None
