"""Whose clause it is: the company's own, somebody else's, a plan, a supposition, a question.

Only what a company says of itself and of now (or of the past) may become a fact.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Voice(StrEnum):
    """Of whom and of when a clause speaks."""

    OWN = "own"
    OTHER = "other"
    FUTURE = "future"
    UNREAL = "unreal"


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of a plain text between two marks; `start` is its place in the whole text."""

    text: str
    start: int
    voice: Voice
    asking: bool
    wishing: bool
    sentence: int


_MARK = re.compile(
    r"[。;!?\n]|(?<!\d)[.,]|[.,](?!\d)|(?<!\d)[、](?!\d)|"
    r"(?<=.)(?=但是|不过(?!来|去|了|分|关|审|是)|但(?!是)|可是|而我们|而且)|"
    r" (?=but |however |and we |which is )"
)
_SENTENCE_END = re.compile(r"[。!?\n]|\. ?$")
_OWN = re.compile(
    r"我们|我司|我公司|本公司|我厂|本厂|咱们|我们厂|本企业|我企业|"
    r"(?<![a-z])(?:we|our|us|my company)(?![a-z])"
)
_OTHER = re.compile(
    r"隔壁|朋友|客户|同行|别人|人家|别家|他们|她们|对手|竞争对手|供应商|"
    r"邻居|听说|据说|对面|某家|别的公司|别的企业|"
    r"其他公司|其他企业|其他家|有家公司|有的公司|有些公司|亲戚|老乡|合作方|"
    r"甲方|母公司|总公司|总部|集团公司|"
    r"上家公司|前公司|以前的公司|原来的公司|老东家|下游|上游|旁边那?家|楼上|"
    r"楼下|我(?:表|堂)?(?:哥|弟|姐|妹|叔|舅|爸|妈|老公|老婆|爱人|先生|太太|"
    r"邻居)|同学|"
    r"(?<![a-z])(?:customers?|clients?|neighbou?rs?|friends?|competitors?|"
    r"suppliers?|they|their|he|she|"
    r"parent company|another company|other companies|next door|previous employer)(?![a-z])"
)
_OTHER_AS_OBJECT = re.compile(
    r"(?:给|为|帮|替|卖给|供应|服务)[^,，]{0,4}客户|客户主要|客户是|客户有|客户都|our customers are"
)
_FUTURE = re.compile(
    r"明年|后年|明后年|下半年要|未来|打算|计划|准备|预计|预期|预算|将要|"
    r"将会|即将|争取|目标|拟|下个月|下季度|年底前?[要能会达]|"
    r"希望|规划|有望|力争|筹备|筹建|今后|以后要|快要到|"
    r"(?<![a-z])(?:will|plan(?:s|ning)?|intend|going to|next year|"
    r"expect(?:ed|s|ing)?|hope|aim|forecast|target)(?![a-z])"
)
_PRESENT = re.compile(
    r"现在|目前|现有|已经|当前|去年|前年|截至|(?<![a-z])(?:now|currently|"
    r"today|last year|at present)(?![a-z])"
)
_UNREAL = re.compile(
    r"如果|要是|假如|假设|假使|万一|倘若|若是|的话|比如|例如|据规定|按规定|"
    r"要求[^我,。]{0,8}(?:占比|比例|不低于|至少|达到|\d)|要求是|条件是|"
    r"标准是|规定是|(?:吗|么)就好了|就好了|"
    r"(?<![a-z])(?:if|suppose|imagine|for example|would be|requires?|requirement)(?![a-z])"
)
_ASKING = re.compile(
    r"吗|么$|呢$|\?|怎么|怎样|如何|能不能|可不可以|可以不|是否|是不是|"
    r"有没有|多少|什么|哪些|哪里|哪个|啥|几时|多久|"
    r"够不够|算不算|行不行|要不要|难不难|"
    r"(?<![a-z])(?:how|what|which|where|when|can we|can i|could|do we|does|"
    r"is there|are there|should)(?![a-z])"
)
_WISHING = re.compile(
    r"想|(?<![主重只])要(?!求|不)|需要|希望|求|申请|申报|打算|计划|准备|考虑|争取|冲刺|"
    r"(?<![a-z])(?:want|need|would like|looking for|apply|applying|seek|"
    r"seeking|interested in|plan|loan for)(?![a-z])"
)
_NOT_BUT = re.compile(r"不是[^,。;，]{1,12}?(?:而是|,? ?是(?=\d|[一二三四五六七八九十百两]))")


def split_clauses(text: str) -> list[Clause]:
    """The clauses of a plain text with their voices; an other's or a plan's voice carries on."""
    clauses: list[Clause] = []
    sentence = 0
    for start, end in _pieces(text):
        piece = text[start:end]
        if piece.strip(" ,.，。;、"):
            before = clauses[-1] if clauses and clauses[-1].sentence == sentence else None
            asking = bool(_ASKING.search(text[start : end + 1]))
            said = _without_denied_number(piece)
            wishing = bool(_WISHING.search(piece))
            voice = _voice(piece, before)
            clauses.append(Clause(said, start, voice, asking, wishing, sentence))
        if _SENTENCE_END.match(text[end : end + 1]):
            sentence += 1
    return clauses


def _pieces(text: str) -> list[tuple[int, int]]:
    pieces, start = [], 0
    for match in _MARK.finditer(text):
        pieces.append((start, match.start()))
        start = match.end()
    return [*pieces, (start, len(text))]


def _without_denied_number(piece: str) -> str:
    """不是80而是120人 keeps 120 only; the place of every character stays."""
    return _NOT_BUT.sub(lambda match: " " * len(match.group()), piece)


def _voice(piece: str, before: Clause | None) -> Voice:
    if _UNREAL.search(piece):
        return Voice.UNREAL
    if _about_others(piece):
        return Voice.OTHER
    if _FUTURE.search(piece):
        return Voice.FUTURE
    if before and before.voice is not Voice.OWN and not _turns_back(piece, before.voice):
        return before.voice
    return Voice.OWN


def _about_others(piece: str) -> bool:
    other, own = _OTHER.search(piece), _OWN.search(piece)
    if other is None:
        return False
    if own is None or _OTHER_AS_OBJECT.search(piece):
        return True
    return own.start() < other.start() or other.start() < own.start() < other.end() + 3


def _turns_back(piece: str, voice: Voice) -> bool:
    """Whether a clause leaves the voice before it: 我们, 现在, 去年 bring the company back."""
    if voice is Voice.OTHER:
        return bool(_OWN.search(piece))
    return bool(_OWN.search(piece) or _PRESENT.search(piece))
