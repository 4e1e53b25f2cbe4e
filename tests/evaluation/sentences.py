"""How well sentences are understood: facts by precision and recall, needs, and intent.

A fact is one key with its value; each fiscal year and each title counts by itself, and so does a
title that is denied. An exact number must be read exactly; the ends of a range may differ by one in
a thousand, since 不到2000万 ends at 1999.99 or at 1999 as one likes. Facts listed under `also` may
be read or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from domain.understanding import Understanding, understand
from domain.word_books import WordBooks
from tests.evaluation.figures import TUNE, Figure, cases_of, load

TODAY = date(2026, 11, 23)
NEAR = 0.001
_OTHERWISE, _BESIDE = "我们情况：民营，", {"ownership": "我们情况：80人，"}
Case = Mapping[str, Any]


@dataclass
class _Count:
    """What was wanted, read and right over all sentences, with a line for each fault."""

    wanted: int = 0
    read: int = 0
    right: int = 0
    missed: list[str] = field(default_factory=list)
    invented: list[str] = field(default_factory=list)

    def add(self, text: str, wanted: Mapping[str, Any], read: Mapping[str, Any]) -> None:
        """Compare what one sentence says with what was read from it."""
        right = {key for key, value in wanted.items() if key in read and _same(value, read[key])}
        self.wanted += len(wanted)
        self.read += len(read)
        self.right += len(right)
        self.missed += _lines(text, wanted, right, f"read {read}")
        self.invented += _lines(text, read, right, f"wanted {wanted}")

    def figures(self, name: str) -> Iterator[Figure]:
        """Precision, recall and their harmonic mean."""
        precision, recall = self.right / (self.read or 1), self.right / (self.wanted or 1)
        yield Figure(f"{name} precision", self.read, self.invented, precision)
        yield Figure(f"{name} recall", self.wanted, self.missed, recall)
        both = 2 * precision * recall / ((precision + recall) or 1)
        yield Figure(f"{name} F1", self.wanted, (), both)


def figures(books: WordBooks, split: str) -> list[Figure]:
    """Facts and needs of the sentences, and the intent of all messages."""
    cases = [*cases_of("sentences", split), *(_messages() if split == TUNE else ())]
    facts, needs = _Count(), _Count()
    wrong: list[str] = []
    for case in cases:
        read = understand(case["text"], TODAY, books)
        if "facts" in case:
            facts.add(case["text"], *_compared(case, read))
        if "needs" in case:
            needs.add(case["text"], dict.fromkeys(case["needs"]), dict.fromkeys(read.needs))
        if read.intent != case["intent"]:
            wrong.append(f"{case['text']}: {read.intent}, wanted {case['intent']}")
    if not cases:
        return []
    phrases = [_phrases(books)] if split == TUNE else []
    measured = (*facts.figures("facts"), *needs.figures("needs"))
    return [*measured, Figure("intent", len(cases), wrong), *phrases]


def _phrases(books: WordBooks) -> Figure:
    """Short ways of saying one fact, that are read."""
    wrong, count = [], 0
    for row in load("phrases.yaml")["phrases"]:
        for text in row["texts"]:
            count += 1
            read = understand(_BESIDE.get(row["fact"], _OTHERWISE) + text, TODAY, books)
            found = dict(_items(read.facts, read.denied))
            wanted = dict(_items(*_as_facts(row["fact"], row["value"])))
            if any(
                key not in found or not _same(value, found[key]) for key, value in wanted.items()
            ):
                wrong.append(f"{text}: read {found}, wanted {wanted}")
    return Figure("phrases", count, wrong)


def _as_facts(fact: str, value: Any) -> tuple[Case, Case]:
    denied = fact.removeprefix("not ")
    return ({}, {denied: value}) if denied != fact else ({fact: value}, {})


def _messages() -> Iterator[Case]:
    """Short messages with nothing but their intent."""
    for intent, texts in load("messages.yaml").items():
        yield from ({"text": text, "intent": intent} for text in texts)


def _compared(case: Case, read: Understanding) -> tuple[dict[str, Any], dict[str, Any]]:
    wanted = dict(_items(case["facts"], case.get("denied", {})))
    either = set(case.get("also", ()))
    found = dict(_items(read.facts, read.denied))
    return (
        {name: value for name, value in wanted.items() if _key(name) not in either},
        {name: value for name, value in found.items() if _key(name) not in either},
    )


def _key(name: str) -> str:
    return name.partition("=")[0]


def _items(facts: Case, denied: Case) -> Iterator[tuple[str, Any]]:
    """Facts one by one: each year of an amount, each title held, each title denied."""
    for key, value in facts.items():
        if isinstance(value, Mapping):
            yield from ((f"{key}={item}", of_item) for item, of_item in value.items())
        elif key == "certifications":
            yield from ((f"{key}={item}", None) for item in value)
        else:
            yield key, value
    for key, items in denied.items():
        yield from ((f"not {key}={item}", None) for item in items)


def _same(wanted: Any, read: Any) -> bool:
    if isinstance(wanted, list) and isinstance(read, list) and len(wanted) == len(read):
        return all(_near(one, other) for one, other in zip(wanted, read, strict=True))
    return bool(wanted == read)


def _near(wanted: Any, read: Any) -> bool:
    if isinstance(wanted, int | float) and isinstance(read, int | float):
        return abs(wanted - read) <= NEAR * abs(wanted)
    return bool(wanted == read)


def _lines(text: str, items: Mapping[str, Any], right: Iterable[str], beside: str) -> list[str]:
    faults = {name: value for name, value in items.items() if name not in set(right)}
    return [f"{text}: {faults}, {beside}"] if faults else []
