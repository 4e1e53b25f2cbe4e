"""Which figures somebody asks for in a few words: “上个月 融资”, “last week by department”."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from domain.catalogue import DepartmentInfo
from domain.lexicon import plain
from domain.statistics import Dimension, Span, Which
from domain.tickets import Category
from domain.triage import OTHER, TriageBook

_SPANS = {
    Span.LAST_WEEK: r"上个?(?:周|星期|礼拜)|last week",
    Span.WEEK: r"[本这]个?(?:周|星期|礼拜)|this week",
    Span.LAST_MONTH: r"上个?月|last month",
    Span.MONTH: r"[本这当]个?月|this month",
    Span.LAST_YEAR: r"去年|上一?年|last year",
    Span.YEAR: r"今年|本年度?|this year",
}
_DIMENSIONS = {
    Dimension.CATEGORY: r"(?:按|各|分)类别?|by category",
    Dimension.DEPARTMENT: r"(?:按|各|分)部门|by department",
    Dimension.STREET: r"(?:按|各|分)街道|by street",
    Dimension.INDUSTRY: r"(?:按|各|分)行业|by industry",
    Dimension.MONTH: r"(?:按|各|分)月份?|by month",
}
_WHICH = {
    Which.OPEN: r"未办结|没办结|在办|办理中|\bopen\b",
    Which.CLOSED: r"已?办结|\bclosed\b",
}
_FILLER = re.compile(
    r"[\s,，。、·的]|统计|工单|诉求|情况|数据|类$|\b(?:of|the|tickets|statistics)\b"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was named; None is left as it is."""

    span: Span | None = None
    category: Category | None = None
    department: str | None = None
    dimension: Dimension | None = None
    which: Which | None = None


def read_asked(
    text: str, book: TriageBook | None, departments: Sequence[DepartmentInfo]
) -> Asked | None:
    """None where any of the words says something else: then it was no question for figures."""
    rest = plain(text)
    found: dict[str, object] = {}
    for name, table in (("span", _SPANS), ("dimension", _DIMENSIONS), ("which", _WHICH)):
        for value, pattern in table.items():
            said = re.search(pattern, rest)
            if said and name not in found:
                found[name] = value
                rest = rest[: said.start()] + " " + rest[said.end() :]
    rest = _FILLER.sub("", rest)
    if rest:
        department = _department(rest, departments)
        category = None if department else _category(rest, book)
        if department is None and category is None:
            return None
        found |= {"department": department, "category": category}
    return Asked(**found) if found else None  # type: ignore[arg-type]  # each table holds one field's kind


def _department(said: str, departments: Sequence[DepartmentInfo]) -> str | None:
    names = {
        plain(name): one.key
        for one in departments
        for name in (one.name.zh, one.short.zh, one.name.en, one.short.en)
    }
    exact = names.get(said) or names.get(f"区{said}")
    is_office = said.endswith(("局", "办", "专班", "街道"))
    return exact or next((key for name, key in names.items() if is_office and said in name), None)


def _category(said: str, book: TriageBook | None) -> Category | None:
    if book is None:
        return None
    for category in book.categories:
        names = {plain(category.name.zh), _FILLER.sub("", plain(category.name.en))}
        if any(said in name or name in said for name in names):
            return Category(category.key)
    key = book.category_of(said).key if book.mentions_a_subject(said) else OTHER
    return None if key == OTHER else Category(key)
