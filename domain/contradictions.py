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

_CLASHING = frozenset(key for pair in PART_AND_WHOLE for key in pair) | {
    "niche_years",
    "established_on",
    "rnd_ratio",
    "revenue_growth",
}

ROUNDING = 0.01
"""A stated ratio may be rounded to whole percents."""


def contested(profile: Profile, as_of: date) -> frozenset[str]:
    """The facts that contradict another, or were told twice."""
    clashes = contradictions(profile, as_of)
    return frozenset(key for clash in clashes for key in clash.keys) if clashes else frozenset()


def may_contradict(key: str, value: FactValue) -> bool:
    """Whether there are facts that a value of this one could contradict."""
    return key in _CLASHING or isinstance(value, PerYear)


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
        *_stated_share(known, as_of),
        *_stated_growth(known, as_of),
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
    return any(year < founded and not _may_be_nothing(span) for year, span in amounts.years)


def _may_be_nothing(span: Span) -> bool:
    return (span.low is None or span.low <= 0) and (span.high is None or span.high >= 0)


def _stated_share(known: Known, as_of: date) -> list[Contradiction]:
    """A share of R&D that the amounts of the last year cannot have."""
    stated = known.get("rnd_ratio")
    if not isinstance(stated, Span):
        return []
    spent, sold = (_of_year(known, key, as_of.year - 1) for key in ("rnd", "revenue"))
    clash = _apart(stated, _share(spent, sold))
    keys = ("rnd_ratio", "rnd", "revenue")
    return [Contradiction(keys, tuple(known[key] for key in keys))] if clash else []


def _stated_growth(known: Known, as_of: date) -> list[Contradiction]:
    """A growth that the revenue of the last two years cannot have."""
    stated = known.get("revenue_growth")
    if not isinstance(stated, Span):
        return []
    now, before = (_of_year(known, "revenue", as_of.year - back) for back in (1, 2))
    times = _share(now, before)
    grown = Span(*(None if end is None else end - 1 for end in (times.low, times.high)))
    clash = _apart(stated, grown)
    keys = ("revenue_growth", "revenue")
    return [Contradiction(keys, tuple(known[key] for key in keys))] if clash else []


def _of_year(known: Known, key: str, year: int) -> Span:
    amounts = known.get(key)
    span = amounts.year(year) if isinstance(amounts, PerYear) else None
    return span or Span(None, None)


def _share(part: Span, whole: Span) -> Span:
    """What a share may be; open where it may be anything. Amounts are never negative."""
    if not whole.low:
        return Span(None, None)
    return Span(
        part.low / whole.high if part.low is not None and whole.high else None,
        part.high / whole.low if part.high is not None else None,
    )


def _apart(stated: Span, computed: Span) -> bool:
    """Whether a stated number lies outside of what is computed by more than rounding."""
    low, high = computed.low, computed.high
    near = Span(None if low is None else low - ROUNDING, None if high is None else high + ROUNDING)
    return _more(stated, near) or _more(near, stated)
