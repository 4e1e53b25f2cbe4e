"""What the office's figures mean: each is defined here once; docs/statistics.md says it to people.

A case is one round of a ticket: as the lead department had it (for the whole office), or as each
department had its share (for departments). It belongs to the day on which that round began. What
the company withdrew is counted and enters no rate; a ticket merged into another is no case.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import IntFlag, StrEnum
from operator import itemgetter
from typing import NamedTuple

from domain.deadlines import Pause, merged
from domain.tickets import Category
from domain.work_calendar import WorkCalendar

#: Of fewer cases only counts are told: a share of three says nothing, and points at somebody.
ENOUGH = 5
#: From this score on a company counts as satisfied (4 满意, 5 很满意).
SATISFIED_FROM = 4
#: So many of the most frequent needs are named.
TOP_NEEDS = 5


class Which(StrEnum):
    """Tickets to be listed: all, those that nobody has answered yet, those that have been."""

    ALL = "all"
    OPEN = "open"
    CLOSED = "closed"


class Dimension(StrEnum):
    """By what the figures can be told apart."""

    CATEGORY = "category"
    DEPARTMENT = "department"
    STREET = "street"
    INDUSTRY = "industry"
    MONTH = "month"


class Fact(IntFlag):
    """What is true of a case; a case carries them all in one number.

    FIRST or AGAIN (by its round) and everything of a rate only in the period; OPEN and OVERDUE as
    things stand now.
    """

    FIRST = 1
    AGAIN = 2
    WITHDRAWN = 4
    CONTACTED = 8
    CONTACT_MISSED = 16
    ON_TIME = 32
    LATE = 64
    SOLVED = 128
    UNSOLVED = 256
    SATISFIED = 512
    UNSATISFIED = 1024
    OPEN = 2048
    OVERDUE = 4096


#: How often each value was met.
Met = Mapping[int | None, int]


class Case(NamedTuple):
    """One round: `facts` of it, working minutes to first contact and to the answer, and by what it
    is told apart; None is not known, not asked for, or has not come to that."""

    facts: int
    to_contact: int | None
    to_answer: int | None
    category: str | None = None
    department: str | None = None
    street: str | None = None
    industry: str | None = None
    month: str | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """So many cases out of so many."""

    part: int = 0
    whole: int = 0

    @property
    def rate(self) -> float | None:
        """0..1; None where there are too few cases for a rate."""
        return self.part / self.whole if self.whole >= ENOUGH else None


@dataclass(frozen=True, slots=True)
class Median:
    """The middle of so many working times; of an even number the mean of the two in the middle."""

    minutes: float | None = None
    cases: int = 0

    @property
    def hours(self) -> float | None:
        """None where there are too few cases."""
        if self.minutes is None or self.cases < ENOUGH:
            return None
        return self.minutes / 60

    @classmethod
    def of(cls, minutes: Mapping[int | None, int]) -> "Median":
        """From how often each number of minutes was met; None stands for not known."""
        known = {value: count for value, count in minutes.items() if value is not None}
        return cls(_middle(known), sum(known.values()))


def _middle(counts: Mapping[int, int]) -> float | None:
    total = sum(counts.values())
    places = (total + 1) // 2, total // 2 + 1
    found: list[int] = []
    passed = 0
    for value in sorted(counts):
        passed += counts[value]
        while len(found) < len(places) and passed >= places[len(found)]:
            found.append(value)
    return sum(found) / 2 if found else None


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one group of cases.

    `received`: first rounds. `redone`: further rounds, after “not solved” or a reopening.
    `withdrawn`: of both, taken back by the company; these enter no rate.
    `responded`: contacted, of those contacted or past the time for it. `on_time`: answered by the
    answer's due moment, of those answered or past it. `solved`: the company said “solved”, of those
    that said anything. `satisfied`: scores of 4 and 5, of all scores. `to_contact`, `to_answer`:
    working time from the start of the round, without the time in which the company was asked.
    `open`, `overdue`: as things stand now, whatever the period.
    """

    received: int = 0
    redone: int = 0
    withdrawn: int = 0
    responded: Share = Share()
    on_time: Share = Share()
    solved: Share = Share()
    satisfied: Share = Share()
    to_contact: Median = Median()
    to_answer: Median = Median()
    open: int = 0
    overdue: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing came in and nothing is open."""
        return not (self.received or self.redone or self.withdrawn or self.open)

    @classmethod
    def of(cls, facts: Met, to_contact: Met, to_answer: Met) -> "Figures":
        """From how often each value was met; facts are `Fact`s in one number."""
        met = {
            fact: sum(count for value, count in facts.items() if (value or 0) & fact.value)
            for fact in Fact
        }
        return cls(
            received=met[Fact.FIRST],
            redone=met[Fact.AGAIN],
            withdrawn=met[Fact.WITHDRAWN],
            responded=_share(met, Fact.CONTACTED, Fact.CONTACT_MISSED),
            on_time=_share(met, Fact.ON_TIME, Fact.LATE),
            solved=_share(met, Fact.SOLVED, Fact.UNSOLVED),
            satisfied=_share(met, Fact.SATISFIED, Fact.UNSATISFIED),
            to_contact=Median.of(to_contact),
            to_answer=Median.of(to_answer),
            open=met[Fact.OPEN],
            overdue=met[Fact.OVERDUE],
        )


def _share(met: Mapping[Fact, int], yes: Fact, no: Fact) -> Share:
    return Share(met[yes], met[yes] + met[no])


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both included. `key` names it: see `Span`."""

    key: str
    first: date
    last: date


class Span(StrEnum):
    """The periods that are offered; `month` and `year` are those that run."""

    WEEK = "week"
    LAST_WEEK = "last_week"
    MONTH = "month"
    LAST_MONTH = "last_month"
    YEAR = "year"
    LAST_YEAR = "last_year"

    def period(self, today: date) -> Period:
        """The days of the period, as seen from `today`; one that runs ends today."""
        first, last = _DAYS[self](today)
        return Period(self.value, first, min(last, today))


def _week(today: date, back: int = 0) -> tuple[date, date]:
    monday = today - timedelta(days=today.weekday() + 7 * back)
    return monday, monday + timedelta(days=6)


def _month(today: date) -> tuple[date, date]:
    first = today.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _year(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


_DAYS: dict[Span, Callable[[date], tuple[date, date]]] = {
    Span.WEEK: _week,
    Span.LAST_WEEK: lambda today: _week(today, 1),
    Span.MONTH: _month,
    Span.LAST_MONTH: lambda today: _month(today.replace(day=1) - timedelta(days=1)),
    Span.YEAR: lambda today: _year(today.year),
    Span.LAST_YEAR: lambda today: _year(today.year - 1),
}


@dataclass(frozen=True, slots=True)
class Line:
    """The figures of one member of a dimension; `key` is its code, "" where it is not known."""

    key: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Report:
    """Figures of a period, for one category or all, in the departments that the reader may see.

    `departments` is empty for the whole office. `lines` are the most frequent first, months in
    their order.
    """

    period: Period
    category: Category | None
    departments: tuple[str, ...]
    total: Figures
    lines: Mapping[Dimension, tuple[Line, ...]] = field(default_factory=dict)

    @property
    def top_needs(self) -> tuple[Line, ...]:
        """The categories in which most came in."""
        needs = [line for line in self.lines.get(Dimension.CATEGORY, ()) if line.figures.received]
        return tuple(sorted(needs, key=lambda line: -line.figures.received)[:TOP_NEEDS])


def report_of(
    cases: Sequence[Case],
    period: Period,
    *,
    shares: Sequence[Case] = (),
    departments: tuple[str, ...] = (),
    category: Category | None = None,
    dimensions: Iterable[Dimension] = (),
) -> Report:
    """Count the cases, in all and told apart.

    `shares` are co-handlers' parts of tickets that count with their lead already: they count only
    where departments are told apart.
    """
    lines = {
        dimension: _told_apart(
            [*cases, *shares] if dimension is Dimension.DEPARTMENT else cases, dimension
        )
        for dimension in dimensions
    }
    facts, to_contact, to_answer = (Counter(map(itemgetter(place), cases)) for place in range(3))
    total = Figures.of(facts, to_contact, to_answer)
    return Report(period, category, departments, total, lines)


def _told_apart(cases: Sequence[Case], dimension: Dimension) -> tuple[Line, ...]:
    """One line per member, the most frequent first; months in their order."""
    member = itemgetter(Case._fields.index(dimension.value))
    facts, to_contact, to_answer = (_met_by(cases, member, itemgetter(place)) for place in range(3))
    lines = [
        Line(key or "", Figures.of(facts[key], to_contact[key], to_answer[key]))
        for key in facts
        if key or dimension is not Dimension.MONTH  # open, but begun at another time
    ]
    if dimension is Dimension.MONTH:
        return tuple(sorted(lines, key=lambda line: line.key))
    return tuple(sorted(lines, key=_rank))


def _met_by(
    cases: Sequence[Case], member: Callable[[Case], str | None], value: Callable[[Case], int | None]
) -> dict[str | None, dict[int | None, int]]:
    """Counted pair by pair in one go: there may be a hundred thousand cases."""
    met: dict[str | None, dict[int | None, int]] = defaultdict(dict)
    pairs = zip(map(member, cases), map(value, cases), strict=True)
    for (key, number), count in Counter(pairs).items():
        met[key][number] = count
    return met


def _rank(line: Line) -> tuple[int, int, str]:
    return -line.figures.received - line.figures.redone, -line.figures.open, line.key


def working_minutes(
    start: datetime, end: datetime | None, pauses: Iterable[Pause], calendar: WorkCalendar
) -> int | None:
    """Whole minutes of working time from `start` to `end` less those of pauses; None while it
    lasts."""
    if end is None:
        return None
    stood_still = sum(
        (
            calendar.working_time_between(pause.start, min(pause.end or end, end))
            for pause in merged(pauses, start)
        ),
        timedelta(),
    )
    return (calendar.working_time_between(start, end) - stood_still) // timedelta(minutes=1)
