"""What companies asked for in a month and did not get, for whoever edits the catalogue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

ENOUGH_FOR_SHARES = 5
"""Of fewer only counts are told: a share of three says nothing, and points at somebody."""


class Part(StrEnum):
    """The parts of the report."""

    SEARCHES = "searches"
    IRRELEVANT = "irrelevant"
    UNCLEAR = "unclear"
    PROBLEMS = "problems"


@dataclass(frozen=True, slots=True)
class Unmet:
    """One line: the words, measure, fact or category; by industry (division, "" is unknown).

    `why` is what became of a search, or why a measure was marked 不相关.
    """

    subject: str
    why: str
    count: int
    industries: Mapping[str, int]

    @property
    def shares(self) -> Mapping[str, float] | None:
        """Each industry's share, None where the counts are too small for one."""
        if self.count < ENOUGH_FOR_SHARES:
            return None
        return {code: count / self.count for code, count in self.industries.items()}


@dataclass(frozen=True, slots=True)
class UnmetReport:
    """A month, most frequent first. `wordless` are searches whose words were not kept."""

    month: date
    parts: Mapping[Part, tuple[Unmet, ...]]
    wordless: int = 0

    def total(self, part: Part) -> int:
        """How often that was met."""
        return sum(line.count for line in self.parts[part]) + self.wordless * (
            part is Part.SEARCHES
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was missed."""
        return not any(self.total(part) for part in Part)


def counted(met: Iterable[tuple[str, str, str]]) -> tuple[Unmet, ...]:
    """Lines from single cases of (subject, why, industry), most frequent first."""
    by_subject: dict[tuple[str, str], Counter[str]] = {}
    for subject, why, industry in met:
        by_subject.setdefault((subject, why), Counter())[industry] += 1
    lines = [
        Unmet(subject, why, industries.total(), dict(industries.most_common()))
        for (subject, why), industries in by_subject.items()
    ]
    return tuple(sorted(lines, key=lambda line: (-line.count, line.subject)))


def first_of_month(day: date) -> date:
    """The month a day lies in."""
    return day.replace(day=1)


def next_month(month: date) -> date:
    """The first of the month after."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def month_before(month: date) -> date:
    """The first of the month before."""
    years, before = divmod(month.month - 2, 12)
    return date(month.year + years, before + 1, 1)
