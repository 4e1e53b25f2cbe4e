"""Reads when somebody means from a phrase such as 下周一上午九点 or in 2 working days.

The reading is always shown to the person for confirmation before it is used.
"""

import string
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import ClassVar

from domain.errors import Refusal
from domain.moment_clocks import BLANK, DEFAULT_MINUTES, ClockRead, read_clock
from domain.moment_days import MAX_AHEAD, DayRead, NoSuchDayError, Setting
from domain.moment_grammar import Placed, read_day
from domain.work_calendar import WorkCalendar

_DAY = timedelta(days=1)

#: Half-width lower case and simplified signs, sign for sign so that spans stay true.
_PLAIN = str.maketrans(
    {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    | {"　": " ", "’": "'"}
    | dict(
        zip("點後週個兩時號內間鐘過節國慶勞動舊", "点后周个两时号内间钟过节国庆劳动旧", strict=True)
    )
)
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


class PastMomentError(Refusal):
    """The moment is over. Facts: `at` as read, `proposal` (the next like it), `text`."""

    code: ClassVar[str] = "moment_past"


class NoSuchMomentError(Refusal):
    """No calendar or clock has it, or it is years away. Facts: `proposal`, `text`."""

    code: ClassVar[str] = "moment_impossible"


@dataclass(frozen=True, slots=True)
class ReadMoment:
    """A moment (UTC) read from `text[start:end]`.

    `assumed_hour`: only a day was named. `opens_at`: when the office opens next, if it is closed
    at that moment. `provisional`: the calendar of that day may still change.
    """

    at: datetime
    start: int
    end: int
    assumed_hour: bool
    opens_at: datetime | None
    provisional: bool


def as_plain(text: str) -> str:
    """Half-width, lower case, simplified: as the grammar of days reads it, sign for sign."""
    return text.translate(_PLAIN).translate(_LOWER)


def read_moment(text: str, now: datetime, calendar: WorkCalendar) -> ReadMoment | None:
    """Read the first moment in a text; None when there is none.

    PastMomentError and NoSuchMomentError carry what was understood and a moment to propose.
    """
    plain = as_plain(text)
    setting = Setting(now, calendar)
    try:
        placed = read_day(plain, setting)
    except NoSuchDayError as error:
        raise NoSuchMomentError(text=text, proposal=_next_at(None, setting)) from error
    clock = read_clock(_without(plain, placed), calendar.windows_of_day)
    if clock is not None and clock.minutes is None:
        raise NoSuchMomentError(text=text, proposal=_next_at(placed, setting))
    if placed is None and clock is not None:
        today = DayRead(setting.today, later=setting.today + _DAY)
        placed = Placed(today, clock.start, clock.end)
    return None if placed is None else _placed_moment(text, placed, clock, setting)


def _without(text: str, placed: Placed | None) -> str:
    """Blank out what the day was read from, so that no hour is read from it again."""
    if placed is None:
        return text
    return text[: placed.start] + BLANK * (placed.end - placed.start) + text[placed.end :]


def _placed_moment(
    text: str, placed: Placed, clock: ClockRead | None, setting: Setting
) -> ReadMoment:
    if isinstance(placed.read, datetime):
        candidates = [placed.read]
        clock = None
    else:
        minutes = _minutes(clock)
        days = (placed.read.day, placed.read.later)
        candidates = [_at(day, minutes, setting.calendar) for day in days if day]
    at = next((moment for moment in candidates if moment > setting.now), None)
    if at is None:
        proposal = _next_at(None, setting, _minutes(clock))
        raise PastMomentError(text=text, at=candidates[0], proposal=proposal)
    if at - setting.now > MAX_AHEAD:
        raise NoSuchMomentError(text=text, proposal=_next_at(None, setting))
    assumed = clock is None and isinstance(placed.read, DayRead)
    start = min(placed.start, clock.start) if clock else placed.start
    end = max(placed.end, clock.end) if clock else placed.end
    calendar = setting.calendar
    provisional = calendar.is_provisional(calendar.date_of(at))
    return ReadMoment(at, start, end, assumed, _opens_at(at, calendar), provisional)


def _minutes(clock: ClockRead | None) -> int:
    return DEFAULT_MINUTES if clock is None or clock.minutes is None else clock.minutes


def _at(day: date, minutes: int, calendar: WorkCalendar) -> datetime:
    days, minutes = divmod(minutes, 24 * 60)
    return calendar.at(day + days * _DAY, time(*divmod(minutes, 60)))


def _opens_at(moment: datetime, calendar: WorkCalendar) -> datetime | None:
    return None if calendar.is_open(moment) else calendar.next_opening(moment)


def _next_at(placed: Placed | None, setting: Setting, minutes: int = DEFAULT_MINUTES) -> datetime:
    """Give that time of day on the first working day from the day named that is still to come."""
    named = placed.read.day if placed and isinstance(placed.read, DayRead) else setting.today
    day = max(named, setting.today) - _DAY
    while True:
        day = setting.calendar.next_workday(day)
        at = _at(day, minutes, setting.calendar)
        if at > setting.now:
            return at


class ChoiceCode(StrEnum):
    """The moments offered as buttons."""

    TOMORROW = "tomorrow"
    DAY_AFTER_TOMORROW = "day_after_tomorrow"
    NEXT_MONDAY = "next_monday"
    IN_3_WORKDAYS = "in_3_workdays"


@dataclass(frozen=True, slots=True)
class QuickChoice:
    """A moment (UTC) to offer; `moved` when the day named is off and the next opening is meant.

    A moved choice is labelled by its date, not by its code.
    """

    code: ChoiceCode
    at: datetime
    moved: bool


def quick_choices(now: datetime, calendar: WorkCalendar) -> tuple[QuickChoice, ...]:
    """Give the moments to offer as buttons, in order, without doubles; exact ones stay."""
    choices = [_choice(code, day, calendar) for code, day in _choice_days(now, calendar)]
    kept: dict[datetime, QuickChoice] = {}
    for choice in sorted(choices, key=lambda choice: choice.moved):
        kept.setdefault(choice.at, choice)
    return tuple(choice for choice in choices if kept[choice.at] is choice)


def _choice_days(now: datetime, calendar: WorkCalendar) -> Iterator[tuple[ChoiceCode, date]]:
    today = calendar.date_of(now)
    yield ChoiceCode.TOMORROW, today + _DAY
    yield ChoiceCode.DAY_AFTER_TOMORROW, today + 2 * _DAY
    yield ChoiceCode.NEXT_MONDAY, today + (7 - today.weekday()) * _DAY
    third = calendar.add_workdays(now, 3) - timedelta.resolution
    yield ChoiceCode.IN_3_WORKDAYS, calendar.date_of(third)


def _choice(code: ChoiceCode, day: date, calendar: WorkCalendar) -> QuickChoice:
    named = _at(day, DEFAULT_MINUTES, calendar)
    at = calendar.next_opening(named)
    return QuickChoice(code, at, moved=at != named)
