"""The catalogue as one immutable value: all that a district edits, with look-ups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from pydantic import BaseModel, ConfigDict

from domain.bundles import BundleBook
from domain.citations import Citation, Confidence, Source, confidence_of, is_weak
from domain.facts import FactDictionary, FactSpec
from domain.industries import IndustryBook
from domain.ladder import NoticeBook
from domain.measures import Measure, MeasureStatus
from domain.needs import NeedBook
from domain.replies import ReplyBook
from domain.rules import MeasureRules
from domain.sayings import SayingBook
from domain.search import Index
from domain.search_words import SearchBook
from domain.seasons import SeasonBook
from domain.stated_facts import with_stated
from domain.triage import TriageBook
from domain.visits import VisitRules
from domain.words import Text, Words


class DepartmentInfo(BaseModel):
    """An office as the catalogue guesses it; unconfirmed ones are not shown to companies."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Text
    name: Words
    short: Words
    confirmed: bool = False
    source: str | None = None
    confidence: Confidence | None = None
    note: str | None = None


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Everything a district edits that matching reads.

    `facts` holds what the measures generate too: change measures by `with_measures` only.
    """

    facts: FactDictionary
    measures: tuple[Measure, ...]
    sources: Mapping[str, Source]
    departments: tuple[DepartmentInfo, ...] = ()
    needs: NeedBook = field(default_factory=lambda: NeedBook(()))
    industries: IndustryBook | None = field(default=None)
    sayings: SayingBook = field(default_factory=SayingBook)
    triage: TriageBook | None = field(default=None)
    search_words: SearchBook = field(default_factory=SearchBook)
    bundles: BundleBook = field(default_factory=BundleBook)
    notices: NoticeBook = field(default_factory=NoticeBook)
    seasons: SeasonBook = field(default_factory=SeasonBook)
    replies: ReplyBook = field(default_factory=ReplyBook)
    visits: VisitRules = field(default_factory=VisitRules)
    home_regions: tuple[str, ...] = ("全国",)
    report: str = ""

    def with_measures(self, measures: Iterable[Measure]) -> Catalogue:
        """This catalogue with these measures in place of those with their ids; new ones come last.

        What companies declare and officers judge for a measure becomes a fact of the dictionary.
        """
        every = {measure.id: measure for measure in (*self.measures, *measures)}
        together = tuple(every.values())
        return replace(self, measures=together, facts=with_stated(self.facts, together))

    @cached_property
    def _measures(self) -> Mapping[str, Measure]:
        return {measure.id: measure for measure in self.measures}

    @cached_property
    def _departments(self) -> Mapping[str, DepartmentInfo]:
        return {department.key: department for department in self.departments}

    @cached_property
    def active(self) -> tuple[Measure, ...]:
        """The measures that are still offered, in the order of the catalogue."""
        return tuple(m for m in self.measures if m.status is MeasureStatus.ACTIVE)

    @cached_property
    def granting(self) -> tuple[Measure, ...]:
        """Those of them that a title shows to be had already."""
        return tuple(measure for measure in self.active if measure.grants)

    def rules(self, measure: Measure) -> MeasureRules:
        """The measure compiled, once."""
        known = self._rules.get(measure.id)
        if known is None or known.measure is not measure:
            known = self._rules[measure.id] = MeasureRules(measure, self.facts, self)
        return known

    @cached_property
    def _rules(self) -> dict[str, MeasureRules]:
        return {}

    @cached_property
    def asking(self) -> tuple[tuple[int, MeasureRules], ...]:
        """The measures still offered that have criteria, compiled, by their places in `active`."""
        return tuple(
            (place, self.rules(measure))
            for place, measure in enumerate(self.active)
            if measure.criteria
        )

    @cached_property
    def index(self) -> Index:
        """The measures still offered, ready to be searched."""
        return Index.build(self.active, self.search_words)

    @cached_property
    def need_keys(self) -> frozenset[str]:
        """The needs the catalogue knows."""
        return frozenset(need.key for need in self.needs.needs)

    def measure(self, measure_id: str) -> Measure | None:
        """The measure of that id, None when there is none."""
        return self._measures.get(measure_id)

    def department(self, key: str) -> DepartmentInfo | None:
        """The department of that key, None when there is none."""
        return self._departments.get(key)

    def fact(self, key: str) -> FactSpec | None:
        """The fact of that key, None when there is none."""
        return self.facts.get(key)

    def confidence(self, cite: Citation) -> Confidence:
        """How sure the cited place is."""
        return confidence_of(cite, self.sources.get(cite.source))

    def weak(self, cite: Citation) -> bool:
        """Whether a failure on this authority alone cannot make a company ineligible."""
        return is_weak(cite, self.sources.get(cite.source), self.home_regions)
