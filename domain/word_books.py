"""The catalogue's words that reading a sentence needs, gathered."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from domain.facts import FactSpec
from domain.industries import IndustryBook
from domain.needs import NeedBook
from domain.sayings import SayingBook
from domain.search import Index
from domain.streets_said import StreetBook
from domain.triage import TriageBook


@dataclass(frozen=True)
class WordBooks:
    """Words of facts and needs, and what measures and problems answer to.

    `street` is the dictionary's fact, whose options are the streets of the office.
    """

    industries: IndustryBook
    needs: NeedBook
    sayings: SayingBook = field(default_factory=SayingBook)
    street: FactSpec | None = None
    index: Index | None = None
    triage: TriageBook | None = None

    @cached_property
    def streets(self) -> StreetBook:
        """The streets of the office by name."""
        return StreetBook(self.street, self.sayings.places)
