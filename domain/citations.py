"""Where a statement comes from, and how sure it is."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from enum import StrEnum
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field

from domain.words import Text, Words


class Confidence(StrEnum):
    """How sure the office is of a statement."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class SourceStatus(StrEnum):
    """Whether the text was read, or is known from memory only."""

    SEEN = "seen"
    RECALLED = "recalled"


class SourceCopy(StrEnum):
    """What kind of page the text was read on; a company sees links to official ones only."""

    OFFICIAL = "official"
    REPRINT = "reprint"
    NONE = "none"


class Source(BaseModel):
    """One document the catalogue quotes or relies on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Text
    en: Text
    number: str | None = None
    date: str | None = None
    in_force: datetime.date | None = None
    ends: datetime.date | None = None
    status: SourceStatus
    copy_: SourceCopy = Field(alias="copy")
    confidence: Confidence
    region: Text
    address: str | None = None
    checked_on: datetime.date
    note: str | None = None

    @property
    def link(self) -> str | None:
        """The address, when it may be shown to a company: official hosts only."""
        return self.address if self.copy_ is SourceCopy.OFFICIAL else None


class Citation(BaseModel):
    """The place in a source that says it; without a confidence of its own it has the source's."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: Text
    article: str | None = None
    confidence: Confidence | None = None
    recalled: bool = False
    note: Words | None = None


class Authority(Protocol):
    """Who knows how much a cited place counts for."""

    def confidence(self, cite: Citation) -> Confidence:
        """How sure the cited place is."""

    def weak(self, cite: Citation) -> bool:
        """Whether a failure on this authority alone cannot make a company ineligible."""


def confidence_of(cite: Citation, source: Source | None) -> Confidence:
    """The confidence said at the place itself, else the source's, else low."""
    if cite.confidence is not None:
        return cite.confidence
    return source.confidence if source is not None else Confidence.LOW


def is_weak(cite: Citation, source: Source | None, home: Collection[str]) -> bool:
    """Whether a failure on this authority alone is only 可能不符 (recalled, low, other region)."""
    if source is None or cite.recalled or source.status is SourceStatus.RECALLED:
        return True
    return confidence_of(cite, source) is Confidence.LOW or source.region not in home
