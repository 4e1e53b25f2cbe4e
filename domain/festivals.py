"""The days festivals fall on; when the office is closed around them is the calendar's affair."""

from datetime import date

_FIXED = {"new_year": (1, 1), "labour_day": (5, 1), "national_day": (10, 1)}

#: By the moon and the sun; computed for the years below, one line per festival.
_MOVING = {
    "spring_festival": ("2026-02-17", "2027-02-06", "2028-01-26", "2029-02-13", "2030-02-03"),
    "qingming": ("2026-04-05", "2027-04-05", "2028-04-04", "2029-04-04", "2030-04-05"),
    "dragon_boat": ("2026-06-19", "2027-06-09", "2028-05-28", "2029-06-16", "2030-06-05"),
    "mid_autumn": ("2026-09-25", "2027-09-15", "2028-10-03", "2029-09-22", "2030-09-12"),
}

#: How people call them, in half-width lower case.
FESTIVAL_NAMES = {
    "new_year": r"元旦节?|(?<!chinese )\bnew year(?:'s(?: day)?)?",
    "spring_festival": r"春节|\bspring festival|\bchinese new year",
    "qingming": r"清明节?|\bqingming|\btomb[- ]sweeping day",
    "labour_day": r"劳动节|五一(?=之?前|之?后|以前|以后|节|假)节?|\blabou?r day|\bmay day",
    "dragon_boat": r"端午节?|\bdragon boat(?: festival)?",
    "mid_autumn": r"中秋节?|\bmid-autumn(?: festival)?",
    "national_day": r"国庆节?|十一(?=之?前|之?后|以前|以后|假)|\bnational day",
}


def festival_date(festival: str, year: int) -> date | None:
    """Give the day of a festival; None for a year that is not on the list."""
    if fixed := _FIXED.get(festival):
        return date(year, *fixed)
    days = (date.fromisoformat(day) for day in _MOVING[festival])
    return next((day for day in days if day.year == year), None)
