"""The catalogue's calendar and limits, as shipped and when a file is wrong."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from domain.calendar_changes import DistrictCalendar
from domain.deadlines import Limit, due
from domain.work_calendar import DEFAULT_WINDOWS, DaySource, WorkCalendar
from services.work_calendar import (
    CalendarFileError,
    build_calendar,
    library_tables,
    load_limits,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
CATALOGUE = Path(__file__).parents[2] / "catalogue"


@pytest.fixture(scope="module")
def calendar() -> WorkCalendar:
    return build_calendar(CATALOGUE, SHANGHAI)


def test_the_yearly_file_and_the_library_agree_on_2026(calendar: WorkCalendar) -> None:
    file, library = calendar.tables[2026], library_tables()[2026]
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]

    assert [day for day in days if file.works(day) != library.works(day)] == []
    assert calendar.day(date(2026, 10, 10)).source is DaySource.TABLE


def test_fault_36_make_up_workdays_of_2026(calendar: WorkCalendar) -> None:
    days = (date(2026, 1, 1) + timedelta(days=n) for n in range(365))

    assert [day for day in days if day.weekday() >= 5 and calendar.is_workday(day)] == [
        date(2026, 1, 4),
        date(2026, 2, 14),
        date(2026, 2, 28),
        date(2026, 5, 9),
        date(2026, 9, 20),
        date(2026, 10, 10),
    ]


def test_a_year_without_a_file_comes_from_the_library(calendar: WorkCalendar) -> None:
    day = calendar.day(date(2025, 10, 8))

    assert (day.works, day.source, day.provisional) == (False, DaySource.LIBRARY, False)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2027, 1, 1), False),
        (date(2027, 1, 2), False),
        (date(2027, 1, 4), True),
        (date(2027, 10, 1), False),
        (date(2035, 5, 1), False),
    ],
)
def test_fault_36_a_year_nobody_knows_is_provisional(
    calendar: WorkCalendar, day: date, works: bool
) -> None:
    known = calendar.day(day)

    assert (known.works, known.source, known.provisional) == (works, DaySource.WEEKDAY, True)


def test_a_limit_across_new_year_is_met(calendar: WorkCalendar) -> None:
    start = datetime(2026, 12, 31, 16, tzinfo=SHANGHAI)

    reached = due(Limit(hours=4), start, (), calendar)

    assert reached == datetime(2027, 1, 4, 3, 30, tzinfo=UTC)


def test_the_district_has_the_last_word() -> None:
    district = DistrictCalendar({date(2026, 11, 24): False, date(2027, 1, 9): True})

    calendar = build_calendar(CATALOGUE, SHANGHAI, district)

    assert not calendar.is_workday(date(2026, 11, 24))
    assert calendar.is_workday(date(2027, 1, 9))
    assert not calendar.is_provisional(date(2027, 1, 9))


def test_the_default_windows(calendar: WorkCalendar) -> None:
    assert calendar.windows_of_day == DEFAULT_WINDOWS


@pytest.mark.parametrize(
    ("urgency", "accept", "contact", "interim", "answer"),
    [
        ("urgent", Limit(hours=4), Limit(hours=2), None, Limit(days=1)),
        ("high", Limit(days=1), Limit(days=1), Limit(days=3), Limit(days=3)),
        ("normal", Limit(days=1), Limit(days=1), Limit(days=5), Limit(days=5)),
    ],
)
def test_the_default_limits_hold_for_every_category(
    urgency: str, accept: Limit, contact: Limit, interim: Limit | None, answer: Limit
) -> None:
    limits = load_limits(CATALOGUE)

    assert len(limits.categories) == 14
    for category in limits.categories:
        found = limits.of(category, urgency)
        assert (found.accept, found.contact) == (accept, contact)
        assert (found.interim, found.answer) == (interim, answer)


def catalogue_with(folder: Path, name: str, **changes: object) -> Path:
    """Copy the calendar files, one of them changed."""
    (folder / "calendar").mkdir()
    for path in (CATALOGUE / "calendar").glob("*.yaml"):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        if path.name == name:
            content |= changes
        text = yaml.safe_dump(content, allow_unicode=True)
        (folder / "calendar" / path.name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("name", "changes", "problem"),
    [
        ("default.yaml", {"windows": []}, "no working windows"),
        ("default.yaml", {"windows": [["09:00", "09:00"]]}, "window"),
        ("default.yaml", {"windows": [["9h", "12:00"]]}, "clock time"),
        ("default.yaml", {"windows": [["09:00", "12:00"], ["11:00", "13:00"]]}, "overlap"),
        ("default.yaml", {"fixed_off": ["13-01"]}, "month"),
        ("default.yaml", {"lunch": "long"}, "lunch"),
        ("2026.yaml", {"workdays": [date(2027, 1, 2)]}, "not in 2026: 2027-01-02"),
        ("2026.yaml", {"workdays": [date(2026, 10, 1)]}, "both off and on"),
        ("2026.yaml", {"year": "soon"}, "year"),
        (
            "2026.yaml",
            {
                "holidays": [
                    {"name": "x", "from": date(2026, 1, 1), "to": date(2026, 3, 20)},
                    {"name": "y", "from": date(2026, 3, 21), "to": date(2026, 6, 10)},
                    {"name": "z", "from": date(2026, 6, 11), "to": date(2026, 8, 31)},
                    {"name": "o", "from": date(2026, 9, 1), "to": date(2026, 9, 19)},
                ],
                "workdays": [],
            },
            "no working day within",
        ),
        (
            "2026.yaml",
            {"holidays": [{"name": "元旦", "from": date(2026, 1, 3), "to": date(2026, 1, 1)}]},
            "元旦",
        ),
    ],
)
def test_a_wrong_file_is_named_with_its_fault(
    tmp_path: Path, name: str, changes: dict[str, object], problem: str
) -> None:
    catalogue = catalogue_with(tmp_path, name, **changes)

    with pytest.raises(CalendarFileError) as refused:
        build_calendar(catalogue, SHANGHAI)

    assert refused.value.args[0] == name
    assert problem in refused.value.args[1]


def test_a_missing_or_unreadable_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CalendarFileError, match=r"deadlines\.yaml"):
        load_limits(tmp_path)

    (tmp_path / "deadlines.yaml").write_text("default: [", encoding="utf-8")
    with pytest.raises(CalendarFileError, match=r"deadlines\.yaml"):
        load_limits(tmp_path)
