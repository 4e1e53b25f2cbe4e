"""Which fiscal years numbers belong to: 去年, 2024年度, FY2025, 近三年, 2023年至2025年."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from domain.days_said import counts_years

_YEAR = re.compile(
    r"(?P<word>上上年度?|大前年|前年|去年|上一?年度?|今年|本年|the year before last|last year|"
    r"this year|the year before)|"
    r"(?<!\d)(?P<full>20[012]\d)(?:年度?|财年)|"
    r"(?<!\d)(?P<short>[012]\d)年度?|"
    r"(?:in|fy|for|during) ?(?P<english>20[012]\d)(?!\d)|fy ?(?P<fy>[12]\d)(?!\d)|"
    r"(?<![\d.,])(?P<bare>20[12]\d)(?=[ :：是为、)]|[和与及,]20\d\d|这?[两三]年)"
)
_AGO = {"大前年": 3, "前年": 2, "上上年": 2, "上上年度": 2, "去年": 1, "上年": 1, "上年度": 1,
        "上一年": 1, "上一年度": 1, "今年": 0, "本年": 0, "last year": 1, "this year": 0,
        "the year before": 2, "the year before last": 2}  # fmt: skip
_LAST_YEARS = re.compile(
    r"(?:近|前|最近|过去|这)(?P<n>[三两二四五2345])(?:个)?(?:会计|财)?年(?:度|来)?|"
    r"(?P<turn>[三两])年(?=的?[^,\d]{0,4}(?:分别|依次))|"
    r"(?:last|past|previous) (?P<english>two|three|2|3) years"
)
_RANGE = re.compile(
    r"(?<!\d)(?P<first>(?:20)?[012]\d)年?(?:度)?(?:到|至|-|~)(?P<last>(?:20)?[012]\d)(?:年|"
    r"(?<=20\d\d)(?!\d))"
)
#: 23、24、25年, 2023/2024/2025年: years one after the other, the last with its 年.
_LISTED = re.compile(
    r"(?<!\d)(?P<years>(?:(?:20)?[012]\d年?(?:、|,|/|和|及)){1,4}(?:20)?[012]\d)(?:这?[两三四]?年|年度)"
)
#: What no year is without.
_ANY = re.compile("年|year|20|fy")
_COUNT = {"两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "two": 2, "three": 3}


@dataclass(frozen=True, slots=True)
class YearSaid:
    """A year and where it stands."""

    year: int
    start: int
    end: int


def find_years(text: str, this_year: int) -> list[YearSaid]:
    """Every fiscal year named in a plain text; a year still to come is left out."""
    if not _ANY.search(text):
        return []
    found = [
        YearSaid(_year(match, this_year), *match.span())
        for match in _YEAR.finditer(text)
        if not (match["short"] and counts_years(text, *match.span()))
    ]
    return [said for said in found if 1980 <= said.year <= this_year]


def is_listed_year(text: str, start: int, end: int) -> bool:
    """Whether a number there is one of several years: the 23 of 23、24、25年."""
    return any(m.start() <= start and end <= m.end() for m in _LISTED.finditer(text))


def years_length(text: str, years: Iterable[YearSaid]) -> int:
    """How many characters of a plain text name its years."""
    for pattern in (_LAST_YEARS, _RANGE, _LISTED) if _ANY.search(text) else ():
        if match := pattern.search(text):
            return match.end() - match.start()
    return sum(year.end - year.start for year in years)


def years_listed(text: str, this_year: int) -> list[int]:
    """The fiscal years a plain text speaks of together, in its order: 近三年 is oldest first."""
    if not _ANY.search(text):
        return []
    if match := _LAST_YEARS.search(text):
        words = match["n"] or match["turn"] or match["english"]
        count = int(words) if words.isdigit() else _COUNT[words]
        return list(range(this_year - count, this_year))
    if match := _RANGE.search(text):
        first, last = (int(match[name][-2:]) + 2000 for name in ("first", "last"))
        return list(range(first, min(last, this_year) + 1))
    if match := _LISTED.search(text):
        listed = [int(year[-2:]) + 2000 for year in re.findall(r"\d+", match["years"])]
        return [year for year in listed if year <= this_year]
    return list(dict.fromkeys(said.year for said in find_years(text, this_year)))


def _year(match: re.Match[str], this_year: int) -> int:
    if match["word"]:
        return this_year - _AGO[match["word"]]
    if short := match["short"] or match["fy"]:
        return 2000 + int(short)
    return int(match["full"] or match["english"] or match["bare"])
