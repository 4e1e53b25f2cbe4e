"""A day as it stands on a certificate."""

from datetime import date

import pytest

from domain.days_to_come import read_exact_day

DAY = date(2029, 11, 30)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2029-11-30", (True, DAY)),
        ("2029年11月30日", (True, DAY)),
        ("新证到2029/11/30", (True, DAY)),
        ("30 November 2029", (True, DAY)),
        ("2029年11月", (True, None)),
        ("2029-02-30", (True, None)),
        ("还没拿到", (False, None)),
        ("去年3000万", (False, None)),
    ],
)
def test_only_a_whole_day_is_a_day(text: str, told: tuple[bool, date | None]) -> None:
    assert read_exact_day(text) == told
