"""The trade a company says is its own (fact `industry`): 做芯片封装的, a packaging company."""

from __future__ import annotations

import re
from collections.abc import Iterator

from domain.clauses import Clause
from domain.industries import IndustryBook
from domain.lexicon import Hit
from domain.phrases import begins_with, ends_near, ends_with, run_of
from domain.said import Said
from domain.voices import Voice

SELLING = frozenset({"51", "52"})
_DOES = ends_near(
    "卖 做 搞 干 弄 整 种 养 从事 主营 主做 产品为 业务为 主业为 主要做 专做 专门做 经营 生产 加工 "
    "制造 开发 研发 "
    "专业做 深耕 专注 开 开办 办的 办了 属于 主业 主业是 行业 行业是 行业为 行业: 业务 业务是 "
    "产品 产品是 主打 主要是 以 是 是家 是一家 是个 是一个 系 系一家 我们 我司 公司 俺们",
    10,
    without="。给为卖供帮",
)
_IS_A = ends_near("是家 是个 是一家 是一个 系一家", 24, without="。给为卖供帮")
_DOES_IN_ENGLISH = ends_near(
    "make making do produce producing manufacture manufacturing develop developing design "
    "process run_a run_an running_a open_a start_a start_an found_a up_a up_our own_a "
    "(owner|cfo|ceo|manager|accountant|director|boss|head)_(of|at)_a at_a in_the in "
    "(are|is|'re|'m|as)_a (are|is|'re|'m|as)_an",
    30,
    without=".",
)
_FIRM = (
    "公司 企业 厂 工厂 小厂 作坊 行业 制造 制造商 生产 加工 供应商 厂家 开发 贸易 研发 设计 领域 "
    "连锁 合作社 店 工作室 代工 制作 初创 机构 所 网点 起家 为主"
)
_FIRM_BEHIND = re.compile(rf"^[^,。]{{0,4}}?(?:{'|'.join(_FIRM.split())})|^的?$")
_FIRM_BEHIND_IN_ENGLISH = begins_with(
    "company firm manufacturer maker business factory producer industry startup start-up plant "
    "developer provider outfit mill works foundry yard farm enterprise operation group with "
    "based_in employing "
    "house builder supplier trader studio chain outfit agency practice workshop lab $"
)
#: 网店下架了, 超市门口: said of what happens there, not what the company is.
_BEFALLS = begins_with(
    "下架 被 封 停 断 漏 着火 没法 不能 不让 门口 旁边 隔壁 附近 楼上 楼下 对面 was is_being "
    "has_been "
    "got",
    after="又 突然 全 都 也 一直 老 老是 昨天 今天 昨晚",
)
_FIRM_WORD = ends_with(
    "公司 厂 企业 店 诊所 机构 院 所 批发 company firm factory shop house hotel forwarder "
    "contractor brewery bakery distributor wholesaler retailer restaurant clinic "
    "school cafe gym pharmacy supermarket laboratory"
)
#: 精密模具厂, a privately owned packaging company: nothing before the trade but what describes it.
_FIRST_WORDS = re.compile(
    r"(?:[^,]{0,6}(?:成立|创立|创办|始建)于[^,]{2,12}的|[^,]{0,30}(?:成立|注册|创办|创立|开办|设立|开业|起步|创建|办|开|建)的|"
    r"[^,]{0,6}(?:在|位于)[^,给为]{1,12}的|[^,给为]{0,8}人(?:左右|上下)?(?:规模)?的)?(?:一?[家个])?"
    r"(?:(?![给为的是有买租换找想没不需在])[\u4e00-\u9fff]){0,4}|(?:(?:an?|"
    r"the) )?(?:[a-z-]+ ){0,4}| *"
)
#: Nothing behind the trade but the things it makes: 注塑件, 医疗器械类.
_ITSELF = run_of("件 品 类 业 行业 产品 配件 零件 业务 制品 的 , ; 、 .")
_SELLS = ends_near("卖 销售 sell sells selling", 4)
_WHOLESALE = begins_with("外贸 贸易 批发 分销 经销 进出口 trading wholesale import export")
_EXPORTED = begins_with("出口(到|往|至|去|欧|美|日|韩|东南亚|海外|国外|中东|非洲|俄|南美|占|额)")
_RETAIL = begins_with("零售 专卖店 门店 网店 retail shop store")
_ANOTHER_TRADE = begins_with(
    "销售 代理 出口 设备 机械 维修 修理 回收 检测 培训 设计 租赁 软件 研究 平台 材料 包装 园区 "
    "物流 运输 安装 运营 运维 施工 配送 养护 协会 展 咨询 店 repair testing consulting logistics "
    "copyright patent"
)
#: 研究院申报指南, 软件企业认定: what a policy is about.
_OF_A_POLICY = begins_with(
    "申报 认定 政策 补贴 补助 奖励 指南 扶持 资助 通知 名单 有什么 有哪些 怎么 如何",
    after="企业 公司 产业 行业 的",
)
_NOT_OWN = (
    re.compile(r"(?:给|(?<![业务品])为)[^,做搞产发]{0,8}$"),
    re.compile(r"(?:买|换|租|需要|缺|用于?|建(?![材筑设])|上)[^,做搞]{0,6}$"),
    ends_near("卖给", 8),
    ends_near("供 帮", 6, without="做"),
    ends_near("没 没有", 4),
    ends_near("不是 不做 不搞 不属于", 6),
    ends_near("代理 替 找 请", 3, without="做"),
    ends_near("not", 8),
    ends_near("a_loan", 30),
    re.compile(r"(?<![a-z])(?:for|supply|supplying|serve|to) (?:the )?\w* ?$"),
)


def trade_said(clause: Clause, book: IndustryBook) -> Iterator[Said]:
    """The industry, when the clause says it is the company's trade; of AI制药 the last counts."""
    if clause.voice not in {Voice.OWN, Voice.FUTURE} or (clause.asking and not clause.names_us):
        return
    hits = [hit for hit in book.mentions(clause.text) if _is_own(clause.text, hit)]
    begins = {hit.start for hit in hits}
    hits = [hit for hit in hits if hit.end not in begins]
    if len(hits) > 1 and _FIRM_BEHIND.match(clause.text[hits[-1].end :]):
        hits = [*(hit for hit in hits if SELLING & set(hit.values)), hits[-1]]
    codes = {code for hit in hits for code in _codes_of(hit, clause.text)}
    codes = codes & SELLING or codes
    if len(codes) == 1:
        start, end = clause.start + hits[0].start, clause.start + hits[0].end
        yield Said("industry", codes.pop(), start, end)


def _codes_of(hit: Hit[str], text: str) -> tuple[str, ...]:
    """Who trades in a thing does not make it: 服装外贸 is wholesale, 服装店 retail."""
    left, right = text[: hit.start], text[hit.end :]
    if _SELLS.search(left) and not SELLING & set(hit.values):
        return ()
    if _WHOLESALE.match(right):
        return ("51",)
    if _RETAIL.match(right):
        return ("52",)
    if _EXPORTED.match(right):
        return hit.values
    return () if _ANOTHER_TRADE.match(right) else hit.values


def _is_own(text: str, hit: Hit[str]) -> bool:
    left, right = text[: hit.start], text[hit.end :]
    if any(pattern.search(left) for pattern in _NOT_OWN) or _OF_A_POLICY.match(right):
        return False
    is_alone = not left.strip(" ,;、") and _ITSELF.fullmatch(right) is not None
    is_done = any(pattern.search(left) for pattern in (_DOES, _IS_A, _DOES_IN_ENGLISH))
    is_named = _FIRST_WORDS.fullmatch(left.lstrip()) is not None and _is_firm(hit, right)
    is_sold = not left.strip() and _EXPORTED.match(right) is not None
    return is_alone or is_done or is_named or is_sold


def _is_firm(hit: Hit[str], right: str) -> bool:
    if _FIRM_BEHIND.match(right) or _FIRM_BEHIND_IN_ENGLISH.match(right):
        return True
    return _FIRM_WORD.search(hit.word) is not None and not _BEFALLS.match(right)
