"""The grammar of days: which words name a day or a distance, in Chinese and English."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from domain import moment_days
from domain.festivals import FESTIVAL_NAMES
from domain.moment_days import ENGLISH_MONTH, ENGLISH_WEEKDAY, DayRead, Setting
from domain.phrase_numbers import NUMERAL, WORD_NUMERAL

_WITHIN = r"(?:\s*(?:之?[内后]|以[内后]|过后|的?时间内))"
_WITHIN_OR_NOT = rf"{_WITHIN}?"
_BEFORE = r"(?:之?前|以前)?"
_WHICH = r"(?P<which>下下个?|下个?|本|这个?|上上?个?)"
_FROM_NOW = r"\s+(?:later|from now|from today)"
_IN = r"\b(?:in|within|after)\s+(?:the next\s+)?"
_WHICH_EN = r"(?P<which>next|this|last|the)"

Reader = Callable[[re.Match[str], Setting], DayRead | datetime | None]


def _english(group: str, unit: str, reader: Reader) -> Iterator[tuple[str, Reader]]:
    """Give the two orders of an English distance: in 3 days, 3 days from now."""
    amount = rf"(?P<{group}>{WORD_NUMERAL})\s+{unit}"
    yield rf"{_IN}{amount}\b", reader
    yield rf"{amount}{_FROM_NOW}\b", reader


#: Pattern and reader. The earliest phrase in the text wins, then the longest.
_GRAMMAR: tuple[tuple[re.Pattern[str], Reader], ...] = tuple(
    (re.compile(pattern), reader)
    for pattern, reader in (
        (
            r"\d{4}-\d{2}-\d{2}[t ]\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?"
            r"(?:z|[+-]\d{2}:?\d{2})?(?![\d:])",
            moment_days.iso_moment,
        ),
        (
            rf"(?<!\d)(?P<y>\d{{4}})[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}})(?!\d){_BEFORE}",
            moment_days.written_date,
        ),
        (
            rf"(?:(?P<y>\d{{4}}|今年|本年|明年|后年)年?的?)?"
            rf"(?P<m>{NUMERAL})月(?P<d>{NUMERAL})(?![\d个点])[日号]?{_BEFORE}",
            moment_days.written_date,
        ),
        (
            r"(?<![\d.:/-])(?P<m>1[0-2]|0?[1-9])[./-](?P<d>[0-3]?\d)"
            rf"(?![\d:/%-]|\.\d|\s*(?:个|小时|天|万|亿|元|倍|h|hours?\b|days?\b|weeks?\b|[ap]\.?m\b)){_BEFORE}",
            moment_days.short_date,
        ),
        (
            r"(?P<name>大后[天日]|[前昨今明后][天日]|[今明]儿|次日|第二天|隔天|当天)",
            moment_days.named_day,
        ),
        (r"(?P<name>[昨今明后])(?=早|晚|晨|夜)", moment_days.named_day),
        (
            r"\b(?:the )?(?P<name>day after tomorrow|today|tomorrow|tmrw?|yesterday)\b",
            moment_days.named_day,
        ),
        (r"\b(?P<name>)(?=tonight\b)", moment_days.named_day),
        (r"\b(?P<name>this)(?= (?:morning|afternoon|evening))", moment_days.named_day),
        (rf"(?:再?过)?(?P<n>{NUMERAL})\s*[天日]{_WITHIN}", moment_days.days_ahead),
        (rf"再?过(?P<n>{NUMERAL})\s*天", moment_days.days_ahead),
        (rf"^\s*(?P<n>{NUMERAL})\s*天\s*$", moment_days.days_ahead),
        (rf"^\s*(?P<n>{WORD_NUMERAL})\s+days?\s*$", moment_days.days_ahead),
        (rf"^\s*(?P<n>{NUMERAL})\s*个?(?:周|星期|礼拜)\s*$", moment_days.weeks_ahead),
        (rf"^\s*(?P<n>{WORD_NUMERAL})\s+weeks?\s*$", moment_days.weeks_ahead),
        *_english("n", r"days?", moment_days.days_ahead),
        (rf"(?:再?过)?(?P<n>{NUMERAL})\s*个?(?:周|星期|礼拜){_WITHIN}", moment_days.weeks_ahead),
        *_english("n", r"weeks?", moment_days.weeks_ahead),
        (rf"(?:再?过)?(?P<n>{NUMERAL})\s*(?:个(?P<unit>月)){_WITHIN}", moment_days.months_ahead),
        (rf"(?:再?过)?(?P<n>{NUMERAL})\s*(?P<unit>年){_WITHIN}", moment_days.months_ahead),
        *_english("n", r"(?P<unit>month|year)s?", moment_days.months_ahead),
        (
            rf"(?:再?过)?(?P<h>{NUMERAL})\s*个?(?P<half>半)?(?:小时|钟头)(?:零?(?P<m>{NUMERAL})分钟?)?"
            rf"{_WITHIN_OR_NOT}",
            moment_days.time_ahead,
        ),
        (rf"(?:再?过)?(?P<m>{NUMERAL})\s*分钟{_WITHIN_OR_NOT}", moment_days.time_ahead),
        (rf"(?:再?过)?(?P<q>{NUMERAL})\s*个?刻钟{_WITHIN_OR_NOT}", moment_days.time_ahead),
        *_english("h", r"hours?(?P<half>\s+and a half)?", moment_days.time_ahead),
        *_english("m", r"min(?:ute)?s?", moment_days.time_ahead),
        (
            rf"(?:再?过)?(?P<n>{NUMERAL})\s*个?工作[日天]{_WITHIN_OR_NOT}",
            moment_days.workdays_ahead,
        ),
        (
            rf"(?:{_IN})?(?P<n>{WORD_NUMERAL})\s+(?:working|business|work)[ -]?days?\b"
            rf"(?:{_FROM_NOW}\b|' time)?",
            moment_days.workdays_ahead,
        ),
        (r"下一?个?工作日|\bnext (?:working|business|work) ?day\b", moment_days.next_workday),
        (
            rf"(?<![每一二两三四五六七八九十\d])(?<!每个){_WHICH}?(?:周|星期|礼拜)"
            rf"(?P<day>[一二三四五六日天]|[1-7](?!\d))(?![次个]){_BEFORE}",
            moment_days.weekday,
        ),
        (
            rf"(?:\b(?P<which>next|this|last)\s+)?(?<!every )\b(?P<day>{ENGLISH_WEEKDAY})"
            r"(?:\s+(?P<after>next week|week after next))?",
            moment_days.weekday,
        ),
        (rf"(?<!每)(?:{_WHICH})?周末", moment_days.weekend),
        (r"\b(?:(?P<which>next|this)\s+)?weekend\b", moment_days.weekend),
        (r"(?P<which>下下个?|下个?)(?:周|星期|礼拜)", moment_days.week),
        (
            r"\b(?P<which>week after next|next(?= week))(?: week)?\b",
            moment_days.week,
        ),
        (rf"{_WHICH}(?:周|星期|礼拜)(?:之?内|以内|底)", moment_days.week_end),
        (rf"\bend of (?:{_WHICH_EN}\s+)?week\b", moment_days.week_end),
        (rf"{_WHICH}月份?(?P<d>{NUMERAL})(?![\d个])[日号]{_BEFORE}", moment_days.day_of_month),
        (
            rf"(?<![月\d第])(?P<d>{NUMERAL})[号日](?![楼厂门线房]){_BEFORE}",
            moment_days.day_of_month,
        ),
        (r"\b(?:on )?the (?P<d>\d{1,2})(?:st|nd|rd|th)\b", moment_days.day_of_month),
        (rf"(?:{_WHICH}|当)?月[底末终]{_BEFORE}", moment_days.month_end),
        (rf"(?P<m>{NUMERAL})月(?:份)?[底末]{_BEFORE}", moment_days.month_end),
        (rf"\bend of (?:{_WHICH_EN}\s+)?month\b|\bmonth[- ]end\b", moment_days.month_end),
        (rf"\bend of (?P<m>{ENGLISH_MONTH})", moment_days.month_end),
        (
            rf"(?:(?P<m>{NUMERAL})月份?|{_WHICH}?月)(?P<part>初|[上中下]旬|中)",
            moment_days.part_of_month,
        ),
        (r"(?P<which>下下个?|下个?)月", moment_days.next_month),
        (r"\b(?P<which>next) month\b", moment_days.next_month),
        (rf"(?:{_WHICH})?季度?[末底]{_BEFORE}", moment_days.quarter_end),
        (rf"\bend of (?:{_WHICH_EN}\s+)?quarter\b", moment_days.quarter_end),
        (rf"(?P<y>今年|本年|明年|(?=年[底末终]))(?:年?[底末终]){_BEFORE}", moment_days.year_end),
        (r"\bend of (?P<y>next|this|the) year\b|\byear[- ]end\b", moment_days.year_end),
        (
            rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<m>{ENGLISH_MONTH})"
            r"(?:,?\s+(?P<y>\d{4}))?",
            moment_days.written_date,
        ),
        (
            rf"\b(?P<m>{ENGLISH_MONTH})\s*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:|\s*[ap]\.?m\b)"
            r"(?:,?\s+(?P<y>\d{4})\b)?",
            moment_days.written_date,
        ),
        (
            r"(?:(?P<y>\d{4}|今年|明年|后年)年?的?)?"
            r"(?:\b(?:(?P<until>before|until|by)|(?P<since>after))\s+(?:the\s+)?)?(?:"
            + "|".join(f"(?P<{name}>{words})" for name, words in FESTIVAL_NAMES.items())
            + r")(?:假期?)?(?:(?P<before>之?前|以前)|(?P<after>之?后|以后))?",
            moment_days.festival,
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Placed:
    """A day, or a moment in UTC, and where it stands in the text."""

    read: DayRead | datetime
    start: int
    end: int


def read_day(text: str, setting: Setting) -> Placed | None:
    """Take the phrase that starts first, and of those the longest; NoSuchDayError if impossible.

    `text` is in half-width lower case.
    """
    found = [
        (match.start(), -match.end(), order)
        for order, (pattern, _) in enumerate(_GRAMMAR)
        if (match := pattern.search(text))
    ]
    if not found:
        return None
    start, minus_end, order = min(found)
    pattern, read = _GRAMMAR[order]
    match = pattern.search(text)
    reading = read(match, setting) if match else None
    return Placed(reading, start, -minus_end) if reading else None
