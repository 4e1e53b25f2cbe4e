"""Derived facts: the size table by hand, ages on the day, ratios over ranges."""

from datetime import date
from math import inf

import pytest

from domain.derived import Number, Readings, anniversary, years_between
from domain.facts import Span
from domain.sizes import INDICATORS, size_of
from tests.companies import TODAY, company

ALL = frozenset({"大型", "中型", "小型", "微型"})


def sizes(
    code: str, staff: object = None, revenue: object = None, assets: object = None
) -> set[str]:
    """The possible classes; each number exact, a pair, or unknown."""
    told = dict(zip(INDICATORS, (staff, revenue, assets), strict=True))
    return set(size_of(code, {key: _ends(value) for key, value in told.items()}).classes or ())


def _ends(value: object) -> Number:
    if value is None:
        return Number(-inf, inf)
    return (
        Number(*value) if isinstance(value, tuple) else Number(float(str(value)), float(str(value)))
    )


@pytest.mark.parametrize(
    ("code", "staff", "revenue", "assets", "expected"),
    [
        # 工业：1000 / 40000, 300 / 2000, 20 / 300
        ("39", 1000, 40000, None, {"大型"}),
        ("39", 1000, 39999, None, {"中型"}),
        ("39", 300, 2000, None, {"中型"}),
        ("39", 299, 100000, None, {"小型"}),
        ("39", 80, 3000, None, {"小型"}),
        ("39", 20, 300, None, {"小型"}),
        ("39", 19, 300, None, {"微型"}),
        ("39", 500, 299, None, {"微型"}),
        ("39", 28, None, None, {"小型", "微型"}),
        ("39", None, 3000, None, {"中型", "小型", "微型"}),
        ("39", None, None, None, set(ALL)),
        ("39", (75, 89), 3000, None, {"小型"}),
        ("39", (250, 350), 3000, None, {"中型", "小型"}),
        ("0610", 20, 300, None, {"小型"}),
        ("46", 300, 2000, None, {"中型"}),
        # 农林牧渔：营业收入 20000, 500, 50
        ("01", None, 20000, None, {"大型"}),
        ("04", None, 499, None, {"小型"}),
        ("03", None, 49, None, {"微型"}),
        # 建筑业：营业收入与资产 80000 / 80000, 6000 / 5000, 300 / 300
        ("47", None, 80000, 80000, {"大型"}),
        ("50", None, 6000, 4999, {"小型"}),
        ("48", None, 300, 299, {"微型"}),
        # 批发、零售
        ("51", 200, 40000, None, {"大型"}),
        ("51", 20, 5000, None, {"中型"}),
        ("51", 5, 1000, None, {"小型"}),
        ("52", 50, 500, None, {"中型"}),
        ("52", 9, 500, None, {"微型"}),
        # 交通运输与装卸搬运 591，仓储业其余，邮政
        ("54", 300, 3000, None, {"中型"}),
        ("591", 199, 30000, None, {"小型"}),
        ("594", 200, 30000, None, {"大型"}),
        ("594", 100, 1000, None, {"中型"}),
        ("60", 300, 2000, None, {"中型"}),
        ("53", 500, 5000, None, set()),
        # 住宿餐饮、信息传输、软件
        ("61", 100, 2000, None, {"中型"}),
        ("62", 10, 100, None, {"小型"}),
        ("64", 2000, 100000, None, {"大型"}),
        ("64", 100, 1000, None, {"中型"}),
        ("65", 100, 1000, None, {"中型"}),
        ("65", 10, 50, None, {"小型"}),
        ("65", 9, 10000, None, {"微型"}),
        # 房地产开发、物业
        ("701", None, 200000, 10000, {"大型"}),
        ("701", None, 1000, 5000, {"中型"}),
        ("702", 300, 1000, None, {"中型"}),
        ("702", 100, 499, None, {"微型"}),
        ("704", 5, 10, 10, set()),
        ("70", 5, 10, 10, set()),
        # 租赁商务：人员与资产；其他：人员
        ("72", 100, None, 8000, {"中型"}),
        ("71", 10, None, 99, {"微型"}),
        ("73", 300, None, None, {"大型"}),
        ("75", 10, None, None, {"小型"}),
        ("85", 9, None, None, {"微型"}),
        # 不在表内：金融、教育、卫生、公共管理
        ("66", 100, 1000, 1000, set()),
        ("83", 100, 1000, 1000, set()),
        ("84", 100, 1000, 1000, set()),
        ("92", 100, 1000, 1000, set()),
    ],
)
def test_size_classes_by_the_table(
    code: str, staff: object, revenue: object, assets: object, expected: set[str]
) -> None:
    assert sizes(code, staff, revenue, assets) == expected


def test_a_code_too_short_for_its_row_leaves_every_row_open() -> None:
    assert sizes("59", 150, 2000) == {"中型", "小型"}


def test_size_needs_the_industry() -> None:
    reading = Readings(company(employees=80), TODAY).possible("size_class")

    assert reading.value is None
    assert [gap.key for gap in reading.gaps] == ["industry"]


def test_size_names_only_what_is_in_the_way() -> None:
    reading = Readings(company(industry="39", employees=28), TODAY).possible("size_class")

    assert reading.value == frozenset({"小型", "微型"})
    assert [(gap.key, gap.years) for gap in reading.gaps] == [("revenue", (2025,))]


def test_an_industry_outside_the_table_is_not_asked_about() -> None:
    reading = Readings(company(industry="66"), TODAY).possible("size_class")

    assert (reading.value, reading.gaps) == (None, ())


@pytest.mark.parametrize(
    ("founded", "as_of", "years"),
    [
        (date(2025, 11, 23), date(2026, 11, 23), 1.0),
        (date(2025, 11, 24), date(2026, 11, 23), 364 / 365),
        (date(2024, 2, 29), date(2025, 2, 27), 364 / 365),
        (date(2024, 2, 29), date(2025, 2, 28), 1.0),
        (date(2024, 2, 29), date(2028, 2, 28), 3 + 365 / 366),
        (date(2024, 2, 29), date(2028, 2, 29), 4.0),
        (date(2023, 3, 1), date(2024, 2, 29), 365 / 366),
        (date(2015, 1, 1), date(2026, 1, 1), 11.0),
        (date(2027, 11, 23), date(2026, 11, 23), -1.0),
    ],
)
def test_age_counts_anniversaries(founded: date, as_of: date, years: float) -> None:
    assert years_between(founded, as_of) == pytest.approx(years)


def test_29_february_has_its_anniversary_at_the_end_of_february() -> None:
    assert anniversary(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert anniversary(date(2024, 2, 29), 4) == date(2028, 2, 29)


def test_a_founding_year_gives_a_range_of_ages() -> None:
    span = Readings(company(established_on=["2015-01-01", "2015-12-31"]), TODAY).number("age").value

    assert span is not None
    assert span.low == pytest.approx(10 + 327 / 365)
    assert span.high == pytest.approx(11 + 326 / 365)


def test_three_year_rnd_is_sum_over_sum() -> None:
    profile = company(
        rnd={"2023": 150, "2024": 160, "2025": 170},
        revenue={"2023": 2600, "2024": 2800, "2025": 3000},
    )

    assert Readings(profile, TODAY).number("rnd_ratio_3y").value == Span.exactly(480 / 8400)


def test_a_younger_company_counts_its_actual_years() -> None:
    profile = company(
        established_on="2024-05-01",
        rnd={"2024": 10, "2025": 50},
        revenue={"2024": 200, "2025": 800},
    )

    assert Readings(profile, TODAY).number("rnd_ratio_3y").value == Span.exactly(0.06)


def test_a_missing_year_is_named_not_guessed() -> None:
    profile = company(
        rnd={"2024": 160, "2025": 170}, revenue={"2023": 2600, "2024": 2800, "2025": 3000}
    )
    reading = Readings(profile, TODAY).number("rnd_ratio_3y")

    assert reading.value is None
    assert [(gap.key, gap.years) for gap in reading.gaps] == [("rnd", (2023,))]


@pytest.mark.parametrize(
    ("liabilities", "assets", "expected"),
    [
        (4000, 5000, Span(0.8, 0.8)),
        ([1000, 2000], [4000, 5000], Span(0.2, 0.5)),
        (1000, [4000, None], Span(0, 0.25)),
        (1000, [0, 5000], None),
        (1000, [1, 5000], Span(0.2, 1000)),
        (1000, 0, None),
    ],
)
def test_debt_ratio_over_ranges(liabilities: object, assets: object, expected: Span | None) -> None:
    profile = company(total_liabilities=liabilities, total_assets=assets)

    assert Readings(profile, TODAY).number("debt_ratio").value == expected


def test_last_year_is_the_last_closed_fiscal_year() -> None:
    profile = company(revenue={"2024": 1, "2025": 2, "2026": 3})

    assert Readings(profile, date(2026, 1, 1)).number("revenue_last").value == Span(2, 2)
    assert Readings(profile, date(2025, 12, 31)).number("revenue_last").value == Span(1, 1)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"revenue_growth": 0.4}, Span(0.4, 0.4)),
        ({"revenue_growth": 0.26, "revenue": {"2024": 1000, "2025": 1250}}, Span(0.25, 0.25)),
        ({"revenue_growth": 0.4, "revenue": {"2024": 1000, "2025": [1200, 2000]}}, Span(0.4, 0.4)),
        ({"revenue_growth": [0.3, None], "revenue": {"2024": 1000, "2025": [1200, 1500]}},
         Span(0.3, 0.5)),
        ({"revenue_growth": 0.505, "revenue": {"2024": 1000, "2025": [1200, 1500]}},
         Span(0.2, 0.5)),
    ],
)  # fmt: skip
def test_a_stated_growth_narrows_what_is_computed(facts: dict[str, object], expected: Span) -> None:
    found = Readings(company(**facts), TODAY).number("growth_last").value

    assert found is not None
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


def test_of_a_year_before_the_founding_nothing_is_asked() -> None:
    readings = Readings(company(established_on="2025-03-01"), TODAY)

    assert (readings.of_year("rnd", 2024).value, readings.of_year("rnd", 2024).gaps) == (None, ())
    assert [gap.years for gap in readings.of_year("rnd", 2025).gaps] == [(2025,)]
    assert readings.number("revenue_cagr").gaps == ()  # 再问也算不出


@pytest.mark.parametrize(
    "facts",
    [
        {"tech_staff": 90, "employees": [75, 89]},
        {"invention_patents": 5, "total_patents": 4},
        {"niche_years": 14, "established_on": "2015-03-01"},
        {"revenue": {"2014": 300}, "established_on": "2015-03-01"},
        {"rnd_ratio": 0.2, "rnd": {"2025": 100}, "revenue": {"2025": 1000}},
        {"rnd_ratio": 0.2, "rnd": {"2025": [0, 100]}, "revenue": {"2025": [1000, None]}},
        {"revenue_growth": 0.4, "revenue": {"2024": 1000, "2025": 1250}},
    ],
)
def test_facts_that_contradict_each_other_are_unknown(facts: dict[str, object]) -> None:
    readings = Readings(company(**facts), TODAY)

    assert readings.contested
    assert all(readings.value(key) is None for key in readings.contested)


@pytest.mark.parametrize(
    "facts",
    [
        {"tech_staff": [70, 90], "employees": [75, 89]},
        {"revenue": {"2014": 0, "2015": 10}, "established_on": "2015-03-01"},
        {"revenue": {"2014": [0, 300]}, "established_on": "2015-03-01"},
        {"rnd_ratio": 0.1, "rnd": {"2025": 104}, "revenue": {"2025": 1000}},
        {"rnd_ratio": 0.2, "rnd": {"2025": 0}, "revenue": {"2025": [0, 10]}},
        {"revenue_growth": 0.4, "revenue": {"2024": 1000, "2025": [1000, 2000]}},
    ],
)
def test_what_can_both_be_true_is_no_contradiction(facts: dict[str, object]) -> None:
    assert not Readings(company(**facts), TODAY).contested


def test_a_difference_that_may_be_anything_is_unknown_and_asks_for_both() -> None:
    reading = Readings(company(total_assets=[10, None], total_liabilities=[5, None]), TODAY)

    assert reading.number("net_assets").value is None
    assert {gap.key for gap in reading.number("net_assets").gaps} == {
        "total_assets",
        "total_liabilities",
    }
