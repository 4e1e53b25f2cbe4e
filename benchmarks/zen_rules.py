"""The criteria of the catalogue as a fair user of zen-engine (a general rules engine) writes them.

Every number comes as a low and a high end, what is not known as null, and each comparison asks for
null first: that is how an engine with two answers is made to give three. What follows from the
facts (ages, ratios of one year, the size class) is worked out beforehand, outside the clock.
"""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from domain.catalogue import Catalogue
from domain.criteria import (
    AllOf,
    AnyOf,
    ByOfficer,
    Compare,
    DateIs,
    Flag,
    Group,
    Holds,
    InIndustry,
    Leaf,
    NotThis,
    OneOf,
    Op,
    Over,
    Ratio,
    Tier,
    Tiers,
)
from domain.derived import DERIVED_FACTS, STATED, Readings
from domain.facts import DateSpan, Held, Kind, PerYear, Span
from domain.measures import Measure

Ends = tuple[str, str]


class JdmWriter:
    """Writes measures as decisions in zen-engine's own format, for one day."""

    def __init__(self, catalogue: Catalogue, as_of: date) -> None:
        self._catalogue = catalogue
        self._as_of = as_of
        self._last_year = as_of.year - 1

    def decision(self, measures: Iterable[Measure]) -> str:
        """One decision over the measures: a key for each criterion, and one for each measure."""
        expressions = [
            {"id": key, "key": key, "value": value}
            for place, measure in enumerate(measures)
            for key, value in self._expressions(measure, f"m{place}").items()
        ]
        return json.dumps(
            {
                "nodes": [
                    {"id": "in", "type": "inputNode", "name": "in", "content": {"schema": ""}},
                    {
                        "id": "judge",
                        "type": "expressionNode",
                        "name": "judge",
                        "content": {"expressions": expressions},
                    },
                    {"id": "out", "type": "outputNode", "name": "out", "content": {"schema": ""}},
                ],
                "edges": [
                    {"id": "1", "type": "edge", "sourceId": "in", "targetId": "judge"},
                    {"id": "2", "type": "edge", "sourceId": "judge", "targetId": "out"},
                ],
            }
        )

    def expression(self, measures: Iterable[Measure]) -> str:
        """One expression that gives the answers of all the measures and nothing else."""
        inlined = [
            f'"m{place}": {_inlined(self._expressions(measure, "x"))}'
            for place, measure in enumerate(measures)
        ]
        return "{" + ", ".join(inlined) + "}"

    def names(self, measures: Iterable[Measure]) -> frozenset[str]:
        """Every input the expressions read."""
        texts = [text for one in measures for text in self._expressions(one, "x").values()]
        return frozenset(re.findall(r"[a-z_][a-z0-9_]*", " ".join(texts)))

    def _expressions(self, measure: Measure, prefix: str) -> dict[str, str]:
        """By key: every criterion, every route, and `<prefix>_fits`."""
        found: dict[str, str] = {}

        def keyed(criteria: Iterable[Leaf | Group], name: str) -> list[str]:
            keys = []
            for place, criterion in enumerate(criteria):
                key = f"{prefix}_{name}{place}"
                found[key] = self._criterion(criterion, measure)
                keys.append(f"$.{key}")
            return keys

        common = keyed(measure.common, "c")
        ways = []
        for place, route in enumerate(measure.routes.routes if measure.routes else ()):
            key = f"{prefix}_route{place}"
            found[key] = _all_of([*common, *keyed(route.of, f"r{place}_")])
            ways.append(f"$.{key}")
        found[f"{prefix}_fits"] = _any_of(ways) if ways else _all_of(common)
        return found

    def _criterion(self, criterion: Leaf | Group, measure: Measure) -> str:
        match criterion:
            case AllOf():
                return _all_of([self._criterion(part, measure) for part in criterion.of])
            case AnyOf():
                return _any_of([self._criterion(part, measure) for part in criterion.of])
            case NotThis():
                part = self._criterion(criterion.of, measure)
                return f"({part} == null ? null : {part} == false)"
            case _:
                return self._leaf(criterion, measure)

    def _leaf(self, leaf: Leaf, measure: Measure) -> str:
        match leaf:
            case Compare():
                return self._compare(leaf, measure)
            case Ratio():
                return self._ratio(leaf, measure)
            case Tiers():
                return self._tiers(leaf)
            case Flag():
                return f"({leaf.fact} == null ? null : {leaf.fact} == {str(leaf.is_).lower()})"
            case ByOfficer():
                return f"({leaf.key} == null ? null : {leaf.key} == true)"
            case OneOf():
                return self._one_of(leaf)
            case InIndustry():
                under = " or ".join(f'startsWith(industry, "{one}")' for one in leaf.prefixes)
                return f"(industry == null ? null : ({under}))"
            case Holds():
                return _any_of([self._item(leaf.fact, item) for item in leaf.any_])
            case DateIs():
                bound = leaf.bound(self._as_of).toordinal()
                return _compared((f"{leaf.fact}_low", f"{leaf.fact}_high"), leaf.op, bound)
        raise ValueError(f"{leaf.kind}: no measure uses it, so it is not written")

    def _bound(self, leaf: Compare | Ratio, measure: Measure) -> float:
        """The threshold in force on the day."""
        if leaf.parameter is None:
            return leaf.value or 0
        dated = measure.parameters[leaf.parameter]
        return next(one.value for one in dated if one.in_force(self._as_of))

    def _compare(self, leaf: Compare, measure: Measure) -> str:
        bound, years = self._bound(leaf, measure), self._years(leaf.over)
        if leaf.over is Over.LAST:
            return _compared(self._ends(leaf.fact), leaf.op, bound)
        each = [self._ends(leaf.fact, year) for year in years]
        if leaf.over.each:
            return _all_of([_compared(ends, leaf.op, bound) for ends in each])
        return _compared(_sum(each), leaf.op, bound)

    def _ratio(self, leaf: Ratio, measure: Measure) -> str:
        bound, years = self._bound(leaf, measure), self._years(leaf.over)
        tops = [self._ends(leaf.fact, year) for year in years]
        bottoms = [self._ends(leaf.of, year) for year in years]
        if not leaf.over.each:
            return _compared(_quotient(_sum(tops), _sum(bottoms)), leaf.op, bound)
        shares = [_quotient(top, bottom) for top, bottom in zip(tops, bottoms, strict=True)]
        if leaf.stated:
            shares[0] = self._ends(STATED[leaf.fact, leaf.of])
        return _all_of([_compared(share, leaf.op, bound) for share in shares])

    def _years(self, over: Over) -> range:
        return range(self._last_year, self._last_year - over.years, -1)

    def _tiers(self, leaf: Tiers) -> str:
        fact, by = self._ends(leaf.fact), self._ends(leaf.by)
        answers = [_compared(fact, leaf.op, tier.value) for tier in leaf.tiers]
        outside = _outside(leaf.tiers, by)
        pairs = list(zip(outside, answers, strict=True))
        met = " and ".join(f"({out} or {answer} == true)" for out, answer in pairs)
        unmet = " and ".join(f"({out} or {answer} == false)" for out, answer in pairs)
        return f"(({met}) ? true : (({unmet}) ? false : null))"

    def _one_of(self, leaf: OneOf) -> str:
        spec = self._catalogue.facts[leaf.fact]
        if not spec.derived:
            values = ", ".join(json.dumps(value, ensure_ascii=False) for value in leaf.values)
            return f"({leaf.fact} == null ? null : {leaf.fact} in [{values}])"
        items = {option.value: self._item(leaf.fact, option.value) for option in spec.options}
        wanted = " and ".join(f"{items[name]} == false" for name in items if name in leaf.values)
        others = " and ".join(
            f"{items[name]} == false" for name in items if name not in leaf.values
        )
        known = next(iter(items.values()))
        return f"({known} == null ? null : (({others}) ? true : (({wanted}) ? false : null)))"

    def _ends(self, key: str, year: int | None = None) -> Ends:
        spec = self._catalogue.facts[key]
        name = f"{key}_{year or self._last_year}" if spec.per_year else key
        return f"{name}_low", f"{name}_high"

    def _item(self, key: str, item: str) -> str:
        names = [option.value for option in self._catalogue.facts[key].options]
        return f"{key}_{names.index(item)}"

    def context(self, readings: Readings) -> dict[str, Any]:
        """What a company hands to the engine: every input by name, null where it is unknown."""
        found: dict[str, Any] = {}
        for spec in self._catalogue.facts:
            if spec.key == "size_class":
                possible = readings.possible(spec.key).value
                for option in spec.options:
                    known = None if possible is None else option.value in possible
                    found[self._item(spec.key, option.value)] = known
            elif spec.key in DERIVED_FACTS:
                found |= _spanned(spec.key, readings.number(spec.key).value)
            else:
                found |= self._told(spec.key, spec.kind, readings)
        return found

    def _told(self, key: str, kind: Kind, readings: Readings) -> Mapping[str, Any]:
        spec, value = self._catalogue.facts[key], readings.value(key)
        if spec.per_year:
            years = range(self._last_year - 2, self._last_year + 1)
            told = value if isinstance(value, PerYear) else PerYear(())
            return {
                name: end
                for year in years
                for name, end in _spanned(f"{key}_{year}", told.year(year)).items()
            }
        if kind is Kind.CHOICES:
            held = value if isinstance(value, Held) else Held()
            return {
                self._item(key, option.value): held.state(option.value, self._as_of)
                for option in spec.options
            }
        if kind in {Kind.NUMBER, Kind.RATIO}:
            return _spanned(key, value if isinstance(value, Span) else None)
        if kind is Kind.DATE:
            return _days(key, value if isinstance(value, DateSpan) else None)
        return {key: value}


def _spanned(name: str, span: Span | None) -> dict[str, Any]:
    return {f"{name}_low": span.low if span else None, f"{name}_high": span.high if span else None}


def _days(name: str, span: DateSpan | None) -> dict[str, Any]:
    ends = (span.low, span.high) if span else (None, None)
    low, high = (None if end is None else end.toordinal() for end in ends)
    return {f"{name}_low": low, f"{name}_high": high}


def _compared(ends: Ends, op: Op, bound: float | None) -> str:
    low, high = ends
    is_lower = op in {Op.AT_LEAST, Op.ABOVE}
    passing, failing = (low, high) if is_lower else (high, low)
    opposite = {Op.AT_LEAST: "<", Op.ABOVE: "<=", Op.AT_MOST: ">", Op.BELOW: ">="}[op]
    return (
        f"({passing} != null and {passing} {op} {bound} ? true : "
        f"({failing} != null and {failing} {opposite} {bound} ? false : null))"
    )


def _all_of(parts: list[str]) -> str:
    failed = " or ".join(f"{part} == false" for part in parts)
    unknown = " or ".join(f"{part} == null" for part in parts)
    return f"({failed} ? false : ({unknown} ? null : true))"


def _any_of(parts: list[str]) -> str:
    met = " or ".join(f"{part} == true" for part in parts)
    unknown = " or ".join(f"{part} == null" for part in parts)
    return f"({met} ? true : ({unknown} ? null : false))"


def _sum(years: list[Ends]) -> Ends:
    lows, highs = ([ends[place] for ends in years] for place in (0, 1))
    return _total(lows), _total(highs)


def _total(ends: list[str]) -> str:
    unknown = " or ".join(f"{end} == null" for end in ends)
    return f"({unknown} ? null : {' + '.join(ends)})"


def _quotient(top: Ends, bottom: Ends) -> Ends:
    return _divided(top[0], bottom[1], bottom[0]), _divided(top[1], bottom[0], bottom[0])


def _divided(end: str, by: str, least: str) -> str:
    possible = f"{end} != null and {by} != null and {least} != null and {least} > 0"
    return f"({possible} ? {end} / {by} : null)"


def _outside(tiers: Iterable[Tier], by: Ends) -> list[str]:
    """For each tier whether the other number certainly falls into another one."""
    found: list[str] = []
    previous: Tier | None = None
    for tier in tiers:
        edges = (_edge(tier, by[0], above=True), _edge(previous, by[1], above=False))
        found.append(" or ".join(edge for edge in edges if edge) or "false")
        previous = tier
    return [f"({one})" for one in found]


def _edge(tier: Tier | None, end: str, *, above: bool) -> str | None:
    if tier is None:
        return None
    if tier.up_to is not None:
        return f"({end} != null and {end} {'>' if above else '<='} {tier.up_to})"
    if tier.below is not None:
        return f"({end} != null and {end} {'>=' if above else '<'} {tier.below})"
    return None


def _inlined(expressions: Mapping[str, str]) -> str:
    """The last expression with every other one written out in its place."""
    *_, text = expressions.values()
    while "$." in text:
        text = re.sub(r"\$\.([a-z0-9_]+)", lambda name: expressions[name[1]], text)
    return text
