"""What is open about a measure for one company: what its answers can still make of the verdict.

A verdict can change while its best and its worst end differ. Where a condition is in doubt on weak
authority, or waits for an officer, no answer makes the company eligible any more: then only what
could still rule it out is worth asking.
"""

from __future__ import annotations

from collections.abc import Iterator

from domain.derived import Gap
from domain.prospects import Enquiry
from domain.rules import MeasureRules

Unit = tuple[str, int | None]
"""What one question asks for: a fact, of one fiscal year where it is kept per year."""


def worth_asking(rules: MeasureRules, enquiry: Enquiry) -> set[Unit]:
    """What the company could say that might change the verdict; nothing once it stands."""
    skipped, later = enquiry.skipped, enquiry.later
    return {
        (key, year)
        for key, years in _gaps_that_matter(rules, enquiry)
        if key not in skipped and key not in later
        for year in years or (None,)
    }


def _gaps_that_matter(rules: MeasureRules, enquiry: Enquiry) -> Iterator[Gap]:
    """The gaps of the ways that can come out better than the measure does at its worst."""
    limits = rules.limits
    ways = [[enquiry.prospect(check) for check in way.checks] for way in rules.ways]
    bests = [limits[min([part.best for part in way])] for way in ways]
    worst = limits[max([min([part.worst for part in way]) for way in ways])]
    for way, best in zip(ways, bests, strict=True):
        if best > worst:
            for part in way:
                if part.gaps and limits[part.worst] < best:
                    yield from part.gaps
