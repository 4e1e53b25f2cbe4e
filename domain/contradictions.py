"""Facts that cannot both be true. What depends on them is undetermined until one is corrected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from domain.facts import DateSpan, FactValue, PerYear, Profile, Span


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Facts that contradict each other; one key alone: two values were told for it."""

    keys: tuple[str, ...]
    told: tuple[FactValue, ...]


PART_AND_WHOLE = (
    ("tech_staff", "employees"),
    ("invention_patents", "total_patents"),
    ("invention_patents_3y", "valid_patents_3y"),
    ("invention_patents_3y", "invention_patents"),
    ("valid_patents_3y", "total_patents"),
)
"""The first is counted within the second, so it is never more."""

ROUNDING = 0.01
"""A stated ratio may be rounded to whole percents."""


def contested(profile: Profile, as_of: date) -> frozenset[str]:
    """The facts that contradict another, or were told twice."""
    clashes = contradictions(profile, as_of)
    return frozenset(key for clash in clashes for key in clash.keys) if clashes else frozenset()


def contradictions(profile: Profile, as_of: date) -> tuple[Contradiction, ...]:
    """Every contradiction in the profile, those told twice first."""
    values, rivals = profile.values, profile.rivals
    twice = [Contradiction((key,), (values[key], *told)) for key, told in rivals.items()]
    known = {key: values[key] for key in values if key not in rivals} if rivals else values
    return (
        *twice,
        *_parts(known),
        *_niche(known, as_of),
        *_before_founding(known),
        *_stated_ratio(known, as_of),
    )


Known = Mapping[str, FactValue]


def _parts(known: Known) -> list[Contradiction]:
    found = []
    for part, whole in PART_AND_WHOLE:
        one, other = known.get(part), known.get(whole)
        if isinstance(one, Span) and isinstance(other, Span) and _more(one, other):
            found.append(Contradiction((part, whole), (one, other)))
    return found


def _more(one: Span, other: Span) -> bool:
    return one.low is not None and other.high is not None and one.low > other.high


def _niche(known: Known, as_of: date) -> list[Contradiction]:
    niche, founded = known.get("niche_years"), known.get("established_on")
    if not isinstance(niche, Span) or not isinstance(founded, DateSpan) or founded.low is None:
        return []
    longest = Span(None, as_of.year - founded.low.year + 1)
    clash = Contradiction(("niche_years", "established_on"), (niche, founded))
    return [clash] if _more(niche, longest) else []


def _before_founding(known: Known) -> list[Contradiction]:
    """Amounts of a fiscal year that ended before the company was founded."""
    founded = known.get("established_on")
    if not isinstance(founded, DateSpan) or founded.low is None:
        return []
    return [
        Contradiction((key, "established_on"), (amounts, founded))
        for key, amounts in known.items()
        if isinstance(amounts, PerYear) and _earlier_amounts(amounts, founded.low.year)
    ]


def _earlier_amounts(amounts: PerYear, founded: int) -> bool:
    return any(year < founded and span != Span.exactly(0) for year, span in amounts.years)


def _stated_ratio(known: Known, as_of: date) -> list[Contradiction]:
    stated = known.get("rnd_ratio")
    if not isinstance(stated, Span):
        return []
    rnd, revenue = known.get("rnd"), known.get("revenue")
    if not (isinstance(rnd, PerYear) and isinstance(revenue, PerYear)):
        return []
    spent, sold = rnd.year(as_of.year - 1), revenue.year(as_of.year - 1)
    if spent is None or sold is None or not spent.exact or not sold.exact or not sold.low:
        return []
    ratio = (spent.low or 0) / sold.low
    near = Span(ratio - ROUNDING, ratio + ROUNDING)
    clash = Contradiction(("rnd_ratio", "rnd", "revenue"), (stated, rnd, revenue))
    return [clash] if _more(stated, near) or _more(near, stated) else []
