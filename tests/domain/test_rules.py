"""A measure compiled: the outcome alone, the reasons, and what is shared agree on random trees."""

from collections.abc import Iterator
from dataclasses import astuple
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.criteria import facts_of
from domain.derived import BEHIND, DERIVED_FACTS, Readings
from domain.evaluation import Check, Finding, State
from domain.facts import Profile
from domain.measures import Measure
from domain.rules import MeasureRules
from domain.verdicts import judge, judge_all, outcomes_of
from tests.companies import real_catalogue
from tests.trees import DAYS, OTHERS, companies, measures, trial_catalogue

DAY = DAYS[-1]
seeds = st.integers(0, 2**32)


@settings(max_examples=80, deadline=None)
@given(measure=measures(), seed=seeds, today=st.sampled_from(DAYS))
def test_the_outcome_alone_is_that_of_the_verdict(measure: Measure, seed: int, today: date) -> None:
    catalogue = trial_catalogue()
    rules = catalogue.rules(measure)

    for profile in companies(seed, catalogue.facts, 12):
        held = dict.fromkeys(OTHERS[: seed % 3], True)
        judged = judge(measure, profile, today, catalogue, held)
        assert rules.outcome(Readings(profile, today, held)) is judged.outcome


@settings(max_examples=25, deadline=None)
@given(measure=measures(), seed=seeds)
def test_what_was_kept_of_other_companies_changes_nothing(measure: Measure, seed: int) -> None:
    catalogue = trial_catalogue()
    used = MeasureRules(measure, catalogue.facts, catalogue)

    for profile in companies(seed, catalogue.facts, 12):
        readings = Readings(profile, DAY)
        unused = MeasureRules(measure, catalogue.facts, catalogue)
        assert [[astuple(one) for one in way] for way in used.surveys(readings)] == [
            [astuple(one) for one in way] for way in unused.surveys(readings)
        ]


@settings(max_examples=80, deadline=None)
@given(measure=measures(), seed=seeds)
def test_what_is_in_the_way_is_named_only_where_something_is(measure: Measure, seed: int) -> None:
    catalogue = trial_catalogue()

    for profile in companies(seed, catalogue.facts, 12):
        judged = judge(measure, profile, DAY, catalogue)
        for finding in (part for way in judged.ways for one in way.findings for part in _all(one)):
            unknown = finding.state is State.UNKNOWN
            assert bool(finding.gaps or finding.officer) is unknown
            assert not finding.doubtful or unknown
            assert set(finding.facts) <= keys_of(measure)


def keys_of(measure: Measure) -> frozenset[str]:
    """The facts a measure looks at, those behind derived ones included."""
    named = {key for one in measure.leaves() for key in facts_of(one)}
    return frozenset(fact for key in named for fact in (key, *BEHIND.get(key, ())))


def _all(finding: Finding) -> Iterator[Finding]:
    yield finding
    for part in finding.parts:
        yield from _all(part)


@settings(max_examples=20, deadline=None)
@given(seed=seeds)
def test_all_measures_at_once_are_each_by_itself(seed: int) -> None:
    catalogue = real_catalogue()

    for profile in companies(seed, catalogue.facts, 6):
        each = [judge(measure, profile, DAY, catalogue) for measure in catalogue.active]
        together = judge_all(catalogue, profile, DAY)

        assert [(one.measure, one.outcome, one.route) for one in together] == [
            (one.measure, one.outcome, one.route) for one in each
        ]
        assert [one.way.missing for one in together] == [one.way.missing for one in each]
        assert outcomes_of(catalogue, profile, DAY) == {one.measure: one.outcome for one in each}


@settings(max_examples=20, deadline=None)
@given(seed=seeds)
def test_a_derived_fact_rests_on_nothing_else(seed: int) -> None:
    facts = real_catalogue().facts

    for profile in companies(seed, facts, 6):
        if Readings(profile, DAY).contested:
            continue
        for key in DERIVED_FACTS - {"size_class"}:
            behind = {*BEHIND[key], "established_on"}
            only = Profile({one: value for one, value in profile.values.items() if one in behind})
            assert Readings(only, DAY).number(key) == Readings(profile, DAY).number(key)


def test_every_test_is_shown_by_the_criterion_it_was_made_of() -> None:
    catalogue = real_catalogue()

    for _, rules in catalogue.asking:
        criteria = [*rules.measure.common]
        checks: list[Check] = list(rules.common)
        for route, way in zip(
            rules.measure.routes.routes if rules.measure.routes else (), rules.ways, strict=False
        ):
            criteria += route.of
            checks += way.own
        assert [check.rule for check in checks] == criteria
