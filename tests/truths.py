"""Companies of which everything is known exactly and nothing contradicts, and less and less of it.

What is said of a company with ranges and gaps must hold of every company it could be: `truths`
draws such companies, `half_known` says less of one, and `better_known` a little more again.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from domain.contradictions import PART_AND_WHOLE
from domain.derived import Readings
from domain.facts import (
    NUMERIC,
    DateSpan,
    FactDictionary,
    FactSpec,
    FactValue,
    Held,
    Kind,
    PerYear,
    Profile,
    Span,
)
from tests.trees import CODES, HAIR, NUMBERS


def truths(seed: int, facts: FactDictionary, day: date, many: int) -> list[Profile]:
    """Companies that know everything, exactly."""
    random = Random(seed)
    return [_truth(random, facts, day) for _ in range(many)]


def _truth(random: Random, facts: FactDictionary, day: date) -> Profile:
    while True:
        values = {
            spec.key: _exactly(random, spec, day)
            for spec in facts
            if not spec.derived and spec.kind is not Kind.TEXT
        }
        for part, whole in PART_AND_WHOLE:
            values[part] = _least(values[part], values[whole])
        profile = Profile(_from_founding_on(values))
        profile = profile.without("rnd_ratio", "revenue_growth")
        profile = _stated(profile, random, facts, day)
        if not Readings(profile, day).contested:
            return profile


def _exactly(random: Random, spec: FactSpec, day: date) -> FactValue:
    if spec.per_year:
        years = range(day.year - 4, day.year)
        return PerYear.of({year: Span.exactly(_number(random, spec)) for year in years})
    match spec.kind:
        case Kind.NUMBER | Kind.RATIO:
            return Span.exactly(_number(random, spec))
        case Kind.DATE:
            return DateSpan.exactly(day - timedelta(days=random.choice((-30, 0, 1, 364, 365, 366,
                731, 1095, 1096, 2000, 4000))))  # fmt: skip
        case Kind.FLAG:
            return random.random() < 0.5
        case Kind.CHOICE:
            return random.choice(spec.options).value
        case Kind.CODE:
            return random.choice([code for code in CODES if len(code) == 4])
    held = [option.value for option in spec.options if random.random() < 0.5]
    ends = [None, day - timedelta(days=1), day, day + timedelta(days=1)]
    return Held(tuple((name, random.choice(ends)) for name in held), complete=True)


def _number(random: Random, spec: FactSpec) -> float:
    assert spec.bounds is not None
    least, most = spec.bounds
    return random.choice([number for number in NUMBERS if least <= number <= most])


def _least(part: FactValue, whole: FactValue) -> FactValue:
    assert isinstance(part, Span)
    assert isinstance(whole, Span)
    return min(part, whole, key=lambda span: span.low or 0)


def _from_founding_on(values: dict[str, FactValue]) -> dict[str, FactValue]:
    """Fiscal years before the founding have no amounts."""
    founded = values["established_on"]
    assert isinstance(founded, DateSpan)
    assert founded.low is not None
    first = founded.low.year
    return {
        key: PerYear(tuple(one for one in value.years if one[0] >= first))
        if isinstance(value, PerYear)
        else value
        for key, value in values.items()
    }


def _stated(profile: Profile, random: Random, facts: FactDictionary, day: date) -> Profile:
    """What a company may state of itself follows from its amounts."""
    readings = Readings(profile, day)
    for stated, computed in (("rnd_ratio", "rnd_ratio_last"), ("revenue_growth", "growth_last")):
        number = readings.number(computed)
        bounds = facts[stated].bounds or (0, 0)
        is_exact = number.low == number.high and bounds[0] <= number.low <= bounds[1]
        if is_exact and abs(number.low) > HAIR * 100 and random.random() < 0.7:
            profile = profile.with_fact(stated, Span.exactly(number.low))
    return profile


def half_known(truth: Profile, random: Random, facts: FactDictionary, day: date) -> Profile:
    """Less of a company: facts left out, ranges for numbers and days, lists half said."""
    share = random.choice((0.5, 0.8, 0.95))
    known = {
        key: less
        for key, value in truth.values.items()
        if random.random() < share and (less := _less(value, random, facts[key])) is not None
    }
    return Profile(known)


def _less(value: FactValue, random: Random, spec: FactSpec) -> FactValue | None:
    match value:
        case Span():
            return _wider(value, random, spec)
        case DateSpan(low=date() as day) if random.random() < 0.5:
            return random.choice(
                (
                    DateSpan(date(day.year, 1, 1), date(day.year, 12, 31)),
                    DateSpan(None, day + timedelta(days=1)),
                    DateSpan(day - timedelta(days=400), day + timedelta(days=400)),
                    DateSpan(day, None),
                )
            )
        case PerYear():
            years = [
                (year, _wider(span, random, spec))
                for year, span in value.years
                if random.random() < 0.9
            ]
            return PerYear(tuple(years)) if years else None
        case Held():
            return _half_said(value, random, spec)
        case str() if spec.kind is Kind.CODE:
            return value[: random.choice((2, 3, 4))]
    return value


def _wider(span: Span, random: Random, spec: FactSpec) -> Span:
    assert spec.kind in NUMERIC
    assert spec.bounds is not None
    assert span.low is not None
    if random.random() < 0.5:
        return span
    least, most = spec.bounds
    below = [number for number in NUMBERS if least <= number <= span.low]
    above = [number for number in NUMBERS if span.low <= number <= most]
    low = random.choice([*below, span.low, None])
    high = random.choice([*above, span.low] if low is None else [*above, span.low, None])
    wider = spec.model_copy(update={"per_year": False}).check(Span(low, high))
    assert isinstance(wider, Span)
    return wider


def _half_said(held: Held, random: Random, spec: FactSpec) -> Held:
    items = tuple(item for item in held.items if random.random() < 0.7)
    named = {name for name, _ in held.items}
    absent = [option.value for option in spec.options if option.value not in named]
    return Held(items, tuple(name for name in absent if random.random() < 0.7))


def better_known(known: Profile, truth: Profile, random: Random) -> Profile:
    """A little more: some facts as they truly are."""
    told = {key: value for key, value in truth.values.items() if random.random() < 0.3}
    return Profile({**known.values, **told})
