"""Reads what an administrator types of the calendar: 10月10日上班, 10月1日到7日休息, 办公时间…"""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from domain.calendar_changes import CalendarPatch
from domain.calendar_files import WindowTimes, windows_of
from domain.day_ranges import Days, read_days
from domain.moment_days import NoSuchDayError
from domain.moments import as_plain
from domain.work_calendar import WorkCalendar

_DAY = timedelta(days=1)
_AS_BEFORE = re.compile(
    r"取消调整|撤销调整|恢复默认|恢复原样|按(?:国务院|国家|全国)?的?通知|"
    r"as before|\breset\b|\bdefault\b"
)
_OFF = re.compile(
    r"不上班|不办公|不工作|放假|休息|调休日|公休|停办|关门|\boff\b|\bclosed\b|\bholiday\b|not work"
)
_ON = re.compile(r"上班|办公|补班|工作日|正常工作|\bon\b|\bopen\b|\bwork(?:s|ing|day)?\b")
_HOURS = re.compile(r"(\d{1,2}:\d{2})\s*(?:-|–|—|~|到|至|to)\s*(\d{1,2}:\d{2})")
_BETWEEN = re.compile(r"[,，;；、。\n]|和|及|\band\b")
_FILLER = re.compile(
    r"[\s:：的为是改成调整成定]|请|本区|全区|我们|区里|周[一二三四五六日天]|[（()）]|每天|时间|把|将"
)


class UnreadableChangeError(ValueError):
    """The words are no change of the calendar."""


def read_change(text: str, now: datetime, calendar: WorkCalendar) -> CalendarPatch:
    """What the words change: days on, off, or as they were; or the office hours.

    UnreadableChangeError when any part of them cannot be read, or two say different things of one
    day; NoSuchDayError for a day that no calendar has.
    """
    plain = as_plain(text)
    if hours := tuple(_hours(plain)):
        return CalendarPatch(windows=hours)
    days: dict[date, bool | None] = {}
    waiting: list[Days] = []
    spoken: tuple[bool | None] | None = None
    for clause in filter(str.strip, _BETWEEN.split(plain)):
        said = _verb(clause)
        found = _days_in(
            clause, now if not waiting else _after(waiting[-1], now, calendar), calendar
        )
        if found is None and _rest_of(clause):
            raise UnreadableChangeError(text)
        if said is not None and found is None and not waiting:
            spoken = said
            continue
        if found is not None:
            waiting.append(found)
        elif said is None:
            raise UnreadableChangeError(text)
        verb = said or spoken
        if verb is not None:
            _lay(days, waiting, verb[0], text)
            waiting = []
    if waiting or not days:
        raise UnreadableChangeError(text)
    return CalendarPatch(days=dict(sorted(days.items())))


def sounds_like_change(text: str, now: datetime, calendar: WorkCalendar) -> bool:
    """Whether somebody speaks of the calendar at all: a day, working, resting, hours."""
    plain = as_plain(text)
    try:
        has_day = read_days(plain, now, calendar) is not None
    except NoSuchDayError:
        has_day = True
    return has_day or _verb(plain) is not None or _HOURS.search(plain) is not None


def _hours(plain: str) -> Iterator[WindowTimes]:
    found = tuple((match[1].zfill(5), match[2].zfill(5)) for match in _HOURS.finditer(plain))
    windows_of(found)
    yield from found


def _verb(clause: str) -> tuple[bool | None] | None:
    """A word in a pocket, as None is an answer too."""
    for pattern, works in ((_AS_BEFORE, None), (_OFF, False), (_ON, True)):
        if pattern.search(clause):
            return (works,)
    return None


def _days_in(clause: str, now: datetime, calendar: WorkCalendar) -> Days | None:
    found = read_days(clause, now, calendar)
    if found is None:
        return None
    if _rest_of(clause[: found.start] + clause[found.end :]):
        raise UnreadableChangeError(clause)
    return found


def _rest_of(words: str) -> str:
    """What is neither a verb nor a filler."""
    for pattern in (_AS_BEFORE, _OFF, _ON, _FILLER):
        words = pattern.sub("", words)
    return words


def _after(last: Days, now: datetime, calendar: WorkCalendar) -> datetime:
    """10月1日、2日休息: the second is of the same month."""
    return max(now, calendar.at(last.last, now.time()))


def _lay(days: dict[date, bool | None], spans: list[Days], works: bool | None, text: str) -> None:
    for span in spans:
        for distance in range((span.last - span.first).days + 1):
            day = span.first + distance * _DAY
            if days.setdefault(day, works) != works:
                raise UnreadableChangeError(text)


__all__ = ["NoSuchDayError", "UnreadableChangeError", "read_change", "sounds_like_change"]
