"""Before incorporation: plans are matched, nobody is eligible, and nothing is refused for it."""

from datetime import date

import pytest

from domain.derived import Readings
from domain.plans import read_planned_day, settled
from domain.verdicts import Outcome
from tests.companies import TODAY, company, verdict

LOAN = {"loan_purpose": "设备更新"}
PLANNED = {"asks_as": "founder_to_be"}


@pytest.mark.parametrize(
    ("facts", "is_plan"),
    [
        ({}, False),
        (PLANNED, True),
        ({**PLANNED, "established_on": "2027-03-01"}, True),
        ({**PLANNED, "established_on": "2026-11-01"}, True),
        ({"established_on": "2027-03-01"}, True),
        ({"established_on": "2026-11-23"}, False),
        ({"established_on": ["2026-11-24", None]}, True),
        ({"asks_as": "owner"}, False),
    ],
)
def test_a_plan_is_told_from_a_company(facts: dict[str, object], is_plan: bool) -> None:
    assert Readings(company(**facts), TODAY).is_plan is is_plan


def test_who_has_not_founded_yet_is_not_eligible_and_not_refused() -> None:
    founded = verdict("loan-interest-subsidy", company(**LOAN))
    assert founded.outcome is Outcome.ELIGIBLE

    planned = verdict("loan-interest-subsidy", company(**LOAN, **PLANNED))

    assert planned.outcome is Outcome.UNDETERMINED
    assert planned.route == founded.route
    assert planned.fits_once_founded


def test_what_nobody_can_plan_waits_for_the_founding() -> None:
    planned = verdict(
        "ip-demonstration-enterprise", company(**PLANNED, established_on="2027-03-01")
    )

    assert planned.outcome is Outcome.UNDETERMINED
    assert planned.awaits_founding
    assert not planned.fits_once_founded


@pytest.mark.parametrize(
    ("said", "known", "role"),
    [
        ({"established_on": "2027-03-01"}, {}, "founder_to_be"),
        ({"established_on": "2027-03-01"}, {"asks_as": "owner"}, "founder_to_be"),
        ({"established_on": "2026-11-01"}, PLANNED, "owner"),
        ({"established_on": "2026-11-01"}, {}, None),
        (PLANNED, {}, "founder_to_be"),
        (PLANNED, {"established_on": "2015-06-01"}, None),
        (PLANNED, {"established_on": "2027-03-01"}, "founder_to_be"),
    ],
)
def test_the_founding_day_and_the_founder_agree(
    said: dict[str, object], known: dict[str, object], role: str | None
) -> None:
    assert settled(company(**said), company(**known), TODAY).get("asks_as") == role


def test_a_founding_day_to_come_says_when_age_is_reached() -> None:
    planned = verdict("hi-tech-enterprise", company(**PLANNED, established_on="2027-03-01"))

    assert planned.outcome is Outcome.INELIGIBLE
    assert planned.near_miss is not None
    assert planned.near_miss.on == date(2028, 2, 29)  # 365 calendar days


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("2027-03-01", date(2027, 3, 1), date(2027, 3, 1)),
        ("2027年3月", date(2027, 3, 1), date(2027, 3, 31)),
        ("明年3月", date(2027, 3, 1), date(2027, 3, 31)),
        ("打算明年注册", date(2027, 1, 1), date(2027, 12, 31)),
        ("今年12月", date(2026, 12, 1), date(2026, 12, 31)),
        ("今年", date(2026, 11, 24), date(2026, 12, 31)),
        ("还没有成立", date(2026, 11, 24), None),
        ("not registered yet", date(2026, 11, 24), None),
    ],
)
def test_a_day_to_come_is_read(said: str, first: date, last: date | None) -> None:
    read = read_planned_day(said, TODAY)

    assert read is not None
    assert (read.low, read.high) == (first, last)


@pytest.mark.parametrize("said", ["2015年", "2026-11-01", "去年", "2099年", "三年前", "120"])
def test_days_that_are_over_are_left_to_others(said: str) -> None:
    assert read_planned_day(said, TODAY) is None
