"""One derived row per company, generated from the dictionary of facts, for reach to scan.

Every number and date has a column for the least and for the most it may be, every yes or no, choice
and listed item one of its own; facts per fiscal year have them for each of the last three years.
What is unknown, contested or vague is NULL, which is how SQL says "unknown".

A column's name tells its kind and counts fiscal years back from the last closed one, so that no
new fact, kind or year ever changes a column: the table only grows. Whether a row still means what
it says is told by its stamp. The table lives outside Alembic.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean, Column, Date, Float, Integer, MetaData, String, Table

from domain import contradictions, derived, fact_rows, facts, profile_files, sizes
from domain.derived import Readings
from domain.facts import DateSpan, FactDictionary, FactSpec, Held, Kind, PerYear, Span
from domain.stated_facts import GENERATED
from models.base import BIG

TABLE = "company_row"
YEARS = 3
"""So many closed fiscal years have columns; no criterion looks further back."""

LONGEST = 63
"""PostgreSQL cuts longer names off, in bytes."""

RULES = (contradictions, derived, fact_rows, facts, profile_files, sizes)
"""The modules that settle what a row holds."""

_metadata = MetaData()

#: Which columns the table is known to have, and up to which company its rows have been looked at.
company_row_state = Table(
    "company_row_state",
    _metadata,
    Column("id", BIG, primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("looked_to", BIG, nullable=False),
)


def low(key: str, back: int | None = None) -> str:
    """The column of the least a number may be; `back` counts from the last closed fiscal year."""
    return _fitting(f"{_named(key, back)}_low")


def high(key: str, back: int | None = None) -> str:
    """The column of the most a number may be."""
    return _fitting(f"{_named(key, back)}_high")


def first(key: str) -> str:
    """The column of the earliest a day may be."""
    return _fitting(f"{key}_first")


def last(key: str) -> str:
    """The column of the latest a day may be."""
    return _fitting(f"{key}_last")


def told(key: str) -> str:
    """The column of a yes or no."""
    return _fitting(f"{key}_told")


def word(key: str) -> str:
    """The column of a choice or a code."""
    return _fitting(f"{key}_word")


def held(key: str, item: str) -> str:
    """The column that says whether an item is held; for size_class: whether it is possible."""
    return _fitting(f"{key}__{item}")


def until(key: str, item: str) -> str:
    """The column of the day on which a held item ends, NULL when it does not."""
    return _fitting(f"{key}__{item}__until")


def vague(key: str) -> str:
    """The column that says whether the company could say more, for what is derived."""
    return _fitting(f"{key}_vague")


def _named(key: str, back: int | None) -> str:
    return key if back is None else f"{key}__{back}"


def _fitting(name: str) -> str:
    if len(name.encode()) <= LONGEST:
        return name
    return f"fact_{hashlib.sha256(name.encode()).hexdigest()[:32]}"


def _depth(spec: FactSpec) -> int:
    if spec.group in GENERATED:
        return 4
    if spec.derived or spec.kind in {Kind.FLAG, Kind.DATE}:
        return 0 if spec.kind is Kind.FLAG else 1
    return 3 if spec.per_year else 2


@dataclass(frozen=True)
class CompanyRows:
    """The rows for one dictionary in one calendar year (`last_year` is the last closed one)."""

    dictionary: FactDictionary
    last_year: int

    @cached_property
    def columns(self) -> dict[str, type[Any]]:
        """Every column beside the company's id and the stamp.

        SQLite reads its way through a row up to the last column that is asked for: what most
        criteria ask for comes first, and they ask in this order.
        """
        specs = sorted(self.dictionary, key=_depth)
        return {name: kind for spec in specs for name, kind in self._columns(spec)}

    def _columns(self, spec: FactSpec) -> Iterator[tuple[str, type[Any]]]:
        match spec.kind:
            case _ if spec.key == "age":
                return  # it changes every day: read from the day of founding
            case Kind.NUMBER | Kind.RATIO:
                for back in range(YEARS) if spec.per_year else (None,):
                    yield low(spec.key, back), Float
                    yield high(spec.key, back), Float
            case Kind.DATE:
                yield first(spec.key), Date
                yield last(spec.key), Date
            case Kind.FLAG:
                yield told(spec.key), Boolean
            case Kind.CHOICES:
                for option in spec.options:
                    yield held(spec.key, option.value), Boolean
                    yield until(spec.key, option.value), Date
            case Kind.CHOICE if spec.derived:
                for option in spec.options:
                    yield held(spec.key, option.value), Boolean
            case Kind.CHOICE | Kind.CODE:
                yield word(spec.key), String
        if spec.derived:
            yield vague(spec.key), Boolean

    @cached_property
    def fingerprint(self) -> str:
        """Changes with the columns."""
        return _digest(",".join(self.columns))

    @cached_property
    def stamp(self) -> int:
        """A row with another stamp was written by other rules, or in another year.

        A yes or no may come and go without changing what the other columns say: publishing a
        measure brings some, and outdates no row.
        """
        specs = [
            spec.model_dump_json(include={"key", "kind", "per_year", "bounds", "options", "asked"})
            for spec in self.dictionary
            if spec.kind is not Kind.FLAG
        ]
        digest = _digest("\n".join([str(self.last_year), _rules(), *specs]))
        return int(digest[:7], 16)

    @property
    def table(self) -> Table:
        """The table as SQLAlchemy knows it; one object per set of columns."""
        known = _TABLES.get(self.fingerprint)
        if known is None:
            columns = [Column(name, kind()) for name, kind in self.columns.items()]
            known = _TABLES[self.fingerprint] = Table(
                TABLE,
                MetaData(),
                Column("company_id", BIG, primary_key=True, autoincrement=False),
                Column("stamp", Integer, nullable=False),
                *columns,
            )
        return known

    def values(self, readings: Readings) -> dict[str, Any]:
        """What the columns hold for a profile read in this year, the stamp included."""
        found: dict[str, Any] = dict.fromkeys(self.columns)
        found["stamp"] = self.stamp
        for spec in self.dictionary:
            for name, value in self._values(spec, readings):
                if name in found:
                    found[name] = value
        return found

    def _values(self, spec: FactSpec, readings: Readings) -> Iterator[tuple[str, Any]]:
        if spec.derived:
            yield from self._derived(spec, readings)
            return
        match readings.value(spec.key):
            case Span() as span:
                yield from _ends(spec.key, None, span)
            case DateSpan() as days:
                yield first(spec.key), days.low
                yield last(spec.key), days.high
            case PerYear() as amounts:
                for year, span in amounts.years:
                    yield from _ends(spec.key, self.last_year - year, span)
            case Held() as items:
                yield from _items(spec, items)
            case bool() as flag:
                yield told(spec.key), flag
            case str() as name:
                yield word(spec.key), name

    def _derived(self, spec: FactSpec, readings: Readings) -> Iterator[tuple[str, Any]]:
        if spec.kind is Kind.CHOICE:
            possible = readings.possible(spec.key)
            gaps = possible.gaps
            for option in spec.options if possible.value is not None else ():
                yield held(spec.key, option.value), option.value in (possible.value or ())
        else:
            number = readings.number(spec.key)
            gaps = number.gaps
            if number.value is not None:
                yield from _ends(spec.key, None, number.value)
        yield vague(spec.key), any(self._is_asked(gap.key) for gap in gaps)

    def _is_asked(self, key: str) -> bool:
        spec = self.dictionary.get(key)
        return spec is not None and spec.asked


def _items(spec: FactSpec, value: Held) -> Iterator[tuple[str, Any]]:
    ends = dict(value.items)
    for option in spec.options:
        name = option.value
        if name in ends:
            yield held(spec.key, name), True
            yield until(spec.key, name), ends[name]
        elif value.complete or name in value.denied:
            yield held(spec.key, name), False


def _ends(key: str, back: int | None, span: Span) -> Iterator[tuple[str, Any]]:
    yield low(key, back), span.low
    yield high(key, back), span.high


@cache
def _rules() -> str:
    """The text of every rule that fills a row: rows written by an older text are written anew."""
    paths = [Path(str(module.__file__)) for module in RULES]
    return _digest("".join(path.read_text(encoding="utf-8") for path in (*paths, Path(__file__))))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


_TABLES: dict[str, Table] = {}
_BUILT: dict[tuple[int, int], CompanyRows] = {}
_KEPT = 16


def company_rows(dictionary: FactDictionary, today: date) -> CompanyRows:
    """The rows as they are kept in the calendar year of `today`."""
    key = id(dictionary), today.year
    known = _BUILT.get(key)
    if known is None:
        while len(_BUILT) >= _KEPT:
            del _BUILT[next(iter(_BUILT))]
        known = _BUILT[key] = CompanyRows(dictionary, today.year - 1)
    return known
