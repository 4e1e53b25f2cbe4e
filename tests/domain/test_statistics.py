"""Periods, medians, and figures asked for in a few words."""

from datetime import date
from pathlib import Path

import pytest

from domain.statistics import Dimension, Median, Share, Span, Which
from domain.statistics_said import Asked, read_asked
from domain.tickets import Category
from services.catalogue import load

CATALOGUE = load(Path(__file__).resolve().parents[2] / "catalogue")
FRIDAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("span", "first", "last"),
    [
        (Span.WEEK, date(2026, 11, 23), FRIDAY),
        (Span.LAST_WEEK, date(2026, 11, 16), date(2026, 11, 22)),
        (Span.MONTH, date(2026, 11, 1), FRIDAY),
        (Span.LAST_MONTH, date(2026, 10, 1), date(2026, 10, 31)),
        (Span.YEAR, date(2026, 1, 1), FRIDAY),
        (Span.LAST_YEAR, date(2025, 1, 1), date(2025, 12, 31)),
    ],
)
def test_a_period_that_runs_ends_today(span: Span, first: date, last: date) -> None:
    period = span.period(FRIDAY)

    assert (period.first, period.last) == (first, last)


def test_the_month_before_january_is_december() -> None:
    period = Span.LAST_MONTH.period(date(2027, 1, 31))

    assert (period.first, period.last) == (date(2026, 12, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("minutes", "middle", "cases"),
    [
        ({}, None, 0),
        ({None: 9}, None, 0),
        ({60: 1}, 60, 1),
        ({60: 1, 120: 1}, 90, 2),
        ({60: 2, 120: 2, None: 5}, 90, 4),
        ({60: 1, 120: 3, 600: 1}, 120, 5),
    ],
)
def test_a_median_is_the_middle(
    minutes: dict[int | None, int], middle: float | None, cases: int
) -> None:
    assert Median.of(minutes) == Median(middle, cases)


def test_of_fewer_than_five_only_counts_are_told() -> None:
    assert Share(3, 4).rate is None
    assert Share(3, 5).rate == 0.6
    assert Median(90, 4).hours is None
    assert Median(90, 5).hours == 1.5


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("上个月 融资", Asked(Span.LAST_MONTH, Category.FINANCING)),
        ("上周", Asked(Span.LAST_WEEK)),
        ("今年的人才工单统计", Asked(Span.YEAR, Category.TALENT_HR)),
        ("本月按街道", Asked(Span.MONTH, dimension=Dimension.STREET)),
        ("去年 各部门", Asked(Span.LAST_YEAR, dimension=Dimension.DEPARTMENT)),
        ("上月 贷款 未办结", Asked(Span.LAST_MONTH, Category.FINANCING, which=Which.OPEN)),
        ("本周 人力社保局", Asked(Span.WEEK, department="hr_social")),
        ("last month financing", Asked(Span.LAST_MONTH, Category.FINANCING)),
        ("this year by industry", Asked(Span.YEAR, dimension=Dimension.INDUSTRY)),
        ("示例封装", None),
        ("上个月我们开会了吗", None),
        ("", None),
    ],
)
def test_a_few_words_ask_for_figures(text: str, asked: Asked | None) -> None:
    assert read_asked(text, CATALOGUE.triage, CATALOGUE.departments) == asked
