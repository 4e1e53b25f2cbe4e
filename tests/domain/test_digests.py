"""When a digest goes out."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from domain.digests import next_digest
from services.office import Office

ZONE = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("moment", "daily", "weekly"),
    [
        ("2026-11-23T03:00", "2026-11-23T09:00", "2026-11-23T09:00"),
        ("2026-11-23T09:00", "2026-11-23T09:00", "2026-11-23T09:00"),
        ("2026-11-23T10:00", "2026-11-24T09:00", "2026-11-30T09:00"),
        ("2026-11-28T10:00", "2026-11-30T09:00", "2026-11-30T09:00"),
        # National Day of 2026: the week's first working day is the Thursday after it
        ("2026-09-30T10:00", "2026-10-08T09:00", "2026-10-08T09:00"),
    ],
)
def test_digests_go_out_at_nine(office: Office, moment: str, daily: str, weekly: str) -> None:
    assert next_digest(at(moment), office.calendar) == at(daily)
    assert next_digest(at(moment), office.calendar, weekly=True) == at(weekly)
