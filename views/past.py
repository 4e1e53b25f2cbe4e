"""按某天的资料看: what a policy came to on a day that is over, beside what it comes to now."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.catalogue import Catalogue
from domain.evaluation import Finding
from domain.measures import Measure
from domain.past import Past
from domain.screens import Button, Html, Row, Screen
from domain.verdicts import Verdict
from domain.work_calendar import WorkCalendar
from views import reasons
from views.measures import ShowWhy
from views.people import back_row
from views.presses import Press
from views.translations import Translator

DAYS = 4
"""Days on which something was told that have a button."""

LINES = 3
"""Criteria above the fold."""


@dataclass(frozen=True)
class ShowPast(Press):
    """The verdict as of a day (ISO)."""

    prefix: ClassVar[str] = "ed"
    measure_id: str
    day: str


def ask_day(t: Translator, measure: Measure, days: Sequence[date], *, is_none: bool) -> Screen:
    """Which day? Those on which something was told have a button; `is_none`: not the one named."""
    return Screen(
        text=Html.lines(
            t("measures.past.no_such_day") if is_none else None,
            t("measures.past.which_day", name=measure.name.of(t.locale)),
            t("measures.past.type_day"),
        ),
        keyboard=_keys(t, measure, days),
    )


def before_all(t: Translator, measure: Measure, day: date, days: Sequence[date]) -> Screen:
    """Nothing had been told by then: from when on something can be seen."""
    return Screen(
        text=Html.lines(
            t("measures.past.nothing_yet", day=day.isoformat()),
            t("measures.past.first_day", day=days[-1].isoformat()) if days else None,
        ),
        keyboard=_keys(t, measure, days[-1:]),
    )


def past(
    t: Translator, then: Past, now: Verdict | None, days: Sequence[date], calendar: WorkCalendar
) -> Screen:
    """「按 2026-05-03 的资料：…」, with today's verdict below it."""
    findings = _in_order(then.verdict)
    shown = list(_lines(t, findings[:LINES], then.catalogue))
    folded = Html.lines(
        *_lines(t, findings[LINES:], then.catalogue),
        *reasons.source_lines(t, then.verdict, then.catalogue),
        t("measures.past.caution"),
    )
    head = Html.lines(*_head(t, then, now, calendar), *shown)
    return Screen(
        text=Html("\n".join([head, t("measures.past.fold", text=folded)])),
        keyboard=_keys(t, then.measure, [day for day in days if day != then.day]),
    )


def _head(
    t: Translator, then: Past, now: Verdict | None, calendar: WorkCalendar
) -> Iterator[Html | None]:
    measure, is_duty = then.measure, then.measure.is_duty
    yield t(
        "measures.past.title",
        name=measure.name.of(t.locale),
        day=then.day.isoformat(),
        headline=reasons.bare_headline(t, then.verdict, duty=is_duty),
    )
    if now is not None:
        yield t("measures.past.now", headline=reasons.bare_headline(t, now, duty=is_duty))
    yield t.plural("measures.past.facts", then.facts, day=then.said_on.isoformat())
    yield _conditions(t, then)
    window = reasons.window_words(t, then.verdict.window, then.day, calendar)
    yield t("measures.past.window", window=window) if window is not None else None


def _conditions(t: Translator, then: Past) -> Html | None:
    """Whose conditions they are, where they are not those of that day or of today."""
    if then.published_on > then.day:
        return t("measures.past.published_later", day=then.published_on.isoformat())
    return t("measures.past.changed_since") if then.is_changed else None


def _in_order(verdict: Verdict) -> list[Finding]:
    """What was in the way first."""
    way = verdict.way
    return [*way.failed, *way.open_, *way.met]


def _lines(t: Translator, findings: Iterable[Finding], catalogue: Catalogue) -> Iterator[Html]:
    return (reasons.line(t, finding, catalogue) for finding in findings)


def _keys(t: Translator, measure: Measure, days: Sequence[date]) -> tuple[Row, ...]:
    buttons = [
        Button(day.isoformat(), data=ShowPast(measure.id, day.isoformat()).pack())
        for day in days[:DAYS]
    ]
    back = Button(t.plain("measures.button.back"), data=ShowWhy(measure.id).pack())
    rows = [tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2)]
    return (*rows, back_row(t, back))
