"""A measure: one thing a company can benefit from, quoted from a source document."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    StringConstraints,
    model_validator,
)

from domain.citations import Citation, Confidence, Source, confidence_of
from domain.criteria import Group, Leaf, Routes, TopCriterion, leaves_of
from domain.windows import AnyWindow, UnknownWindow, Window, WindowState, state_on
from domain.words import Text, WordLists, Words

__all__ = [
    "Benefit",
    "Citation",
    "Confidence",
    "CriteriaStatus",
    "Measure",
    "MeasureStatus",
    "Note",
    "Parameter",
    "Scope",
    "Source",
    "Target",
    "Window",
    "WindowState",
    "confidence_of",
    "window_state",
]

MeasureId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]


class CriteriaStatus(StrEnum):
    """How much of the conditions is known."""

    OFFICIAL = "official"
    PARTIAL = "partial"
    NONE = "none"


class MeasureStatus(StrEnum):
    """Whether the measure is still offered."""

    ACTIVE = "active"
    RETIRED = "retired"


class Scope(StrEnum):
    """Whether a company applies for it, only feels it, or reads it as background."""

    DIRECT = "direct"
    INDIRECT = "indirect"
    BACKGROUND = "background"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Target(_Part):
    """A yearly target of the report; never a quota that is open today."""

    value: FiniteFloat
    unit: Text
    what: Words
    year: int = 2023


class Benefit(_Part):
    """What one gets, by one route where the routes differ; caps on money stand here."""

    text: Words
    cite: Citation
    route: Text | None = None


class Note(_Part):
    """What one should also know; `exclusion` says what cannot be had together (从高不重复), `late`
    what comes of a missed end and what can still be done."""

    text: Words
    cite: Citation | None = None
    exclusion: bool = False
    late: bool = False


class Parameter(_Part):
    """A threshold while it is in force, both days included."""

    from_: date | None = Field(default=None, alias="from")
    to: date | None = None
    value: FiniteFloat
    cite: Citation

    def in_force(self, on: date) -> bool:
        """Whether the value holds on that day."""
        return (self.from_ is None or self.from_ <= on) and (self.to is None or on <= self.to)


TITLES = "certifications"
"""The fact that lists the titles a company holds."""

DUTY = "duty"
"""The instrument of what companies must do, not may have: it applies or not, nobody qualifies."""


class Measure(_Part):
    """One file of catalogue/measures.

    `grants`: the titles (items of 已有资质) of which each shows that a company has it already.
    """

    id: MeasureId
    name: Words
    short: Words
    summary: Words
    for_whom: Words | None = None
    quotes: Annotated[tuple[Text, ...], Field(min_length=1)]
    targets: tuple[Target, ...] = ()
    instrument: Text
    scope: Scope = Scope.DIRECT
    needs: tuple[Text, ...] = ()
    industries: tuple[Text, ...] = ()
    words: tuple[Text, ...] = ()
    department: Text
    how: WordLists = WordLists()
    documents: WordLists = WordLists()
    benefits: tuple[Benefit, ...] = ()
    notes: tuple[Note, ...] = ()
    exclusive_with: tuple[MeasureId, ...] = ()
    grants: tuple[Text, ...] = ()
    window: Window = UnknownWindow()
    criteria_status: CriteriaStatus
    status: MeasureStatus = MeasureStatus.ACTIVE
    successor: MeasureId | None = None
    retired_on: date | None = None
    checked_on: date
    parameters: dict[str, tuple[Parameter, ...]] = Field(default_factory=dict)
    criteria: tuple[TopCriterion, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.criteria_status is CriteriaStatus.NONE) != (not self.criteria):
            raise ValueError("criteria_status none means no criteria, and only then")
        if sum(isinstance(part, Routes) for part in self.criteria) > 1:
            raise ValueError("routes may stand once")
        return self

    @property
    def is_duty(self) -> bool:
        """Whether it is something to do, like a yearly report."""
        return self.instrument == DUTY

    def excludes(self, other: Measure) -> bool:
        """Whether either of the two says that they cannot be had together."""
        return other.id in self.exclusive_with or self.id in other.exclusive_with

    @property
    def common(self) -> tuple[Leaf | Group, ...]:
        """The criteria every route shares."""
        return tuple(part for part in self.criteria if not isinstance(part, Routes))

    @property
    def routes(self) -> Routes | None:
        """The ways in, when there are several."""
        return next((part for part in self.criteria if isinstance(part, Routes)), None)

    def leaves(self) -> Iterator[Leaf]:
        """Every leaf of every criterion."""
        for criterion in self.criteria:
            yield from leaves_of(criterion)

    def citations(self) -> Iterator[Citation]:
        """Everything the measure cites, in the order it is written."""
        for leaf in self.leaves():
            yield leaf.cite
        for benefit in self.benefits:
            yield benefit.cite
        for note in self.notes:
            if note.cite is not None:
                yield note.cite
        for dated in self.parameters.values():
            for parameter in dated:
                yield parameter.cite
        for window in self.windows():
            if window.cite is not None:
                yield window.cite

    def windows(self) -> Iterator[AnyWindow]:
        """The measure's window and those of its routes."""
        yield self.window
        if self.routes is not None:
            for route in self.routes.routes:
                if route.window is not None:
                    yield route.window

    def window_of(self, route: str | None) -> AnyWindow:
        """The window of a route, the measure's own where the route has none."""
        for way in self.routes.routes if self.routes else ():
            if way.id == route and way.window is not None:
                return way.window
        return self.window


def window_state(measure: Measure, today: date, route: str | None = None) -> WindowState:
    """Whether the measure (by that route) can be applied for today."""
    return state_on(measure.window_of(route), today)
