"""Conditions in the words of an editor: what is compared with what, before and after a change."""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.catalogue import Catalogue
from domain.criteria import (
    ByOfficer,
    Compare,
    DateIs,
    Declared,
    Flag,
    Holds,
    InIndustry,
    Leaf,
    MeasureIs,
    OneOf,
    Over,
    Ratio,
    Tier,
    Tiers,
)
from domain.facts import Kind, Span
from views import facts, formats
from views.translations import Translator


@dataclass(frozen=True, slots=True)
class Rules:
    """Says criteria in one language, with the catalogue's names of facts, options, industries."""

    t: Translator
    catalogue: Catalogue

    def change(self, before: Leaf, after: Leaf) -> str:
        """Only the bound where only that moved, what came and went of a list, else both in full."""
        match before, after:
            case (Compare() | Ratio(), Compare() | Ratio()) if _same_but(
                before, after, {"op", "value", "parameter"}
            ):
                return self._both(self._bound(before), self._bound(after))
            case Tiers(), Tiers() if _same_but(before, after, {"op", "tiers"}):
                return self._both(self._rows(before), self._rows(after))
            case (Holds(), Holds()) | (OneOf(), OneOf()) | (InIndustry(), InIndustry()):
                return self._lists(before, after) or self._both(self.rule(before), self.rule(after))
            case _:
                return self._both(self.rule(before), self.rule(after))

    def _both(self, before: str, after: str) -> str:
        return self.t.plain("editors.change", before=before, after=after)

    def _lists(self, before: Leaf, after: Leaf) -> str | None:
        """Items that came and went; None where more than that differs."""
        names = {"any_", "all_", "values", "prefixes"}
        is_any = bool(getattr(before, "any_", ())), bool(getattr(after, "any_", ()))
        if not _same_but(before, after, names) or is_any[0] != is_any[1]:
            return None
        was, now = _items(before), _items(after)
        came = [self._item(after, one) for one in now if one not in was]
        went = [self._item(before, one) for one in was if one not in now]
        parts = [
            self.t.plain(f"editors.rule.{key}", items=self._join(items))
            for key, items in (("came", came), ("went", went))
            if items
        ]
        return self.t.plain("editors.joint_of_parts").join(parts) or None

    def rule(self, leaf: Leaf) -> str:
        """The whole condition; its own wording is another matter."""
        match leaf:
            case Compare():
                return self._say(
                    "compare", leaf, over=self._over(leaf.over), bound=self._bound(leaf)
                )
            case Ratio():
                return self._say(
                    "ratio",
                    leaf,
                    over=self._over(leaf.over),
                    of=self._fact(leaf.of),
                    bound=self._bound(leaf),
                )
            case Tiers():
                return self._say("tiers", leaf, rows=self._rows(leaf))
            case Flag():
                return self._say("yes" if leaf.is_ else "no", leaf)
            case OneOf():
                return self._say("one_of", leaf, items=self._named(leaf))
            case Holds():
                key = "any" if leaf.any_ else "all"
                return self._say(key if leaf.is_ else f"not_{key}", leaf, items=self._named(leaf))
            case DateIs():
                return self._say("date", leaf, bound=self._day(leaf))
            case InIndustry():
                return self._industry(leaf)
            case MeasureIs():
                names = [self._measure(one) for one in leaf.any_]
                return self.t.plain(f"editors.rule.{leaf.state}", items=self._join(names))
            case Declared():
                return self.t.plain("editors.rule.declared")
            case ByOfficer():
                return self.t.plain("editors.rule.officer")

    def _say(self, key: str, leaf: Leaf, **values: str) -> str:
        name = self._fact(getattr(leaf, "fact", ""))
        return self.t.plain(f"editors.rule.{key}", fact=name, **values).strip()

    def _fact(self, key: str) -> str:
        spec = self.catalogue.fact(key)
        return facts.label(self.t, spec) if spec is not None else key

    def _over(self, over: Over) -> str:
        return "" if over is Over.LAST else self.t.plain(f"editors.over.{over}")

    def _bound(self, leaf: Compare | Ratio) -> str:
        if leaf.parameter is not None:
            value = self.t.plain("editors.rule.parameter", name=leaf.parameter)
        else:
            value = self._number(leaf, leaf.value or 0)
        return self.t.plain(f"editors.op.{leaf.op.name.lower()}", value=value)

    def _number(self, leaf: Compare | Ratio | Tiers, value: float) -> str:
        spec = self.catalogue.fact(leaf.fact)
        if isinstance(leaf, Ratio):
            return formats.percent(value)
        if spec is None or spec.kind not in {Kind.NUMBER, Kind.RATIO}:
            return formats.number(value)
        return facts.span(self.t, spec, Span(value, value))

    def _rows(self, leaf: Tiers) -> str:
        return self.t.plain("editors.joint_of_parts").join(
            self._row(leaf, tier) for tier in leaf.tiers
        )

    def _row(self, leaf: Tiers, tier: Tier) -> str:
        bound = self.t.plain(
            f"editors.op.{leaf.op.name.lower()}", value=self._number(leaf, tier.value)
        )
        edge = tier.up_to if tier.up_to is not None else tier.below
        if edge is None:
            return self.t.plain("editors.rule.tier_rest", bound=bound)
        key = "tier_up_to" if tier.up_to is not None else "tier_below"
        spec = self.catalogue.fact(leaf.by)
        shown = facts.span(self.t, spec, Span(edge, edge)) if spec else formats.number(edge)
        return self.t.plain(f"editors.rule.{key}", by=self._fact(leaf.by), edge=shown, bound=bound)

    def _named(self, leaf: OneOf | Holds) -> str:
        return self._join(self._item(leaf, one) for one in _items(leaf))

    def _item(self, leaf: Leaf, value: str) -> str:
        """The catalogue's word for an option, or the name of an industry."""
        if isinstance(leaf, InIndustry):
            book = self.catalogue.industries
            known = book.get(value) if book else None
            return known.of(self.t.locale) if known else value
        spec = self.catalogue.fact(getattr(leaf, "fact", ""))
        options = spec.options if spec is not None else ()
        return next((one.of(self.t.locale) for one in options if one.value == value), value)

    def _industry(self, leaf: InIndustry) -> str:
        items = self._join(self._item(leaf, one) for one in leaf.prefixes)
        if not leaf.except_:
            return self.t.plain("editors.rule.industry", items=items)
        but = self._join(self._item(leaf, one) for one in leaf.except_)
        return self.t.plain("editors.rule.industry_but", items=items, but=but)

    def _day(self, leaf: DateIs) -> str:
        is_start = leaf.value == "year_start"
        day = self.t.plain("editors.rule.year_start") if is_start else str(leaf.value)
        return self.t.plain(f"editors.day.{leaf.op.name.lower()}", value=day)

    def _measure(self, measure_id: str) -> str:
        measure = self.catalogue.measure(measure_id)
        return measure.short.of(self.t.locale) if measure else measure_id

    def _join(self, items: Iterable[str]) -> str:
        return self.t.plain("editors.joint").join(items)


def _same_but(before: Leaf, after: Leaf, names: set[str]) -> bool:
    """Whether two criteria of a kind differ in these fields only; words and sources aside."""
    ignored = {*names, "text", "hint", "cite"}
    return before.kind == after.kind and all(
        getattr(before, name) == getattr(after, name)
        for name in type(before).model_fields
        if name not in ignored
    )


def _items(leaf: Leaf) -> tuple[str, ...]:
    match leaf:
        case Holds():
            return (*leaf.any_, *leaf.all_)
        case OneOf():
            return leaf.values
        case InIndustry():
            return leaf.prefixes
        case _:
            return ()
