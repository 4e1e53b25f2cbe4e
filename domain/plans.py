"""A company that is only planned: who plans it, and when it is to be founded.

A planned day that has come founds nothing: it stays a plan until somebody says that it is done.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from domain.derived import ASKS_AS, FOUNDER_TO_BE
from domain.facts import FOUNDED, DateSpan, FactSpec, Profile

OWNER = "owner"
"""The value of asks_as of a founder whose company is founded."""

YEARS_AHEAD = 5
"""Nobody is asked about a company that is founded later than that."""

_DAY = re.compile(
    r"(?:打算|计划|准备|预计|想)?(?:在|于)?(?P<year>20\d\d|今年|明年|后年|this year|next year)"
    r"(?:年|[-./ ]|的)?(?:(?P<month>1[0-2]|0?[1-9])(?:月|[-./])?"
    r"(?:(?P<day>3[01]|[12]\d|0?[1-9])[日号]?)?)?"
    r"份?(?:成立|注册|设立|开业|登记)?[。.]?"
)
_NAMED = {"今年": 0, "this year": 0, "明年": 1, "next year": 1, "后年": 2}
_NOT_YET = re.compile(
    r"(?:还|目前|现在)?(?:没有?|未|不)(?:成立|注册|设立|登记|开)(?:公司|企业)?(?:呢|了)?[。.]?|"
    r"not (?:founded|registered|incorporated|set up)(?: yet)?"
)


PLANNED_GROUPS = frozenset({"identity", "people", "projects"})
"""Groups of facts that can be planned; accounts, titles and conduct come with the company."""


def plannable(spec: FactSpec) -> bool:
    """Whether somebody who has not founded yet can say it."""
    return spec.group in PLANNED_GROUPS


def settled(said: Profile, known: Profile, today: date) -> Profile:
    """What is said now, brought into line with what is known of the founding.

    A day to come makes it a plan; a day that is over ends the plan; the owner of a company that
    plans another one stays an owner.
    """
    day, role = said.get(FOUNDED), said.get(ASKS_AS)
    if isinstance(day, DateSpan) and _is_to_come(day, today):
        return said if role is not None else said.with_fact(ASKS_AS, FOUNDER_TO_BE)
    if isinstance(day, DateSpan) and role is None and known.get(ASKS_AS) == FOUNDER_TO_BE:
        return said.with_fact(ASKS_AS, OWNER)
    before = known.get(FOUNDED)
    if role == FOUNDER_TO_BE and isinstance(before, DateSpan) and not _is_to_come(before, today):
        return Profile({key: value for key, value in said.values.items() if key != ASKS_AS})
    return said


def _is_to_come(day: DateSpan, today: date) -> bool:
    return day.low is not None and day.low > today


def not_yet(today: date) -> DateSpan:
    """Some day after this one."""
    return DateSpan(today + timedelta(days=1), None)


def read_planned_day(text: str, today: date) -> DateSpan | None:
    """A typed day of founding that is still to come; None for anything else.

    「明年3月」, 「2027-03-01」, 「还没有成立」.
    """
    said = text.strip().lower()
    if _NOT_YET.fullmatch(said):
        return not_yet(today)
    match = _DAY.fullmatch(said)
    if match is None:
        return None
    named = match["year"]
    year = today.year + _NAMED[named] if named in _NAMED else int(named)
    first, last = _span(year, match["month"], match["day"])
    if last <= today or year > today.year + YEARS_AHEAD:
        return None
    return DateSpan(max(first, today + timedelta(days=1)), last)


def _span(year: int, month: str | None, day: str | None) -> tuple[date, date]:
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    end = calendar.monthrange(year, int(month))[1]
    if day is None:
        return date(year, int(month), 1), date(year, int(month), end)
    exact = date(year, int(month), min(int(day), end))
    return exact, exact
