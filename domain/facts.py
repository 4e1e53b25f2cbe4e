"""What can be known of a company: the dictionary of facts, and the values they take.

Numbers and dates are closed ranges; an exact value is a range of one point. Missing is never "no":
a fact that is not in the profile is unknown.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator

from domain.words import Text, Words


class Kind(StrEnum):
    """What sort of value a fact takes."""

    NUMBER = "number"
    RATIO = "ratio"
    FLAG = "flag"
    CHOICE = "choice"
    CHOICES = "choices"
    DATE = "date"
    CODE = "code"
    TEXT = "text"


NUMERIC = frozenset({Kind.NUMBER, Kind.RATIO})


@dataclass(frozen=True, slots=True)
class Span:
    """A number between `low` and `high`, both included; None is an open end."""

    low: float | None
    high: float | None

    @classmethod
    def exactly(cls, number: float) -> Self:
        """The range of one point."""
        return cls(number, number)

    @property
    def exact(self) -> bool:
        """Whether only one number is possible."""
        return self.low is not None and self.low == self.high


@dataclass(frozen=True, slots=True)
class DateSpan:
    """A day between `low` and `high`, both included; None is an open end."""

    low: date | None
    high: date | None

    @classmethod
    def exactly(cls, day: date) -> Self:
        """The range of one day."""
        return cls(day, day)

    @property
    def exact(self) -> bool:
        """Whether only one day is possible."""
        return self.low is not None and self.low == self.high


@dataclass(frozen=True, slots=True)
class PerYear:
    """A number for each fiscal year that is known, oldest first."""

    years: tuple[tuple[int, Span], ...]

    @classmethod
    def of(cls, years: Mapping[int, Span]) -> Self:
        """From a mapping of year to number."""
        return cls(tuple(sorted(years.items())))

    def year(self, year: int) -> Span | None:
        """The number of that fiscal year, None when it is not known."""
        return next((span for known, span in self.years if known == year), None)


@dataclass(frozen=True, slots=True)
class Held:
    """Which items of a list are held (with the day they end, if known) and which are not.

    `complete` says that what is not named is not held; otherwise it is unknown.
    """

    items: tuple[tuple[str, date | None], ...] = ()
    denied: tuple[str, ...] = ()
    complete: bool = False

    def state(self, item: str, on: date) -> bool | None:
        """Held on that day, not held, or None when it is not known."""
        for name, ends in self.items:
            if name == item:
                return ends is None or ends >= on
        return False if self.complete or item in self.denied else None


FactValue = Span | DateSpan | PerYear | Held | bool | str


class Reason(StrEnum):
    """What is wrong with a value."""

    UNKNOWN_KEY = "unknown_key"
    DERIVED = "derived"
    WRONG_KIND = "wrong_kind"
    OUT_OF_BOUNDS = "out_of_bounds"
    REVERSED = "reversed"
    NOT_AN_OPTION = "not_an_option"
    EMPTY = "empty"


class BadFact(ValueError):
    """A value that cannot be kept: which fact, why, and an example of a good one."""

    def __init__(self, key: str, reason: Reason, given: object, example: str) -> None:
        super().__init__(f"{key}: {reason.value.replace('_', ' ')}: {given!r}; good: {example}")
        self.key = key
        self.reason = reason
        self.given = given
        self.example = example


class Band(BaseModel):
    """A range offered as a button; both ends included, null is an open end."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    range: tuple[float | None, float | None]
    label: Words | None = None

    @property
    def span(self) -> Span:
        """The range as a value."""
        return Span(*self.range)


class Option(BaseModel):
    """One value of a choice; what is stored is the Chinese word of the vocabulary."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: Text
    zh: Text
    en: Text

    def of(self, locale: str) -> str:
        """The label in `locale`; Chinese for every locale that is not English."""
        return self.en if locale.startswith("en") else self.zh


INDUSTRY_CODE = re.compile(r"\d{2,4}")


class FactSpec(BaseModel):
    """One fact of the dictionary: its name, kind and unit, how it is asked and what it may be."""

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))

    key: Text
    group: Text
    kind: Kind
    per_year: bool = False
    unit: Words | None = None
    label: Words
    question: Words | None = None
    help: Words | None = None
    bands: tuple[Band, ...] = ()
    options: tuple[Option, ...] = ()
    bounds: tuple[float, float] | None = None
    example: Words | None = None
    sensitivity: Text = "internal"
    asked: bool = True
    derived: bool = False
    judged: bool = False
    whole: bool = False

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.kind in {Kind.CHOICE, Kind.CHOICES} and not self.options and not self.derived:
            raise ValueError(f"{self.key}: a choice needs options")
        if self.asked and (self.derived or self.judged):
            raise ValueError(f"{self.key}: derived and judged facts are not asked")
        if self.asked and self.question is None:
            raise ValueError(f"{self.key}: a fact that is asked needs a question")
        if self.per_year and self.kind not in NUMERIC:
            raise ValueError(f"{self.key}: only numbers are kept per year")
        return self

    @cached_property
    def values(self) -> frozenset[str]:
        """The words this choice may be stored as."""
        return frozenset(option.value for option in self.options)

    @property
    def sample(self) -> str:
        """An example of a value that would be taken."""
        return self.example.zh if self.example else _SAMPLES[self.kind]

    def check(self, value: FactValue) -> FactValue:
        """The value, when this fact may have it; BadFact otherwise."""
        if self.derived:
            raise self._bad(Reason.DERIVED, value)
        if self.per_year:
            if not isinstance(value, PerYear):
                raise self._bad(Reason.WRONG_KIND, value)
            for _, span in value.years:
                self._check_span(span)
            return value
        self._check_one(value)
        return value

    def _check_one(self, value: FactValue) -> None:
        match self.kind, value:
            case ((Kind.NUMBER | Kind.RATIO), Span()):
                self._check_span(value)
            case Kind.DATE, DateSpan():
                if value.low and value.high and value.low > value.high:
                    raise self._bad(Reason.REVERSED, value)
            case Kind.FLAG, bool():
                pass
            case Kind.CHOICE, str():
                self._check_options([value])
            case Kind.CHOICES, Held():
                self._check_options([name for name, _ in value.items] + list(value.denied))
            case Kind.CODE, str():
                if not INDUSTRY_CODE.fullmatch(value):
                    raise self._bad(Reason.NOT_AN_OPTION, value)
            case Kind.TEXT, str():
                if not value.strip():
                    raise self._bad(Reason.EMPTY, value)
            case _:
                raise self._bad(Reason.WRONG_KIND, value)

    def _check_span(self, span: Span) -> None:
        low, high = span.low, span.high
        if low is None and high is None:
            raise self._bad(Reason.EMPTY, span)
        if low is not None and high is not None and low > high:
            raise self._bad(Reason.REVERSED, span)
        for end in (low, high):
            if end is not None and not self._within(end):
                raise self._bad(Reason.OUT_OF_BOUNDS, end)

    def _within(self, number: float) -> bool:
        if not math.isfinite(number):
            return False
        return self.bounds is None or self.bounds[0] <= number <= self.bounds[1]

    def _check_options(self, names: list[str]) -> None:
        for name in names:
            if name not in self.values:
                raise self._bad(Reason.NOT_AN_OPTION, name)

    def _bad(self, reason: Reason, given: object) -> BadFact:
        return BadFact(self.key, reason, given, self.sample)


_SAMPLES = {
    Kind.NUMBER: "12",
    Kind.RATIO: "0.6",
    Kind.FLAG: "true",
    Kind.CHOICE: "",
    Kind.CHOICES: "[]",
    Kind.DATE: '"2015-03-01"',
    Kind.CODE: '"39"',
    Kind.TEXT: '"…"',
}


@dataclass(frozen=True)
class FactDictionary:
    """Every fact the office knows of, in the order they are asked."""

    specs: tuple[FactSpec, ...]

    @cached_property
    def _by_key(self) -> Mapping[str, FactSpec]:
        return {spec.key: spec for spec in self.specs}

    def __contains__(self, key: object) -> bool:
        return key in self._by_key

    def __getitem__(self, key: str) -> FactSpec:
        return self._by_key[key]

    def __iter__(self) -> Iterator[FactSpec]:
        return iter(self.specs)

    def get(self, key: str) -> FactSpec | None:
        """The fact of that name, None when there is none."""
        return self._by_key.get(key)

    def order(self, key: str) -> int:
        """Where the fact stands in the dictionary; unknown names come last."""
        return self._order.get(key, len(self.specs))

    @cached_property
    def _order(self) -> Mapping[str, int]:
        return {spec.key: place for place, spec in enumerate(self.specs)}


@dataclass(frozen=True)
class Profile:
    """What is known of one company. Immutable; `rivals` holds values that contradict a fact.

    A fact with rivals counts as unknown until somebody says which value is right.
    """

    values: Mapping[str, FactValue] = field(default_factory=dict)
    rivals: Mapping[str, tuple[FactValue, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))
        object.__setattr__(self, "rivals", MappingProxyType(dict(self.rivals)))

    def get(self, key: str) -> FactValue | None:
        """The value, None when it is unknown or contested."""
        return None if key in self.rivals else self.values.get(key)

    def with_fact(self, key: str, value: FactValue) -> Profile:
        """This profile with the fact said anew: years and held items join what was known."""
        joined = _joined(self.values.get(key), value)
        rivals = {name: told for name, told in self.rivals.items() if name != key}
        return Profile({**self.values, key: joined}, rivals)

    def with_rival(self, key: str, value: FactValue) -> Profile:
        """This profile with a second value told for `key`; the same value is no contradiction."""
        known = self.values.get(key)
        if known is None or known == value:
            return self if known is not None else self.with_fact(key, value)
        told = self.rivals.get(key, ())
        return Profile(self.values, {**self.rivals, key: (*told, value)})

    def without(self, *keys: str) -> Profile:
        """This profile with those facts forgotten."""
        values = {key: value for key, value in self.values.items() if key not in keys}
        rivals = {key: told for key, told in self.rivals.items() if key not in keys}
        return Profile(values, rivals)


def _joined(known: FactValue | None, said: FactValue) -> FactValue:
    if isinstance(known, PerYear) and isinstance(said, PerYear):
        return PerYear.of(dict(known.years) | dict(said.years))
    if isinstance(known, Held) and isinstance(said, Held) and not said.complete:
        return _joined_items(known, said)
    return said


def _joined_items(known: Held, said: Held) -> Held:
    items = {name: ends for name, ends in known.items if name not in said.denied}
    items |= dict(said.items)
    denied = [name for name in (*known.denied, *said.denied) if name not in items]
    return Held(tuple(items.items()), tuple(dict.fromkeys(denied)), known.complete)
