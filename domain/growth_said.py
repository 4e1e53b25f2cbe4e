"""How much revenue grew last year (fact `revenue_growth`): 营收增长两成, sales fell 8%."""

from __future__ import annotations

import re
from dataclasses import replace

from domain.number_facts import negative, said_of
from domain.number_places import Place, Reading
from domain.numbers_carried import Carried
from domain.said import Said
from domain.sayings import Noun
from domain.voices import Voice

_COMPARED = re.compile(r"(?:比|较|比起|相比|than|over|from) ?$")
#: So many characters at most between a share and the word of growth behind it.
_BEHIND = 2


def growth_said(reading: Reading, place: Place, carried: Carried) -> list[Said] | None:
    """The growth of revenue, nothing for that of anything else; None when the number is none."""
    if place.measures != ("share",):
        return None
    words = reading.book.growth_words
    behind = [hit for hit in words.find(place.right) if hit.start <= _BEHIND]
    hits = words.find(place.left) or behind
    if not hits:
        return None
    grows = _what_grows(reading, place) or carried.noun
    is_revenue = grows is not None and grows.money == "revenue"
    if not is_revenue or reading.clause.voice is not Voice.OWN or not _is_last_year(reading):
        return []
    said = said_of(reading, place, "revenue_growth")
    return [said if hits[-1].values[0] > 0 else replace(said, value=negative(said.value))]


def _what_grows(reading: Reading, place: Place) -> Noun | None:
    """The last noun of an amount before the number, else the first behind it."""
    amounts = [hit for hit in reading.nouns if hit.values[0].money]
    before = [hit.values[0] for hit in amounts if hit.end <= place.quantity.start]
    behind = [hit.values[0] for hit in amounts if hit.start >= place.quantity.end]
    return before[-1] if before else next(iter(behind), None)


def _is_last_year(reading: Reading) -> bool:
    """Whether the growth is that of the last full year against the one before."""
    last, text = reading.as_of.year - 1, reading.clause.text
    compared = [y.year for y in reading.years if _COMPARED.search(text[: y.start])]
    named = [y.year for y in reading.years if not _COMPARED.search(text[: y.start])]
    if named:
        return named[0] == last
    return not compared or compared[0] == last - 1
