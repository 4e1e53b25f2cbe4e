"""Sorting a problem: category, department that leads, how urgent, whether somebody is in danger.

The words are data (catalogue/categories.yaml); the clerk sees the proposal and may change it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from pydantic import BaseModel, ConfigDict

from domain.lexicon import Hit, Lexicon, plain
from domain.tickets import Urgency
from domain.urgency import (
    HIGH_WITHIN,
    LONG_WAIT_MONTHS,
    URGENT_WITHIN,
    deadline_in_days,
    months_waited,
)
from domain.words import Text, Words

OTHER = "other"
STRONG, PLAIN = 5, 2
SIMILAR_FROM = 0.35

_PAST = re.compile(
    r"去年|前年|上个月|上月|曾经|以前|之前|年前|年初|last year|last month|years? ago"
)
_UNREAL = re.compile(
    r"保险|理赔|演练|预案|培训|讲座|规定|标准|要求|如果|万一|防止|预防|避免|"
    r"担心会|会不会|怎么防|隐患排查|"
    r"insurance|drill|training|prevent|avoid|in case of"
)
_DENIED = re.compile(
    r"(?:没有?|无|未|不会|并未|no one|nobody|no|not|without|wasn't|"
    r"isn't) ?(?:人|任何|发生|any|was|is|been)? ?$"
)
_CLAUSE = re.compile(r"[，,。；;！!？?\n]")
_WAGES = re.compile(r"欠薪|讨薪|工资|wages")
_CROWD = re.compile(r"(?:堵|围|聚|闹|门口|上访|拉横幅|gather|block|protest|crowd)")


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))


class DepartmentRule(_Data):
    """A department that leads instead when one of its words is there."""

    department: Text
    words: tuple[Text, ...]


class Category(_Data):
    """One of the fourteen kinds of tickets."""

    key: Text
    name: Words
    department: Text
    words: tuple[Text, ...] = ()
    strong: tuple[Text, ...] = ()
    departments: tuple[DepartmentRule, ...] = ()
    examples: tuple[Text, ...] = ()

    @cached_property
    def _department_words(self) -> Lexicon[str]:
        return Lexicon((word, rule.department) for rule in self.departments for word in rule.words)

    def department_for(self, text: str) -> str:
        """The department that leads on a plain text, the category's own when no rule applies."""
        named = {name for hit in self._department_words.find(text) for name in hit.values}
        return next(
            (rule.department for rule in self.departments if rule.department in named),
            self.department,
        )


class DangerWords(_Data):
    """Words of danger, and longer harmless phrases that contain one."""

    words: tuple[Text, ...]
    harmless: tuple[Text, ...] = ()


class UrgencyWords(_Data):
    """Words that make a problem urgent or high, and phrases that say the opposite."""

    urgent: tuple[Text, ...]
    high: tuple[Text, ...]
    calm: tuple[Text, ...] = ()


Weight = tuple[str, int]


class TriageBook(_Data):
    """catalogue/categories.yaml."""

    categories: tuple[Category, ...]
    danger: DangerWords
    urgency: UrgencyWords

    @cached_property
    def by_key(self) -> Mapping[str, Category]:
        """The categories by their key."""
        return {category.key: category for category in self.categories}

    @cached_property
    def category_words(self) -> Lexicon[Weight]:
        """Every category word with the category and its weight."""
        return Lexicon(
            (word, (category.key, weight))
            for category in self.categories
            for words, weight in ((category.strong, STRONG), (category.words, PLAIN))
            for word in words
        )

    @cached_property
    def danger_words(self) -> Lexicon[bool]:
        """Danger words (True) and the harmless phrases around them (False)."""
        return Lexicon(
            [(word, True) for word in self.danger.words]
            + [(word, False) for word in self.danger.harmless]
        )

    @cached_property
    def urgency_words(self) -> Lexicon[Urgency]:
        """Urgency words; calm phrases stand for normal."""
        return Lexicon(
            (word, urgency)
            for words, urgency in (
                (self.urgency.urgent, Urgency.URGENT),
                (self.urgency.high, Urgency.HIGH),
                (self.urgency.calm, Urgency.NORMAL),
            )
            for word in words
        )


@dataclass(frozen=True, slots=True)
class Triage:
    """What a clerk would propose; `similar` are keys of earlier problems, most alike first."""

    category: str
    department: str
    urgency: Urgency
    danger: bool
    similar: tuple[str, ...] = ()


def triage(
    text: str, book: TriageBook, today: date, earlier: Mapping[str, str] | None = None
) -> Triage:
    """Propose category, department and urgency; `earlier` are texts of open tickets by number."""
    said = plain(text)
    danger = in_danger(said, book)
    category = book.by_key[_category_of(said, book, danger=danger)]
    department = category.department_for(said)
    urgency = Urgency.URGENT if danger else _urgency_of(said, book, today)
    return Triage(category.key, department, urgency, danger, similar(said, earlier or {}))


def in_danger(text: str, book: TriageBook) -> bool:
    """Whether a plain text says that somebody is, or may right now be, in danger."""
    for clause in _CLAUSE.split(text):
        if not _PAST.search(clause) and not _UNREAL.search(clause):
            hits = book.danger_words.find(clause)
            if any(hit.values == (True,) and not _denied(clause, hit) for hit in hits):
                return True
    return False


def _denied(clause: str, hit: Hit[bool]) -> bool:
    return bool(_DENIED.search(clause[: hit.start]))


def _category_of(text: str, book: TriageBook, *, danger: bool) -> str:
    scores: Counter[str] = Counter()
    for hit in book.category_words.find(text):
        for key, weight in hit.values:
            scores[key] += weight
    if danger:
        scores["infra_env_safety"] += 3 * STRONG
    if not scores:
        return OTHER
    return max(scores, key=lambda key: scores[key])


def _urgency_of(text: str, book: TriageBook, today: date) -> Urgency:
    said = {level for hit in book.urgency_words.find(text) for level in hit.values}
    days = deadline_in_days(text, today)
    if Urgency.URGENT in said or (days is not None and days <= URGENT_WITHIN):
        return Urgency.URGENT
    if _WAGES.search(text) and _CROWD.search(text):
        return Urgency.URGENT
    if days is not None and days <= HIGH_WITHIN:
        return Urgency.HIGH
    if Urgency.HIGH in said or months_waited(text) >= LONG_WAIT_MONTHS:
        return Urgency.HIGH
    return Urgency.NORMAL


def similar(text: str, earlier: Mapping[str, str], limit: int = 3) -> tuple[str, ...]:
    """Keys of the earlier texts that share enough pairs of characters with this one, best first."""
    pairs = _pairs(plain(text))
    scored = [(_likeness(pairs, _pairs(plain(other))), key) for key, other in earlier.items()]
    best = sorted((item for item in scored if item[0] >= SIMILAR_FROM), reverse=True)
    return tuple(key for _, key in best[:limit])


def _pairs(text: str) -> frozenset[str]:
    letters = re.sub(r"[\W_]", "", text)
    return frozenset(letters[place : place + 2] for place in range(len(letters) - 1))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Dice's measure: shared pairs over the mean number of pairs."""
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0
