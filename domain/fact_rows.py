"""A profile taken apart into the rows it is remembered by, and put together again.

A row is one thing known: a fact, one fiscal year of it, or one item of a list. Values are written
as in a profile file; an item says {"held": bool, "until": day or null}; None takes the row back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from domain.facts import (
    BadFact,
    FactDictionary,
    FactSpec,
    FactValue,
    Held,
    Kind,
    PerYear,
    Profile,
)
from domain.profile_files import dump_fact, parse_fact

NEEDS = "needs"
"""What a company needs is remembered beside its facts, as a list of its own."""

UNCLEAR = "unclear"
"""Facts that were answered with 不清楚: a full answer, not asked again until they are said."""


class FactRow(NamedTuple):
    """One thing known of a company, or taken back."""

    key: str
    value: Any
    year: int | None = None
    item: str | None = None

    @property
    def place(self) -> tuple[str, int | None, str | None]:
        """What the row is about: a newer row of the same place counts instead."""
        return self.key, self.year, self.item


def rows_of(key: str, value: FactValue, spec: FactSpec | None = None) -> Iterator[FactRow]:
    """The rows of one fact. A complete list says of every option of `spec` whether it is held."""
    match value:
        case PerYear():
            for year, span in value.years:
                yield FactRow(key, dump_fact(span), year=year)
        case Held():
            yield from _item_rows(key, value, spec)
        case _:
            yield FactRow(key, dump_fact(value))


def _item_rows(key: str, value: Held, spec: FactSpec | None) -> Iterator[FactRow]:
    held = dict(value.items)
    for name, until in held.items():
        yield _item_row(key, name, held=True, until=until)
    options = [option.value for option in spec.options] if spec and value.complete else []
    for name in dict.fromkeys((*value.denied, *options)):
        if name not in held:
            yield _item_row(key, name, held=False)


def _item_row(key: str, name: str, *, held: bool, until: date | None = None) -> FactRow:
    return FactRow(key, {"held": held, "until": until.isoformat() if until else None}, item=name)


def rows_of_list(name: str, items: Iterable[str], before: Iterable[str] = ()) -> Iterator[FactRow]:
    """Rows that make `items` the list NEEDS or UNCLEAR, taking back what of `before` is gone."""
    wanted = dict.fromkeys(items)
    for item in wanted:
        yield FactRow(name, {"held": True, "until": None}, item=item)
    for item in before:
        if item not in wanted:
            yield FactRow(name, None, item=item)


def rows_of_profile(profile: Profile, dictionary: FactDictionary) -> Iterator[FactRow]:
    """The rows of every fact that is not contested."""
    for key in profile.values:
        value = profile.get(key)
        if value is not None:
            yield from rows_of(key, value, dictionary.get(key))


def newest(rows: Iterable[FactRow]) -> dict[tuple[str, int | None, str | None], FactRow]:
    """The row that counts at each place, of rows given oldest first; taken back ones are gone."""
    last = {row.place: row for row in rows}
    return {place: row for place, row in last.items() if row.value is not None}


def profile_of_rows(rows: Iterable[FactRow], dictionary: FactDictionary) -> Profile:
    """The profile that rows (oldest first) add up to.

    Facts the dictionary no longer has, or no longer allows, are left out.
    """
    told: dict[str, list[FactRow]] = {}
    for row in newest(rows).values():
        told.setdefault(row.key, []).append(row)
    values: dict[str, FactValue] = {}
    for key, parts in told.items():
        spec = dictionary.get(key)
        value = _value(spec, parts) if spec is not None and not spec.derived else None
        if value is not None:
            values[key] = value
    return Profile(values)


def listed(name: str, rows: Iterable[FactRow]) -> tuple[str, ...]:
    """The items of NEEDS or UNCLEAR that rows (oldest first) add up to."""
    return tuple(row.item for row in newest(rows).values() if row.key == name and row.item)


def _value(spec: FactSpec, rows: list[FactRow]) -> FactValue | None:
    try:
        if spec.kind is Kind.CHOICES:
            return spec.check(_held(rows))
        if spec.per_year:
            return parse_fact(spec, {str(row.year): row.value for row in rows if row.year})
        return parse_fact(spec, rows[-1].value)
    except (BadFact, ValueError, TypeError, KeyError):
        return None


def _held(rows: list[FactRow]) -> Held:
    items, denied = [], []
    for row in rows:
        if row.item is None:
            continue
        if row.value["held"]:
            until = row.value.get("until")
            items.append((row.item, date.fromisoformat(until) if until else None))
        else:
            denied.append(row.item)
    return Held(tuple(items), tuple(denied))


def as_document(rows: Iterable[FactRow]) -> list[list[Any]]:
    """Rows as JSON, for a draft."""
    return [[row.key, row.value, row.year, row.item] for row in rows]


def from_document(document: Iterable[list[Any]]) -> list[FactRow]:
    """The rows that `as_document` wrote."""
    return [FactRow(key, value, year, item) for key, value, year, item in document]
