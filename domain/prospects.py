"""What a company's answers can still make of a criterion."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from domain.derived import Gap, Readings
from domain.facts import FactValue
from domain.marks import Mark


class Prospect(NamedTuple):
    """Between which marks a criterion ends once the company answers, and what it could say.

    Where the two are the same no answer changes anything, and there is nothing to say.
    """

    worst: Mark
    best: Mark
    gaps: tuple[Gap, ...] = ()


DECIDED = {mark: Prospect(mark, mark) for mark in Mark}


class Asked(Protocol):
    """A criterion that can be asked what may still come of it."""

    @property
    def inputs(self) -> frozenset[str]:
        """The facts it looks at."""

    def prospect(self, enquiry: Enquiry) -> Prospect:
        """What the company's answers can still make of it."""


class Enquiry:
    """A company that may say more: what is read of it now, and what it will not say.

    The `skipped` facts stay unknown; those for `later` cannot be said yet, and may come out either
    way. What was `found` of a criterion is kept, and holds for every answer it does not look at.
    """

    def __init__(
        self,
        readings: Readings,
        skipped: frozenset[str] = frozenset(),
        later: frozenset[str] = frozenset(),
    ) -> None:
        self.readings = readings
        self.skipped = skipped
        self.later = later
        self.found: dict[Asked, Prospect] = {}
        #: The same by measure: what came of each criterion by each of its ways in.
        self.ways: dict[object, list[list[Prospect]]] = {}
        #: Where something is supposed: the company without it, and which fact it is.
        self.before: Enquiry | None = None
        self.news = ""

    def supposing(self, key: str, value: FactValue) -> Enquiry:
        """The same company had it said this too."""
        readings = self.readings.supposing(key, value)
        other = Enquiry(readings, self.skipped, self.later)
        if readings.contested == self.readings.contested:
            other.before, other.news = self, key
        return other

    def prospect(self, check: Asked) -> Prospect:
        """What can still come of a criterion."""
        before = self.before
        asked = self if before is None or self.news in check.inputs else before
        found = asked.found.get(check)
        if found is None:
            found = asked.found[check] = check.prospect(asked)
        return found
