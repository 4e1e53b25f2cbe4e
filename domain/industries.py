"""Industries by GB/T 4754-2017, and the everyday words that lead to them."""

from __future__ import annotations

from functools import cached_property

from pydantic import BaseModel, ConfigDict

from domain.lexicon import Hit, Lexicon, plain
from domain.words import Text, Words


class Section(Words):
    """One of the 20 sections, A to T."""

    code: Text


class Industry(Words):
    """A division (two digits), or a group of one (three) where the size lines differ."""

    code: Text
    section: Text
    words: tuple[Text, ...] = ()


class IndustryButton(Words):
    """A lead industry offered as a button, in words that fit one."""

    code: Text


class IndustryBook(BaseModel):
    """catalogue/industries.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))

    sections: tuple[Section, ...]
    divisions: tuple[Industry, ...]
    groups: tuple[Industry, ...] = ()
    buttons: tuple[IndustryButton, ...] = ()

    @cached_property
    def _by_code(self) -> dict[str, Industry]:
        return {entry.code: entry for entry in (*self.divisions, *self.groups)}

    @cached_property
    def _lexicon(self) -> Lexicon[str]:
        return Lexicon(
            (word, entry.code)
            for entry in (*self.divisions, *self.groups)
            for word in (*entry.words, entry.zh, *_short_names(entry.zh))
        )

    def get(self, code: str) -> Industry | None:
        """The group or division of a code of two to four digits, None when there is none."""
        return self._by_code.get(code[:3]) or self._by_code.get(code[:2])

    def mentions(self, text: str) -> list[Hit[str]]:
        """Every industry word of a plain text with its code, longest word first."""
        return self._lexicon.find(text)

    def named(self, text: str) -> str | None:
        """The code a typed answer names ("39", "芯片封装", "software"), None when it is unclear."""
        said = plain(text)
        if said.isdigit() and 2 <= len(said) <= 4:
            return said if self.get(said) else None
        codes = {code for hit in self.mentions(said) for code in hit.values}
        return codes.pop() if len(codes) == 1 else None


def _short_names(name: str) -> tuple[str, ...]:
    """仪器仪表制造业 is also said 仪器仪表制造; names of one or two characters are too vague."""
    short = name.removesuffix("业")
    return (short,) if short != name and len(short) > 3 else ()
