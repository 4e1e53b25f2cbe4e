"""The weekly report to heads."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.digests import week_reported
from services.office import Office
from tests.handlers.office import open_office, raise_ticket
from tests.town import Shown, Town

NINE = datetime(2026, 11, 30, 1, tzinfo=UTC)
"""Monday 2026-11-30, 09:00 in Hangzhou."""


async def _reports(town: Town) -> list[Shown]:
    return [one for one in await town.player("head").messages() if "上周办理情况" in one.text]


async def test_a_head_reads_of_last_week_on_monday_at_nine_and_once(town: Town) -> None:
    await open_office(town, started=(2001, 2101))
    await raise_ticket(town)

    await town.passes_until(NINE - timedelta(minutes=1))
    assert await _reports(town) == []
    await town.passes_until(NINE)
    (report,) = await _reports(town)
    assert "收到 1 件" in report.text
    assert "11月23日（周一）至11月29日（周日）" in report.text
    assert "诉求最多：科技创新 1 件" in report.text
    assert "photo" in report.raw

    await town.passes(hours=3)
    assert len(await _reports(town)) == 1
    assert not await town.player("officer").has_read("上周办理情况")
    await town.player("head").presses_on(report, "看明细")
    assert "工单统计 · 上周" in (await town.player("head").newest()).text


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2026, 11, 30), date(2026, 11, 23), date(2026, 11, 29)),
        # the week of the Spring Festival is off: Tuesday the 24th tells of both weeks
        (date(2026, 2, 24), date(2026, 2, 9), date(2026, 2, 22)),
    ],
)
def test_no_week_is_left_out(office: Office, day: date, first: date, last: date) -> None:
    assert week_reported(day, office.calendar) == (first, last)
