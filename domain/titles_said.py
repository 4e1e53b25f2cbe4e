"""Titles a company says it holds or does not hold (fact `certifications`)."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from datetime import date

from domain.clauses import Clause
from domain.lexicon import Hit
from domain.phrases import any_of, begins_with, ends_with, run_of
from domain.said import Certificate
from domain.sayings import SayingBook
from domain.voices import Voice

_ABOUT_A_TITLE = begins_with(
    "(入库|复核|复审|年检)(的|)(通知|条件|流程|时间|指南|材料|要求) 培育 入库培育 后备 辅导 代理 "
    "奖 补贴 补助 政策 条件 标准 申报 申请 认定(条件|要|的) 好处 "
    "有什么 怎么 如何 服务 税收 领域 产品 收入 产业 园 区 开发 得分 评分 自评 打分 培训 通知 "
    "要求 要 能 可以 资金 贷 名单 优惠 requirement subsidy policy policies benefit zone field "
    "product revenue",
    after="的",
)
_DENIED_BEFORE = ends_with(
    "取消了 取消 被撤销 撤销了 失去 失去了 丢了 丢掉 lost no_longer 不是 非 并非 亦非 没 没有 无 "
    "还没 还没有 还未 未 尚未 不算 谈不上 够不上 not no without "
    "don't_have do_not_have never never_got haven't_got neither nor",
    then="拿 拿到 评 评上 申请 取得 获 获得 得到 通过 认定 办 做 被 有 过 成 到 上 下来 什么 "
    "任何 国家 省 省级 市 市级 级 现在 yet an a the any certified recognised recognized "
    "qualified as been become our had have hold a_valid",
)
_DENIED_AFTER = begins_with(
    "(没|没有|没能)(评上|拿到|通过|申请|过|做|办|认定|成|批|续|弄|搞|评|报|拿) 没$ "
    "没再(弄|续|报|申请|评|做) 忘了(评|报|续|申请|弄) 断了 断掉 中断 丢了 撤了 "
    "没能续上 不在了 作废 被摘 没有$ 没有了 没了 "
    "未(通过|获得|评上|认定|取得) 还没 不是 还不是 被刷 落选 黄了 被否 被取消 被撤 取消了 过期 "
    "失效 到期了 没续 掉了 差 expired lapsed (去年|前年|上个月)到期",
    after="申报 申请 评审 认定 资质 证书 称号 企业 资格 复审 这块 那个 我们 公司 的话 的 "
    "certificate status 也 都 还 一直 目前 现在 暂时 就 倒 又 连 报了 报过 申报了 #年 20#年 #月 "
    "去年 "
    "前年 上个月 上半年 下半年 今年 年初 年底 去年底 已 已经 早就 证 有效期 是 拿的 评的 认定的 "
    "批的 通过的 办的",
)
_HELD_BEFORE = ends_with(
    "是 系 有 剩 剩下 拿到 已是 (已|已经)(是|有|获|获得|通过|认定|拿到) 评上 评为 获评 获 获得 "
    "取得 持有 "
    "通过 认定 属于 成为 拿下 具备 为 入选 入库 进了 入了 被(认定|评)为 被认定 批了 过了 做了 "
    "办了 成了 (拿到|拿|评上|评|认定|获得|取得|批|办|过|通过)的 are is have has hold holds got "
    "obtained received certified as became with still 're am",
    then="了 过 为 成 一家 一个 家 名 省 省级 市 市级 国家 国家级 区级 的 第一批 首批 20#年 "
    "20#年度 an a the certified recognised recognized registered national valid current",
)
_HELD_AFTER = begins_with(
    "有 是有 是的 拿到 拿了 拿下 评上 评的 评了 通过 认定(了|的) 下来 到手 获批 批下来 批了 入库 "
    "入了库 过了 做了 (证书|)编号 还在有效期 在有效期 有效 还有效 齐全 第#批 齐了 都齐 since "
    "编号也有 还在$ "
    "都在$ 仍在$ 在手 手里有 "
    "(是|)(拿|评|认定|通过|批|办|取得|获得|评上|拿到|入库)的 续上了 续了 延续 valid certified "
    "holder (list|register)$",
    after="企业 资质 证书 称号 资格 认定 复审 编号 入库编号 三个 两个 四个 几个 第三次 第二次 "
    "第#次 title one status is are still certificate 我们 公司 也 都 倒 倒是 算是 每年 年年 一直 "
    "连续 证 是 已 已经 早 早就 去年 "
    "前年 大前年 今年 刚 刚刚 上个月 上半年 下半年 年初 年底 底 #年 20#年 #月 #月份 #年底 全 就 "
    "在 目前 现在 我们也",
    but="有什么 有哪些 有没有 有啥 有用 有吗 有补",
)
_LASTS = begins_with(
    "(明年|后年|今年底)(到期|过期|才到期|就到期|要到期) (到|至|截止到)(明年|后年|20#) "
    "有效期(到|至) until till through",
    after="企业 证书 资质 称号 的 有效期 要 会 在 status certificate is valid runs run lasts "
    "good remains stays",
)
_RUNS_OUT = begins_with("到期 过期 失效 有效 …(到期|过期|失效|有效期) valid until through …expire")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_ENDS_ENGLISH = re.compile(
    rf"(?<![a-z])(?:(?P<day>\d{{1,2}}) )?(?P<month>{'|'.join(_MONTHS)})[a-z]*\.?,? "
    r"(?:(?P<after>\d{1,2}),? )?(?P<year>20\d\d)"
)
_LEVEL = run_of(", ; 、 和 : 省 省级 市 市级 国家 国家级 区级 浙江省 杭州市")
_DATED = any_of("到 至 期 效 until till through valid expire expires expiring expiry")
_WISHED = any_of(
    "想 打算 准备 争取 申请 申报 冲 评不 拿不 能不能 能否 要评 要申 要报 要拿 培育 备案 正在 "
    "在报 在申 在评 重新认定 目标 争创 辅导 够不够 离 差 want apply applying plan become "
    "becoming how_to to_get working_towards preparing"
)
LAST_MONTH = 12
_IN_BRACKETS = re.compile(r"\([^()]*\)?$")
_ENDS = re.compile(
    r"(?P<year>20\d\d|明年|后年|今年)[年.\-/]?"
    r"(?:(?P<month>1[0-2]|0?[1-9])(?:月|[.\-/](?=\d)|(?!\d))(?:(?P<day>[0-3]?\d)[日号]?)?|年?[底末])"
)
_YEAR_ALONE = re.compile(r"[^,\d]{0,6}(?P<year>20\d\d)年(?!\d)")
#: So many characters at most behind a title in which its end is named.
_END_WITHIN, _END_WITHIN_ENGLISH = 24, 48
_ANSWERING = (
    "今年 #月 #月份 到期 到期了 过期 过期了 之后 后 就 又 刚 刚刚 已 已经 这家 我这家 我这边 我家 "
    "我们家 我们厂 我公司 本公司 但 但是 不过 可惜 "
    "可是 然而 结果 后来 我们 "
    "我司 公司 自己 咱们 现在 目前 暂时 还 也 都 一直 "
    "倒 这两年 去年 去年底 前年 年底"
)
_NO = begins_with(
    "(不是|没有|没|无)$ "
    "(未|没|没有)(通过|评上|过|拿到|拿下|申请|成功|批|评|续上)(了|的|上|呢|啊|过|下来|)$ "
    "(没有|没|不是)(了|的|呢|啊|过)$ 被取消了$ (已|已经|)(失效|过期|到期)(了|)$ expired$",
    after=_ANSWERING,
)
_YES = begins_with(
    "(又|)(重新|再次|)(认定|通过|评上|续上|续|延续|拿到|批下来|换证)(了|上了|过了|)$ "
    "(已|已经|)(是|有|评上|通过|拿到|拿下|批下来|认定|下来)(了|的|啊)(去年|今年|)$",
    after=_ANSWERING,
)
_LIST_JOIN = run_of(
    "+ / & 和 、 , 及 以及 与 还有 也是 又是 同时 也 是 既 又 企业 中小 and & also a an provincial "
    "national municipal as_well_as"
)


def certificates_said(clause: Clause, book: SayingBook, as_of: date) -> list[Certificate]:
    """Titles of a clause, held or denied; wishes, questions and other firms' titles give none."""
    if clause.voice not in {Voice.OWN, Voice.FUTURE}:
        return []
    hits = book.title_words.find(clause.text)
    states = _shared([_state_of(hit, clause, as_of) for hit in hits], hits, clause)
    return [
        Certificate(
            hit.values[0], held, end_day(clause.text[hit.end :], as_of) if held else None,
            clause.start + hit.start, clause.start + hit.end,
        )
        for hit, held in zip(hits, states, strict=True)
        if held is not None
    ]  # fmt: skip


def answered(clause: Clause, mentioned: Iterable[str]) -> list[Certificate]:
    """A clause that only answers for the titles just mentioned: …没通过, 我们没有, 已经拿到了."""
    text = clause.text.strip()
    held = _YES.match(text) is not None
    if clause.voice is not Voice.OWN or clause.asking:
        return []
    if not (held or _NO.match(text)):
        return []
    end = clause.start + len(clause.text)
    return [Certificate(name, held, None, clause.start, end) for name in mentioned]


def _shared(states: list[bool | None], hits: list[Hit[str]], clause: Clause) -> list[bool | None]:
    """What is said of one title in a list is said of its neighbours: 高企和科小都有."""
    places = list(range(1, len(hits)))
    for at in [*places, *reversed(places)]:
        joined = clause.text[hits[at - 1].end : hits[at].start]
        is_open = all(
            not _ABOUT_A_TITLE.match(clause.text[hit.end :]) for hit in hits[at - 1 : at + 1]
        )
        if joined and is_open and _LIST_JOIN.fullmatch(joined):
            states[at] = states[at - 1] if states[at] is None else states[at]
            states[at - 1] = states[at] if states[at - 1] is None else states[at - 1]
    return states


def _state_of(hit: Hit[str], clause: Clause, as_of: date) -> bool | None:
    left, right = clause.text[: hit.start], clause.text[hit.end :]
    is_denied = _DENIED_BEFORE.search(left) or _DENIED_AFTER.match(right)
    if _ABOUT_A_TITLE.match(right) and not is_denied:
        return None
    ends = end_day(right, as_of) or _end_year(right)
    if ends and _RUNS_OUT.match(right):
        return ends >= as_of
    if is_denied:
        return None if _is_asked(clause) or _WISHED.search(left) else False
    if _LASTS.match(right):
        return True
    if clause.voice is Voice.FUTURE or clause.asking or _WISHED.search(left):
        return None
    is_held = _HELD_BEFORE.search(left) or _HELD_AFTER.match(right)
    return True if is_held or (_alone(left, right) and not clause.is_all) else None


def _end_year(right: str) -> date | None:
    """The last day of a year named alone: 2025年就过期了."""
    match = _YEAR_ALONE.match(right[:_END_WITHIN])
    return date(int(match["year"]), 12, 31) if match else None


def _is_asked(clause: Clause) -> bool:
    return clause.asking and ("是不是" in clause.text or "有没有" in clause.text)


def _alone(left: str, right: str) -> bool:
    """The title stands by itself in a list of facts: 民营，高企，80人."""
    rest = _IN_BRACKETS.sub("", right)
    return _LEVEL.fullmatch(left) is not None and not rest.strip(" ,.;、。企业证书")


def end_day(text: str, as_of: date) -> date | None:
    """The last day of the month in which a text says a title ends; a year alone is too vague."""
    near = text[:_END_WITHIN]
    if not _DATED.search(near):
        return None
    if match := _ENDS_ENGLISH.search(text[:_END_WITHIN_ENGLISH]):
        month = _MONTHS.index(match["month"]) + 1
        return _day(int(match["year"]), month, match["day"] or match["after"])
    if (match := _ENDS.search(near)) is None:
        return None
    year = {"今年": as_of.year, "明年": as_of.year + 1, "后年": as_of.year + 2}.get(match["year"])
    year, month = year or int(match["year"]), int(match["month"] or LAST_MONTH)
    return _day(year, month, match["day"])


def _day(year: int, month: int, day: str | None) -> date:
    """That day of the month, or its last one."""
    last = calendar.monthrange(year, month)[1]
    return date(year, month, min(int(day or last), last))
