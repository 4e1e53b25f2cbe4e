"""Every persona before every measure that has criteria answers as the documents do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from domain.derived import Readings
from domain.match_report import verdict_document
from domain.measures import CriteriaStatus
from domain.profile_files import parse_profile
from domain.verdicts import judge
from tests.evaluation.books import real_catalogue
from tests.personas.__main__ import markdown
from tests.personas.table import Persona, personas

PERSONAS = {persona.id: persona for persona in personas()}
CELLS = [
    (persona.id, measure)
    for persona in personas()
    for measure, expected in persona.verdicts.items()
    if "because" in expected
]
OFFICIAL = 7
WITH_CRITERIA = 22


@pytest.mark.parametrize(("persona_id", "measure_id"), CELLS)
def test_a_measure_answers_as_its_document_says(persona_id: str, measure_id: str) -> None:
    persona = PERSONAS[persona_id]

    answer = _answer(persona, measure_id)

    assert _differences(persona.verdicts[measure_id], answer) == {}


@pytest.mark.parametrize("persona_id", PERSONAS)
def test_everything_else_stays_as_it_is_for_somebody_who_says_nothing(persona_id: str) -> None:
    persona = PERSONAS[persona_id]
    plain = {
        measure: expected["is"]
        for measure, expected in persona.verdicts.items()
        if "because" not in expected
    }

    assert {measure: _answer(persona, measure)["outcome"] for measure in plain} == plain


@pytest.mark.parametrize("persona_id", [one.id for one in personas() if one.size is not None])
def test_the_size_class_is_that_of_the_table_of_2011(persona_id: str) -> None:
    possible = _readings(persona_id).possible("size_class").value

    assert possible == frozenset(PERSONAS[persona_id].size or ())


def test_the_table_covers_every_measure_with_criteria() -> None:
    with_criteria = {
        measure.id
        for measure in real_catalogue().measures
        if measure.criteria_status is not CriteriaStatus.NONE
    }

    assert len(with_criteria) == WITH_CRITERIA
    assert all(persona.verdicts.keys() == with_criteria for persona in personas())


def test_the_page_for_readers_is_the_table() -> None:
    page = Path("docs/personas.md").read_text(encoding="utf-8")

    assert page == markdown(), "run: python -m tests.personas > docs/personas.md"


def test_a_partial_measure_never_promises_anything() -> None:
    partial = {
        measure.id
        for measure in real_catalogue().measures
        if measure.criteria_status is CriteriaStatus.PARTIAL
    }

    promised = {
        measure
        for persona in personas()
        for measure, expected in persona.verdicts.items()
        if expected["is"] == "eligible"
    }

    assert len(partial) == WITH_CRITERIA - OFFICIAL
    assert not promised & partial


@cache
def _readings(persona_id: str) -> Readings:
    persona = PERSONAS[persona_id]
    return Readings(parse_profile(persona.profile, real_catalogue().facts), persona.as_of)


def _answer(persona: Persona, measure_id: str) -> dict[str, Any]:
    catalogue = real_catalogue()
    measure = catalogue.measure(measure_id)
    assert measure is not None
    verdict = judge(measure, _readings(persona.id), persona.as_of, catalogue)
    return verdict_document(verdict, "zh")


def _differences(
    expected: Mapping[str, Any], answer: Mapping[str, Any]
) -> dict[str, tuple[Any, Any]]:
    """What a cell says and what came instead."""
    said = {name: value for name, value in expected.items() if name != "because"}
    came = {
        "is": answer["outcome"],
        "route": answer["route"],
        "window": answer["window"]["state"],
        "opens": answer["window"]["opens"],
        "closes": answer["window"]["closes"],
        "missing": answer["missing"],
        "failed": [criterion["facts"] for criterion in answer["failed"]],
        "doubtful": [criterion["facts"] for criterion in answer["doubtful"]],
        "near_miss": (answer["near_miss"] or {}).get("fact"),
    }
    return {
        name: (value, came[name]) for name, value in said.items() if not _same(name, value, came)
    }


def _same(name: str, value: Any, came: dict[str, Any]) -> bool:
    match name:
        case "missing":
            return sorted(value) == sorted(came[name])
        case "failed" | "doubtful":
            return _named(value, came[name])
        case _:
            return bool(value == came[name])


def _named(facts: list[str], criteria: Iterable[list[str]]) -> bool:
    """Whether each of the criteria has one of the facts, and each fact stands in one of them."""
    criteria = list(criteria)
    each_named = all(set(facts) & set(criterion) for criterion in criteria)
    return each_named and set(facts) <= {fact for criterion in criteria for fact in criterion}
