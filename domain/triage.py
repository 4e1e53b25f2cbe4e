"""Sorting a problem: category, department that leads, how urgent, whether somebody is in danger.

A problem belongs to the category with whose examples it shares most, listed words weighing beside
that. Words and examples are data (catalogue/categories.yaml); the clerk sees the proposal and may
change it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from pydantic import BaseModel, ConfigDict

from domain.dangers import DangerWords
from domain.lexicon import Lexicon, plain, taken_in
from domain.tickets import Urgency
from domain.tokens import TokenIndex, tokens
from domain.urgency import UrgencyWords, urgency_of
from domain.words import Text, Words

OTHER = "other"
SAFETY = "infra_env_safety"
STRONG, PLAIN = 5.0, 2.0
LEAST_EVIDENCE = 2.0
VAGUE = 0.5
"""What the words of OTHER weigh: they stand in every problem."""
SIMILAR_FROM = 0.35
SAME_FROM = 0.85


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
    def _words(self) -> Lexicon[tuple[str, float]]:
        return Lexicon(
            (word, (category.key, weight))
            for category in self.categories
            for words, weight in ((category.strong, STRONG), (category.words, PLAIN))
            for word in words
        )

    @cached_property
    def _examples(self) -> TokenIndex[str]:
        return TokenIndex(
            {
                category.key: Counter(
                    tokens(
                        plain("\n".join((*category.examples, *category.words, *category.strong)))
                    )
                )
                for category in self.categories
            }
        )

    def mentions_a_subject(self, text: str) -> bool:
        """Whether a plain text holds a listed word of some category."""
        return self._words.stands_in(text)

    def category_of(self, text: str) -> Category:
        """The category of a plain text; OTHER while there is too little to go by."""
        scores = self._examples.scores(tokens(text))
        for hit in self._words.find(text):
            for key, weight in hit.values:
                scores[key] += weight
        scores[OTHER] *= VAGUE
        best = max(scores, key=lambda key: scores[key], default=OTHER)
        return self.by_key[best if scores.get(best, 0) >= LEAST_EVIDENCE else OTHER]


@dataclass(frozen=True, slots=True)
class Triage:
    """What a clerk would propose."""

    category: str
    department: str
    urgency: Urgency
    danger: bool


def triage(text: str, book: TriageBook, today: date, *, danger: bool | None = None) -> Triage:
    """Propose category, department and urgency; `danger` is what somebody said of it already, None
    to go by the words."""
    said = plain(text)
    danger = in_danger(said, book) if danger is None else danger
    said = taken_in(said)
    category = book.by_key[SAFETY] if danger else book.category_of(said)
    urgency = Urgency.URGENT if danger else urgency_of(said, book.urgency, today)
    return Triage(category.key, category.department_for(said), urgency, danger)


def in_danger(text: str, book: TriageBook) -> bool:
    """Whether a plain text says that somebody is, or may right now be, in danger."""
    return book.danger.are_near(text)


def similar(text: str, earlier: Mapping[str, str], limit: int = 3) -> tuple[str, ...]:
    """Keys of the earlier texts that share enough pairs of characters with this one, best first."""
    return _like(text, earlier, SIMILAR_FROM)[:limit]


def same(text: str, earlier: Mapping[str, str], limit: int = 3) -> tuple[str, ...]:
    """Keys of the earlier texts that say the same but for a word or two, best first."""
    return _like(text, earlier, SAME_FROM)[:limit]


def _like(text: str, earlier: Mapping[str, str], least: float) -> tuple[str, ...]:
    pairs = _pairs(plain(text))
    scored = [(_likeness(pairs, _pairs(plain(other))), key) for key, other in earlier.items()]
    return tuple(key for score, key in sorted(scored, reverse=True) if score >= least)


def _pairs(text: str) -> frozenset[str]:
    letters = re.sub(r"[\W_]", "", text)
    return frozenset(letters[place : place + 2] for place in range(len(letters) - 1))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Dice's measure: shared pairs over the mean number of pairs."""
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0
