"""Which fiscal year a number belongs to: 去年, 前年, 2024年, last year, FY2025."""

from __future__ import annotations

import re
from dataclasses import dataclass

_YEAR = re.compile(
    r"(?P<word>大前年|前年|去年|上年度?|今年|本年|last year|this year|the year before)|"
    r"(?<!\d)(?P<full>20[012]\d)(?:年度?|财年)|(?<!\d)(?P<short>[12]\d)年(?!前|了|来|后|多|以)|"
    r"(?:in|fy|for) ?(?P<english>20[012]\d)(?!\d)|(?<![\d.,])(?P<bare>20[12]\d)(?=[ :：是为])"
)
_AGO = {"大前年": 3, "前年": 2, "去年": 1, "上年": 1, "上年度": 1, "今年": 0, "本年": 0,
        "last year": 1, "this year": 0, "the year before": 2}  # fmt: skip


@dataclass(frozen=True, slots=True)
class YearSaid:
    """A year and where it stands."""

    year: int
    start: int
    end: int


def find_years(text: str, this_year: int) -> list[YearSaid]:
    """Every fiscal year named in a plain text; a year still to come is left out."""
    found = [YearSaid(_year(match, this_year), *match.span()) for match in _YEAR.finditer(text)]
    return [said for said in found if 1980 <= said.year <= this_year]


def _year(match: re.Match[str], this_year: int) -> int:
    if match["word"]:
        return this_year - _AGO[match["word"]]
    if match["short"]:
        return 2000 + int(match["short"])
    return int(match["full"] or match["english"] or match["bare"])
