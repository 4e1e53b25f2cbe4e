"""How well problems are sorted: category, urgency and danger of the listed examples."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from domain.triage import Triage, TriageBook, triage
from tests.evaluation.figures import Figure, cases_of

TODAY = date(2026, 11, 23)
Case = dict[str, Any]


def figures(book: TriageBook, split: str) -> list[Figure]:
    """Shares of right categories, urgencies and dangers, with the examples that went wrong; of the
    dangers also how many flags are right (precision) and how many dangers are flagged (recall)."""
    found = [(case, triage(case["text"], book, TODAY)) for case in cases_of("problems", split)]
    flagged = [pair for pair in found if pair[1].danger]
    dangers = [pair for pair in found if _danger(pair[0])]
    return [
        _figure("triage category", found, lambda case: case["category"], lambda t: t.category),
        _figure("triage urgency", found, lambda case: case["urgency"], lambda t: t.urgency),
        _figure("triage danger", found, _danger, lambda t: t.danger),
        _figure("  danger precision", flagged, _danger, lambda t: t.danger),
        _figure("  danger recall", dangers, _danger, lambda t: t.danger),
    ]


def _danger(case: Case) -> bool:
    return bool(case.get("danger", False))


def _figure(
    name: str,
    pairs: list[tuple[Case, Triage]],
    wanted: Callable[[Case], object],
    said: Callable[[Triage], object],
) -> Figure:
    wrong = [
        f"{case['text']}: {said(found)}, wanted {wanted(case)}"
        for case, found in pairs
        if said(found) not in _accepted(wanted(case))
    ]
    return Figure(name, len(pairs), wrong)


def _accepted(label: object) -> list[object]:
    """A label, or several of which a clerk would accept any."""
    return label if isinstance(label, list) else [label]
