"""What a company may need, and the words that betray it."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict

from domain.lexicon import Hit, Lexicon
from domain.words import Text, Words


class Need(BaseModel):
    """One need of catalogue/needs.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Text
    name: Words
    words: tuple[Text, ...]


class NeedBook:
    """All needs, ready to be looked up."""

    def __init__(self, needs: Iterable[Need], harmless: Iterable[str] = ()) -> None:
        self.needs = tuple(needs)
        listed = [(word, need.key) for need in self.needs for word in need.words]
        self._lexicon = Lexicon([*listed, *((word, "") for word in harmless)])

    def mentions(self, text: str) -> list[Hit[str]]:
        """Every need word of a plain text with the needs it stands for."""
        return [hit for hit in self._lexicon.find(text) if hit.values != ("",)]
