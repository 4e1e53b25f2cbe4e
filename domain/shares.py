"""Shares that are written in words: 百分之六十, 六成五, 三分之一, 一半, two thirds.

60% is read with the other numbers (`numerals`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from domain.chinese_numbers import DIGITS, chinese_number, spoken_fraction
from domain.quantities import Quantity

_HUNDREDTHS = re.compile(
    r"百分之(?:(?P<han>[零〇一二两三四五六七八九十百]+)(?P<some>几)?(?:点(?P<dot>[零一二三四五六七八九]+))?|"
    r"(?P<digits>\d+(?:\.\d+)?))"
)
_TENTHS = re.compile(
    r"(?P<n>[一二两三四五六七八九十\d])成(?:(?P<half>半)|(?P<dot>[一二三四五六七八九]))?(?P<more>多)?"
    r"(?![立为交功果本长效分员都品年了新]|不(?!到|足|超))"
)
_PARTS = re.compile(r"(?P<of>[二三四五六七八九十])分之(?P<n>[一二三四五六七八九])")
#: Words with the ends of the share they say; over half is left open to the whole.
_NAMED: dict[str, tuple[float, float]] = {
    "百分百|百分之百": (1, 1),
    "一大半|一多半|大半|过半|多半": (0.5, 1),
    "一半": (0.5, 0.5),
    "(?:three |3 )quarters": (0.75, 0.75),
    "(?:a|one) quarter": (0.25, 0.25),
    "two[ -]thirds": (2 / 3, 2 / 3),
    "(?:a|one)[ -]third(?![ -]party)": (1 / 3, 1 / 3),
    "(?<![a-z])half(?= (?:of|is|are|our|the)|$|[,.])": (0.5, 0.5),
}

#: What every one of these has.
_ANY = re.compile("[成分半]|quarter|third|half")

_Said = tuple[float, float, re.Match[str]]


def shares_in(text: str) -> Iterator[Quantity]:
    """Every share in words of a plain text, 0..1 with the unit %; 多 leaves the next step out."""
    if not _ANY.search(text):
        return
    taken: list[tuple[int, int]] = []
    for low, high, match in _all(text):
        start, end = match.span()
        if not any(start < other_end and other < end for other, other_end in taken):
            taken.append((start, end))
            yield Quantity(
                round(low, 6), round(high, 6), start, end, unit="%", under=low < high < 1
            )


def hide_shares(text: str, shares: Iterable[Quantity]) -> str:
    """The text without its shares; every other character stays in its place."""
    for share in shares:
        text = text[: share.start] + "\x00" * (share.end - share.start) + text[share.end :]
    return text


def _all(text: str) -> Iterator[_Said]:
    for words, (low, high) in _NAMED.items():
        yield from ((low, high, match) for match in re.finditer(words, text))
    for match in _PARTS.finditer(text):
        share = DIGITS[match["n"]] / (chinese_number(match["of"]) or 1)
        if share < 1 and match.group() != "百分之一":
            yield share, share, match
    yield from (_hundredths(match) for match in _HUNDREDTHS.finditer(text))
    yield from (_tenths(match) for match in _TENTHS.finditer(text))


def _hundredths(match: re.Match[str]) -> _Said:
    """百分之五点五 is 0.055, 百分之十几 runs from 0.11 to 0.19."""
    if match["digits"]:
        share = float(match["digits"]) / 100
        return share, share, match
    words = match["han"] + (f"点{match['dot']}" if match["dot"] else "")
    number = (spoken_fraction(words) if match["dot"] else chinese_number(words)) or 0
    low, high = (number + 1, number + 10) if match["some"] else (number, number)
    return low / 100, high / 100, match


def _tenths(match: re.Match[str]) -> _Said:
    """六成五 is 0.65, 三成半 0.35, 两成多 runs to just below 0.3."""
    whole = float(match["n"]) if match["n"].isdigit() else chinese_number(match["n"]) or 0
    number = whole + (0.5 if match["half"] else DIGITS.get(match["dot"] or "", 0) / 10)
    return number / 10, (number + bool(match["more"])) / 10, match
