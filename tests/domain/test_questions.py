"""The next question: the one that settles most, never in vain, never twice."""

from random import Random

import pytest

from domain.derived import Readings
from domain.facts import PerYear, Profile, Span
from domain.measures import Measure
from domain.questions import Question, answers, next_question
from domain.verdicts import judge_all
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


@pytest.mark.parametrize("seed", range(6))
def test_answering_always_comes_to_an_end(seed: int) -> None:
    catalogue, profile, skipped = real_catalogue(), company(**S2), set[str]()
    person = Random(seed)

    while asked := next_question(catalogue, profile, TODAY, skipped=skipped):
        possible = answers(catalogue.facts[asked.fact], TODAY)
        if asked.contradiction or person.random() < 0.3:
            skipped.add(asked.fact)
            continue
        value = person.choice(possible)
        if asked.year is not None and isinstance(value, Span):
            value = PerYear.of({asked.year: value})
        profile = profile.with_fact(asked.fact, value)

    for verdict in judge_all(catalogue, profile, TODAY):
        assert {gap.key for gap in verdict.askable} <= skipped | _clashing(profile)


def _clashing(profile: Profile) -> frozenset[str]:
    return Readings(profile, TODAY).contested
