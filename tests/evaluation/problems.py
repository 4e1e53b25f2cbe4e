"""How well problems are sorted: category, urgency and danger of the listed examples."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.triage import TriageBook, triage
from tests.evaluation.figures import Figure, load

TODAY = date(2026, 11, 23)


def figures(book: TriageBook, split: str) -> list[Figure]:
    """Shares of right categories, urgencies and dangers, with the examples that went wrong."""
    wrong: dict[str, list[str]] = {"category": [], "urgency": [], "danger": []}
    cases: list[dict[str, Any]] = load("problems.yaml")[split]
    for case in cases:
        found = triage(case["text"], book, TODAY)
        for name, wanted in (
            ("category", case["category"]),
            ("urgency", case["urgency"]),
            ("danger", case.get("danger", False)),
        ):
            said = getattr(found, name)
            if said != wanted:
                wrong[name].append(f"{case['text']}: {said}, wanted {wanted}")
    return [Figure(f"triage {name}", len(cases), faults) for name, faults in wrong.items()]
