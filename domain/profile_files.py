"""Profile files: facts by their dictionary key, as JSON (the form is fixed in the design)."""

from __future__ import annotations

import contextlib
import difflib
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypeGuard

from domain.facts import (
    NUMERIC,
    BadFact,
    DateSpan,
    FactDictionary,
    FactSpec,
    FactValue,
    Held,
    Kind,
    PerYear,
    Profile,
    Reason,
    Span,
)


class BadProfile(ValueError):
    """A profile file with faults: every one of them, not just the first."""

    def __init__(self, faults: Iterable[BadFact]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(str(fault) for fault in self.faults))


def parse_profile(document: object, dictionary: FactDictionary) -> Profile:
    """The profile a JSON document describes. Raises BadProfile naming key, fault and example."""
    if not isinstance(document, Mapping):
        raise BadProfile([BadFact("", Reason.WRONG_KIND, document, '{"employees": 80}')])
    values: dict[str, FactValue] = {}
    faults: list[BadFact] = []
    for key, raw in document.items():
        try:
            values[str(key)] = parse_fact(_spec(str(key), dictionary), raw)
        except BadFact as fault:
            faults.append(fault)
    if faults:
        raise BadProfile(faults)
    return Profile(values)


def _spec(key: str, dictionary: FactDictionary) -> FactSpec:
    spec = dictionary.get(key)
    if spec is not None:
        return spec
    known = [spec.key for spec in dictionary if not spec.derived]
    near = difflib.get_close_matches(key, known, n=1)
    raise BadFact(key, Reason.UNKNOWN_KEY, key, near[0] if near else "employees")


def parse_fact(spec: FactSpec, raw: object) -> FactValue:
    """One value of a profile file, checked. Raises BadFact."""
    if spec.derived:
        raise BadFact(spec.key, Reason.DERIVED, raw, spec.sample)
    if spec.per_year:
        return spec.check(PerYear.of(_years(spec, raw)))
    if spec.kind in NUMERIC:
        return spec.check(_span(spec, raw))
    if spec.kind is Kind.DATE:
        return spec.check(_days(spec, raw))
    if spec.kind is Kind.CHOICES:
        return spec.check(_held(spec, raw))
    if isinstance(raw, bool | str):
        return spec.check(raw)
    raise BadFact(spec.key, Reason.WRONG_KIND, raw, spec.sample)


def _years(spec: FactSpec, raw: object) -> dict[int, Span]:
    if not isinstance(raw, Mapping):
        raise BadFact(spec.key, Reason.WRONG_KIND, raw, spec.sample)
    years = {}
    for year, number in raw.items():
        if not (isinstance(year, str) and len(year) == 4 and year.isascii() and year.isdigit()):
            raise BadFact(spec.key, Reason.WRONG_KIND, year, spec.sample)
        years[int(year)] = _span(spec, number)
    return years


def _span(spec: FactSpec, raw: object) -> Span:
    match raw:
        case bool():
            pass
        case int() | float():
            return Span.exactly(raw)
        case [low, high] if _is_end(low) and _is_end(high):
            return Span(low, high)
    raise BadFact(spec.key, Reason.WRONG_KIND, raw, spec.sample)


def _is_end(end: object) -> TypeGuard[float | None]:
    return end is None or (isinstance(end, int | float) and not isinstance(end, bool))


def _days(spec: FactSpec, raw: object) -> DateSpan:
    match raw:
        case str():
            return DateSpan.exactly(_day(spec, raw))
        case [low, high] if low is not None or high is not None:
            return DateSpan(
                None if low is None else _day(spec, low),
                None if high is None else _day(spec, high),
            )
    raise BadFact(spec.key, Reason.WRONG_KIND, raw, spec.sample)


def _day(spec: FactSpec, raw: object) -> date:
    if isinstance(raw, str) and len(raw) == len("2015-03-01"):
        with contextlib.suppress(ValueError):
            return date.fromisoformat(raw)
    raise BadFact(spec.key, Reason.WRONG_KIND, raw, spec.sample)


def _held(spec: FactSpec, raw: object) -> Held:
    if isinstance(raw, Mapping):
        items = tuple(
            (str(name), None if ends is None else _day(spec, ends)) for name, ends in raw.items()
        )
        return Held(items, complete=True)
    if isinstance(raw, list) and all(isinstance(name, str) for name in raw):
        return Held(tuple((name, None) for name in dict.fromkeys(raw)), complete=True)
    raise BadFact(spec.key, Reason.WRONG_KIND, raw, spec.sample)


def dump_profile(profile: Profile) -> dict[str, object]:
    """The profile as a profile file; contested facts are left out, as unknown ones are."""
    known = ((key, profile.get(key)) for key in profile.values)
    return {key: dump_fact(value) for key, value in known if value is not None}


def dump_fact(value: FactValue) -> object:
    """One value in the form of a profile file."""
    match value:
        case Span():
            return _plain(value.low) if value.exact else [_plain(value.low), _plain(value.high)]
        case DateSpan():
            return _iso(value.low) if value.exact else [_iso(value.low), _iso(value.high)]
        case PerYear():
            return {str(year): dump_fact(span) for year, span in value.years}
        case Held():
            if any(ends for _, ends in value.items):
                return {name: _iso(ends) for name, ends in value.items}
            return [name for name, _ in value.items]
        case _:
            return value


def _plain(number: float | None) -> float | int | None:
    return int(number) if number is not None and float(number).is_integer() else number


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
