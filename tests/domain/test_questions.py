"""The next question: the one that settles most, never in vain, never twice."""

from random import Random

import pytest

from domain.derived import Readings
from domain.facts import Profile, Span
from domain.likely_answers import likely_answers
from domain.measures import Measure
from domain.questions import Question, next_question, unsettled
from domain.verdicts import Outcome, judge_all, outcomes_of
from tests.companies import TODAY, company, leaf, real_catalogue, small_catalogue, trial

S2 = {
    "industry": "39",
    "established_on": ["2015-01-01", "2015-12-31"],
    "employees": [75, 89],
    "revenue": {"2025": 3000},
    "loan_purpose": "设备更新",
}


def ask(*skipped: str, needs: tuple[str, ...] = (), **facts: object) -> Question | None:
    """The next question of the real catalogue."""
    return next_question(real_catalogue(), company(**facts), TODAY, needs=needs, skipped=skipped)


def trials(*measures: Measure, **facts: object) -> Question | None:
    """The next question of a small catalogue."""
    named = [one.model_copy(update={"id": f"trial-{i}"}) for i, one in enumerate(measures)]
    return next_question(small_catalogue(*named), company(**facts), TODAY)


STAFF = leaf("compare", fact="employees", op=">=", value=100)
LOAN = leaf("compare", fact="loan_amount", op="<=", value=400)
CLEAN = leaf("flag", fact="abnormal_list", **{"is": False})


def test_the_firm_of_the_example_is_asked_for_the_guarantee() -> None:
    asked = ask(needs=("financing",), **S2)

    assert asked == Question("guarantee_amount", None, 1)


def test_what_settles_two_measures_comes_before_what_settles_one() -> None:
    asked = trials(trial(STAFF), trial(STAFF), trial(LOAN))

    assert asked == Question("employees", None, 2)


def test_a_need_weighs_more() -> None:
    needed = trial(LOAN, needs=["financing"])
    catalogue = small_catalogue(trial(STAFF), needed.model_copy(update={"id": "needed"}))

    asked = next_question(catalogue, company(), TODAY, needs=["financing"])

    assert asked is not None
    assert asked.fact == "loan_amount"


def test_a_fact_that_was_skipped_is_not_asked_again() -> None:
    catalogue = small_catalogue(trial(STAFF, LOAN))

    first = next_question(catalogue, company(), TODAY)
    assert first is not None
    second = next_question(catalogue, company(), TODAY, skipped=[first.fact])

    assert second is not None
    assert second.fact != first.fact
    assert next_question(catalogue, company(), TODAY, skipped=["employees", "loan_amount"]) is None


def test_nothing_is_asked_once_no_answer_can_change_anything() -> None:
    assert trials(trial(STAFF, CLEAN), employees=50) is None
    assert trials(trial(STAFF), employees=150) is None
    assert trials(trial()) is None


def test_experts_scores_are_not_asked_of_the_company() -> None:
    assert trials(trial(leaf("compare", fact="innovation_score", op=">", value=70))) is None


def test_a_fact_per_year_names_the_latest_missing_year() -> None:
    criterion = leaf("compare", fact="rnd", op=">=", value=100, over="each_of_2")

    assert trials(trial(criterion)) == Question("rnd", 2025, 1)
    assert trials(trial(criterion), rnd={"2025": 200}) == Question("rnd", 2024, 1)


def test_a_contradiction_is_asked_about_first() -> None:
    contested = company(loan_amount=100, employees=80).with_rival("employees", Span.exactly(120))

    asked = next_question(small_catalogue(trial(CLEAN), trial(STAFF)), contested, TODAY)

    assert asked is not None
    assert asked.fact == "employees"
    assert asked.contradiction is not None
    assert asked.contradiction.told == (Span.exactly(80), Span.exactly(120))


def test_a_contradiction_that_changes_nothing_is_left_alone() -> None:
    contested = company().with_fact("employees", Span.exactly(80))
    contested = contested.with_rival("employees", Span.exactly(120))

    assert next_question(small_catalogue(trial(LOAN)), contested, TODAY) == Question(
        "loan_amount", None, 1
    )


def test_what_may_rule_most_out_at_once_is_asked_before_what_only_brings_nearer() -> None:
    either = {"kind": "any", "text": {"zh": "任一", "en": "either"}}
    ways = {**either, "of": [leaf("flag", fact="core_ip_owned", **{"is": True}), LOAN]}

    asked = trials(trial(ways, STAFF))

    assert asked == Question("employees", None, 1)


def test_what_hardly_any_company_has_done_is_asked_last() -> None:
    field = leaf("flag", fact="hitech_field", **{"is": True})

    assert trials(trial(CLEAN, field)) == Question("hitech_field", None, 1)


DOUBTFUL = leaf("flag", fact="has_trademark", **{"is": True}, source="S-DOUBT")
DOUBTFUL_TOO = leaf("flag", fact="core_ip_owned", **{"is": True}, source="S-DOUBT")


def test_where_a_condition_is_in_doubt_only_what_may_rule_it_out_is_asked() -> None:
    """It is for an officer whatever the company says of the rest."""
    assert trials(trial(DOUBTFUL, DOUBTFUL_TOO), has_trademark=False) is None
    asked = trials(trial(DOUBTFUL, DOUBTFUL_TOO, STAFF), has_trademark=False)
    assert asked is not None
    assert asked.fact == "employees"


def test_where_an_officer_must_judge_anyway_weak_conditions_are_not_asked() -> None:
    judged = leaf("officer", key="trial_judged")

    assert trials(trial(judged, DOUBTFUL)) is None
    catalogue = small_catalogue(trial(judged, DOUBTFUL, CLEAN))
    assert unsettled(catalogue, company(), TODAY) == {"trial": {("abnormal_list", None)}}


def test_of_a_skipped_fact_only_what_may_rule_the_measure_out_is_left_to_ask() -> None:
    catalogue = small_catalogue(trial(STAFF, DOUBTFUL))

    assert next_question(catalogue, company(), TODAY, skipped=["employees"]) is None


def test_measures_set_apart_ask_nothing() -> None:
    catalogue = small_catalogue(trial(STAFF))
    (measure,) = (one.id for one in catalogue.active)

    assert next_question(catalogue, company(), TODAY, apart=[measure]) is None


def test_known_but_not_exactly_is_asked_within_what_is_known() -> None:
    assert trials(trial(STAFF), employees=[90, 120]) == Question("employees", None, 1)


@pytest.mark.parametrize("seed", range(6))
def test_a_conversation_ends_where_nothing_can_change(seed: int) -> None:
    """Every number promised comes true for one answer, and what was not asked would not matter."""
    catalogue, profile, skipped = real_catalogue(), company(**S2), set[str]()
    person = Random(seed)

    while asked := next_question(catalogue, profile, TODAY, skipped=skipped):
        known = profile.values.get(asked.fact)
        likely = likely_answers(catalogue.facts[asked.fact], known, asked.year, TODAY)
        after = [profile.with_fact(asked.fact, value) for value, _ in likely]
        if asked.contradiction or person.random() < 0.2:
            skipped.add(asked.fact)
            continue
        assert asked.settles <= max(_definite(one) - _definite(profile) for one in after)
        profile = person.choice(after)

    assert not unsettled(catalogue, profile, TODAY, skipped=skipped)
    ended = outcomes_of(catalogue, profile, TODAY)
    for _ in range(5):
        told = outcomes_of(catalogue, _with_the_rest(profile, skipped, person), TODAY)
        assert {name for name in told if _says_more(ended[name], told[name])} == set()


def _definite(profile: Profile) -> int:
    outcomes = outcomes_of(real_catalogue(), profile, TODAY).values()
    return sum(outcome is not Outcome.UNDETERMINED for outcome in outcomes)


def _says_more(before: Outcome, after: Outcome) -> bool:
    """Whether what was open came out one way or the other."""
    is_open = before is Outcome.UNDETERMINED
    return is_open and after in {Outcome.ELIGIBLE, Outcome.INELIGIBLE}


def _with_the_rest(profile: Profile, skipped: set[str], person: Random) -> Profile:
    """The company after it has answered all that is still missing, in any order."""
    catalogue = real_catalogue()
    for _ in range(60):
        gaps = {
            (gap.key, max(gap.years, default=None))
            for verdict in judge_all(catalogue, profile, TODAY)
            for gap in verdict.askable
            if gap.key not in skipped | Readings(profile, TODAY).contested
        }
        if not gaps:
            break
        key, year = person.choice(sorted(gaps, key=str))
        likely = likely_answers(catalogue.facts[key], profile.values.get(key), year, TODAY)
        profile = profile.with_fact(key, person.choice(likely)[0])
    return profile
