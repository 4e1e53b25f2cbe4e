"""Random criteria trees of every kind, and random companies that stand at their thresholds.

Trees are drawn by hypothesis, so that a failure shrinks to a small tree. Companies are drawn from a
seed, dozens at a time: a tree that two readings judge differently shows it on one of them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from random import Random

from hypothesis import strategies as st

from domain.catalogue import Catalogue
from domain.criteria import Op, Over
from domain.facts import (
    DateSpan,
    FactDictionary,
    FactSpec,
    FactValue,
    Held,
    Kind,
    PerYear,
    Profile,
    Span,
)
from domain.measures import Measure
from tests.companies import SOURCES, Data, leaf, real_catalogue, trial

WORDS = {"zh": "条件", "en": "condition"}
CITED = ("S-LAW", "S-LAW", "S-LAW", "S-ELSEWHERE", "S-MEMORY", "S-DOUBT")
DAYS = (date(2026, 1, 1), date(2026, 2, 28), date(2026, 3, 1), date(2026, 11, 23))
"""Days of one year, so that derived rows hold on all of them."""

OTHERS = ("other-one", "other-two")
"""Measures that a tree may ask to be held or not."""

DECLARED, JUDGED = ("said_one", "said_two"), ("seen_one", "seen_two")
PLAIN = ("employees", "tech_staff", "total_assets", "total_liabilities", "rnd_ratio", "niche_years")
SCORED = ("innovation_score", "main_business_ratio")
YEARLY = ("revenue", "rnd", "net_profit", "roe")
DERIVED = (
    "debt_ratio",
    "tech_staff_ratio",
    "hire_ratio",
    "rnd_ratio_3y",
    "revenue_last",
    "rnd_ratio_last",
    "growth_last",
    "revenue_cagr",
    "net_assets",
)
FLAGS = ("core_ip_owned", "wage_arrears", "market_position_leading")
CHOICES = ("ownership", "listing_plan")
HAIR = 4e-10
"""Less than what a comparison forgives."""

NUMBERS = (0, 0.1, 0.1 + HAIR, 0.3, 0.3 - HAIR, 1, 3, 20, 300, 2000, -1, -0.1)
BOUNDS = st.sampled_from(NUMBERS)
CODES = ("27", "35", "39", "391", "3911", "51", "591", "59", "65", "7320", "70", "97", "01")
PREFIXES = ("3", "39", "391", "3911", "59", "591", "70", "701", "6", "27")


@cache
def trial_catalogue() -> Catalogue:
    """The real catalogue with trial sources, and what trees let declare and judge."""
    said = [leaf("declared", key=key, question=WORDS) for key in DECLARED]
    seen = [leaf("officer", key=key) for key in JUDGED]
    real = real_catalogue()
    return replace(real, sources={**SOURCES, **real.sources}).with_measures([trial(*said, *seen)])


def _options(key: str) -> list[str]:
    return [option.value for option in real_catalogue().facts[key].options]


ops = st.sampled_from([op.value for op in Op])
sources = st.sampled_from(CITED)
booleans = st.booleans()


@st.composite
def thresholds(draw: st.DrawFn) -> Data:
    """A value or a dated parameter to compare with, and the comparison."""
    if draw(st.integers(0, 5)) == 0:
        return {"op": draw(ops), "parameter": draw(st.sampled_from(["dated", "lapsed"]))}
    return {"op": draw(ops), "value": draw(BOUNDS)}


@st.composite
def compares(draw: st.DrawFn) -> Data:
    """A number, an age, or a per-year number over several years, against a threshold."""
    over = draw(st.sampled_from([None, None, *(one.value for one in Over)]))
    if over is not None:
        key = draw(st.sampled_from(YEARLY))
        return leaf("compare", fact=key, over=over, source=draw(sources), **draw(thresholds()))
    key = draw(st.sampled_from((*PLAIN, *SCORED, *YEARLY, *DERIVED, "age", "age")))
    return leaf("compare", fact=key, source=draw(sources), **draw(thresholds()))


@st.composite
def ratios(draw: st.DrawFn) -> Data:
    """A quotient of two numbers, of one year or several, with or without a stated one."""
    over = draw(st.sampled_from([one.value for one in Over]))
    keys = YEARLY if over != Over.LAST else (*YEARLY, *PLAIN, "innovation_score", *DERIVED)
    divided = {"fact": draw(st.sampled_from(keys)), "of": draw(st.sampled_from(keys))}
    if draw(booleans):
        divided = {"fact": "rnd", "of": "revenue", "stated": "rnd_ratio"}
    return leaf("ratio", over=over, source=draw(sources), **divided, **draw(thresholds()))


@st.composite
def tiers(draw: st.DrawFn) -> Data:
    """A threshold that a table gives by another number."""
    numbers = (*PLAIN, *SCORED, *YEARLY, *DERIVED, "age")
    edges = sorted(draw(st.sets(BOUNDS, min_size=1, max_size=3)))
    rows = [
        {draw(st.sampled_from(["up_to", "below"])): edge, "value": draw(BOUNDS)} for edge in edges
    ]
    return leaf(
        "tiers",
        fact=draw(st.sampled_from(numbers)),
        by=draw(st.sampled_from(numbers)),
        op=draw(ops),
        tiers=[*rows, {"value": draw(BOUNDS)}],
        source=draw(sources),
    )


@st.composite
def words(draw: st.DrawFn) -> Data:
    """A yes or no, a choice, a size class, an industry."""
    source = draw(sources)
    match draw(st.sampled_from(["flag", "choice", "size", "industry"])):
        case "flag":
            return leaf(
                "flag", fact=draw(st.sampled_from(FLAGS)), **{"is": draw(booleans)}, source=source
            )
        case "choice":
            return _one_of(draw, draw(st.sampled_from(CHOICES)), source)
        case "size":
            return _one_of(draw, "size_class", source)
        case _:
            prefixes = draw(st.lists(st.sampled_from(PREFIXES), max_size=3, unique=True))
            except_ = draw(st.lists(st.sampled_from(PREFIXES), max_size=2, unique=True))
            return leaf("industry", prefixes=prefixes, **{"except": except_}, source=source)


def _one_of(draw: st.DrawFn, key: str, source: str) -> Data:
    options = _options(key)
    values = draw(st.lists(st.sampled_from(options), min_size=1, unique=True))
    return leaf("one_of", fact=key, values=values, source=source)


@st.composite
def lists_and_days(draw: st.DrawFn) -> Data:
    """Items held on the day, and days against days."""
    source = draw(sources)
    if draw(booleans):
        options = _options("certifications")
        items = draw(st.lists(st.sampled_from(options), min_size=1, max_size=3, unique=True))
        wanted = {draw(st.sampled_from(["any", "all"])): items, "is": draw(booleans)}
        return leaf("holds", fact="certifications", **wanted, source=source)
    fact = draw(st.sampled_from(["established_on", "loan_granted_on"]))
    value = draw(st.sampled_from(["year_start", "2026-02-28", "2025-11-23", "2024-02-29"]))
    return leaf("date", fact=fact, op=draw(ops), value=value, source=source)


@st.composite
def stated(draw: st.DrawFn) -> Data:
    """What companies declare, officers judge, and other measures that are held or excluded."""
    source = draw(sources)
    match draw(st.sampled_from(["declared", "officer", "measure"])):
        case "declared":
            return leaf(
                "declared", key=draw(st.sampled_from(DECLARED)), question=WORDS, source=source
            )
        case "officer":
            return leaf("officer", key=draw(st.sampled_from(JUDGED)), source=source)
        case _:
            others = draw(st.lists(st.sampled_from(OTHERS), min_size=1, unique=True))
            state = draw(st.sampled_from(["held", "excluded"]))
            return leaf("measure", any=others, state=state, source=source)


LEAVES = {
    "compare": compares(),
    "ratio": ratios(),
    "tiers": tiers(),
    "words": words(),
    "lists and days": lists_and_days(),
    "stated": stated(),
}
leaves = st.one_of(*LEAVES.values())


def _grouped(parts: st.SearchStrategy[Data]) -> st.SearchStrategy[Data]:
    several = st.lists(parts, min_size=1, max_size=3)
    return st.one_of(
        several.map(lambda of: {"kind": "all", "of": of}),
        several.map(lambda of: {"kind": "any", "of": of}),
        parts.map(lambda of: {"kind": "not", "of": of}),
    )


trees = st.recursive(leaves, _grouped, max_leaves=6)
"""A criterion of any kind, in groups within groups."""


@st.composite
def alone(draw: st.DrawFn, criteria: st.SearchStrategy[Data]) -> Measure:
    """A measure with one criterion, where nothing hides a difference."""
    return trial(draw(criteria), parameters=draw(parameters()))


@st.composite
def measures(draw: st.DrawFn) -> Measure:
    """A whole measure: criteria side by side, perhaps several ways in, official or partial."""
    criteria = draw(st.lists(trees, min_size=1, max_size=3))
    if draw(booleans):
        ways = draw(st.lists(st.lists(trees, min_size=1, max_size=2), min_size=1, max_size=3))
        routes = [
            {"id": f"way-{number}", "name": WORDS, "of": of} for number, of in enumerate(ways)
        ]
        criteria = [*criteria[1:], {"kind": "routes", "routes": routes}]
    status = draw(st.sampled_from(["official", "official", "partial"]))
    return trial(*criteria, criteria_status=status, parameters=draw(parameters()))


@st.composite
def parameters(draw: st.DrawFn) -> Data:
    """One parameter whose value changes between the days, and one that is in force on some only."""

    def period(value: float, **days: date) -> Data:
        return {"value": value, "cite": {"source": draw(sources)}, **days}

    last, first_ = date(2026, 2, 28), date(2026, 3, 1)
    return {
        "dated": [period(draw(BOUNDS), to=last), period(draw(BOUNDS), **{"from": first_})],
        "lapsed": [period(draw(BOUNDS), to=last)],
    }


def companies(seed: int, facts: FactDictionary, many: int) -> list[Profile]:
    """Companies of whom much or little is known, exactly or not, on DAYS."""
    random = Random(seed)
    return [_company(random, facts) for _ in range(many)]


def _company(random: Random, facts: FactDictionary) -> Profile:
    share = random.choice((0.3, 0.8, 0.8, 0.95))
    values = {
        spec.key: spec.check(_value(random, spec, random.choice(DAYS)))
        for spec in facts
        if not spec.derived and spec.kind is not Kind.TEXT and random.random() < share
    }
    if random.random() < 0.8:
        values = _since_founding(values)
    contested = {key: (value,) for key, value in values.items() if random.random() < 0.01}
    return Profile(values, contested)


def _since_founding(values: dict[str, FactValue]) -> dict[str, FactValue]:
    """Without what contradicts the day of founding: amounts of years before it, a longer trade."""
    founded = values.get("established_on")
    if not isinstance(founded, DateSpan) or founded.low is None:
        return values
    first = founded.low.year
    kept: dict[str, FactValue] = {}
    for key, value in values.items():
        if isinstance(value, PerYear):
            years = {year: span for year, span in value.years if year >= first}
            kept |= {key: PerYear.of(years)} if years else {}
        elif key != "niche_years":
            kept[key] = value
    return kept


def _value(random: Random, spec: FactSpec, today: date) -> FactValue:
    if spec.per_year:
        years = random.sample(range(today.year - 4, today.year + 1), random.choice((2, 5, 5)))
        return PerYear.of({year: _span(random, spec) for year in years})
    match spec.kind:
        case Kind.NUMBER | Kind.RATIO:
            return _span(random, spec)
        case Kind.DATE:
            return _days(random, today)
        case Kind.FLAG:
            return random.random() < 0.5
        case Kind.CHOICE:
            return random.choice(spec.options).value
        case Kind.CODE:
            return random.choice(CODES)
        case _:
            return _held(random, spec, today)


def _span(random: Random, spec: FactSpec) -> Span:
    assert spec.bounds is not None
    least, most = spec.bounds
    fitting = [number for number in NUMBERS if least <= number <= most]
    one, other = sorted((random.choice(fitting), random.choice(fitting)))
    return random.choice(
        (*[Span.exactly(one)] * 4, Span(one, other), Span(one, None), Span(None, other))
    )


def _days(random: Random, today: date) -> DateSpan:
    one, other = sorted((_day(random, today), _day(random, today)))
    return random.choice(
        (
            DateSpan.exactly(one),
            DateSpan.exactly(one),
            DateSpan(one, other),
            DateSpan(one, None),
            DateSpan(None, other),
            DateSpan(date(one.year, 1, 1), date(one.year, 12, 31)),
        )
    )


def _day(random: Random, today: date) -> date:
    """Often a birthday, the day before or after one."""
    years = random.choice((0, 0, 1, 1, 2, 3, 5, 10, 20))
    near = today - timedelta(days=round(365.25 * years))
    return near + timedelta(days=random.choice((-200, -1, 0, 0, 1, 2, 200)))


def _held(random: Random, spec: FactSpec, today: date) -> Held:
    items: list[tuple[str, date | None]] = []
    denied: list[str] = []
    for option in spec.options:
        match random.randint(0, 3):
            case 0:
                items.append((option.value, random.choice((None, _end(random, today)))))
            case 1:
                denied.append(option.value)
    return Held(tuple(items), tuple(denied), complete=random.random() < 0.3)


def _end(random: Random, today: date) -> date:
    return today + timedelta(days=random.choice((-1, 0, 1)))
