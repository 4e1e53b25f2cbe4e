"""How well sentences are understood: facts found, facts invented, needs and intent."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.understanding import Understanding, WordBooks, understand
from tests.evaluation.figures import Figure, load

TODAY = date(2026, 11, 23)


def figures(books: WordBooks, split: str) -> list[Figure]:
    """Sentences with every fact read, with none invented, with the right needs and intent."""
    wrong: dict[str, list[str]] = {"recall": [], "precision": [], "needs": [], "intent": []}
    cases: list[dict[str, Any]] = load("sentences.yaml")[split]
    for case in cases:
        read = understand(case["text"], TODAY, books)
        for name, fault in _faults(case, read).items():
            wrong[name].append(f"{case['text']}: {fault}")
    return [Figure(f"understand {name}", len(cases), faults) for name, faults in wrong.items()]


def _faults(case: dict[str, Any], read: Understanding) -> dict[str, str]:
    faults = {}
    wanted = dict(case["facts"]) | {f"not {k}": v for k, v in case.get("denied", {}).items()}
    found = dict(read.facts) | {f"not {key}": items for key, items in read.denied.items()}
    also = set(case.get("also", ()))
    if missed := {key: value for key, value in wanted.items() if found.get(key) != value}:
        faults["recall"] = f"missed {missed}, read {found}"
    if extra := {k: v for k, v in found.items() if k not in wanted and k not in also}:
        faults["precision"] = f"invented {extra}"
    if set(case.get("needs", read.needs)) != set(read.needs):
        faults["needs"] = f"{read.needs}, wanted {case['needs']}"
    if case["intent"] != read.intent:
        faults["intent"] = f"{read.intent}, wanted {case['intent']}"
    return faults
