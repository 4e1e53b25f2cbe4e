"""What the phrases of `moment_grammar` mean: each reader turns a match into a day or a moment.

A reader gives None when the words only look like a day, and NoSuchDayError for 2月30日.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from domain.festivals import FESTIVAL_NAMES, festival_date
from domain.phrase_numbers import number
from domain.work_calendar import WorkCalendar

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)

#: Nobody is reminded further ahead; a larger number is a slip of the finger.
MAX_AHEAD = timedelta(days=1100)
#: A month and day without a year belong to next year when they are longer past than this.
_LONG_PAST = timedelta(days=90)


class NoSuchDayError(ValueError):
    """A day that no calendar has, or that is out of reach."""


@dataclass(frozen=True, slots=True)
class Setting:
    """When and where a phrase is read."""

    now: datetime
    calendar: WorkCalendar

    @property
    def today(self) -> date:
        """Give the local day."""
        return self.calendar.date_of(self.now)


@dataclass(frozen=True, slots=True)
class DayRead:
    """A day a phrase named; `later` stands in when that is past."""

    day: date
    later: date | None = None


# Days counted from today

_NAMED = {
    "前天": -2, "前日": -2, "昨天": -1, "昨日": -1, "昨": -1, "yesterday": -1,
    "今天": 0, "今日": 0, "今儿": 0, "今": 0, "当天": 0, "today": 0, "": 0, "this": 0,
    "明天": 1, "明日": 1, "明儿": 1, "明": 1, "次日": 1, "第二天": 1, "隔天": 1,
    "tomorrow": 1, "tmr": 1, "tmrw": 1,
    "后天": 2, "后日": 2, "后": 2, "day after tomorrow": 2, "大后天": 3, "大后日": 3,
}  # fmt: skip


def named_day(match: re.Match[str], setting: Setting) -> DayRead:
    """Read 明天, 大后天, the day after tomorrow."""
    return DayRead(setting.today + _NAMED[match["name"]] * _DAY)


def days_ahead(match: re.Match[str], setting: Setting) -> DayRead | None:
    """Read 三天后, 三日内, in 3 days."""
    value = number(match["n"])
    if value is None or value != int(value):
        return None
    return DayRead(setting.today + _reachable(value * _DAY))


def weeks_ahead(match: re.Match[str], setting: Setting) -> DayRead | None:
    """Read 两周后, in two weeks."""
    value = number(match["n"])
    if value is None or value != int(value):
        return None
    return DayRead(setting.today + _reachable(value * _WEEK))


def months_ahead(match: re.Match[str], setting: Setting) -> DayRead | None:
    """Read 一个月内, 半年后, in a year; half a month is 15 days."""
    value = number(match["n"])
    if value is None:
        return None
    months = value * (12 if match["unit"].startswith(("年", "year")) else 1)
    if months == 0.5:
        return DayRead(setting.today + 15 * _DAY)
    if months != int(months):
        return None
    _reachable(months * 31 * _DAY)
    return DayRead(_same_day(setting.today, int(months)))


def time_ahead(match: re.Match[str], setting: Setting) -> datetime | None:
    """Read 半小时后, 2小时30分钟后, in 90 minutes."""
    parts = match.groupdict()
    units = (("h", timedelta(hours=1)), ("q", timedelta(minutes=15)), ("m", timedelta(minutes=1)))
    amount = timedelta(minutes=30) if parts.get("half") else timedelta()
    for name, unit in units:
        if written := parts.get(name):
            value = number(written)
            if value is None:
                return None
            amount += value * unit
    return setting.now.astimezone(UTC) + _reachable(amount)


def workdays_ahead(match: re.Match[str], setting: Setting) -> DayRead | None:
    """Read 3个工作日内, in 2 working days; today is not counted."""
    value = number(match["n"])
    if value is None or value != int(value) or value < 1:
        return None
    _reachable(value * _DAY)
    end = setting.calendar.add_workdays(setting.now, int(value))
    return DayRead(setting.calendar.date_of(end - timedelta(microseconds=1)))


def next_workday(_match: re.Match[str], setting: Setting) -> DayRead:
    """Read 下一个工作日."""
    return DayRead(setting.calendar.next_workday(setting.today))


def _reachable(distance: timedelta) -> timedelta:
    if distance > MAX_AHEAD:
        raise NoSuchDayError
    return distance


# Weeks

_WEEKDAYS = {sign: day for day, sign in enumerate("一二三四五六日")}
_WEEKDAYS |= {"天": 6} | {str(day + 1): day for day in range(7)}
_WEEKDAYS |= {
    name: day for day, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
}
ENGLISH_WEEKDAY = (
    r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?"
    r"|sat(?:urday)?|sun(?:day)?)\b"
)


def _weeks_off(which: str | None) -> int | None:
    """Give how many weeks from this one; None when the phrase does not say."""
    if not which:
        return None
    if which.startswith(("上", "last")):
        return -1
    if which.startswith(("下下", "week after")):
        return 2
    return 1 if which.startswith(("下", "next")) else 0


def weekday(match: re.Match[str], setting: Setting) -> DayRead:
    """Read 周三 (the coming one), 下周三, Tuesday next week; weeks begin on Monday."""
    parts = match.groupdict()
    weekday = _WEEKDAYS[match["day"][:3]]
    weeks = _weeks_off(parts.get("which") or parts.get("after"))
    this_week = setting.today + (weekday - setting.today.weekday()) * _DAY
    if weeks is not None:
        return DayRead(this_week + weeks * _WEEK)
    coming = this_week if this_week >= setting.today else this_week + _WEEK
    return DayRead(coming, later=coming + _WEEK)


def weekend(match: re.Match[str], setting: Setting) -> DayRead:
    """Read 周末 is its Saturday."""
    saturday = _monday(setting, match["which"]) + 5 * _DAY
    return DayRead(saturday, later=saturday + _WEEK if match["which"] is None else None)


def week(match: re.Match[str], setting: Setting) -> DayRead:
    """Read 下周 is its first working day."""
    return DayRead(_worked_from(_monday(setting, match["which"]), setting))


def week_end(match: re.Match[str], setting: Setting) -> DayRead:
    """Read 本周内 is its last working day."""
    next_monday = _monday(setting, match["which"]) + _WEEK
    return DayRead(setting.calendar.previous_workday(next_monday))


def _monday(setting: Setting, which: str | None) -> date:
    monday = setting.today - setting.today.weekday() * _DAY
    return monday + (_weeks_off(which) or 0) * _WEEK


def _worked_from(day: date, setting: Setting) -> date:
    return day if setting.calendar.is_workday(day) else setting.calendar.next_workday(day)


# Months and years

_MONTHS = {
    name: month
    for month, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
        start=1,
    )
}
ENGLISH_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_PART_OF_MONTH = {"初": 1, "上旬": 1, "中": 15, "中旬": 11, "下旬": 21}


def written_date(match: re.Match[str], setting: Setting) -> DayRead | None:
    """Read 11月30日, 2026-11-30, Nov 30th."""
    month, day = _month(match["m"]), number(match["d"])
    if month is None or day is None:
        return None
    year = match.groupdict().get("y")
    if year is None:
        return _without_year(month, int(day), setting)
    return DayRead(_date(_year(year, setting), month, int(day)))


def short_date(match: re.Match[str], setting: Setting) -> DayRead | None:
    """Read 11.30, 11/30; other pairs of numbers are no date."""
    try:
        return written_date(match, setting)
    except NoSuchDayError:
        return None


def _without_year(month: int, day: int, setting: Setting) -> DayRead:
    year = setting.today.year
    if (month, day) == (2, 29):
        while not _is_leap(year):
            year += 1
    this = _date(year, month, day)
    if setting.today - this <= _LONG_PAST:
        return DayRead(this)
    return DayRead(_date(year + 1, month, day))


def _is_leap(year: int) -> bool:
    return (date(year, 3, 1) - _DAY).day == 29


def day_of_month(match: re.Match[str], setting: Setting) -> DayRead | None:
    """Read 下个月5号, 25号 (the coming one)."""
    written = number(match["d"])
    if written is None:
        return None
    first, day = setting.today.replace(day=1), int(written)
    if which := match.groupdict().get("which"):
        first = _same_day(first, _weeks_off(which) or 0)
        return DayRead(_date(first.year, first.month, day))
    if not 1 <= day <= 31:
        raise NoSuchDayError
    months = (_same_day(first, ahead) for ahead in range(4))
    days = [month.replace(day=day) for month in months if _same_day(month, 1) - month >= day * _DAY]
    coming = [day for day in days if day >= setting.today]
    return DayRead(coming[0], later=coming[1])


def month_end(match: re.Match[str], setting: Setting) -> DayRead | None:
    """Read 月底前, 12月底, end of November."""
    if written := match.groupdict().get("m"):
        month = _month(written)
        if month is None:
            return None
        first = _first_of_named_month(month, setting)
    else:
        first = _first_of_month(setting.today, _weeks_off(match["which"]) or 0)
    return DayRead(_same_day(first, 1) - _DAY)


def part_of_month(match: re.Match[str], setting: Setting) -> DayRead | None:
    """Read 下月初, 12月中旬; a third of a month is its first day."""
    part = match["part"]
    if written := match["m"]:
        month = _month(written)
        return _without_year(month, _PART_OF_MONTH[part], setting) if month else None
    first = _first_of_month(setting.today, _weeks_off(match["which"]) or 0)
    day = first + (_PART_OF_MONTH[part] - 1) * _DAY
    return DayRead(day, later=_same_day(day, 1) if match["which"] is None else None)


def next_month(match: re.Match[str], setting: Setting) -> DayRead:
    """Read 下个月 is its first working day."""
    first = _first_of_month(setting.today, _weeks_off(match["which"]) or 1)
    return DayRead(_worked_from(first, setting))


def quarter_end(match: re.Match[str], setting: Setting) -> DayRead:
    """Read 季度末."""
    months = 3 - (setting.today.month - 1) % 3 + 3 * (_weeks_off(match["which"]) or 0)
    return DayRead(_first_of_month(setting.today, months) - _DAY)


def year_end(match: re.Match[str], setting: Setting) -> DayRead:
    """Read 年底前, 明年底."""
    return DayRead(date(_year(match["y"] or "今年", setting), 12, 31))


def _year(written: str, setting: Setting) -> int:
    offsets = {"今年": 0, "本年": 0, "明年": 1, "后年": 2, "next": 1, "this": 0, "the": 0}
    if written in offsets:
        return setting.today.year + offsets[written]
    year = int(written)
    if abs(year - setting.today.year) > 100:
        raise NoSuchDayError
    return year


def _month(written: str) -> int | None:
    if written[:3] in _MONTHS:
        return _MONTHS[written[:3]]
    value = number(written)
    return None if value is None else int(value)


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise NoSuchDayError from error


def _first_of_month(day: date, months: int) -> date:
    return _same_day(day.replace(day=1), months)


def _first_of_named_month(month: int, setting: Setting) -> date:
    first = _date(setting.today.year, month, 1)
    past = month < setting.today.month
    return first.replace(year=first.year + 1) if past else first


def _same_day(day: date, months: int) -> date:
    """Give the same day so many months on, or the last of that month when it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + years, month + 1, 1)
    last = (first + 31 * _DAY).replace(day=1) - _DAY
    return min(first + (day.day - 1) * _DAY, last)


# Festivals and moments written in full


def festival(match: re.Match[str], setting: Setting) -> DayRead | None:
    """Read 元旦后, 国庆节前: before and after are the working days next to it, the coming ones."""
    named = next(name for name in FESTIVAL_NAMES if match[name])
    this_year = setting.today.year
    years = (_year(match["y"], setting),) if match["y"] else (this_year, this_year + 1)
    for year in years:
        day = festival_date(named, year)
        if day is None:
            return None
        if match["before"] or match["until"]:
            day = setting.calendar.previous_workday(day)
        elif match["after"] or match["since"]:
            day = setting.calendar.next_workday(day)
        if day >= setting.today or match["y"]:
            return DayRead(day)
    return None


def iso_moment(match: re.Match[str], setting: Setting) -> datetime:
    """Read 2026-11-30T15:00, with or without an offset."""
    try:
        moment = datetime.fromisoformat(match[0].replace(" ", "t").upper())
    except ValueError as error:
        raise NoSuchDayError from error
    aware = moment if moment.tzinfo else moment.replace(tzinfo=setting.calendar.zone)
    return aware.astimezone(UTC)
