"""The unit a text states once for all its amounts: 单位：万元, 营收(万元)5200, in million yuan."""

from __future__ import annotations

import re

_SIZES = {"亿": 1e8, "百万": 1e6, "万": 1e4, "": 1.0}
_STATED = (
    re.compile(
        r"[(]?(?:以上|上述|金额|数据|数字|货币|计量|营收|收入|的|均|都|统一)*单位(?:都|均|统一|一律)?(?:是|为|按|用)?"
        r"[: ]{0,2}(?:人民币)?(?P<unit>亿|百万|万)?元?(?![\u4e00-\u9fff\d])[)]?"
    ),
    re.compile(r"[(](?:人民币|rmb|cny)?:? ?(?P<unit>亿|百万|万)元?[)]"),
    re.compile(
        r"(?:都|均|全|全部|一律)?(?:按|以|是|为)(?P<unit>亿|百万|万)元?(?:为单位|计|算|作单位|单位)"
    ),
    re.compile(
        r"(?:^|[,;。(] ?)(?:数字|金额|数据|以上)?(?:都|均|全|那|这|指的|说的)(?:是|为)(?P<unit>亿|"
        r"百万|万)元?(?=$|[,;。)])"
    ),
)
_MILLIONS = re.compile(
    r"[(]?(?:all |the )?(?:figures |amounts |numbers )?(?:are )?(?:all )?in (?:rmb |cny |yuan )?"
    r"millions?(?: of)?(?: rmb| cny| yuan)?[)]?(?= *(?:$|[,.;:]))"
)


_MAY_STATE = re.compile(r"单位|[(][^()]{0,4}[百万亿]|[是为按以][百万亿]|in [^,.]{0,12}million")


def scale_said(plain: str) -> tuple[float | None, str]:
    """Yuan per unit of the bare amounts of a plain text, and the text with the statement blanked
    (places stay); None when no unit is stated, or two that differ."""
    if not _MAY_STATE.search(plain):
        return None, plain
    sizes: set[float] = set()
    for pattern in _STATED:
        for match in pattern.finditer(plain):
            sizes.add(_SIZES[match["unit"] or ""])
        plain = pattern.sub(_blank, plain)
    if _MILLIONS.search(plain):
        sizes.add(1e6)
        plain = _MILLIONS.sub(_blank, plain)
    return (sizes.pop() if len(sizes) == 1 else None), plain


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())
