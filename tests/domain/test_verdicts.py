"""Outcomes: what sureness allows, which route speaks, and what never changes a definite answer."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.derived import Readings
from domain.facts import FactValue, Held, Kind, PerYear, Profile, Span
from domain.measures import Measure
from domain.profile_files import parse_fact, parse_profile
from domain.verdicts import Outcome, Verdict, judge
from tests.companies import (
    SIX,
    TODAY,
    Data,
    company,
    failed,
    leaf,
    missing,
    real_catalogue,
    small_catalogue,
    trial,
    try_on,
    try_on_day,
)

ELIGIBLE, INELIGIBLE = Outcome.ELIGIBLE, Outcome.INELIGIBLE
UNDETERMINED, OFFICER = Outcome.UNDETERMINED, Outcome.OFFICER_CHECK

STAFF = leaf("compare", fact="employees", op=">=", value=100)
LOAN = leaf("compare", fact="loan_amount", op="<=", value=400)
SCORE = leaf("compare", fact="innovation_score", op=">", value=70)
JUDGED = leaf("officer", key="worth")


@pytest.mark.parametrize(
    ("criteria", "facts", "outcome"),
    [
        ([STAFF, LOAN], {"employees": 100, "loan_amount": 400}, ELIGIBLE),
        ([STAFF, LOAN], {"employees": 99}, INELIGIBLE),
        ([STAFF, LOAN], {"employees": 100}, UNDETERMINED),
        ([STAFF, LOAN], {"employees": [90, 110], "loan_amount": 400}, UNDETERMINED),
        ([STAFF, JUDGED], {"employees": 100}, OFFICER),
        ([STAFF, JUDGED], {"employees": 99}, INELIGIBLE),
        ([STAFF, JUDGED], {}, UNDETERMINED),
        ([STAFF, SCORE], {"employees": 100}, OFFICER),
        ([STAFF, SCORE], {"employees": 100, "innovation_score": 71}, ELIGIBLE),
        ([STAFF, SCORE], {"employees": 100, "innovation_score": 70}, INELIGIBLE),
        ([], {"employees": 100}, OFFICER),
    ],
)
def test_the_outcome(criteria: list[Data], facts: dict[str, object], outcome: Outcome) -> None:
    assert try_on(trial(*criteria), **facts).outcome is outcome


def _judge_with(measure: Measure, **facts: object) -> Verdict:
    """The verdict where facts that the measure generates may be given too."""
    catalogue = small_catalogue(measure)
    return judge(measure, parse_profile(facts, catalogue.facts), TODAY, catalogue)


@pytest.mark.parametrize(
    ("criteria", "facts", "outcome"),
    [
        ([STAFF, JUDGED], {"employees": 100, "worth": True}, ELIGIBLE),
        ([STAFF, JUDGED], {"employees": 100, "worth": False}, INELIGIBLE),
        ([STAFF, JUDGED], {"worth": False}, INELIGIBLE),
        ([STAFF, JUDGED], {"worth": True}, UNDETERMINED),
        ([{**JUDGED, "cite": {"source": "S-MEMORY"}}], {"worth": False}, INELIGIBLE),
        ([{"kind": "any", "of": [STAFF, JUDGED]}], {"employees": 1, "worth": True}, ELIGIBLE),
        ([{"kind": "not", "of": JUDGED}], {"worth": True}, INELIGIBLE),
    ],
)
def test_an_officers_judgement_counts_like_any_fact(
    criteria: list[Data], facts: dict[str, object], outcome: Outcome
) -> None:
    assert _judge_with(trial(*criteria), **facts).outcome is outcome


def test_a_judgement_does_not_make_partial_criteria_complete() -> None:
    partial = trial(STAFF, JUDGED, criteria_status="partial")

    assert _judge_with(partial, employees=100, worth=True).outcome is OFFICER
    assert _judge_with(partial, employees=100, worth=False).outcome is INELIGIBLE


def test_partial_criteria_are_at_best_for_an_officer() -> None:
    partial = trial(STAFF, criteria_status="partial")

    assert try_on(partial, employees=100).outcome is OFFICER
    assert try_on(partial, employees=99).outcome is INELIGIBLE
    assert try_on(partial).outcome is UNDETERMINED


WEAK = [
    {"source": "S-ELSEWHERE"},
    {"source": "S-MEMORY"},
    {"source": "S-DOUBT"},
    {"source": "S-NOWHERE"},
    {"source": "S-LAW", "confidence": "low"},
    {"source": "S-LAW", "recalled": True, "confidence": "high"},
]


@pytest.mark.parametrize("cite", WEAK)
def test_weak_authority_alone_never_refuses(cite: dict[str, object]) -> None:
    weak = trial({**STAFF, "cite": cite})

    refused = try_on(weak, employees=99)

    assert refused.outcome is OFFICER
    assert [finding.doubtful for finding in refused.way.open_] == [True]
    assert failed(refused) == []
    assert try_on(weak, employees=100).outcome is ELIGIBLE


def test_weak_authority_turned_round_never_refuses_either() -> None:
    barred = trial({"kind": "not", "of": {**STAFF, "cite": {"source": "S-MEMORY"}}})

    assert try_on(barred, employees=100).outcome is OFFICER
    assert try_on(barred, employees=99).outcome is OFFICER


def test_medium_confidence_is_enough_to_refuse() -> None:
    medium = trial({**STAFF, "cite": {"source": "S-LAW", "confidence": "medium"}})

    assert try_on(medium, employees=99).outcome is INELIGIBLE


def test_a_certain_failure_beside_a_doubtful_one_refuses() -> None:
    both = trial({**STAFF, "cite": {"source": "S-ELSEWHERE"}}, LOAN)

    refused = try_on(both, employees=99, loan_amount=500)

    assert refused.outcome is INELIGIBLE
    assert failed(refused) == [LOAN["id"]]


def test_a_doubtful_failure_still_leaves_the_other_questions() -> None:
    both = trial({**STAFF, "cite": {"source": "S-ELSEWHERE"}}, LOAN)

    assert try_on(both, employees=99).outcome is UNDETERMINED
    assert missing(try_on(both, employees=99)) == ["loan_amount"]


def _route(name: str, *criteria: Data, **rest: object) -> Data:
    return {"id": name, "name": {"zh": name, "en": name}, "of": list(criteria), **rest}


def _routes(*routes: Data) -> Data:
    return {"kind": "routes", "routes": list(routes)}


PATENTS = leaf("compare", fact="class1_ip", op=">=", value=1)
TWO_WAYS = trial(PATENTS, _routes(_route("A", STAFF), _route("B", LOAN, JUDGED)))


@pytest.mark.parametrize(
    ("facts", "outcome", "route", "waits_for", "fails"),
    [
        ({"class1_ip": 1, "employees": 100}, ELIGIBLE, "A", [], []),
        ({"class1_ip": 1, "employees": 99, "loan_amount": 1}, OFFICER, "B", [], []),
        ({"class1_ip": 1, "loan_amount": 1}, UNDETERMINED, "A", ["employees"], []),
        ({"class1_ip": 1, "employees": 99}, UNDETERMINED, "B", ["loan_amount"], []),
        ({"employees": 100}, UNDETERMINED, "A", ["class1_ip"], []),
        (
            {"class1_ip": 1, "employees": 99, "loan_amount": 401},
            INELIGIBLE,
            "A",
            [],
            [STAFF["id"]],
        ),
        ({"class1_ip": 0, "employees": 100}, INELIGIBLE, "A", [], [PATENTS["id"]]),
    ],
)
def test_the_best_route_speaks_with_what_all_routes_share(
    facts: dict[str, object], outcome: Outcome, route: str, waits_for: list[str], fails: list[str]
) -> None:
    judged = try_on(TWO_WAYS, **facts)

    assert (judged.outcome, judged.route) == (outcome, route)
    assert missing(judged) == waits_for
    assert failed(judged) == fails


OVER = {"kind": "dated", "to": "2026-06-30"}
OPEN = {"kind": "dated", "to": "2027-06-30"}


def test_of_two_routes_that_fit_the_open_one_speaks() -> None:
    measure = trial(_routes(_route("old", STAFF, window=OVER), _route("new", STAFF, window=OPEN)))

    judged = try_on(measure, employees=100)

    assert (judged.route, judged.window.state) == ("new", "open")


def test_being_closed_never_changes_the_outcome() -> None:
    measure = trial(STAFF, window=OVER)

    for day in (date(2026, 6, 30), date(2026, 7, 1)):
        assert try_on_day(measure, day, employees=100).outcome is ELIGIBLE
    assert try_on(measure, employees=100).window.state == "closed"


def test_a_contested_fact_makes_what_depends_on_it_undetermined() -> None:
    contested = company(employees=120).with_rival("employees", Span.exactly(80))
    measure = trial(STAFF)

    judged = judge(measure, contested, TODAY, small_catalogue(measure))

    assert judged.outcome is UNDETERMINED
    assert missing(judged) == ["employees"]


def test_facts_that_contradict_each_other_are_both_asked_again() -> None:
    measure = trial(leaf("compare", fact="tech_staff_ratio", op=">=", value=0.1))

    judged = try_on(measure, tech_staff=90, employees=80)

    assert judged.outcome is UNDETERMINED
    assert missing(judged) == ["tech_staff", "employees"]


def test_each_finding_explains_itself() -> None:
    (finding,) = try_on(trial(STAFF), employees=[75, 89]).way.findings

    assert finding.criterion == STAFF["id"]
    assert finding.text is not None
    assert finding.text.of("zh") == "条件"
    assert finding.value == Span(75, 89)
    assert finding.threshold is not None
    assert finding.threshold.value == 100
    assert finding.cite is not None
    assert finding.cite.source == "S-LAW"
    assert finding.facts == ("employees",)


def test_without_criteria_the_report_is_cited() -> None:
    assert [cite.source for cite, _ in try_on(trial()).citations] == ["S-REPORT"]


# What follows holds for the six real measures and any company.

NUMBERS = {
    "employees": (0, 1200),
    "tech_staff": (0, 150),
    "new_eligible_hires_12m": (0, 60),
    "total_assets": (1, 30000),
    "total_liabilities": (0, 30000),
    "equity_raised_2y": (0, 4000),
    "niche_years": (0, 8),
    "class1_ip": (0, 5),
    "invention_patents": (0, 8),
    "valid_patents_3y": (0, 30),
    "invention_patents_3y": (0, 8),
    "foreign_inventions_3y": (0, 4),
    "innovation_score": (50, 100),
    "srdi_score": (30, 80),
    "loan_amount": (1, 6000),
    "guarantee_amount": (1, 3000),
    "guarantee_months": (1, 36),
}
SHARES = ("rnd_domestic_ratio", "hitech_revenue_ratio", "main_business_ratio")
AMOUNTS = {"revenue": (0, 50000), "rnd": (0, 2000), "net_profit": (-500, 900)}


def _ranges(low: int, high: int) -> st.SearchStrategy[object]:
    point = st.integers(low, high)
    return st.one_of(point, st.tuples(point, point).map(sorted), point.map(lambda end: [end, None]))


def _fact(key: str) -> st.SearchStrategy[object]:
    spec = real_catalogue().facts[key]
    if key in NUMBERS:
        return _ranges(*NUMBERS[key])
    if key in AMOUNTS:
        years = st.dictionaries(st.sampled_from(["2023", "2024", "2025"]), _ranges(*AMOUNTS[key]))
        return years.filter(bool)
    if key in SHARES:
        return st.sampled_from([0.3, 0.6, 0.79, 0.8, 1.0, [0.5, 0.9]])
    if spec.kind is Kind.FLAG:
        return st.booleans()
    if spec.kind is Kind.CHOICE:
        return st.sampled_from(sorted(spec.values))
    if spec.kind is Kind.CHOICES:
        return st.lists(st.sampled_from(sorted(spec.values)), unique=True)
    if spec.kind is Kind.DATE:
        return st.sampled_from(
            ["2015-03-01", "2023-06-01", "2026-02-01", ["2015-01-01", "2015-12-31"]]
        )
    return st.sampled_from(["39", "51", "65", "66", "01", "59", "70", "73"])


KEYS = (
    *NUMBERS,
    *SHARES,
    *AMOUNTS,
    "industry",
    "ownership",
    "established_on",
    "certifications",
    "core_ip_owned",
    "hitech_field",
    "market_position_leading",
    "major_incident_1y",
    "major_incident_3y",
    "abnormal_list",
    "prohibited_business",
    "tax_evasion_3y",
    "wage_arrears",
    "ip_bad_faith_3y",
    "has_trademark",
    "ip_management_system",
    "loan_purpose",
    "loan_granted_on",
    "loan_sector_listed",
    "via_startup_guarantee",
)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, object]:
    """Profile files with any of the facts the six measures look at."""
    keys = draw(st.lists(st.sampled_from(KEYS), unique=True))
    return {key: draw(_fact(key)) for key in keys}


def _judged(profile: Profile) -> list[Verdict]:
    readings = Readings(profile, TODAY)
    catalogue = real_catalogue()
    return [
        judge(measure, readings, TODAY, catalogue)
        for measure in catalogue.measures
        if measure.id in SIX
    ]


def _consistent(profile: Profile) -> bool:
    return not Readings(profile, TODAY).contested


@settings(max_examples=150, deadline=None)
@given(document=documents())
def test_only_certain_failures_refuse_and_only_gaps_leave_it_open(
    document: dict[str, object],
) -> None:
    for judged in _judged(company(**document)):
        assert bool(failed(judged)) == (judged.outcome is INELIGIBLE)
        assert bool(missing(judged)) == (judged.outcome is UNDETERMINED)
        if judged.outcome is ELIGIBLE:
            assert len(judged.way.met) == len(judged.way.findings)


@settings(max_examples=100, deadline=None)
@given(document=documents())
def test_nothing_known_exactly_is_asked_again(document: dict[str, object]) -> None:
    profile = company(**document)
    exact = {key for key, raw in document.items() if _is_exact(raw)}

    if _consistent(profile):
        for judged in _judged(profile):
            assert not exact & set(missing(judged))


def _is_exact(raw: object) -> bool:
    return isinstance(raw, bool | int | float)


@settings(max_examples=150, deadline=None)
@given(document=documents(), data=st.data())
def test_one_more_fact_never_overturns_a_definite_verdict(
    document: dict[str, object], data: st.DataObject
) -> None:
    before = company(**document)
    key = data.draw(st.sampled_from([key for key in KEYS if key not in document] or ["street"]))
    raw = data.draw(_fact(key))
    after = before.with_fact(key, parse_fact(real_catalogue().facts[key], raw))

    if not (_consistent(before) and _consistent(after)):
        return
    for old, new in zip(_judged(before), _judged(after), strict=True):
        assert old.outcome in {UNDETERMINED, new.outcome}


@settings(max_examples=150, deadline=None)
@given(document=documents(), data=st.data())
def test_narrowing_what_is_known_never_undecides(
    document: dict[str, object], data: st.DataObject
) -> None:
    before = company(**document)
    after = Profile({key: _narrowed(before.values[key], data) for key in before.values})

    if not (_consistent(before) and _consistent(after)):
        return
    for old, new in zip(_judged(before), _judged(after), strict=True):
        assert old.outcome in {UNDETERMINED, new.outcome}


def _narrowed(value: FactValue, data: st.DataObject) -> FactValue:
    match value:
        case Span():
            return _narrowed_span(value, data)
        case PerYear():
            return PerYear(tuple((year, _narrowed_span(span, data)) for year, span in value.years))
    return value


def _narrowed_span(span: Span, data: st.DataObject) -> Span:
    ends = [end for end in (span.low, span.high) if end is not None]
    return Span.exactly(data.draw(st.sampled_from(ends)))


@settings(max_examples=60, deadline=None)
@given(document=documents(), key=st.sampled_from(KEYS))
def test_forgetting_a_fact_never_refuses_anybody(document: dict[str, object], key: str) -> None:
    profile = company(**document)
    forgotten = profile.without(key)

    if not _consistent(profile):
        return
    for known, unknown in zip(_judged(profile), _judged(forgotten), strict=True):
        assert unknown.outcome in {UNDETERMINED, known.outcome}


def test_a_denied_title_is_a_no_and_an_unmentioned_one_is_not() -> None:
    measure = trial(leaf("holds", fact="certifications", any=["高新技术企业"]))
    denied = Profile().with_fact("certifications", Held(denied=("高新技术企业",)))

    assert judge(measure, denied, TODAY, small_catalogue(measure)).outcome is INELIGIBLE
    assert try_on(measure).outcome is UNDETERMINED
