"""Criteria one by one: met, unmet or unknown, over ranges, years, tiers and dates."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.evaluation import Finding, State
from domain.facts import Held, Profile
from domain.verdicts import Outcome, judge
from tests.companies import (
    TODAY,
    Data,
    leaf,
    missing,
    small_catalogue,
    trial,
    try_on,
    try_on_day,
)

MET, UNMET, UNKNOWN = State.MET, State.UNMET, State.UNKNOWN


def finding(criterion: Data, **facts: object) -> Finding:
    """What comes out of one criterion."""
    (found,) = try_on(trial(criterion), **facts).way.findings
    return found


def state(criterion: Data, **facts: object) -> State:
    """Whether the criterion is met."""
    return finding(criterion, **facts).state


@pytest.mark.parametrize(
    ("op", "employees", "expected"),
    [
        (">=", 100, MET),
        (">=", 99, UNMET),
        (">=", [100, None], MET),
        (">=", [99, 100], UNKNOWN),
        (">=", [None, 99], UNMET),
        (">=", None, UNKNOWN),
        (">", 100, UNMET),
        (">", 101, MET),
        (">", [100, 101], UNKNOWN),
        ("<=", 100, MET),
        ("<=", [100, 101], UNKNOWN),
        ("<=", [101, None], UNMET),
        ("<", 100, UNMET),
        ("<", [90, 99], MET),
        ("<", [99, 100], UNKNOWN),
        ("==", 100, MET),
        ("==", [99, 101], UNKNOWN),
        ("==", [101, 120], UNMET),
        ("!=", 100, UNMET),
        ("!=", [101, 120], MET),
    ],
)
def test_a_number_against_a_bound(op: str, employees: object, expected: State) -> None:
    criterion = leaf("compare", fact="employees", op=op, value=100)
    facts = {} if employees is None else {"employees": employees}

    assert state(criterion, **facts) is expected


@pytest.mark.parametrize(
    ("rnd", "expected"),
    [
        ({"2024": 100, "2025": 100}, MET),
        ({"2024": 99, "2025": 500}, UNMET),
        ({"2024": 500, "2025": [90, 110]}, UNKNOWN),
        ({"2025": 500}, UNKNOWN),
        ({"2025": 50}, UNMET),
    ],
)
def test_each_of_two_years_must_pass(rnd: dict[str, object], expected: State) -> None:
    criterion = leaf("compare", fact="rnd", op=">=", value=100, over="each_of_2")

    assert state(criterion, rnd=rnd) is expected


def test_each_of_two_years_asks_for_the_year_that_is_missing() -> None:
    criterion = leaf("compare", fact="rnd", op=">=", value=100, over="each_of_2")

    (gap,) = finding(criterion, rnd={"2025": 500}).gaps

    assert (gap.key, gap.years) == ("rnd", (2024,))


@pytest.mark.parametrize(
    ("rnd", "expected"),
    [
        ({"2024": 700, "2025": 500}, MET),
        ({"2024": 699, "2025": 500}, UNMET),
        ({"2025": 2000}, UNKNOWN),
    ],
)
def test_a_sum_over_two_years(rnd: dict[str, object], expected: State) -> None:
    assert (
        state(leaf("compare", fact="rnd", op=">=", value=1200, over="sum_2"), rnd=rnd) is expected
    )


def test_a_ratio_takes_what_is_stated_for_the_last_year_only() -> None:
    criterion = leaf(
        "ratio", fact="rnd", of="revenue", over="each_of_2", op=">=", value=0.03, stated="rnd_ratio"
    )
    year_before = {"rnd": {"2024": 30}, "revenue": {"2024": 1000}}

    assert state(criterion, **year_before, rnd_ratio=0.05) is MET
    assert state(criterion, **year_before, rnd_ratio=0.02) is UNMET
    assert state(criterion, rnd_ratio=0.05) is UNKNOWN


def test_a_decimal_quotient_on_the_bound_is_met() -> None:
    criterion = leaf("ratio", fact="rnd", of="revenue", op=">=", value=0.05)

    assert state(criterion, rnd={"2025": 117.2835}, revenue={"2025": 2345.67}) is MET


@pytest.mark.parametrize("profit", [-5, 0, [-5, 10], [None, 10]])
def test_a_ratio_over_what_may_be_negative_is_unknown(profit: object) -> None:
    criterion = leaf("ratio", fact="rnd", of="net_profit", op=">=", value=0.05)

    assert state(criterion, rnd={"2025": 100}, net_profit={"2025": profit}) is UNKNOWN


RND_SHARE = leaf(
    "tiers",
    fact="rnd_ratio",
    by="revenue_last",
    op=">=",
    tiers=[{"up_to": 5000, "value": 0.05}, {"up_to": 20000, "value": 0.04}, {"value": 0.03}],
)


@pytest.mark.parametrize(
    ("ratio", "revenue", "expected"),
    [
        (0.05, 5000, MET),
        (0.049, 5000, UNMET),
        (0.04, 5000.01, MET),
        (0.04, 20000, MET),
        (0.039, 20000, UNMET),
        (0.03, 20000.01, MET),
        (0.029, 90000, UNMET),
        (0.045, [4000, 6000], UNKNOWN),
        (0.05, [4000, 6000], MET),
        (0.039, [4000, 6000], UNMET),
        (0.06, None, MET),
        (0.02, None, UNMET),
        (0.045, None, UNKNOWN),
        ([0.045, 0.055], [4000, 5000], UNKNOWN),
        ([0.045, 0.055], [5001, 6000], MET),
    ],
)
def test_a_threshold_by_tiers_is_judged_over_every_tier(
    ratio: object, revenue: object, expected: State
) -> None:
    facts = {} if revenue is None else {"revenue": {"2025": revenue}}

    assert state(RND_SHARE, rnd_ratio=ratio, **facts) is expected


def test_a_tier_may_end_below_its_edge() -> None:
    criterion = leaf(
        "tiers",
        fact="rnd_ratio",
        by="revenue_last",
        op=">=",
        tiers=[{"below": 5000, "value": 0.05}, {"value": 0.03}],
    )

    assert state(criterion, rnd_ratio=0.04, revenue={"2025": 4999}) is UNMET
    assert state(criterion, rnd_ratio=0.04, revenue={"2025": 5000}) is MET


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ([], UNMET),
        (["科技型中小企业"], MET),
        ({"科技型中小企业": "2026-11-23"}, MET),
        ({"科技型中小企业": "2026-11-22"}, UNMET),
        ({"科技型中小企业": "2026-11-22", "创新型中小企业": None}, MET),
        (None, UNKNOWN),
    ],
)
def test_a_title_counts_until_the_day_it_ends(held: object, expected: State) -> None:
    criterion = leaf("holds", fact="certifications", any=["科技型中小企业", "创新型中小企业"])
    facts = {} if held is None else {"certifications": held}

    assert state(criterion, **facts) is expected


def test_a_title_nobody_mentioned_is_unknown() -> None:
    said = Profile().with_fact("certifications", Held(denied=("科技型中小企业",)))
    one = trial(leaf("holds", fact="certifications", any=["科技型中小企业"]))
    both = trial(leaf("holds", fact="certifications", any=["科技型中小企业", "创新型中小企业"]))

    assert judge(one, said, TODAY, small_catalogue(one)).outcome is Outcome.INELIGIBLE
    assert judge(both, said, TODAY, small_catalogue(both)).outcome is Outcome.UNDETERMINED


@pytest.mark.parametrize(
    ("code", "expected"),
    [("3973", MET), ("39", UNKNOWN), ("35", UNMET), ("3979", UNMET), (None, UNKNOWN)],
)
def test_an_industry_by_prefix(code: str | None, expected: State) -> None:
    criterion = leaf("industry", prefixes=["397"], **{"except": ["3979"]})
    facts = {} if code is None else {"industry": code}

    assert state(criterion, **facts) is expected


@pytest.mark.parametrize(
    ("founded", "expected"),
    [
        ("2025-12-31", MET),
        ("2026-01-01", UNMET),
        (["2025-06-01", "2026-06-01"], UNKNOWN),
        (["2015-01-01", None], UNKNOWN),
    ],
)
def test_a_day_against_the_start_of_the_year(founded: object, expected: State) -> None:
    criterion = leaf("date", fact="established_on", op="<", value="year_start")

    assert state(criterion, established_on=founded) is expected


@pytest.mark.parametrize(
    ("employees", "revenue", "expected"),
    [
        (28, None, MET),
        (299, 90000, MET),
        (300, 2000, UNMET),
        (300, None, UNKNOWN),
        ([250, 350], 3000, UNKNOWN),
        ([250, 350], 1999, MET),
    ],
)
def test_small_or_micro_can_be_certain_with_facts_missing(
    employees: object, revenue: object, expected: State
) -> None:
    criterion = leaf("one_of", fact="size_class", values=["小型", "微型"])
    facts = {} if revenue is None else {"revenue": {"2025": revenue}}

    assert state(criterion, industry="39", employees=employees, **facts) is expected


def test_a_dated_threshold_is_the_one_in_force() -> None:
    cite = {"source": "S-LAW"}
    measure = trial(
        leaf("compare", fact="employees", op=">=", parameter="staff"),
        parameters={
            "staff": [
                {"from": "2020-01-01", "to": "2025-12-31", "value": 50, "cite": cite},
                {"from": "2026-01-01", "to": "2026-12-31", "value": 100, "cite": cite},
            ]
        },
    )

    outcomes = [
        try_on_day(measure, day, employees=80).outcome
        for day in (date(2025, 12, 31), date(2026, 1, 1), date(2027, 1, 1))
    ]

    assert outcomes == [Outcome.ELIGIBLE, Outcome.INELIGIBLE, Outcome.OFFICER_CHECK]


@pytest.mark.parametrize(
    ("founded", "today", "expected"),
    [
        ("2025-11-23", date(2026, 11, 23), MET),
        ("2025-11-24", date(2026, 11, 23), UNMET),
        ("2027-03-01", date(2028, 2, 29), MET),  # 365 天，周年是次日
        ("2027-03-02", date(2028, 2, 29), UNMET),
        (["2025-11-01", "2025-12-31"], date(2026, 11, 23), UNKNOWN),
    ],
)
def test_a_day_so_many_days_ago(founded: object, today: date, expected: State) -> None:
    criterion = leaf("date", fact="established_on", op="<=", value={"days_before": 365})

    (found,) = try_on_day(trial(criterion), today, established_on=founded).way.findings

    assert found.state is expected
    assert found.facts == ("age", "established_on")


@pytest.mark.parametrize(
    ("rnd", "revenue", "expected"),
    [
        (10, [0, 100], UNKNOWN),  # 收入为零时谈不上占比
        (10, [0.01, 100], MET),
        (0, [0, 100], UNKNOWN),
        (10, 0, UNKNOWN),
    ],
)
def test_a_share_of_what_may_be_nothing_is_unknown(
    rnd: object, revenue: object, expected: State
) -> None:
    criterion = leaf("ratio", fact="rnd", of="revenue", op=">=", value=0.05)

    assert state(criterion, rnd={"2025": rnd}, revenue={"2025": revenue}) is expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"rnd_ratio": 0.05}, MET),
        ({"rnd_ratio": 0.05, "revenue": {"2025": [2000, 5000]}, "rnd": {"2025": [100, 250]}}, MET),
        ({"rnd_ratio": 0.05, "revenue": {"2025": 5000}, "rnd": {"2025": [0, 49]}}, UNKNOWN),
        ({"rnd_ratio": 0.05, "revenue": {"2025": 2000}, "rnd": {"2025": 40}}, UNKNOWN),
        ({"rnd_ratio": 0.03, "revenue": {"2025": 2000}, "rnd": {"2025": 58}}, UNMET),
    ],
)
def test_what_is_stated_narrows_what_is_computed_and_never_contradicts_in_silence(
    facts: dict[str, object], expected: State
) -> None:
    criterion = leaf("ratio", fact="rnd", of="revenue", stated="rnd_ratio", op=">=", value=0.03)

    assert state(criterion, **facts) is expected


BIG = leaf("compare", fact="employees", op=">=", value=100)
RICH = leaf("compare", fact="loan_amount", op=">=", value=100)
CLEAN = leaf("flag", fact="abnormal_list", **{"is": False})
JUDGED = leaf("officer", key="worth")


@pytest.mark.parametrize(
    ("facts", "all_of", "any_of"),
    [
        ({"employees": 100, "loan_amount": 100}, MET, MET),
        ({"employees": 100, "loan_amount": 99}, UNMET, MET),
        ({"employees": 99, "loan_amount": 99}, UNMET, UNMET),
        ({"employees": 100}, UNKNOWN, MET),
        ({"employees": 99}, UNMET, UNKNOWN),
        ({}, UNKNOWN, UNKNOWN),
    ],
)
def test_groups_follow_strong_kleene_logic(
    facts: dict[str, object], all_of: State, any_of: State
) -> None:
    assert state({"kind": "all", "of": [BIG, RICH]}, **facts) is all_of
    assert state({"kind": "any", "of": [BIG, RICH]}, **facts) is any_of


@pytest.mark.parametrize(("employees", "expected"), [(100, UNMET), (99, MET), (None, UNKNOWN)])
def test_not_turns_yes_and_no_but_never_unknown(employees: object, expected: State) -> None:
    facts = {} if employees is None else {"employees": employees}

    assert state({"kind": "not", "of": BIG}, **facts) is expected


def test_of_alternatives_only_what_can_still_help_is_asked() -> None:
    alternatives = {"kind": "any", "of": [{"kind": "all", "of": [BIG, CLEAN]}, RICH]}

    assert missing(try_on(trial(alternatives), employees=99)) == ["loan_amount"]


def test_an_officer_waits_while_the_company_can_still_answer() -> None:
    alternatives = {"kind": "any", "of": [BIG, JUDGED]}

    assert finding(alternatives).officer == ()
    assert finding(alternatives, employees=99).officer == (JUDGED["id"],)


def test_another_measure_held_or_excluded() -> None:
    held = trial(leaf("measure", any=["hi-tech-enterprise"], state="held"))
    excluded = trial(leaf("measure", any=["hi-tech-enterprise"], state="excluded"))

    def outcome(measure: object, known: dict[str, bool]) -> Outcome:
        tried = held if measure is held else excluded
        return judge(tried, Profile(), TODAY, small_catalogue(tried), known).outcome

    assert outcome(held, {"hi-tech-enterprise": True}) is Outcome.ELIGIBLE
    assert outcome(held, {"hi-tech-enterprise": False}) is Outcome.INELIGIBLE
    assert outcome(excluded, {"hi-tech-enterprise": True}) is Outcome.INELIGIBLE
    assert outcome(excluded, {}) is Outcome.OFFICER_CHECK


@pytest.mark.parametrize(
    "wrong",
    [
        leaf("compare", fact="employees", op=">="),
        leaf("compare", fact="employees", op=">=", value=1, parameter="x"),
        leaf("holds", fact="certifications"),
        leaf(
            "tiers", fact="rnd_ratio", by="revenue_last", op=">=", tiers=[{"up_to": 1, "value": 1}]
        ),
        leaf("guess", fact="employees"),
        leaf("flag", fact="abnormal_list", **{"is": False, "mood": "bad"}),
    ],
)
def test_a_malformed_criterion_is_refused(wrong: Data) -> None:
    with pytest.raises(ValidationError):
        trial(wrong)


def test_routes_stand_once_and_only_at_the_top() -> None:
    words = {"zh": "路", "en": "way"}
    routes = {"kind": "routes", "routes": [{"id": "A", "name": words, "of": [BIG]}]}

    with pytest.raises(ValidationError):
        trial(routes, routes)
    with pytest.raises(ValidationError):
        trial({"kind": "all", "of": [routes]})


@given(
    low=st.integers(0, 300),
    width=st.integers(0, 100),
    cut=st.integers(0, 100),
    op=st.sampled_from([">=", ">", "<=", "<", "==", "!="]),
    bound=st.integers(0, 300),
)
def test_narrowing_a_range_never_undoes_an_answer(
    low: int, width: int, cut: int, op: str, bound: int
) -> None:
    criterion = leaf("compare", fact="employees", op=op, value=bound)
    narrower = [low + min(cut, width), low + width]

    wide = state(criterion, employees=[low, low + width])

    if wide is not UNKNOWN:
        assert state(criterion, employees=narrower) is wide
