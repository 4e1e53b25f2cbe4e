"""What a person said before anything is kept: sentences in order, then answers that were tapped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from domain.catalogue import Catalogue
from domain.clauses import split_clauses
from domain.fact_rows import NEEDS, UNCLEAR, FactRow, listed, profile_of_rows
from domain.facts import BadFact, FactDictionary, FactSpec, FactValue, Held, Kind, Profile
from domain.industries import IndustryBook
from domain.lexicon import plain
from domain.profile_files import parse_fact
from domain.understanding import Understanding, understand
from domain.voices import Voice
from domain.word_books import WordBooks

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


def books_of(catalogue: Catalogue) -> WordBooks:
    """The words that understanding needs."""
    return WordBooks(
        catalogue.industries or _NO_INDUSTRIES,
        catalogue.needs,
        catalogue.sayings,
        catalogue.fact("street"),
        catalogue.index,
        catalogue.triage,
    )


def draft_of(
    texts: Sequence[str], rows: Iterable[FactRow], as_of: date, catalogue: Catalogue
) -> Draft:
    """What sentences and tapped answers add up to; what is said later counts."""
    profile = Profile()
    needs: tuple[str, ...] = ()
    for text in texts:
        heard = understand(text, as_of, books_of(catalogue))
        for key, value in profile_said(heard, catalogue.facts).values.items():
            profile = profile.with_fact(key, value)
        needs = tuple(dict.fromkeys((*needs, *heard.needs)))
    tapped = list(rows)
    for key, value in profile_of_rows(tapped, catalogue.facts).values.items():
        profile = profile.with_fact(key, value)
    return Draft(
        profile=profile,
        needs=listed(NEEDS, tapped) or needs,
        unclear=listed(UNCLEAR, tapped),
        left_out=any(_leaves_out(text) for text in texts),
    )


def profile_said(heard: Understanding, dictionary: FactDictionary) -> Profile:
    """The facts of an understanding; those outside the bounds of the dictionary are left out."""
    values: dict[str, FactValue] = {}
    for key in dict.fromkeys((*heard.facts, *heard.denied)):
        spec = dictionary.get(key)
        value = _value(spec, heard) if spec is not None else None
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


def _leaves_out(text: str) -> bool:
    return any(
        clause.voice in {Voice.OTHER, Voice.FUTURE} and _FIGURE.search(clause.text)
        for clause in split_clauses(plain(text))
    )
