"""What a measure must agree with beyond its own form: facts, sources, departments, the report."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from domain.catalogue import Catalogue
from domain.criteria import (
    AllOf,
    AnyOf,
    ByOfficer,
    Compare,
    DateIs,
    Declared,
    Flag,
    Group,
    Holds,
    Leaf,
    MeasureIs,
    NotThis,
    OneOf,
    Over,
    Ratio,
    Routes,
    Tiers,
    facts_of,
)
from domain.derived import BEHIND, DERIVED_FACTS, STATED
from domain.facts import NUMERIC, FactDictionary, FactSpec, Kind
from domain.measures import TITLES, Measure, MeasureStatus
from domain.stated_facts import GENERATED
from domain.words import Words

Path = tuple[str | int, ...]
SHORT_WIDTH = 18
"""A button holds nine Chinese or eighteen Latin characters."""

FEWEST_WORDS = 6
LONGEST_ID = 30
"""A button that answers a question of a card holds the measure's id beside the fact's."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something wrong, and where in the file it stands."""

    path: Path
    text: Words


def complaints(measure: Measure, catalogue: Catalogue) -> Iterator[Complaint]:
    """Everything in a measure that the rest of the catalogue does not bear out."""
    yield from _quotes(measure, catalogue)
    yield from _references(measure, catalogue)
    yield from _citations(measure, catalogue)
    yield from _names(measure)
    yield from _identifiers(measure)
    yield from _parameters(measure)
    for path, leaf in leaf_paths(measure):
        yield from _facts(path, leaf, measure, catalogue)
        yield from _stated_share(path, leaf)


def shared_names(measures: Iterable[Measure]) -> Iterator[tuple[Measure, Complaint]]:
    """Short names that two measures share: their buttons could not be told apart."""
    known = tuple(measures)
    for locale in ("zh", "en"):
        counted = Counter(measure.short.of(locale) for measure in known)
        for measure in known:
            name = measure.short.of(locale)
            if counted[name] > 1:
                yield measure, said(("short", locale), f"简称“{name}”重复", f"{name!r} is taken")


def dictionary_complaints(dictionary: FactDictionary) -> Iterator[Complaint]:
    """Faults of facts.yaml as a whole: names twice, derived facts nobody computes."""
    for key, times in Counter(spec.key for spec in dictionary).items():
        if times > 1:
            yield said(("facts",), f"资料“{key}”重复", f"fact {key!r} stands twice")
    derived = {spec.key for spec in dictionary if spec.derived}
    for key in sorted(derived ^ DERIVED_FACTS):
        yield said(("facts",), f"“{key}”不是能算出的资料", f"{key!r} is not what is computed")


def leaf_paths(measure: Measure) -> Iterator[tuple[Path, Leaf]]:
    """Every leaf with the path at which it stands in the file."""
    for index, criterion in enumerate(measure.criteria):
        yield from _leaves(("criteria", index), criterion)


def _leaves(path: Path, criterion: Leaf | Group | Routes) -> Iterator[tuple[Path, Leaf]]:
    match criterion:
        case AllOf() | AnyOf():
            for index, part in enumerate(criterion.of):
                yield from _leaves((*path, "of", index), part)
        case NotThis():
            yield from _leaves((*path, "of"), criterion.of)
        case Routes():
            for place, route in enumerate(criterion.routes):
                for index, part in enumerate(route.of):
                    yield from _leaves((*path, "routes", place, "of", index), part)
        case _:
            yield path, criterion


def said(path: Path, zh: str, en: str) -> Complaint:
    """A complaint in both languages."""
    return Complaint(path, Words(zh=zh, en=en))


def _quotes(measure: Measure, catalogue: Catalogue) -> Iterator[Complaint]:
    for index, quote in enumerate(measure.quotes):
        if quote not in catalogue.report:
            yield said(
                ("quotes", index), f"报告里没有这句话：{quote}", f"not in the report: {quote}"
            )


def _references(measure: Measure, catalogue: Catalogue) -> Iterator[Complaint]:
    if catalogue.department(measure.department) is None:
        key = measure.department
        yield said(("department",), f"没有部门“{key}”", f"no department {key!r}")
    for index, need in enumerate(measure.needs):
        if need not in catalogue.need_keys:
            yield said(("needs", index), f"没有需求“{need}”", f"no need {need!r}")
    others = [("exclusive_with", index, one) for index, one in enumerate(measure.exclusive_with)]
    for name, index, other in others:
        if catalogue.measure(other) is None:
            yield said((name, index), f"没有措施“{other}”", f"no measure {other!r}")
    titles = catalogue.fact(TITLES)
    known = {option.value for option in titles.options} if titles is not None else set()
    for index, title in enumerate(measure.grants):
        if title not in known:
            yield said(("grants", index), f"没有资质“{title}”", f"no title {title!r}")
    if measure.successor is not None and catalogue.measure(measure.successor) is None:
        yield said(
            ("successor",), f"没有措施“{measure.successor}”", f"no measure {measure.successor!r}"
        )
    if measure.status is MeasureStatus.RETIRED and measure.retired_on is None:
        yield said(("status",), "停用的措施要写停用日期", "a retired measure needs retired_on")


def _citations(measure: Measure, catalogue: Catalogue) -> Iterator[Complaint]:
    for source in sorted({cite.source for cite in measure.citations()} - set(catalogue.sources)):
        yield said(("criteria",), f"依据表里没有“{source}”", f"no source {source!r}")


def _names(measure: Measure) -> Iterator[Complaint]:
    if measure.criteria and len(measure.id) > LONGEST_ID:
        yield said(
            ("id",),
            f"有条件的措施，编号最多 {LONGEST_ID} 个字符",
            f"the id of a measure with criteria has at most {LONGEST_ID} characters",
        )
    for locale in ("zh", "en"):
        if button_width(measure.short.of(locale)) > SHORT_WIDTH:
            yield said(
                ("short", locale),
                "简称太长：最多 9 个汉字或 18 个字母",
                "short name too long: at most 9 Chinese or 18 Latin characters",
            )
    if len(measure.words) < FEWEST_WORDS:
        yield said(
            ("words",), f"至少写 {FEWEST_WORDS} 个常用说法", f"give {FEWEST_WORDS} words or more"
        )


def button_width(text: str) -> int:
    """How wide a text is in a button: a Chinese sign takes two places."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _identifiers(measure: Measure) -> Iterator[Complaint]:
    seen: set[str] = set()
    for path, leaf in leaf_paths(measure):
        if leaf.id in seen:
            yield said((*path, "id"), f"条件编号“{leaf.id}”重复", f"criterion {leaf.id!r} twice")
        seen.add(leaf.id)
    routes = Counter(route.id for route in measure.routes.routes) if measure.routes else Counter()
    for route, times in routes.items():
        if times > 1:
            yield said(("criteria",), f"路线“{route}”重复", f"route {route!r} stands twice")
    for index, benefit in enumerate(measure.benefits):
        if benefit.route is not None and benefit.route not in routes:
            yield said(
                ("benefits", index, "route"),
                f"没有路线“{benefit.route}”",
                f"no route {benefit.route!r}",
            )


def _parameters(measure: Measure) -> Iterator[Complaint]:
    for path, leaf in leaf_paths(measure):
        name = leaf.parameter if isinstance(leaf, Compare | Ratio) else None
        if name is not None and name not in measure.parameters:
            yield said((*path, "parameter"), f"没有参数“{name}”", f"no parameter {name!r}")
    for name, dated in measure.parameters.items():
        for earlier, later in pairwise(dated):
            ends, starts = earlier.to, later.from_
            if ends is None or starts is None or starts <= ends:
                yield said(
                    ("parameters", name), f"参数“{name}”的时段重叠", f"{name!r}: periods overlap"
                )


def _facts(path: Path, leaf: Leaf, measure: Measure, catalogue: Catalogue) -> Iterator[Complaint]:
    for key in facts_of(leaf):
        spec = catalogue.fact(key)
        if spec is None:
            yield said(path, f"词典里没有资料“{key}”", f"no fact {key!r}")
        elif isinstance(leaf, Declared | ByOfficer):
            yield from _stated(path, leaf, spec)
        elif not _suits(leaf, spec):
            yield said(
                path,
                f"资料“{key}”（{spec.kind.value}）不能这样比较",
                f"fact {key!r} is a {spec.kind.value} and cannot be tested so",
            )
    if isinstance(leaf, MeasureIs):
        for other in leaf.any_:
            if other == measure.id or catalogue.measure(other) is None:
                yield said((*path, "any"), f"没有措施“{other}”", f"no other measure {other!r}")
    if isinstance(leaf, OneOf | Holds):
        yield from _options(path, leaf, catalogue)


def _stated_share(path: Path, leaf: Leaf) -> Iterator[Complaint]:
    """What a company states must be the very share that is asked for."""
    if not isinstance(leaf, Ratio) or leaf.stated is None:
        return
    derived = STATED.get((leaf.fact, leaf.of))
    if derived is None or leaf.stated not in BEHIND[derived]:
        yield said(
            (*path, "stated"),
            f"“{leaf.stated}”不是“{leaf.fact}”占“{leaf.of}”的比例",
            f"{leaf.stated!r} is not the share of {leaf.fact!r} in {leaf.of!r}",
        )


def _stated(path: Path, leaf: Declared | ByOfficer, spec: FactSpec) -> Iterator[Complaint]:
    """The key may be a fact of facts.yaml that fits, or one that another measure shares."""
    by_company = isinstance(leaf, Declared)
    if spec.kind is not Kind.FLAG or (spec.asked if by_company else spec.judged) is False:
        yield said(
            (*path, "key"),
            f"“{spec.key}”已是另一种资料，请换一个名称",
            f"{spec.key!r} is already a fact of another kind; choose another key",
        )
    elif spec.group in GENERATED and spec.label != leaf.text:
        yield said(
            (*path, "key"),
            f"“{spec.key}”在别的条件里说的是“{spec.label.zh}”",
            f"{spec.key!r} stands for {spec.label.en!r} elsewhere",
        )


def _suits(leaf: Leaf, spec: FactSpec) -> bool:
    match leaf:
        case Ratio() if spec.key == leaf.stated:
            return spec.kind is Kind.RATIO
        case Ratio() if spec.key == "age":
            return False  # it changes every day, so that no derived row holds it
        case Compare() | Ratio():
            return spec.kind in NUMERIC and (leaf.over is Over.LAST or spec.per_year)
        case Tiers():
            return spec.kind in NUMERIC
        case Flag():
            return spec.kind is Kind.FLAG
        case OneOf():
            return spec.kind is Kind.CHOICE
        case Holds():
            return spec.kind is Kind.CHOICES
        case DateIs():
            return spec.kind is Kind.DATE
        case _:
            return spec.kind is Kind.CODE


def _options(path: Path, leaf: OneOf | Holds, catalogue: Catalogue) -> Iterator[Complaint]:
    spec = catalogue.fact(leaf.fact)
    named = leaf.values if isinstance(leaf, OneOf) else (*leaf.any_, *leaf.all_)
    for value in named:
        if spec is not None and value not in spec.values:
            yield said(path, f"“{leaf.fact}”没有“{value}”", f"{leaf.fact!r} has no {value!r}")
