"""What comes round by the calendar: a yearly duty, a title that ends, a window; and the answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.measures import Measure
from domain.screens import Button, Html, Row, Screen
from domain.seasons import Duty, EndingTitle
from domain.windows import WindowState
from domain.work_calendar import WorkCalendar
from models.matching import WatchReason
from views import formats, measures, reasons
from views.notice_choices import fewer_button
from views.people import back_row
from views.presses import Press
from views.ticket_presses import AskOfficer
from views.translations import Translator


@dataclass(frozen=True)
class DutyDone(Press):
    """已报, on a reminder."""

    prefix: ClassVar[str] = "yd"
    notice_id: int


@dataclass(frozen=True)
class DutyUndone(Press):
    """还没报: taken back."""

    prefix: ClassVar[str] = "yu"
    notice_id: int


@dataclass(frozen=True)
class OpenCard(Press):
    """The card, for the company the reminder is of."""

    prefix: ClassVar[str] = "yo"
    notice_id: int


@dataclass(frozen=True)
class AskRenewed(Press):
    """已续: until when?"""

    prefix: ClassVar[str] = "yr"
    notice_id: int


@dataclass(frozen=True)
class Renewed(Press):
    """The new end."""

    prefix: ClassVar[str] = "yn"
    notice_id: int
    day: date


@dataclass(frozen=True)
class GiveUp(Press):
    """不再续."""

    prefix: ClassVar[str] = "yg"
    notice_id: int


@dataclass(frozen=True, slots=True)
class Told:
    """The notice, and the company's name where its reader speaks for several."""

    notice_id: int
    company: str | None


def duty(t: Translator, told: Told, due: Duty, *, today: date, calendar: WorkCalendar) -> Screen:
    """S12: until when it can be done, or that the end has passed and what the sources say of it."""
    name = due.measure.name.of(t.locale)
    notice = told.notice_id
    late = [note for note in due.measure.notes if note.late]
    answers: Row = (
        _button(t, "done", DutyDone(notice)),
        _button(t, "how", OpenCard(notice)),
    )
    officer = Button(t.plain("seasons.button.officer"), data=AskOfficer(due.measure.id).pack())
    lines = (
        t(f"seasons.duty.{'over' if due.is_over else 'open'}", name=name),
        _company(t, told),
        reasons.window_words(t, due.window, today, calendar),
        None if due.is_over else due.measure.summary.of(t.locale),
        None if due.is_over else t("seasons.duty.tell_me"),
        *(measures.note_lines(t, late) if due.is_over else ()),
        t("seasons.duty.last_word") if due.is_over else None,
    )
    return Screen(
        text=Html.lines(*lines), keyboard=(answers, (officer,), back_row(t, fewer_button(t)))
    )


def duty_done(
    t: Translator, told: Told, measure: Measure, rests: date | None, *, today: date
) -> Screen:
    """Noted: this year nothing more; it can be taken back."""
    return Screen(
        text=Html.lines(
            t("seasons.duty.done", name=measure.name.of(t.locale)),
            _company(t, told),
            t("seasons.duty.rests", day=formats.day(t, rests, today=today)) if rests else None,
        ),
        keyboard=(
            (
                _button(t, "undone", DutyUndone(told.notice_id)),
                _button(t, "card", OpenCard(told.notice_id)),
            ),
            back_row(t),
        ),
    )


def duty_undone(t: Translator, told: Told, measure: Measure) -> Screen:
    """Taken back: it is reminded of again."""
    return Screen(
        text=Html.lines(
            t("seasons.duty.undone", name=measure.name.of(t.locale)),
            _company(t, told),
        ),
        keyboard=(
            (
                _button(t, "done", DutyDone(told.notice_id)),
                _button(t, "how", OpenCard(told.notice_id)),
            ),
            back_row(t),
        ),
    )


def title(t: Translator, told: Told, ending: EndingTitle, *, today: date) -> Screen:
    """A title ends: renewed already, not to be renewed, or how it is renewed."""
    notice, measure = told.notice_id, ending.measure
    left, day = (ending.ends - today).days, formats.day(t, ending.ends, today=today)
    answers: Row = (
        _button(t, "renewed", AskRenewed(notice)),
        _button(t, "give_up", GiveUp(notice)),
    )
    ways: Row = ()
    if measure is not None:
        officer = Button(t.plain("seasons.button.officer"), data=AskOfficer(measure.id).pack())
        ways = (_button(t, "renewal", OpenCard(notice)), officer)
    rows = [row for row in (answers, ways) if row]
    return Screen(
        text=Html.lines(
            t.plural("seasons.title.ends", left, title=item(t, ending), day=day)
            if left
            else t("seasons.title.ends_today", title=item(t, ending)),
            _company(t, told),
            t("seasons.title.tell_me"),
        ),
        keyboard=(*rows, back_row(t, fewer_button(t))),
    )


def item(t: Translator, ending: EndingTitle) -> str:
    """The title in words."""
    options = ending.spec.options
    return next((one.of(t.locale) for one in options if one.value == ending.item), ending.item)


def ask_renewed(
    t: Translator,
    told: Told,
    ending: EndingTitle,
    offered: Sequence[date],
    *,
    is_none: bool = False,
) -> Screen:
    """Until when is the new one? `is_none`: what was typed is no day after the earlier end."""
    rows: list[Row] = [
        (Button(day.isoformat(), data=Renewed(told.notice_id, day).pack()),) for day in offered
    ]
    return Screen(
        text=Html.lines(
            t("seasons.title.no_such_day", day=ending.ends.isoformat()) if is_none else None,
            t("seasons.title.until_when", title=item(t, ending)),
            _company(t, told),
            t("seasons.title.type_day"),
        ),
        keyboard=(*rows, back_row(t)),
    )


def renewed(t: Translator, told: Told, ending: EndingTitle, until: date) -> Screen:
    """Noted: the new end."""
    return Screen(
        text=Html.lines(
            t("seasons.title.renewed", title=item(t, ending), day=until.isoformat()),
            _company(t, told),
            t("seasons.title.again"),
        ),
        keyboard=(back_row(t),),
    )


def given_up(t: Translator, told: Told, ending: EndingTitle) -> Screen:
    """Noted: nothing more of this one."""
    return Screen(
        text=Html.lines(
            t("seasons.title.given_up", title=item(t, ending), day=ending.ends.isoformat()),
            _company(t, told),
        ),
        keyboard=((_button(t, "renewed", AskRenewed(told.notice_id)),), back_row(t)),
    )


def window(
    t: Translator,
    told: Told,
    reason: WatchReason,
    measure: Measure,
    state: WindowState,
    *,
    today: date,
    calendar: WorkCalendar,
) -> Screen:
    """A measure that fits has opened, or closes soon."""
    officer = Button(t.plain("seasons.button.officer"), data=AskOfficer(measure.id).pack())
    return Screen(
        text=Html.lines(
            t(f"seasons.window.{reason}", name=measure.name.of(t.locale)),
            _company(t, told),
            reasons.window_words(t, state, today, calendar),
        ),
        keyboard=(
            (_button(t, "card", OpenCard(told.notice_id)), officer),
            back_row(t, fewer_button(t)),
        ),
    )


def _company(t: Translator, told: Told) -> Html | None:
    return t("seasons.company", name=told.company) if told.company else None


def _button(t: Translator, key: str, press: Press) -> Button:
    return Button(t.plain(f"seasons.button.{key}"), data=press.pack())
