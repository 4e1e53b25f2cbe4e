"""What a sentence says: facts of the company, needs, and whether it tells, asks or complains.

Precision first: what is said of others, of the future, as a question or as a supposition is no
fact. Nothing read here is kept before the person has confirmed it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from domain.clauses import Clause, Voice, split_clauses
from domain.founding import founded
from domain.industries import IndustryBook
from domain.lexicon import plain
from domain.needs import NeedBook
from domain.numbers_said import Carried, numbers_said
from domain.said import Certificate, Said
from domain.titles_said import certificates_said
from domain.words_said import words_said

CERTIFICATIONS = "certifications"
ABOUT_A_PLAN = frozenset(
    {"listing_plan", "loan_amount", "loan_purpose", "guarantee_amount", "guarantee_months",
     "land_need_mu", "space_need_m2", "asks_as"}
)  # fmt: skip
WANTED = ABOUT_A_PLAN - {"asks_as"}
GENERAL = "general"


class Intent(StrEnum):
    """What a message is for."""

    PROFILE = "profile"
    SEARCH = "search"
    PROBLEM = "problem"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Span:
    """Where in the plain text a fact was read."""

    key: str
    start: int
    end: int


@dataclass(frozen=True)
class Understanding:
    """Facts in the shape of a profile file, denied items, needs, and what the message is for.

    `plain` is the text as it was read (NFKC, lower case); `spans` refer to it.
    """

    facts: dict[str, Any] = field(default_factory=dict)
    denied: dict[str, list[str]] = field(default_factory=dict)
    needs: list[str] = field(default_factory=list)
    intent: Intent = Intent.OTHER
    spans: tuple[Span, ...] = ()
    plain: str = ""


@dataclass(frozen=True)
class WordBooks:
    """The catalogue's words that understanding needs."""

    industries: IndustryBook
    needs: NeedBook


_TROUBLE = re.compile(
    r"批不下来|贷不下来|贷不到|办不下来|下不来|拿不到|没人管|没动静|"
    r"没有动静|没回音|没有回音|没反应|没回应|没结果|没有结果|没下文|没到账|"
    r"没拨|未到账|没兑现|不兑现|不受理|"
    r"卡在|卡了|卡住|被卡|一直没|还没(?:批|到|下来|给|拨|解决|处理|消息|"
    r"答复|回复|兑现|结清)|迟迟|拖了|拖欠|欠薪|欠我|欠了我|讨薪|不付|不给钱|"
    r"不结账|收不回|赖账|"
    r"停电|断电|停水|停气|停产|停工|断网|跳闸|限电|漏水|积水|被淹|堵门|堵在|"
    r"围堵|着火|起火|冒烟|爆炸|泄漏|泄露|受伤|触电|中毒|头晕|"
    r"被罚|被查|罚款|被列入|被投诉|投诉|举报|纠纷|侵权了|被侵权|抢注|仿冒|"
    r"抄袭|被告|被起诉|扣了我|扣在|被扣|滞留|滞港|"
    r"招不到|招不着|招工难|缺人|没人来|留不住|没学上|上不了学|没地方住|"
    r"吃饭难|停车难|进不来|出不去|登不上|登不进|打不开|申报不了|开不了|"
    r"开不出|"
    r"太臭|很臭|太吵|噪音太|异味|臭味|污染|太多了|太高了|太贵|涨了一倍|"
    r"突然涨|要我们搬|搬走|赶我们|断贷|抽贷|压贷|"
    r"发不出|发不了|"
    r"怎么还不|怎么还没|没有人管|推来推去|踢皮球|踢来踢去|互相推|不理|为难|"
    r"刁难|乱收费|急死|出了问题|有问题要反映|反映一个|反映个|"
    r"坏了|修了(?:半|一|两|三)|"
    r"(?<![a-z])(?:stuck|power cut|blackout|outage|no power|no electricity|"
    r"unpaid|owes?(?: us)?|not paid|has not been paid|refus(?:es|ed)|"
    r"will not pay|rejected|"
    r"delayed|pending for|complain|complaint|broken|leak|leaking|fire|"
    r"injured|smoke|flood(?:ed)?|cannot|can't|unable to|blocked|"
    r"problem with|trouble|stopped working|"
    r"no response|nobody answers|overdue|infring(?:es|ed|ing)|copied our)(?![a-z])"
)
_NO_TROUBLE = re.compile(
    r"(?:没有?|无|未|从未|从没)(?:被|进|出过|发生|拖欠?|欠)[^,。]{0,8}|"
    r"(?:没有?|无|未|从未|从没|no |not )(?:任何|什么|have |"
    r"any )?(?:经营)?(?:欠薪|拖欠|异常|被罚|罚款|纠纷|事故|投诉|停产|困难|"
    r"问题|异议|unpaid|trouble)|"
    r"解决了|没问题|不麻烦|麻烦(?:问|您|你|帮|查|介绍|告诉|问下|请问)|"
    r"污染防治|欠薪(?:记录)?(?:没有|无)|防止|如果|要是|麻烦了"
)
#: Trouble in passing: counts only when no policy is asked for and the company is not described.
_MILD_TROUBLE = re.compile(
    r"(?:困难|难题|麻烦|周转不|资金链|不下来|"
    r"(?<![想差达用])不到(?![\d一二三四五六七八九十百两半底])|"
    r"(?<![少大免])不了(?!解)|(?<!比)不上(?!市|班)|"
    r"不完|不进|回不去|过不去|不动|不通过?|不出来|过不来)|(?:不够(?!用了)|"
    r"不足|不配合|不让|不给|不批|不认|"
    r"不同意|不管|不还|不肯|不讲理)|太(?:少|多|贵|高|低|远|慢|早|晚|差|吵|臭|重|难|长|乱|旧|挤)|"
    r"被(?:退|驳|拒|查|罚|扣|卡|堵|压|打|盗|骗|断|限|封|冻结|起诉|拖|抢|偷|挤)|罚了|"
    r"没(?:消息|到|发|批|给|水|电|气|网|地方|了$|有?解决|回复|答复|处理|办成|着落|收到)|名额没了|"
    r"坏了|断了|停了|堵了|漏|裂|塌|老断|经常断|影响|损失|耽误|跑路|要闹|晕|"
    r"摔|掉下来|打架|拿刀|冒火|怪味|"
    r"味道很冲|洒了|滞箱费|天天(?:有人)?来?查|压了|缺(?:人|工|技术工|工人)|都走了|打假|"
    r"(?<![a-z])(?:down since|is down|been down|waiting|holding our|held|"
    r"wants us out|too (?:many|much|"
    r"expensive|slow|high|few)|shock|hurt|smell|stolen|not enough|shortage|"
    r"late|lost|slow|noisy)(?![a-z])"
)
_ASKS_WHERE = re.compile(
    r"去哪|哪里办|找谁|找哪|怎么办理|办理|怎么弄|需要什么|where (?:to|do|"
    r"can)|who (?:do|can|should)"
)
_ASKS_POLICY = re.compile(
    r"政策|补贴|补助|扶持|奖励|优惠|贴息|怎么申请|如何申请|怎么申报|"
    r"如何申报|怎么办理|申报条件|条件|认定|什么好处|有什么|有哪些|有没有|"
    r"能不能申请|能申请|可以申请|"
    r"在哪(?:里|儿)?(?:办|申请|报)|流程|指南|了解|咨询|想问|问一下|问下|想知道|查一下|"
    r"(?<![a-z])(?:polic(?:y|ies)|subsid(?:y|ies)|grants?|incentives?|"
    r"support|apply|eligible|how to|what|which|requirements?|programmes?|"
    r"programs?)(?![a-z])"
)
_ASKS_ANYTHING = re.compile(
    r"请问|谁|几点|几号|哪(?:里|儿|个|些)|怎|多少|为什么|帮我|帮忙|能帮|我想|我要|想要|想办|要办|"
    r"(?<![a-z])(?:can (?:i|we|you)|could (?:i|we|you)|do you|is there|are there|i want|we want|"
    r"i need|we need|i would like|we would like|how|where|when|who|whom|why)(?![a-z])"
)
_DESCRIBES = re.compile(
    r"(?:我们|我司|我公司|我厂|公司|咱们)(?:公司|厂|企业)?(?:主要)?(?:是|做|"
    r"搞|从事|在)(?!不是)|^(?:做|搞|开).{1,12}的(?:$|,)|"
    r"(?<![a-z])(?:we|our company) (?:are|is|make|makes|do|produce)(?![a-z])"
)
_NEED_CUE = re.compile(
    r"想|(?<![主重只])要(?!求)|需要|希望|打算|计划|准备|考虑|求|找|缺|怎么|"
    r"如何|能不能|有没有|有什么|有哪些|哪些|什么|吗|\?|政策|补贴|支持|扶持|"
    r"奖励|优惠|申请|申报|难|帮|不够|不到|批不|下不来|"
    r"太贵|太高|急|问|咨询|了解|条件|好处|"
    r"(?<![a-z])(?:want|need|loan|how|what|which|is there|are there|"
    r"support|help|apply|looking|plan|cannot|can't|interested|subsidy|"
    r"for)(?![a-z])"
)


def understand(text: str, as_of: date, books: WordBooks) -> Understanding:
    """Facts, needs and intent of a message; per-year facts are keyed by year from `as_of`."""
    said_plain = plain(text)
    clauses = split_clauses(said_plain)
    said, titles = _read(clauses, as_of, books)
    asks_as = {item.value for item in said if item.key == "asks_as"}
    said = _of_this_company(said, asks_as)
    needs = _needs(clauses, books.needs)
    intent = _intent(said_plain, clauses, said, titles, needs)
    facts, denied = _profile(said, titles)
    spans = tuple(Span(item.key, item.start, item.end) for item in said)
    spans += tuple(Span(CERTIFICATIONS, title.start, title.end) for title in titles)
    return Understanding(facts, denied, needs, intent, spans, said_plain)


def tells_trouble(text: str) -> bool:
    """Whether a plain text plainly complains of something, whatever else it says."""
    return _in_trouble(split_clauses(text))


def asks_something(text: str) -> bool:
    """Whether a plain text reads like a question or a wish, whatever it is about."""
    is_question = any(clause.asking for clause in split_clauses(text))
    return is_question or bool(_ASKS_ANYTHING.search(text) or _ASKS_POLICY.search(text))


def _read(
    clauses: Iterable[Clause], as_of: date, books: WordBooks
) -> tuple[list[Said], list[Certificate]]:
    said: list[Said] = []
    titles: list[Certificate] = []
    carried = Carried()
    for clause in clauses:
        numbers, carried = numbers_said(clause, as_of, carried)
        said += [*words_said(clause, books.industries), *numbers]
        if clause.voice is Voice.OWN and (since := founded(clause.text, clause.start, as_of)):
            said.append(since)
        titles += certificates_said(clause, as_of)
    return said, titles


def _of_this_company(said: list[Said], asks_as: set[Any]) -> list[Said]:
    """Before a company exists only its plans are facts; a person has one role."""
    if "founder_to_be" in asks_as:
        kept = ABOUT_A_PLAN | {"industry", "cross_border_ecommerce", "street", "talent_level"}
        said = [item for item in said if item.key in kept]
    return _without_rivals(said)


def _without_rivals(said: list[Said]) -> list[Said]:
    """Two streets (registered here, producing there) leave the street open."""
    streets = {item.value for item in said if item.key == "street"}
    return said if len(streets) < 2 else [item for item in said if item.key != "street"]


def _profile(
    said: Iterable[Said], titles: Iterable[Certificate]
) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """What is said later counts; titles become a list, or an object when a day was said."""
    facts: dict[str, Any] = {}
    for item in said:
        if item.key == "loan_purpose" and item.value == "固定资产" and item.key in facts:
            continue
        if item.year is None:
            facts[item.key] = item.value
        else:
            facts.setdefault(item.key, {})[str(item.year)] = item.value
    states = {title.name: title for title in titles}
    held = {name: title.ends for name, title in states.items() if title.held}
    if any(held.values()):
        facts[CERTIFICATIONS] = {name: day and day.isoformat() for name, day in held.items()}
    elif held:
        facts[CERTIFICATIONS] = list(held)
    denied = [name for name, title in states.items() if not title.held]
    return facts, {CERTIFICATIONS: denied} if denied else {}


def _needs(clauses: list[Clause], book: NeedBook) -> list[str]:
    """Needs named where something is wanted, asked or lacking; the general one only when alone."""
    found: dict[str, None] = {}
    for clause in clauses:
        if not (_NEED_CUE.search(clause.text) or clause.asking):
            continue
        for hit in book.mentions(clause.text):
            if not _already_there(clause.text, hit.start):
                found.update(dict.fromkeys(hit.values))
    if not found and any(clause.asking for clause in clauses):
        found = dict.fromkeys(
            need
            for c in clauses
            if c.voice is Voice.OTHER
            for hit in book.mentions(c.text)
            for need in hit.values
        )
    specific = [need for need in found if need != GENERAL]
    return specific or list(found)


def _already_there(text: str, start: int) -> bool:
    return bool(
        re.search(r"(?:不是|是|没有|不|做|已有|已经有)[^,。想要吗]{0,3}$", text[:start])
    ) and not (re.search(r"想|要|有没有|是不是|能不能|怎么|什么", text))


def _intent(
    text: str, clauses: list[Clause], said: list[Said], titles: list[Certificate], needs: list[str]
) -> Intent:
    if _in_trouble(clauses):
        return Intent.PROBLEM
    about_itself = len({item.key for item in said if item.key not in ABOUT_A_PLAN}) + len(titles)
    asking = bool(_ASKS_POLICY.search(text)) or any(clause.asking for clause in clauses)
    if about_itself >= 2 or (about_itself and not asking):
        return Intent.PROFILE
    if not about_itself and not asking and _MILD_TROUBLE.search(text):
        return Intent.PROBLEM
    if (
        _ASKS_WHERE.search(text)
        or needs
        or any(item.key in WANTED for item in said)
        or (asking and _ASKS_POLICY.search(text))
    ):
        return Intent.SEARCH
    if not about_itself and _MILD_TROUBLE.search(text):
        return Intent.PROBLEM
    if about_itself or said or (not asking and _DESCRIBES.search(text)):
        return Intent.PROFILE
    return Intent.OTHER


def _in_trouble(clauses: Iterable[Clause]) -> bool:
    return any(
        _TROUBLE.search(_NO_TROUBLE.sub("", clause.text)) and clause.voice is not Voice.UNREAL
        for clause in clauses
    )
