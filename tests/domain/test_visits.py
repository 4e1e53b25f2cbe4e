"""When a visit is due, and on which days it is spoken of."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.visits import (
    REACHES,
    SETTLES,
    Rung,
    VisitKind,
    VisitOutcome,
    add_months,
    rung_on,
    rungs,
)
from domain.visits import VisitRules as Rules
from domain.work_calendar import WorkCalendar
from services.work_calendar import build_calendar
from tests.real_office import CATALOGUE

RULES = Rules()


@pytest.fixture(scope="module")
def calendar() -> WorkCalendar:
    return build_calendar(CATALOGUE, ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 11, 23), 1, date(2026, 12, 23)),
        (date(2026, 11, 23), 2, date(2027, 1, 23)),
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_months_later(day: date, months: int, later: date) -> None:
    assert add_months(day, months) == later


@pytest.mark.parametrize(
    ("last", "kind", "due"),
    [
        (date(2026, 8, 10), VisitKind.CONTACT, date(2026, 9, 10)),
        (date(2026, 9, 3), VisitKind.CONTACT, date(2026, 9, 30)),  # National Day: the day before
        (date(2026, 9, 10), VisitKind.CONTACT, date(2026, 10, 10)),  # a make-up Saturday
        (date(2026, 8, 10), VisitKind.VISIT, date(2026, 10, 10)),
        (date(2026, 8, 11), VisitKind.VISIT, date(2026, 10, 10)),  # Sunday: the Saturday worked
    ],
)
def test_the_next_one_is_never_due_on_a_day_off(
    calendar: WorkCalendar, last: date, kind: VisitKind, due: date
) -> None:
    assert RULES.next_due(kind, last, calendar) == due


def test_it_is_spoken_of_three_days_before_on_the_day_after_it_and_then_on_mondays(
    calendar: WorkCalendar,
) -> None:
    due, first = date(2026, 11, 25), date(2026, 11, 16)
    days = [first + timedelta(days=n) for n in range(30)]
    spoken = {
        day: rung
        for day in days
        if calendar.is_workday(day)
        and (rung := rung_on(due, rungs(day, RULES, calendar))) is not None
    }

    assert spoken == {
        date(2026, 11, 20): Rung.SOON,
        date(2026, 11, 25): Rung.TODAY,
        date(2026, 11, 26): Rung.OVERDUE,
        date(2026, 11, 30): Rung.OVERDUE,
        date(2026, 12, 7): Rung.OVERDUE,
        date(2026, 12, 14): Rung.OVERDUE,
    }


def test_after_a_holiday_the_first_working_day_is_enough(calendar: WorkCalendar) -> None:
    due = date(2026, 9, 30)

    assert rung_on(due, rungs(date(2026, 10, 8), RULES, calendar)) is Rung.OVERDUE
    assert rung_on(due, rungs(date(2026, 10, 9), RULES, calendar)) is None
    assert rung_on(due, rungs(date(2026, 10, 10), RULES, calendar)) is None


def test_who_declined_was_asked_and_not_reached() -> None:
    assert set(SETTLES) == set(VisitOutcome)
    assert VisitOutcome.DECLINED not in REACHES
    assert not SETTLES[VisitOutcome.NOT_REACHED]
