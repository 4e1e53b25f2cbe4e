"""Watching a policy: what one can wait for, what one watches, and the reminders."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.measures import Measure
from domain.screens import Button, Html, Keyboard, Row, Screen
from domain.windows import WindowState
from domain.work_calendar import WorkCalendar
from models.matching import WatchReason
from views import measures, reasons
from views.notice_choices import fewer_button
from views.people import back_row
from views.presses import Press
from views.ticket_presses import AskOfficer
from views.translations import Translator

WATCHED_SHOWN = 5
"""Watched policies with a button of their own."""


@dataclass(frozen=True)
class StartWatch(Press):
    """Tell me when …"""

    prefix: ClassVar[str] = "es"
    measure_id: str
    reason: WatchReason


@dataclass(frozen=True)
class StopWatch(Press):
    """… no longer."""

    prefix: ClassVar[str] = "ex"
    measure_id: str
    reason: WatchReason


@dataclass(frozen=True)
class WatchAnswer(Press):
    """The one-tap answers of a reminder: on_it, done, drop, later."""

    prefix: ClassVar[str] = "ev"
    watch_id: int
    answer: str


def watches(
    t: Translator,
    measure: Measure,
    useful: Sequence[WatchReason],
    watched: Sequence[WatchReason],
    *,
    note: Html | None = None,
) -> Screen:
    """C8: what one can be told of, and what one is being told of already."""
    lines = [t("measures.watch.title", name=measure.name.of(t.locale)), note]
    lines += [t(f"measures.watching.{reason}") for reason in watched]
    if not watched and note is None:
        lines.append(t("measures.watch.none"))
    rows: list[Row] = [
        (_button(t, f"watch_{reason}", StartWatch(measure.id, reason)),)
        for reason in useful
        if reason not in watched
    ]
    rows += [(_button(t, f"stop_{reason}", StopWatch(measure.id, reason)),) for reason in watched]
    return Screen(
        text=Html.lines(*lines), keyboard=(*rows, back_row(t, measures.back_to_card(t, measure.id)))
    )


def watched_list(t: Translator, watched: Sequence[tuple[Measure, WatchReason]]) -> Screen:
    """Everything a person watches."""
    if not watched:
        return Screen(text=t("measures.watched.none"), keyboard=(back_row(t),))
    lines = [
        t(
            "measures.watched.line",
            name=one.name.of(t.locale),
            when=t(f"measures.waits_until.{reason}"),
        )
        for one, reason in watched
    ]
    shown = {one.id: one for one, _ in watched}
    rows = [(measures.show_button(t, one),) for one in list(shown.values())[:WATCHED_SHOWN]]
    return Screen(
        text=Html.lines(t("measures.watched.title"), *lines), keyboard=(*rows, back_row(t))
    )


def watch_notice(
    t: Translator,
    measure: Measure,
    reason: WatchReason,
    watch_id: int,
    window: WindowState,
    *,
    today: date,
    calendar: WorkCalendar,
) -> Screen:
    """S12: a watched measure opens, closes soon, fits now, or has conditions."""
    words = reasons.window_words(t, window, today, calendar)
    return Screen(
        text=Html.lines(
            t(f"measures.notice.{reason}", name=measure.name.of(t.locale)),
            words,
            t("measures.notice.how_far") if reason is WatchReason.CLOSES else None,
        ),
        keyboard=_notice_keys(t, measure, reason, watch_id),
    )


def look_again(t: Translator, measure: Measure, watch_id: int, year: int) -> Screen:
    """The figures of another fiscal year count from now on; they are entered on the card."""
    return Screen(
        text=t("measures.notice.again", name=measure.name.of(t.locale), year=year),
        keyboard=_notice_keys(t, measure, WatchReason.FITS, watch_id),
    )


def _notice_keys(t: Translator, measure: Measure, reason: WatchReason, watch_id: int) -> Keyboard:
    answers = tuple(
        _button(t, f"notice_{name}", WatchAnswer(watch_id, name))
        for name in ("on_it", "done", "drop")
    )
    later = _button(t, "notice_later", WatchAnswer(watch_id, "later"))
    officer = Button(t.plain("measures.button.notice_officer"), data=AskOfficer(measure.id).pack())
    rows: Keyboard = (
        (measures.show_button(t, measure),),
        (later, officer),
        back_row(t, fewer_button(t)),
    )
    return (answers, *rows) if reason is WatchReason.CLOSES else rows


def _button(t: Translator, key: str, press: Press) -> Button:
    return Button(t.plain(f"measures.button.{key}"), data=press.pack())
