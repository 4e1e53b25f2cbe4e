"""When a yearly duty or an ending title is spoken of: the steps as data, on working days only."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from domain.seasons import Season, SeasonBook, Step, rests_until, season_of, step_on
from domain.work_calendar import WorkCalendar, YearTable
from tests.companies import real_catalogue

CALENDAR = WorkCalendar(
    ZoneInfo("Asia/Shanghai"),
    tables={2027: YearTable(off=frozenset({date(2027, 1, 1), date(2027, 6, 9)}))},
)
REPORT = Season(date(2027, 1, 1), date(2027, 6, 30))
DUTIES = real_catalogue().seasons.duties


def step(**form: Any) -> Step:
    return Step.model_validate(form)


@pytest.mark.parametrize(
    ("form", "day"),
    [
        ({"opens": {"days": 0}}, "2027-01-04"),
        ({"opens": {"workdays": 2}}, "2027-01-05"),
        ({"yearly": "03-20"}, "2027-03-22"),
        ({"before": {"weeks": 3}}, "2027-06-08"),
        ({"before": {"months": 1}}, "2027-05-28"),
        ({"before": {"workdays": 5}}, "2027-06-23"),
        ({"before": {"workdays": 0}}, "2027-06-30"),
        ({"after": {"days": 1}}, "2027-07-01"),
    ],
)
def test_a_step_falls_on_a_working_day(form: dict[str, Any], day: str) -> None:
    assert step(**form).day(REPORT, CALENDAR) == date.fromisoformat(day)


def test_a_month_before_the_31st_is_the_last_of_a_short_month() -> None:
    ends = Season(None, date(2027, 3, 31))

    assert step(before={"months": 1}).day(ends, CALENDAR) == date(2027, 2, 26)


def test_the_whole_season_is_spoken_of_eight_times_and_once_after_it() -> None:
    days = [date(2027, 1, 1) + timedelta(days=n) for n in range(365)]

    told = [step_on(DUTIES, REPORT, day, CALENDAR) for day in days]

    spoken = [
        (day, now)
        for day, now, before in zip(days[1:], told[1:], told, strict=False)
        if now is not None and now != before
    ]
    assert [f"{day:%m-%d}" for day, _ in spoken] == [
        "01-04",
        "03-16",
        "05-06",
        "06-02",
        "06-16",
        "06-23",
        "06-28",
        "06-30",
        "07-01",
    ]
    assert told[-1] is None
    assert step_on(DUTIES, REPORT, date(2027, 8, 2), CALENDAR) is None


def test_of_missed_steps_only_the_last_counts() -> None:
    found = step_on(DUTIES, REPORT, date(2027, 6, 29), CALENDAR)

    assert found == step(before={"workdays": 2})


def test_an_end_that_moves_is_spoken_of_anew_an_opening_that_stands_is_not() -> None:
    later = Season(REPORT.opens, date(2027, 7, 31))
    opening, last_weeks = step(opens={"days": 0}), step(before={"weeks": 2})

    assert opening.code(REPORT) == opening.code(later)
    assert last_weeks.code(REPORT) != last_weeks.code(later)


def test_the_report_is_due_every_year_and_rests_until_the_next() -> None:
    measure = real_catalogue().measure("annual-report-merge")
    assert measure is not None

    assert season_of(measure, date(2027, 11, 1)) == REPORT
    assert rests_until(measure, date(2027, 6, 30)) == date(2027, 12, 31)
    assert rests_until(measure, date(2026, 12, 31)) == date(2026, 12, 31)


def test_what_is_no_yearly_duty_has_no_season() -> None:
    assert [one.id for one in real_catalogue().active if season_of(one, date(2027, 5, 1))] == [
        "annual-report-merge"
    ]


@pytest.mark.parametrize(
    "form",
    [
        {"duties": [{"opens": {"days": 0}, "yearly": "03-01"}]},
        {"duties": [{"before": {"days": 1, "weeks": 1}}]},
        {"duties": [{"yearly": "02-30"}]},
        {"titles": [{"opens": {"days": 0}}]},
        {"at": 570},
    ],
)
def test_a_book_that_makes_no_sense_is_refused(form: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SeasonBook.model_validate(form)
