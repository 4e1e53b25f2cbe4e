"""A day as it stands on a certificate: 2029-11-30, 2029年11月30日, 30 Nov 2029."""

import re
from datetime import date

_WRITTEN = re.compile(
    r"(?<!\d)(?P<year>20\d\d)\s*[年./-]\s*(?P<month>\d{1,2})\s*(?:[月./-]\s*(?:(?P<day>\d{1,2})(?!\d))?)?"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENGLISH = re.compile(
    rf"(?<!\d)(?P<day>\d{{1,2}}) (?P<month>{'|'.join(_MONTHS)})[a-z]*\.?,? (?P<year>20\d\d)"
)


def read_exact_day(text: str) -> tuple[bool, date | None]:
    """Whether a text names a day, and which; one without a day of the month, or that no calendar
    has, is none."""
    said = text.lower()
    match = _WRITTEN.search(said) or _ENGLISH.search(said)
    if match is None:
        return False, None
    month = match["month"]
    number = int(month) if month.isdigit() else _MONTHS.index(month) + 1
    try:
        return True, date(int(match["year"]), number, int(match["day"] or 0))
    except ValueError:
        return True, None
