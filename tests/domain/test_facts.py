"""Facts and profile files: what is taken, what is refused, and how it is said."""

from datetime import date
from itertools import pairwise

import pytest

from domain.facts import (
    BadFact,
    DateSpan,
    Held,
    PerYear,
    Profile,
    Reason,
    Span,
    reconciled,
)
from domain.profile_files import BadProfile, dump_profile, parse_profile
from tests.companies import company, real_catalogue

DOCUMENT = {
    "name": "杭州示例封装有限公司",
    "industry": "39",
    "established_on": ["2015-01-01", "2015-12-31"],
    "employees": [75, 89],
    "tech_staff": 11,
    "revenue": {"2024": [2000, None], "2025": 3000},
    "core_ip_owned": True,
    "ownership": "民营",
    "rnd_domestic_ratio": 0.9,
    "certifications": {"高新技术企业": "2027-12-01", "科技型中小企业": None},
}


def test_a_profile_file_comes_back_as_it_was() -> None:
    profile = parse_profile(DOCUMENT, real_catalogue().facts)

    assert dump_profile(profile) == DOCUMENT


@pytest.mark.parametrize(
    ("key", "raw", "value"),
    [
        ("employees", 12, Span(12, 12)),
        ("employees", [10, 20], Span(10, 20)),
        ("employees", [10, None], Span(10, None)),
        ("employees", [None, 20], Span(0, 20)),
        ("net_profit", {"2025": [None, 0]}, PerYear(((2025, Span(None, 0)),))),
        ("established_on", "2015-03-01", DateSpan.exactly(date(2015, 3, 1))),
        (
            "established_on",
            ["2015-01-01", "2015-12-31"],
            DateSpan(date(2015, 1, 1), date(2015, 12, 31)),
        ),
        ("abnormal_list", False, False),
        ("industry", "3973", "3973"),
        ("certifications", [], Held(complete=True)),
    ],
)
def test_each_form_of_a_value_is_read(key: str, raw: object, value: object) -> None:
    assert company(**{key: raw}).get(key) == value


@pytest.mark.parametrize(
    ("key", "raw", "reason"),
    [
        ("emploees", 12, Reason.UNKNOWN_KEY),
        ("age", 12, Reason.DERIVED),
        ("employees", "12", Reason.WRONG_KIND),
        ("employees", True, Reason.WRONG_KIND),
        ("employees", -1, Reason.OUT_OF_BOUNDS),
        ("employees", 10**400, Reason.OUT_OF_BOUNDS),
        ("employees", float("nan"), Reason.OUT_OF_BOUNDS),
        ("employees", [20, 10], Reason.REVERSED),
        ("established_on", "2999-01-01", Reason.OUT_OF_BOUNDS),
        ("established_on", ["0201-01-01", "2015-12-31"], Reason.OUT_OF_BOUNDS),
        ("employees", [None, None], Reason.EMPTY),
        ("employees", [1, 2, 3], Reason.WRONG_KIND),
        ("rnd_domestic_ratio", 60, Reason.OUT_OF_BOUNDS),
        ("rnd_domestic_ratio", 1e-320, Reason.OUT_OF_BOUNDS),
        ("revenue", 3000, Reason.WRONG_KIND),
        ("revenue", {"last": 3000}, Reason.WRONG_KIND),
        ("revenue", {"1025": 3000}, Reason.OUT_OF_BOUNDS),
        ("established_on", "2015", Reason.WRONG_KIND),
        ("established_on", "2015-02-30", Reason.WRONG_KIND),
        ("established_on", "9999-12-31", Reason.OUT_OF_BOUNDS),
        ("established_on", ["2016-01-01", "2015-01-01"], Reason.REVERSED),
        ("abnormal_list", "no", Reason.WRONG_KIND),
        ("ownership", "私企", Reason.NOT_AN_OPTION),
        ("industry", "99", Reason.NOT_AN_OPTION),
        ("industry", "电子", Reason.NOT_AN_OPTION),
        ("certifications", ["高企"], Reason.NOT_AN_OPTION),
        ("name", "  ", Reason.EMPTY),
        ("name", None, Reason.WRONG_KIND),
    ],
)
def test_a_bad_value_is_refused_with_its_reason(key: str, raw: object, reason: Reason) -> None:
    with pytest.raises(BadProfile) as refused:
        company(**{key: raw})

    (fault,) = refused.value.faults
    assert (fault.key, fault.reason) == (key, reason)
    assert fault.example


def test_every_fault_of_a_file_is_named_at_once() -> None:
    with pytest.raises(BadProfile) as refused:
        company(emploees=12, employees="many", ownership="私企")

    assert [fault.key for fault in refused.value.faults] == ["emploees", "employees", "ownership"]


def test_a_misspelt_key_is_told_the_nearest_one() -> None:
    with pytest.raises(BadProfile) as refused:
        company(emploees=12)

    assert refused.value.faults[0].example == "employees"


def test_a_profile_file_is_an_object() -> None:
    with pytest.raises(BadProfile):
        parse_profile([1], real_catalogue().facts)


def test_every_button_is_an_answer_its_fact_takes() -> None:
    for spec in real_catalogue().facts:
        for band in spec.bands:
            value = PerYear.of({2025: band.span}) if spec.per_year else band.span
            spec.check(value)


def test_buttons_of_a_fact_do_not_overlap() -> None:
    for spec in real_catalogue().facts:
        spans = sorted(
            (band.range for band in spec.bands),
            key=lambda ends: float("-inf") if ends[0] is None else ends[0],
        )
        for (_, high), (low, _) in pairwise(spans):
            assert high is not None, spec.key
            assert low is not None, spec.key
            assert high < low, spec.key


def test_years_are_joined_when_one_more_is_told() -> None:
    profile = company(revenue={"2024": 2800})

    joined = profile.with_fact("revenue", PerYear.of({2025: Span.exactly(3000)}))

    assert dump_profile(joined) == {"revenue": {"2024": 2800, "2025": 3000}}
    assert dump_profile(profile) == {"revenue": {"2024": 2800}}


def test_a_sentence_says_only_what_is_held_or_denied() -> None:
    said = Held((("高新技术企业", date(2026, 6, 30)),), denied=("科技型中小企业",))

    states = [
        said.state(item, date(2026, 6, 30))
        for item in ("高新技术企业", "科技型中小企业", "创新型中小企业")
    ]

    assert states == [True, False, None]
    assert said.state("高新技术企业", date(2026, 7, 1)) is False


def test_denying_a_title_takes_it_back() -> None:
    profile = Profile().with_fact("certifications", Held((("高新技术企业", None),)))

    denied = profile.with_fact("certifications", Held(denied=("高新技术企业",)))

    assert denied.get("certifications") == Held((), ("高新技术企业",))


@pytest.mark.parametrize(
    ("one", "other", "agreed"),
    [
        (Span(75, 89), Span(80, 80), Span(80, 80)),
        (Span(75, 89), Span(80, None), Span(80, 89)),
        (Span(75, 89), Span(90, 99), None),
        (True, False, None),
        ("民营", "民营", "民营"),
        (
            PerYear.of({2024: Span(1, 3)}),
            PerYear.of({2024: Span(2, 4), 2025: Span(5, 5)}),
            PerYear.of({2024: Span(2, 3), 2025: Span(5, 5)}),
        ),
        (PerYear.of({2024: Span(1, 1)}), PerYear.of({2024: Span(2, 2)}), None),
        (Held(complete=True), Held((("高新技术企业", None),)), None),
        (Held((("高新技术企业", None),)), Held(denied=("高新技术企业",)), None),
    ],
)
def test_two_tellings_agree_or_contradict(one: object, other: object, agreed: object) -> None:
    assert reconciled(one, other) == agreed  # type: ignore[arg-type]


def test_a_contested_fact_is_unknown_until_it_is_told_anew() -> None:
    contested = company(employees=80).with_rival("employees", Span.exactly(120))

    assert contested.get("employees") is None
    assert contested.with_fact("employees", Span.exactly(120)).get("employees") == Span(120, 120)


def test_a_bad_fact_says_what_would_be_good() -> None:
    spec = real_catalogue().facts["employees"]

    with pytest.raises(BadFact, match="good: 120"):
        spec.check(Span(-5, -5))
