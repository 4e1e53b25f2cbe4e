"""Size classes of companies: 工信部联企业〔2011〕300号, over the sectors of GB/T 4754-2017.

A class needs every lower bound of its row (included); what misses one falls a class lower, and the
lowest class needs none. With facts missing the answer is the set of classes still possible.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Protocol


class Ends(Protocol):
    """The least and the most a number may be; infinite where nothing is known."""

    @property
    def low(self) -> float:
        """The least."""

    @property
    def high(self) -> float:
        """The most."""


STAFF, REVENUE, ASSETS = INDICATORS = ("employees", "revenue_last", "total_assets")
"""What the table measures, by the keys of the dictionary."""

Bounds = tuple[float, float, float]

CLASSES = ("大型", "中型", "小型", "微型")


@dataclass(frozen=True, slots=True)
class SizeRow:
    """Lower bounds of 大型, 中型, 小型 for each indicator; money in 万元."""

    sectors: tuple[str, ...]
    bounds: Mapping[str, Bounds]
    except_: tuple[str, ...] = ()

    def covers(self, code: str) -> bool | None:
        """Whether the row is for this industry; None when the code is too short to tell."""
        if any(code.startswith(prefix) for prefix in self.except_):
            return False
        if any(code.startswith(prefix) for prefix in self.sectors):
            return None if any(prefix.startswith(code) for prefix in self.except_) else True
        return None if any(prefix.startswith(code) for prefix in self.sectors) else False


def _divisions(first: int, last: int) -> tuple[str, ...]:
    return tuple(f"{number:02d}" for number in range(first, last + 1))


def _staff_revenue(staff: Bounds, revenue: Bounds) -> Mapping[str, Bounds]:
    return {STAFF: staff, REVENUE: revenue}


ROWS = (
    SizeRow(_divisions(1, 4), {REVENUE: (20000, 500, 50)}),
    SizeRow(_divisions(6, 46), _staff_revenue((1000, 300, 20), (40000, 2000, 300))),
    SizeRow(
        _divisions(47, 50),
        {REVENUE: (80000, 6000, 300), ASSETS: (80000, 5000, 300)},
    ),
    SizeRow(("51",), _staff_revenue((200, 20, 5), (40000, 5000, 1000))),
    SizeRow(("52",), _staff_revenue((300, 50, 10), (20000, 500, 100))),
    SizeRow((*_divisions(54, 58), "591"), _staff_revenue((1000, 300, 20), (30000, 3000, 200))),
    SizeRow(("59",), _staff_revenue((200, 100, 20), (30000, 1000, 100)), except_=("591",)),
    SizeRow(("60",), _staff_revenue((1000, 300, 20), (30000, 2000, 100))),
    SizeRow(("61", "62"), _staff_revenue((300, 100, 10), (10000, 2000, 100))),
    SizeRow(("63", "64"), _staff_revenue((2000, 100, 10), (100000, 1000, 100))),
    SizeRow(("65",), _staff_revenue((300, 100, 10), (10000, 1000, 50))),
    SizeRow(
        ("701",),
        {REVENUE: (200000, 1000, 100), ASSETS: (10000, 5000, 2000)},
    ),
    SizeRow(("702",), _staff_revenue((1000, 300, 100), (5000, 1000, 500))),
    SizeRow(
        ("71", "72"),
        {STAFF: (300, 100, 10), ASSETS: (120000, 8000, 100)},
    ),
    SizeRow(
        ("703", "709", *_divisions(73, 82), "85", *_divisions(86, 90)),
        {STAFF: (300, 100, 10)},
    ),
)


NOT_COVERED = ("704",)
"""Groups that no row is for, in a division that others are for: 房地产租赁经营."""


@dataclass(frozen=True, slots=True)
class SizeReading:
    """The classes still possible (None: the table does not say), the indicators the row looks at,
    and those of them in the way."""

    classes: frozenset[str] | None
    indicators: tuple[str, ...] = ()
    open_: tuple[str, ...] = ()
    vague_industry: bool = False


def size_of(code: str, known: Mapping[str, Ends]) -> SizeReading:
    """The size classes a company of that industry may have, by what is known of it."""
    rows = _rows_of(code)
    if not rows:
        return SizeReading(None)
    if any(other.startswith(code) for other in NOT_COVERED):
        return SizeReading(None, vague_industry=True)
    classes = frozenset([name for row in rows for name in _classes(row, known)])
    open_ = dict.fromkeys([name for row in rows for name in _open(row, known)])
    looked_at = dict.fromkeys([name for row in rows for name in row.bounds])
    return SizeReading(classes, tuple(looked_at), tuple(open_), vague_industry=len(rows) > 1)


@cache
def _rows_of(code: str) -> tuple[SizeRow, ...]:
    return tuple(row for row in ROWS if row.covers(code) is not False)


def _classes(row: SizeRow, known: Mapping[str, Ends]) -> tuple[str, ...]:
    """From the class whose bounds the most reaches everywhere down to that of the least."""
    least = most = len(CLASSES) - 1
    for name, bounds in row.bounds.items():
        number = known[name]
        least = min(least, sum([number.low >= bound for bound in bounds]))
        most = min(most, sum([number.high >= bound for bound in bounds]))
    return CLASSES[len(CLASSES) - 1 - most : len(CLASSES) - least]


def _open(row: SizeRow, known: Mapping[str, Ends]) -> list[str]:
    found = []
    for name, bounds in row.bounds.items():
        number = known[name]
        if any(number.low < bound <= number.high for bound in bounds):
            found.append(name)
    return found
