"""What is open about a measure for one company: what its answers can still make of the verdict.

A verdict can change while its best and its worst end differ. Where a condition is in doubt on weak
authority, or waits for an officer, no answer makes the company eligible any more: then only what
could still rule it out is worth asking.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from domain.derived import Gap
from domain.prospects import Enquiry, Prospect
from domain.rules import MeasureRules, WayRules

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
    limits, ways = rules.limits, _prospects(rules, enquiry)
    bests = [limits[min([part.best for part in way])] for way in ways]
    worst = limits[max([min([part.worst for part in way]) for way in ways])]
    for way, best in zip(ways, bests, strict=True):
        if best > worst:
            for part in way:
                if part.gaps and limits[part.worst] < best:
                    yield from part.gaps


def _prospects(rules: MeasureRules, enquiry: Enquiry) -> list[list[Prospect]]:
    """What can come of each criterion by each way in; where something is supposed, only what looks
    at it is worked out anew."""
    if enquiry.before is None:
        ways = [[enquiry.prospect(check) for check in way.checks] for way in rules.ways]
        enquiry.ways[rules] = ways
        return ways
    ways = enquiry.before.ways.get(rules) or _prospects(rules, enquiry.before)
    return [
        _renewed(parts, way, touched, enquiry) if touched else parts
        for parts, way, touched in zip(
            ways, rules.ways, rules.touched_by(enquiry.news), strict=True
        )
    ]


def _renewed(
    parts: list[Prospect], way: WayRules, touched: Iterable[int], enquiry: Enquiry
) -> list[Prospect]:
    parts = list(parts)
    for place in touched:
        parts[place] = enquiry.prospect(way.checks[place])
    return parts
