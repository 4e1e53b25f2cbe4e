"""E5 到期核对: which measures an editor is to look at, why, and the three answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.catalogue import Catalogue
from domain.checks import Check, CheckSheet, Ground, Reason
from domain.citations import Source
from domain.measures import Measure
from domain.screens import Button, Html, Row, Screen
from views import formats
from views.editors import GetFile
from views.people import back_row
from views.presses import EditorPress, Press
from views.translations import Translator

PER_PAGE = 5


@dataclass(frozen=True)
class ShowChecks(EditorPress):
    """A page of what is to be looked at."""

    prefix: ClassVar[str] = "nk"
    page: int = 0


@dataclass(frozen=True)
class ShowCheck(EditorPress):
    """One of them."""

    prefix: ClassVar[str] = "nl"
    measure_id: str


@dataclass(frozen=True)
class ConfirmCheck(EditorPress):
    """仍有效."""

    prefix: ClassVar[str] = "nv"
    measure_id: str


@dataclass(frozen=True)
class RetireCheck(EditorPress):
    """下架: a change of the catalogue like any other, with its impact."""

    prefix: ClassVar[str] = "nw"
    measure_id: str


def checks(
    t: Translator, due: Sequence[Check], page: int, catalogue: Catalogue, today: date
) -> Screen:
    """What is due, the nearest end first."""
    pages = max(1, -(-len(due) // PER_PAGE))
    page = min(max(page, 0), pages - 1)
    shown = due[page * PER_PAGE : (page + 1) * PER_PAGE]
    if not due:
        return Screen(text=t("checks.none"), keyboard=(back_row(t),))
    lines = [
        t(
            "checks.line",
            number=page * PER_PAGE + place,
            name=one.measure.name.of(t.locale),
            why=_why(t, one.measure, one.reasons[0], catalogue, today),
        )
        for place, one in enumerate(shown, 1)
    ]
    buttons = [
        Button(
            f"{page * PER_PAGE + place} {one.measure.short.of(t.locale)}",
            data=ShowCheck(one.measure.id).pack(),
        )
        for place, one in enumerate(shown, 1)
    ]
    rows: list[Row] = [tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2)]
    turns = ((page - 1, "before"), (page + 1, "after"))
    turn = tuple(_button(t, name, ShowChecks(to)) for to, name in turns if 0 <= to < pages)
    rows += [turn] if turn else []
    return Screen(
        text=Html.lines(t.plural("checks.title", len(due)), *lines),
        keyboard=(*rows, back_row(t)),
    )


def check(t: Translator, sheet: CheckSheet, catalogue: Catalogue, today: date) -> Screen:
    """One measure: why now, where to look, and the answers."""
    measure, reasons = sheet.check.measure, sheet.check.reasons
    lines = [
        t("checks.one", name=measure.name.of(t.locale)),
        t("checks.last", day=measure.checked_on.isoformat()),
        *(t("checks.reason", why=_why(t, measure, one, catalogue, today)) for one in reasons),
        t.plural("checks.irrelevant", sheet.irrelevant) if sheet.irrelevant else None,
        *(_source(t, one) for one in sheet.sources),
        t("checks.how"),
    ]
    return Screen(
        text=Html.lines(*lines),
        keyboard=(
            (_button(t, "still", ConfirmCheck(measure.id)),),
            (
                _button(t, "change", GetFile(measure.id)),
                _button(t, "retire", RetireCheck(measure.id)),
            ),
            back_row(t, _button(t, "back", ShowChecks())),
        ),
    )


def _why(t: Translator, measure: Measure, reason: Reason, catalogue: Catalogue, today: date) -> str:
    if reason.ground is Ground.HALF_YEAR:
        return t.plain("checks.why.half_year", day=measure.checked_on.isoformat())
    over = "ended" if reason.on < today else "ends"
    name = _name(t, measure, reason, catalogue)
    day = formats.day(t, reason.on, today=today)
    return t.plain(f"checks.why.{reason.ground}_{over}", day=day, name=name).strip()


def _name(t: Translator, measure: Measure, reason: Reason, catalogue: Catalogue) -> str:
    """What ends: a route by its name, a document by its own, a figure by its key."""
    if reason.ground is Ground.WINDOW_ENDS:
        routes = measure.routes.routes if measure.routes else ()
        return next((one.name.of(t.locale) for one in routes if one.id == reason.name), "")
    source = catalogue.sources.get(reason.name)
    if source is None:
        return reason.name
    return source.en if t.locale == "en" else source.name


def _source(t: Translator, source: Source) -> Html:
    """Editors read every address, also of copies that companies are not shown."""
    name = source.en if t.locale == "en" else source.name
    day = source.checked_on.isoformat()
    if source.address is None or not source.address.startswith("http"):
        return t("checks.source", name=name, day=day)
    return t("checks.source_link", name=name, day=day, address=source.address)


def _button(t: Translator, key: str, press: Press) -> Button:
    return Button(t.plain(f"checks.button.{key}"), data=press.pack())
