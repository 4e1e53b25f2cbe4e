"""Which measures an editor is to look at again: half a year after the last check, before an end."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.catalogue import Catalogue
from domain.citations import Source
from domain.measures import Measure
from domain.windows import DatedWindow

MONTHS = 6
"""Twice a year somebody looks whether what is published still holds."""

BEFORE_END = timedelta(days=15)
"""So long before an end date an editor asks whether it was extended."""


class Ground(StrEnum):
    """Why a measure is to be looked at."""

    WINDOW_ENDS = "window_ends"
    THRESHOLD_ENDS = "threshold_ends"
    SOURCE_ENDS = "source_ends"
    HALF_YEAR = "half_year"


@dataclass(frozen=True, slots=True)
class Reason:
    """A ground, due `since` a day; `on` is the end, or the day half a year was over.

    `name` is the key of the threshold or the source, or the id of the route.
    """

    ground: Ground
    on: date
    since: date
    name: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """A measure with all that makes it due, the nearest end first."""

    measure: Measure
    reasons: tuple[Reason, ...]

    @property
    def since(self) -> date:
        """The day the last of the reasons arose."""
        return max(reason.since for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class CheckSheet:
    """One measure before an editor: why now, what to read, how many call it irrelevant."""

    check: Check
    sources: tuple[Source, ...]
    irrelevant: int


def is_stale(measure: Measure, today: date) -> bool:
    """Whether nobody has looked for half a year: the card says 超过半年未核对."""
    return today >= _half_a_year_after(measure.checked_on)


def due_checks(catalogue: Catalogue, today: date) -> tuple[Check, ...]:
    """The measures to be looked at on a day, nearest end first, then as in the catalogue."""
    found = [Check(one, reasons_for(one, catalogue.sources, today)) for one in catalogue.active]
    due = [check for check in found if check.reasons]
    return tuple(sorted(due, key=lambda check: check.reasons[0].on))


def reasons_for(measure: Measure, sources: Mapping[str, Source], today: date) -> tuple[Reason, ...]:
    """Why a measure is due today; nothing once it was checked after the reason arose."""
    due = [
        reason
        for reason in (*_ends(measure, sources), _half_year(measure))
        if measure.checked_on < reason.since <= today
    ]
    return tuple(sorted(due, key=lambda reason: (reason.on, tuple(Ground).index(reason.ground))))


def _half_year(measure: Measure) -> Reason:
    on = _half_a_year_after(measure.checked_on)
    return Reason(Ground.HALF_YEAR, on, on)


def _half_a_year_after(day: date) -> date:
    years, month = divmod(day.month - 1 + MONTHS, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _ends(measure: Measure, sources: Mapping[str, Source]) -> Iterator[Reason]:
    for name, window in _windows(measure):
        if isinstance(window, DatedWindow) and window.to is not None:
            yield _ending(Ground.WINDOW_ENDS, window.to, name)
    for name, dated in measure.parameters.items():
        last = [one.to for one in dated]
        if last and None not in last:
            yield _ending(Ground.THRESHOLD_ENDS, max(day for day in last if day), name)
    for name in dict.fromkeys(cite.source for cite in measure.citations()):
        source = sources.get(name)
        if source is not None and source.ends is not None:
            yield _ending(Ground.SOURCE_ENDS, source.ends, name)


def _windows(measure: Measure) -> Iterator[tuple[str, object]]:
    yield "", measure.window
    for route in measure.routes.routes if measure.routes else ():
        yield route.id, route.window


def _ending(ground: Ground, on: date, name: str) -> Reason:
    return Reason(ground, on, on - BEFORE_END, name)
