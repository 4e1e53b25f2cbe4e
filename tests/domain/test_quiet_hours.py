"""A notice waits for the morning, or for the office; what is urgent does not."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from domain.quiet_hours import Audience, QuietHours, next_allowed
from domain.work_calendar import WorkCalendar, YearTable

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = WorkCalendar(
    SHANGHAI,
    tables={2026: YearTable(off=frozenset(date(2026, 10, day) for day in range(1, 8)))},
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("audience", "asked", "allowed"),
    [
        (Audience.COMPANY, "2026-11-23T10:00", "2026-11-23T10:00"),
        (Audience.COMPANY, "2026-11-23T12:30", "2026-11-23T12:30"),
        (Audience.COMPANY, "2026-11-23T20:59", "2026-11-23T20:59"),
        (Audience.COMPANY, "2026-11-23T21:00", "2026-11-24T08:30"),
        (Audience.COMPANY, "2026-11-23T23:59", "2026-11-24T08:30"),
        (Audience.COMPANY, "2026-11-24T00:00", "2026-11-24T08:30"),
        (Audience.COMPANY, "2026-11-24T08:29", "2026-11-24T08:30"),
        (Audience.COMPANY, "2026-11-24T08:30", "2026-11-24T08:30"),
        (Audience.COMPANY, "2026-11-28T10:00", "2026-11-28T10:00"),
        (Audience.COMPANY, "2026-12-31T22:00", "2027-01-01T08:30"),
        (Audience.OFFICER, "2026-11-23T10:00", "2026-11-23T10:00"),
        (Audience.OFFICER, "2026-11-23T08:45", "2026-11-23T09:00"),
        (Audience.OFFICER, "2026-11-23T12:30", "2026-11-23T13:30"),
        (Audience.OFFICER, "2026-11-23T17:30", "2026-11-23T17:30"),
        (Audience.OFFICER, "2026-11-23T17:31", "2026-11-24T09:00"),
        (Audience.OFFICER, "2026-11-27T18:00", "2026-11-30T09:00"),
        (Audience.OFFICER, "2026-09-30T20:00", "2026-10-08T09:00"),
    ],
)
def test_fault_40_a_notice_waits(audience: Audience, asked: str, allowed: str) -> None:
    assert next_allowed(at(asked), audience, CALENDAR) == at(allowed)


@pytest.mark.parametrize("audience", Audience)
def test_fault_40_the_urgent_does_not_wait(audience: Audience) -> None:
    night = at("2026-10-03T02:00")

    assert next_allowed(night, audience, CALENDAR, urgent=True) == night


def test_a_company_user_may_choose_other_hours() -> None:
    noon_nap = QuietHours(time(12), time(14))

    moved = next_allowed(at("2026-11-23T13:00"), Audience.COMPANY, CALENDAR, quiet=noon_nap)

    assert moved == at("2026-11-23T14:00")
