"""What a typed answer to an open question says: 一百二十来人, 15年, 不到六成, 没有, 不清楚."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from domain.answer_numbers import fits, is_nearly_all
from domain.clauses import split_clauses
from domain.days_said import read_day
from domain.durations import find_durations
from domain.facts import DateSpan, FactSpec, FactValue, Held, Kind, PerYear, Span
from domain.founding import founded
from domain.lexicon import plain
from domain.numerals import find_quantities
from domain.quantities import Number, Quantity, Range
from domain.sayings import SayingBook
from domain.titles_said import certificates_said
from domain.understanding import tells_trouble
from domain.uscc import read_uscc
from domain.word_books import WordBooks
from domain.years_said import find_years

WAN, YI = 10_000.0, 100_000_000.0
#: Shorter words are labels: 欠薪 may be what was asked for, 工厂停电三天了 never is.
SHORTEST_TROUBLE = 6


@dataclass(frozen=True, slots=True)
class DontKnow:
    """The person does not know; a full answer, asked again only when something changes."""


Answer = FactValue | DontKnow

_DONT_KNOW = re.compile(
    r"(?:我)?(?:也)?(?:不清楚|不知道|不晓得|不确定|不了解|不太清楚|不大清楚|"
    r"没统计|没算过|没数过|说不准|记不清|"
    r"忘了|忘记了|跳过|不好说|不便说|保密|don'?t know|do not know|dont know|"
    r"not sure|no idea|unsure|unknown|skip)"
    r"(?:了|呢|啊|哦|,.*)?[。.!]*"
)
_YES = re.compile(
    r"(?:是|是的|对|对的|有|有的|嗯|没错|属于|符合|已有|已经有|拥有|做|在做|"
    r"yes|yep|yeah|y|true|we do|we have|i do|1)"
    r"(?:了|啊|呢|[,，].{0,12})?[。.!]*"
)
_NO = re.compile(
    r"(?:不是|不|否|没|没有|没有的|无|不做|没做|不属于|未|还没|还没有|从没|"
    r"从来没有|不涉及|没有过|没出过|"
    r"no|nope|n|false|none|never|not yet|we don'?t|0)(?:了|啊|呢|过|[,，].{0,12})?[。.!]*"
)
_NONE = re.compile(r"(?:没有?|无|一[个项件名位]也?没有?|零|none|no|nothing|zero)[了。.!]*")
_MONEY = {"元", "块", "块钱", "cny", "rmb", "yuan"}


def read_answer(spec: FactSpec, text: str, as_of: date, books: WordBooks) -> Answer | None:
    """The value a typed answer gives for a fact; None when it is not an answer to this question.

    Per-year facts without a year in the answer belong to the last full fiscal year. The value is
    not yet checked against the bounds of the fact (`spec.check`).
    """
    said = plain(text).strip("。.!, ")
    if not said:
        return None
    if _DONT_KNOW.fullmatch(said):
        return DontKnow()
    is_long = len(said) > SHORTEST_TROUBLE
    if spec.kind is not Kind.TEXT and is_long and tells_trouble(said, books.sayings):
        return None
    match spec.kind:
        case Kind.CODE:
            code = books.industries.named(said)
            return code or (said if re.fullmatch(r"\d{2,4}", said) else None)
        case Kind.CHOICE:
            return _choice(spec, said, books.sayings)
        case Kind.CHOICES:
            return _choices(spec, said, as_of, books.sayings)
    return _READERS[spec.kind](spec, said, as_of)


def _number(spec: FactSpec, said: str, as_of: date) -> FactValue | None:
    if _NONE.fullmatch(said):
        return _for_year(spec, Span.exactly(0), said, as_of)
    quantity = _only_quantity(said, spec)
    if quantity is None or not fits(spec, quantity):
        return None
    span = _span(quantity.value(per=_unit(spec, quantity), step=_step(spec)))
    return _for_year(spec, span, said, as_of)


def _only_quantity(said: str, spec: FactSpec) -> Quantity | None:
    """The number of the answer; a correction (100，不对，120) keeps the last one."""
    found = [q for q in find_quantities(said) if not _is_year(said, q, spec)]
    corrected = re.search(r"不对|错了|应该是|改成|sorry|i mean", said)
    if not found or (len(found) > 1 and not corrected):
        return None
    return found[-1] if is_nearly_all(said, found[-1]) else None


def _is_year(said: str, quantity: Quantity, spec: FactSpec) -> bool:
    written = said[quantity.start : quantity.end].strip()
    return spec.per_year and bool(re.fullmatch(r"20[12]\d ?年?|[12]\d年", written))


def _unit(spec: FactSpec, quantity: Quantity) -> float:
    """What one unit of the fact is worth in plain units: 万元 takes a bare number as 万元."""
    unit = spec.unit.zh if spec.unit else ""
    plain_money = quantity.scaled or quantity.currency or quantity.unit in _MONEY
    if unit.startswith("亿"):
        return YI if plain_money else 1
    if unit.startswith("万"):
        return (
            (1 if quantity.unit == "万美元" else WAN)
            if plain_money or "美元" in quantity.unit
            else 1
        )
    if unit.endswith("月") and quantity.unit in {"年", "year", "years"}:
        return 1 / 12
    return 1


def _step(spec: FactSpec) -> float:
    return 1 if spec.whole or (spec.unit and spec.unit.zh[:1] in "人件项个万亩月平") else 0.01


def _ratio(spec: FactSpec, said: str, as_of: date) -> FactValue | None:
    if _NONE.fullmatch(said):
        return _for_year(spec, Span.exactly(0), said, as_of)
    if said in {"全部", "百分百", "百分之百", "都是", "all", "all of it"}:
        return _for_year(spec, Span.exactly(1), said, as_of)
    if said in {"一半", "half", "对半"}:
        return _for_year(spec, Span.exactly(0.5), said, as_of)
    quantity = _only_quantity(said, spec)
    if quantity is None or (quantity.unit not in {"", "%"}):
        return None
    per = 1.0 if quantity.unit == "%" or _is_fraction(quantity) else 100.0
    span = _span(quantity.value(per=per, step=0.0001))
    return _for_year(spec, span, said, as_of)


def _is_fraction(quantity: Quantity) -> bool:
    """0.6 is a share, 60 is per cent; 1 alone is read as one per cent."""
    ends = [end for end in (quantity.low, quantity.high) if end is not None]
    return all(end < 1 for end in ends)


def _span(value: Number | Range) -> Span:
    if isinstance(value, list):
        return Span(value[0], value[1])
    return Span.exactly(value)


def _for_year(spec: FactSpec, span: Span, said: str, as_of: date) -> FactValue:
    if not spec.per_year:
        return span
    years = find_years(said, as_of.year)
    return PerYear.of({years[0].year if years else as_of.year - 1: span})


def _flag(_: FactSpec, said: str, __: date) -> FactValue | None:
    if _NO.fullmatch(said):
        return False
    return True if _YES.fullmatch(said) else None


def _choice(spec: FactSpec, said: str, book: SayingBook) -> FactValue | None:
    """The one option whose word, or label in either language, stands in the answer."""
    if re.search(r"不是|并非|not ", said):
        return None
    labels = {plain(label): o.value for o in spec.options for label in (o.zh, o.en, o.value)}
    if said in labels:
        return labels[said]
    named = [o.value for o in spec.options if _names(said, (o.value, o.zh, o.en))]
    if len(set(named)) == 1:
        return named[0]
    meant = book.choice_meant(spec.key, said)
    return meant if meant in spec.values else None


def _names(said: str, labels: tuple[str, ...]) -> bool:
    return any(
        plain(label) in said or (len(said) > 1 and said in plain(label)) if not label.isascii()
        else re.search(rf"(?<![a-z]){re.escape(plain(label))}(?![a-z])", said) is not None
        for label in labels
    )  # fmt: skip


def _choices(spec: FactSpec, said: str, as_of: date, book: SayingBook) -> FactValue | None:
    if _NONE.fullmatch(said) or said in {"都没有", "一个都没有", "都没", "none of them"}:
        return Held(denied=tuple(option.value for option in spec.options))
    clauses = [replace(clause, is_all=False) for clause in split_clauses(said)]
    titles = [title for one in clauses for title in certificates_said(one, book, as_of)]
    titles = [title for title in titles if title.name in spec.values]
    if titles:
        held = tuple((title.name, title.ends) for title in titles if title.held)
        return Held(held, tuple(title.name for title in titles if not title.held))
    named = tuple(
        (o.value, None) for o in spec.options if plain(o.value) in said or plain(o.zh) in said
    )
    return Held(named) if named else None


def _date(_: FactSpec, said: str, as_of: date) -> FactValue | None:
    bare = re.sub(r"(?:成立|注册|创办|开)?的?$", "", said).strip()
    if (day := read_day(bare, as_of)) is not None:
        return DateSpan(*day) if day[0] <= as_of else None
    for text in (said, f"{said}成立", f"成立{said}"):
        found = founded(text, 0, as_of)
        if found is not None:
            return _as_dates(found.value)
    return _relative(said, as_of)


def _relative(said: str, as_of: date) -> FactValue | None:
    """昨天, 上周 and lengths of time before the day: 三个月前."""
    if said in {"今天", "today"}:
        return DateSpan.exactly(as_of)
    if said in {"昨天", "yesterday"}:
        return DateSpan.exactly(as_of - timedelta(days=1))
    durations = find_durations(said)
    if len(durations) == 1 and re.search(r"前|ago", said):
        span = durations[0]
        return DateSpan(
            as_of - timedelta(days=round(span.high * 30.5)),
            as_of - timedelta(days=round(span.low * 30)),
        )
    return None


def _as_dates(value: object) -> DateSpan:
    days = [value] if isinstance(value, str) else list(value) if isinstance(value, list) else []
    dates = [date.fromisoformat(str(day)) for day in days]
    return DateSpan(dates[0], dates[-1])


def _text(spec: FactSpec, said: str, _: date) -> FactValue | None:
    if spec.key == "uscc":
        code = read_uscc(said)
        return code.code if code else None
    return said if 2 <= len(said) <= 100 else None


_Reader = Callable[[FactSpec, str, date], FactValue | None]
_READERS: dict[Kind, _Reader] = {
    Kind.NUMBER: _number,
    Kind.RATIO: _ratio,
    Kind.FLAG: _flag,
    Kind.DATE: _date,
    Kind.TEXT: _text,
}
