"""How much revenue grew last year (fact `revenue_growth`): 营收增长两成, sales fell 8%."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from domain.number_facts import negative, said_of
from domain.number_places import Place, Reading
from domain.numbers_carried import Carried, Told
from domain.said import Said
from domain.sayings import Noun
from domain.voices import Voice

_COMPARED = re.compile(r"(?:比|较|比起|相比|than|over|from) ?$")
#: 比上年 is said of the year reported on, 比去年 of the present one.
_LAST_REPORTED = ("上年", "上一年")
#: So many characters at most between a share and the word of growth behind it.
_BEHIND = 2


@dataclass(frozen=True, slots=True)
class Growth:
    """The fact, if it is one; what grew, and that an amount of it may follow (…到了6500万)."""

    said: list[Said]
    of: Noun | None
    told: Told | None


def growth_said(reading: Reading, place: Place, carried: Carried) -> Growth | None:
    """The growth of revenue, no fact for that of anything else; None when the number is none."""
    if place.measures != ("share",):
        return None
    words = reading.book.growth_words
    behind = [hit for hit in words.find(place.right) if hit.start <= _BEHIND]
    hits = words.find(place.left) or behind
    if not hits:
        return None
    grows = _what_grows(reading, place) or carried.noun
    key = grows.money if grows else None
    told = Told(key, ("money",), own=False) if key else carried.told
    is_own = reading.clause.voice is Voice.OWN and _is_last_year(reading)
    if key != "revenue" or not is_own:
        return Growth([], grows, told)
    said = said_of(reading, place, "revenue_growth")
    if hits[-1].values[0] < 0:
        said = replace(said, value=negative(said.value))
    return Growth([said], grows, told)


def _what_grows(reading: Reading, place: Place) -> Noun | None:
    """The last noun of an amount before the number, else the first behind it."""
    amounts = [hit for hit in reading.nouns if hit.values[0].money]
    before = [hit.values[0] for hit in amounts if hit.end <= place.quantity.start]
    behind = [hit.values[0] for hit in amounts if hit.start >= place.quantity.end]
    return before[-1] if before else next(iter(behind), None)


def _is_last_year(reading: Reading) -> bool:
    """Whether the growth is that of the last full year against the one before."""
    last, text = reading.as_of.year - 1, reading.clause.text
    compared = [
        y.year for y in reading.years
        if _COMPARED.search(text[: y.start]) and not text.startswith(_LAST_REPORTED, y.start)
    ]  # fmt: skip
    named = [y.year for y in reading.years if not _COMPARED.search(text[: y.start])]
    if named:
        return named[0] == last
    return not compared or compared[0] == last - 1
