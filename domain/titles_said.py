"""Certificates a company says it holds or does not hold (fact `certifications`)."""

from __future__ import annotations

import calendar
import re
from datetime import date

from domain.clauses import Clause, Voice
from domain.said import Certificate

_TITLES = (
    ("专精特新小巨人", r"(?:国家级?)?(?:专精特新)?[“\"]?小巨人[”\"]?(?:企业)?|little giants?"),
    (
        "专精特新中小企业",
        r"(?:省级?|市级?|浙江省)?[“\"]?专精特新[”\"]?(?:中小)?(?:企业)?|"
        r"srdi(?: sme| enterprise| company)?",
    ),
    (
        "高新技术企业",
        r"(?:国家级?|国家重点)?高新(?:技术)?企业|国家高新|国高新?(?:企)?|"
        r"(?<!省)高企|hi(?:gh)?-?[ -]?tech (?:enterprises?|company|status|"
        r"certificat(?:e|ion))(?: certificate)?|hnte",
    ),
    (
        "科技型中小企业",
        r"(?:国家)?科技型中小(?:微)?企业?|科小|科技中小企业|tech(?:nology)?-based smes?",
    ),
    ("创新型中小企业", r"创新型中小(?:微)?企业?|innovative smes?"),
)
_TITLE = re.compile("|".join(f"(?P<t{place}>{words})" for place, (_, words) in enumerate(_TITLES)))
_NOT_TITLE = re.compile(
    r"^ ?(?:培育|入库|后备|辅导|代理|奖|补贴|政策|条件|标准|申报|申请|"
    r"认定条件|的条件|的好处|有什么|好处|怎么|如何|服务|税收)"
)
_DENIED_LEFT = re.compile(
    r"(?:不是|并非|没有?(?:拿到?|评上?|申请(?:过|到)?|取得|获得?|得到|通过|"
    r"认定(?:过|上)?|办|做)?|还没(?:有)?(?:拿到?|评上?|申请(?:过|到)?|"
    r"认定(?:过|上)?|通过)?|未(?:获得?|取得|通过|认定|评上)?(?:过)?|"
    r"尚未\S{0,3}|不算|"
    r"not(?: yet)?(?: an?)?|no|without(?: an?)?|don't have(?: an?)?|"
    r"do not have(?: an?)?|never got)(?:过|成|到|上)? ?(?:什么|任何|an? |"
    r"the |any )?$"
)
_DENIED_RIGHT = re.compile(
    r"^(?:认定|资质|证书|称号|企业|资格|复审|这块|那个)?(?:也|都|还|一直|"
    r"目前|现在)*(?:没(?:有|能)?(?:评上|拿到|通过|申请|过|做|办|认定|有|$)|"
    r"没$|未(?:通过|获得|评上|认定)|还没|不是|没有|被取消|被撤销|"
    r"(?:去年|前年|上个月|今年)?(?:已经?|就)?(?:过期|失效|到期了|没续)|还不是)"
)
_EXPIRED_LAST = re.compile(r"^(?:证书|资质)?(?:去年|前年|上个月)(?:就|已经?)?到期")
_HELD_LEFT = re.compile(
    r"(?:是|有|拿到?了?|已是|已经?(?:是|有|获得?|通过|认定为?)|评上了?|评为|"
    r"获评|获得?了?|取得了?|持有|通过了?|认定(?:为|了|成)?|属于|成为|"
    r"拿下了?|具备|为|入选了?|被(?:认定|评)为?|"
    r"(?<!not )(?:are|is|have|hold|got|certified(?: as)?|as)) ?(?:20\d\d年度?|一家|一个|"
    r"家|省级?|市级?|国家级?|的|an? |the |certified |recognised |"
    r"a certified )*$"
)
_HELD_RIGHT = re.compile(
    r"^(?:企业|资质|证书|称号|资格|认定|复审)?(?:也|都|已经?|我们|去年|前年|"
    r"今年|20\d\d年|上个月)*(?:有(?!什么|哪些|没有|啥|用)|拿到了?|评上了?|"
    r"通过了?|认定了|下来了|到手|获批|已经?入库|入库了|"
    r"(?:明年|后年|今年底|20\d\d年?\d{0,2}月?底?|\d{1,2}月底?)(?:就|"
    r"要)?到期|还在有效期|在有效期|到期)"
)
_ENDING = re.compile(
    r"^(?:证书|资质)?(?:要|会)?(?:明年|后年|今年底|20\d\d年?\d{0,2}月?底?|\d{1,2}月底?)\S{0,4}?到期"
)
_WISHED = re.compile(
    r"想|打算|准备|争取|申请|申报|冲|评不|拿不|能(?:不能|否)|要(?:评|申|报|"
    r"拿)|培育|want|apply|plan|become|how to|get "
)
_ENDS = re.compile(
    r"(?P<year>20\d\d|明年|后年|今年)年?(?P<month>1[0-2]|"
    r"0?[1-9])月(?:(?P<day>[0-3]?\d)[日号])?(?:底)?(?:就|要)?(?:到期|过期|"
    r"失效)"
)
_LIST_JOIN = re.compile(r"^(?:和|、|,|及|以及|与|还有|也是| and | & )+(?:也?是)?")


def certificates_said(clause: Clause, as_of: date) -> list[Certificate]:
    """Titles of a clause, held or denied; wishes, questions and other firms' titles give none."""
    if clause.voice in {Voice.OTHER, Voice.UNREAL}:
        return []
    found: list[Certificate] = []
    last: tuple[int, bool] | None = None
    for match in _TITLE.finditer(clause.text):
        left, right = clause.text[: match.start()], clause.text[match.end() :]
        held = _state(left, right, clause)
        if (
            held is None
            and last
            and _LIST_JOIN.fullmatch(clause.text[last[0] : match.start()] or "-")
        ):
            held = last[1]
        if held is None:
            continue
        last = (match.end(), held)
        name = _TITLES[int(str(match.lastgroup)[1:])][0]
        ends = _end_day(right, as_of) if held else None
        found.append(
            Certificate(name, held, ends, clause.start + match.start(), clause.start + match.end())
        )
    return found


def _state(left: str, right: str, clause: Clause) -> bool | None:
    if _NOT_TITLE.match(right):
        return None
    if _DENIED_LEFT.search(left) or _DENIED_RIGHT.match(right) or _EXPIRED_LAST.match(right):
        return None if clause.asking and "是不是" in clause.text else False
    if _ENDING.match(right):
        return True
    if clause.voice is Voice.FUTURE or clause.asking or _WISHED.search(left):
        return None
    if _HELD_LEFT.search(left) or _HELD_RIGHT.match(right):
        return True
    return True if _alone(left, right) else None


def _alone(left: str, right: str) -> bool:
    """The title stands by itself in a list of facts: 民营，高企，80人."""
    return not left.strip(" ,，、") and not right.strip(" ,，、.。企业证书")


def _end_day(right: str, as_of: date) -> date | None:
    """The last day of the month a title ends in; a year alone is too vague."""
    match = _ENDS.search(right[:14])
    if match is None:
        return None
    year = {"今年": as_of.year, "明年": as_of.year + 1, "后年": as_of.year + 2}.get(match["year"])
    year, month = year or int(match["year"]), int(match["month"])
    last = calendar.monthrange(year, month)[1]
    return date(year, month, min(int(match["day"] or last), last))
