"""The answers a person can tap for a question, in the order of the buttons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.facts import FOUNDED, Band, DateSpan, FactSpec, FactValue, Kind, PerYear, Span
from domain.industries import IndustryBook
from domain.plans import not_yet
from domain.words import Words


@dataclass(frozen=True, slots=True)
class Choice:
    """One button: what is kept, and its words; None where the view words a number itself."""

    value: FactValue
    label: Words | None = None


YES, NO = Words(zh="是", en="Yes"), Words(zh="否", en="No")
RECENT_YEARS = 3


def choices(spec: FactSpec, today: date, industries: IndustryBook | None) -> tuple[Choice, ...]:
    """The buttons of a fact; lists of items are toggled one by one, so they have none here."""
    match spec.kind:
        case Kind.NUMBER | Kind.RATIO:
            return tuple(
                Choice(band.span, band.label or _range_words(spec, band)) for band in spec.bands
            )
        case Kind.FLAG:
            return Choice(value=True, label=YES), Choice(value=False, label=NO)
        case Kind.CHOICE:
            return tuple(
                Choice(option.value, Words(zh=option.zh, en=option.en)) for option in spec.options
            )
        case Kind.DATE:
            return (*_days(today), *_not_yet(spec, today))
        case Kind.CODE:
            buttons = industries.buttons if industries else ()
            return tuple(Choice(one.code, Words(zh=one.zh, en=one.en)) for one in buttons)
        case _:
            return ()


def said_for_year(value: FactValue, year: int | None) -> FactValue:
    """The answer as the fact keeps it: a number of a fiscal year joins the other years."""
    return PerYear.of({year: value}) if year is not None and isinstance(value, Span) else value


def _range_words(spec: FactSpec, band: Band) -> Words:
    low, high = band.range
    unit = spec.unit or Words(zh=" ", en=" ")
    if low is not None and low == high:
        return Words(zh=f"{low:g} {unit.zh}", en=f"{low:g} {unit.en}")
    if high is None:
        return Words(zh=f"{low:g} {unit.zh}以上", en=f"{low:g} {unit.en} or more")
    return Words(zh=f"{low or 0:g}–{high:g} {unit.zh}", en=f"{low or 0:g}–{high:g} {unit.en}")


def _days(today: date) -> tuple[Choice, ...]:
    """The last years one by one, then wider spans; the day itself can be typed."""
    this = today.year
    single = [(this - back, this - back) for back in range(RECENT_YEARS)]
    spans = [*single, (this - 6, this - 3), (this - 11, this - 7), (this - 21, this - 12)]
    earlier = Choice(
        DateSpan(None, date(this - 22, 12, 31)),
        Words(zh=f"{this - 21} 年以前", en=f"before {this - 21}"),
    )
    return (*(_span(first, last, today) for first, last in spans), earlier)


def _not_yet(spec: FactSpec, today: date) -> tuple[Choice, ...]:
    if spec.key != FOUNDED:
        return ()
    return (Choice(not_yet(today), Words(zh="还没有成立", en="not founded yet")),)


def _span(first: int, last: int, today: date) -> Choice:
    value = DateSpan(date(first, 1, 1), min(date(last, 12, 31), today))
    if first == last:
        return Choice(value, Words(zh=f"{first} 年", en=f"{first}"))
    return Choice(value, Words(zh=f"{first}–{last} 年", en=f"{first}–{last}"))
