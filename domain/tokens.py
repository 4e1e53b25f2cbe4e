"""Tokens of texts, and texts compared by the tokens they share, as in BM25.

Chinese is taken by pairs of characters, Latin script by rough stems: no dictionary, no model.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from operator import add
from typing import Generic, TypeVar

Key = TypeVar("Key")

LATIN = re.compile(r"[a-z0-9][a-z0-9+&']*")
HAN = re.compile(r"[\u3400-\u9fff]+")
_SUFFIX = re.compile(r"(?:isations?|izations?|ings?|ies|ied|ed|es|s|e|y|ers?|ors?|ments?)$")
_K1, _B = 1.2, 0.3


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """A rough English stem: subsidies and subsidy meet; certification, certificate stay apart."""
    if len(word) > 4:
        return _SUFFIX.sub("", word)
    return word.removesuffix("s") if len(word) > 3 else word


def tokens(text: str) -> list[str]:
    """Pairs of Chinese characters and stems of Latin words of a plain text, some several times."""
    found = list(map(stem, LATIN.findall(text)))
    for run in HAN.findall(text):
        found += map(add, run, run[1:])
    return found


class TokenIndex(Generic[Key]):
    """Texts by their tokens. `weights` says how rare each token is, `rarest` the most it can be,
    `postings` how strongly each text holds it."""

    def __init__(self, texts: Mapping[Key, Mapping[str, float]]) -> None:
        """`texts` are weighted counts of tokens."""
        self.postings: dict[str, dict[Key, float]] = defaultdict(dict)
        mean = sum(sum(counts.values()) for counts in texts.values()) / max(1, len(texts))
        for key, counts in texts.items():
            length = 1 - _B + _B * sum(counts.values()) / mean
            for token, count in counts.items():
                self.postings[token][key] = count * (_K1 + 1) / (count + _K1 * length)
        self.rarest = math.log(1 + len(texts) / 0.5)
        self.weights = {
            token: math.log(1 + (len(texts) - len(found) + 0.5) / (len(found) + 0.5))
            for token, found in self.postings.items()
        }

    def scores(self, asked: Iterable[str]) -> dict[Key, float]:
        """What each text shares with these tokens; each token counts once."""
        scores: dict[Key, float] = defaultdict(float)
        for token in self.weights.keys() & set(asked):
            for key, strength in self.postings[token].items():
                scores[key] += self.weights[token] * strength
        return scores


def weighted(parts: Iterable[tuple[Iterable[str], float]]) -> Mapping[str, float]:
    """Counts of the tokens of several parts of one text, each part with its weight."""
    counts: dict[str, float] = defaultdict(float)
    for part, weight in parts:
        for token, count in Counter(part).items():
            counts[token] += weight * count
    return counts
