"""Facts in the cells of a workbook: how they are written, and what a cell says.

A range is `20-49`, `2000-` or `-49`; a share `5.7%` or 0.057; a list `高新技术企业；商标` with
`@2027-12-01` behind an item that ends; a fiscal year is part of the column's name, `revenue@2025`.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from domain.facts import (
    NUMERIC,
    DateSpan,
    FactDictionary,
    FactSpec,
    FactValue,
    Held,
    Kind,
    PerYear,
    Span,
)
from domain.profile_files import parse_fact

LIST_MARK = "；"
YEAR_MARK = "@"
OF_ONE_MEASURE = frozenset({"declared", "judged"})
"""Groups of facts that a measure brings along; a template for companies leaves them out."""

_NUMBER = r"[+-]?\d+(?:\.\d+)?%?"
_EXACT = re.compile(_NUMBER)
_RANGE = re.compile(rf"(?P<low>{_NUMBER})?\s*(?:-|~|至|到|\.\.)\s*(?P<high>{_NUMBER})?")
_DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年)?")
_DAYS = re.compile(r"(?P<low>[\d/.年月日-]+?)?\s*(?:~|至|到|\.\.)\s*(?P<high>[\d/.年月日-]+)?")
_YES = frozenset({"是", "有", "true", "yes", "y", "1"})
_NO = frozenset({"否", "无", "没有", "false", "no", "n", "0"})
_NOTHING = frozenset({"无", "没有", "none"})
_DASHES = str.maketrans({"–": "-", "—": "-", "－": "-", "～": "~", "〜": "~", ",": None})


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds: a fact, of one fiscal year where it is kept per year."""

    spec: FactSpec
    year: str | None = None

    @property
    def name(self) -> str:
        """As it stands in the first row."""
        return self.spec.key if self.year is None else f"{self.spec.key}{YEAR_MARK}{self.year}"


class BadColumn(ValueError):
    """A column that cannot be read; the text says why and what would be right."""


def read_column(name: str, dictionary: FactDictionary) -> Column:
    """The column of a name in the first row. Raises BadColumn."""
    key, _, year = name.strip().partition(YEAR_MARK)
    spec = dictionary.get(key)
    if spec is None or spec.derived:
        reason = "is computed, not told" if spec else "is no fact of facts.yaml"
        raise BadColumn(f"{key!r} {reason}")
    if spec.per_year and not re.fullmatch(r"\d{4}", year):
        raise BadColumn(f"{key!r} is kept per fiscal year: write {key}{YEAR_MARK}2025")
    if year and not spec.per_year:
        raise BadColumn(f"{key!r} is not kept per fiscal year: write {key} alone")
    return Column(spec, year or None)


def read_cell(column: Column, cell: object) -> FactValue | None:
    """What a cell says of the fact, None for an empty one. Raises BadFact."""
    text = "" if cell is None else _text(cell)
    if not text:
        return None
    spec = column.spec
    raw = _raw(spec, cell, text)
    return parse_fact(spec, {column.year: raw} if column.year else raw)


def _text(cell: object) -> str:
    if isinstance(cell, datetime | date):
        return cell.strftime("%Y-%m-%d")
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return unicodedata.normalize("NFKC", str(cell)).strip()


def _raw(spec: FactSpec, cell: object, text: str) -> object:
    """The cell in the form of a profile file; what cannot be read is left for it to refuse."""
    if spec.kind in NUMERIC:
        return _numbers(spec, cell, text.translate(_DASHES))
    if spec.kind is Kind.FLAG:
        word = text.lower()
        return True if word in _YES else False if word in _NO else text
    match spec.kind:
        case Kind.DATE:
            return _days(text)
        case Kind.CHOICES:
            return _items(spec, text)
        case Kind.CHOICE:
            return _option(spec, text)
        case Kind.CODE:
            return text.zfill(2)
        case _:
            return str(cell).strip()


def _numbers(spec: FactSpec, cell: object, text: str) -> object:
    """One number or a range; `-49` is a range where nothing is below zero."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return cell
    is_exact = _EXACT.fullmatch(text)
    if is_exact and not (text.startswith("-") and spec.bounds and spec.bounds[0] >= 0):
        return _number(text)
    ends = _RANGE.fullmatch(text)
    if ends is None or not (ends["low"] or ends["high"]):
        return text
    return [_number(end) if end else None for end in (ends["low"], ends["high"])]


def _number(text: str) -> float:
    return float(text[:-1]) / 100 if text.endswith("%") else float(text)


def _days(text: str) -> object:
    """A day; a month or a year alone is every day in it."""
    ends = _DAYS.fullmatch(text)
    if ends is None:
        first, last = _period(text)
        return first if first == last else [first, last]
    low, high = ends["low"], ends["high"]
    return [_period(low)[0] if low else None, _period(high)[1] if high else None]


def _period(text: str) -> tuple[str, str]:
    match = _DAY.fullmatch(text)
    if match is None:
        return text, text
    year, month, day = (int(part) if part else None for part in match.groups())
    if year is None or not 1 <= (month or 1) <= 12:
        return text, text
    last = day or calendar.monthrange(year, month or 12)[1]
    return f"{year}-{month or 1:02d}-{day or 1:02d}", f"{year}-{month or 12:02d}-{last:02d}"


def _items(spec: FactSpec, text: str) -> object:
    """A complete list: what is not in it is not held."""
    if text.lower() in _NOTHING:
        return []
    items: dict[str, str | None] = {}
    for part in re.split("[;；]", text):
        name, _, until = part.strip().partition(YEAR_MARK)
        if name.strip():
            items[_option(spec, name.strip())] = _period(until.strip())[1] if until else None
    return items


def _option(spec: FactSpec, text: str) -> str:
    """The stored word for a word or a label of either language."""
    for option in spec.options:
        if text.lower() in {option.value.lower(), option.zh.lower(), option.en.lower()}:
            return option.value
    return text


def columns_of(dictionary: FactDictionary, years: Iterable[int]) -> tuple[Column, ...]:
    """Every column a template has: each fact of facts.yaml, per-year ones once per year."""
    told = [spec for spec in dictionary if not spec.derived and spec.group not in OF_ONE_MEASURE]
    return tuple(
        Column(spec, year)
        for spec in told
        for year in ([str(year) for year in years] if spec.per_year else [None])
    )


def write_cell(value: FactValue) -> str:
    """A value as a cell is written; fiscal years stand one after the other."""
    match value:
        case PerYear():
            years = (f"{year}: {write_cell(span)}" for year, span in value.years)
            return LIST_MARK.join(years)
        case Span() | DateSpan():
            return _written_range(value)
        case Held():
            items = (name if ends is None else f"{name}@{ends}" for name, ends in value.items)
            return LIST_MARK.join(items) or ("无" if value.complete else "")
        case bool():
            return "是" if value else "否"
        case _:
            return value


def _written_range(value: Span | DateSpan) -> str:
    low, high = (_written(end) for end in (value.low, value.high))
    if value.exact:
        return low
    return f"{low}{'-' if isinstance(value, Span) else '至'}{high}"


def _written(end: float | date | None) -> str:
    if isinstance(end, date):
        return end.isoformat()
    return "" if end is None else str(int(end) if float(end).is_integer() else end)
