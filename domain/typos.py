"""Typing errors in a question: English words one letter off, Chinese words typed by their sound.

Only what is not known is corrected, and only to a word of the subject: 帖息 and tiexi become 贴息,
intrest becomes interest; a name that merely sounds alike shares no character and stays.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterator
from functools import cached_property

from domain.lexicon import Lexicon
from domain.search_words import Kind
from domain.syllables import sounds_of, spelled_sounds

SHORTEST_LATIN = 5
LONGEST_WORD = 8
SURE_LENGTH = 4
"""So many syllables in a row sound like a listed word by no accident."""

_HAN = re.compile(r"[\u3400-\u9fff]{2,}")
_LATIN = re.compile(r"[a-z]+(?:-[a-z]+)*")
_LATIN_RUN = re.compile(r"[a-z]+(?: [a-z]+)*")
Sounds = tuple[str, ...]


class Speller:
    """Corrects questions to the words of an index; `pairs` are the tokens its texts hold."""

    def __init__(self, words: Lexicon[Kind], pairs: Container[str]) -> None:
        self._words = words
        self._pairs = pairs

    def corrected(self, text: str) -> str:
        """A plain text with its typing errors mended."""
        text = _LATIN_RUN.sub(lambda run: self._by_spelling(run.group()), text)
        text = _LATIN.sub(lambda word: self._latin_word(word.group()), text)
        return _HAN.sub(lambda run: self._by_sound(run.group()), text)

    # English

    @cached_property
    def _latin(self) -> dict[tuple[str, int], list[str]]:
        """The Latin words of the subject by first letter and length."""
        found: dict[tuple[str, int], list[str]] = defaultdict(list)
        for word in self._known:
            if len(word) >= SHORTEST_LATIN - 1:
                found[word[0], len(word)].append(word)
        return found

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(part for word in self._words for part in _LATIN.findall(word))

    def _latin_word(self, word: str) -> str:
        if (
            len(word) < SHORTEST_LATIN
            or word in self._known
            or word.removesuffix("s") in self._known
        ):
            return word
        lengths = (len(word), len(word) + 1, len(word) - 1)
        near = (other for length in lengths for other in self._latin.get((word[0], length), ()))
        return next((other for other in near if _one_edit(word, other)), word)

    def _by_spelling(self, run: str) -> str:
        """Pinyin, in one piece or by syllables, when all of it is a word of the subject."""
        if all(word in self._known for word in run.split()):
            return run
        sounds = spelled_sounds(run.replace(" ", ""))
        if not sounds:
            return run
        return self._sounding.get(sounds, run) if len(sounds) > 1 else run

    # Chinese

    @cached_property
    def _sounding(self) -> dict[Sounds, str]:
        """The Chinese words of the subject by their sound."""
        found: dict[Sounds, str] = {}
        for word in self._words.standing_for(Kind.CONTENT):
            if len(word) <= LONGEST_WORD and _HAN.fullmatch(word):
                for key in _keys(word):
                    found.setdefault(key, word)
        return found

    def _by_sound(self, run: str) -> str:
        strange = self._strange(run)
        for start, end in _windows(len(run)):
            if end - start < SURE_LENGTH and not any(strange[start:end]):
                continue
            meant = self._meant(run[start:end])
            if meant is not None:
                before, after = run[:start], run[end:]
                return self._by_sound(before) + meant + self._by_sound(after)
        return run

    def _strange(self, run: str) -> list[bool]:
        """Which characters stand neither in a known word nor in a pair that some measure holds."""
        strange = [True] * len(run)
        for hit in self._words.find(run):
            if len(hit.word) > 1:
                strange[hit.start : hit.end] = [False] * (hit.end - hit.start)
        for place in range(len(run) - 1):
            if run[place : place + 2] in self._pairs:
                strange[place] = strange[place + 1] = False
        return strange

    def _meant(self, said: str) -> str | None:
        if said in self._words:
            return None
        words = (self._sounding[key] for key in _keys(said) if key in self._sounding)
        return next((word for word in words if _shared(said, word) >= len(said) / 2), None)


def _keys(word: str) -> Iterator[Sounds]:
    """How a word sounds, and from three characters on the same ones in any order."""
    sounds = sounds_of(word)
    if sounds is not None:
        yield sounds
    if len(word) > 2:
        yield tuple(sorted(word))


def _shared(one: str, other: str) -> int:
    return sum(char in other for char in one)


def _windows(length: int) -> Iterator[tuple[int, int]]:
    """Stretches of a run, the longest first."""
    for size in range(min(length, LONGEST_WORD), 1, -1):
        yield from ((start, start + size) for start in range(length - size + 1))


def _one_edit(one: str, other: str) -> bool:
    """Whether two words differ by one letter added, lost, changed or swapped with the next."""
    if len(one) > len(other):
        one, other = other, one
    place = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) < len(other):
        return one[place:] == other[place + 1 :]
    swapped = one[place : place + 2] == other[place : place + 2][::-1]
    return one[place + 1 :] == other[place + 1 :] or (
        swapped and one[place + 2 :] == other[place + 2 :]
    )
