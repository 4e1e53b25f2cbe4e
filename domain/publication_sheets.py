"""What a card of a publication says, and an entry of the catalogue for editors, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from domain.differences import Difference, differences
from domain.measures import Measure
from domain.publications import Impact, MeasureImpact, PublicationState, Step
from domain.words import Words


@dataclass(frozen=True, slots=True)
class FaultLine:
    """Something wrong in the file, at a line of it."""

    line: int
    text: Words


@dataclass(frozen=True)
class ChangeLine:
    """One measure of a publication: what it replaces (None: nothing), and what that means."""

    before: Measure | None
    after: Measure
    impact: MeasureImpact

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        """What differs, what may change outcomes first."""
        return differences(self.before, self.after)


@dataclass(frozen=True)
class PublicationSheet:
    """Everything a card shows, to one viewer. Names are None where the command line did it.

    `steps` are what the viewer may do, `may_confirm` how many others could be the second person.
    """

    id: int
    number: int
    state: PublicationState
    file_name: str
    reason: str
    author: str | None
    created_at: datetime
    examined_at: datetime | None
    impact: Impact
    changes: tuple[ChangeLine, ...]
    faults: tuple[FaultLine, ...]
    steps: tuple[Step, ...]
    may_confirm: int
    decided_by: str | None = None
    decided_at: datetime | None = None
    note: str = ""
    undone_by: str | None = None
    undone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A publication that is not decided yet, in one line."""

    id: int
    number: int
    state: PublicationState
    author: str | None


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version in a measure's history. `author` is None for files and the command line."""

    number: int
    published_at: datetime
    author: str | None
    reason: str
    publication: int | None
    """The id of the publication that made it."""


@dataclass(frozen=True, slots=True)
class EntrySheet:
    """A measure as editors look at it: as it is in force, and how it came to be so."""

    measure: Measure
    versions: tuple[VersionLine, ...]
