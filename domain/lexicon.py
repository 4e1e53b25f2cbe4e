"""Finding listed words in what people write: longest word first, Latin words whole."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

Value = TypeVar("Value")

_BLANKS = re.compile(r"[ \t\r\f\v\u00a0\u3000]+")
_LATIN = re.compile(r"[a-z0-9][a-z0-9 &+/'.-]*")


def plain(text: str) -> str:
    """The text as it is read here: NFKC, lower case, single blanks; positions refer to this."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFKC", text).lower()).strip()


@dataclass(frozen=True, slots=True)
class Hit(Generic[Value]):
    """A listed word found at `start:end` of a plain text, with what it stands for."""

    start: int
    end: int
    word: str
    values: tuple[Value, ...]


class Lexicon(Generic[Value]):
    """Words with what they stand for; a word may stand for several things."""

    def __init__(self, entries: Iterable[tuple[str, Value]]) -> None:
        values: dict[str, list[Value]] = defaultdict(list)
        for word, value in entries:
            values[plain(word)].append(value)
        self._values = {word: tuple(dict.fromkeys(found)) for word, found in values.items()}
        longest_first = sorted(self._values, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(_as_pattern, longest_first)) or r"(?!)")

    def find(self, text: str) -> list[Hit[Value]]:
        """Every listed word of a plain text, left to right, none inside another."""
        hits = []
        for match in self._pattern.finditer(text):
            word = self._listed(match.group())
            hits.append(Hit(match.start(), match.end(), word, self._values[word]))
        return hits

    def _listed(self, found: str) -> str:
        if found in self._values:
            return found
        return found.removesuffix("s") if found.removesuffix("s") in self._values else found[:-2]


def _as_pattern(word: str) -> str:
    if not _LATIN.fullmatch(word):
        return re.escape(word)
    return rf"(?<![a-z0-9]){re.escape(word)}(?:s|es)?(?![a-z0-9])"
