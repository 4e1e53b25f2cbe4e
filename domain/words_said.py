"""Facts that are words: yes or no, choices and industry, read from a clause."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from domain.clauses import Clause, Voice
from domain.industries import IndustryBook
from domain.lexicon import Hit
from domain.said import FactSaid, Said


@dataclass(frozen=True, slots=True)
class _Pattern:
    """Words that make a fact; `planned` ones count in a plan or a wish too."""

    key: str
    value: FactSaid
    words: re.Pattern[str]
    planned: bool = False


def _rows(planned: bool, *rows: tuple[str, FactSaid, str]) -> tuple[_Pattern, ...]:
    return tuple(_Pattern(key, value, re.compile(words), planned) for key, value, words in rows)


_NO = r"(?:没有?|未|无|不曾|从未|从没|并未|不在|不存在|没在)"
_FLAGS = _rows(
    False,
    (
        "abnormal_list",
        False,
        _NO + r"(?:被)?(?:进|列入|在|上|出现在|纳入)?(?:过|入)?(?:经营)?异常(?:名录|"
        r"名单|经营)?|(?:已|已经)(?:移出|移除)\S{0,4}异常|"
        r"从\S{0,4}异常\S{0,6}移(?:出|除)|被?移出了?\S{0,4}异常\S{0,3}了|"
        r"异常\S{0,3}(?:已|已经)(?:移出|移除)|"
        r"not (?:listed )?(?:on|in) (?:any |the |an )?(?:abnormal|blacklist)",
    ),
    (
        "abnormal_list",
        True,
        r"(?:被|给)(?:列入|列进|拉进|纳入|放进)(?:了|到)?(?:经营)?异常|(?:进|"
        r"列入|上)了(?:经营)?异常|(?:还|仍)?在(?:经营)?异常名录(?:里|中|上|内)?$",
    ),
    (
        "wage_arrears",
        False,
        _NO + r"(?:拖)?欠(?:过)?(?:员工|职工|工人)?(?:工资|薪)|工资(?:从不|从没|"
        r"没有?)拖?欠|no wage arrears|no unpaid wages",
    ),
    ("tax_evasion_3y", False, _NO + r"(?:过)?(?:偷|逃|漏)税|没有?偷逃?漏?税|no tax evasion"),
    (
        "ip_bad_faith_3y",
        False,
        _NO + r"(?:恶意)?侵(?:犯|害)?(?:他人|别人|人家)的?(?:知识产权|专利|商标)|"
        r"没有?恶意侵权|没有?非正常(?:专利)?申请",
    ),
    (
        "prohibited_business",
        False,
        _NO + r"(?:属于|涉及)?(?:国家)?(?:禁止|限制|淘汰)类|不(?:属于|"
        r"涉及)\S{0,4}(?:禁止|限制|淘汰)类?",
    ),
    (
        "has_trademark",
        True,
        r"(?:有|注册了|拥有)\S{0,4}商标(?!局|纠纷|代理|问题|被|的问题)|"
        r"商标(?:也|都)?(?:有|注册好?了|下来了)|have (?:an? |"
        r"our own )?(?:registered )?trademarks?",
    ),
    ("has_trademark", False, r"no (?:registered )?trademarks?"),
    (
        "has_trademark",
        False,
        r"(?:没有?|还没|未)(?:有|注册|申请)?(?:自己的)?商标|商标(?:也)?(?:没有?|还没)",
    ),
    (
        "ip_management_system",
        True,
        r"(?:有|建立了?|通过了?)\S{0,6}(?:知识产权(?:管理)?(?:制度|体系)|"
        r"知识产权贯标|贯标)|知识产权管理(?:制度|体系)(?:健全|完善|齐全)|"
        r"贯标(?:通过|做)了",
    ),
    (
        "core_ip_owned",
        True,
        r"(?:有|拥有)\S{0,4}(?:自主|核心)(?:的)?(?:知识产权|专利|技术专利)|"
        r"(?:核心|主要)?(?:专利|知识产权)(?:都)?(?:是|属于)(?:我们)?自己的?|"
        r"own (?:our )?(?:the )?core ip",
    ),
    (
        "core_ip_owned",
        False,
        r"没有?\S{0,2}(?:自主|核心)的?(?:知识产权|专利)|没有?(?:任何)?知识产权",
    ),
    (
        "hitech_field",
        True,
        r"属于(?:国家)?(?:重点支持)?的?高新(?:技术)?领域|在(?:国家)?重点支持的高新",
    ),
    (
        "market_position_leading",
        True,
        r"(?:细分(?:市场|领域|行业)|市场占有率|市占率|国内|全国|全球|"
        r"行业)\S{0,6}(?:第一|第二|第三|前三|排名前|龙头|领先)|隐形冠军|"
        r"单项冠军|market leader|no\. ?1 in",
    ),
    (
        "cross_border_ecommerce",
        True,
        r"(?:做|搞|从事|经营|有|是)\S{0,4}跨境(?:电商|电子商务)|跨境电商(?:公司|"
        r"企业|卖家)|^ ?跨境电商 ?$|亚马逊卖家|在亚马逊(?:上)?(?:卖|开店)|"
        r"we (?:are|do|run) \S{0,12} ?cross-border e-?commerce|sell on amazon",
    ),
    ("cross_border_ecommerce", False, r"(?:没有?|不)(?:做|搞)跨境"),
    ("via_startup_guarantee", True, r"(?:办了|拿了|用的是|走的是|享受了|是)创业担保贷款"),
    ("export_share", 1, r"全部?(?:都)?(?:是)?(?:出口|外销)|100%(?:出口|外销)|export everything"),
    (
        "export_share",
        0,
        r"(?:不|没有?)(?:做)?出口|全(?:部)?(?:是)?内销|没有?外贸业务|no exports|"
        r"do not export|don't export",
    ),
    (
        "invention_patents",
        0,
        r"(?:没有?|还没|无)(?:有)?(?:一[件项个])?发明(?:专利)?(?!人)|no invention patents",
    ),
    (
        "total_patents",
        0,
        r"(?:没有?|还没|无)(?:有)?(?:任何|一[件项个])?专利|no patents|(?:don't|"
        r"do not) have any patents",
    ),
    ("software_copyrights", 0, r"(?:没有?|还没|无)(?:有)?(?:任何)?(?:软著|软件著作权)"),
)
_INCIDENT = re.compile(
    _NO + r"(?:出|发生|有|出现)?(?:过)?\S{0,6}(?:事故|环境违法)|no (?:safety |"
    r"major )*(?:accidents?|incidents?)"
)
_THREE_YEARS = re.compile(r"近[三3]年|三年|从来|从没|从未|一直|成立以来|three years|never")
_TALENT_CLASS = r"(?:有|是|引进了)\S{{0,6}}{}类(?:高层次)?人才"
_CHOICES = _rows(
    False,
    (
        "ownership",
        "民营",
        r"民营|民企|私企|私营|private(?:ly)?[- ](?:owned|company|firm|"
        r"enterprise|held)",
    ),
    (
        "ownership",
        "国有",
        r"(?<!原)国企|国有(?:企业|控股|独资|全资)|(?:^|是|家)国有|央企|"
        r"state-owned|soe(?![a-z])",
    ),
    (
        "ownership",
        "外资",
        r"外资|外企|外商独资|中外合资|(?:日|美|德|法|韩|台|港|英)资(?!金|源|料|"
        r"讯)|foreign-owned|foreign-invested|foreign invested|joint venture|wfoe",
    ),
    ("talent_level", "博士", r"(?<!想)(?<!要)(?:有|是)\S{0,4}博士(?!后|点|站)|have .{0,10}phds?"),
    *(("talent_level", level, _TALENT_CLASS.format(level.lower())) for level in "ABCDEF"),
    ("talent_level", "领军", r"(?:有|是|引进了)\S{0,6}领军人才"),
    (
        "asks_as",
        "owner",
        r"我是(?:\S{0,4})?(?:老板|法人|法定代表人|负责人|创始人|总经理|董事长)|"
        r"i am the (?:owner|founder|ceo|boss)|i'm the (?:owner|founder|ceo)|"
        r"i own",
    ),
    (
        "asks_as",
        "staff",
        r"我是\S{0,6}(?:财务|行政|员工|人事|hr|会计(?!事务)|办事员|经理(?!人)|"
        r"助理|职员|出纳)|i work (?:at|for|in)|i am (?:the|an?) (?:accountant|"
        r"hr|assistant|employee)",
    ),
)
_PLANS = _rows(
    True,
    (
        "asks_as",
        "agent",
        r"(?:帮|替|代|为)(?:一个|一家|我的?|我们)?(?:客户|别的公司|"
        r"企业)(?:\S{0,4})?(?:问|咨询|了解|打听|申请|申报|办)|"
        r"我们?是?(?:\S{0,4})?(?:代理记账|代账|财税代理|咨询公司的|代理机构|"
        r"中介|事务所)|受客户委托|on behalf of (?:a|our|my) client|for (?:a|our|"
        r"my) client|i am an? (?:agent|consultant|bookkeeper)",
    ),
    (
        "asks_as",
        "founder_to_be",
        r"(?:准备|打算|计划|想|要|筹备|正在筹备|考虑)(?:\S{0,6})?(?:成立|"
        r"开(?:一?家|个|办)?|注册|创办|设立|办一?家|创立|"
        r"新设)(?:\S{0,10})?(?:公司|企业|工作室)(?!.{0,2}(?:上市|高企))|(?:公司|"
        r"企业)?还没(?:有)?(?:注册|成立)|(?:想|打算|准备|计划)[^,。]{0,8}创业|(?:want|plan|"
        r"planning|going|hope) (?:to )?(?:set up|start|found|open|"
        r"register) (?:an? )?(?:\w+ ){0,3}(?:company|business|firm|start-?up)|"
        r"not (?:yet )?(?:registered|incorporated|founded)",
    ),
    ("listing_plan", "北交所", r"北交所|北京证券交易所|beijing stock exchange|bse(?![a-z])"),
    ("listing_plan", "科创板", r"科创板|star market"),
    ("listing_plan", "创业板", r"创业板|chinext"),
    (
        "listing_plan",
        "境外",
        r"港股|港交所|美股|纳斯达克|境外上市|海外上市|香港上市|(?:去|到|"
        r"在)(?:香港|美国|新加坡)上市|nasdaq|hong kong (?:listing|stock)|"
        r"overseas listing",
    ),
)
_LISTING_WISH = re.compile(
    r"上市|ipo|冲|转|报|登陆|挂牌|过会|辅导|list|go public|plan", re.IGNORECASE
)
_NO_LISTING = re.compile(
    r"(?:不|没(?:有)?)(?:打算|计划|准备|想|考虑)|no plans?|not plan|"
    r"已(?:经)?(?:上市|在\S{2,4}上市)|条件|门槛|区别|要求|标准"
)
_LOAN = re.compile(r"贷|借款|借钱|融资|loan|borrow|financ|credit")
_LOAN_PURPOSES = _rows(
    True,
    (
        "loan_purpose",
        "设备更新",
        r"(?:换|更新|买|购|购置|采购|添置|上|引进|升级|改造)(?:一批|几台|点|新|"
        r"些|进|生产|新的)*设备|设备(?:更新|贷款|升级|改造|购置|采购)|(?:买|"
        r"换)(?:几台|新)?机器|(?:new |for |buy |renew |replace )equipment|"
        r"equipment (?:loan|renewal|upgrade)|new machines",
    ),
    (
        "loan_purpose",
        "厂房",
        r"(?:建|买|购|盖|扩建?|造|置)(?:新|个|一?栋|一?座)*厂房?|厂房(?:建设|"
        r"贷款|扩建)|(?:build|buy) (?:an? )?(?:new )?(?:factory|plant|workshop)",
    ),
    (
        "loan_purpose",
        "流动资金",
        r"流动资金|周转|进货|备货|发工资|采购原材料|买(?:原)?材料|流贷|working capital|cash flow",
    ),
    ("loan_purpose", "研发", r"研发(?:贷|用|支出|新产品)?|搞研发|r&d loan|for r&d"),
    ("loan_purpose", "固定资产", r"固定资产|fixed assets?"),
)
_GRANTED = re.compile(r"不想|不用|不需要|没有?(?:打算)?贷|don't need|no need")
_STREETS = ("下沙", "白杨", "河庄", "义蓬", "新湾", "临江", "前进")
_STREET = re.compile(
    r"(?:在|位于|地址|搬到了|落户|坐落|来自|是|钱塘区?|^)(?:杭州|钱塘区?|市|"
    r"区|:|于|,|浙江|的)*(?P<in>下沙|白杨|河庄|义蓬|新湾|临江)(?!港|"
    r"大学城?北|出海|市|码头|路|大桥)|"
    r"(?P<named>下沙|白杨|河庄|义蓬|新湾|临江|前进)街道|(?P<place>下沙|河庄|"
    r"义蓬|白杨)的(?:公司|企业|厂|工厂)|"
    r"(?:in|at) (?P<latin>xiasha|baiyang|hezhuang|yipeng|xinwan|linjiang|qianjin)(?![a-z])"
)
_LATIN_STREETS = dict(
    zip(
        ("xiasha", "baiyang", "hezhuang", "yipeng", "xinwan", "linjiang", "qianjin"),
        _STREETS,
        strict=True,
    )
)
_TRADE_LEFT = re.compile(
    r"(?:做|搞|干|从事|主营|主要做|专做|专门做|经营|生产|加工|制造|开发|"
    r"研发|专业做|开|办|是(?:一?家|个|一个|做)?|属于|主业是?|行业:?|业务是?|"
    r"产品是?|我们|我司|公司|"
    r"(?:make|makes|making|do|produce|producing|manufacture|develop|are an?|"
    r"is an?|in the|run an?|are in|in|open an?|start an?|found an?|up an?|"
    r"up our|own an?))(?:[^,。给为卖供帮]{0,10})$|是一?(?:家|"
    r"个)[^,。给为卖供帮]{0,24}$|(?:are|is|'re|'m) an? [^,.]{0,24}$"
)
_TRADE_RIGHT = re.compile(
    r"^(?:[^,。]{0,4}?)(?:公司|企业|厂|工厂|行业|制造|制造商|生产|加工|"
    r"供应商|厂家|开发|的$|的[,。]|贸易|研发|设计|领域|$)|^ ?(?:company|"
    r"firm|manufacturer|maker|business|factory|producer|industry|startup|"
    r"start-up|plant|developer|provider|$)"
)
_WHOLESALE = re.compile(r"外贸|贸易|批发|分销|经销|进出口| (?:trading|wholesale|import|export)")
_RETAIL = re.compile(r"零售|专卖店|门店|网店| (?:retail|shop|store)")
_ANOTHER_TRADE = re.compile(
    r"销售|代理|出口|设备|机械|维修|修理|回收|检测|培训|设计|租赁|软件|研究|"
    r"平台|材料|包装|园区|物流|运输|协会|展|咨询|店| (?:repair|testing|"
    r"consult|logistics)"
)
_NOT_TRADE = re.compile(
    r"(?:给|为)[^,做搞产发]{0,8}$|供\S{0,6}$|卖给\S{0,8}$|帮\S{0,6}$|"
    r"买\S{0,6}$|换\S{0,4}$|租\S{0,6}$|需要\S{0,6}$|缺\S{0,6}$|"
    r"没有?\S{0,4}$|不(?:是|做|搞)\S{0,6}$|用\S{0,3}$|for (?:the )?\w* ?$|"
    r"not .{0,8}$|an? loan.*$"
)


def words_said(clause: Clause, industries: IndustryBook) -> Iterator[Said]:
    """The flags, choices and industry of a clause."""
    if clause.voice in {Voice.OTHER, Voice.UNREAL}:
        yield from _found(clause, _PLANS[:1])
        return
    yield from _found(clause, _PLANS[:2])
    yield from _listing(clause)
    yield from _loan(clause)
    for read in (_street, lambda said: _industry(said, industries)):
        yield from read(clause)
    if clause.voice is Voice.OWN:
        yield from _present(clause)


def choice_meant(key: str, text: str) -> str | None:
    """The one choice the words of a short answer mean (国企 → 国有), None when it is not clear."""
    meant = {
        pattern.value
        for pattern in (*_CHOICES, *_PLANS, *_LOAN_PURPOSES)
        if pattern.key == key and pattern.words.search(text)
    }
    value = meant.pop() if len(meant) == 1 else None
    return value if isinstance(value, str) else None


def _present(clause: Clause) -> Iterator[Said]:
    if not clause.asking:
        yield from _flags(clause)
        yield from _incidents(clause)
    if not re.search(r"不是|并非|not ", clause.text):
        yield from _found(clause, _CHOICES)


def _found(clause: Clause, patterns: tuple[_Pattern, ...]) -> Iterator[Said]:
    for pattern in patterns:
        if match := pattern.words.search(clause.text):
            yield Said(
                pattern.key, pattern.value, clause.start + match.start(), clause.start + match.end()
            )


def _flags(clause: Clause) -> Iterator[Said]:
    """The first pattern of a fact wins, so that a denial stands before its affirmation."""
    seen: set[str] = set()
    for said in _found(clause, _FLAGS):
        if said.key not in seen and not (
            said.key == "total_patents" and "invention_patents" in seen
        ):
            seen.add(said.key)
            yield said


def _incidents(clause: Clause) -> Iterator[Said]:
    if match := _INCIDENT.search(clause.text):
        keys = ["major_incident_1y"]
        if _THREE_YEARS.search(clause.text):
            keys.append("major_incident_3y")
        for key in keys:
            yield Said(
                key, value=False, start=clause.start + match.start(), end=clause.start + match.end()
            )


def _listing(clause: Clause) -> Iterator[Said]:
    if clause.voice is Voice.OTHER or _NO_LISTING.search(clause.text) or not clause.wishing:
        return
    boards = [said for said in _found(clause, _PLANS[2:]) if _LISTING_WISH.search(clause.text)]
    if len(boards) == 1:
        yield boards[0]


def _loan(clause: Clause) -> Iterator[Said]:
    if not _LOAN.search(clause.text) or _GRANTED.search(clause.text):
        return
    purposes = list(_found(clause, _LOAN_PURPOSES))
    if purposes:
        yield purposes[0]


def _street(clause: Clause) -> Iterator[Said]:
    if (
        clause.wishing
        or clause.voice is Voice.FUTURE
        or re.search(r"想|搬(?:到|去)(?!了)|迁", clause.text)
    ):
        return
    if match := _STREET.search(clause.text):
        name = match["in"] or match["named"] or match["place"] or _LATIN_STREETS[match["latin"]]
        yield Said("street", name, clause.start + match.start(), clause.start + match.end())


def _industry(clause: Clause, industries: IndustryBook) -> Iterator[Said]:
    """The industry when the clause says it is the company's trade; in AI制药 the last counts."""
    hits = [
        hit for hit in industries.mentions(clause.text)
        if _is_trade(clause.text[: hit.start], clause.text[hit.end :])
    ]  # fmt: skip
    begins = {hit.start for hit in hits}
    hits = [hit for hit in hits if hit.end not in begins]
    codes = {code for hit in hits for code in _codes_of(hit, clause.text[hit.end :])}
    if len(codes) == 1:
        yield Said(
            "industry", codes.pop(), clause.start + hits[0].start, clause.start + hits[0].end
        )


def _codes_of(hit: Hit[str], right: str) -> tuple[str, ...]:
    """Who trades in a thing does not make it: 服装外贸 is wholesale, 服装店 retail."""
    if _WHOLESALE.match(right):
        return ("51",)
    if _RETAIL.match(right):
        return ("52",)
    return () if _ANOTHER_TRADE.match(right) else hit.values


def _is_trade(left: str, right: str) -> bool:
    if _NOT_TRADE.search(left):
        return False
    alone = not left.strip(" ,，、") and not right.strip(" ,，、.。的")
    return (
        alone
        or bool(_TRADE_LEFT.search(left))
        or bool(not left.strip() and _TRADE_RIGHT.match(right))
    )
