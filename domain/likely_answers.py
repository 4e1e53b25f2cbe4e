"""What a company may well answer to a question, and how likely that is: to rank questions by.

Nothing is concluded from these; they only say which question is worth asking first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from domain.facts import DateSpan, FactSpec, FactValue, Held, Kind, PerYear, Span

SELDOM = 0.05
"""How likely a yes is where the dictionary calls it rare (fines, arrears)."""

TYPICAL_INDUSTRIES = ("39", "51", "65", "73")
"""Manufacturing, wholesale, software, research: rows of the size table that differ most."""

DAYS_AGO = (30, 800, 4000)
"""Days that differ most in what they make of a company's age and of a loan's year."""

WIDE = 10_000
"""How far an open range is thought to go on."""

Likely = tuple[FactValue, float]


def likely_answers(
    spec: FactSpec, known: FactValue | None, year: int | None, as_of: date
) -> list[Likely]:
    """Answers with their chances, which add up to 1; none for names, which no criterion reads.

    Of a fact that is known but not exactly the answers lie within what is known.
    """
    answers = _answers(spec, _said(known, year), as_of)
    if year is None:
        return list(answers)
    return [(_of_year(value, year), chance) for value, chance in answers]


def _said(known: FactValue | None, year: int | None) -> FactValue | None:
    return known.year(year) if isinstance(known, PerYear) and year is not None else known


def _of_year(value: FactValue, year: int) -> FactValue:
    return PerYear.of({year: value}) if isinstance(value, Span) else value


def _answers(spec: FactSpec, known: FactValue | None, as_of: date) -> Iterator[Likely]:
    match spec.kind:
        case Kind.NUMBER | Kind.RATIO:
            yield from _alike(_within(known) if isinstance(known, Span) else spec.spans)
        case Kind.FLAG:
            chance = SELDOM if spec.rare else 0.5
            yield from ((True, chance), (False, 1 - chance))
        case Kind.CHOICE:
            yield from _alike([option.value for option in spec.options])
        case Kind.CHOICES:
            yield Held(complete=True), 0.5
            items = [Held(((option.value, None),), complete=True) for option in spec.options]
            yield from ((value, chance / 2) for value, chance in _alike(items))
        case Kind.DATE:
            within = known if isinstance(known, DateSpan) else None
            days = _days_within(within, as_of) if within else _days_before(as_of)
            yield from _alike([DateSpan.exactly(day) for day in days])
        case Kind.CODE:
            is_known = isinstance(known, str)
            codes = [f"{known}{digit}" for digit in range(10)] if is_known else TYPICAL_INDUSTRIES
            yield from _alike(codes)
        case Kind.TEXT:
            return


def _alike(values: Sequence[FactValue]) -> Iterator[Likely]:
    for value in values:
        yield value, 1 / len(values)


def _within(known: Span) -> list[Span]:
    """Both ends of a range and its middle; of an open one what is well beyond the end."""
    low, high = known.low, known.high
    if low is None:
        low = -WIDE if high is None else high - WIDE
    if high is None:
        high = low + WIDE
    return [Span.exactly(number) for number in (low, (low + high) / 2, high)]


def _days_within(known: DateSpan, as_of: date) -> list[date]:
    """Both ends of a range of days and its middle."""
    high = known.high or max(as_of, known.low or as_of)
    low = known.low or high - timedelta(days=max(DAYS_AGO))
    return [low, low + (high - low) / 2, high]


def _days_before(as_of: date) -> list[date]:
    return [as_of - timedelta(days=days) for days in DAYS_AGO]
