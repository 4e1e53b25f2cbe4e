"""The periods are published as they are enforced."""

from datetime import timedelta
from pathlib import Path

import pytest

from domain import retention

PAGE = Path(__file__).resolve().parents[2] / "docs" / "privacy.md"
PERIODS = {name: span for name, span in vars(retention).items() if isinstance(span, timedelta)}


@pytest.mark.parametrize("name", [name for name in PERIODS if name.isupper()])
def test_every_period_stands_on_the_page(name: str) -> None:
    days = PERIODS[name].days
    written = f"{days} day" if days == 1 else f"{days} days"

    rows = [row for row in PAGE.read_text(encoding="utf-8").splitlines() if f"`{name}`" in row]

    assert len(rows) == 1
    assert f"| {written} |" in rows[0]
