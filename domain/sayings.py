"""The words companies use for their own facts (catalogue/sayings.yaml), ready to be looked up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict

from domain.phrases import Phrases
from domain.words import Text

Asking = Literal["asks", "topics", "wants", "greets"]
Trouble = Literal["trouble", "complaint"]
Measure = Literal["money", "dollars", "share", "people", "count", "points"]
Reference = tuple[tuple[str | int, ...], str, str | None]

MEASURES: tuple[Measure, ...] = ("money", "dollars", "share", "people", "count", "points")
LOSS, CERTIFICATIONS = "loss", "certifications"
"""A loss is no fact of its own but a negative profit; titles are items of one fact."""


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))


class Noun(_Data):
    """Words a number stands beside, and the fact it is by its measure.

    A number of a measure in `none` is no fact of the company beside these words.
    """

    words: tuple[Text, ...]
    money: Text | None = None
    dollars: Text | None = None
    share: Text | None = None
    people: Text | None = None
    count: Text | None = None
    points: Text | None = None
    none: tuple[Measure, ...] = ()

    def fact(self, measures: Iterable[Measure]) -> str | None:
        """The fact for the first of the measures that these words have one for."""
        return next((key for one in measures if (key := getattr(self, one))), None)

    def facts(self) -> Iterator[str]:
        """Every fact these words may name."""
        yield from (key for one in MEASURES if (key := getattr(self, one)))

    def concerns(self, measures: Iterable[Measure]) -> bool:
        """Whether these words say what a number of such a measure is, or that it is no fact."""
        return any(getattr(self, one) or one in self.none for one in measures)


class Beside(_Data):
    """Words before a number, or right after it, that make people somebody other than staff."""

    before: tuple[Text, ...] = ()
    after: tuple[Text, ...] = ()


class Growth(_Data):
    """Words of growing and of shrinking."""

    up: tuple[Text, ...] = ()
    down: tuple[Text, ...] = ()


class Flag(_Data):
    """A yes-or-no fact: names that are affirmed or denied, and phrases that settle it alone."""

    key: Text
    names: tuple[Text, ...] = ()
    affirms: tuple[Text, ...] = ()
    denies: tuple[Text, ...] = ()


class Phrase(_Data):
    """Words that settle a number, a range or a yes-or-no fact although they name no number."""

    key: Text
    value: bool | float | tuple[float | None, float | None]
    words: tuple[Text, ...]


class Choice(_Data):
    """One value of a fact with a list of values, and its words."""

    key: Text
    value: Text
    words: tuple[Text, ...]


class Title(_Data):
    """A title a company may hold, and its names."""

    item: Text
    words: tuple[Text, ...]


class Messages(_Data):
    """What betrays what a message is for."""

    trouble: tuple[Text, ...] = ()
    complaint: tuple[Text, ...] = ()
    harmless: tuple[Text, ...] = ()
    asks: tuple[Text, ...] = ()
    topics: tuple[Text, ...] = ()
    wants: tuple[Text, ...] = ()
    greets: tuple[Text, ...] = ()


class FlagWord(_Data):
    """What a word says of a flag: `settled` is None for a name, which needs a yes or no beside."""

    key: Text
    settled: bool | None = None


class SayingBook(_Data):
    """catalogue/sayings.yaml."""

    places: tuple[Text, ...] = ()
    numbers: tuple[Noun, ...] = ()
    not_staff: Beside = Beside()
    growth: Growth = Growth()
    flags: tuple[Flag, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    choices: tuple[Choice, ...] = ()
    titles: tuple[Title, ...] = ()
    messages: Messages = Messages()

    def referred(self) -> Iterator[Reference]:
        """Every fact the book speaks of, with the value it must have, and its place in the file."""
        for at, noun in enumerate(self.numbers):
            yield from ((("numbers", at), key, None) for key in noun.facts() if key != LOSS)
        for at, flag in enumerate(self.flags):
            yield ("flags", at), flag.key, None
        for at, phrase in enumerate(self.phrases):
            yield ("phrases", at), phrase.key, None
        for at, choice in enumerate(self.choices):
            yield ("choices", at), choice.key, choice.value
        for at, title in enumerate(self.titles):
            yield ("titles", at), CERTIFICATIONS, title.item

    @cached_property
    def noun_words(self) -> Phrases[Noun]:
        """The nouns of numbers."""
        return Phrases((word, noun) for noun in self.numbers for word in noun.words)

    @cached_property
    def before_words(self) -> Phrases[bool]:
        """Words before people who are not staff."""
        return Phrases((word, True) for word in self.not_staff.before)

    @cached_property
    def after_words(self) -> Phrases[bool]:
        """Words right after people who are not staff."""
        return Phrases((word, True) for word in self.not_staff.after)

    @cached_property
    def growth_words(self) -> Phrases[int]:
        """1 for growing, -1 for shrinking."""
        return Phrases(
            [(word, 1) for word in self.growth.up] + [(word, -1) for word in self.growth.down]
        )

    @cached_property
    def flag_words(self) -> Phrases[FlagWord]:
        """Names and phrases of flags."""
        return Phrases(
            (word, FlagWord(key=flag.key, settled=settled))
            for flag in self.flags
            for words, settled in ((flag.names, None), (flag.affirms, True), (flag.denies, False))
            for word in words
        )

    @cached_property
    def phrase_words(self) -> Phrases[Phrase]:
        """Phrases that settle a fact alone."""
        return Phrases((word, phrase) for phrase in self.phrases for word in phrase.words)

    @cached_property
    def choice_words(self) -> Phrases[Choice]:
        """Words of facts with a list of values."""
        return Phrases((word, choice) for choice in self.choices for word in choice.words)

    @cached_property
    def title_words(self) -> Phrases[str]:
        """Names of titles."""
        return Phrases((word, title.item) for title in self.titles for word in title.words)

    @cached_property
    def trouble_words(self) -> Phrases[Trouble | None]:
        """Words of trouble, and the longer harmless ones (None) around them."""
        told = self.messages
        listed: tuple[tuple[tuple[str, ...], Trouble | None], ...] = (
            (told.trouble, "trouble"),
            (told.complaint, "complaint"),
            (told.harmless, None),
        )
        return Phrases((word, kind) for words, kind in listed for word in words)

    @cached_property
    def asking_words(self) -> Phrases[Asking]:
        """Words of asking for a policy, of what policies are about, of wanting something."""
        told = self.messages
        listed: tuple[tuple[tuple[str, ...], Asking], ...] = (
            (told.asks, "asks"),
            (told.topics, "topics"),
            (told.wants, "wants"),
            (told.greets, "greets"),
        )
        return Phrases((word, kind) for words, kind in listed for word in words)

    def choice_meant(self, key: str, text: str) -> str | None:
        """The one value a short answer means (国企 → 国有), None when it is not clear."""
        hits = self.choice_words.find(text)
        meant = {choice.value for hit in hits for choice in hit.values if choice.key == key}
        return meant.pop() if len(meant) == 1 else None
