"""Finding listed words in what people write: longest word first, Latin words whole."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice
from typing import Generic, NamedTuple, TypeVar

from domain.characters import simplified

Value = TypeVar("Value")

_BLANKS = re.compile(r"[ \t\r\f\v\u00a0\u3000]+")
#: No number has so many digits; patterns that look for numbers would try each place of the run.
_ENDLESS = re.compile(r"(\d{30})\d+")
MOST_NUMBERS, MOST_SIGNS = 100, 8192
"""Of one message so many numbers and years are read, and so many signs after NFKC, which makes
eighteen of one (ﷺ): reading looks from each number over the text, so thousands took minutes."""
_NUMBER = re.compile(r"\d+|[一二两三四五六七八九十百千万亿]+|[去今前明后]年|last year")
_LATIN = re.compile(r"[a-z0-9][a-z0-9 &+/'.-]*")
_WORD = re.compile(r"[a-z0-9]+")
_LETTER = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


def plain(text: str) -> str:
    """The text as it is read here: NFKC, lower case, simplified characters, single blanks;
    positions refer to this."""
    return legible(text).lower()


def legible(text: str) -> str:
    """The same text with its capitals, each character in the same place."""
    written = _BLANKS.sub(" ", simplified(unicodedata.normalize("NFKC", text))).strip()
    written = _ENDLESS.sub(r"\1", written)
    return written if len(written.lower()) == len(written) else written.lower()


def taken_in(text: str) -> str:
    """As much of a plain message as is read: up to its hundredth number."""
    numbers = islice(_NUMBER.finditer(text), MOST_NUMBERS, None)
    end = next((number.start() for number in numbers), len(text))
    return text[: min(end, MOST_SIGNS)]


class Hit(NamedTuple, Generic[Value]):
    """A listed word found at `start:end` of a plain text, with what it stands for."""

    start: int
    end: int
    word: str
    values: tuple[Value, ...]


class Lexicon(Generic[Value]):
    """Words with what they stand for; a word may stand for several things."""

    def __init__(
        self, entries: Iterable[tuple[str, Value]], base: Lexicon[Value] | None = None
    ) -> None:
        """`base` is a lexicon whose words belong to this one too.

        `values` holds every word with what it stands for, `lengths` how long the words are that
        begin alike, the longest first.
        """
        self.values: dict[str, tuple[Value, ...]] = dict(base.values) if base else {}
        self.lengths: dict[str, list[int]] = dict(base.lengths) if base else {}
        new: dict[str, set[int]] = defaultdict(set)
        for word, value in _plain_entries(entries):
            found = self.values.get(word, ())
            if not found:
                new[_beginning(word)].add(len(word))
            if value not in found:
                self.values[word] = (*found, value)
        for beginning, lengths in new.items():
            known = self.lengths.get(beginning, ())
            self.lengths[beginning] = sorted(lengths.union(known), reverse=True)

    def __contains__(self, word: str) -> bool:
        return word in self.values

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)

    def standing_for(self, value: Value) -> Iterator[str]:
        """The words that stand for this, perhaps among other things."""
        return (word for word, values in self.values.items() if value in values)

    @cached_property
    def _firsts(self) -> re.Pattern[str]:
        return first_characters(self.lengths)

    def find(self, text: str) -> list[Hit[Value]]:
        """Every listed word of a plain text, left to right, none inside another."""
        hits = []
        end = 0
        for first in self._firsts.finditer(text):
            hit = self._at(text, first.start()) if first.start() >= end else None
            if hit is not None:
                hits.append(hit)
                end = hit.end
        return hits

    def stands_in(self, text: str) -> bool:
        """Whether any listed word stands in a plain text."""
        places = self._firsts.finditer(text)
        return any(self._at(text, first.start()) is not None for first in places)

    def _at(self, text: str, start: int) -> Hit[Value] | None:
        """The longest listed word that stands at this place."""
        for beginning in _beginnings(text, start):
            for length in self.lengths.get(beginning, ()):
                word = text[start : start + length]
                if word in self.values and (end := _end(text, start, word)) is not None:
                    return Hit(start, end, word, self.values[word])
        return None


def first_characters(words: Iterable[str]) -> re.Pattern[str]:
    """Where one of the words may begin: by its first character, a Latin one after no other."""
    firsts = "".join(map(re.escape, sorted({word[0] for word in words})))
    return re.compile(f"[{firsts}](?<![a-z0-9]{{2}})" if firsts else "(?!)")


def _beginnings(text: str, start: int) -> tuple[str, ...]:
    """What a listed word that stands there may be found by; a Latin one perhaps in the plural."""
    latin = _WORD.match(text, start)
    if latin is None:
        return text[start : start + 2], text[start]
    word = latin.group()
    return word, word[:-1], word[:-2]


def _beginning(word: str) -> str:
    """What a word is found by: a Latin one by its first word, another by two characters."""
    latin = _WORD.match(word)
    return latin.group() if latin else word[:2]


def _plain_entries(entries: Iterable[tuple[str, Value]]) -> Iterable[tuple[str, Value]]:
    """The entries with their words as plain texts, read in one go: there are thousands."""
    entries = [entry for entry in entries if entry[0].strip()]
    words = plain("\n".join(word for word, _ in entries)).split("\n")
    return zip(words, (value for _, value in entries), strict=False)


def _end(text: str, start: int, word: str) -> int | None:
    """Where a word that stands here ends; a Latin one only as a whole, perhaps in the plural."""
    end = start + len(word)
    if word[0] not in _LETTER or not _LATIN.fullmatch(word):
        return end
    after = (end + len(plural) for plural in ("s", "es", "") if text.startswith(plural, end))
    return next((place for place in after if text[place : place + 1] not in _LETTER), None)
