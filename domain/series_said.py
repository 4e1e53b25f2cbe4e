"""Several amounts at once: 近三年研发分别是110、120、140万, 营收和利润分别为5000万和300万."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from domain.number_facts import WAN, YI, facts_of, said_of
from domain.number_places import Place, Reading
from domain.numbers_carried import YEARLY, Carried, Told
from domain.phrases import any_of
from domain.quantities import Quantity
from domain.said import Said
from domain.sayings import Noun
from domain.voices import Voice
from domain.years_said import years_listed

_IN_TURN = any_of("分别 依次 respectively")
_LINK = re.compile(r" ?(?:、|,|和|及|与|;|and|, and) ?")

Series = tuple[list[Said], Carried]


def series_said(reading: Reading, carried: Carried) -> Series | None:
    """One number per year, or per noun; None when the clause holds no such list."""
    if reading.clause.voice is not Voice.OWN or not reading.places:
        return None
    if carried.waiting and not reading.nouns and carried.told:
        return _by_year(reading, carried.told.key, carried, carried.waiting)
    years = years_listed(reading.clause.text, reading.as_of.year) or carried.years
    nouns = _nouns(reading)
    if not (_IN_TURN.search(reading.clause.text) or _is_list(reading, len(years))):
        return None
    if len(nouns) > 1 and len(nouns) == len(reading.places):
        return _by_noun(reading, nouns, carried)
    noun = nouns[-1] if nouns else carried.noun
    key = _yearly(noun) if noun else None
    if key is None or len(years) <= 1:
        return ([], carried) if key and len(reading.places) > 1 and not reading.years else None
    return _by_year(reading, key, replace(carried, noun=noun), tuple(years))


def _is_list(reading: Reading, count: int) -> bool:
    """Numbers that follow each other with nothing between, as many as there are years."""
    text, found = reading.clause.text, [place.quantity for place in reading.places]
    is_joined = all(_LINK.fullmatch(text[one.end : two.start]) for one, two in pairwise(found))
    return 1 < len(found) == count > len(reading.years) and is_joined


def _nouns(reading: Reading) -> list[Noun]:
    """The different nouns of yearly amounts before the first number."""
    first = reading.places[0].quantity.start
    found = [hit.values[0] for hit in reading.nouns if hit.end <= first]
    return [noun for noun in dict.fromkeys(found) if _yearly(noun)]


def _yearly(noun: Noun) -> str | None:
    """The fact of a noun that is told for each year."""
    return next((key for key in (noun.money, noun.share) if key in YEARLY), None)


def _by_noun(reading: Reading, nouns: list[Noun], carried: Carried) -> Series:
    pairs = zip(nouns, _in_one_scale(reading), strict=True)
    said = [facts_of(reading, place, str(_yearly(noun)), carried) for noun, place in pairs]
    return [item for items in said for item in items], carried


def _by_year(reading: Reading, key: str, carried: Carried, years: tuple[int, ...]) -> Series:
    """The years in turn; what a list still lacks waits for the next clause."""
    pairs = zip(_in_one_scale(reading), years, strict=False)
    said = [said_of(reading, place, key, year) for place, year in pairs]
    measures = reading.places[-1].measures
    told = Told(key, measures, said[-1].year if said else None)
    return said, replace(carried, told=told, waiting=years[len(said) :], open=None)


def _in_one_scale(reading: Reading) -> list[Place]:
    """The amounts of a list; one without a scale takes that of the last: 110、120、140万."""
    last = reading.places[-1].quantity
    if last.unit == "%":
        return [replace(place, measures=("share",), quantity=_scaled(place.quantity, 0.01))
                for place in reading.places]  # fmt: skip
    if not last.scaled:
        return [place for place in reading.places if place.measures == ("money",)]
    scale = YI if "亿" in reading.clause.text[last.start : last.end] else WAN
    return [
        replace(place, quantity=_scaled(place.quantity, scale), measures=("money",))
        for place in reading.places
    ]


def _scaled(quantity: Quantity, scale: float) -> Quantity:
    if quantity.scaled or quantity.unit == "%":
        return quantity
    return replace(quantity.times(scale), scaled=True)
