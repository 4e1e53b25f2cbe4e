"""What a text says of a loan: whether it speaks of one, and the day one was paid out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from domain.clauses import Clause
from domain.days_said import DaySaid, days_of, find_days
from domain.number_facts import WAN
from domain.numerals import find_quantities
from domain.phrase_numbers import number
from domain.phrases import any_of, ends_with, run_of
from domain.said import FactSaid, Said
from domain.voices import Voice

_LOAN = any_of(
    "贷 借款 借钱 借个 借点 借 融资 放款 下款 下的款 放的款 下了款 放给我们 批给我们 "
    "(银行|建行|工行|农行|中行|交行|招行|邮储|农商行|信用社|浙商|行里)…(放|批|下)(了|给|的|过) "
    "(银行|行里|信用社)…给 (找|跟|向|求|问)银行 银行支持 (bank|banks)…(granted|gave|approved|paid) "
    "loan lent borrow borrowed financing finance credit"
)
_NO_LOAN = any_of(
    "不想贷 不用贷 不需要贷 没有贷款 没贷款 没贷 不贷 无贷款 don't_need no_need no_loan"
)
_GRANTED = any_of(
    "放款 放的款 放了款 放贷 放了 放给 放的 发放 批下来 贷下来 下款 下的款 下了款 下来 到账 到的账 "
    "到帐 贷的款 贷的 贷到 拿到贷款 拿到的 贷了 借的 借了 借到 取得贷款 "
    "(从|向|跟|在)…(行|社)(贷款|贷|借) 获得贷款 取得…贷款 granted "
    "lent disbursed paid_out drew_down drawn_down got took borrowed received"
)
_NOT_LOAN = any_of(
    "补贴 补助 奖励 (工资|货款|订单|定金|尾款)…(到账|下来|发了) 融资到账 股权 投资 轮 没放款 还没 "
    "未 没到账 没下来 证书 高企 认定 "
    "专利 商标 执照 专精特新 subsidy equity not"
)
_BANK = any_of("贷 借 放款 放的款 下款 下的款 下了款 银行 建行 工行 农行 中行 交行 招行 邮储 "
               "农商行 信用社 loan loans bank borrowed lent")  # fmt: skip
#: 上个月刚到账, 3月份放的: nothing but the day and that the money came.
_ONLY_GRANTED = run_of(
    "是 在 于 刚 刚刚 才 就 已 已经 都 的 了 钱 款 款项 资金 日期 时间 放款 放的款 放 放了 发放 批 "
    "批的 批下来 贷的 下款 下的款 下来 到账 到的账 到帐 拿到 办下来 , : 份 初 底 it was were the "
    "money came granted disbursed paid out on in"
)
_MONTH_ALONE = re.compile(
    r"(?<![\d年个一二三四五六七八九十.])(?P<month>1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月"
    r"(?:份|初|底|中旬)?(?![\d一二三四五六七八九十])"
)


#: 缺口五百万，想找银行: what is lacking is what is to be borrowed.
_GAP = ends_with(
    "缺口 还差 还缺 差 短缺 缺 short_of", then="资金 大概 大约 约 有 是 在 近 将近 个 : "
)


def gap_said(clause: Clause, *, by_loan: bool) -> Iterator[Said]:
    """The amount a company lacks, where it speaks of a loan beside."""
    if clause.voice not in {Voice.OWN, Voice.FUTURE} or not (by_loan or speaks_of_loan(clause)):
        return
    for quantity in find_quantities(clause.text):
        if quantity.scaled and not quantity.unit and _GAP.search(clause.text[: quantity.start]):
            start, end = clause.start + quantity.start, clause.start + quantity.end
            yield Said("loan_amount", quantity.value(per=WAN, step=0.01), start, end)


def speaks_of_loan(clause: Clause) -> bool:
    """Whether a clause names a loan, so that a clause beside it may say what it is for."""
    return bool(_LOAN.search(clause.text)) and not _NO_LOAN.search(clause.text)


def granted_on(clause: Clause, as_of: date, *, by_loan: bool) -> Iterator[Said]:
    """今年3月刚放的款: the day a loan was paid out; `by_loan` says that a clause beside this one
    speaks of the loan (上个月刚到账)."""
    text = clause.text
    if clause.voice is not Voice.OWN or clause.asking or _NOT_LOAN.search(text):
        return
    if not _GRANTED.search(text):
        return
    days = find_days(text, as_of) or list(_month_alone(text, as_of))
    if not days:
        return
    day = days[0]
    rest = text[: day.start] + text[day.end :]
    if _BANK.search(text) or (by_loan and _ONLY_GRANTED.fullmatch(rest)):
        first, last = day.first.isoformat(), day.last.isoformat()
        value: FactSaid = first if first == last else [first, last]
        yield Said("loan_granted_on", value, clause.start + day.start, clause.start + day.end)


def _month_alone(text: str, as_of: date) -> Iterator[DaySaid]:
    """3月份刚放的款 is March of this year; a month that is still to come is left open."""
    for match in _MONTH_ALONE.finditer(text):
        month = int(number(match["month"]) or 0)
        if 0 < month <= as_of.month:
            first, last = days_of(as_of.year, month)
            yield DaySaid(first, min(last, as_of), *match.span())
