"""When a company was founded, from words: 15年成立, 成立于2018年3月, 成立三年了, 去年刚注册."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from domain.chinese_numbers import chinese_number
from domain.durations import Duration, find_durations
from domain.said import Said

_VERB = (
    r"(?:成立|注册|创办|创立|创建|设立|开业|建厂|建的厂|开的|办的厂|开办|"
    r"建于|始建于|创于|founded|established|incorporated|set up|registered|"
    r"started)"
)
_DAY = (
    r"(?P<year>(?:19|20)\d\d|[0-2]\d|二[零〇][零〇一二三四五六七八九]{2})(?:年|[-./](?=\d))"
    r"(?:(?P<month>1[0-2]|0?[1-9])(?:月|[-./](?=\d))?(?:(?P<day>3[01]|[12]\d|0?[1-9])[日号]?)?)?份?"
)
_DATE_THEN_VERB = re.compile(
    rf"(?<!\d){_DAY} ?(?:就|才|在\S{{0,6}}|正式|刚刚?|底|初|的时候)? ?{_VERB}(?!商标|资本|地)"
)
_VERB_THEN_DATE = re.compile(
    rf"{_VERB}(?:(?:日期|时间)?(?:于|在|是|为|:) ?|(?=(?:19|20)\d\d|二[零〇])){_DAY}"
)
_YEAR_OF_COMPANY = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)年的(?:公司|企业|厂|老厂)")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_ENGLISH = re.compile(
    rf"(?:founded|established|incorporated|set up|registered|started|"
    rf"operating since|in business since)"
    rf" ?(?:in |on )?(?:(?P<month>{'|'.join(_MONTHS)})[a-z]* )?(?P<year>(?:19|20)\d\d)"
)
_RECENT = re.compile(
    rf"(?P<when>大前年|去年|前年|今年|上个月|这个月|本月|last year|this year|"
    rf"last month)(?P<part>年?底|年?初|下半年|上半年)?"
    rf"(?:的?(?P<month>1[0-2]|0?[1-9])月份?)? ?(?:才|刚刚?|新|就)?(?:在\S{{2,6}})?{_VERB}|"
    rf"(?:founded|established|incorporated|set up|"
    rf"registered) (?P<english>last year|this year|last month)"
)
_AGO = {"大前年": 3, "前年": 2, "去年": 1, "今年": 0, "last year": 1, "this year": 0}
_FOR = re.compile(
    rf"{_VERB}(?:已经|已|有|快|将近|才|刚刚?|满|了|不到|不足|到现在|至今|大概|差不多| )*$"
)
_NEARLY = re.compile(r"快|将近|nearly|almost")
_LESS = re.compile(r"不到|不足|未满|不满|less than|under")
_AFTER = re.compile(r"^ ?(?:之前|以前|前|ago)")
_NOT_COMPANY = re.compile(
    r"商标|专利|部门|子公司|分公司|研发中心|实验室|党支部|工会|项目|网站|账号|产品|客户|合同|员工"
)


def founded(clause: str, offset: int, as_of: date) -> Said | None:
    """The founding day as a fact (`established_on`), None when the clause does not say it."""
    if _NOT_COMPANY.search(clause):
        return None
    for read in (_by_date, _by_recent, _by_length):
        if (found := read(clause, as_of)) is not None:
            low, high, start, end = found
            if low > as_of:
                return None
            value = (
                low.isoformat() if low == high else [low.isoformat(), min(high, as_of).isoformat()]
            )
            return Said("established_on", value, offset + start, offset + end)
    return None


Found = tuple[date, date, int, int]


def _by_date(clause: str, as_of: date) -> Found | None:
    for pattern in (_DATE_THEN_VERB, _VERB_THEN_DATE, _ENGLISH, _YEAR_OF_COMPANY):
        if match := pattern.search(clause):
            parts = match.groupdict()
            year = _full_year(parts["year"], as_of)
            month = _month(parts.get("month"))
            return (*_span_of(year, month, parts.get("day")), *match.span()) if year else None
    return None


def read_day(text: str, as_of: date) -> tuple[date, date] | None:
    """A typed day, month or year ("15年", "2015-03", "2015年3月1日") as first and last day."""
    match = re.fullmatch(rf"{_DAY}|(?P<alone>(?:19|20)\d\d)", text.strip())
    if match is None:
        return None
    year = _full_year(match["year"] or match["alone"], as_of)
    return _span_of(year, _month(match["month"]), match["day"]) if year else None


def _full_year(words: str, as_of: date) -> int | None:
    if not words[0].isdigit():
        words = str(int(chinese_number(words) or 0))
    year = int(words) if len(words) == 4 else 2000 + int(words)
    return year if 1949 <= year <= as_of.year else None


def _month(words: str | None) -> int | None:
    if not words:
        return None
    return int(words) if words.isdigit() else _MONTHS.index(words[:3]) + 1


def _span_of(year: int, month: int | None, day: str | None) -> tuple[date, date]:
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    last = calendar.monthrange(year, month)[1]
    if day is None:
        return date(year, month, 1), date(year, month, last)
    exact = date(year, month, min(int(day), last))
    return exact, exact


def _by_recent(clause: str, as_of: date) -> Found | None:
    match = _RECENT.search(clause)
    if match is None:
        return None
    when = match["when"] or match["english"]
    if when in {"上个月", "last month", "这个月", "本月"}:
        first = as_of.replace(day=1)
        if when in {"上个月", "last month"}:
            first = (first - timedelta(days=1)).replace(day=1)
        return (*_span_of(first.year, first.month, None), *match.span())
    return (*_span_of(as_of.year - _AGO[when], _month(match["month"]), None), *match.span())


def _by_length(clause: str, as_of: date) -> Found | None:
    for duration in find_durations(clause):
        before = clause[: duration.start]
        after = clause[duration.end :]
        ago = _AFTER.match(after)
        if ago and (re.search(_VERB, after) or _FOR.search(before)):
            year = as_of.year - round(duration.low / 12)
            whole = duration.low >= 12 and duration.low % 12 == 0
            return (*_span_of(year, None, None), duration.start, duration.end) if whole else None
        if _FOR.search(before):
            return (*_since(duration, before, as_of), duration.start, duration.end)
        if "old" in after[:5] and re.search(r"company|firm|we are", clause):
            return (*_since(duration, before, as_of), duration.start, duration.end)
    return None


def _since(duration: Duration, before: str, as_of: date) -> tuple[date, date]:
    if _LESS.search(before[-10:]):
        return _months_before(as_of, duration.low) + timedelta(days=1), as_of
    if _NEARLY.search(before[-4:]):
        earliest, latest = duration.low, duration.low - min(6, duration.low)
        return _months_before(as_of, earliest) + timedelta(days=1), _months_before(as_of, latest)
    return _months_before(as_of, duration.high) + timedelta(days=1), _months_before(
        as_of, duration.low
    )


def _months_before(day: date, months: float) -> date:
    whole = round(months)
    year, month = divmod(day.year * 12 + day.month - 1 - whole, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
