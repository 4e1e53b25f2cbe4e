"""Typing errors in a question: English words one letter off, Chinese words typed by their sound.

Only what is not known is corrected, and only to a word of the subject: 帖息 and tiexi become 贴息,
intrest becomes interest; a name that merely sounds alike shares no character and stays.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterator
from itertools import accumulate, pairwise

from domain.lexicon import Lexicon
from domain.search_words import Kind
from domain.syllables import sounds_of, spelled_sounds, syllables

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
        self._known = frozenset(_LATIN.findall("\n".join(words)))
        self._latin = self._by_length()
        self._sounding = self._by_sounds()
        self._openings = {key[:2] for key in self._sounding}
        self._totals = {sum(map(ord, word)) for word in self._sounding.values()}

    def corrected(self, text: str) -> str:
        """A plain text with its typing errors mended."""
        text = _LATIN_RUN.sub(lambda run: self._by_spelling(run.group()), text)
        text = _LATIN.sub(lambda word: self._latin_word(word.group()), text)
        return _HAN.sub(lambda run: self._by_sound(run.group()), text)

    # English

    def _by_length(self) -> dict[tuple[str, int], list[str]]:
        """The Latin words of the subject by first letter and length: of several that are as near,
        the first of the alphabet is meant."""
        found: dict[tuple[str, int], list[str]] = defaultdict(list)
        for word in sorted(self._known):
            if len(word) >= SHORTEST_LATIN - 1:
                found[word[0], len(word)].append(word)
        return found

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
        """Pinyin, in one piece or by syllables, where it is a word of the subject."""
        if all(word in self._known for word in run.split()):
            return run
        whole = self._spelled(run.replace(" ", ""))
        return whole or " ".join(self._spelled(word) or word for word in run.split())

    def _spelled(self, word: str) -> str | None:
        sounds = spelled_sounds(word) if word not in self._known else None
        return self._sounding.get(sounds) if sounds and len(sounds) > 1 else None

    # Chinese

    def _by_sounds(self) -> dict[Sounds, str]:
        """The Chinese words of the subject by their sound."""
        found: dict[Sounds, str] = {}
        for word in self._words.standing_for(Kind.CONTENT):
            if len(word) <= LONGEST_WORD and _HAN.fullmatch(word):
                for key in _keys(word):
                    found.setdefault(key, word)
        return found

    def _by_sound(self, run: str) -> str:
        likely = self._likely(run)
        if not likely:
            return run
        unlisted = self._unlisted(run)
        strange = unlisted - self._paired(run)
        for start, end, meant in likely:
            doubted = unlisted if end - start >= SURE_LENGTH else strange
            if not doubted.isdisjoint(range(start, end)):
                return self._by_sound(run[:start]) + meant + self._by_sound(run[end:])
        return run

    def _likely(self, run: str) -> list[tuple[int, int, str]]:
        """Stretches that may be another word in error, the longest first, with that word.

        Few of them: the first two sounds, and the sum of the characters in whatever order, say of
        nearly every stretch that it is none.
        """
        sounds, totals = syllables(run), [0, *accumulate(map(ord, run))]
        begins = [pair in self._openings for pair in pairwise(sounds)]
        stretches = (
            (start, end)
            for start, end in _windows(len(run))
            if (begins[start] and sounds[start:end] in self._sounding)
            or totals[end] - totals[start] in self._totals
        )
        meant = ((start, end, self._meant(run[start:end])) for start, end in stretches)
        return [(start, end, word) for start, end, word in meant if word is not None]

    def _unlisted(self, run: str) -> set[int]:
        """Where the characters stand that belong to no known word."""
        hits = [hit for hit in self._words.find(run) if len(hit.word) > 1]
        return set(range(len(run))).difference(*(range(hit.start, hit.end) for hit in hits))

    def _paired(self, run: str) -> set[int]:
        """Where the characters stand that belong to a pair some measure holds."""
        starts = [at for at in range(len(run) - 1) if run[at : at + 2] in self._pairs]
        return {place for start in starts for place in (start, start + 1)}

    def _meant(self, said: str) -> str | None:
        if said in self._words:
            return None
        words = (self._sounding[key] for key in _keys(said) if key in self._sounding)
        return next((word for word in words if _shared(said, word) >= len(said) / 2), None)


def _keys(word: str) -> Iterator[Sounds]:
    """How a word sounds, and from four characters on the same ones in any order."""
    sounds = sounds_of(word)
    if sounds is not None:
        yield sounds
    if len(word) >= SURE_LENGTH:
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
