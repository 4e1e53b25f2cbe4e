"""How days, moments, numbers and sizes read in each language. Zone is the office's."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from views.translations import Translator

_WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)


def day(t: Translator, value: date, *, today: date | None = None) -> str:
    """`12月31日（周四）` or `Thu 31 Dec`; the year is named when it is not today's."""
    other_year = today is not None and value.year != today.year
    if t.locale == "zh":
        year = f"{value.year}年" if other_year else ""
        return f"{year}{value.month}月{value.day}日（周{_WEEKDAYS_ZH[value.weekday()]}）"
    year = f" {value.year}" if other_year else ""
    return f"{_WEEKDAYS_EN[value.weekday()]} {value.day} {_MONTHS_EN[value.month - 1]}{year}"


def moment(t: Translator, value: datetime, zone: ZoneInfo, *, today: date | None = None) -> str:
    """`12月31日（周四）09:00`; `value` is aware."""
    local = value.astimezone(zone)
    separator = "" if t.locale == "zh" else " "
    return f"{day(t, local.date(), today=today)}{separator}{local:%H:%M}"


def number(value: float) -> str:
    """At most two decimals, none that say nothing: 12, 5.7, 0.25."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def percent(share: float) -> str:
    """A share 0..1 as per cent with at most one decimal."""
    return f"{share * 100:.1f}".rstrip("0").rstrip(".") + "%"


def amount(t: Translator, wan: float) -> str:
    """Money given in 万元: `3000 万元`, `1.2 亿元`; English `CNY 30 million`."""
    if t.locale == "zh":
        return f"{number(wan / 10000)} 亿元" if abs(wan) >= 10000 else f"{number(wan)} 万元"
    if abs(wan) >= 100_000:
        return f"CNY {number(wan / 100_000)} billion"
    if abs(wan) >= 100:
        return f"CNY {number(wan / 100)} million"
    return f"CNY {number(wan * 10)} thousand"


def size(octets: int) -> str:
    """A file's size: `820 KB`, `3.4 MB`."""
    kilobytes = octets / 1024
    return f"{kilobytes:.0f} KB" if kilobytes < 1024 else f"{kilobytes / 1024:.1f} MB"
