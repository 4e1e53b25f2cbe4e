"""Size classes of companies: 工信部联企业〔2011〕300号, over the sectors of GB/T 4754-2017.

A class needs every lower bound of its row (included); what misses one falls a class lower, and the
lowest class needs none. With facts missing the answer is the set of classes still possible.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.facts import Span


class Indicator(StrEnum):
    """What a row of the table measures; the values are dictionary keys."""

    STAFF = "employees"
    REVENUE = "revenue_last"
    ASSETS = "total_assets"


CLASSES = ("大型", "中型", "小型", "微型")


@dataclass(frozen=True, slots=True)
class SizeRow:
    """Lower bounds of 大型, 中型, 小型 for each indicator; money in 万元."""

    sectors: tuple[str, ...]
    bounds: Mapping[Indicator, tuple[float, float, float]]
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


def _staff_revenue(
    staff: tuple[float, float, float], revenue: tuple[float, float, float]
) -> Mapping[Indicator, tuple[float, float, float]]:
    return {Indicator.STAFF: staff, Indicator.REVENUE: revenue}


ROWS = (
    SizeRow(_divisions(1, 4), {Indicator.REVENUE: (20000, 500, 50)}),
    SizeRow(_divisions(6, 46), _staff_revenue((1000, 300, 20), (40000, 2000, 300))),
    SizeRow(
        _divisions(47, 50),
        {Indicator.REVENUE: (80000, 6000, 300), Indicator.ASSETS: (80000, 5000, 300)},
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
        {Indicator.REVENUE: (200000, 1000, 100), Indicator.ASSETS: (10000, 5000, 2000)},
    ),
    SizeRow(("702",), _staff_revenue((1000, 300, 100), (5000, 1000, 500))),
    SizeRow(
        ("71", "72"),
        {Indicator.STAFF: (300, 100, 10), Indicator.ASSETS: (120000, 8000, 100)},
    ),
    SizeRow(
        ("703", "709", *_divisions(73, 82), "85", *_divisions(86, 90)),
        {Indicator.STAFF: (300, 100, 10)},
    ),
)


@dataclass(frozen=True, slots=True)
class SizeReading:
    """The classes still possible (None: the table does not say), the indicators the row looks at,
    and those of them in the way."""

    classes: frozenset[str] | None
    indicators: tuple[Indicator, ...] = ()
    open_: tuple[Indicator, ...] = ()
    vague_industry: bool = False


def size_of(code: str, known: Mapping[Indicator, Span]) -> SizeReading:
    """The size classes a company of that industry may have, by what is known of it."""
    rows = [row for row in ROWS if row.covers(code) is not False]
    if not rows:
        return SizeReading(None)
    classes = frozenset(name for row in rows for name in _classes(row, known))
    open_ = dict.fromkeys(name for row in rows for name in _open(row, known))
    looked_at = dict.fromkeys(name for row in rows for name in row.bounds)
    return SizeReading(classes, tuple(looked_at), tuple(open_), vague_industry=len(rows) > 1)


def _classes(row: SizeRow, known: Mapping[Indicator, Span]) -> frozenset[str]:
    possible: list[str] = []
    for place, name in enumerate(CLASSES[:3]):
        reached = [_reaches(known.get(key), bounds[place]) for key, bounds in row.bounds.items()]
        if all(answer is True for answer in reached):
            return frozenset([*possible, name])
        if False not in reached:
            possible.append(name)
    return frozenset([*possible, CLASSES[3]])


def _reaches(span: Span | None, bound: float) -> bool | None:
    if span is None:
        return None
    if span.low is not None and span.low >= bound:
        return True
    return False if span.high is not None and span.high < bound else None


def _open(row: SizeRow, known: Mapping[Indicator, Span]) -> list[Indicator]:
    return [
        key
        for key, bounds in row.bounds.items()
        if any(_reaches(known.get(key), bound) is None for bound in bounds)
    ]
