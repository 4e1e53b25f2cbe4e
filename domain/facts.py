"""What can be known of a company: the dictionary of facts, and the values they take.

Numbers and dates are closed ranges; an exact value is a range of one point. Missing is never "no":
a fact that is not in the profile is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Self, TypeVar

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

FOUNDED = "established_on"
"""The day of founding, from which ages and fiscal years are counted."""

JUDGED = "judged"
"""The group of facts that hold an officer's judgement of one criterion."""


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
        for known, span in self.years:
            if known == year:
                return span
        return None


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


INDUSTRY_CODE = re.compile(r"(?:0[1-9]|[1-8][0-9]|9[0-7])[0-9]{0,2}")
FISCAL_YEARS = range(1980, 2101)
YEARS = range(1800, 2201)
"""Days of other years are slips."""

SMALLEST = 1e-6
"""Nothing an office asks for is smaller, and quotients stay within what a database can hold."""


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
    rare: bool = False

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
        if self.kind in NUMERIC and not self.derived and self.bounds is None:
            raise ValueError(f"{self.key}: a number needs bounds")
        return self

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """The ranges offered as buttons."""
        return tuple(band.span for band in self.bands)

    @cached_property
    def values(self) -> frozenset[str]:
        """The words this choice may be stored as."""
        return frozenset(option.value for option in self.options)

    @property
    def officers_only(self) -> bool:
        """Whether a company cannot say it: an officer's judgement of a criterion.

        Other judged facts (a score, a market position) a company may state.
        """
        return self.group == JUDGED

    @property
    def sample(self) -> str:
        """An example of a value that would be taken."""
        return self.example.zh if self.example else _SAMPLES[self.kind]

    def check(self, value: FactValue) -> FactValue:
        """The value as it is kept (an open low end becomes 0 where nothing is below it).

        Raises BadFact when this fact cannot have it.
        """
        if self.derived:
            raise self._bad(Reason.DERIVED, value)
        if not self.per_year:
            return self._checked(value)
        if not isinstance(value, PerYear):
            raise self._bad(Reason.WRONG_KIND, value)
        for year, _ in value.years:
            if year not in FISCAL_YEARS:
                raise self._bad(Reason.OUT_OF_BOUNDS, year)
        return PerYear(tuple((year, self._checked_span(span)) for year, span in value.years))

    def _checked(self, value: FactValue) -> FactValue:
        match self.kind, value:
            case ((Kind.NUMBER | Kind.RATIO), Span()):
                return self._checked_span(value)
            case Kind.DATE, DateSpan():
                self._check_days(value)
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
        return value

    def _check_days(self, days: DateSpan) -> None:
        if days.low and days.high and days.low > days.high:
            raise self._bad(Reason.REVERSED, days)
        for end in (days.low, days.high):
            if end is not None and end.year not in YEARS:
                raise self._bad(Reason.OUT_OF_BOUNDS, end)

    def _checked_span(self, span: Span) -> Span:
        low, high = span.low, span.high
        if low is None and high is None:
            raise self._bad(Reason.EMPTY, span)
        if low is not None and high is not None and low > high:
            raise self._bad(Reason.REVERSED, span)
        for end in (low, high):
            if end is not None and not self._within(end):
                raise self._bad(Reason.OUT_OF_BOUNDS, end)
        nothing_below = self.bounds is not None and self.bounds[0] == 0
        return Span(0, high) if low is None and nothing_below else span

    def _within(self, number: float) -> bool:
        if number != 0 and abs(number) < SMALLEST:
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
        _seal(self, dict(self.values), dict(self.rivals))

    def get(self, key: str) -> FactValue | None:
        """The value, None when it is unknown or contested."""
        return None if key in self.rivals else self.values.get(key)

    def with_fact(self, key: str, value: FactValue) -> Profile:
        """This profile with the fact said anew: years and held items join what was known."""
        return self._saying({key: value})

    def with_facts(self, said: Profile) -> Profile:
        """This profile with all of those facts said anew."""
        return self._saying(said.values)

    def _saying(self, said: Mapping[str, FactValue]) -> Profile:
        values = dict(self.values)
        for key, value in said.items():
            values[key] = _joined(values.get(key), value)
        rivals = {name: told for name, told in self.rivals.items() if name not in said}
        return _made(values, rivals)

    def with_rival(self, key: str, value: FactValue) -> Profile:
        """This profile with a second telling: narrowed where the two agree, contested where not."""
        known = self.values.get(key)
        if known is None:
            return self.with_fact(key, value)
        if key not in self.rivals:
            agreed = reconciled(known, value)
            if agreed is not None:
                return Profile({**self.values, key: agreed}, self.rivals)
        told = self.rivals.get(key, ())
        if value == known or value in told:
            return self
        return Profile(self.values, {**self.rivals, key: (*told, value)})

    def without(self, *keys: str) -> Profile:
        """This profile with those facts forgotten."""
        values = {key: value for key, value in self.values.items() if key not in keys}
        rivals = {key: told for key, told in self.rivals.items() if key not in keys}
        return Profile(values, rivals)


Rivals = dict[str, tuple[FactValue, ...]]


def _seal(profile: Profile, values: dict[str, FactValue], rivals: Rivals) -> Profile:
    object.__setattr__(profile, "values", MappingProxyType(values))
    object.__setattr__(profile, "rivals", MappingProxyType(rivals))
    return profile


def _made(values: dict[str, FactValue], rivals: Rivals) -> Profile:
    """A profile of mappings that nobody else holds: many are made to see what an answer changes."""
    return _seal(object.__new__(Profile), values, rivals)


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


def reconciled(one: FactValue, other: FactValue) -> FactValue | None:
    """What two tellings of one fact agree on; None when they contradict each other."""
    match one, other:
        case Span(), Span():
            return _meeting_spans(one, other)
        case DateSpan(), DateSpan():
            return _meeting_days(one, other)
        case PerYear(), PerYear():
            return _agreed_years(one, other)
        case Held(), Held():
            return _agreed_items(one, other)
        case _:
            return one if one == other else None


Point = TypeVar("Point", float, date)
Ends = tuple[Point | None, Point | None]


def _meeting(one: Ends[Point], other: Ends[Point]) -> Ends[Point] | None:
    low = max((end for end in (one[0], other[0]) if end is not None), default=None)
    high = min((end for end in (one[1], other[1]) if end is not None), default=None)
    if low is not None and high is not None and low > high:
        return None
    return low, high


def _meeting_spans(one: Span, other: Span) -> Span | None:
    ends = _meeting((one.low, one.high), (other.low, other.high))
    return Span(*ends) if ends else None


def _meeting_days(one: DateSpan, other: DateSpan) -> DateSpan | None:
    ends = _meeting((one.low, one.high), (other.low, other.high))
    return DateSpan(*ends) if ends else None


def _agreed_years(one: PerYear, other: PerYear) -> PerYear | None:
    years = dict(one.years)
    for year, span in other.years:
        agreed = _meeting_spans(years[year], span) if year in years else span
        if agreed is None:
            return None
        years[year] = agreed
    return PerYear.of(years)


def _agreed_items(one: Held, other: Held) -> Held | None:
    for mine, theirs in ((one, other), (other, one)):
        held = {name for name, _ in mine.items}
        absent = held - {name for name, _ in theirs.items}
        if held & set(theirs.denied) or (theirs.complete and absent):
            return None
    denied = dict.fromkeys((*one.denied, *other.denied))
    items = dict(other.items) | {name: ends for name, ends in one.items if ends is not None}
    return Held(
        tuple((dict(one.items) | items).items()), tuple(denied), one.complete or other.complete
    )
