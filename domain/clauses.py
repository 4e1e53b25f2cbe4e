"""A text cut into clauses, each with its voice, and whether it asks, wishes or takes back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from domain.phrases import any_of, begins_with, ends_with
from domain.voices import Voice, names_company_now, voice_of


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of a plain text between two marks; `start` is its place in the whole text.

    `listed` says that it goes on with a list (after 、), `correcting` that it takes something back,
    `is_all` that there is no other clause.
    """

    text: str
    start: int
    voice: Voice
    asking: bool
    wishing: bool
    sentence: int
    listed: bool = False
    correcting: bool = False
    is_all: bool = False

    @property
    def names_us(self) -> bool:
        """Whether the clause says by itself that it is about the company now."""
        return names_company_now(self.text)


#: Full stops and commas that part no number, 、 between no numbers, long brackets, and 但是.
_MARK = re.compile(
    r"[。;!?\n]|(?<!\d)[.,]|[.,](?!\d| (?:19|20)\d\d(?!\d))|(?<![\d年])、(?!\d)|"
    r"\((?=[^()]{5,}\))|(?<=[^(]{5})\)|"
    r"(?<=.)(?=但是|(?<![通超好得])不过(?!来|去|了|分|关|审|是)|但(?!是)|可是|而我们|而且)|"
    r"(?<!\d) [-–—]{1,2} (?!\d)|——|…+|"
    r" (?=but |however |and (?:we|plan|want|hope|intend|need) |which is |while )"
)
_SENTENCE_END = re.compile(r"[。!?\n]|\. ?$")
_NUMBER_SAID = re.compile(
    r"[\d一二两三四五六七八九十百千几][多来余几]?个?(?:[万亿千百wkm]|元|人|名|号人|%|成|件|项|亩|平)|"
    r"\d (?:people|staff|employees|workers)"
)
_ASKING = any_of(
    "吗 ? 怎么 怎样 咋 如何 能不能 可不可以 可以不 是否 是不是 有没有 多少 什么 哪些 哪里 哪儿 "
    "哪个 哪家 在哪 啥 几时 几月 几号$ 几号(截|开|前|能|可|到|之) 多久 几岁 给不给 让不让 批不批 "
    "收不收 管不管 补不补 奖不奖 用不用 该不该 需不需要 可不可 会不会 符不符合 值不值 真的假的 "
    "够不够 算不算 行不行 要不要 难不难 对不对 好不好 么$ 呢$ "
    "(know|ask|wonder|tell_me|see|check|find_out)_(what|which|how|where|if|whether|about)"
)
_NOT_ASKING = any_of(
    "都能不能 没啥 没什么 (什么|啥|谁|怎么|哪里|哪儿|哪个|哪家|多少)…(都|也)(还|)(没|不|是) "
    "(说不清|说不准|不知道|不清楚|不明白|搞不懂|弄不懂)…(什么|为什么|怎么|哪里|多久|是不是|谁)"
)
_ASKING_FIRST = begins_with(
    "how what which where who can could do_we do_i do_you do_companies do_firms does is_there "
    "are_there should would any when_(is|are|do|does|can|will)",
    after="and so but also hi hello ,",
    but="which_(is|are|was|were|make|mean|come)",
)
_WISHING = any_of(
    "想 需要 希望 求 申请 申报 打算 计划 准备 考虑 争取 冲刺 冲 找 需 要拿 要租 要贷 要借 拟 "
    "want need needed like looking_for apply applying seek seeking interested_in plan loan_for"
)
_NOT_WISHING = any_of("不想 不要求 不需要 不打算 没打算 想不到 不准备 没想 no_plans not_planning")
_OH = "哦 噢 啊 呃 额 嗯 等等 哎 不对 , no, oh oh, no wait, wait sorry, oops oops,"
_CORRECTING = begins_with(
    "不对 不不 错了 (说|写|打|记|搞)错 更正 纠正 (应|应该)(是|有) 改成 改为 等下 等一下 "
    "(记|看|说|填|打)反了 sorry i_mean i_meant make_that "
    "correction actually rather no$",
    after=_OH,
)
_CORRECTED = ends_with("才对")
_NOTHING_BUT_A_CORRECTION = begins_with(
    "(不|不不|不不不|不是|不对|错了)(了|啊|哦|不对|)$ (等下|等一下|等等)$ (打|记|说|写|填)反了$ "
    "(我|)(刚才|)(说|写|打|记|搞)错(了|)$ (更正|纠正)(一下|)$ "
    "(sorry|no|correction|actually|i_mean|i_meant|oops|wait)$",
    after=_OH,
)
_SOFT_BREAK = any_of(
    "我们 我司 我公司 我厂 咱们 现在 目前 去年 前年 大前年 今年 明年 后年 想 打算 准备 计划 需要 "
    "希望 还想 还要 隔壁 其中 now we_plan we_want"
)
_NO_BREAK_AFTER = ends_with("于 比 较 和 与 跟 从 不 没 也 自 到 在 是 and than from in")
_SPACE = re.compile(r"(?<=[\u4e00-\u9fff%]) (?=[\u4e00-\u9fff]|\d\d年|20\d\d)")
_FROM_TO = re.compile(r"从[^,]{1,14}?(?:到|至)|from .{1,20} to ")
_NOT_BUT = re.compile(r"不是[^,。;]{1,12}?(?:而是|,? ?是(?=\d|[一二三四五六七八九十百两]))")


def split_clauses(text: str) -> list[Clause]:
    """The clauses of a plain text with their voices; an other's or a plan's voice carries on."""
    clauses: list[Clause] = []
    sentence, correction_open = 0, False
    for start, end in _pieces(text):
        piece = text[start:end]
        if piece.strip(" ,.;、"):
            before = clauses[-1] if clauses and clauses[-1].sentence == sentence else None
            clause = _clause(text, start, end, before, sentence)
            clauses.append(replace(clause, correcting=True) if correction_open else clause)
            correction_open = _NOTHING_BUT_A_CORRECTION.match(piece.strip()) is not None
            _ask_whole_list(clauses)
        if _SENTENCE_END.match(text[end : end + 1]):
            sentence += 1
    return clauses if len(clauses) > 1 else [replace(clause, is_all=True) for clause in clauses]


def _clause(text: str, start: int, end: int, before: Clause | None, sentence: int) -> Clause:
    piece = text[start:end]
    return Clause(
        _without_denied_number(piece),
        start,
        voice_of(piece, (before.text, before.voice) if before else None),
        asking=_is_asking(text[start : end + 1]),
        wishing=bool(_WISHING.search(_NOT_WISHING.sub("", piece))),
        sentence=sentence,
        listed=text[start - 1 : start] == "、",
        correcting=bool(_CORRECTING.match(piece) or _CORRECTED.search(piece)),
    )


def _is_asking(piece: str) -> bool:
    return bool(_ASKING.search(_NOT_ASKING.sub("", piece)) or _ASKING_FIRST.match(piece))


def _without_denied_number(piece: str) -> str:
    """不是80而是120人 keeps 120 only; the place of every character stays."""
    return _NOT_BUT.sub(lambda match: " " * len(match.group()), piece)


def _ask_whole_list(clauses: list[Clause]) -> None:
    """A question at the end of a list asks about all of it: 300人、营收4亿的企业算中型吗."""
    at = len(clauses) - 1
    while clauses[at].asking and clauses[at].listed and at:
        at -= 1
        clauses[at] = replace(clauses[at], asking=True)


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _MARK.finditer(text):
        yield from _soft_pieces(text, start, match.start())
        start = match.end()
    yield from _soft_pieces(text, start, len(text))


def _soft_pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where no mark parts them, clauses part at a blank, and where after a number a new one begins
    (80人我们…, 3000万想贷款)."""
    for place in _soft_breaks(text, start, end):
        left, is_blank = text[start:place], text[place] == " "
        if is_blank or (_NUMBER_SAID.search(left) and not _NO_BREAK_AFTER.search(left)):
            yield start, place
            start = place + is_blank
    yield start, end


def _soft_breaks(text: str, start: int, end: int) -> list[int]:
    piece = text[start:end]
    if _FROM_TO.search(piece):
        return []
    found = (*_SPACE.finditer(piece), *_SOFT_BREAK.finditer(piece))
    return sorted({match.start() + start for match in found})
