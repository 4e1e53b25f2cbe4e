"""Texts in the two languages of the office."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class Words(BaseModel):
    """One text, in Chinese and in English."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: Text
    en: Text

    def of(self, locale: str) -> str:
        """The text in `locale` ("en", "en-GB" …); Chinese for every other locale."""
        return self.en if locale.startswith("en") else self.zh


class WordLists(BaseModel):
    """A list of short texts (steps, documents) in Chinese and in English."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: tuple[Text, ...] = ()
    en: tuple[Text, ...] = ()

    def of(self, locale: str) -> tuple[str, ...]:
        """The list in `locale`; Chinese for every locale that is not English."""
        return self.en if locale.startswith("en") else self.zh
