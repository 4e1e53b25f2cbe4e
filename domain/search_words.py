"""Words that search reads beside those of the measures: synonyms, filler, matters of others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cached_property

from pydantic import BaseModel, ConfigDict

from domain.lexicon import Lexicon, plain
from domain.words import Text

_POSSESSIVE = re.compile(r"(?<=[a-z])['’]s(?![a-z])")


class Kind(StrEnum):
    """What a word does in a question."""

    CONTENT = "content"
    FILLER = "filler"
    MONEY = "money"
    PLACE = "place"
    ELSEWHERE = "elsewhere"


def readable(text: str) -> str:
    """A plain text without hyphens and possessives, as search reads it: start-up is start up."""
    return _POSSESSIVE.sub("", plain(text)).replace("-", " ")


class SearchBook(BaseModel):
    """catalogue/search_words.yaml; the file says what each list is for."""

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))

    alike: tuple[tuple[Text, ...], ...] = ()
    filler: tuple[Text, ...] = ()
    trades: tuple[Text, ...] = ()
    money: tuple[Text, ...] = ()
    general: tuple[Text, ...] = ()
    places: tuple[Text, ...] = ()
    moves: tuple[Text, ...] = ()
    elsewhere: Mapping[str, tuple[Text, ...]] = {}

    @cached_property
    def kinds(self) -> Lexicon[Kind]:
        """Every word with what it does; synonyms are content."""
        return Lexicon((readable(word), kind) for word, kind in self._kinds())

    @cached_property
    def classes(self) -> Lexicon[str]:
        """Every synonym with the name of its class."""
        return Lexicon(
            (readable(word), f"#{number}")
            for number, words in enumerate(self.alike)
            for word in words
        )

    @cached_property
    def names_of(self) -> dict[str, list[str]]:
        """Token names of texts read before: after a publication most measures are as they were."""
        return {}

    @cached_property
    def moving(self) -> Lexicon[bool]:
        """What says that somebody moves here."""
        return Lexicon((word, True) for word in self.moves)

    def _kinds(self) -> Iterator[tuple[str, Kind]]:
        for words in self.alike:
            yield from ((word, Kind.CONTENT) for word in words)
        for words in self.elsewhere.values():
            yield from ((word, Kind.ELSEWHERE) for word in words)
        for kind, words in (
            (Kind.FILLER, self.filler),
            (Kind.FILLER, self.trades),
            (Kind.MONEY, self.money),
            (Kind.PLACE, self.places),
        ):
            yield from ((word, kind) for word in words)
