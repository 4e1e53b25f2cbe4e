"""How well search finds: the first hit, the first three, and silence when nothing fits."""

from __future__ import annotations

from typing import Any

from domain.search import Index
from tests.evaluation.figures import Figure, cases_of

FIRST = 3


def figures(index: Index, split: str) -> list[Figure]:
    """Searches whose first hit is right, that have a right one among the first three, and that
    rightly found nothing."""
    cases = cases_of("searches", split)
    fitting = [case for case in cases if case["any"]]
    others = [case for case in cases if not case["any"]]
    return [
        Figure("search first hit", len(fitting), _missed(index, fitting, first=1)),
        Figure("search first three", len(fitting), _missed(index, fitting, first=FIRST)),
        Figure("search nothing fits", len(others), _missed(index, others, first=FIRST)),
    ]


def _missed(index: Index, cases: list[dict[str, Any]], *, first: int) -> list[str]:
    lines = []
    for case in cases:
        found = [measure for measure, _ in index.search(case["text"])][:first]
        if not set(found) & set(case["any"]) and (found or case["any"]):
            lines.append(f"{case['text']}: {found}, wanted {case['any']}")
    return lines
