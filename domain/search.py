"""Search over measures: Chinese or English, colloquial or formal; nothing rather than a bad hit.

An index of our own: pairs of Chinese characters, stems of Latin words, and the whole words that
each measure lists, weighed as in BM25. A hit must explain enough of what was asked: whatever of
the question is neither filler nor found in the measure counts against it.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from domain.everyday_words import formal_words
from domain.lexicon import Lexicon, plain
from domain.words import Words

K1, B = 1.2, 0.3
LISTED_WORD = 2.2
LEAST_SCORE = 4.0
LEAST_SHARE = 0.5
NEXT_BEST = 0.3
TYPO_FROM = 5
CHATTER = 0.12
LONGEST = 200
LATIN_SPOT = 2.0
UNKNOWN = 1.0
LISTED_SHARE = 0.1
HEAD, HEAD_LENGTH = 1.5, 2


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
    def for_whom(self) -> Words | None: ...
    @property
    def words(self) -> Iterable[str]: ...
    @property
    def quotes(self) -> Iterable[str]: ...


_GENERIC = re.compile(r"中小微?企业|小微企业|小企业|民营中小|本公司|我公司")
_FILLER = re.compile(
    r"请问|你好|您好|想问问?一?下?|问一?下|我们|我司|公司|企业|单位|我想|咨询|了解|不知道|知道|"
    r"可不可以|能不能|可以|是否|有没有|有没|有什么|有哪些|什么时候|什么|哪些|哪里|怎么办|怎么样?|"
    r"怎样|如何|多少|为什么|谁能|找谁|谁|帮忙|帮我|帮|一起|搞|做|好用|太慢|不肯|能来|有个|我有|"
    r"申请|申报|办理|政策|补贴|补助|补一点|扶持|支持|奖励|优惠|条件|流程|材料|要求|要啥|要|需要|"
    r"准备|打算|计划|想要?|希望|相关|方面|一下|一点|现在|今年|去年|明年|目前|政府|区里|钱塘区?|"
    r"杭州|太高|太贵|太多|太少|能|吗|呢|吧|啊|了|的|得|地|在|和|与|跟|去|到|给|把|被|对|从|很|都|"
    r"也|就|还|又|是|没有?|有|这个|那个|一个|个"
)
_STOP_WORDS = """a an the of to for in on at by with and or is are be do does did can could we our
    us you i my me it this that how what which where when who there any some get apply application
    policy policies company companies firm firms support help please want need would like about from
    have has if not near best will new"""
_STOP = frozenset(_STOP_WORDS.split())
_LATIN = re.compile(r"[a-z0-9][a-z0-9+&'-]*")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_SUFFIX = re.compile(r"(?:isations?|izations?|ings?|ies|ied|ed|es|s|e|y|ers?|ors?|ments?)$")
_FIELDS: tuple[tuple[str, float], ...] = (
    ("words", 3.0), ("name", 2.5), ("short", 2.5), ("summary", 0.8), ("quotes", 0.8),
    ("for_whom", 0.4),
)  # fmt: skip


def stem(word: str) -> str:
    """A rough English stem: subsidies and subsidy meet; certification, certificate stay apart."""
    if len(word) > 4:
        return _SUFFIX.sub("", word)
    return word.removesuffix("s") if len(word) > 3 else word


def _tokens(text: str) -> list[str]:
    """Pairs of Chinese characters and Latin stems of a plain text; a lone character counts too."""
    found = [stem(word) for word in _LATIN.findall(text) if word not in _STOP]
    for run in _HAN.findall(text):
        found += _pairs(run)
    return found


@dataclass(frozen=True, slots=True)
class _Spot:
    """A character or a Latin word of a question: what it weighs, which measures explain it."""

    weight: float
    explained_by: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked, without filler: tokens and listed words with their weight, and its spots."""

    tokens: Mapping[str, float]
    listed: Mapping[str, float]
    spots: tuple[_Spot, ...]


class Index:
    """The measures, ready to be searched. Build anew when the catalogue changes."""

    def __init__(self, texts: Mapping[str, Counter[str]], words: Mapping[str, set[str]]) -> None:
        self._texts = texts
        self._postings: dict[str, dict[str, float]] = defaultdict(dict)
        mean = sum(sum(counts.values()) for counts in texts.values()) / max(1, len(texts))
        for key, counts in texts.items():
            length = 1 - B + B * sum(counts.values()) / mean
            for token, count in counts.items():
                self._postings[token][key] = count * (K1 + 1) / (count + K1 * length)
        self._listed = words
        self._lexicon: Lexicon[str] = Lexicon((word, word) for word in words)
        self._rare = math.log(1 + len(texts) / 0.5)
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for token in self._postings:
            if token.isascii() and len(token) >= TYPO_FROM - 1:
                self._by_length[len(token)].append(token)

    @classmethod
    def build(cls, measures: Iterable[Searchable]) -> Index:
        """Index measures by name, short name, words, summary, whom they serve and quotes."""
        texts: dict[str, Counter[str]] = {}
        listed: dict[str, set[str]] = defaultdict(set)
        for measure in measures:
            counts: Counter[str] = Counter()
            for name, weight in _FIELDS:
                for text in _texts_of(getattr(measure, name)):
                    for token in _tokens(plain(text)):
                        counts[token] += weight  # type: ignore[assignment]
            texts[measure.id] = counts
            for word in (*measure.words, measure.short.zh, measure.short.en, measure.name.zh):
                listed[plain(word)].add(measure.id)
        return cls(texts, listed)

    def search(self, text: str, limit: int = 5) -> list[tuple[str, float]]:
        """Measures that answer the text, best first, with scores; empty when nothing fits."""
        question = self._question(plain(text)[:LONGEST])
        if not question.tokens and not question.listed:
            return []
        scored = sorted(self._scores(question).items(), key=lambda item: (-item[1], item[0]))
        if not scored or scored[0][1] < LEAST_SCORE:
            return []
        least = max(LEAST_SCORE, NEXT_BEST * scored[0][1])
        return [(key, round(score, 3)) for key, score in scored[:limit] if score >= least]

    def _question(self, text: str) -> _Question:
        text = formal_words(_GENERIC.sub(" ", text))
        listed = {hit.word: self._word_weight(hit.word) for hit in self._lexicon.find(text)}
        bare = self._without_filler(text)
        latin = [self._known(stem(word)) for word in _LATIN.findall(bare) if word not in _STOP]
        runs = _HAN.findall(bare)
        runs = [run for run in runs if len(run) > 1] or runs
        tokens = {*latin, *(token for run in runs for token in _pairs(run))}
        spots = [self._spot((word,), LATIN_SPOT) for word in latin]
        each = [pairs for run in runs for pairs in _pairs_of_each(run)]
        head = len(each) - HEAD_LENGTH
        spots += [self._spot(pairs, HEAD if at >= head else 1) for at, pairs in enumerate(each)]
        return _Question({token: self._weight(token) for token in tokens}, listed, tuple(spots))

    def _spot(self, tokens: Iterable[str], size: float) -> _Spot:
        known = [token for token in tokens if token in self._postings]
        weight = max(map(self._weight, known), default=UNKNOWN * self._rare)
        return _Spot(
            size * weight, frozenset(key for token in known for key in self._postings[token])
        )

    def _without_filler(self, text: str) -> str:
        """Filler goes, but not out of a listed word: 政策兑现 keeps its 政策."""
        keep = [(hit.start, hit.end) for hit in self._lexicon.find(text)]
        pieces, place = [], 0
        for start, end in [*keep, (len(text), len(text))]:
            pieces.append(_FILLER.sub(" ", text[place:start]))
            pieces.append(f" {text[start:end]} ")
            place = end
        return "".join(pieces)

    def _known(self, token: str) -> str:
        """The token itself, or the one indexed stem a single typing error away."""
        if token in self._postings or not token.isascii() or len(token) < TYPO_FROM:
            return token
        for length in (len(token), len(token) + 1, len(token) - 1):
            for other in self._by_length[length]:
                if _one_edit(token, other):
                    return other
        return token

    def _weight(self, token: str) -> float:
        spread = len(self._postings.get(token, ()))
        if not spread:
            return self._rare
        return math.log(1 + (len(self._texts) - spread + 0.5) / (spread + 0.5))

    def _word_weight(self, word: str) -> float:
        spread = len(self._listed[word])
        length = min(3.0, (len(word) / 6 if word.isascii() else len(word) / 2))
        return math.log(1 + (len(self._texts) - spread + 0.5) / (spread + 0.5)) * length

    def _scores(self, question: _Question) -> dict[str, float]:
        scores: dict[str, float] = defaultdict(float)
        for token, weight in question.tokens.items():
            for key, strength in self._postings.get(token, {}).items():
                scores[key] += weight * strength
        for word, weight in question.listed.items():
            for key in self._listed[word]:
                scores[key] += LISTED_WORD * weight
        shares = self._shares(question)
        least = LEAST_SHARE - min(CHATTER, 0.015 * max(0, len(question.spots) - 8))
        return {
            key: score * share
            for key, score in scores.items()
            if (share := shares.get(key, 0)) >= least
        }

    def _shares(self, question: _Question) -> dict[str, float]:
        """How much of the question each measure explains, 0..1; listed words outweigh chatter."""
        shares: dict[str, float] = defaultdict(float)
        total = sum(spot.weight for spot in question.spots) or 1.0
        for spot in question.spots:
            for key in spot.explained_by:
                shares[key] += spot.weight / total
        for word in question.listed:
            for key in self._listed[word]:
                shares[key] = min(1.0, shares[key] + LISTED_SHARE)
        return shares


def _pairs(run: str) -> list[str]:
    return [run[place : place + 2] for place in range(len(run) - 1)] or [run]


def _pairs_of_each(run: str) -> list[tuple[str, ...]]:
    """For each character of a run, the pairs it stands in."""
    pairs = _pairs(run)
    if len(run) == 1:
        return [(run,)]
    return [tuple(pairs[max(0, place - 1) : place + 1]) for place in range(len(run))]


def _texts_of(value: object) -> list[str]:
    if isinstance(value, Words):
        return [value.zh, value.en]
    return [str(text) for text in value] if isinstance(value, Iterable) else []


def _one_edit(one: str, other: str) -> bool:
    """Whether two words differ by one letter added, lost, changed or swapped with the next."""
    if one[0] != other[0]:
        return False
    if len(one) > len(other):
        one, other = other, one
    place = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) < len(other):
        return one[place:] == other[place + 1 :]
    swapped = one[place : place + 2] == other[place : place + 2][::-1]
    return one[place + 1 :] == other[place + 1 :] or (
        swapped and one[place + 2 :] == other[place + 2 :]
    )
