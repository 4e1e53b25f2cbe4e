"""Near misses: how far, and when it comes true by itself."""

from datetime import date

import pytest

from domain.near_misses import NearMiss
from tests.companies import Data, company, leaf, trial, try_on, verdict

HI_TECH = {
    "established_on": "2015-03-01",
    "employees": [75, 89],
    "tech_staff": 11,
    "revenue": {"2023": 2600, "2024": 2800, "2025": 3000},
}


def miss(*criteria: Data, **facts: object) -> NearMiss | None:
    """The near miss on a trial measure."""
    return try_on(trial(*criteria), **facts).near_miss


def text(found: NearMiss | None) -> str:
    """Its Chinese wording."""
    assert found is not None
    return found.text.of("zh")


def test_the_share_is_short_by_points_and_money() -> None:
    rnd = {"2023": 110, "2024": 120, "2025": 140}
    found = verdict("hi-tech-enterprise", company(**HI_TECH, rnd=rnd)).near_miss

    assert text(found) == "近三年研发占比差 0.6 个百分点，约 50 万元"
    assert found is not None
    assert (found.fact, found.to) == ("rnd_ratio_3y", 0.05)
    assert found.from_ == pytest.approx(370 / 8400)
    assert (
        found.text.en == "Three-year R&D share: short by 0.6 percentage points, about CNY 500,000"
    )


def test_people_are_counted_whole() -> None:
    found = verdict(
        "hi-tech-enterprise", company(established_on="2015-03-01", employees=80, tech_staff=5)
    ).near_miss

    assert text(found) == "科技人员占比差 3.8 个百分点，约 3 人"


def test_a_young_company_is_told_the_day() -> None:
    found = verdict("hi-tech-enterprise", company(established_on="2026-05-01")).near_miss

    assert found is not None
    assert found.on == date(2027, 5, 1)
    assert text(found) == "2027-05-01 满 1 年"
    assert (found.fact, found.to) == ("age", 1)


def test_a_company_of_this_year_reports_from_next_year() -> None:
    found = verdict("annual-report-merge", company(established_on="2026-05-01")).near_miss

    assert found is not None
    assert (found.fact, found.on) == ("established_on", date(2027, 1, 1))


def test_on_a_strict_bound_more_is_asked() -> None:
    found = miss(leaf("compare", fact="innovation_score", op=">", value=70), innovation_score=70)

    assert text(found) == "创新能力评价得分须高于 70"


def test_too_much_is_told_as_too_much() -> None:
    criterion = leaf("compare", fact="loan_amount", op="<=", value=400)

    assert text(miss(criterion, loan_amount=[450, 600])) == "贷款金额超出 50 万元"


def test_a_range_is_as_near_as_its_nearest_end() -> None:
    criterion = leaf("compare", fact="employees", op=">=", value=100)

    assert text(miss(criterion, employees=[75, 89])) == "员工人数差 11 人"


def test_of_alternatives_the_nearest_counts() -> None:
    alternatives = {
        "kind": "any",
        "of": [
            leaf("compare", fact="revenue_last", op=">=", value=1500),
            leaf("compare", fact="equity_raised_2y", op=">=", value=2000),
        ],
    }

    found = miss(alternatives, revenue={"2025": 1400}, equity_raised_2y=500)

    assert text(found) == "上年营业收入差 100 万元"


def test_a_ratio_names_both_sides() -> None:
    criterion = leaf("ratio", fact="rnd", of="revenue", op=">=", value=0.03)

    found = miss(criterion, rnd={"2025": 20}, revenue={"2025": 1000})

    assert text(found) == "研发费用占营业收入差 1 个百分点，约 10 万元"


def test_a_hair_short_is_never_nothing() -> None:
    criterion = leaf("compare", fact="rnd_domestic_ratio", op=">=", value=0.6)

    assert text(miss(criterion, rnd_domestic_ratio=0.5999)) == "境内研发费用占比差 0.01 个百分点"


def test_two_failures_are_no_near_miss() -> None:
    staff = leaf("compare", fact="employees", op=">=", value=100)
    loan = leaf("compare", fact="loan_amount", op="<=", value=400)

    assert miss(staff, loan, employees=99, loan_amount=401) is None


def test_a_yes_or_no_has_no_distance() -> None:
    assert miss(leaf("flag", fact="abnormal_list", **{"is": False}), abnormal_list=True) is None


def test_of_several_failures_each_has_its_distance() -> None:
    staff = leaf("compare", fact="employees", op=">=", value=100)
    loan = leaf("compare", fact="loan_amount", op="<=", value=400)
    way = try_on(trial(staff, loan), employees=90, loan_amount=450).way

    assert way.near_miss is None
    assert [text(one) for one in way.distances] == ["员工人数差 10 人", "贷款金额超出 50 万元"]


def test_years_in_the_niche_grow_at_new_year() -> None:
    found = miss(leaf("compare", fact="niche_years", op=">=", value=3), niche_years=1)

    assert found is not None
    assert (found.on, found.again) == (None, date(2028, 1, 1))
    assert text(found) == "从事细分市场年限差 2 年"
    assert found.outlook is not None
    assert found.outlook.of("zh") == "做到 2027 年底满 3 年"


def test_next_year_other_accounts_count() -> None:
    rnd = {"2023": 110, "2024": 120, "2025": 140}
    found = verdict("hi-tech-enterprise", company(**HI_TECH, rnd=rnd)).near_miss

    assert found is not None
    assert (found.on, found.again) == (None, date(2027, 1, 1))
    assert found.outlook is not None
    assert found.outlook.of("zh") == (
        "2026 年结账后改看 2024–2026 年；若今年收入与去年一样，今年研发费用满 180 万元即达到"
    )
    assert found.outlook.of("en") == (
        "After the 2026 accounts, 2024–2026 counts; with the same revenue as last year,"
        " R&D of CNY 1.8 million is enough"
    )


def test_where_each_year_must_pass_the_latest_that_fails_is_told() -> None:
    criterion = leaf("ratio", fact="rnd", of="revenue", over="each_of_2", op=">=", value=0.03)
    amounts = {"rnd": {"2024": 10, "2025": 40}, "revenue": {"2024": 1000, "2025": 1000}}

    assert text(miss(criterion, **amounts)) == "研发费用占营业收入差 2 个百分点，约 20 万元"


def test_the_days_of_a_founding_are_counted() -> None:
    criterion = leaf("date", fact="established_on", op="<=", value={"days_before": 365})

    found = miss(criterion, established_on="2025-11-24")

    assert found is not None
    assert (found.fact, found.on) == ("age", date(2026, 11, 24))
    assert miss(criterion, established_on="2025-11-23") is None
