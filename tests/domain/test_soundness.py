"""Strong Kleene logic: what is certain of a company is true of every company it could be.

Random trees and the real measures before companies of which everything is known, and before the
same companies half known. Unknown never counts as no, and knowing more never turns a definite
answer into another one. Facts that contradict each other are outside of this: they count as
unknown, and so may take an answer back.
"""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.catalogue import Catalogue
from domain.derived import Readings
from domain.evaluation import State
from domain.fact_rows import FactRow, profile_of_rows, rows_of_profile
from domain.facts import BadFact, Kind, Profile
from domain.measures import Measure
from domain.profile_files import parse_fact
from domain.verdicts import Outcome, judge, outcomes_of
from tests.companies import real_catalogue
from tests.trees import DAYS, companies, measures, trial_catalogue
from tests.truths import better_known, half_known, truths

DAY = DAYS[1]
seeds = st.integers(0, 2**32)
DEFINITE = {Outcome.ELIGIBLE, Outcome.INELIGIBLE}


def _states(measure: Measure, profile: Profile, catalogue: Catalogue) -> list[State]:
    judged = judge(measure, profile, DAY, catalogue)
    return [finding.state for way in judged.ways for finding in way.findings]


def _hold(measure: Measure, less: Profile, more: Profile, catalogue: Catalogue) -> None:
    """Whatever is certain of what is known less is as certain, and the same, of what is more."""
    readings = Readings(less, DAY), Readings(more, DAY)
    if any(one.contested for one in readings):
        return
    states = zip(_states(measure, less, catalogue), _states(measure, more, catalogue), strict=True)
    assert all(one in {State.UNKNOWN, other} for one, other in states)
    if any(one.is_plan for one in readings):
        return  # whoever does not say that the company is only planned is taken for founded
    before = judge(measure, less, DAY, catalogue).outcome
    after = judge(measure, more, DAY, catalogue).outcome
    assert before is after or before not in DEFINITE


@settings(max_examples=80, deadline=None)
@given(measure=measures(), seed=seeds)
def test_random_trees(measure: Measure, seed: int) -> None:
    catalogue, random = trial_catalogue(), Random(seed)

    for truth in truths(seed, catalogue.facts, DAY, 2):
        for _ in range(3):
            known = half_known(truth, random, catalogue.facts, DAY)
            more = better_known(known, truth, random)
            _hold(measure, known, truth, catalogue)
            _hold(measure, known, more, catalogue)
            _hold(measure, more, truth, catalogue)


@settings(max_examples=40, deadline=None)
@given(seed=seeds)
def test_the_real_measures(seed: int) -> None:
    catalogue, random = real_catalogue(), Random(seed)

    (truth,) = truths(seed, catalogue.facts, DAY, 1)
    known = half_known(truth, random, catalogue.facts, DAY)
    for _, rules in catalogue.asking:
        _hold(rules.measure, known, truth, catalogue)
        _hold(rules.measure, known, better_known(known, truth, random), catalogue)


@settings(max_examples=60, deadline=None)
@given(measure=measures(), seed=seeds)
def test_what_contradicts_counts_as_unknown(measure: Measure, seed: int) -> None:
    catalogue = trial_catalogue()

    for profile in companies(seed, catalogue.facts, 6):
        contested = Readings(profile, DAY).contested
        without = profile.without(*contested)
        if Readings(without, DAY).contested:
            continue
        judged, unknown = (judge(measure, one, DAY, catalogue) for one in (profile, without))
        assert judged.outcome is unknown.outcome
        assert judged.way.missing == unknown.way.missing


GARBAGE = st.one_of(
    st.none(),
    st.booleans(),
    st.text(max_size=3),
    st.floats(),
    st.lists(st.one_of(st.none(), st.floats(), st.text(max_size=2)), max_size=3),
    st.dictionaries(st.sampled_from(["2025", "year", "held", "until"]), st.floats(), max_size=2),
)


@settings(max_examples=80, deadline=None)
@given(data=st.data(), seed=seeds)
def test_an_error_in_the_data_is_never_a_no(data: st.DataObject, seed: int) -> None:
    """A bad value of a profile file is refused, a bad stored row is as good as none."""
    catalogue = real_catalogue()
    key = data.draw(st.sampled_from([spec.key for spec in catalogue.facts if not spec.derived]))
    spec, raw = catalogue.facts[key], data.draw(GARBAGE)
    try:
        parse_fact(spec, raw)
    except BadFact:
        pass
    else:
        return

    (known,) = companies(seed, catalogue.facts, 1)
    kept = [row for row in rows_of_profile(known, catalogue.facts) if row.key != key]
    item = spec.options[0].value if spec.kind is Kind.CHOICES else None
    year = 2025 if spec.per_year else None
    spoilt = profile_of_rows([*kept, FactRow(key, raw, year, item)], catalogue.facts)

    assert outcomes_of(catalogue, spoilt, DAY) == outcomes_of(
        catalogue, profile_of_rows(kept, catalogue.facts), DAY
    )
