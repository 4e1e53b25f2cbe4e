"""Finding listed words in what people write: longest word first, Latin words whole."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from domain.characters import simplified

Value = TypeVar("Value")

_BLANKS = re.compile(r"[ \t\r\f\v\u00a0\u3000]+")
_LATIN = re.compile(r"[a-z0-9][a-z0-9 &+/'.-]*")
_LETTER = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


def plain(text: str) -> str:
    """The text as it is read here: NFKC, lower case, simplified characters, single blanks;
    positions refer to this."""
    return _BLANKS.sub(" ", simplified(unicodedata.normalize("NFKC", text).lower())).strip()


@dataclass(frozen=True, slots=True)
class Hit(Generic[Value]):
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

        `values` holds every word with what it stands for, `lengths` how long words are by their
        first two characters, the longest first.
        """
        self.values: dict[str, tuple[Value, ...]] = dict(base.values) if base else {}
        self.lengths: dict[str, tuple[int, ...]] = dict(base.lengths) if base else {}
        lengths: dict[str, set[int]] = defaultdict(set)
        for word, value in _plain_entries(entries):
            found = self.values.get(word, ())
            if value not in found:
                self.values[word] = (*found, value)
                lengths[word[:2]].add(len(word))
        for beginning, new in lengths.items():
            new.update(self.lengths.get(beginning, ()))
            self.lengths[beginning] = tuple(sorted(new, reverse=True))
        self._first = re.compile(_first_of({beginning[0] for beginning in self.lengths}))

    def __contains__(self, word: str) -> bool:
        return word in self.values

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)

    def standing_for(self, value: Value) -> Iterator[str]:
        """The words that stand for this, perhaps among other things."""
        return (word for word, values in self.values.items() if value in values)

    def find(self, text: str) -> list[Hit[Value]]:
        """Every listed word of a plain text, left to right, none inside another."""
        hits = []
        place = 0
        while candidate := self._first.search(text, place):
            hit = self._at(text, candidate.start())
            if hit is not None:
                hits.append(hit)
            place = hit.end if hit is not None else candidate.end()
        return hits

    def _at(self, text: str, start: int) -> Hit[Value] | None:
        """The longest listed word that stands at this place."""
        for beginning in (text[start : start + 2], text[start]):
            for length in self.lengths.get(beginning, ()):
                word = text[start : start + length]
                if word in self.values:
                    for end in _ends(text, start, word):
                        return Hit(start, end, word, self.values[word])
        return None


def _plain_entries(entries: Iterable[tuple[str, Value]]) -> Iterable[tuple[str, Value]]:
    """The entries with their words as plain texts, read in one go: there are thousands."""
    entries = [entry for entry in entries if entry[0].strip()]
    words = plain("\n".join(word for word, _ in entries)).split("\n")
    return zip(words, (value for _, value in entries), strict=False)


def _first_of(letters: Iterable[str]) -> str:
    """Where a listed word may begin: a Latin one not inside another word."""
    latin = "".join(letter for letter in letters if letter in _LETTER)
    others = "".join(letter for letter in letters if letter not in _LETTER)
    ways = [f"(?<![a-z0-9])[{latin}]"] if latin else []
    ways += [f"[{re.escape(others)}]"] if others else []
    return "|".join(ways) or r"(?!)"


def _ends(text: str, start: int, word: str) -> Iterator[int]:
    """Where a word that stands here may end: a Latin one as a whole, perhaps in the plural."""
    end = start + len(word)
    if not _LATIN.fullmatch(word):
        yield end
        return
    for plural in ("s", "es", ""):
        after = end + len(plural)
        if text.startswith(plural, end) and text[after : after + 1] not in _LETTER:
            yield after
