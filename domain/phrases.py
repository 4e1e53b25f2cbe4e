"""Phrases: words with gaps and choices, and patterns from lists of them.

In a phrase `…` is a gap (up to twelve characters, twenty behind a Latin word, no punctuation) and
`(a|b|)` a choice: `被(列入|纳入)…异常` stands for two words with a gap each. Longer words are tried
first; Latin ones stand alone and may be plurals.

The lists of the grammar are one text each: blanks part the words, `_` is a blank within one, `#` a
whole number, and `$` the end of the text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Generic, TypeVar, cast

from domain.lexicon import Hit, first_characters, plain

Value = TypeVar("Value")

_CHOICE = re.compile(r"\(([^()]*)\)")
_GAP = "…"
_IN_GAP, _IN_LATIN_GAP = r"[^,。.;!?、]{0,12}?", r"[^,。.;!?、]{0,20}?"
_ANY_LATIN = re.compile(r"[a-z0-9]")
#: Where a phrase ends with a letter or digit, its word ends too, perhaps in the plural.
_WHOLE = r"(?:(?<=[a-z])(?:es|s)?(?![a-z0-9])|(?<=[0-9])(?![a-z0-9])|(?<![a-z0-9]))"
_NUMBER = "[0-9一二两三四五六七八九十]+"
_NO_CHARACTER = frozenset("#…$")


@dataclass(frozen=True)
class _Bucket(Generic[Value]):
    """The phrases that begin with one character, the longest first."""

    phrases: tuple[tuple[str, tuple[Value, ...]], ...]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """All of them; the number of the group says which was found.

        Compiled when the character is first met: the books hold thousands, a text meets a few.
        """
        first = self.phrases[0][0][0]
        rests = "|".join(f"{_behind_first(words)}()" for words, _ in self.phrases)
        return re.compile(f"{re.escape(first)}{_alone(first)}(?:{rests})")


class Phrases(Generic[Value]):
    """Phrases with what they stand for; a phrase may stand for several things."""

    def __init__(self, entries: Iterable[tuple[str, Value]]) -> None:
        values: dict[str, list[Value]] = defaultdict(list)
        for phrase, value in entries:
            for words in _beginnings(phrase):
                values[words].append(value)
        by_start: dict[str, list[str]] = defaultdict(list)
        for words in sorted(values, key=_longest, reverse=True):
            by_start[words[0]].append(words)
        self._by_start = {
            start: _Bucket(tuple((one, tuple(dict.fromkeys(values[one]))) for one in words))
            for start, words in by_start.items()
        }

    def find(self, text: str) -> list[Hit[Value]]:
        """Every phrase of a plain text, left to right, none inside another."""
        hits: list[Hit[Value]] = []
        end = 0
        for first in self._firsts.finditer(text):
            start, bucket = first.start(), self._by_start[first.group()]
            match = bucket.pattern.match(text, start) if start >= end else None
            if match and match.lastindex:
                words, values = bucket.phrases[match.lastindex - 1]
                end = match.end()
                hits.append(Hit(start, end, words, values))
        return hits

    @cached_property
    def _firsts(self) -> re.Pattern[str]:
        return first_characters(self._by_start)


def _beginnings(phrase: str) -> list[str]:
    """A phrase as plain text, spelled so that it begins with a character and not with a choice:
    `(没|未)评(上|过)` gives 没评(上|过) and 未评(上|过)."""
    words = plain(phrase).replace("...", _GAP)
    first = _CHOICE.match(words)
    if first is None:
        return [words] if words else []
    rest = words[first.end() :]
    return [one for chosen in first[1].split("|") for one in _beginnings(chosen + rest)]


def _longest(words: str) -> int:
    """How long a phrase is at most."""
    return len(_CHOICE.sub(lambda choice: max(choice[1].split("|"), key=len), words))


def _written(words: str) -> str:
    """A phrase as a pattern, its choices within: the longer ones are tried first."""
    gap = _IN_LATIN_GAP if _is_latin(words[0]) else _IN_GAP
    pieces = _CHOICE.split(words)
    written = "".join(
        _either(piece.split("|")) if at % 2 else gap.join(map(re.escape, piece.split(_GAP)))
        for at, piece in enumerate(pieces)
    )
    return written + (_WHOLE if _ANY_LATIN.search(words) else "")


def _either(choice: list[str]) -> str:
    return "(?:" + "|".join(map(re.escape, sorted(choice, key=len, reverse=True))) + ")"


class _Late:
    """A pattern that is written and compiled when it is first used: the grammar holds hundreds, a
    start needs none of them, and compiling all takes longer than everything else in it."""

    def __init__(self, write: Callable[[], str]) -> None:
        self._write = write

    def __getattr__(self, name: str) -> Any:
        """A method of the compiled pattern, found here from now on."""
        found = getattr(self._compiled, name)
        setattr(self, name, found)
        return found

    @cached_property
    def pattern(self) -> str:
        """As it is written."""
        return self._write()

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self.pattern)


def late(write: Callable[[], str]) -> re.Pattern[str]:
    """The same as compiled, later."""
    return cast("re.Pattern[str]", _Late(write))


@cache
def any_of(words: str) -> re.Pattern[str]:
    """Any of the words, anywhere."""
    return late(lambda: _one_of(words))


@cache
def run_of(words: str) -> re.Pattern[str]:
    """Nothing but such words and blanks, for fullmatch."""
    return late(lambda: _run(words))


@cache
def ends_with(words: str, *, then: str = "") -> re.Pattern[str]:
    """One of the words at the end of a text, be it with a run of the words of `then` behind it."""
    return late(lambda: _one_of(words) + _run(then) + "$")


@cache
def ends_near(words: str, within: int, without: str = "") -> re.Pattern[str]:
    """One of the words near the end of a text: at most so many characters behind it, and none of
    `without` nor a comma among them."""
    return late(lambda: _one_of(words) + f"[^,{without}]{{0,{within}}}$")


@cache
def begins_with(words: str, *, after: str = "", but: str = "") -> re.Pattern[str]:
    """One of the words at the beginning of a text, be it behind a run of the words of `after`; a
    text in which one of `but` stands there does not begin so."""

    def written() -> str:
        forbidden = f"(?!{_run(after)}{_one_of(but)})" if but else ""
        return "^" + forbidden + _run(after) + _one_of(words)

    return late(written)


def _run(words: str) -> str:
    return f"(?: |{_one_of(words)})*" if words else " ?"


def _one_of(words: str) -> str:
    """Any of the words, those with the same first character together: a search then goes from one
    such character to the next."""
    listed = {word for one in words.split() for word in _beginnings(one.replace("_", " "))}
    rests: dict[str, list[str]] = defaultdict(list)
    for word in sorted(listed, key=lambda word: (-_longest(word), word)):
        if word[0] in _NO_CHARACTER:
            rests[""].append(_written(word))
        else:
            rests[word[0]].append(_alone(word[0]) + _behind_first(word))
    each = (f"{re.escape(first)}(?:{'|'.join(group)})" for first, group in rests.items())
    return f"(?:{'|'.join(each)})".replace(r"\$", "$").replace(r"\#", _NUMBER)


def _behind_first(words: str) -> str:
    return _written(words).removeprefix(re.escape(words[0]))


def _alone(letter: str) -> str:
    """That the Latin letter or digit just read has none before it."""
    return f"(?<![a-z0-9]{letter})" if _is_latin(letter) else ""


def _is_latin(letter: str) -> bool:
    return letter.isascii() and letter.isalnum()
