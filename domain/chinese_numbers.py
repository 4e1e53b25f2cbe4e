"""Chinese and English number words as numbers; what cannot be read gives None."""

from __future__ import annotations

import re

DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
SMALL_UNITS = {"十": 10, "百": 100, "千": 1000}
BIG_UNITS = {"万": 10_000, "亿": 100_000_000}
UNITS = SMALL_UNITS | BIG_UNITS

_POSITIONAL = re.compile(r"[零〇一二三四五六七八九]{3,}")
_NEIGHBOURS = re.compile(
    r"([一二两三四五六七八九])([一二两三四五六七八九])(?![零〇一二两三四五六七八九])"
)

ENGLISH = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
} | {
    word: value * 10
    for value, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2
    )
}
ENGLISH_SCALES = {"dozen": 12, "hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}


def chinese_number(words: str) -> float | None:
    """一百二十 → 120, 一百二 → 120, 三千五 → 3500, 二〇一五 → 2015."""
    if _POSITIONAL.fullmatch(words):
        return float("".join(str(DIGITS[char]) for char in words))
    total = section = 0.0
    digit: int | None = None
    unit = 1
    for char in words:
        if char in DIGITS:
            if digit:
                return None
            digit = DIGITS[char]
            unit = 1 if digit == 0 else unit
        elif char in SMALL_UNITS:
            unit = SMALL_UNITS[char]
            section += (1 if digit is None else digit) * unit
            digit = None
        else:
            unit = BIG_UNITS[char]
            total, section = _closed(total, section + (digit or 0), unit)
            digit = None
    return total + section + _last_digit(digit, unit)


def spoken_fraction(words: str) -> float | None:
    """三点五 → 3.5, 一千二百点五 → 1200.5, 12点5 → 12.5, 半 → 0.5."""
    if words == "半":
        return 0.5
    whole, _, part = words.partition("点")
    number = float(whole) if whole.isdigit() else chinese_number(whole)
    digits = "".join(char if char.isdigit() else str(DIGITS[char]) for char in part)
    return None if number is None else number + float(f"0.{digits}")


def _closed(total: float, section: float, unit: int) -> tuple[float, float]:
    """万 and 亿 multiply what stands before them; 万亿 multiplies all."""
    if section == 0 and total:
        return total * unit, 0
    return total + (section or 1) * unit, 0


def _last_digit(digit: int | None, unit: int) -> float:
    """The digit at the end: 一百二 means 120, 一百零二 means 102, 十二 means 12."""
    if not digit:
        return 0
    return digit * (unit // 10) if unit >= 100 else digit


def neighbouring_numbers(words: str) -> tuple[float, float] | None:
    """五六十 → (50, 60), 三四千万 → (3000万, 4000万), 十七八 → (17, 18); None for one number."""
    match = _NEIGHBOURS.search(words)
    if match is None or _POSITIONAL.fullmatch(words):
        return None
    low, high = DIGITS[match[1]], DIGITS[match[2]]
    if not (high - low == 1 or (low, high) == (3, 5)):
        return None
    before, after = words[: match.start()], words[match.end() :]
    pair = [chinese_number(before + digit + after) for digit in match.groups()]
    if pair[0] is None or pair[1] is None:
        return None
    return pair[0], pair[1]


def english_number(words: str) -> float | None:
    """Twenty-five → 25, a hundred and twenty → 120, two million → 2000000; half a million."""
    total = current = 0.0
    seen = False
    for word in words.replace("-", " ").split():
        if word in {"and", "a", "an"}:
            continue
        seen = True
        if word in ENGLISH:
            current += ENGLISH[word]
        elif word == "half":
            current += 0.5
        elif word in {"hundred", "dozen"}:
            current = (current or 1) * ENGLISH_SCALES[word]
        elif word in ENGLISH_SCALES:
            total, current = total + (current or 1) * ENGLISH_SCALES[word], 0
        else:
            return None
    return total + current if seen else None
