"""How well search finds: one right measure among the first three, and silence when nothing fits."""

from __future__ import annotations

from typing import Any

from domain.search import Index
from tests.evaluation.figures import Figure, load

FIRST = 3


def figures(index: Index, split: str) -> list[Figure]:
    """Searches that found a right measure, and those that rightly found nothing."""
    cases: list[dict[str, Any]] = load("searches.yaml")[split]
    fitting = [case for case in cases if case["any"]]
    missed, padded = [], []
    for case in cases:
        found = [measure for measure, _ in index.search(case["text"])]
        if case["any"] and not set(found[:FIRST]) & set(case["any"]):
            missed.append(f"{case['text']}: {found}, wanted {case['any']}")
        if not case["any"] and found:
            padded.append(f"{case['text']}: {found}")
    return [
        Figure("search finds", len(fitting), missed),
        Figure("search stays silent", len(cases) - len(fitting), padded),
    ]
