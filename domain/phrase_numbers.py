"""Numbers as people write them in a phrase: 3, 3.5, 十二, 两百, 半, a dozen English words."""

import re

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100}
_WORDS: dict[str, float] = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "a": 1, "an": 1,
    "half a": 0.5, "half an": 0.5,
}  # fmt: skip

#: A number in Chinese text; for the English words see `WORD_NUMERAL`.
NUMERAL = r"(?:\d{1,5}(?:\.\d)?|[零〇一二两三四五六七八九十百]+|半)"
WORD_NUMERAL = (
    r"(?:\d{1,5}(?:\.\d)?|\b(?:" + "|".join(sorted(_WORDS, key=len, reverse=True)) + r")\b)"
)


def number(written: str) -> float | None:
    """Give the value of a numeral; None when the characters make no number, as 两三 does."""
    if written == "半":
        return 0.5
    if written in _WORDS:
        return _WORDS[written]
    if re.fullmatch(r"\d+(?:\.\d+)?", written):
        return float(written)
    return _chinese(written)


def _chinese(written: str) -> float | None:
    total, digit = 0, None
    for sign in written:
        if unit := _UNITS.get(sign):
            total += (1 if digit is None else digit) * unit
            digit = None
        elif sign not in _DIGITS or digit:
            return None
        else:
            digit = _DIGITS[sign]
    return float(total + (digit or 0)) if written else None
