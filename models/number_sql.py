"""Numbers of the derived rows as SQL: ranges, sums over fiscal years, quotients, the age.

The interval arithmetic of domain/derived.py a second time: the two change together. A condition
that is NULL counts as false: conditions are joined by AND and OR only; `never` turns one around.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Float, and_, case, cast, false, null, or_, true
from sqlalchemy.sql.elements import False_, True_

from domain.derived import years_between

Condition = ColumnElement[bool]
Amount = ColumnElement[Any]

YES: Condition = true()
NO: Condition = false()


def never(condition: Condition) -> Condition:
    """Whether the condition is false or unknown."""
    match condition:
        case True_():
            return NO
        case False_():
            return YES
        case _:
            return condition.is_not(true())


def every(*conditions: Condition) -> Condition:
    """All of them; true of none."""
    if any(isinstance(one, False_) for one in conditions):
        return NO
    telling = [one for one in conditions if not isinstance(one, True_)]
    return and_(*telling) if telling else YES


def some(*conditions: Condition) -> Condition:
    """One of them; false of none."""
    if any(isinstance(one, True_) for one in conditions):
        return YES
    telling = [one for one in conditions if not isinstance(one, False_)]
    return or_(*telling) if telling else NO


class Number(Protocol):
    """What a criterion may ask of a number that is known as a range."""

    @property
    def known(self) -> Condition:
        """Whether anything at all is known of it."""

    @property
    def vague(self) -> Condition:
        """Whether the company could say it more exactly."""

    @property
    def open_(self) -> Condition:
        """The same where it is known not to be exact, or not known."""

    def low_at_least(self, bound: float) -> Condition:
        """Whether the least it may be is at or above the bound."""

    def low_above(self, bound: float) -> Condition:
        """Whether the least it may be is above the bound."""

    def high_at_most(self, bound: float) -> Condition:
        """Whether the most it may be is at or below the bound."""

    def high_below(self, bound: float) -> Condition:
        """Whether the most it may be is below the bound."""


@dataclass(frozen=True)
class Range:
    """A number between two columns or expressions; NULL is an open end, two of them unknown.

    `positive`: never below zero, and its low end known whenever it is. `said`: the company can be
    asked for whatever of it is not known exactly. `lost`: not known, and nobody can say it.
    """

    low: Amount
    high: Amount
    vague: Condition
    open_: Condition
    positive: bool = False
    said: bool = False
    lost: Condition = NO

    @property
    def known(self) -> Condition:
        if self.positive:
            return self.low.is_not(None)
        return or_(self.low.is_not(None), self.high.is_not(None))

    def low_at_least(self, bound: float) -> Condition:
        return self.low >= bound

    def low_above(self, bound: float) -> Condition:
        return self.low > bound

    def high_at_most(self, bound: float) -> Condition:
        return self.high <= bound

    def high_below(self, bound: float) -> Condition:
        return self.high < bound


def plain(low: Amount, high: Amount, *, asked: bool, positive: bool) -> Range:
    """A number as it was told; the company could say it more exactly when it is asked for it."""
    vague = never(low == high) if asked else NO
    return Range(low, high, vague, YES if asked else NO, positive, asked)


def unknown(*, asked: bool) -> Range:
    """A number that has no column yet: nobody has said it."""
    nothing = cast(null(), Float())
    return plain(nothing, nothing, asked=asked, positive=True)


@dataclass(frozen=True)
class Founding:
    """The earliest day a company may have been founded, against the ends of fiscal years."""

    first: ColumnElement[Any]
    last_year: int

    def after(self, back: int) -> Condition:
        """Founded after that fiscal year, counted back from the last closed one."""
        return self.first > date(self.last_year - back, 12, 31)


def since(number: Range, founded: Founding, back: int) -> Range:
    """A number of a fiscal year: nobody can say it of a year before the founding."""
    was_there = some(number.known, never(founded.after(back)))
    return replace(
        number,
        vague=every(number.vague, was_there),
        open_=every(number.open_, was_there),
        said=False,
        lost=never(was_there),
    )


def summed(years: Sequence[Range], founded: Founding) -> Range:
    """A per-year number over the years given, newest first; those before the founding are left out.

    Unknown when no year is left, and then there is nothing to ask.
    """
    vague = NO
    for back, year in reversed(tuple(enumerate(years))):
        vague = every(never(founded.after(back)), some(year.vague, vague))
    newest = years[0]
    return Range(
        _sum_of_ends([year.low for year in years], founded),
        _sum_of_ends([year.high for year in years], founded),
        vague,
        every(newest.open_, never(founded.after(0))),
        newest.positive,
        lost=founded.after(0),
    )


def _sum_of_ends(ends: Sequence[Amount], founded: Founding) -> Amount:
    totals = [_oldest_first(ends[:count]) for count in range(1, len(ends) + 1)]
    none: Amount = cast(null(), Float())
    young = [(founded.after(back), total) for back, total in enumerate((none, *totals[:-1]))]
    return case(*young, else_=totals[-1])


def _oldest_first(ends: Sequence[Amount]) -> Amount:
    """Added in the order of domain/derived.py, so that both round alike."""
    total = ends[-1]
    for end in reversed(ends[:-1]):
        total = total + end
    return total


def quotient(top: Range, bottom: Range) -> Range:
    """`top / bottom` where the bottom is certainly above zero, unknown elsewhere."""
    none: Amount = cast(null(), Float())
    above, unbounded = bottom.low > 0, bottom.high.is_(None)
    low = case(
        (every(above, top.low < 0), top.low / bottom.low),
        (every(above, top.low >= 0, unbounded), 0.0),
        (above, top.low / bottom.high),
        else_=none,
    )
    high = case(
        (every(above, top.high >= 0), top.high / bottom.low),
        (above, top.high / bottom.high),
        else_=none,
    )
    gap = combined_gap(top, bottom)
    return Range(low, high, gap, gap, top.positive)


def combined_gap(*parts: Number) -> Condition:
    """Whether the company could make a computed number more exact: what is unknown counts first.

    Where a part is not known and never can be, nothing helps.
    """
    vague = some(*(part.vague for part in parts))
    if all(isinstance(part, Range) and part.said for part in parts):
        return vague
    lacking = some(*(never(part.known) for part in parts))
    untold = some(*(every(never(part.known), part.vague) for part in parts))
    lost = some(*(part.lost for part in parts if isinstance(part, Range)))
    return every(never(lost), some(untold, every(never(lacking), vague)))


@dataclass(frozen=True)
class Age:
    """The years since the founding, compared by days, since they change every day."""

    first: ColumnElement[Any]
    last: ColumnElement[Any]
    today: date
    asked: Condition

    @property
    def known(self) -> Condition:
        return some(self.first.is_not(None), self.last.is_not(None))

    @property
    def vague(self) -> Condition:
        return every(self.asked, never(self.first == self.last))

    @property
    def open_(self) -> Condition:
        return self.asked

    def low_at_least(self, bound: float) -> Condition:
        return self._founded_by(lambda age: age >= bound)

    def low_above(self, bound: float) -> Condition:
        return self._founded_by(lambda age: age > bound)

    def high_at_most(self, bound: float) -> Condition:
        return self._founded_after(lambda age: age > bound)

    def high_below(self, bound: float) -> Condition:
        return self._founded_after(lambda age: age >= bound)

    def _founded_by(self, is_old_enough: Callable[[float], bool]) -> Condition:
        day = _last_day(is_old_enough, self.today)
        return NO if day is None else self.last <= day

    def _founded_after(self, is_old_enough: Callable[[float], bool]) -> Condition:
        day = _last_day(is_old_enough, self.today)
        return self.first.is_not(None) if day is None else self.first > day


def _last_day(is_old_enough: Callable[[float], bool], today: date) -> date | None:
    """The last founding day on which the age passes: the later the founding, the lower the age."""
    low, high = date.min.toordinal() - 1, date(9998, 12, 31).toordinal()
    while low < high:
        middle = (low + high + 1) // 2
        if is_old_enough(years_between(date.fromordinal(middle), today)):
            low = middle
        else:
            high = middle - 1
    return date.fromordinal(low) if low >= date.min.toordinal() else None
