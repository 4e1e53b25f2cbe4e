"""Conditions as data: a closed, typed vocabulary, told apart by `kind`.

Every leaf carries its wording and its citation. The rules that read this tree are in
domain/evaluation.py; nothing here may need more than a comparison in SQL.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, model_validator

from domain.citations import Citation
from domain.facts import FOUNDED
from domain.windows import Window
from domain.words import Text, Words


class Op(StrEnum):
    """A comparison."""

    AT_LEAST = ">="
    ABOVE = ">"
    AT_MOST = "<="
    BELOW = "<"
    EQUAL = "=="
    UNEQUAL = "!="


class Over(StrEnum):
    """Which fiscal years of a per-year fact are meant, counted back from the last closed one."""

    LAST = "last"
    EACH_OF_2 = "each_of_2"
    EACH_OF_3 = "each_of_3"
    SUM_2 = "sum_2"
    SUM_3 = "sum_3"

    @property
    def years(self) -> int:
        """How many fiscal years are looked at."""
        return {"last": 1, "each_of_2": 2, "sum_2": 2}.get(self.value, 3)

    @property
    def each(self) -> bool:
        """Whether every year must pass by itself."""
        return self in {Over.EACH_OF_2, Over.EACH_OF_3}


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Leaf(_Part):
    id: Text
    text: Words
    cite: Citation
    hint: Words | None = None


class _Threshold(_Leaf):
    op: Op
    value: FiniteFloat | None = None
    parameter: Text | None = None
    over: Over = Over.LAST

    @model_validator(mode="after")
    def _one_threshold(self) -> Self:
        if (self.value is None) == (self.parameter is None):
            raise ValueError(f"{self.id}: give either value or parameter")
        return self


class Compare(_Threshold):
    """A number against a threshold."""

    kind: Literal["compare"]
    fact: Text


class Ratio(_Threshold):
    """The quotient of two numbers; `stated` is what the company may say of the last year's."""

    kind: Literal["ratio"]
    fact: Text
    of: Text
    stated: Text | None = None


class Tier(_Part):
    """One row of a table: up to and including `up_to`, or below `below`; the last has neither."""

    up_to: FiniteFloat | None = None
    below: FiniteFloat | None = None
    value: FiniteFloat


class Tiers(_Leaf):
    """A number against a threshold that a table gives by another number."""

    kind: Literal["tiers"]
    fact: Text
    by: Text
    op: Op
    tiers: Annotated[tuple[Tier, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _rising(self) -> Self:
        edges = [tier.up_to if tier.up_to is not None else tier.below for tier in self.tiers]
        closed = [edge for edge in edges if edge is not None]
        if edges[-1] is not None or len(closed) != len(edges) - 1 or closed != sorted(set(closed)):
            raise ValueError(f"{self.id}: tiers rise, and only the last one is open")
        return self


class Flag(_Leaf):
    """A yes or no."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    kind: Literal["flag"]
    fact: Text
    is_: bool = Field(alias="is")


class OneOf(_Leaf):
    """A choice, or a set of possible ones, within a list."""

    kind: Literal["one_of"]
    fact: Text
    values: Annotated[tuple[Text, ...], Field(min_length=1)]


class InIndustry(_Leaf):
    """A GB/T 4754 code under one of the prefixes and under none of the exceptions."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    kind: Literal["industry"]
    prefixes: tuple[Text, ...] = ()
    except_: tuple[Text, ...] = Field(default=(), alias="except")


class Holds(_Leaf):
    """Items of a list held on the day (`is: false`: not held)."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    kind: Literal["holds"]
    fact: Text
    any_: tuple[Text, ...] = Field(default=(), alias="any")
    all_: tuple[Text, ...] = Field(default=(), alias="all")
    is_: bool = Field(default=True, alias="is")

    @model_validator(mode="after")
    def _one_list(self) -> Self:
        if bool(self.any_) == bool(self.all_):
            raise ValueError(f"{self.id}: give either any or all")
        return self


class DaysBefore(_Part):
    """So many calendar days before the day that is asked about."""

    days_before: Annotated[int, Field(gt=0)]


class DateIs(_Leaf):
    """A day against a day, 1 January of the year that is asked about, or so many days before."""

    kind: Literal["date"]
    fact: Text
    op: Op
    value: date | Literal["year_start"] | DaysBefore

    @property
    def is_age(self) -> bool:
        """Whether it asks how old a company is, counted in days."""
        return self.fact == FOUNDED and isinstance(self.value, DaysBefore)

    def bound(self, as_of: date) -> date:
        """The day it is compared with, seen from a day."""
        if isinstance(self.value, DaysBefore):
            return as_of - timedelta(days=self.value.days_before)
        return date(as_of.year, 1, 1) if self.value == "year_start" else self.value


class MeasureIs(_Leaf):
    """Another measure enjoyed already (`held`), or not enjoyed (`excluded`)."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    kind: Literal["measure"]
    any_: Annotated[tuple[Text, ...], Field(alias="any", min_length=1)]
    state: Literal["held", "excluded"]


class Declared(_Leaf):
    """Something the company states: a yes or no of its own, asked with `question`."""

    kind: Literal["declared"]
    key: Text
    question: Words


class ByOfficer(_Leaf):
    """Something only an officer can judge; the judgement is remembered as the yes or no `key`."""

    kind: Literal["officer"]
    key: Text


class AllOf(_Part):
    """Every part must hold. With an id and a text it is shown as one line."""

    kind: Literal["all"]
    of: Annotated[tuple[Criterion, ...], Field(min_length=1)]
    id: Text | None = None
    text: Words | None = None
    hint: Words | None = None


class AnyOf(_Part):
    """One part is enough; shown as one line."""

    kind: Literal["any"]
    of: Annotated[tuple[Criterion, ...], Field(min_length=1)]
    id: Text | None = None
    text: Words | None = None
    hint: Words | None = None


class NotThis(_Part):
    """The part must not hold; shown as one line."""

    kind: Literal["not"]
    of: Criterion
    id: Text | None = None
    text: Words | None = None
    hint: Words | None = None


class Route(_Part):
    """One of several ways in, with a window of its own when it has one."""

    id: Text
    name: Words
    of: Annotated[tuple[Criterion, ...], Field(min_length=1)]
    window: Window | None = None


class Routes(_Part):
    """Several ways in: one is enough. Stands at the top of a measure's criteria only."""

    kind: Literal["routes"]
    routes: Annotated[tuple[Route, ...], Field(min_length=1)]


Leaf = (
    Compare
    | Ratio
    | Tiers
    | Flag
    | OneOf
    | InIndustry
    | Holds
    | DateIs
    | MeasureIs
    | Declared
    | ByOfficer
)
Group = AllOf | AnyOf | NotThis
Criterion = Annotated[Leaf | Group, Field(discriminator="kind")]
TopCriterion = Annotated[Leaf | Group | Routes, Field(discriminator="kind")]

for _group in (AllOf, AnyOf, NotThis, Route, Routes):
    _group.model_rebuild()


def parts_of(criterion: Leaf | Group | Routes) -> tuple[Leaf | Group, ...]:
    """The criteria directly inside; nothing for a leaf."""
    match criterion:
        case AllOf() | AnyOf():
            return criterion.of
        case NotThis():
            return (criterion.of,)
        case Routes():
            return tuple(part for route in criterion.routes for part in route.of)
        case _:
            return ()


def leaves_of(criterion: Leaf | Group | Routes) -> Iterator[Leaf]:
    """Every leaf of the tree, in the order it is written."""
    if not isinstance(criterion, AllOf | AnyOf | NotThis | Routes):
        yield criterion
    for part in parts_of(criterion):
        yield from leaves_of(part)


def facts_of(leaf: Leaf) -> tuple[str, ...]:
    """The facts of the dictionary a leaf names (derived ones by their own name)."""
    match leaf:
        case Ratio():
            return tuple(key for key in (leaf.fact, leaf.of, leaf.stated) if key)
        case Tiers():
            return (leaf.fact, leaf.by)
        case InIndustry():
            return ("industry",)
        case Declared() | ByOfficer():
            return (leaf.key,)
        case MeasureIs():
            return ()
        case _:
            return (leaf.fact,)
