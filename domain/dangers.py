"""Whether somebody is, or may right now be, in danger: a call to 119, 120 or 110 comes first.

A word of danger counts in a clause that is neither past, nor imagined, nor denied. The words are
data (catalogue/categories.yaml). When in doubt it is a danger: a call too many harms nobody.
"""

from __future__ import annotations

import re
from functools import cached_property

from pydantic import BaseModel, ConfigDict

from domain.lexicon import Hit, Lexicon
from domain.words import Text

_CLAUSE = re.compile(r"[，,。;；！!？?\n、]|\. |\.$| but | and then ")
_DENIED = re.compile(
    r"(?:没有?|无|未|不会|不是|并未|并没有?|不算|no one|nobody|no|not|without|never|wasn't|isn't)"
    r" ?(?:人|任何|发生|出现|was|is|been|any|a|an|the)? ?$"
)
_NOBODY = re.compile(r"没有?人员?|无人|没有?谁|nobody|no one|none of")


class DangerWords(BaseModel):
    """Words of danger, and what takes the danger out of them; the file says what each is for."""

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))

    words: tuple[Text, ...] = ()
    together: tuple[tuple[tuple[Text, ...], tuple[Text, ...]], ...] = ()
    harmless: tuple[Text, ...] = ()
    remote: tuple[Text, ...] = ()
    supposed: tuple[Text, ...] = ()
    aftermath: tuple[Text, ...] = ()
    present: tuple[Text, ...] = ()

    @cached_property
    def _words(self) -> Lexicon[bool]:
        return Lexicon(
            [(word, True) for word in self.words] + [(word, False) for word in self.harmless]
        )

    @cached_property
    def _pairs(self) -> tuple[tuple[Lexicon[bool], Lexicon[bool]], ...]:
        return tuple((_any_of(first), _any_of(second)) for first, second in self.together)

    @cached_property
    def _clues(self) -> Lexicon[bool]:
        """A text without one of these speaks of no danger: most of them, told at once."""
        firsts = (word for words, _ in self.together for word in words)
        return _any_of((*self.words, *self.harmless, *firsts))

    @cached_property
    def _remote(self) -> Lexicon[bool]:
        return _any_of(self.remote)

    @cached_property
    def _supposed(self) -> Lexicon[bool]:
        return _any_of(self.supposed)

    @cached_property
    def _aftermath(self) -> Lexicon[bool]:
        return _any_of(self.aftermath)

    @cached_property
    def _present(self) -> Lexicon[bool]:
        return _any_of(self.present)

    def are_near(self, text: str) -> bool:
        """Whether a plain text speaks of a danger here and now.

        What is past or imagined stays so until a word of the present; who asks for the papers of an
        accident is no longer in it.
        """
        if not self._clues.stands_in(text):
            return False
        if self._aftermath.stands_in(text) and not self._present.stands_in(text):
            return False
        remote = False
        for clause in _CLAUSE.split(text):
            remote = remote or self._remote.stands_in(clause)
            remote = remote and not self._present.stands_in(clause)
            if not remote and not self._supposed.stands_in(clause) and self._stands_in(clause):
                return True
        return False

    def _stands_in(self, clause: str) -> bool:
        hits = self._words.find(clause)
        if any(hit.values == (True,) and not _is_denied(clause, hit) for hit in hits):
            return True
        bare = _without(clause, [hit for hit in hits if hit.values == (False,)])
        return not _NOBODY.search(clause) and any(
            first.stands_in(bare) and second.stands_in(bare) for first, second in self._pairs
        )


def _any_of(words: tuple[str, ...]) -> Lexicon[bool]:
    return Lexicon((word, True) for word in words)


def _is_denied(clause: str, hit: Hit[bool]) -> bool:
    return bool(_DENIED.search(clause[: hit.start]))


def _without(clause: str, hits: list[Hit[bool]]) -> str:
    for hit in reversed(hits):
        clause = f"{clause[: hit.start]} {clause[hit.end :]}"
    return clause
