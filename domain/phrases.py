"""Phrases: words with gaps and choices, and patterns from lists of them.

In a phrase `…` is a gap (up to twelve characters, twenty behind a Latin word, no punctuation) and
`(a|b|)` a choice: `被(列入|纳入)…异常` stands for two words with a gap each. Longer words are tried
first; Latin ones stand alone and may be plurals.

The lists of the grammar are one text each: blanks part the words, `_` is a blank within one, `#` a
whole number, and `$` the end of the text.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Generic, TypeVar

from domain.lexicon import Hit, plain

Value = TypeVar("Value")

_CHOICE = re.compile(r"\(([^()]*)\)")
_GAP = "…"
_IN_GAP, _IN_LATIN_GAP = r"[^,。.;!?、]{0,12}?", r"[^,。.;!?、]{0,20}?"
_NOT_AFTER_LETTER, _NOT_BEFORE_LETTER = r"(?<![a-z0-9])", r"(?![a-z0-9])"
_NUMBER = "[0-9一二两三四五六七八九十]+"


@dataclass(frozen=True)
class _Phrase(Generic[Value]):
    words: str
    head: str
    values: tuple[Value, ...]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when its head is first met: the books hold thousands, a text meets a few."""
        return re.compile(_pattern(self.words))


class Phrases(Generic[Value]):
    """Phrases with what they stand for; a phrase may stand for several things."""

    def __init__(self, entries: Iterable[tuple[str, Value]]) -> None:
        values: dict[str, list[Value]] = defaultdict(list)
        for phrase, value in entries:
            for words in spelled(phrase):
                values[words].append(value)
        self._by_start: dict[str, list[_Phrase[Value]]] = defaultdict(list)
        for words in sorted(values, key=len, reverse=True):
            found = tuple(dict.fromkeys(values[words]))
            head = words.partition(_GAP)[0]
            self._by_start[words[0]].append(_Phrase(words, head, found))

    def find(self, text: str) -> list[Hit[Value]]:
        """Every phrase of a plain text, left to right, none inside another."""
        return list(self._hits(text))

    def _hits(self, text: str) -> Iterator[Hit[Value]]:
        place = 0
        while place < len(text):
            hit = self._at(text, place)
            if hit:
                yield hit
            place = hit.end if hit else place + 1

    def _at(self, text: str, place: int) -> Hit[Value] | None:
        for phrase in self._by_start.get(text[place], ()):
            if not text.startswith(phrase.head, place):
                continue
            if match := phrase.pattern.match(text, place):
                return Hit(place, match.end(), phrase.words, phrase.values)
        return None


def spelled(phrase: str) -> list[str]:
    """A phrase with its choices written out: `(没|未)评上` gives 没评上 and 未评上."""
    pieces = _CHOICE.split(plain(phrase).replace("...", _GAP))
    parts = [piece.split("|") if at % 2 else [piece] for at, piece in enumerate(pieces)]
    return ["".join(chosen) for chosen in itertools.product(*parts)]


@cache
def any_of(words: str) -> re.Pattern[str]:
    """Any of the words, anywhere."""
    return re.compile(_one_of(words))


@cache
def run_of(words: str) -> re.Pattern[str]:
    """Nothing but such words and blanks, for fullmatch."""
    return re.compile(_run(words))


@cache
def ends_with(words: str, *, then: str = "") -> re.Pattern[str]:
    """One of the words at the end of a text, be it with a run of the words of `then` behind it."""
    return re.compile(_one_of(words) + _run(then) + "$")


@cache
def ends_near(words: str, within: int, without: str = "") -> re.Pattern[str]:
    """One of the words near the end of a text: at most so many characters behind it, and none of
    `without` nor a comma among them."""
    return re.compile(_one_of(words) + f"[^,{without}]{{0,{within}}}$")


@cache
def begins_with(words: str, *, after: str = "", but: str = "") -> re.Pattern[str]:
    """One of the words at the beginning of a text, be it behind a run of the words of `after`; a
    text in which one of `but` stands there does not begin so."""
    forbidden = f"(?!{_run(after)}{_one_of(but)})" if but else ""
    return re.compile("^" + forbidden + _run(after) + _one_of(words))


def _run(words: str) -> str:
    return f"(?: |{_one_of(words)})*" if words else " ?"


def _one_of(words: str) -> str:
    listed = {word for one in words.split() for word in spelled(one.replace("_", " "))}
    each = "|".join(_pattern(word) for word in sorted(listed, key=lambda w: (-len(w), w)))
    return f"(?:{each})".replace(r"\$", "$").replace(r"\#", _NUMBER)


def _pattern(words: str) -> str:
    """A phrase without choices as a pattern."""
    gap = _IN_LATIN_GAP if _is_latin(words[0]) else _IN_GAP
    written = gap.join(re.escape(piece) for piece in words.split(_GAP))
    if _is_latin(words[0]):
        written = _NOT_AFTER_LETTER + written
    if _is_latin(words[-1]):
        written += ("(?:s|es)?" if words[-1].isalpha() else "") + _NOT_BEFORE_LETTER
    return written


def _is_latin(letter: str) -> bool:
    return letter.isascii() and letter.isalnum()
