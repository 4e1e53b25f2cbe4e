"""What a message is for: telling of the company, asking for a policy, a trouble, or neither.

Clues are gathered (a fact was told, a policy is asked for, something is stuck, a measure answers to
the words …), and each speaks for or against each intent. The weights were fitted on the tuning
sentences and messages and rounded; `tests.evaluation` prints how well they do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.clauses import Clause
from domain.phrases import any_of
from domain.polarity import denied
from domain.sayings import Asking, SayingBook, Trouble
from domain.search import Index
from domain.triage import TriageBook, in_danger
from domain.voices import Voice
from domain.waits_said import months_waited
from domain.word_books import WordBooks


class Intent(StrEnum):
    """What a message is for."""

    PROFILE = "profile"
    SEARCH = "search"
    PROBLEM = "problem"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Heard:
    """What was read of a message before its intent: facts told (a title counts twice), plans of the
    company, needs, and who asks."""

    told: int = 0
    planned: int = 0
    needs: tuple[str, ...] = ()
    asks_as: frozenset[object] = frozenset()


#: For profile, search, problem, other.
ALWAYS = (-0.2, -0.5, -0.3, 1.0)
WEIGHTS: Mapping[str, tuple[float, float, float, float]] = {
    "agent": (-0.3, 0.5, -0.2, 0.0),
    "asking": (-0.8, 1.3, -1.1, 0.7),
    "asks": (0.0, 1.4, -0.8, -0.6),
    "category": (-0.3, 0.0, 1.0, -0.6),
    "clauses": (0.9, -0.7, 0.3, -0.6),
    "complaint": (-1.5, -0.4, 2.2, -0.3),
    "describes": (1.7, 0.2, -0.5, -1.5),
    "fails": (-0.5, -0.5, 1.6, -0.5),
    "founder": (0.5, 0.0, -0.5, -0.1),
    "founder told": (-1.6, 1.0, 0.0, 0.0),
    "general": (0.5, -0.3, -0.1, 0.0),
    "greets": (-0.8, -1.3, -0.3, 2.4),
    "measure": (0.3, 0.7, -0.3, -0.7),
    "measure sure": (-0.1, 0.9, -0.7, -0.1),
    "names": (1.7, 0.2, -0.5, -1.5),
    "needs": (-0.7, 1.9, -0.1, -1.1),
    "not ours": (-1.0, -0.7, -0.3, 2.1),
    "others too": (-0.2, 0.3, 0.0, 0.1),
    "planned": (-0.2, 1.2, -0.7, -0.2),
    "short": (-0.7, 0.5, -0.8, 1.0),
    "told": (3.1, -1.6, -0.5, -1.2),
    "told asking": (1.2, -1.2, 0.0, 0.0),
    "told more": (1.1, -0.5, -0.4, -0.1),
    "topics": (0.6, 0.0, 0.2, -0.7),
    "trouble": (-1.3, -1.3, 3.8, -1.2),
    "troubles": (-0.4, -0.4, 1.1, -0.2),
    "waited": (0.1, -0.4, 0.6, -0.2),
    "wants": (-0.7, 0.8, 0.1, -0.3),
    "what now": (-0.5, 0.0, 1.0, -0.5),
    "what if": (-0.3, 1.1, -0.4, -0.4),
}

#: Without one of these a message is nothing of the kind, whatever else speaks for it.
GROUNDS: Mapping[Intent, frozenset[str]] = {
    Intent.PROFILE: frozenset({"told", "describes", "names", "founder"}),
    Intent.SEARCH: frozenset(
        {"asks", "asking", "wants", "topics", "measure", "needs", "planned", "what if"}
    ),
    Intent.PROBLEM: frozenset({"trouble", "complaint", "fails", "waited", "category"}),
}

_TELLS = re.compile(
    r"(?:我们|我司|我公司|我厂|公司|咱们|我单位|俺们)(?:公司|厂|企业|这边|自己)?(?:主要|目前|现在|"
    r"一直|就)?"
    r"(?:不?是|做|搞|弄|整|从事|生产|卖|在|有|没有?|属于|不大|刚|才)(?!什么)|"
    r"^(?:做|搞|开|卖|弄)[^,]{1,12}的(?:$|,|公司|企业|厂|小|科技)|^(?:生产|从事|主营|专业|专做|"
    r"经营)|"
    r"(?:之前|以前|原来)在|合伙|客户(?:主要)?是|"
    r"(?<![a-z])(?:we|our company|our firm|i) (?:are|is|make|makes|do|produce|run|own|sell|have|"
    r"employ)"
    r"(?![a-z])|\d[\d.]*(?:%|万|亿|件|项|个专利|平|亩| (?:patents|million))|\d+个(?:发明|专利|软著)"
)
#: A verb that does not come about (打不开, 提交不了, 没人管), or something that goes on and on.
_FAILS = re.compile(
    r"(?<![差用谈])(?![成万亿人年个件])[\u4e00-\u9fff](?:不了(?!解)|不到(?![\d一二三四五六七八九十百两半])|不出|"
    r"不来(?!往)|不过来|"
    r"不上(?!市|班)|不下|不完|不动|不成|不起|不掉|不通|不及|不够)|"
    r"没(?:人|法|办法|地方|结果|解释|修|清|招到|信号|水|电|气|网)|"
    r"不(?:给|让|肯|理|管|认|还|付|批|办|修|合格|服|合理|配合|答复)|"
    r"老是|总是|天天|又(?:被|来|停|断|坏)|突然|迟迟|一直(?:没|不|在|卡|显示|拖)|"
    r"[天周月年季]了(?:还|都|也|没|$|,)|被(?!认定|评)|"
    r"(?<![a-z])(?:can't|cannot|can not|won't|doesn't|isn't|hasn't|haven't|didn't|no longer|still|"
    r"keeps?|suddenly|nobody|no one|without|wrong|broken|refus\w+|disrupt\w*|quit|lost|late|cut|"
    r"blocked?|stuck)(?![a-z])"
)
_WHAT_NOW = any_of(
    "怎么办 咋办 咋整 如何是好 怎么处理 怎么解决 找谁 谁管 谁来管 向谁 哪里投诉 "
    "(what|who)_(can|should|do|shall)_(we|i) "
    "help_us who_is_responsible"
)
#: 给不给, 够不够: a question, no complaint.
_ASKS_WHETHER = re.compile(r"([\u4e00-\u9fff])不\1")
_NOT_OURS = frozenset({Voice.OTHER, Voice.FUTURE, Voice.UNREAL})
SHORT = 6
SURE = 12


def intent_of(clues: Iterable[str]) -> Intent:
    """The intent most clues speak for, among those that have any ground."""
    scores, found = list(ALWAYS), set(clues)
    for clue in sorted(found):
        scores = [score + weight for score, weight in zip(scores, WEIGHTS[clue], strict=True)]
    likely = sorted(zip(scores, Intent, strict=True), key=lambda pair: -pair[0])
    return next(intent for _, intent in likely if intent not in GROUNDS or GROUNDS[intent] & found)


def clues_of(
    plain: str, clauses: Sequence[Clause], heard: Heard, books: WordBooks, today: date
) -> Iterator[str]:
    """Every clue of a plain text; each is a key of WEIGHTS."""
    yield from _of_facts(heard)
    yield from _of_words(plain, clauses, books.sayings)
    yield from _of_voices(clauses)
    if heard.told and "founder_to_be" not in heard.asks_as and any(c.asking for c in clauses):
        yield "told asking"
    yield from _of_measures(plain, books.index)
    yield from _of_problems(plain, books.triage, today)
    if len(plain) <= SHORT:
        yield "short"


def _of_facts(heard: Heard) -> Iterator[str]:
    known = {
        "told": heard.told > 0, "told more": heard.told > 1, "planned": heard.planned > 0,
        "needs": bool(heard.needs), "general": heard.needs == ("general",),
        "founder": "founder_to_be" in heard.asks_as, "agent": "agent" in heard.asks_as,
        "founder told": heard.told > 0 and "founder_to_be" in heard.asks_as,
    }  # fmt: skip
    yield from (clue for clue, holds in known.items() if holds)


def _of_words(plain: str, clauses: Sequence[Clause], book: SayingBook) -> Iterator[str]:
    by_clause = [_troubles_told([clause], book) for clause in clauses]
    told = {word: kind for found in by_clause for word, kind in found.items()}
    yield from set(told.values())
    if sum(kind == "trouble" for kind in told.values()) > 1:
        yield "troubles"
    ours = [clause for clause in clauses if clause.voice is not Voice.OTHER or clause.asking]
    yield from {kind for clause in ours for kind in _asked(clause, book)}
    if _FAILS.search(_ASKS_WHETHER.sub(" ", plain)):
        yield "fails"
    if told and _WHAT_NOW.search(plain):
        yield "what now"
    yield from _described(clauses, by_clause, book)


def _described(
    clauses: Sequence[Clause], troubled: Sequence[Mapping[str, Trouble]], book: SayingBook
) -> Iterator[str]:
    """Whether the company is told of; a clause of what befell it (`troubled`) tells nothing."""
    telling = [
        (clause, bool(trouble))
        for clause, trouble in zip(clauses, troubled, strict=True)
        if _speaks_for_itself(clause)
    ]
    calm = [clause for clause, is_troubled in telling if not is_troubled]
    if any(_tells(clause) for clause in calm) or any(_is_known(one, book) for one, _ in telling):
        yield "describes"
    elif any(_names_a_fact(clause, book) for clause in calm):
        yield "names"


def _of_voices(clauses: Sequence[Clause]) -> Iterator[str]:
    voices = {clause.voice for clause in clauses}
    asks = any(clause.asking for clause in clauses)
    supposes = Voice.UNREAL in voices
    if asks:
        yield "asking"
    if asks and supposes:
        yield "what if"
    if voices and voices <= _NOT_OURS and not asks:
        yield "not ours"
    elif Voice.OTHER in voices:
        yield "others too"
    if len(clauses) > 1:
        yield "clauses"


def _of_measures(plain: str, index: Index | None) -> Iterator[str]:
    found = index.search(plain, 1) if index else []
    if found:
        yield "measure"
        if found[0][1] >= SURE:
            yield "measure sure"


def _of_problems(plain: str, book: TriageBook | None, today: date) -> Iterator[str]:
    if months_waited(plain, today) > 0:
        yield "waited"
    if book is None:
        return
    danger = in_danger(plain, book)
    if danger:
        yield "trouble"
    if danger or book.mentions_a_subject(plain):
        yield "category"


def troubles(clauses: Iterable[Clause], book: SayingBook) -> set[Trouble]:
    """The kinds of trouble told; a trouble denied (没有拖欠) or supposed is none."""
    return set(_troubles_told(clauses, book).values())


def _troubles_told(clauses: Iterable[Clause], book: SayingBook) -> dict[str, Trouble]:
    """The words of trouble that are neither denied nor supposed, with the kind of each."""
    told = [clause for clause in clauses if clause.voice is not Voice.UNREAL]
    return {
        hit.word: kind
        for clause in told
        for hit in book.trouble_words.find(clause.text)
        if (kind := hit.values[0]) and not denied(clause.text, hit.start)
    }


def _speaks_for_itself(clause: Clause) -> bool:
    """Whether a clause may tell of the company: a question does only when it names it
    (我们80人能申请吗)."""
    return clause.voice is Voice.OWN and (not clause.asking or clause.names_us)


def _is_known(clause: Clause, book: SayingBook) -> bool:
    """Whether a clause names a title, or what is answered by yes or no."""
    return bool(book.flag_words.find(clause.text) or book.title_words.find(clause.text))


def _tells(clause: Clause) -> bool:
    """Whether a clause tells of the company, be it nothing that is a fact here."""
    return _TELLS.search(clause.text) is not None


def _names_a_fact(clause: Clause, book: SayingBook) -> bool:
    """Whether a clause names what could be a fact: 员工, 出口, 专利."""
    hits = book.noun_words.find(clause.text)
    return any(not noun.none for hit in hits for noun in hit.values)


def _asked(clause: Clause, book: SayingBook) -> Iterator[Asking]:
    for hit in book.asking_words.find(clause.text):
        yield from hit.values
