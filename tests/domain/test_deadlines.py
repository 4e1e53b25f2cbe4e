"""Due moments, worked out by hand on the calendar of 2026 and into 2027, and their properties."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.deadline_steps import StepCode, explain, reckon
from domain.deadlines import (
    Clock,
    DueMoments,
    Limit,
    LimitTable,
    Pause,
    ServiceLimits,
    UnknownLimitError,
    due,
    due_moments,
    merged,
)
from domain.work_calendar import WorkCalendar, YearTable

SHANGHAI = ZoneInfo("Asia/Shanghai")


def days(month: int, first: int, last: int) -> frozenset[date]:
    return frozenset(date(2026, month, day) for day in range(first, last + 1))


OFF = (
    days(1, 1, 3) | days(2, 15, 23) | days(4, 4, 6) | days(5, 1, 5) | days(6, 19, 21)
    | days(9, 25, 27) | days(10, 1, 7)
)  # fmt: skip
ON = frozenset(
    date(2026, month, day) for month, day in ((1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10))
)
CALENDAR = WorkCalendar(
    SHANGHAI, tables={2026: YearTable(OFF, ON)}, fixed_off=frozenset({(1, 1), (5, 1), (10, 1)})
)


def at(text: str) -> datetime:
    """Read "11-23 10:12" as a moment of 2026, or a full date where the year matters."""
    full = text if text.count("-") == 2 else f"2026-{text}"
    return datetime.fromisoformat(full).replace(tzinfo=SHANGHAI)


def pauses(*spans: str) -> list[Pause]:
    pairs = (span.split(" / ") for span in spans)
    return [Pause(at(start), at(end) if end else None) for start, end in pairs]


@pytest.mark.parametrize(
    ("hours", "start", "end"),
    [
        # a Monday, with lunch
        (4, "11-23 09:00", "11-23 14:30"),
        (4, "11-23 10:12", "11-23 15:42"),
        (2, "11-23 10:00", "11-23 12:00"),
        (2, "11-23 10:30", "11-23 14:00"),
        (4, "11-23 12:00", "11-23 17:30"),
        (4, "11-23 12:30", "11-23 17:30"),
        (4, "11-23 13:30", "11-23 17:30"),
        (4, "11-23 13:31", "11-24 09:01"),
        (4, "11-23 17:00", "11-24 14:00"),
        (4, "11-23 17:30", "11-24 14:30"),
        (4, "11-23 08:00", "11-23 14:30"),
        (4, "11-23 00:00", "11-23 14:30"),
        (4, "11-23 23:59", "11-24 14:30"),
        (0.5, "11-23 11:45", "11-23 13:45"),
        (7, "11-23 09:00", "11-23 17:30"),
        (14, "11-23 09:00", "11-24 17:30"),
        (35, "11-23 09:00", "11-27 17:30"),
        (36, "11-23 09:00", "11-30 10:00"),
        # Friday evening and the weekend
        (4, "11-27 16:00", "11-30 11:30"),
        (4, "11-27 18:00", "11-30 14:30"),
        (2, "11-27 17:29", "11-30 10:59"),
        (4, "11-28 10:00", "11-30 14:30"),
        (2, "11-29 23:00", "11-30 11:00"),
        # National Day and its make-up Saturday
        (4, "09-30 16:00", "10-08 11:30"),
        (2, "10-01 10:00", "10-08 11:00"),
        (7, "09-30 17:30", "10-08 17:30"),
        (4, "10-09 16:00", "10-10 11:30"),
        (4, "10-10 15:00", "10-12 10:30"),
        (7, "10-10 09:00", "10-10 17:30"),
        (4, "10-11 12:00", "10-12 14:30"),
        # a make-up Sunday, Mid-Autumn, Spring Festival
        (4, "09-19 10:00", "09-20 14:30"),
        (4, "09-24 17:00", "09-28 14:00"),
        (4, "02-13 16:30", "02-14 12:00"),
        (7, "02-14 13:30", "02-24 12:00"),
        (2, "02-28 17:00", "03-02 10:30"),
        # into 2027, and out of 2025
        (4, "12-31 16:00", "2027-01-04 11:30"),
        (2, "2027-01-01 09:00", "2027-01-04 11:00"),
        (4, "2025-12-31 16:00", "01-04 11:30"),
    ],
)
def test_a_limit_in_hours_runs_through_working_windows(hours: float, start: str, end: str) -> None:
    assert due(Limit(hours=hours), at(start), (), CALENDAR) == at(end)


@pytest.mark.parametrize(
    ("count", "start", "last_day"),
    [
        (1, "11-23 10:12", "11-24"),
        (5, "11-23 10:12", "11-30"),
        (3, "11-23 17:30", "11-26"),
        (1, "11-23 20:00", "11-24"),
        (1, "11-23 00:00", "11-24"),
        (28, "11-23 10:00", "12-31"),
        (1, "11-27 16:00", "11-30"),
        (1, "11-28 09:00", "11-30"),
        (3, "11-26 09:00", "12-01"),
        (1, "09-30 16:00", "10-08"),
        (3, "09-30 16:00", "10-10"),
        (5, "09-30 16:00", "10-13"),
        (1, "10-03 12:00", "10-08"),
        (1, "10-09 12:00", "10-10"),
        (2, "10-09 12:00", "10-12"),
        (1, "10-10 12:00", "10-12"),
        (5, "09-17 12:00", "09-23"),
        (1, "02-13 12:00", "02-14"),
        (2, "02-13 12:00", "02-24"),
        (5, "04-29 12:00", "05-09"),
        (1, "06-18 12:00", "06-22"),
        (1, "12-31 16:00", "2027-01-04"),
        (5, "12-30 16:00", "2027-01-07"),
        (5, "12-31 16:00", "2027-01-08"),
        (10, "12-24 09:00", "2027-01-08"),
    ],
)
def test_a_limit_in_days_leaves_out_its_first_day_and_ends_at_a_close(
    count: int, start: str, last_day: str
) -> None:
    assert due(Limit(days=count), at(start), (), CALENDAR) == at(f"{last_day} 17:30")


@pytest.mark.parametrize(
    ("hours", "start", "stops", "end"),
    [
        (4, "11-23 09:00", ["11-23 10:00 / 11-23 11:00"], "11-23 15:30"),
        (4, "11-23 09:00", ["11-23 12:00 / 11-23 13:30"], "11-23 14:30"),
        (4, "11-23 09:00", ["11-23 11:00 / 11-23 14:00"], "11-23 16:00"),
        (4, "11-23 09:00", ["11-23 10:00 / 11-24 10:00"], "11-24 14:30"),
        (4, "11-27 16:00", ["11-27 16:30 / 11-30 09:30"], "11-30 14:30"),
        (4, "11-23 16:00", ["11-23 17:30 / 11-24 09:00"], "11-24 11:30"),
        (4, "09-30 16:00", ["09-30 17:00 / 10-08 10:00"], "10-08 14:30"),
        (4, "09-30 16:00", ["10-01 10:00 / 10-07 10:00"], "10-08 11:30"),
        (2, "11-23 09:00", ["11-23 11:00 / 11-23 15:00"], "11-23 11:00"),
        (2, "11-23 14:00", ["11-23 09:00 / 11-23 13:00"], "11-23 16:00"),
        (2, "11-23 10:00", ["11-23 09:00 / 11-23 11:00"], "11-23 14:30"),
        (
            4,
            "11-23 09:00",
            ["11-23 10:30 / 11-23 11:30", "11-23 10:00 / 11-23 11:00"],
            "11-23 16:00",
        ),
        (
            4,
            "11-23 09:00",
            ["11-23 10:00 / 11-23 11:00", "11-23 15:00 / 11-23 15:30"],
            "11-23 16:00",
        ),
    ],
)
def test_a_pause_moves_a_limit_in_hours_by_the_working_time_paused(
    hours: float, start: str, stops: list[str], end: str
) -> None:
    assert due(Limit(hours=hours), at(start), pauses(*stops), CALENDAR) == at(end)


@pytest.mark.parametrize(
    ("count", "start", "stops", "last_day"),
    [
        (5, "11-23 10:00", ["11-24 10:00 / 11-26 10:00"], "12-02"),
        (5, "11-23 10:00", ["11-24 10:00 / 11-24 16:00"], "11-30"),
        (5, "11-23 10:00", ["11-27 16:00 / 11-30 09:00"], "12-01"),
        (5, "11-23 10:00", ["11-28 00:00 / 11-29 23:59"], "11-30"),
        (5, "11-23 10:00", ["11-24 17:30 / 11-25 09:00"], "11-30"),
        (5, "11-23 10:00", ["11-24 09:00 / 11-24 17:30"], "12-01"),
        (1, "11-23 10:00", ["11-23 11:00 / 11-24 10:00"], "11-25"),
        (3, "09-30 16:00", ["09-30 16:30 / 10-08 10:00"], "10-12"),
        (3, "09-30 16:00", ["10-01 00:00 / 10-07 23:00"], "10-10"),
        (3, "11-23 10:00", ["11-26 17:30 / 11-27 17:30"], "11-26"),
        (3, "11-23 10:00", ["11-26 17:29 / 11-27 09:00"], "11-27"),
        (5, "12-30 16:00", ["12-31 09:00 / 2027-01-04 18:00"], "2027-01-11"),
        (
            5,
            "11-23 10:00",
            ["11-24 10:00 / 11-25 10:00", "11-30 10:00 / 12-01 10:00"],
            "12-02",
        ),
    ],
)
def test_each_close_passed_standing_still_moves_a_limit_in_days_by_one(
    count: int, start: str, stops: list[str], last_day: str
) -> None:
    reached = due(Limit(days=count), at(start), pauses(*stops), CALENDAR)

    assert reached == at(f"{last_day} 17:30")


@pytest.mark.parametrize("limit", [Limit(hours=4), Limit(days=1)])
def test_nothing_is_due_while_the_clock_stands_still(limit: Limit) -> None:
    assert due(limit, at("11-23 10:00"), pauses("11-23 11:00 / "), CALENDAR) is None
    assert due(limit, at("11-23 10:00"), pauses("11-25 11:00 / "), CALENDAR) is not None


def test_pauses_are_merged_in_order() -> None:
    stops = pauses(
        "11-24 10:00 / 11-24 12:00",
        "11-23 08:00 / 11-23 09:30",
        "11-22 08:00 / 11-23 08:30",
        "11-24 11:00 / ",
        "11-25 11:00 / 11-26 11:00",
    )

    assert merged(stops, at("11-23 09:00")) == (
        *pauses("11-23 09:00 / 11-23 09:30", "11-24 10:00 / "),
    )


@pytest.mark.parametrize("fields", [{}, {"hours": 1, "days": 1}, {"hours": 0}, {"days": 0}])
def test_a_limit_is_a_positive_number_of_one_unit(fields: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        Limit.model_validate(fields)


def test_a_pause_does_not_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="ends before"):
        Pause(at("11-24 10:00"), at("11-23 10:00"))


LIMITS = LimitTable.model_validate(
    {
        "default": {
            "urgent": {"accept": {"hours": 4}, "contact": {"hours": 2}, "answer": {"days": 1}},
            "normal": {"accept": {"days": 1}, "interim": {"days": 5}, "answer": {"days": 5}},
        },
        "categories": {
            "financing": {},
            "land_space": {"normal": {"answer": {"days": 10}, "interim": None}},
        },
    }
)


def test_accept_runs_from_receipt_and_the_others_from_dispatch() -> None:
    moments = due_moments(
        LIMITS.of("financing", "urgent"),
        received_at=at("11-23 10:00"),
        dispatched_at=at("11-24 09:00"),
        pauses=(),
        calendar=CALENDAR,
    )

    assert moments == DueMoments(
        accept=at("11-23 15:30"), contact=at("11-24 11:00"), answer=at("11-25 17:30")
    )
    assert [moments.of(clock) for clock in Clock] == [
        moments.accept,
        moments.contact,
        None,
        moments.answer,
    ]


def test_before_dispatch_only_acceptance_is_due() -> None:
    moments = due_moments(
        LIMITS.of("financing", "normal"),
        received_at=at("11-23 10:00"),
        dispatched_at=None,
        pauses=(),
        calendar=CALENDAR,
    )

    assert moments == DueMoments(accept=at("11-24 17:30"))


def test_a_category_changes_only_what_it_names_and_can_take_a_limit_away() -> None:
    limits = LIMITS.of("land_space", "normal")

    assert (limits.accept, limits.interim, limits.answer) == (Limit(days=1), None, Limit(days=10))


@pytest.mark.parametrize(("category", "urgency"), [("gossip", "normal"), ("financing", "later")])
def test_unheard_of_categories_and_urgencies_are_refused(category: str, urgency: str) -> None:
    with pytest.raises(UnknownLimitError):
        LIMITS.of(category, urgency)


def test_an_urgency_without_a_default_is_refused() -> None:
    with pytest.raises(ValidationError, match="without a default"):
        LimitTable(default={}, categories={"financing": {"urgent": ServiceLimits()}})


def test_the_explanation_of_days_counts_them_one_by_one() -> None:
    steps = explain(Limit(days=2), at("09-30 16:00"), pauses("10-08 17:00 / 10-09 09:00"), CALENDAR)

    assert [(step.code, step.day, step.left) for step in steps if step.code != "day_off"] == [
        (StepCode.STARTED, None, None),
        (StepCode.START_DAY, date(2026, 9, 30), 2),
        (StepCode.STOOD_STILL, date(2026, 10, 8), 2),
        (StepCode.COUNTED, date(2026, 10, 9), 1),
        (StepCode.COUNTED, date(2026, 10, 10), 0),
        (StepCode.DUE, None, None),
    ]
    assert sum(step.code == "day_off" for step in steps) == 7
    assert steps[-1].at == at("10-10 17:30")


def test_the_explanation_of_hours_adds_up_window_by_window() -> None:
    steps = explain(
        Limit(hours=4), at("11-27 16:00"), pauses("11-27 17:00 / 11-30 10:00"), CALENDAR
    )

    assert [str(step) for step in steps] == [
        "due 2026-11-27T16:00+08:00 started",
        "due 2026-11-27 ran 1:00:00 paused 0:30:00 left 3:00:00 (table)",
        "due 2026-11-28 day off (table)",
        "due 2026-11-29 day off (table)",
        "due 2026-11-30 ran 3:00:00 paused 1:00:00 left 0:00:00 (table)",
        "due 2026-11-30T14:30+08:00 due",
    ]


def test_a_year_without_data_is_explained_as_provisional() -> None:
    reckoning = reckon(CALENDAR, LIMITS, at("12-31 16:00"), days=1)

    assert reckoning.moments == {"due": at("2027-01-04 17:30")}
    assert reckoning.provisional
    assert [step.provisional for step in reckoning.explain] == [False, False, *[True] * 5]
    assert not reckon(CALENDAR, LIMITS, at("12-30 16:00"), days=1).provisional


def test_a_pause_without_an_end_is_explained() -> None:
    steps = explain(Limit(days=5), at("11-23 10:00"), pauses("11-24 10:00 / "), CALENDAR)

    assert steps[-1].code is StepCode.PAUSED
    assert steps[-1].at == at("11-24 10:00")


def test_a_category_is_reckoned_by_clock_in_order() -> None:
    reckoning = reckon(
        CALENDAR,
        LIMITS,
        at("11-23 10:00"),
        pauses("11-23 10:30 / 11-23 11:00"),
        category="financing",
        urgency="urgent",
    )

    assert list(reckoning.moments.items()) == [
        ("accept", at("11-23 16:00")),
        ("contact", at("11-23 14:00")),
        ("interim", None),
        ("answer", at("11-24 17:30")),
    ]
    assert {step.clock for step in reckoning.explain} == {clock.value for clock in Clock}


def test_a_reckoning_needs_one_limit_or_a_category_with_its_urgency() -> None:
    start = at("11-23 10:00")

    with pytest.raises(ValueError, match="hours or in days"):
        reckon(CALENDAR, LIMITS, start)
    with pytest.raises(ValueError, match="hours or in days"):
        reckon(CALENDAR, LIMITS, start, hours=2, days=1)
    with pytest.raises(ValueError, match="with its urgency"):
        reckon(CALENDAR, LIMITS, start, category="financing")
    with pytest.raises(ValueError, match="with its urgency"):
        reckon(CALENDAR, LIMITS, start, category="financing", urgency="high", days=1)


MOMENTS = st.integers(0, 400 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@st.composite
def stories(draw: st.DrawFn) -> tuple[datetime, list[Pause]]:
    """A start, and pauses around the days after it."""
    start = draw(MOMENTS)
    steps = draw(st.lists(st.integers(0, 4 * 24 * 60), min_size=0, max_size=6))
    moments = [start - timedelta(days=1)]
    for minutes in steps:
        moments.append(moments[-1] + timedelta(minutes=minutes))
    pairs = zip(moments[1::2], moments[2::2], strict=False)
    return start, [Pause(one, two) for one, two in pairs]


@given(stories(), st.integers(1, 60 * 60))
def test_hours_move_by_the_working_time_paused(
    story: tuple[datetime, list[Pause]], minutes: int
) -> None:
    start, stops = story
    limit = Limit(hours=minutes / 60)

    plain, moved = due(limit, start, (), CALENDAR), due(limit, start, stops, CALENDAR)

    assert plain is not None
    assert moved is not None
    paused = sum(
        (
            CALENDAR.working_time_between(max(stop.start, start), min(stop.end or moved, moved))
            for stop in merged(stops, start)
        ),
        timedelta(),
    )
    assert CALENDAR.working_time_between(plain, moved) == paused


@given(stories(), st.integers(1, 15))
def test_days_move_by_the_closes_passed_standing_still(
    story: tuple[datetime, list[Pause]], count: int
) -> None:
    start, stops = story

    plain = due(Limit(days=count), start, (), CALENDAR)
    moved = due(Limit(days=count), start, stops, CALENDAR)

    assert plain is not None
    assert moved is not None
    worked = filter(CALENDAR.is_workday, CALENDAR.days_between(start, moved))
    closes = [close for close in map(CALENDAR.close, worked) if close > start]
    still = sum(
        any(stop.start < close <= (stop.end or close) for stop in stops) for close in closes
    )
    assert moved == (CALENDAR.add_workdays(plain, still) if still else plain)


@given(stories(), st.integers(1, 40 * 60))
def test_what_ran_adds_up_to_the_limit(story: tuple[datetime, list[Pause]], minutes: int) -> None:
    start, stops = story

    steps = explain(Limit(hours=minutes / 60), start, stops, CALENDAR)

    ran = sum((step.ran for step in steps if step.ran), timedelta())
    assert ran == timedelta(hours=minutes / 60)


@given(MOMENTS, MOMENTS, st.integers(1, 30))
def test_who_starts_later_is_not_due_earlier(one: datetime, two: datetime, count: int) -> None:
    first, second = sorted((one, two))

    for limit in (Limit(days=count), Limit(hours=count)):
        early, late = (due(limit, start, (), CALENDAR) for start in (first, second))
        assert early is not None
        assert late is not None
        assert early <= late
