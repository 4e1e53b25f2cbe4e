"""One company before 75 measures, against zen-engine on the same rules: ratios in one run.

zen-engine is given what follows from the facts for nothing, and only the 22 measures with criteria;
its engine and decisions are made once. Its form is in each row the fastest that gives the same:
with reasons one decision with a trace, that has a key for each criterion; for verdicts alone
whatever is fastest of its decisions (the context as JSON or as a dict, one decision or 22).
"""

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import zen

from benchmarks.companies import AS_OF, mixed_profiles
from benchmarks.figures import Figure, at_least, best_of
from benchmarks.zen_rules import JdmWriter
from domain.catalogue import Catalogue
from domain.derived import Readings
from domain.verdicts import Outcome, Verdict, judge_all, outcomes_of
from services.catalogue import load

CATALOGUE = Path(__file__).parents[1] / "catalogue"
RUNS = 15
TRACED: Any = {"trace": True}
CERTAIN = {Outcome.ELIGIBLE: True, Outcome.INELIGIBLE: False}


def figures() -> Iterator[Figure]:
    """Times are of one company, in microseconds."""
    catalogue = load(CATALOGUE)
    profiles = mixed_profiles(catalogue.facts)
    theirs = _Zen(catalogue)
    contexts = [theirs.context(Readings(profile, AS_OF)) for profile in profiles]
    _insist_on_same(catalogue, theirs, contexts)

    def timed(work: Callable[[Any], object], companies: list[Any]) -> float:
        """Each company at its best, so that a busy machine disturbs both engines alike."""
        best = [best_of(RUNS, partial(work, company)) for company in companies]
        return sum(best) / len(best) * 1e6

    traced = min(timed(theirs.with_trace, contexts), timed(theirs.each_with_trace, contexts))
    reasons = timed(lambda profile: _with_reasons(catalogue, profile), profiles)
    yield at_least("75 measures with reasons", traced / reasons, 5, detail=_of(reasons, traced))

    texts = [json.dumps(context) for context in contexts]
    forms = (
        timed(theirs.verdicts, contexts),
        timed(theirs.verdicts, texts),
        timed(theirs.each_verdict, contexts),
    )
    alone = timed(lambda profile: outcomes_of(catalogue, profile, AS_OF), profiles)
    yield at_least("75 verdicts alone", min(forms) / alone, 2, detail=_of(alone, min(forms)))

    readings = [Readings(profile, AS_OF) for profile in profiles]
    ready = timed(lambda one: outcomes_of(catalogue, one, AS_OF), readings)
    written_out = timed(theirs.written_out, contexts)
    yield Figure(
        "the same, all derived values given to both",
        written_out / ready,
        detail=_of(ready, written_out) + ", one compiled expression instead of decisions",
    )


def _of(ours: float, theirs: float) -> str:
    return f"{ours:.0f} µs against {theirs:.0f} µs"


def _with_reasons(catalogue: Catalogue, profile: Any) -> object:
    return [_reasons(verdict) for verdict in judge_all(catalogue, profile, AS_OF)]


def _reasons(verdict: Verdict) -> object:
    """What came of every criterion by every way in; of the way that speaks what failed, is missing
    or waits for an officer, where it stands written, and the near miss."""
    way, marks = verdict.way, [way.surveys for way in verdict.ways]
    return (
        way.outcome,
        marks,
        way.failed,
        way.missing,
        way.for_officer,
        way.rules.citations,
        way.near_miss,
    )


class _Zen:
    """The engine with the catalogue's rules."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.measures = [measure for measure in catalogue.active if measure.criteria]
        self._writer = JdmWriter(catalogue, AS_OF)
        self._names = self._writer.names(self.measures)
        engine = zen.ZenEngine()
        self._all = engine.create_decision(self._writer.decision(self.measures))
        self._each = [engine.create_decision(self._writer.decision([m])) for m in self.measures]
        self._expression = zen.compile_expression(self._writer.expression(self.measures))

    def context(self, readings: Readings) -> dict[str, Any]:
        """The inputs the rules read, and no others."""
        every = self._writer.context(readings)
        return {name: value for name, value in every.items() if name in self._names}

    def with_trace(self, context: dict[str, Any]) -> Any:
        return self._all.evaluate(context, TRACED)

    def each_with_trace(self, context: dict[str, Any]) -> object:
        return [one.evaluate(context, TRACED) for one in self._each]

    def verdicts(self, context: Any) -> object:
        return self._all.evaluate(context)

    def each_verdict(self, context: dict[str, Any]) -> object:
        return [one.evaluate(context) for one in self._each]

    def written_out(self, context: dict[str, Any]) -> object:
        return self._expression.evaluate(context)


def _insist_on_same(catalogue: Catalogue, theirs: _Zen, contexts: list[dict[str, Any]]) -> None:
    """What is certain here is so there; sureness, which caps outcomes here, zen-engine has not."""
    for profile, context in zip(mixed_profiles(catalogue.facts), contexts, strict=True):
        ours = {one.measure: one.outcome for one in judge_all(catalogue, profile, AS_OF)}
        if ours != outcomes_of(catalogue, profile, AS_OF):
            raise AssertionError("the outcomes alone are not those of the verdicts with reasons")
        said = theirs.with_trace(context)["result"]
        for place, measure in enumerate(theirs.measures):
            answer, ours_says = said.get(f"m{place}_fits"), CERTAIN.get(ours[measure.id])
            if ours_says is not None and answer is not ours_says:
                raise AssertionError(f"{measure.id}: {ours[measure.id]}, zen-engine: {answer}")
