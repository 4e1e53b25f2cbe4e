"""Search over measures: Chinese or English, colloquial or formal; nothing rather than a bad hit.

An index of our own (bm25s knows neither typing errors nor when to stay silent). A measure scores by
the tokens it shares with the question, as in BM25. It is a hit only if it also explains enough of
one clause: what no measure knows counts against all, and matters that are not ours count double.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from domain.search_reading import Clause, Reader
from domain.search_words import SearchBook, readable
from domain.tokens import TokenIndex, weighted
from domain.typos import Speller
from domain.words import Words

LEAST_SCORE = 3.0
LEAST_SHARE = 0.5
NEXT_BEST = 0.3
"""A hit with less than this share of the best score is left out."""
LONGEST = 400
UNKNOWN, UNKNOWN_HEAD, HEAD_LENGTH = 0.7, 1.2, 2
"""What a word that no measure knows weighs beside the rarest that one knows: more at the end of a
clause, where Chinese says what it is about (码头夜景 is about the view)."""
FOREIGN = 2.0
_FIELDS: tuple[tuple[str, float], ...] = (
    ("words", 1.5), ("name", 2.5), ("short", 2.5), ("summary", 0.8),
)  # fmt: skip


class Searchable(Protocol):
    """What the index reads of a measure."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> Words: ...
    @property
    def short(self) -> Words: ...
    @property
    def summary(self) -> Words: ...
    @property
    def words(self) -> Iterable[str]: ...


class Index:
    """The measures, ready to be searched. Build anew when the catalogue changes."""

    def __init__(
        self, texts: Mapping[str, Mapping[str, float]], reader: Reader, general: Sequence[str]
    ) -> None:
        """`texts` are the weighted tokens of each measure; `general` answer for money alone."""
        self._reader = reader
        self._general = general
        self._texts = TokenIndex(texts)
        self._speller = Speller(reader.kinds, self._texts.weights)

    @classmethod
    def build(cls, measures: Iterable[Searchable], book: SearchBook | None = None) -> Index:
        """Index measures by their words, name, short name and summary."""
        measures, book = tuple(measures), book or SearchBook()
        reader = Reader(
            book,
            (word for measure in measures for word in _listed(measure)),
            (name for measure in measures for name in _names(measure)),
        )
        texts = {measure.id: _counts(measure, reader) for measure in measures}
        return cls(texts, reader, [key for key in book.general if key in texts])

    def search(self, text: str, limit: int = 5) -> list[tuple[str, float]]:
        """Measures that answer the text, best first, with scores; empty when nothing fits."""
        said = readable(text)[:LONGEST]
        clauses = self._reader.clauses(self._speller.corrected(said))
        if not clauses and self._reader.asks_for_money(said):
            return [(key, LEAST_SCORE) for key in self._general[:limit]]
        scores = self._scores(clauses)
        least = max(LEAST_SCORE, NEXT_BEST * max(scores.values(), default=0))
        best = sorted((-score, key) for key, score in scores.items() if score >= least)
        return [(key, round(-score, 3)) for score, key in best[:limit]]

    def _scores(self, clauses: Iterable[Clause]) -> dict[str, float]:
        """Measures that explain enough, with what they share with all that was asked."""
        shares: dict[str, float] = defaultdict(float)
        for clause in clauses:
            for key, share in self._explained(clause).items():
                shares[key] = max(shares[key], share)
        asked = (token for clause in clauses for unit in clause.units for token in unit.tokens)
        scores = self._texts.scores(asked)
        return {key: scores[key] * share for key, share in shares.items() if share >= LEAST_SHARE}

    def _explained(self, clause: Clause) -> Mapping[str, float]:
        """How much of a clause each measure explains, 0..1."""
        explained: dict[str, float] = defaultdict(float)
        weights, rarest = self._texts.weights, self._texts.rarest
        total = FOREIGN * clause.foreign * rarest
        head = len(clause.units) - HEAD_LENGTH
        for place, unit in enumerate(clause.units):
            known = weights.keys() & unit.tokens
            unknown = rarest * (UNKNOWN if place < head else UNKNOWN_HEAD)
            heaviest = max(map(weights.__getitem__, known), default=unknown)
            total += unit.size * heaviest
            for key in {key for token in known for key in self._texts.postings[token]}:
                explained[key] += unit.size * heaviest
        return {key: weight / total for key, weight in explained.items()}


def _names(measure: Searchable) -> tuple[str, ...]:
    return *_texts_of(measure.short), *_texts_of(measure.name)


def _listed(measure: Searchable) -> tuple[str, ...]:
    return (*measure.words, *_names(measure))


def _counts(measure: Searchable, reader: Reader) -> Mapping[str, float]:
    return weighted(
        (reader.names(readable("\n".join(_texts_of(getattr(measure, name))))), weight)
        for name, weight in _FIELDS
    )


def _texts_of(value: object) -> tuple[str, ...]:
    if isinstance(value, Words):
        return value.zh, value.en
    return tuple(map(str, value)) if isinstance(value, Iterable) else ()
