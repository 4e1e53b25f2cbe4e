"""Reading a text for search: tokens of any text, clauses of a question.

Tokens are pairs of Chinese characters, stems of Latin words, and the classes of synonyms found.
A question is cut into clauses; filler, amounts and the asker's own trade are left out of them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from domain.lexicon import Hit, Lexicon
from domain.search_words import Kind, SearchBook, readable
from domain.tokens import HAN, LATIN, stem, tokens

LATIN_SIZE = 2.0
"""A Latin word counts as two Chinese characters."""

Token = tuple[int, int, str]
"""Where a token stands in a text, and its name."""

_FOREIGN = frozenset({Kind.ELSEWHERE, Kind.PLACE})
_CLAUSE = re.compile(r"[,。;；!！?？、\n]|\. ")
_NUMBER = re.compile(
    r"(?<![a-z0-9])(?:\d[\d,.]*|[一二两三四五六七八九十百千几]{1,5})(?:多|来|几)*"
    r"(?:个|%|w|万|千|亿|元|块|人|号|名|家|年|月|天|岁|m2|平方米|平方|平米|平|位|成|层|次|趟|倍)+"
    r"(?:多|来|左右)*"
)
_TRADE = re.compile(
    r"(?:(?:我们|我|本公司|公司)(?:公司|厂|家|企业)?)?(?:主要|专门)?"
    r"(?:是(?:一家|家|个)?做|是(?:一家|家|个)|做|生产|从事|经营)[^,。;!?]{1,14}?"
    r"(?:的(?=,|。|;|!|\?|$| )|"
    r"的?(?:企业|公司|工厂|小厂|厂家|厂子|厂|小企业|小公司|团队|店)(?![房区]))"
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A Chinese character or a Latin word that was asked, with the tokens that cover it."""

    size: float
    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """What one clause asks; `foreign` is the size of its words for matters that are not ours."""

    units: tuple[Unit, ...]
    foreign: float = 0.0


class Reader:
    """Reads with the words of the search book and the words that the measures list."""

    def __init__(self, book: SearchBook, listed: Iterable[str], names: Iterable[str]) -> None:
        """`listed` are the words of the measures; what stands in their `names` is ours, whatever
        the book says of it."""
        words = readable("\n".join(listed)).split("\n")
        named = book.kinds.find(readable("\n".join(names)))
        words += (hit.word for hit in named if _FOREIGN.intersection(hit.values))
        self._book = book
        self.kinds: Lexicon[Kind] = Lexicon(((word, Kind.CONTENT) for word in words), book.kinds)

    def names(self, text: str) -> list[str]:
        """The names of the tokens of a readable text, some of them several times."""
        known = self._book.names_of.get(text)
        if known is None:
            classes = [name for hit in self._book.classes.find(text) for name in hit.values]
            known = self._book.names_of[text] = classes + tokens(text)
        return known

    def _tokens(self, text: str) -> list[Token]:
        """The same, and where each stands."""
        found = [
            (hit.start, hit.end, name)
            for hit in self._book.classes.find(text)
            for name in hit.values
        ]
        found += [(word.start(), word.end(), stem(word.group())) for word in LATIN.finditer(text)]
        for run in HAN.finditer(text):
            places = range(run.start(), run.end() - 1)
            found += [(place, place + 2, text[place : place + 2]) for place in places]
        return found

    def clauses(self, text: str) -> list[Clause]:
        """The clauses of a readable text that ask something. A trade is what somebody asks about
        only when nothing else is there."""
        hits = self.kinds.find(text)
        foreign = {Kind.ELSEWHERE: 1.0, Kind.PLACE: self._strangeness(text, hits)}
        text = _without_numbers(text, hits)
        for asked in dict.fromkeys((_TRADE.sub(" ", text), text)):
            clauses = [self._clause(part, foreign) for part in _CLAUSE.split(asked)]
            if any(clause.units or clause.foreign for clause in clauses):
                return [clause for clause in clauses if clause.units or clause.foreign]
        return []

    def asks_for_money(self, text: str) -> bool:
        """Whether a readable text speaks of public money or support at all."""
        return _name_money(self.kinds.find(text))

    def _strangeness(self, text: str, hits: Iterable[Hit[Kind]]) -> float:
        """How foreign another place is here: not when somebody moves, twice when it is about that
        place's money."""
        if self._book.moving.stands_in(text):
            return 0.0
        return 2.0 if _name_money(hits) else 1.0

    def _clause(self, text: str, foreign: Mapping[Kind, float]) -> Clause:
        others = 0.0
        for hit in reversed(self.kinds.find(text)):
            if Kind.CONTENT not in hit.values:
                text = f"{text[: hit.start]} {text[hit.end :]}"
                size = LATIN_SIZE if hit.word.isascii() else len(hit.word)
                others += size * max(foreign.get(kind, 0) for kind in hit.values)
        covers: dict[int, list[Token]] = defaultdict(list)
        for token in self._tokens(text):
            for place in range(token[0], token[1]):
                covers[place].append(token)
        units = (_unit(end - start, end, covers[start]) for start, end in _places(text))
        return Clause(tuple(units), others)


def _name_money(hits: Iterable[Hit[Kind]]) -> bool:
    return any(Kind.MONEY in hit.values for hit in hits)


def _without_numbers(text: str, hits: Iterable[Hit[Kind]]) -> str:
    """Amounts describe a company; they go, but not out of a listed word: 153计划, 三个十."""
    kept = [(hit.start, hit.end) for hit in hits if Kind.CONTENT in hit.values]

    def gone(number: re.Match[str]) -> str:
        start, end = number.span()
        inside = any(start < after and before < end for before, after in kept)
        return number.group() if inside else " "

    return _NUMBER.sub(gone, text)


def _unit(length: int, end: int, found: Iterable[Token]) -> Unit:
    """What stands before `end`, with those of the tokens there that reach as far."""
    names = tuple(name for _, last, name in found if end <= last)
    return Unit(LATIN_SIZE if length > 1 else 1.0, names)


def _places(text: str) -> Iterator[tuple[int, int]]:
    """Where each Latin word and each Chinese character stands; a lone character among longer runs
    is a scrap of filler."""
    yield from (word.span() for word in LATIN.finditer(text))
    runs = [run.span() for run in HAN.finditer(text)]
    longer = [(start, end) for start, end in runs if end - start > 1]
    for start, end in longer or runs:
        yield from ((place, place + 1) for place in range(start, end))
