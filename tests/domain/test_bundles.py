"""The form of a bundle by its template, whatever the template is about."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest

from domain.bundle_checks import bundle_complaints
from domain.bundles import asked_for, joint_outcome
from domain.tickets import Outcome
from tests.bundles import SHOP, book
from tests.companies import real_catalogue

DAY = date(2026, 11, 23)


def asked(chosen: Iterable[str], known: Iterable[str] = ()) -> list[str]:
    catalogue = real_catalogue()
    found = asked_for(
        book().bundles[0],
        frozenset(chosen),
        catalogue.facts,
        today=DAY,
        industries=catalogue.industries,
        known=frozenset(known),
    )
    return [question.key for question in found]


def test_only_what_the_ticked_items_need_is_asked_and_once() -> None:
    assert asked(()) == []
    assert asked(("sign",)) == ["size"]
    assert asked(("fire", "sign")) == ["size", "street"]


def test_what_the_company_told_before_is_not_asked_again() -> None:
    assert asked(("fire",), known=("street",)) == ["size"]


def test_a_fact_is_asked_with_the_words_and_answers_of_the_dictionary() -> None:
    catalogue = real_catalogue()
    (_, street) = asked_for(
        book().bundles[0], {"fire"}, catalogue.facts, today=DAY, industries=catalogue.industries
    )

    assert street.ask.zh == "企业在哪个街道？"
    assert "下沙" in [option.zh for option in street.options]


@pytest.mark.parametrize(
    ("outcomes", "joint"),
    [
        ((Outcome.SOLVED, Outcome.SOLVED), Outcome.SOLVED),
        ((Outcome.EXPLAINED,), Outcome.EXPLAINED),
        ((Outcome.SOLVED, Outcome.EXPLAINED), Outcome.PARTLY),
        ((Outcome.SOLVED, None), Outcome.SOLVED),
        ((None, None), None),
    ],
)
def test_parts_that_ended_differently_are_a_partial_success(
    outcomes: tuple[Outcome | None, ...], joint: Outcome | None
) -> None:
    assert joint_outcome(outcomes) is joint


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ("measure: loan-interest-subsidy", "measure: nothing", "没有措施“nothing”"),
        ("department: emergency", "department: firemen", "没有部门“firemen”"),
        ("source: S-REPORT", "source: S-NOWHERE", "没有依据“S-NOWHERE”"),
        ("[size, street]", "[size, weather]", "“weather”不是能点选的资料"),
        ("[size, street]", "[size, revenue]", "“revenue”不是能点选的资料"),
        ("[size, street]", "[size, innovation_score]", "“innovation_score”不是能点选的资料"),
        ("- key: fire", "- key: sign", "事项“sign”重复"),
        ("questions: [size]\n", "questions: []\n", None),
        ("zh: 消防检查", "zh: 消防设计审查和验收备案", "名称太长，按钮放不下"),
        (
            "[size, street]",
            "[size, street, employees, ownership, talent_level, has_trademark]",
            "问题超过 5 个",
        ),
    ],
)
def test_a_template_that_the_catalogue_does_not_bear_out(
    good: str, bad: str, said: str | None
) -> None:
    assert good in SHOP
    catalogue = replace(real_catalogue(), bundles=book(SHOP.replace(good, bad)))

    found = [complaint.text.zh for complaint in bundle_complaints(catalogue)]

    assert found == ([said] if said else [])


def test_a_note_without_a_source_is_no_template() -> None:
    with pytest.raises(AssertionError, match="写了说明或材料，就要写依据"):
        book(SHOP.replace("source: S-REPORT", "source: null"))
