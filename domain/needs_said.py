"""What a company says it needs: words of needs where something is wanted, asked for or lacking."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from domain.clauses import Clause
from domain.needs import NeedBook
from domain.phrases import any_of, ends_near, run_of
from domain.said import Said
from domain.voices import Voice

GENERAL, FINANCING = "general", "financing"
OF_FACTS = {
    "loan_amount": FINANCING, "guarantee_amount": FINANCING, "listing_plan": "listing",
    "space_need_m2": "land_space", "land_need_mu": "land_space",
}  # fmt: skip
"""Plans that are needs by themselves."""

_CUE = any_of(
    "想 需要 希望 打算 计划 准备 考虑 求 找 缺 怎么 怎样 如何 能不能 有没有 有什么 有哪些 哪些 "
    "哪里 什么 吗 ? 政策 补贴 补助 返还 支持 扶持 奖励 优惠 申请 申报 难 帮 不够 招不到 找不到 "
    "贷不到 借不到 拿不到 没招 找不 "
    "批不 "
    "下不来 能补 补多少 补几 补助 减免 太贵 太高 急 问 咨询 了解 条件 好处 招不 贷 认定 租 要办 "
    "want need loan how what "
    "which is_there are_there support help apply looking plan cannot can't interested subsidy "
    "subsidies for grant any borrow like policy"
)
_NO_NEED = any_of(
    "(don't|do_not|doesn't)_have_any 认定的 认定了 认定过 通过…认定 (被|已|已经)认定 不用 无需 "
    "没打算 不打算 不想 不需要 不考虑 没想过 没考虑 no_plans_to not_planning_to "
    "don't_want "
    "don't_need"
)
_NOT_FOR = re.compile(r"(?<!是)不是(?:要|来|想|为了)")
_HAS_IT = ends_near(
    "不是 是 没有 不 做 搞 已有 已经有 从事 主营 经营 属于 为 are is a an", 3, without="。想要吗"
)
_WANTS_IT = any_of(
    "想 要 有没有 是不是 能不能 怎么 什么 如何 吗 ? 补 政策 want need any how what support"
)
#: 专精特新还没有，准备明年申报: what for is said in the clause before.
_APPLIES = run_of(
    "我们 也 就 还 再 去 又 想 要 准备 打算 计划 争取 考虑 今年 明年 后年 年底 下半年 上半年 申报 "
    "申请 报 "
    "评 认定 办 冲 冲一冲 试试 一下 拿 拿下 弄 怎么 能不能 能 可以 了 吗 呢 ?"
)
#: 企业搞机器换人，政府给补吗.
_GRANTED = any_of("补 奖 扶持 支持 优惠 减免 报销 返还 subsid support grant")
_LOAN = any_of("贷 借 loan borrow")


def needs_said(clauses: list[Clause], said: Iterable[Said], book: NeedBook) -> list[str]:
    """The needs of a message, in its order; the general one only when it stands alone."""
    found = {OF_FACTS[item.key]: None for item in said if item.key in OF_FACTS}
    asks = any(clause.asking for clause in clauses)
    for at, clause in enumerate(clauses):
        is_supposed = asks and clause.voice is Voice.UNREAL
        is_wish = clause.asking or is_supposed or _CUE.search(clause.text)
        if is_wish and not (_NO_NEED.search(clause.text) or _NOT_FOR.search(clause.text)):
            found.update(dict.fromkeys(_of_clause(clause, book)))
        if at and is_wish and _APPLIES.fullmatch(clause.text):
            found.update(dict.fromkeys(_named(clauses[at - 1], book)))
    if not found and asks:
        found = dict.fromkeys(_of_others(clauses, book))
    if not found and any(clause.asking and _GRANTED.search(clause.text) for clause in clauses):
        found = dict.fromkeys(need for clause in clauses for need in _of_clause(clause, book))
    specific = [need for need in found if need != GENERAL]
    return specific or list(found)


def _of_clause(clause: Clause, book: NeedBook) -> list[str]:
    """The needs of one clause; what a loan is for is no need of its own (贷款建厂房)."""
    hits = [hit for hit in book.mentions(clause.text) if not _is_there(clause.text, hit.start)]
    needs = [need for hit in hits for need in hit.values]
    return [FINANCING] if FINANCING in needs and _LOAN.search(clause.text) else needs


def _of_others(clauses: Iterable[Clause], book: NeedBook) -> Iterator[str]:
    """What others got is what is asked for: 听说隔壁拿到高企奖了，怎么申请."""
    for clause in clauses:
        if clause.voice is Voice.OTHER:
            yield from _named(clause, book)


def _named(clause: Clause, book: NeedBook) -> Iterator[str]:
    return (need for hit in book.mentions(clause.text) for need in hit.values)


def _is_there(text: str, start: int) -> bool:
    """Whether the company does or has it already: 我们是做物流的."""
    return bool(_HAS_IT.search(text[:start])) and not _WANTS_IT.search(text)
