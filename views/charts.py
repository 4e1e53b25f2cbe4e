"""Bar charts as PNG pictures: drawn as SVG, with a font of our own, so that they look the same
everywhere and Chinese labels are right without any font of the system."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from unicodedata import east_asian_width

import resvg_py
from noto_cjk_sans_otc import FONT_PATH

#: The Chinese face of the font: the same characters are drawn otherwise in Japanese.
FACE = "Noto Sans CJK SC"

_WIDTH = 1000
_LEFT, _TOP, _BOTTOM = 300, 120, 60
_ROW, _BAR, _THIN = 58, 28, 9
_SIZE = 22
_INK, _PALE, _GREY = "#1f4e79", "#bcd3e8", "#555555"


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: its label, the number of its bar and of the thin dark one below, what is written
    behind them."""

    label: str
    value: int
    second: int
    note: str


def bars(title: str, subtitle: str, rows: Sequence[Bar], legend: tuple[str, str]) -> bytes:
    """A PNG with two bars a row, the longest as wide as there is room; `legend` names the two."""
    height = _TOP + len(rows) * _ROW + _BOTTOM
    longest = max((max(row.value, row.second) for row in rows), default=0) or 1
    widest = max((_places(row.note) for row in rows), default=0) * _SIZE
    room = _WIDTH - _LEFT - widest - 40
    drawn = [
        _text(30, 48, title, size=30, weight="bold"),
        _text(30, 86, subtitle, fill=_GREY),
    ]
    for place, row in enumerate(rows):
        drawn += _row(row, _TOP + place * _ROW, room / longest)
    drawn += _legend(legend, height - 22)
    return _png(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}">'
        f'<rect width="{_WIDTH}" height="{height}" fill="white"/>{"".join(drawn)}</svg>'
    )


def _row(row: Bar, top: float, scale: float) -> Iterator[str]:
    middle = top + _BAR * 0.78
    yield _text(_LEFT - 14, middle, _fitting(row.label, 13), anchor="end")
    yield _box(_LEFT, top, row.value * scale, _BAR, _PALE)
    yield _box(_LEFT, top + _BAR + 2, row.second * scale, _THIN, _INK)
    yield _text(_LEFT + max(row.value, row.second) * scale + 12, middle, row.note)


def _legend(legend: tuple[str, str], base: float) -> Iterator[str]:
    left: float = _LEFT
    for words, colour in zip(legend, (_PALE, _INK), strict=True):
        yield _box(left, base - 17, 20, 20, colour)
        yield _text(left + 28, base, words, size=19, fill=_GREY)
        left += 60 + 20 * _places(words)


def _box(left: float, top: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{left}" y="{top}" width="{width:.1f}" height="{height}" fill="{colour}"/>'


def _text(
    left: float,
    base: float,
    words: str,
    *,
    size: int = _SIZE,
    fill: str = "#222222",
    anchor: str = "start",
    weight: str = "normal",
) -> str:
    return (
        f'<text x="{left:.1f}" y="{base:.1f}" font-family="{FACE}" font-size="{size}"'
        f' fill="{fill}" text-anchor="{anchor}" font-weight="{weight}">{escape(words)}</text>'
    )


def _fitting(words: str, places: float) -> str:
    """Cut to so many Chinese characters' width."""
    if _places(words) <= places:
        return words
    while _places(words) > places - 1:
        words = words[:-1]
    return f"{words}…"


def _places(words: str) -> float:
    """The width in Chinese characters; a Latin letter takes about half of one."""
    return sum(1.0 if east_asian_width(sign) in "WF" else 0.56 for sign in words)


def _png(svg: str) -> bytes:
    return bytes(
        resvg_py.svg_to_bytes(svg_string=svg, font_files=[_font()], skip_system_fonts=True)
    )


@cache
def _font() -> str:
    return str(FONT_PATH)
