"""Reads days from ... to from a phrase: 10月1日到7日, 明天起三天, 1 to 5 December."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from domain.moment_days import DayRead, NoSuchDayError, Setting
from domain.moment_grammar import Placed, read_day
from domain.phrase_numbers import NUMERAL, number
from domain.work_calendar import WorkCalendar

#: Nobody means more days than this by one phrase.
LONGEST = timedelta(days=92)
_DAY = timedelta(days=1)
_TO = re.compile(
    r"\s*(?:[（(][^）)]*[）)])?\s*(?:到|至|[-–—~～]|to|until|till|through)\s*(?:the\s+)?"
)
_FOR = re.compile(
    rf"\s*(?:起|开始|开头)?\s*(?:连续|一共|共|休|请假?|for)?\s*(?P<n>{NUMERAL}|\d+)\s*(?:天|days?)"
)
_FROM_TODAY = re.compile(r"大?后[天日]|[今明][天日儿]|today|tomorrow|day after")
_BARE_DAY = re.compile(r"(?P<d>\d{1,2})(?:st|nd|rd|th)?(?![\d:.点月])")
_MONTH_AFTER = re.compile(
    r"^\s*(?P<one>\d{1,2})\s*(?:to|until|till|[-–—~])\s*(?P<two>\d{1,2}\s+[a-z]{3,})"
)


@dataclass(frozen=True, slots=True)
class Days:
    """The first and the last day that text[start:end] names."""

    first: date
    last: date
    start: int
    end: int


def read_days(text: str, now: datetime, calendar: WorkCalendar) -> Days | None:
    """The first day, or range of days, in half-width lower case words; None when there is none.

    A day without a year is the next of that name. NoSuchDayError for 2月30日 and a range backwards.
    """
    if found := _english_range(text, now, calendar):
        return found
    setting = Setting(now, calendar)
    placed = read_day(text, setting)
    if placed is None or not isinstance(placed.read, DayRead):
        return None
    first = _coming(placed.read, setting.today)
    last, end = _end_of(text, placed.end, first, now, calendar)
    if last < first or last - first > LONGEST:
        raise NoSuchDayError
    return Days(first, last, placed.start, end)


def _english_range(text: str, now: datetime, calendar: WorkCalendar) -> Days | None:
    """1 to 5 December: the month stands only after the second."""
    match = _MONTH_AFTER.search(text)
    if match is None:
        return None
    setting = Setting(now, calendar)
    placed = read_day(match["two"], setting)
    if placed is None or not isinstance(placed.read, DayRead):
        return None
    last = _coming(placed.read, setting.today)
    first = last.replace(day=int(match["one"]))
    if first > last:
        raise NoSuchDayError
    return Days(first, last, match.start(), match.end())


def _end_of(
    text: str, end: int, first: date, now: datetime, calendar: WorkCalendar
) -> tuple[date, int]:
    if match := _FOR.match(text, end):
        days = number(match["n"])
        if days and days == int(days):
            return first + (int(days) - 1) * _DAY, match.end()
    if match := _TO.match(text, end):
        placed = _second(text[match.end() :], first, now, calendar)
        if placed is not None and isinstance(placed.read, DayRead):
            return _coming(placed.read, first), match.end() + placed.end
    return first, end


def _second(rest: str, first: date, now: datetime, calendar: WorkCalendar) -> Placed | None:
    """The end of a range, read as if said on its first day: 到7日 is of the same month. 到后天 is
    counted from today all the same."""
    said_on = now if _FROM_TODAY.match(rest) else calendar.at(first, time())
    placed = read_day(rest, Setting(said_on, calendar))
    if placed is not None and placed.start == 0:
        return placed
    bare = _BARE_DAY.match(rest)
    if bare is None:
        return None
    try:
        return Placed(DayRead(first.replace(day=int(bare["d"]))), 0, bare.end())
    except ValueError as error:
        raise NoSuchDayError from error


def _coming(read: DayRead, today: date) -> date:
    return read.later if read.day < today and read.later is not None else read.day
