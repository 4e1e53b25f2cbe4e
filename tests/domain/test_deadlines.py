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


# Worked out on paper, not with the code. A working day is 09:00–12:00 and 13:30–17:30: three hours,
# lunch, four hours, seven in all. November 2026: the 23rd is a Monday. National Day: Wednesday
# 30 September is worked, 1–7 October are off, Thursday the 8th, Friday the 9th and (made up)
# Saturday the 10th are worked, Sunday the 11th is off. Year's end: Thursday 31 December is worked,
# Friday 1 January 2027 is off, then a weekend; Monday the 4th is the next day.


@pytest.mark.parametrize(
    ("hours", "start", "end"),
    [
        # A Monday with lunch. From 10:12: 1 h 48 min to noon, the other 2 h 12 min from 13:30 end
        # at 15:42. What begins at lunch or before nine begins with the next window; what begins at
        # the close begins the next morning. 35 hours are five whole days, the 36th is on Monday.
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
        # Friday evening and the weekend. From 16:00 an hour and a half is left on Friday, so 2 h 30
        # min remain for Monday from nine: 11:30. Nothing runs on Saturday and Sunday.
        (4, "11-27 16:00", "11-30 11:30"),
        (4, "11-27 18:00", "11-30 14:30"),
        (2, "11-27 17:29", "11-30 10:59"),
        (4, "11-28 10:00", "11-30 14:30"),
        (2, "11-29 23:00", "11-30 11:00"),
        # National Day and its make-up Saturday. From 30 September 16:00: 1 h 30 min that day and
        # 2 h 30 min on the 8th. From the 9th 16:00 the rest falls on Saturday the 10th, from the
        # 10th 15:00 (2 h 30 min are left that day) on Monday the 12th.
        (4, "09-30 16:00", "10-08 11:30"),
        (2, "10-01 10:00", "10-08 11:00"),
        (7, "09-30 17:30", "10-08 17:30"),
        (4, "10-09 16:00", "10-10 11:30"),
        (4, "10-10 15:00", "10-12 10:30"),
        (7, "10-10 09:00", "10-10 17:30"),
        (4, "10-11 12:00", "10-12 14:30"),
        # Sunday 20 September is made up; Mid-Autumn is 25–27 September; Spring Festival 15–23
        # February with Saturdays 14 and 28 made up. From 14 February 13:30: four hours that day,
        # three on the 24th.
        (4, "09-19 10:00", "09-20 14:30"),
        (4, "09-24 17:00", "09-28 14:00"),
        (4, "02-13 16:30", "02-14 12:00"),
        (7, "02-14 13:30", "02-24 12:00"),
        (2, "02-28 17:00", "03-02 10:30"),
        # Into 2027, and out of 2025 (Sunday 4 January 2026 is made up).
        (4, "12-31 16:00", "2027-01-04 11:30"),
        (2, "2027-01-01 09:00", "2027-01-04 11:00"),
        (4, "2025-12-31 16:00", "01-04 11:30"),
    ],
)
def test_a_limit_in_hours_runs_through_working_windows(hours: float, start: str, end: str) -> None:
    assert due(Limit(hours=hours), at(start), (), CALENDAR) == at(end)


# The day it begins is never counted, at whatever hour; the n-th working day after it counts to its
# close. From 30 September: the 8th, 9th and 10th are days one to three, Monday the 12th and Tuesday
# the 13th four and five. From Wednesday 30 December: the 31st, then 4–7 January.
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


# Four hours from nine end at 14:30 undisturbed (three before lunch, one after). An hour paused
# moves that to 15:30; a pause within lunch or a night moves nothing; 11:00–14:00 holds an hour and
# a half of working time. Over National Day 17:00–10:00 pauses half an hour and an hour. A pause
# from the moment it was due on changes nothing; two that overlap count once.
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
def test_fault_39_a_pause_moves_a_limit_in_hours_by_the_working_time_paused(
    hours: float, start: str, stops: list[str], end: str
) -> None:
    assert due(Limit(hours=hours), at(start), pauses(*stops), CALENDAR) == at(end)


# Five days from Monday the 23rd end on Monday the 30th undisturbed. A pause over two closes (24th,
# 25th) moves that to 2 December; one within a day, over a weekend, or begun exactly at a close and
# ended before the next moves nothing; one that ends exactly at a close held that close. The first
# day counts for nothing, so a pause over its close moves the end as well.
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


#: The targets as shipped (catalogue/deadlines.yaml).
_DAY, _THREE, _FIVE = ({"days": count} for count in (1, 3, 5))
CLASSES = LimitTable.model_validate(
    {
        "default": {
            "urgent": {"accept": {"hours": 4}, "contact": {"hours": 2}, "answer": _DAY},
            "high": {"accept": _DAY, "contact": _DAY, "interim": _THREE, "answer": _THREE},
            "normal": {"accept": _DAY, "contact": _DAY, "interim": _FIVE, "answer": _FIVE},
        },
        "categories": {"financing": {}},
    }
)


@pytest.mark.parametrize(
    ("urgency", "received", "dispatched", "stops", "accept", "contact", "answer"),
    [
        # Urgent, at once. At lunch: both clocks begin at 13:30. Friday 16:00: an hour and a half
        # that day, so contact has half an hour and acceptance two and a half on Monday.
        ("urgent", "11-23 12:15", "", [], "11-23 17:30", "11-23 15:30", "11-24 17:30"),
        ("urgent", "11-27 16:00", "", [], "11-30 11:30", "11-30 09:30", "11-30 17:30"),
        # The evening before National Day, before the make-up Saturday, on a Sunday night, and on
        # the last day of the year: half an hour is left (none on Sunday), the rest next morning.
        ("urgent", "09-30 17:00", "", [], "10-08 14:00", "10-08 10:30", "10-08 17:30"),
        ("urgent", "10-09 17:00", "", [], "10-10 14:00", "10-10 10:30", "10-10 17:30"),
        ("urgent", "10-11 03:00", "", [], "10-12 14:30", "10-12 11:00", "10-12 17:30"),
        (
            "urgent",
            "12-31 17:00",
            "",
            [],
            "2027-01-04 14:00",
            "2027-01-04 10:30",
            "2027-01-04 17:30",
        ),
        # Sent on by the duty desk on Saturday evening: acceptance runs from Friday, contact and
        # answer from Saturday, of which nothing counts.
        ("urgent", "11-27 17:00", "11-28 20:00", [], "11-30 14:00", "11-30 11:00", "11-30 17:30"),
        # The company is asked over the holiday: half an hour ran before it, the rest runs from the
        # 8th at ten. The first day's close stood still, so the answer has one day more.
        (
            "urgent",
            "09-30 16:00",
            "",
            ["09-30 16:30 / 10-08 10:00"],
            "10-08 15:00",
            "10-08 11:30",
            "10-09 17:30",
        ),
        # High: three days after Tuesday, after Wednesday before the holiday, and over the year.
        ("high", "09-29 10:00", "", [], "09-30 17:30", "09-30 17:30", "10-09 17:30"),
        ("high", "09-30 10:00", "", [], "10-08 17:30", "10-08 17:30", "10-10 17:30"),
        ("high", "12-31 09:00", "", [], "2027-01-04 17:30", "2027-01-04 17:30", "2027-01-06 17:30"),
        # Normal: five days; on a holiday; before Spring Festival (14 February is made up, then the
        # 24th to the 27th); received on Friday evening and sent on on Monday at 09:20.
        ("normal", "11-23 10:12", "", [], "11-24 17:30", "11-24 17:30", "11-30 17:30"),
        ("normal", "10-03 12:00", "", [], "10-08 17:30", "10-08 17:30", "10-13 17:30"),
        ("normal", "02-13 12:00", "", [], "02-14 17:30", "02-14 17:30", "02-27 17:30"),
        ("normal", "11-27 18:00", "11-30 09:20", [], "11-30 17:30", "12-01 17:30", "12-07 17:30"),
        # A pause begun exactly at the close of the 24th held no close. Two that overlap held those
        # of the 24th and 25th: acceptance and contact wait for the 26th, the answer moves by two.
        (
            "normal",
            "11-23 10:12",
            "",
            ["11-24 17:30 / 11-25 09:00"],
            "11-24 17:30",
            "11-24 17:30",
            "11-30 17:30",
        ),
        (
            "normal",
            "11-23 10:12",
            "",
            ["11-24 10:00 / 11-25 12:00", "11-25 09:00 / 11-26 10:00"],
            "11-26 17:30",
            "11-26 17:30",
            "12-02 17:30",
        ),
    ],
)
def test_each_class_of_urgency(
    urgency: str,
    received: str,
    dispatched: str,
    stops: list[str],
    accept: str,
    contact: str,
    answer: str,
) -> None:
    moments = due_moments(
        CLASSES.of("financing", urgency),
        received_at=at(received),
        dispatched_at=at(dispatched or received),
        pauses=pauses(*stops),
        calendar=CALENDAR,
    )

    assert (moments.accept, moments.contact, moments.answer) == (
        at(accept),
        at(contact),
        at(answer),
    )
    assert moments.interim == (None if urgency == "urgent" else moments.answer)


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

    hour = timedelta(hours=1)
    assert [(step.code, step.day, step.ran, step.paused, step.left) for step in steps[1:-1]] == [
        (StepCode.RAN, date(2026, 11, 27), hour, hour / 2, 3 * hour),
        (StepCode.DAY_OFF, date(2026, 11, 28), None, None, None),
        (StepCode.DAY_OFF, date(2026, 11, 29), None, None, None),
        (StepCode.RAN, date(2026, 11, 30), 3 * hour, hour, timedelta()),
    ]
    assert (steps[0].at, steps[-1].at) == (at("11-27 16:00"), at("11-30 14:30"))


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
def test_fault_39_hours_move_by_the_working_time_paused(
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
def test_fault_39_days_move_by_the_closes_passed_standing_still(
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
