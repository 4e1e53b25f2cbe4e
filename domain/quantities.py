"""A number that was said, as the range it may lie in."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

Number = int | float
Range = list[Number | None]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a text: `low` to `high` in plain units (元, 人, 0..1), None is an open end.

    `over` and `under` say that the end itself is left out; `vague` that it came from "about".
    `scaled` says that it was written with 万, 亿, million and the like.
    """

    low: float | None
    high: float | None
    start: int
    end: int
    unit: str = ""
    currency: str = ""
    over: bool = False
    under: bool = False
    vague: bool = False
    scaled: bool = False

    def value(self, *, per: float = 1, step: float = 1) -> Number | Range:
        """The number in units of `per`; an end left out moves by `step`, vague ends are floored."""
        low = self._end(self.low, per, step if self.over else 0)
        high = self._end(self.high, per, -step if self.under else 0)
        if low is not None and low == high:
            return low
        return [low, high]

    def times(self, factor: float) -> Quantity:
        """The quantity in a unit so many times as large."""
        low, high = (None if end is None else end * factor for end in (self.low, self.high))
        return replace(self, low=low, high=high)

    def _end(self, end: float | None, per: float, shift: float) -> Number | None:
        if end is None:
            return None
        number = round(end / per, 6)
        if self.vague and number >= 1:
            number = math.floor(number)
        return tidy(number + shift)


def tidy(number: float) -> Number:
    """An int when whole, otherwise rounded to six places."""
    rounded = round(number, 6)
    return int(rounded) if rounded == int(rounded) else rounded
