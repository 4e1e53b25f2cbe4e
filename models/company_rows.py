"""One derived row per company, generated from the dictionary of facts, for reach to scan.

Every number and date has a low and a high column, every yes or no, choice and listed item one of
its own; facts per fiscal year have them for each of the last three years. What is unknown,
contested or vague is NULL, which is how SQL says "unknown". The table lives outside Alembic.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import Boolean, Column, Date, Float, MetaData, String, Table

from domain.derived import Readings
from domain.facts import NUMERIC, DateSpan, FactDictionary, FactSpec, Held, Kind, PerYear, Span
from models.base import BIG

TABLE = "company_row"
YEARS = 3
"""So many closed fiscal years have columns; no criterion looks further back."""

_metadata = MetaData()

#: Which columns the table was built with, and how far the companies have been written into it.
company_row_meta = Table(
    "company_row_meta",
    _metadata,
    Column("id", BIG, primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("filled_to", BIG, nullable=False),
    Column("complete", Boolean, nullable=False),
)


def low(key: str, year: int | None = None) -> str:
    """The column of the least a number or date may be; `year` for facts per fiscal year."""
    return f"{_named(key, year)}_low"


def high(key: str, year: int | None = None) -> str:
    """The column of the most a number or date may be."""
    return f"{_named(key, year)}_high"


def held(key: str, item: str) -> str:
    """The column that says whether an item is held; for size_class: whether it is possible."""
    return f"{key}__{item}"


def until(key: str, item: str) -> str:
    """The column of the day on which a held item ends, NULL when it does not."""
    return f"{key}__{item}__until"


def _named(key: str, year: int | None) -> str:
    return key if year is None else f"{key}_{year}"


@dataclass(frozen=True)
class CompanyRows:
    """The table for one dictionary in one calendar year (`last_year` is the last closed one)."""

    dictionary: FactDictionary
    last_year: int

    @cached_property
    def columns(self) -> dict[str, type[Any]]:
        """Every column beside the company's id."""
        return {name: kind for spec in self.dictionary for name, kind in self._columns(spec)}

    @property
    def years(self) -> range:
        """The fiscal years that have columns, oldest first."""
        return range(self.last_year - YEARS + 1, self.last_year + 1)

    def _columns(self, spec: FactSpec) -> Iterator[tuple[str, type[Any]]]:
        if spec.key == "age" or spec.kind is Kind.TEXT:
            return  # the age changes every day; names are not searched by criteria
        if spec.kind in NUMERIC or spec.kind is Kind.DATE:
            kind = Date if spec.kind is Kind.DATE else Float
            for year in self.years if spec.per_year else (None,):
                yield low(spec.key, year), kind
                yield high(spec.key, year), kind
        elif spec.kind is Kind.CHOICES or spec.key == "size_class":
            for option in spec.options:
                yield held(spec.key, option.value), Boolean
                if spec.kind is Kind.CHOICES:
                    yield until(spec.key, option.value), Date
        else:
            yield spec.key, Boolean if spec.kind is Kind.FLAG else String

    @cached_property
    def fingerprint(self) -> str:
        """Changes with the columns, so that the table is built anew."""
        names = ",".join(f"{name}:{kind.__name__}" for name, kind in self.columns.items())
        return hashlib.sha256(names.encode()).hexdigest()

    @property
    def table(self) -> Table:
        """The table as SQLAlchemy knows it; one object per set of columns."""
        known = _TABLES.get(self.fingerprint)
        if known is None:
            columns = [Column(name, kind()) for name, kind in self.columns.items()]
            first = Column("company_id", BIG, primary_key=True)
            known = _TABLES[self.fingerprint] = Table(TABLE, MetaData(), first, *columns)
        return known

    def values(self, readings: Readings) -> Mapping[str, Any]:
        """What the columns hold for a profile read in this year."""
        found = dict.fromkeys(self.columns)
        for spec in self.dictionary:
            found |= dict(self._values(spec, readings))
        return {name: value for name, value in found.items() if name in self.columns}

    def _values(self, spec: FactSpec, readings: Readings) -> Iterator[tuple[str, Any]]:
        if spec.key == "size_class":
            possible = readings.possible(spec.key).value
            for option in spec.options if possible is not None else ():
                yield held(spec.key, option.value), option.value in (possible or ())
            return
        value = readings.number(spec.key).value if spec.derived else readings.value(spec.key)
        match value:
            case Span() | DateSpan():
                yield from _ends(spec.key, None, value)
            case PerYear():
                for year, span in value.years:
                    yield from _ends(spec.key, year, span)
            case Held():
                yield from _items(spec, value)
            case bool() | str():
                yield spec.key, value


def _items(spec: FactSpec, value: Held) -> Iterator[tuple[str, Any]]:
    ends = dict(value.items)
    for option in spec.options:
        name = option.value
        if name in ends:
            yield held(spec.key, name), True
            yield until(spec.key, name), ends[name]
        elif value.complete or name in value.denied:
            yield held(spec.key, name), False


def _ends(key: str, year: int | None, span: Span | DateSpan) -> Iterator[tuple[str, Any]]:
    yield low(key, year), span.low
    yield high(key, year), span.high


_TABLES: dict[str, Table] = {}


def company_rows(dictionary: FactDictionary, today: date) -> CompanyRows:
    """The rows as they are kept in the calendar year of `today`."""
    return CompanyRows(dictionary, today.year - 1)
