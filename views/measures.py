"""One policy: its reasons, its routes beside each other, marks; and the presses of its card."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.catalogue import Catalogue
from domain.matches import Match
from domain.measures import Measure, Note
from domain.screens import Button, Html, Keyboard, Row, Screen
from domain.work_calendar import WorkCalendar
from views import formats, reasons
from views.people import back_row
from views.presses import Press
from views.translations import Translator

WHY_PAGE = 5
IRRELEVANT_REASONS = ("other_trade", "no_need", "too_hard")


@dataclass(frozen=True)
class ShowMeasure(Press):
    """C5."""

    prefix: ClassVar[str] = "em"
    measure_id: str


@dataclass(frozen=True)
class ShowWhy(Press):
    """C6: every criterion with its source."""

    prefix: ClassVar[str] = "ew"
    measure_id: str
    page: int = 0


@dataclass(frozen=True)
class AskDay(Press):
    """按某天的资料看: which day?"""

    prefix: ClassVar[str] = "ep"
    measure_id: str


@dataclass(frozen=True)
class CompareRoutes(Press):
    """The ways in, beside each other."""

    prefix: ClassVar[str] = "er"
    measure_id: str


@dataclass(frozen=True)
class ShowWatches(Press):
    """C8."""

    prefix: ClassVar[str] = "eo"
    measure_id: str


@dataclass(frozen=True)
class ShowHeld(Press):
    """已享受: until when?"""

    prefix: ClassVar[str] = "eh"
    measure_id: str


@dataclass(frozen=True)
class MarkHeld(Press):
    """已享受 until the end of a year; None: not said."""

    prefix: ClassVar[str] = "ek"
    measure_id: str
    year: int | None = None


@dataclass(frozen=True)
class MarkDone(Press):
    """已报: a yearly duty is done for this time."""

    prefix: ClassVar[str] = "ec"
    measure_id: str


@dataclass(frozen=True)
class ShowIrrelevant(Press):
    """不相关: why?"""

    prefix: ClassVar[str] = "ei"
    measure_id: str


@dataclass(frozen=True)
class MarkIrrelevant(Press):
    """不相关, for one of three reasons."""

    prefix: ClassVar[str] = "ej"
    measure_id: str
    reason: str


@dataclass(frozen=True)
class Unmark(Press):
    """Take 已享受 or 不相关 back."""

    prefix: ClassVar[str] = "eu"
    measure_id: str


@dataclass(frozen=True)
class AnswerOnCard(Press):
    """An answer to the open question of a card."""

    prefix: ClassVar[str] = "ea"
    measure_id: str
    fact: str
    year: int | None
    choice: int


@dataclass(frozen=True)
class AskOnCard(Press):
    """The open question of a card, when its answers need a screen of their own."""

    prefix: ClassVar[str] = "eq"
    measure_id: str
    fact: str
    year: int | None


def show_button(t: Translator, measure: Measure, number: int | None = None) -> Button:
    """A button that opens the card; in a list it carries its number."""
    name = measure.short.of(t.locale)
    words = name if number is None else f"{number} {name}"
    return Button(words, data=ShowMeasure(measure.id).pack())


def retired(
    t: Translator, measure: Measure, catalogue: Catalogue, *, back: Button | None = None
) -> Screen:
    """A measure that is not offered any more: since when, and what came after it."""
    successor = catalogue.measure(measure.successor) if measure.successor else None
    day = formats.day(t, measure.retired_on) if measure.retired_on else ""
    rows: list[Row] = [(show_button(t, successor),)] if successor else []
    return Screen(
        text=Html.lines(
            t("measures.retired.title", name=measure.name.of(t.locale)),
            t("measures.retired.since", day=day) if day else None,
            t("measures.retired.successor", name=successor.name.of(t.locale))
            if successor
            else None,
        ),
        keyboard=(*rows, back_row(t, back)),
    )


def why(t: Translator, measure: Measure, match: Match, page: int) -> Screen:
    """C6: every criterion of the way that speaks for the measure, with its source; then notes."""
    verdict = match.verdict(measure.id)
    findings = verdict.way.findings if verdict else ()
    pages = max(1, -(-len(findings) // WHY_PAGE))
    page = min(max(page, 0), pages - 1)
    part = findings[page * WHY_PAGE : (page + 1) * WHY_PAGE]
    is_last = page + 1 == pages
    text = Html.lines(
        t("measures.why.title", name=measure.name.of(t.locale), page=page + 1, pages=pages),
        *(line for finding in part for line in reasons.why_lines(t, finding, match.catalogue)),
        report_line(t, measure) if is_last else None,
        *(note_lines(t, measure.notes) if is_last else ()),
        t("measures.why.caution"),
    )
    turn = () if is_last else (_button(t, "next_page", ShowWhy(measure.id, page + 1)),)
    is_kept = match.saved and bool(measure.criteria)
    as_of = (_button(t, "as_of_day", AskDay(measure.id)),) if is_kept else ()
    rows = [row for row in ((*turn, *as_of),) if row]
    return Screen(text=text, keyboard=(*rows, back_row(t, back_to_card(t, measure.id))))


def report_line(t: Translator, measure: Measure) -> Html:
    """The words of the report; a target is said to be the year's, never a quota of today."""
    inner = measure.quotes[0].translate(str.maketrans("“”", "‘’"))
    if measure.targets:
        return t("measures.card.target", year=measure.targets[0].year, quote=inner)
    return t("measures.card.report", quote=inner)


def note_lines(t: Translator, notes: Iterable[Note]) -> Iterator[Html]:
    """What one should also know, a line each."""
    for note in notes:
        yield t("measures.card.note", text=note.text.of(t.locale))


def _button(t: Translator, key: str, press: Press) -> Button:
    return Button(t.plain(f"measures.button.{key}"), data=press.pack())


def back_to_card(t: Translator, measure_id: str) -> Button:
    """返回, to the card."""
    return _button(t, "back", ShowMeasure(measure_id))


def compare(t: Translator, measure: Measure, match: Match, *, calendar: WorkCalendar) -> Screen:
    """The routes beside each other: outcome, what is met, what is open, until when."""
    verdict = match.verdict(measure.id)
    lines = [t("measures.compare.title", name=measure.name.of(t.locale))]
    for way in verdict.ways if verdict else ():
        lines.append(
            t(
                "measures.compare.route",
                name=way.name.of(t.locale) if way.name else "",
                outcome=t(f"measures.headline.{way.outcome}"),
            )
        )
        window = reasons.window_words(t, way.window, match.as_of, calendar)
        lines += [window] if window is not None else []
        lines += [reasons.failed_line(t, one, match.catalogue) for one in way.failed]
        lines += [reasons.open_line(t, one, match.catalogue) for one in way.open_]
        lines += [reasons.met_line(t, one, match.catalogue) for one in way.met]
    keys: Keyboard = (
        (_button(t, "why", ShowWhy(measure.id)),),
        back_row(t, back_to_card(t, measure.id)),
    )
    return Screen(text=Html("\n".join(lines)), keyboard=keys)


def held(t: Translator, measure: Measure, today: date) -> Screen:
    """已享受: until when, by years, or not known."""
    years = [_held_button(measure.id, year) for year in range(today.year, today.year + 4)]
    unknown = _button(t, "held_unknown", MarkHeld(measure.id))
    return Screen(
        text=t("measures.held.question", name=measure.name.of(t.locale)),
        keyboard=(
            tuple(years[:2]),
            tuple(years[2:]),
            (unknown,),
            back_row(t, back_to_card(t, measure.id)),
        ),
    )


def _held_button(measure_id: str, year: int) -> Button:
    return Button(f"{year}-12-31", data=MarkHeld(measure_id, year).pack())


def irrelevant(t: Translator, measure: Measure) -> Screen:
    """不相关: three reasons, so that the office learns."""
    rows: list[Row] = [
        (_button(t, f"irrelevant_{reason}", MarkIrrelevant(measure.id, reason)),)
        for reason in IRRELEVANT_REASONS
    ]
    return Screen(
        text=t("measures.irrelevant.question", name=measure.name.of(t.locale)),
        keyboard=(*rows, back_row(t, back_to_card(t, measure.id))),
    )
