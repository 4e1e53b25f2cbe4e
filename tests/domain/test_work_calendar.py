"""The calendar as a value: who settles a day, arithmetic in working time, changes of clocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.work_calendar import (
    DaySource,
    NoWorkingTimeError,
    WorkCalendar,
    WorkingWindow,
    YearTable,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")  # clocks changed on 8 March and 1 November 2026

TABLE = YearTable(
    off=frozenset(date(2026, 10, day) for day in range(1, 8)),
    on=frozenset({date(2026, 10, 10)}),
)
CALENDAR = WorkCalendar(SHANGHAI, tables={2026: TABLE}, fixed_off=frozenset({(1, 1)}))


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


# Days


def test_the_strongest_voice_settles_a_day() -> None:
    day = date(2026, 10, 1)
    library = {2026: YearTable(on=frozenset({date(2026, 10, 3)}))}
    tables = {2026: TABLE}

    assert WorkCalendar(SHANGHAI).day(day).source is DaySource.WEEKDAY
    assert WorkCalendar(SHANGHAI, library=library).is_workday(day)
    assert not WorkCalendar(SHANGHAI, library=library, tables=tables).is_workday(day)
    overridden = WorkCalendar(SHANGHAI, library=library, tables=tables, overrides={day: True})
    assert overridden.day(day).source is DaySource.OVERRIDE
    assert overridden.is_workday(day)


@pytest.mark.parametrize(
    ("day", "works", "provisional"),
    [
        (date(2026, 10, 7), False, False),
        (date(2026, 10, 8), True, False),
        (date(2026, 10, 10), True, False),
        (date(2026, 10, 11), False, False),
        (date(2027, 1, 1), False, True),
        (date(2027, 1, 2), False, True),
        (date(2027, 1, 4), True, True),
    ],
)
def test_days_of_a_known_and_of_an_unknown_year(day: date, works: bool, provisional: bool) -> None:
    assert (CALENDAR.is_workday(day), CALENDAR.is_provisional(day)) == (works, provisional)


def test_an_override_is_certain_and_a_provisional_table_is_not() -> None:
    tables = {2027: YearTable(provisional=True)}
    calendar = WorkCalendar(SHANGHAI, tables=tables, overrides={date(2027, 2, 8): False})

    assert not calendar.is_provisional(date(2027, 2, 8))
    assert calendar.is_provisional(date(2027, 2, 9))
    assert calendar.is_provisional_between(at("2026-12-31T10:00"), at("2027-01-04T10:00"))


def test_windows_are_moments_in_utc() -> None:
    assert CALENDAR.windows(date(2026, 11, 23)) == (
        (datetime(2026, 11, 23, 1, tzinfo=UTC), datetime(2026, 11, 23, 4, tzinfo=UTC)),
        (datetime(2026, 11, 23, 5, 30, tzinfo=UTC), datetime(2026, 11, 23, 9, 30, tzinfo=UTC)),
    )
    assert CALENDAR.windows(date(2026, 11, 22)) == ()


@pytest.mark.parametrize(
    ("today", "day", "left"),
    [
        (date(2026, 11, 23), date(2026, 12, 31), 28),
        (date(2026, 11, 23), date(2026, 11, 30), 5),
        (date(2026, 11, 23), date(2026, 11, 23), 0),
        (date(2026, 11, 23), date(2026, 11, 1), 0),
        (date(2026, 9, 30), date(2026, 10, 10), 3),
        (date(2026, 12, 31), date(2027, 1, 4), 1),
    ],
)
def test_working_days_left_leave_out_today(today: date, day: date, left: int) -> None:
    assert CALENDAR.workdays_left(today, day) == left


def test_the_neighbouring_working_days_of_a_holiday() -> None:
    assert CALENDAR.next_workday(date(2026, 9, 30)) == date(2026, 10, 8)
    assert CALENDAR.previous_workday(date(2026, 10, 8)) == date(2026, 9, 30)
    assert CALENDAR.opening(date(2026, 10, 8)) == at("2026-10-08T09:00")
    assert CALENDAR.close(date(2026, 10, 8)) == at("2026-10-08T17:30")
    with pytest.raises(NoWorkingTimeError, match="2026-10-01"):
        CALENDAR.close(date(2026, 10, 1))


# Moments


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-11-23T08:00", "2026-11-23T09:00"),
        ("2026-11-23T09:00", "2026-11-23T09:00"),
        ("2026-11-23T11:59", "2026-11-23T11:59"),
        ("2026-11-23T12:00", "2026-11-23T13:30"),
        ("2026-11-23T17:30", "2026-11-24T09:00"),
        ("2026-11-27T17:30", "2026-11-30T09:00"),
        ("2026-10-01T00:00", "2026-10-08T09:00"),
        ("2026-12-31T23:59", "2027-01-04T09:00"),
    ],
)
def test_the_next_opening(moment: str, opens: str) -> None:
    assert CALENDAR.next_opening(at(moment)) == at(opens)


@pytest.mark.parametrize(
    ("clock", "is_open"),
    [(time(8, 59), False), (time(9), True), (time(12), True), (time(12, 1), False)],
)
def test_the_close_still_counts_as_open(clock: time, is_open: bool) -> None:
    moment = datetime.combine(date(2026, 11, 23), clock, tzinfo=SHANGHAI)

    assert CALENDAR.is_open(moment) is is_open


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-11-23T09:00", "2026-11-23T17:30", 7),
        ("2026-11-23T11:00", "2026-11-23T14:00", 1.5),
        ("2026-11-23T12:00", "2026-11-23T13:30", 0),
        ("2026-11-27T16:30", "2026-11-30T09:30", 1.5),
        ("2026-09-30T16:30", "2026-10-10T10:00", 16),
        ("2026-11-24T09:00", "2026-11-23T09:00", 0),
        ("2026-12-31T17:00", "2027-01-04T09:30", 1),
    ],
)
def test_working_time_between(start: str, end: str, hours: float) -> None:
    assert CALENDAR.working_time_between(at(start), at(end)) == timedelta(hours=hours)


def test_moments_in_any_zone_are_the_same_moment() -> None:
    assert CALENDAR.add_hours(at("2026-11-22T20:00", NEW_YORK), 1) == at("2026-11-23T10:00")
    assert CALENDAR.add_hours(at("2026-11-23T09:00"), 1).tzinfo is UTC


def test_a_naive_moment_is_refused() -> None:
    naive = at("2026-11-23T09:00").replace(tzinfo=None)

    for ask in (CALENDAR.next_opening, CALENDAR.date_of, CALENDAR.is_open):
        with pytest.raises(ValueError, match="time zone"):
            ask(naive)


MINUTES = st.integers(0, 500 * 24 * 60)


@given(MINUTES, st.integers(1, 100 * 60))
def test_adding_working_time_is_measured_back(start: int, amount: int) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=start)
    working_time = timedelta(minutes=amount)

    reached = CALENDAR.add_working_time(moment, working_time)

    assert CALENDAR.working_time_between(moment, reached) == working_time
    assert CALENDAR.is_open(reached)


@given(MINUTES, st.integers(1, 100 * 60))
def test_subtracting_working_time_is_measured_forward(start: int, amount: int) -> None:
    moment = datetime(2026, 6, 1, tzinfo=UTC) + timedelta(minutes=start)
    working_time = timedelta(minutes=amount)

    reached = CALENDAR.subtract_working_time(moment, working_time)

    assert CALENDAR.working_time_between(reached, moment) == working_time
    assert CALENDAR.is_open(reached)


@given(MINUTES, MINUTES, MINUTES)
def test_working_time_adds_up(one: int, two: int, three: int) -> None:
    origin = datetime(2026, 1, 1, tzinfo=UTC)
    a, b, c = (origin + timedelta(minutes=minutes) for minutes in sorted((one, two, three)))

    parts = CALENDAR.working_time_between(a, b) + CALENDAR.working_time_between(b, c)

    assert parts == CALENDAR.working_time_between(a, c)


@given(MINUTES, st.integers(1, 40))
def test_working_days_are_counted_back(start: int, count: int) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=start)

    reached = CALENDAR.add_workdays(moment, count)

    left = CALENDAR.workdays_left(CALENDAR.date_of(moment), CALENDAR.date_of(reached))
    assert left == count
    assert reached == CALENDAR.close(CALENDAR.date_of(reached))


# Mistakes in the data


@pytest.mark.parametrize(("opens", "closes"), [(540, 540), (600, 540), (-1, 60), (0, 1441)])
def test_a_window_needs_time_within_a_day(opens: int, closes: int) -> None:
    with pytest.raises(NoWorkingTimeError):
        WorkingWindow(opens, closes)


@pytest.mark.parametrize("clock", ["9", "24:01", "25:00", "9:60", "nine"])
def test_an_unreadable_clock_time_is_refused(clock: str) -> None:
    with pytest.raises(ValueError, match=r"window|clock"):
        WorkingWindow.between("00:00", clock)


def test_fault_37_zero_working_hours_are_refused() -> None:
    with pytest.raises(NoWorkingTimeError):
        WorkCalendar(SHANGHAI, windows_of_day=())


@pytest.mark.parametrize(
    "windows",
    [
        (WorkingWindow(540, 720), WorkingWindow(700, 900)),
        (WorkingWindow(810, 1050), WorkingWindow(540, 720)),
    ],
)
def test_overlapping_or_unordered_windows_are_refused(windows: tuple[WorkingWindow, ...]) -> None:
    with pytest.raises(ValueError, match="overlap"):
        WorkCalendar(SHANGHAI, windows_of_day=windows)


def test_a_day_cannot_be_both_off_and_on() -> None:
    with pytest.raises(ValueError, match="both"):
        YearTable(off=frozenset({date(2026, 1, 1)}), on=frozenset({date(2026, 1, 1)}))


def test_fault_37_a_calendar_that_never_opens_is_a_mistake_and_not_an_endless_loop() -> None:
    start = date(2026, 11, 23)
    closed = {start + timedelta(days=n): False for n in range(200)}
    calendar = WorkCalendar(SHANGHAI, overrides=closed)
    moment = at("2026-11-23T10:00")

    with pytest.raises(NoWorkingTimeError):
        calendar.next_opening(moment)
    with pytest.raises(NoWorkingTimeError):
        calendar.add_hours(moment, 1)
    with pytest.raises(NoWorkingTimeError):
        calendar.add_workdays(moment, 1)


def test_amounts_out_of_reach_are_refused() -> None:
    moment = at("2026-11-23T10:00")

    with pytest.raises(ValueError, match="backwards"):
        CALENDAR.add_hours(moment, -1)
    with pytest.raises(NoWorkingTimeError):
        CALENDAR.add_hours(moment, 1_000_000)
    for count in (0, -1, 1_000_000):
        with pytest.raises(ValueError, match="working days"):
            CALENDAR.add_workdays(moment, count)


# Changes of clocks, midnight and windows to 24:00


def round_the_clock(*days: date, windows: tuple[WorkingWindow, ...]) -> WorkCalendar:
    return WorkCalendar(NEW_YORK, windows, overrides=dict.fromkeys(days, True))


SPRING, AUTUMN = date(2026, 3, 8), date(2026, 11, 1)
WHOLE_DAY = (WorkingWindow.between("00:00", "24:00"),)
NIGHT = (WorkingWindow.between("00:00", "06:00"),)


@pytest.mark.parametrize(
    ("day", "windows", "hours"),
    [
        (SPRING, WHOLE_DAY, 23),
        (AUTUMN, WHOLE_DAY, 25),
        (date(2026, 3, 9), WHOLE_DAY, 24),
        (SPRING, NIGHT, 5),
        (AUTUMN, NIGHT, 7),
        (SPRING, (WorkingWindow.between("02:00", "03:00"),), 0),
        (SPRING, (WorkingWindow(135, 165), WorkingWindow(180, 240)), 1),
    ],
)
def test_fault_35_a_day_on_which_the_clocks_change(
    day: date, windows: tuple[WorkingWindow, ...], hours: int
) -> None:
    calendar = round_the_clock(day, windows=windows)

    worked = sum((closes - opens for opens, closes in calendar.windows(day)), timedelta())

    assert worked == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-03-06T16:30", 4, "2026-03-09T12:00"),
        ("2026-03-08T12:00", 1, "2026-03-09T10:00"),
        ("2026-10-30T16:30", 4, "2026-11-02T12:00"),
        ("2026-10-30T17:30", 7, "2026-11-02T17:30"),
    ],
)
def test_fault_35_hours_across_a_change_of_clocks(start: str, hours: int, end: str) -> None:
    calendar = WorkCalendar(NEW_YORK)

    assert calendar.add_hours(at(start, NEW_YORK), hours) == at(end, NEW_YORK)


@pytest.mark.parametrize(
    ("start", "close"),
    [
        ("2026-03-06T16:30", datetime(2026, 3, 9, 21, 30, tzinfo=UTC)),
        ("2026-10-30T16:30", datetime(2026, 11, 2, 22, 30, tzinfo=UTC)),
    ],
)
def test_a_close_keeps_its_local_hour(start: str, close: datetime) -> None:
    assert WorkCalendar(NEW_YORK).add_workdays(at(start, NEW_YORK), 1) == close


def test_a_window_in_the_night_of_the_change() -> None:
    calendar = round_the_clock(SPRING, AUTUMN, windows=NIGHT)

    assert calendar.add_hours(at("2026-03-08T00:00", NEW_YORK), 4) == at(
        "2026-03-08T05:00", NEW_YORK
    )
    assert calendar.add_hours(at("2026-11-01T00:00", NEW_YORK), 4) == at(
        "2026-11-01T03:00", NEW_YORK
    )


def test_fault_35_a_window_may_end_at_midnight() -> None:
    last_minute = WorkCalendar(SHANGHAI, (WorkingWindow.between("23:59", "24:00"),))

    two_minutes = last_minute.add_working_time(at("2026-11-23T23:00"), timedelta(minutes=2))

    assert two_minutes == at("2026-11-25T00:00")
    assert last_minute.add_workdays(at("2026-11-23T23:00"), 1) == at("2026-11-25T00:00")
