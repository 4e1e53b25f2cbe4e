"""A clause with its numbers, and for each number the noun beside it that says what it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from domain.clauses import Clause
from domain.lexicon import Hit
from domain.numerals import find_quantities
from domain.phrases import any_of
from domain.quantities import Quantity
from domain.sayings import Measure, Noun, SayingBook
from domain.years_said import YearSaid, find_years, is_listed_year

#: So many characters at most between a number and a noun that disowns it, or waits for it.
NEAR = 8
PERSONS = frozenset(
    {"人", "号人", "来人", "个人", "口人", "号员工", "people", "person", "persons",
     "-person", "-strong", "employees", "staff", "workers"}
)  # fmt: skip
COUNTED = PERSONS | {"名", "位", "号", "口"}
_YUAN = frozenset({"元", "元人民币", "人民币", "块", "块钱", "cny", "rmb", "yuan"})
_DOLLARS = frozenset(
    {"$", "usd", "us$", "美元", "美金", "美刀", "万美元", "dollar", "dollars", "us dollar",
     "us dollars"}
)  # fmt: skip
_EUROS = frozenset({"eur", "€", "欧元"})
_TIMES = frozenset({"年", "月", "日", "天", "个月", "周", "小时", "分钟", "year", "month", "day"})
_BY_UNIT: dict[str, tuple[Measure, ...]] = {
    "%": ("share",), "": ("count", "people", "points"), "个": ("count", "people"),
    "件": ("count",), "项": ("count",), "本": ("count",), "分": ("points",),
}  # fmt: skip
_LONE = re.compile(r"[零一二两三四五六七八九十百千万亿]|one")
_ONE = "一"
"""No number but a part of a word: 一共有15项."""
_BARE_YEAR = re.compile(r"(?:19|20)\d\d(?!\d)")
#: From lower to higher, where only the higher counts now: 从50人涨到80人.
_FROM_TO = re.compile(
    r"从.{1,14}?(?:涨|增|升|降|跌|掉|减|变|发展|扩大|扩|做)[^,。]{0,4}?到|from .{1,20} to"
)
#: What may stand between a number and the noun behind it: 3000万的营收, 5% of revenue on R&D.
_LINK = any_of(
    "的 多 左右 是 都是 为 都 用于 用来 用在 做 投入 投在 搞 在 花在 来自 靠 了 产品 业务 收入 "
    "授权 有效 注册 in of which on for from to are is were was goes went into total annual valid "
    "them our its the revenue sales turnover output production goods what make come comes work "
    "working we and spent granted authorised authorized registered full-time whom who engineers "
    "engineer"
)
#: 27 of our 110 people work in R&D: what is said behind is said of the part.
_OUT_OF = re.compile(r" ?(?:out )?of (?:our|the|its|all|a total of)? ?")
_LINKED = re.compile(rf"(?: |{_LINK.pattern})*")


@dataclass(frozen=True, slots=True)
class Place:
    """One number with the words to its left and right, up to the neighbouring numbers."""

    quantity: Quantity
    measures: tuple[Measure, ...]
    left: str
    right: str
    begin: int
    end: int


@dataclass(frozen=True)
class Reading:
    """A clause with its numbers, the nouns and the years in it."""

    clause: Clause
    book: SayingBook
    as_of: date
    places: tuple[Place, ...]
    nouns: tuple[Hit[Noun], ...]
    years: tuple[YearSaid, ...]

    def with_place(self, place: Place, other: Place) -> Reading:
        """The clause with one of its numbers read in another way."""
        return replace(self, places=tuple(other if one is place else one for one in self.places))

    @cached_property
    def is_noun_first(self) -> bool:
        """Whether the first number that counts has its noun before it."""
        first = next((place for place in self.places if place.measures), None)
        return first is not None and bool(_before(self, first))

    @cached_property
    def is_noun_last(self) -> bool:
        """Whether the last number that counts has a noun behind it."""
        last = next((place for place in reversed(self.places) if place.measures), None)
        return last is not None and bool(_behind(self, last))


def read_numbers(
    clause: Clause, book: SayingBook, as_of: date, scale: float | None = None
) -> Reading:
    """The numbers of a clause with their surroundings; parts of a date are no numbers here.

    `scale` is the unit in yuan that the text states for amounts without one (单位：万元).
    """
    text = clause.text
    found = (q for q in find_quantities(text) if text[q.start : q.end] != _ONE)
    quantities = [q for q in found if not _is_date_part(text, q)]
    years = find_years(text, as_of.year)
    if _FROM_TO.search(text) and len(quantities) > 1 and len(years) < len(quantities):
        quantities = quantities[1:]
    nouns = [hit for hit in book.noun_words.find(text) if not _is_within(hit, quantities)]
    quantities = [quantity for quantity in quantities if not _is_part_of(quantity, nouns)]
    reading = Reading(clause, book, as_of, _places(text, quantities), tuple(nouns), tuple(years))
    return reading if scale is None else _in_scale(reading, scale)


def is_bare(quantity: Quantity) -> bool:
    """Whether a number has neither unit nor scale."""
    return not (quantity.unit or quantity.currency or quantity.scaled)


def as_amount(place: Place, scale: float) -> Place:
    """A bare number as an amount of money in units of so many yuan."""
    quantity = replace(place.quantity.times(scale), scaled=True)
    return replace(place, quantity=quantity, measures=("money",))


def noun_of_amount(reading: Reading, place: Place) -> Noun | None:
    """The noun that a bare number would have if it were an amount."""
    amount = as_amount(place, 1)
    noun = noun_of(reading.with_place(place, amount), amount)
    return noun if noun and noun.money else None


def _in_scale(reading: Reading, scale: float) -> Reading:
    """The bare numbers beside the noun of an amount, in the unit that was stated."""
    return replace(reading, places=tuple(
        as_amount(place, scale)
        if is_bare(place.quantity) and noun_of_amount(reading, place) else place
        for place in reading.places
    ))  # fmt: skip


def measures_of(quantity: Quantity, text: str) -> tuple[Measure, ...]:
    """What a number may measure by its unit; nothing for a unit that no fact has.

    A lone 一, or one, counts nothing.
    """
    written = text[quantity.start : quantity.end].strip()
    if quantity.low == quantity.high and _LONE.fullmatch(written):
        return ()
    unit, cash = quantity.unit, quantity.currency
    if {unit, cash} & _EUROS:
        return ()
    if {unit, cash} & _DOLLARS:
        return ("dollars",)
    if unit in COUNTED:
        return ("people",)
    if cash or unit in _YUAN or (quantity.scaled and not unit):
        return ("money",)
    return _BY_UNIT.get(unit, ())


def noun_of(reading: Reading, place: Place) -> Noun | None:
    """The noun a number stands beside: around it, before it, or behind it where nouns follow."""
    if not reading.nouns:
        return None
    at = reading.places.index(place)
    if at and _OUT_OF.fullmatch(reading.places[at - 1].right):
        return None
    if _OUT_OF.fullmatch(place.right):
        place = reading.places[at + 1]
    around = _standing(reading, place, lambda hit: hit.start < place.quantity.start < hit.end)
    if around:
        return around[0][1]
    before, behind = _before(reading, place), _behind(reading, place)
    keeps_left = before and reading.is_noun_first and not before[-1][1].none
    if behind and not keeps_left and _is_free(reading, place, behind[0]):
        return behind[0][1]
    return before[-1][1] if before else None


def _places(text: str, quantities: list[Quantity]) -> tuple[Place, ...]:
    begins = [0, *(quantity.end for quantity in quantities)]
    ends = [*(quantity.start for quantity in quantities[1:]), len(text)]
    return tuple(
        Place(q, measures_of(q, text), text[begin : q.start], text[q.end : end], begin, end)
        for q, begin, end in zip(quantities, begins, ends, strict=False)
    )


def _is_within(hit: Hit[Noun], quantities: list[Quantity]) -> bool:
    return any(q.start <= hit.start and hit.end <= q.end for q in quantities)


def _is_part_of(quantity: Quantity, nouns: list[Hit[Noun]]) -> bool:
    """A number that is part of a name: 一类知识产权; a name with a gap is one around its number."""
    return any(
        hit.start <= quantity.start and quantity.end <= hit.end and "…" not in hit.word
        for hit in nouns
    )


def _is_date_part(text: str, quantity: Quantity) -> bool:
    written = text[quantity.start : quantity.end].strip()
    is_bare = not quantity.unit and not quantity.currency
    is_year = is_bare and _BARE_YEAR.fullmatch(written) is not None
    is_year = is_year or (quantity.unit in _YUAN and _stands_for_year(text, quantity))
    is_year = is_year or (is_bare and is_listed_year(text, quantity.start, quantity.end))
    return quantity.unit.removesuffix("s") in _TIMES or is_year


def _stands_for_year(text: str, quantity: Quantity) -> bool:
    """2023 RMB 1.1m: a year, then an amount with its currency before it."""
    written = text[quantity.start : quantity.end]
    return _BARE_YEAR.match(written) is not None and text[quantity.end :].lstrip()[:1].isdigit()


_Found = tuple[Hit[Noun], Noun]


def _standing(reading: Reading, place: Place, stands: Callable[[Hit[Noun]], bool]) -> list[_Found]:
    """The nouns standing so that say something of a number of this kind."""
    return [
        (hit, noun) for hit in reading.nouns if stands(hit)
        for noun in hit.values if noun.concerns(place.measures)
    ]  # fmt: skip


def _before(reading: Reading, place: Place) -> list[_Found]:
    return _standing(reading, place, lambda hit: _stands_before(place, hit))


def _stands_before(place: Place, hit: Hit[Noun]) -> bool:
    """Behind the number before; what disowns a number stands close by, and is not counted itself
    (12家店 300多员工)."""
    if not (place.begin <= hit.start and hit.end <= place.quantity.start):
        return False
    is_counted = place.begin > 0 and not place.left[: hit.start - place.begin].strip()
    is_near = place.quantity.start - hit.end <= NEAR
    return not hit.values[0].none or (is_near and not is_counted)


def _behind(reading: Reading, place: Place) -> list[_Found]:
    return _standing(reading, place, lambda hit: _stands_behind(place, hit))


def _stands_behind(place: Place, hit: Hit[Noun]) -> bool:
    between = place.right[: hit.start - place.quantity.end]
    in_place = place.quantity.end <= hit.start < place.end
    return in_place and _LINKED.fullmatch(between) is not None


def _is_free(reading: Reading, place: Place, found: _Found) -> bool:
    """Whether a noun behind a number is not the only one the next number has before it."""
    if place is reading.places[-1] or (reading.is_noun_last and not reading.is_noun_first):
        return True
    following = reading.places[reading.places.index(place) + 1]
    others = [hit for hit, _ in _before(reading, following) if hit is not found[0]]
    return not following.measures or bool(others)
