"""Lengths of time as people say them: 半年, 三年多, 一年半, 18个月, two weeks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from domain.chinese_numbers import chinese_number, english_number

DAY, WEEK, MONTH, YEAR = 12 / 365, 84 / 365, 1.0, 12.0
_PER_MONTH = {"年": YEAR, "月": MONTH, "周": WEEK, "星期": WEEK, "天": DAY,
              "year": YEAR, "month": MONTH, "week": WEEK, "day": DAY}  # fmt: skip
_NUMBER = r"\d{1,3}(?:\.\d+)?|[一二两三四五六七八九十百]{1,6}|[一二三四五六七八九]?十几|半|好几|几"
_ENGLISH_NUMBER = (
    r"\d{1,3}(?:\.\d+)?|half an?|an?|one|two|three|four|five|six|seven|"
    r"eight|nine|ten|twelve|fifteen|twenty"
)
_CHINESE = re.compile(
    rf"(?P<n>(?<![\d.]){'(?:' + _NUMBER + ')'})(?P<more>多|来)?个?[多来]?(?P<half>半)?"
    r"(?P<unit>年|个?月(?!\d)|个?星期|周(?![一二三四五六日])|天)(?P<tail>半|多)?(?!\d)"
)
_ENGLISH = re.compile(
    rf"(?<![a-z\d])(?P<n>{_ENGLISH_NUMBER})[ -]?(?P<unit>year|month|week|day)s?(?![a-z])"
)
#: A unit, without which there is none.
_ANY = re.compile("[年月星周天]|year|month|week|day")


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time in months; `high` is where the next unit begins (三年 → 36 to 48).

    十多年 runs to twenty, 十来年 from nine to twelve.
    """

    low: float
    high: float
    start: int
    end: int
    is_vague: bool = False


def find_durations(text: str) -> list[Duration]:
    """Every length of time in a plain text; a calendar year such as 2015年 is none."""
    if not _ANY.search(text):
        return []
    found = [_chinese(match) for match in _CHINESE.finditer(text)]
    found += [_english(match) for match in _ENGLISH.finditer(text)]
    return [duration for duration in found if duration]


def _chinese(match: re.Match[str]) -> Duration | None:
    words, unit = match["n"], match["unit"]
    per = _PER_MONTH[unit.removeprefix("个")]
    if words.endswith("几"):
        base = chinese_number(words[:-1].removeprefix("好")) if len(words) > 1 else 0
        low, high = (base + 1, base + 10) if base else (2, 10)
        return Duration(low * per, high * per, *match.span(), is_vague=True)
    if words == "半":
        return Duration(0.5 * per, 0.75 * per, *match.span())
    number = float(words) if words[0].isdigit() else chinese_number(words)
    if number is None:
        return None
    if match["half"] or match["tail"] == "半":
        return Duration((number + 0.5) * per, (number + 0.75) * per, *match.span())
    low, high = _with_more(number, match["more"] or match["tail"])
    return Duration(low * per, high * per, *match.span(), is_vague=bool(match["more"]))


def _with_more(number: float, more: str | None) -> tuple[float, float]:
    """From the number to the next whole one; a round number with 多 or 来 reaches further."""
    if number >= 10 and number % 10 == 0:
        return {"多": (number, number + 10), "来": (number - 1, number + 2)}.get(
            more or "", (number, number + 1)
        )
    return number, number + 1


def _english(match: re.Match[str]) -> Duration | None:
    words, per = match["n"], _PER_MONTH[match["unit"]]
    if words.startswith("half"):
        return Duration(0.5 * per, 0.75 * per, *match.span())
    number = 1.0 if words in {"a", "an"} else _number(words)
    return None if number is None else Duration(number * per, (number + 1) * per, *match.span())


def _number(words: str) -> float | None:
    return float(words) if words[0].isdigit() else english_number(words)
