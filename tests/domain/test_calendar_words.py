"""What an administrator types of the calendar, read on Monday 21 September 2026."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from domain.calendar_changes import CalendarPatch, DistrictCalendar, runs
from domain.calendar_files import DistrictDays
from domain.calendar_words import NoSuchDayError, UnreadableChangeError, read_change
from domain.day_ranges import read_days
from domain.moments import as_plain
from domain.work_calendar import NoWorkingTimeError, WorkCalendar

NOW = datetime(2026, 9, 21, 2, tzinfo=UTC)
CALENDAR = WorkCalendar(ZoneInfo("Asia/Shanghai"))


def october(day: int) -> date:
    return date(2026, 10, day)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("10月10日上班", [(10, 10, True)]),
        ("10月8日休息", [(8, 8, False)]),
        ("10月8日（周四）放假", [(8, 8, False)]),
        ("十月八日不上班", [(8, 8, False)]),
        ("把10月8日改成休息", [(8, 8, False)]),
        ("10月1日到7日放假，10月10日上班", [(1, 7, False), (10, 10, True)]),
        ("10月1日—10月8日休息", [(1, 8, False)]),
        ("10月8日、9日休息", [(8, 9, False)]),
        ("10月8日和10日休息", [(8, 8, False), (10, 10, False)]),
        ("放假：10月8日到9日", [(8, 9, False)]),
        ("10月8日起三天休息", [(8, 10, False)]),
        ("10月8日按通知", [(8, 8, None)]),
        ("取消调整10月8日", [(8, 8, None)]),
        ("10 Oct work", [(10, 10, True)]),
        ("Oct 1 to 7 off", [(1, 7, False)]),
        ("1 to 5 October off", [(1, 5, False)]),
        ("2026-10-10 on", [(10, 10, True)]),
    ],
)
def test_days_on_off_and_as_they_were(words: str, said: list[tuple[int, int, bool | None]]) -> None:
    patch = read_change(words, NOW, CALENDAR)

    assert runs(patch.days) == [(october(one), october(two), works) for one, two, works in said]
    assert patch.windows is None


def test_a_day_that_is_past_means_the_next_year() -> None:
    assert list(read_change("5月9日上班", NOW, CALENDAR).days) == [date(2027, 5, 9)]


def test_office_hours_are_read() -> None:
    patch = read_change("办公时间 8:30-12:00，13:30-17:00", NOW, CALENDAR)

    assert patch.windows == (("08:30", "12:00"), ("13:30", "17:00"))


@pytest.mark.parametrize(
    "words",
    [
        "你好",
        "10月8日",
        "休息",
        "10月8日开会",
        "10月8日休息，10月8日上班",
        "10月8日休息，谢谢",
        "10月8日休息，办公时间不变",
    ],
)
def test_what_cannot_be_read_whole_is_not_guessed(words: str) -> None:
    with pytest.raises(UnreadableChangeError):
        read_change(words, NOW, CALENDAR)


@pytest.mark.parametrize("words", ["2月30日休息", "10月8日到10月3日休息"])
def test_a_day_that_no_calendar_has_is_refused(words: str) -> None:
    with pytest.raises(NoSuchDayError):
        read_change(words, NOW, CALENDAR)


def test_hours_without_time_in_them_are_refused() -> None:
    with pytest.raises(NoWorkingTimeError):
        read_change("办公时间 12:00-9:00", NOW, CALENDAR)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("明天", date(2026, 9, 22), date(2026, 9, 22)),
        ("明天到后天", date(2026, 9, 22), date(2026, 9, 23)),
        ("下周一到周三", date(2026, 9, 28), date(2026, 9, 30)),
        ("12月30日到1月2日", date(2026, 12, 30), date(2027, 1, 2)),
        ("从明天起请假5天", date(2026, 9, 22), date(2026, 9, 26)),
        ("Dec 1-5", date(2026, 12, 1), date(2026, 12, 5)),
        ("1 Dec to 5 Dec", date(2026, 12, 1), date(2026, 12, 5)),
    ],
)
def test_a_range_of_days(words: str, first: date, last: date) -> None:
    days = read_days(as_plain(words), NOW, CALENDAR)

    assert days is not None
    assert (days.first, days.last) == (first, last)


def test_changes_lie_over_each_other_and_come_off_again() -> None:
    first = CalendarPatch(days={october(8): False}, windows=(("09:00", "17:00"),))
    second = CalendarPatch(days={october(8): None, october(9): True}, windows=())
    standing = DistrictCalendar.of([first])

    after = standing.with_patch(second)

    assert (after.days, after.windows) == ({october(9): True}, None)
    assert after.with_patch(standing.reverse(second)) == standing
    assert first.touches(second)
    assert not first.touches(CalendarPatch(days={october(10): True}))


def test_a_districts_file_names_days_and_spans() -> None:
    said = {
        "days_off": ["2026-10-08", {"from": "2026-10-12", "to": "2026-10-13"}],
        "workdays": ["2026-10-10"],
        "windows": [["08:30", "12:00"]],
    }

    patch = CalendarPatch.of_file(DistrictDays.model_validate(said))

    assert runs(patch.days) == [
        (october(8), october(8), False),
        (october(10), october(10), True),
        (october(12), october(13), False),
    ]
    assert patch.windows == (("08:30", "12:00"),)
    for wrong in (
        {"from": "2026-10-13", "to": "2026-10-12"},
        {"from": "2026-10-10", "to": "2026-10-10"},
    ):
        with pytest.raises(ValidationError):
            DistrictDays.model_validate({**said, "days_off": [wrong]})
