"""Numbers in a phrase about time: 3, 2.5, 十二, 半, two, half an; patterns for them and values."""

import re

from domain.chinese_numbers import ENGLISH, chinese_number

_FRACTIONS_AND_ARTICLES = {"半": 0.5, "half a": 0.5, "half an": 0.5, "a": 1, "an": 1}
_WORDS: dict[str, float] = {**ENGLISH, **_FRACTIONS_AND_ARTICLES}

#: A number in Chinese text, and in English text; both bounded, so that a long text is read fast.
NUMERAL = r"(?:\d{1,5}(?:\.\d)?|[零〇一二两三四五六七八九十百]{1,7}|半)"
WORD_NUMERAL = (
    r"(?:\d{1,5}(?:\.\d)?|\b(?:" + "|".join(sorted(_WORDS, key=len, reverse=True)) + r")\b)"
)


def number(written: str) -> float | None:
    """Give the value of a numeral; None when the characters make no number, as 两三 does."""
    if written in _WORDS:
        return _WORDS[written]
    if re.fullmatch(r"\d+(?:\.\d+)?", written):
        return float(written)
    return chinese_number(written)
