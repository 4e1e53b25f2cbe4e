"""How soon a problem bites: deadlines and waiting times said in it (definition: FACTS 5.2)."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from domain.chinese_numbers import chinese_number
from domain.durations import find_durations

URGENT_WITHIN = 1
HIGH_WITHIN = 14
LONG_WAIT_MONTHS = 1

_CUE = re.compile(
    r"截止|到期|期限|最后|之前|前要|前必须|前交|以前|关闭|要交|必须|就要|"
    r"限期|还款|搬走|过期|逾期|开庭|"
    r"deadline|due|expire|last day|closes?|must|by (?:today|tomorrow|"
    r"tonight|mon|tue|wed|thu|fri|sat|sun)"
)
_HOURS = re.compile(r"(\d{1,3}|[一二两三四五六七八九十]{1,4}) ?(?:个?小时|hours?|h)(?:内|之内|后)?")
_DAYS = re.compile(r"(\d{1,2}|[一二两三四五六七八九十]{1,4})(?:个工作)?[天日](?:内|之内|后|就)")
_ENGLISH_DAYS = re.compile(r"(?:in|within) (\d{1,2}|two|three|five|seven|ten) (?:working )?days")
_WEEKDAY = re.compile(r"(下下|下|这|本)?个?(?:周|星期|礼拜)([一二三四五六日天])")
_ENGLISH_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_WITHIN_WEEK = re.compile(r"[这本]周内?|一周内|7天内|一星期内|this week|下周|next week")
_DAY_OF_MONTH = re.compile(r"(?:(\d{1,2})月)?(\d{1,2})[日号]")
_WORDS = {"今天": 0, "今日": 0, "今晚": 0, "today": 0, "tonight": 0, "明天": 1, "明日": 1,
          "明早": 1, "明晚": 1, "tomorrow": 1, "大后天": 3, "后天": 2}  # fmt: skip
_ENGLISH = {"two": 2, "three": 3, "five": 5, "seven": 7, "ten": 10}
_STUCK = re.compile(
    r"没|未|不|卡|拖|等了|还在|迟迟|一直|欠|久|无人|pending|waiting|still|"
    r"stuck|overdue|not |no |never"
)


def deadline_in_days(text: str, today: date) -> float | None:
    """Days until the nearest deadline a plain text names; None when it names none."""
    if not _CUE.search(text):
        return None
    named = [*_spans(text), *_named_days(text, today)]
    return min((days for days in named if days >= 0), default=None)


def _spans(text: str) -> list[float]:
    hours = [_number(match[1]) / 24 for match in _HOURS.finditer(text)]
    days = [_number(match[1]) for match in _DAYS.finditer(text)]
    english = [float(_ENGLISH.get(m[1], 0) or _number(m[1])) for m in _ENGLISH_DAYS.finditer(text)]
    soon = [1.0 if span <= 2 else span for span in (*hours, *days)]
    return soon + english


def _number(words: str) -> float:
    return float(words) if words.isdigit() else chinese_number(words) or 0


def _named_days(text: str, today: date) -> list[float]:
    days: list[float] = []
    rest = text
    for word, distance in sorted(_WORDS.items(), key=lambda item: -len(item[0])):
        if word in rest:
            days.append(distance)
            rest = rest.replace(word, "")
    named = [day for day, name in enumerate(_ENGLISH_WEEKDAYS) if name in rest]
    days += [(day - today.weekday()) % 7 for day in named]
    days += [_to_weekday(match, today) for match in _WEEKDAY.finditer(rest)]
    if not days and _WITHIN_WEEK.search(rest):
        days.append(7)
    if "月底" in rest or "月末" in rest or "end of the month" in rest:
        days.append(calendar.monthrange(today.year, today.month)[1] - today.day)
    return days + [
        left for m in _DAY_OF_MONTH.finditer(rest) if (left := _to_day(m, today)) is not None
    ]


def _to_weekday(match: re.Match[str], today: date) -> float:
    weekday = "一二三四五六日".index(match[2].replace("天", "日"))
    weeks = {"下": 1, "下下": 2}.get(match[1] or "", 0)
    monday = today - timedelta(days=today.weekday())
    day = monday + timedelta(days=weekday, weeks=weeks)
    if match[1] is None and day < today:
        day += timedelta(weeks=1)
    return (day - today).days


def _to_day(match: re.Match[str], today: date) -> float | None:
    month = int(match[1]) if match[1] else today.month
    try:
        day = date(today.year, month, int(match[2]))
    except ValueError:
        return None
    return (day - today).days


def months_waited(text: str) -> float:
    """The longest time a plain text says something has been stuck; 0 when it does not."""
    if not _STUCK.search(text):
        return 0
    waited = [duration.low for duration in find_durations(text)]
    if re.search(r"去年|前年|last year", text):
        waited.append(2)
    return max(waited, default=0)
