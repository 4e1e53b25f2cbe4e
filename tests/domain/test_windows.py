"""Windows: open, closed with the next opening, unknown."""

from datetime import date

import pytest
from pydantic import TypeAdapter, ValidationError

from domain.windows import AnyWindow, Window, WindowState, state_on

FORM: TypeAdapter[AnyWindow] = TypeAdapter(Window)
YEARLY = {"kind": "yearly", "opens": "01-01", "closes": "06-30"}
OVER_NEW_YEAR = {"kind": "yearly", "opens": "11-01", "closes": "02-28"}
DATED = {"kind": "dated", "from": "2026-01-19", "to": "2026-12-31"}


@pytest.mark.parametrize(
    ("window", "today", "expected"),
    [
        (YEARLY, "2026-11-23", WindowState("closed", date(2027, 1, 1), date(2027, 6, 30))),
        (YEARLY, "2027-01-01", WindowState("open", date(2027, 1, 1), date(2027, 6, 30))),
        (YEARLY, "2027-06-30", WindowState("open", date(2027, 1, 1), date(2027, 6, 30))),
        (YEARLY, "2027-07-01", WindowState("closed", date(2028, 1, 1), date(2028, 6, 30))),
        (OVER_NEW_YEAR, "2027-01-15", WindowState("open", date(2026, 11, 1), date(2027, 2, 28))),
        (OVER_NEW_YEAR, "2027-03-01", WindowState("closed", date(2027, 11, 1), date(2028, 2, 28))),
        (DATED, "2026-01-18", WindowState("closed", date(2026, 1, 19), date(2026, 12, 31))),
        (DATED, "2026-12-31", WindowState("open", date(2026, 1, 19), date(2026, 12, 31))),
        (DATED, "2027-01-01", WindowState("closed", None, date(2026, 12, 31))),
        (
            {"kind": "dated", "from": "2025-03-01"},
            "2030-01-01",
            WindowState("open", date(2025, 3, 1)),
        ),
        ({"kind": "unknown"}, "2026-11-23", WindowState("unknown")),
    ],
)
def test_a_window_on_a_day(window: dict[str, str], today: str, expected: WindowState) -> None:
    assert state_on(FORM.validate_python(window), date.fromisoformat(today)) == expected


@pytest.mark.parametrize(
    "window",
    [
        {"kind": "yearly", "opens": "02-30", "closes": "06-30"},
        {"kind": "yearly", "opens": "02-29", "closes": "06-30"},
        {"kind": "dated", "from": "2026-12-31", "to": "2026-01-01"},
        {"kind": "sometimes"},
    ],
)
def test_an_impossible_window_is_refused(window: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        FORM.validate_python(window)
