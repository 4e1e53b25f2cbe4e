"""What a person said before anything is kept: sentences in order, then answers that were tapped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from domain.catalogue import Catalogue
from domain.clauses import split_clauses
from domain.fact_rows import NEEDS, UNCLEAR, FactRow, listed, profile_of_rows
from domain.facts import BadFact, FactDictionary, FactSpec, FactValue, Held, Kind, Profile
from domain.industries import IndustryBook
from domain.profile_files import parse_fact
from domain.understanding import Understanding
from domain.voices import Voice
from domain.word_books import WordBooks

KEPT = 8
"""Catalogues whose words are kept together."""

_NO_INDUSTRIES = IndustryBook(sections=(), divisions=())
_FIGURE = re.compile(r"\d|[一二三四五六七八九十百千万]{2}")


@dataclass(frozen=True)
class Draft:
    """Facts and needs that were said and are not kept yet.

    `left_out` says that figures of others or of the future were heard and not taken.
    """

    profile: Profile = field(default_factory=Profile)
    needs: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    left_out: bool = False


@lru_cache(maxsize=KEPT)
def books_of(catalogue: Catalogue) -> WordBooks:
    """The words that understanding needs; the streets among them are slow to list."""
    return WordBooks(
        catalogue.industries or _NO_INDUSTRIES,
        catalogue.needs,
        catalogue.sayings,
        catalogue.fact("street"),
        catalogue.index,
        catalogue.triage,
    )


def draft_of(
    heard: Sequence[Understanding], rows: Iterable[FactRow], dictionary: FactDictionary
) -> Draft:
    """What sentences and tapped answers add up to; what is said later counts."""
    tapped = list(rows)
    profile = Profile()
    for said in (
        *(profile_said(one, dictionary) for one in heard),
        profile_of_rows(tapped, dictionary),
    ):
        profile = profile.with_facts(said)
    needs = dict.fromkeys(need for one in heard for need in one.needs)
    return Draft(
        profile=profile,
        needs=listed(NEEDS, tapped) or tuple(needs),
        unclear=listed(UNCLEAR, tapped),
        left_out=any(_leaves_out(one) for one in heard),
    )


def profile_said(heard: Understanding, dictionary: FactDictionary) -> Profile:
    """The facts of an understanding; those outside the bounds of the dictionary are left out.

    Name and code are left out too: they have a way of their own, since a code that is known here
    opens nothing.
    """
    values: dict[str, FactValue] = {}
    for key in dict.fromkeys((*heard.facts, *heard.denied)):
        spec = dictionary.get(key)
        is_fact = spec is not None and spec.kind is not Kind.TEXT
        value = _value(spec, heard) if spec is not None and is_fact else None
        if value is not None:
            values[key] = value
    return Profile(values)


def _value(spec: FactSpec, heard: Understanding) -> FactValue | None:
    try:
        if spec.kind is Kind.CHOICES:
            return _items(spec, heard)
        return parse_fact(spec, heard.facts[spec.key])
    except BadFact:
        return None


def _items(spec: FactSpec, heard: Understanding) -> FactValue:
    """A sentence says only what is held or denied; what it does not name stays unknown."""
    held: tuple[tuple[str, date | None], ...] = ()
    if spec.key in heard.facts:
        parsed = parse_fact(spec, heard.facts[spec.key])
        held = parsed.items if isinstance(parsed, Held) else ()
    return spec.check(Held(held, tuple(heard.denied.get(spec.key, ()))))


def _leaves_out(heard: Understanding) -> bool:
    """Whether a figure of others or of the future was heard that became no fact; a loan that is
    wished for is one (打算贷款1000万)."""
    for clause in split_clauses(heard.plain):
        end = clause.start + len(clause.text)
        is_taken = any(clause.start <= span.start < end for span in heard.spans)
        is_theirs = clause.voice in {Voice.OTHER, Voice.FUTURE}
        if is_theirs and not is_taken and _FIGURE.search(clause.text):
            return True
    return False
