"""Reads a time of day from a phrase in Chinese or English: 下午三点半, 3pm, 15:00, 下班前."""

import re
from dataclasses import dataclass

from domain.phrase_numbers import NUMERAL, number
from domain.work_calendar import WorkingWindow

#: A day without a time of day means the morning.
DEFAULT_MINUTES = 9 * 60

#: Stands where a day was read: 早 and 晚 directly behind it are parts of that day.
BLANK = "\0"

_NOON = 12 * 60

#: What a part of the day means when no hour is named, in minutes.
_PERIODS = (
    ("dawn", None, r"凌晨"),
    ("noon", _NOON, r"中午|正午|\bnoon\b|\bmidday\b"),
    ("morning", DEFAULT_MINUTES, r"早上|早晨|清晨|上午|\0早上?|\bmorning\b"),
    ("afternoon", 14 * 60, r"下午|午后|\bafternoon\b"),
    ("evening", 19 * 60, r"傍晚|晚上|夜里|\0[晚夜]上?|\bevening\b|\bto?night\b"),
)
_PERIOD = re.compile("|".join(f"(?P<{name}>{words})" for name, _, words in _PERIODS))
_DEFAULTS = {name: minutes for name, minutes, _ in _PERIODS}

_HOURS = (
    re.compile(
        rf"(?P<hour>{NUMERAL})\s*[点时](?!间|位|建议|意见|要求|问题)(?:钟|整)?"
        rf"(?:(?P<half>半)|(?P<quarters>[一三])刻|(?P<minute>{NUMERAL})分?)?"
    ),
    re.compile(
        r"(?<![\d:.])(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?\s*(?P<half_day>[ap])\.?m\b\.?"
    ),
    re.compile(r"(?<![\d:.])(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::\d{2})?(?![\d:])"),
    re.compile(r"\bat\s+(?P<hour>\d{1,2})(?:\s*o'clock)?(?![\d:/.-]|st\b|nd\b|rd\b|th\b)"),
)

_OPENING = re.compile(r"(?:一|刚)?上班(?:后|就|时)|\bfirst thing\b|\bstart of (?:the )?day\b")
_CLOSE = re.compile(
    r"下班(?:之?前|以前)?|\bend of (?:the )?day\b|\beod\b|\bclose of business\b|\bcob\b"
)


@dataclass(frozen=True, slots=True)
class ClockRead:
    """A time of day in minutes after midnight (None: no such hour) and where it was read."""

    minutes: int | None
    start: int
    end: int
    exact: bool


def read_clock(text: str, windows: tuple[WorkingWindow, ...]) -> ClockRead | None:
    """Read a time of day; `windows` say what opening and close mean."""
    for pattern, minutes in ((_OPENING, windows[0].opens), (_CLOSE, windows[-1].closes)):
        if match := pattern.search(text):
            return ClockRead(minutes, *match.span(), exact=True)
    period = _PERIOD.search(text)
    hour = next((found for pattern in _HOURS if (found := pattern.search(text))), None)
    name = period.lastgroup if period else None
    if hour is None:
        minutes_of_period = _DEFAULTS.get(name or "")
        if period is None or minutes_of_period is None:
            return None
        return ClockRead(minutes_of_period, *period.span(), exact=False)
    spans = [match.span() for match in (period, hour) if match]
    start, end = min(start for start, _ in spans), max(end for _, end in spans)
    return ClockRead(_minutes(hour, name), start, end, exact=True)


def _minutes(match: re.Match[str], period: str | None) -> int | None:
    parts = match.groupdict()
    hour, minute = number(parts["hour"]), _minute(parts)
    if hour is None or minute is None or hour > 24 or minute > 59 or hour != int(hour):
        return None
    written_in_full = parts["hour"].isdigit() and len(parts["hour"]) == 2
    half_day = {"a": "dawn", "p": "afternoon"}.get(parts.get("half_day") or "", period)
    return _hour_of_day(int(hour), half_day, written_in_full=written_in_full) * 60 + minute


def _minute(parts: dict[str, str | None]) -> int | None:
    if parts.get("half"):
        return 30
    if quarters := parts.get("quarters"):
        return int(number(quarters) or 0) * 15
    written = parts.get("minute")
    value = number(written) if written else 0
    return None if value is None else int(value)


def _hour_of_day(hour: int, period: str | None, *, written_in_full: bool) -> int:
    """Nobody at an office means 03:00 by 三点: without a part of the day, 1–6 are afternoon."""
    match period:
        case "evening" if hour == 12:
            return 24
        case "afternoon" | "evening" if hour < 12:
            return hour + 12
        case "noon" if hour < 3:
            return hour + 12
        case "morning" | "dawn" if hour == 12:
            return 0 if period == "dawn" else 12
        case None if 1 <= hour <= 6 and not written_in_full:
            return hour + 12
        case _:
            return hour
