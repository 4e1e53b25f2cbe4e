"""The street a company says it is in (fact `street`); the names are those of the dictionary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from domain.clauses import Clause
from domain.facts import FactSpec
from domain.lexicon import Lexicon
from domain.phrases import any_of, begins_with, ends_with, run_of
from domain.said import Said
from domain.voices import Voice

_WISHED = any_of(
    "想 搬去 打算 准备 计划 要搬 如果 最好 优先 首选 希望 尽量 理想 附近 周边 一带 能在 考虑 要迁 "
    "preferably ideally near want would_like prefer plan"
)
_SOUGHT = any_of("需要 需 求租 要租 再租 租个 租一 找 要在 拿地 looking_for need seeking")
_IS_THERE = any_of("现在 目前 已经 刚 刚刚 我们在 公司在 厂在 位于 搬到了 搬来 now currently")
_IN_BOTH = any_of("各有 都有厂 两个厂 两地 both")
_AT = (
    "在 位于 地址 搬到 搬到了 搬来 迁到 迁到了 迁入 落户 坐落 来自 是 住所 注册地 in at based_in "
    "located_in "
    "of"
)
_BEFORE_A_STREET = "市 区 省 : 于 , 的 我们 公司 现在 目前 the"
_STREET_BEHIND = begins_with(
    "街道 (的|)(公司|企业|厂|工厂) 这边 那边 street sub-district subdistrict"
)
_NOT_A_PLACE = begins_with("港 大学城 出海 市 码头 路 大桥 方向 景 会 步 一步 的步伐 行")


class StreetBook:
    """The streets of the office by their names in both languages, and the places they lie in."""

    def __init__(self, spec: FactSpec | None, places: Iterable[str]) -> None:
        options = spec.options if spec else ()
        self.words: Lexicon[str] = Lexicon(
            (word, one.value) for one in options for word in (one.zh, one.en)
        )
        around = " ".join((*places, _BEFORE_A_STREET))
        self._placed = ends_with(" ".join((*places, _AT)), then=around)
        self._first = run_of(around)

    def is_placed(self, left: str) -> bool:
        """Whether the words before a street put the company there: 我们在, 杭州钱塘区, nothing."""
        return bool(self._placed.search(left) or self._first.fullmatch(left)) or left[-1] in " ,:"


_SERVED = ends_with("给 为 服务 替 帮 向 对 跟 卖给 供 供应 面向 支持 serve serving serves for")


def street_said(clause: Clause, streets: StreetBook, *, seeking: bool) -> Iterator[Said]:
    """The street, where the clause places the company; not where it would like to be.

    `seeking` says that the clause before looks for premises: 想租个厂房，下沙的.
    """
    text = clause.text
    if clause.voice is not Voice.OWN or clause.asking or _IN_BOTH.search(text):
        return
    is_sought = _SOUGHT.search(text) or (seeking and not clause.names_us)
    if _WISHED.search(text) or (is_sought and not _IS_THERE.search(text)):
        return
    for hit in streets.words.find(clause.text):
        left, right = clause.text[: hit.start], clause.text[hit.end :]
        is_street = streets.is_placed(left) or _STREET_BEHIND.match(right)
        if is_street and not (_NOT_A_PLACE.match(right) or _SERVED.search(left)):
            yield Said("street", hit.values[0], clause.start + hit.start, clause.start + hit.end)
