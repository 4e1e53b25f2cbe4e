"""What differs between two versions of a measure, part by part, for an editor to read.

What no closer kind describes is named as a whole field; parts that only changed places are named
when nothing else differs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pydantic import BaseModel

from domain.citations import Citation
from domain.criteria import (
    AllOf,
    AnyOf,
    Group,
    Leaf,
    NotThis,
    Route,
    Routes,
    leaves_of,
    parts_of,
)
from domain.measures import Benefit, CriteriaStatus, Measure, MeasureStatus, Parameter
from domain.windows import AnyWindow
from domain.words import Words

Value = (
    Leaf
    | Citation
    | AnyWindow
    | CriteriaStatus
    | Words
    | Benefit
    | tuple[Parameter, ...]
    | tuple[str, ...]
    | str
    | date
    | None
)


class Kind(StrEnum):
    """What became different. The first ones may change outcomes, see `decides`."""

    ADDED = "added"
    RETIRED = "retired"
    RESTORED = "restored"
    SURENESS = "sureness"
    CRITERION_ADDED = "criterion_added"
    CRITERION_REMOVED = "criterion_removed"
    RULE = "rule"
    SOURCE = "source"
    REGROUPED = "regrouped"
    ROUTE_ADDED = "route_added"
    ROUTE_REMOVED = "route_removed"
    PARAMETER = "parameter"
    WINDOW = "window"
    BENEFIT_ADDED = "benefit_added"
    BENEFIT_REMOVED = "benefit_removed"
    WORDING = "wording"
    FIELD = "field"
    ORDER = "order"


DECIDING = frozenset(
    {
        Kind.ADDED,
        Kind.RETIRED,
        Kind.RESTORED,
        Kind.SURENESS,
        Kind.CRITERION_ADDED,
        Kind.CRITERION_REMOVED,
        Kind.RULE,
        Kind.SOURCE,
        Kind.REGROUPED,
        Kind.ROUTE_ADDED,
        Kind.ROUTE_REMOVED,
        Kind.PARAMETER,
    }
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One part that differs. `subject` names it in words; `name` is a field or a parameter."""

    kind: Kind
    subject: Words | None = None
    name: str = ""
    before: Value = None
    after: Value = None

    @property
    def decides(self) -> bool:
        """Whether it may change what is said to a company, as against how it is said."""
        return self.kind in DECIDING


class Change(StrEnum):
    """What publishing does to a measure, in one word. A retired measure counts as removed."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    SAME = "same"


def change_of(before: Measure | None, after: Measure) -> Change:
    """Added and removed are about what is offered: a retired measure that returns is added."""
    was_offered = before is not None and before.status is MeasureStatus.ACTIVE
    is_offered = after.status is MeasureStatus.ACTIVE
    if was_offered != is_offered:
        return Change.ADDED if is_offered else Change.REMOVED
    return Change.SAME if before == after else Change.CHANGED


def differences(before: Measure | None, after: Measure) -> tuple[Difference, ...]:
    """Everything that differs, what may change outcomes first; nothing between equals."""
    if before is None:
        return (Difference(Kind.ADDED, after.name),)
    found = [*_offer(before, after), *_criteria(before, after), *_told(before, after)]
    if not found and before != after:
        return (Difference(Kind.ORDER),)
    return tuple(sorted(found, key=lambda one: not one.decides))


def _offer(before: Measure, after: Measure) -> Iterator[Difference]:
    if before.status is not after.status:
        is_over = after.status is MeasureStatus.RETIRED
        kind = Kind.RETIRED if is_over else Kind.RESTORED
        yield Difference(kind, after.name)
    if before.criteria_status is not after.criteria_status:
        yield Difference(Kind.SURENESS, before=before.criteria_status, after=after.criteria_status)


# Criteria

Place = tuple[tuple[str, object], ...]


@dataclass(frozen=True, slots=True)
class _Placed:
    """A leaf with the groups and the route it stands in, outermost first."""

    leaf: Leaf
    inside: tuple[Group | Route, ...]

    def place(self, common: frozenset[str]) -> Place:
        """How it counts: which groups it shares with the criteria that stand in both versions."""
        return tuple(_counts_in(one, common) for one in self.inside)

    @property
    def name(self) -> Words:
        """The innermost words over it: those of its group or route, else its own."""
        named = (one.name if isinstance(one, Route) else one.text for one in self.inside[::-1])
        return next((words for words in named if words is not None), self.leaf.text)


def _counts_in(one: Group | Route, common: frozenset[str]) -> tuple[str, object]:
    if isinstance(one, Route):
        return "route", one.id
    return one.kind, frozenset(leaf.id for leaf in leaves_of(one)) & common


def _criteria(before: Measure, after: Measure) -> Iterator[Difference]:
    earlier, later = _leaves_by_id(before), _leaves_by_id(after)
    for key, placed in later.items():
        if key not in earlier:
            yield Difference(Kind.CRITERION_ADDED, placed.leaf.text, after=placed.leaf)
        else:
            yield from _leaf(earlier[key].leaf, placed.leaf)
    for key, placed in earlier.items():
        if key not in later:
            yield Difference(Kind.CRITERION_REMOVED, placed.leaf.text, before=placed.leaf)
    yield from _regrouped(earlier, later)
    yield from _routes(before.routes, after.routes)
    yield from _group_words(before, after)
    yield from _parameters(before, after)


def _leaves_by_id(measure: Measure) -> dict[str, _Placed]:
    placed = (one for criterion in measure.criteria for one in _placed(criterion, ()))
    return {one.leaf.id: one for one in placed}


def _placed(
    criterion: Leaf | Group | Routes, inside: tuple[Group | Route, ...]
) -> Iterator[_Placed]:
    match criterion:
        case AllOf() | AnyOf() | NotThis():
            for part in parts_of(criterion):
                yield from _placed(part, (*inside, criterion))
        case Routes():
            for route in criterion.routes:
                for part in route.of:
                    yield from _placed(part, (*inside, route))
        case _:
            yield _Placed(criterion, inside)


_WORDS = ("text", "hint", "question")


def _leaf(before: Leaf, after: Leaf) -> Iterator[Difference]:
    changed = _changed_fields(before, after)
    if changed - {*_WORDS, "cite"}:
        yield Difference(Kind.RULE, after.text, before=before, after=after)
    if "cite" in changed:
        yield Difference(Kind.SOURCE, after.text, before=before.cite, after=after.cite)
    for name in _WORDS:
        if name in changed:
            was, now = getattr(before, name, None), getattr(after, name, None)
            yield Difference(Kind.WORDING, after.text, name, was, now)


def _changed_fields(before: BaseModel, after: BaseModel) -> set[str]:
    names = {*type(before).model_fields, *type(after).model_fields}
    return {name for name in names if getattr(before, name, None) != getattr(after, name, None)}


def _regrouped(
    earlier: Mapping[str, _Placed], later: Mapping[str, _Placed]
) -> Iterator[Difference]:
    """Criteria that count differently: by another route, one of several instead of all."""
    common = frozenset(earlier) & frozenset(later)
    moved = (
        placed.name
        for key, placed in later.items()
        if key in common and earlier[key].place(common) != placed.place(common)
    )
    for name in dict.fromkeys(moved):
        yield Difference(Kind.REGROUPED, name)


def _routes(before: Routes | None, after: Routes | None) -> Iterator[Difference]:
    earlier = {route.id: route for route in before.routes} if before else {}
    later = {route.id: route for route in after.routes} if after else {}
    for key, route in later.items():
        if key not in earlier:
            yield Difference(Kind.ROUTE_ADDED, route.name)
        else:
            yield from _route(earlier[key], route)
    for key, route in earlier.items():
        if key not in later:
            yield Difference(Kind.ROUTE_REMOVED, route.name)


def _route(before: Route, after: Route) -> Iterator[Difference]:
    if before.name != after.name:
        yield Difference(Kind.WORDING, after.name, "name", before.name, after.name)
    if before.window != after.window:
        yield Difference(Kind.WINDOW, after.name, before=before.window, after=after.window)


def _group_words(before: Measure, after: Measure) -> Iterator[Difference]:
    """Words over a group that is still the same: by its id, or by the criteria inside."""
    earlier = _groups_by_name(before)
    for key, group in _groups_by_name(after).items():
        was = earlier.get(key)
        for name in ("text", "hint"):
            old, new = getattr(was, name, None), getattr(group, name)
            if was is not None and old != new:
                yield Difference(Kind.WORDING, group.text or was.text, name, old, new)


def _groups_by_name(measure: Measure) -> dict[tuple[str, str], Group]:
    found = (group for criterion in measure.criteria for group in _groups(criterion))
    return {
        (group.kind, group.id or " ".join(leaf.id for leaf in leaves_of(group))): group
        for group in found
    }


def _groups(criterion: Leaf | Group | Routes) -> Iterator[Group]:
    if isinstance(criterion, AllOf | AnyOf | NotThis):
        yield criterion
    for part in parts_of(criterion):
        yield from _groups(part)


def _parameters(before: Measure, after: Measure) -> Iterator[Difference]:
    for name in {**before.parameters, **after.parameters}:
        was, now = before.parameters.get(name, ()), after.parameters.get(name, ())
        if was != now:
            yield Difference(Kind.PARAMETER, name=name, before=was, after=now)


# What is offered, and how it is told

_TOLD_APART = frozenset(
    {"status", "criteria_status", "criteria", "parameters", "benefits", "window"}
)


def _told(before: Measure, after: Measure) -> Iterator[Difference]:
    for one in _surplus(after.benefits, before.benefits):
        yield Difference(Kind.BENEFIT_ADDED, one.text, after=one)
    for one in _surplus(before.benefits, after.benefits):
        yield Difference(Kind.BENEFIT_REMOVED, one.text, before=one)
    if before.window != after.window:
        yield Difference(Kind.WINDOW, before=before.window, after=after.window)
    for name in Measure.model_fields:
        was, now = getattr(before, name), getattr(after, name)
        if name in _TOLD_APART or was == now:
            continue
        is_worded = isinstance(was, Words) or isinstance(now, Words)
        kind = Kind.WORDING if is_worded else Kind.FIELD
        yield Difference(kind, name=name, before=_plain(was), after=_plain(now))


def _surplus(these: Sequence[Benefit], those: Sequence[Benefit]) -> Iterable[Benefit]:
    return (Counter(these) - Counter(those)).elements()


def _plain(value: object) -> Words | str | date | tuple[str, ...] | None:
    """What fits a line: words, a day, a code, a list of plain words. Of the rest only its name."""
    if isinstance(value, tuple) and all(isinstance(one, str) for one in value):
        return value
    return value if isinstance(value, Words | str | date) else None
