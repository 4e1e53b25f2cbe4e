"""Land and space a company says it needs; what it has already is no fact here."""

from __future__ import annotations

from collections.abc import Iterator

from domain.clauses import Clause
from domain.numerals import find_quantities
from domain.phrases import any_of
from domain.said import Said
from domain.voices import Voice

_NEED = any_of(
    "需要 想 要 求租 求 找 缺 还差 拿 需 再租 买 用地需求 租个 租一 租# need want looking_for rent "
    "seek require required needed like"
)
_HAS = any_of("现有 目前有 已有 自有 租了 租的 已租 我们有 we_have currently we_own existing")
_SEEKS = any_of(
    "(拿|找)(块|一块|点|)(工业|)(地|用地) "
    "(找|租|需要|要|求|买|看|缺)…(厂房|场地|办公室|仓库|写字楼|用地|地块|土地|车间|办公|场所|门面) "
    "(need|want|looking_for|rent|seek|seeking)…(plant|workshop|office|warehouse|space|land)"
)
_METRES = frozenset(
    {"平方米", "平米", "平方", "平", "m2", "㎡", "sqm", "sq m", "sq. m", "square meter",
     "square meters", "square metre", "square metres"}
)  # fmt: skip
_KEYS = dict.fromkeys(_METRES, "space_need_m2") | {"亩": "land_need_mu", "mu": "land_need_mu"}


def seeks_premises(clause: Clause) -> bool:
    """Whether a clause looks for land or space, so that the next says how much of it, or where."""
    is_ours = clause.voice in {Voice.OWN, Voice.FUTURE} and not _HAS.search(clause.text)
    return is_ours and _SEEKS.search(clause.text) is not None


def premises_said(clause: Clause, *, needed: bool) -> Iterator[Said]:
    """Area needed; `needed` says that the clause before needs some (2000平, 或者30亩)."""
    if clause.voice not in {Voice.OWN, Voice.FUTURE} or _HAS.search(clause.text):
        return
    if not (needed or _NEED.search(clause.text)):
        return
    for quantity in find_quantities(clause.text):
        if key := _KEYS.get(quantity.unit):
            start, end = clause.start + quantity.start, clause.start + quantity.end
            yield Said(key, quantity.value(), start, end)
