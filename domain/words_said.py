"""Facts that are words: yes or no, and choices, read from a clause (catalogue/sayings.yaml)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from domain.clauses import Clause
from domain.lexicon import Hit
from domain.loans_said import speaks_of_loan
from domain.numbers_carried import YEARLY
from domain.phrases import any_of
from domain.polarity import affirmed, denied
from domain.quantities import tidy
from domain.said import FactSaid, Said
from domain.sayings import Choice, FlagWord, Phrase, SayingBook
from domain.voices import Voice

ANY_VOICE = frozenset({"asks_as"})
"""Who asks is said in clauses about others too: 帮客户问一下."""
NOT_A_FOUNDER = frozenset("板担贷投商专软")
"""创业板, 创业担保贷款, 还没注册商标 are no start of a company."""

PLANNED = frozenset({"asks_as", "loan_purpose", "listing_plan", "via_startup_guarantee"})
"""Choices that are facts although they lie in the future."""

AGENT, FOUNDER = "agent", "founder_to_be"
PARTICLES = 2
_HIRED = any_of("找 请了 请的 让 由 叫 雇 用的是 外包 交给")
_A_BRANCH = any_of("分公司 子公司 分厂 分店 新厂 新店 第二 再开 再办 branch subsidiary second")
_OF_A_POLICY = re.compile(
    r" ?(?:经济|企业家|资本|股东|政策|补贴|扶持|的?(?:扶持|政策|补贴)|企业(?:扶持|政策|补贴|"
    r"有什么|有哪些))"
)
UNDECIDED = "未定"
_BOARD_WISH = any_of(
    "目标 上市 ipo 冲 冲刺 奔 瞄准 递 敲钟 转 报 登陆 挂牌 过会 辅导 想 打算 准备 计划 考虑 list "
    "listing "
    "go_public plan"
)
_NO_BOARD = any_of(
    "不打算 不计划 不准备 不想 不考虑 没打算 没计划 没考虑 没想过 条件 门槛 区别 要求 标准 "
    "已经上市 已上市 已在 no_plan no_plans not_plan not_planning"
)
_NOT_WANTED = any_of("不想走 不打算走 不用走 不准备走 不用办 不想办 不是走 没走")
_FOR_LOAN = any_of(
    "用 用于 用来 用在 用作 主要用 用途 主要是 补充 作为 做 当 拿来 拿去 去买 想 不够 缺 紧张 吃紧 "
    "跟不上 "
    "周转 为了 准备 打算 换 to for need want"
)
_INCIDENT_KEYS = ("major_incident_1y", "major_incident_3y")
_ONE_YEAR = any_of(
    "近一年 近1年 一年内 今年 去年 这一年 过去一年 上年度 12个月 the_past_year last_year "
    "this_year within_a_year"
)
_GREAT = any_of("重大 较大 严重 死亡 特大 major serious fatal")


def words_said(
    clause: Clause, book: SayingBook, year: int, *, by_loan: bool = False, denying: bool = False
) -> Iterator[Said]:
    """The flags, phrases and choices of a clause.

    `year` is the last full fiscal year, `by_loan` says that a clause beside speaks of a loan,
    `denying` that the list this clause goes on with began with a denial (没有欠薪、偷税).
    """
    yield from _choices(clause, book, by_loan=by_loan)
    if clause.voice in {Voice.OWN, Voice.FUTURE} and not clause.asking:
        yield from _phrases(clause, book, year)
    if clause.voice is Voice.OWN and not clause.asking:
        yield from _flags(clause, book, denying=denying)


def _choices(clause: Clause, book: SayingBook, *, by_loan: bool) -> Iterator[Said]:
    boards: dict[str, Said] = {}
    for hit in book.choice_words.find(clause.text):
        for choice in hit.values:
            if not _counts(clause, choice, hit, by_loan=by_loan):
                continue
            said = _said(clause, hit, choice.key, choice.value)
            if choice.key == "listing_plan":
                boards[choice.value] = said
            else:
                yield said
    if len(boards) == 1:
        yield from boards.values()


def _counts(clause: Clause, choice: Choice, hit: Hit[Choice], *, by_loan: bool) -> bool:
    """Whether a choice's word is said of the company itself, or is a plan where plans count."""
    if choice.key in ANY_VOICE:
        return not denied(clause.text, hit.start) and not _is_somebody_else(clause, choice, hit)
    if clause.voice not in ({Voice.OWN, Voice.FUTURE} if choice.key in PLANNED else {Voice.OWN}):
        return False
    match choice.key:
        case "listing_plan" if choice.value == UNDECIDED:
            return True
        case "listing_plan":
            return _is_board_plan(clause)
        case "loan_purpose":
            return speaks_of_loan(clause) or (by_loan and _is_for_loan(clause, hit))
        case "talent_level":
            return affirmed(clause.text, hit.start, hit.end) is True or _is_counted(clause, hit)
    after = clause.text[hit.end :]
    return (
        not clause.asking and not denied(clause.text, hit.start) and not _OF_A_POLICY.match(after)
    )


def _is_somebody_else(clause: Clause, choice: Choice, hit: Hit[Choice]) -> bool:
    """创业板 is no founder, who opens a branch neither; who hires an agent is none."""
    if choice.value == AGENT:
        return _HIRED.search(clause.text[: hit.end]) is not None
    said, after = clause.text[hit.start : hit.end], clause.text[hit.end :][:1]
    opens_branch = choice.value == FOUNDER and _A_BRANCH.search(said)
    return after in NOT_A_FOUNDER or bool(opens_branch)


def _is_for_loan(clause: Clause, hit: Hit[Choice]) -> bool:
    """Whether a clause beside a loan says what it is for, or says nothing else: 买检测设备的."""
    rest = len(clause.text) - (hit.end - hit.start)
    return bool(_FOR_LOAN.search(clause.text)) or rest <= PARTICLES


def _is_board_plan(clause: Clause) -> bool:
    text = clause.text
    wished = clause.wishing or clause.voice is Voice.FUTURE or "没" in text or "undecided" in text
    return bool(wished and _BOARD_WISH.search(text) and not _NO_BOARD.search(text))


def _is_counted(clause: Clause, hit: Hit[Choice]) -> bool:
    """引进了一位D类人才, 博士3个; not 想引进一个博士, not 博士后补贴."""
    if clause.wishing or clause.asking or re.match(r"后|点|站|以上", clause.text[hit.end :]):
        return False
    before, after = clause.text[: hit.start], clause.text[hit.end :]
    return bool(
        re.search(r"(?:引进了?|来了|招了|招到了?|聘了|有|是)[^,]{0,6}$", before)
        or re.match(r" ?(?:[0-9一二两三四五六七八九十]+)[个名位人]", after)
    )


def _phrases(clause: Clause, book: SayingBook, year: int) -> Iterator[Said]:
    """What is said without a number: no patents, no exports, no profit yet."""
    for hit in book.phrase_words.find(clause.text):
        for phrase in hit.values:
            if clause.voice is Voice.OWN or phrase.key in PLANNED:
                said = _said(clause, hit, phrase.key, _phrase_value(clause, hit, phrase))
                yield replace(said, year=year) if phrase.key in YEARLY else said


def _phrase_value(clause: Clause, hit: Hit[Phrase], phrase: Phrase) -> FactSaid:
    """What a phrase settles; one that affirms may be denied (我们不走创业担保贷款)."""
    if phrase.value is not True:
        return _plain(phrase.value)
    return not (denied(clause.text, hit.start) or _NOT_WANTED.search(clause.text))


def _plain(value: bool | float | tuple[float | None, float | None]) -> FactSaid:
    if isinstance(value, tuple):
        return [tidy(end) if end is not None else None for end in value]
    return value if isinstance(value, bool) else tidy(value)


def _flags(clause: Clause, book: SayingBook, *, denying: bool) -> Iterator[Said]:
    """The first word that settles a flag counts, so that a denial stands before an affirmation."""
    seen: set[str] = set()
    for hit in book.flag_words.find(clause.text):
        for word in hit.values:
            value = _settled(clause, hit, word)
            if value is None and denying:
                value = False
            if value is not None and word.key not in seen:
                seen.add(word.key)
                yield from _flag(clause, hit, word.key, value=value)


def _settled(clause: Clause, hit: Hit[FlagWord], word: FlagWord) -> bool | None:
    """A name needs a yes or no beside it; a phrase that affirms may still be denied."""
    if word.settled is None:
        return affirmed(clause.text, hit.start, hit.end)
    return word.settled and not denied(clause.text, hit.start)


def _flag(clause: Clause, hit: Hit[FlagWord], key: str, *, value: bool) -> Iterator[Said]:
    if key != _INCIDENT_KEYS[1]:
        yield _said(clause, hit, key, value)
        return
    if value and not _GREAT.search(clause.text):
        return
    recent = _ONE_YEAR.search(clause.text)
    keys = _INCIDENT_KEYS if value is False and not recent else _INCIDENT_KEYS[:1]
    if value:
        keys = _INCIDENT_KEYS[1:]
    yield from (_said(clause, hit, one, value) for one in keys)


def _said(
    clause: Clause, hit: Hit[FlagWord] | Hit[Choice] | Hit[Phrase], key: str, value: FactSaid
) -> Said:
    return Said(key, value, clause.start + hit.start, clause.start + hit.end)
