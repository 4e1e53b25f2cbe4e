"""How facts read: values with their units, ranges, dates, lists."""

import math
from collections.abc import Mapping
from datetime import date

from domain.catalogue import Catalogue
from domain.contradictions import Contradiction
from domain.evaluation import Shown
from domain.facts import FOUNDED, DateSpan, FactSpec, FactValue, Held, Kind, PerYear, Span
from domain.industries import IndustryBook
from domain.measures import TITLES
from views import formats
from views.translations import Translator

_MONEY = "万元"


def label(t: Translator, spec: FactSpec) -> str:
    """The name of a fact."""
    return spec.label.of(t.locale)


def question(t: Translator, spec: FactSpec, year: int | None, *, is_plan: bool = False) -> str:
    """The question of a fact, for a fiscal year where it has one; of a plan, when it starts."""
    if is_plan and spec.key == FOUNDED:
        return t.plain("matching.question.planned_day")
    words = (spec.question or spec.label).of(t.locale)
    return words.replace("{year}", str(year)) if year is not None else words


def title(t: Translator, catalogue: Catalogue, name: str) -> str:
    """A title a company holds, in words."""
    spec = catalogue.fact(TITLES)
    options = spec.options if spec is not None else ()
    return next((option.of(t.locale) for option in options if option.value == name), name)


def clash(t: Translator, catalogue: Catalogue, told: Contradiction) -> str:
    """「员工人数 20 人，科技人员 50 人」"""
    keys = told.keys if len(told.keys) > 1 else told.keys * len(told.told)
    parts = []
    for key, known in zip(keys, told.told, strict=False):
        spec = catalogue.facts[key]
        words = value(t, spec, known, catalogue.industries)
        parts.append(t.plain("companies.check.told", label=label(t, spec), value=words))
    return t.plain("companies.value.joint").join(parts)


def value(
    t: Translator, spec: FactSpec, known: FactValue, industries: IndustryBook | None = None
) -> str:
    """A value in words: `75–89 人`, `2015 年`, `2025 年 3000 万元`."""
    match known:
        case PerYear():
            years = [_year(t, spec, year, span) for year, span in reversed(known.years)]
            return t.plain("companies.value.joint").join(years)
        case Span():
            return span(t, spec, known)
        case DateSpan():
            return days(t, known)
        case Held():
            return _held(t, spec, known)
        case bool():
            return t.plain("companies.value.yes" if known else "companies.value.no")
        case _:
            return _word(t, spec, known, industries)


def _year(t: Translator, spec: FactSpec, year: int, known: Span) -> str:
    return t.plain("companies.value.of_year", year=year, value=span(t, spec, known))


def span(t: Translator, spec: FactSpec, known: Span) -> str:
    """A number or a range with its unit."""
    low = None if known.low is None else _number(t, spec, known.low)
    high = None if known.high is None else _number(t, spec, known.high)
    if known.exact and low is not None:
        return low
    if high is None:
        return t.plain("companies.value.at_least", value=low)
    if low is None:
        return t.plain("companies.value.at_most", value=high)
    if _has_tail(spec):
        low = formats.number(known.low or 0)
    return t.plain("companies.value.between", low=low, high=high)


def _has_tail(spec: FactSpec) -> bool:
    """Whether the unit follows the number, so that a range names it once."""
    return spec.kind is not Kind.RATIO and not _is_money(spec)


def _is_money(spec: FactSpec) -> bool:
    return spec.unit is not None and spec.unit.zh == _MONEY


def _number(t: Translator, spec: FactSpec, number: float) -> str:
    if spec.kind is Kind.RATIO:
        return formats.percent(number)
    if _is_money(spec):
        return formats.amount(t, number)
    if spec.unit is None:
        return formats.number(number)
    return f"{formats.number(number)} {spec.unit.of(t.locale)}"


def days(t: Translator, known: DateSpan) -> str:
    """A day, a month or a year, by how much is known."""
    low, high = known.low, known.high
    if low is None and high is not None:
        return t.plain("companies.value.until_year", year=high.year)
    if high is None and low is not None:
        return t.plain("companies.value.since_year", year=low.year)
    if low is None or high is None:
        return ""
    if low == high:
        return t.plain("companies.value.day", year=low.year, month=low.month, day=low.day)
    if (low.year, low.month) == (high.year, high.month):
        return t.plain("companies.value.month", year=low.year, month=low.month)
    if low.year == high.year:
        return t.plain("companies.value.year", year=low.year)
    return t.plain("companies.value.years", first=low.year, last=high.year)


def _held(t: Translator, spec: FactSpec, known: Held) -> str:
    words = {option.value: option.of(t.locale) for option in spec.options}
    parts = [_held_item(t, words, name, ends) for name, ends in known.items]
    if not parts and known.complete:
        return t.plain("companies.value.none")
    denied = [words.get(name, name) for name in known.denied]
    if not parts and len(denied) == len(spec.options):
        return t.plain("companies.value.none")
    parts += [
        t.plain("companies.value.not_held", item=name) for name in denied if not known.complete
    ]
    return t.plain("companies.value.joint").join(parts)


def _held_item(t: Translator, words: Mapping[str, str], name: str, ends: date | None) -> str:
    word = words.get(name, name)
    if ends is None:
        return word
    return t.plain("companies.value.until", item=word, day=ends.isoformat())


def _word(t: Translator, spec: FactSpec, known: str, industries: IndustryBook | None) -> str:
    if spec.kind is Kind.CODE:
        industry = industries.get(known) if industries else None
        name = industry.of(t.locale) if industry else None
        return t.plain("companies.value.code", name=name, code=known) if name else known
    return next((one.of(t.locale) for one in spec.options if one.value == known), known)


def shown(
    t: Translator, spec: FactSpec | None, looked_at: Shown, *, is_share: bool, is_chosen: bool
) -> str | None:
    """What a criterion looked at, for the brackets behind it; None where words say enough.

    With `is_chosen` a choice is said too: 现为厂房.
    """
    match looked_at:
        case DateSpan() if spec is not None:
            return days(t, looked_at)
        case Span() if spec is not None and is_share and spec.kind is not Kind.RATIO:
            return _share(t, looked_at)
        case Span() if spec is not None:
            return _age(t, spec, looked_at) if spec.key == "age" else span(t, spec, looked_at)
        case frozenset() if spec is not None and is_chosen:
            words = [option.of(t.locale) for option in spec.options if option.value in looked_at]
            return t.plain("companies.value.or").join(words) or None
        case _:
            return None


def _age(t: Translator, spec: FactSpec, age: Span) -> str:
    """Full years only: nobody says 10.9 years old; months before the first birthday."""
    if age.high is not None and age.high < 0:
        return t.plain("companies.value.not_founded")
    if age.high is not None and age.high < 1:
        return t.plain("companies.value.months", count=max(0, math.floor(age.high * 12)))
    whole = Span(*(None if end is None else math.floor(end) for end in (age.low, age.high)))
    return span(t, spec, whole)


def _share(t: Translator, known: Span) -> str:
    ends = [formats.percent(end) for end in (known.low, known.high) if end is not None]
    if known.exact or len(ends) == 1:
        return ends[0] if ends else ""
    return t.plain("companies.value.between", low=ends[0], high=ends[1])
