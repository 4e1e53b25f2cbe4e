"""A3: the work calendar, what a change of it does, and what is said of years not known yet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from zoneinfo import ZoneInfo

from domain.calendar_changes import CalendarPatch, runs
from domain.calendar_files import WindowTimes
from domain.calendar_sheets import CalendarSheet, ChangeLine, EffectSheet, MoveLine
from domain.screens import Button, Html, Screen
from domain.words import Words
from domain.work_calendar import WorkingWindow
from views import formats
from views.people import Go, back_row
from views.presses import AdminPress, Press
from views.translations import Translator

#: More than so many parts of a change, or tickets it moves, are counted instead of listed.
SHOWN = 4
#: So many saved changes can be undone from the calendar.
_UNDOABLE = 2


@dataclass(frozen=True)
class SaveChange(AdminPress):
    """保存."""

    prefix: ClassVar[str] = "ya"
    change_id: int


@dataclass(frozen=True)
class DropChange(AdminPress):
    """放弃."""

    prefix: ClassVar[str] = "yb"
    change_id: int


@dataclass(frozen=True)
class UndoChange(AdminPress):
    """撤销."""

    prefix: ClassVar[str] = "yc"
    change_id: int


def calendar(t: Translator, sheet: CalendarSheet, zone: ZoneInfo, *, today: date) -> Screen:
    """A3: hours, what differs from Monday–Friday, the district's changes, how to change it."""
    undoable = [one for one in sheet.changes if not one.is_undone][:_UNDOABLE]
    return Screen(
        text=Html.lines(
            t("calendar.title"),
            *missing(t, sheet.missing),
            t("calendar.hours", hours=_hours(t, sheet.windows)),
            *_coming(t, sheet, today),
            *_changes(t, sheet.changes, zone, today),
            t("calendar.how") if sheet.may_change else t("calendar.read_only"),
        ),
        keyboard=(*((_undo(t, one, today),) for one in undoable), back_row(t)),
    )


def missing(t: Translator, years: Sequence[int]) -> Iterator[Html]:
    """2027年调休安排未载入, until somebody loads it."""
    for year in years:
        yield t("calendar.missing", year=year)


def _hours(t: Translator, windows: Sequence[WorkingWindow]) -> str:
    spans = [f"{_clock(one.opens)}–{_clock(one.closes)}" for one in windows]
    return t.plain("calendar.comma").join(spans)


def _clock(minutes: int) -> str:
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}"


def _coming(t: Translator, sheet: CalendarSheet, today: date) -> Iterator[Html]:
    if not sheet.coming:
        yield t("calendar.nothing_coming")
    for one in sheet.coming:
        days = _days(t, one.first, one.last, today)
        yield t("calendar.works" if one.works else "calendar.is_off", days=days)


def _days(t: Translator, first: date, last: date, today: date | None = None) -> str:
    one = formats.day(t, first, today=today)
    if first == last:
        return one
    return t.plain("calendar.from_to", first=one, last=formats.day(t, last, today=today))


def _changes(
    t: Translator, changes: Sequence[ChangeLine], zone: ZoneInfo, today: date
) -> Iterator[Html]:
    if changes:
        yield t("calendar.changes")
    for one in changes:
        yield t(
            "calendar.change_undone" if one.is_undone else "calendar.change",
            what=what(t, one.patch, today),
            who=one.who or t.plain("calendar.operator"),
            at=formats.moment(t, one.saved_at, zone, today=today),
        )


def what(t: Translator, patch: CalendarPatch, today: date, *, at_most: int = SHOWN) -> str:
    """A change in words: 10月8日（周四）休息，10月10日（周六）上班."""
    parts = list(_parts(t, patch, today))
    shown = t.plain("calendar.comma").join(parts[:at_most])
    return shown if len(parts) <= at_most else t.plain("calendar.and_more", shown=shown)


def _parts(t: Translator, patch: CalendarPatch, today: date) -> Iterator[str]:
    for first, last, works in runs(patch.days):
        key = {True: "calendar.say.on", False: "calendar.say.off", None: "calendar.say.as_before"}
        yield t.plain(key[works], days=_days(t, first, last, today))
    for year, notice in patch.years.items():
        key_ = "calendar.say.year" if notice else "calendar.say.no_year"
        yield t.plain(key_, year=year)
    if patch.windows is not None:
        yield _windows(t, patch.windows)


def _windows(t: Translator, windows: Sequence[WindowTimes]) -> str:
    if not windows:
        return t.plain("calendar.say.usual_hours")
    spans = [f"{opens}–{closes}" for opens, closes in windows]
    return t.plain("calendar.say.hours", hours=t.plain("calendar.comma").join(spans))


def _undo(t: Translator, line: ChangeLine, today: date) -> Button:
    words = what(t, line.patch, today, at_most=1)
    return Button(t.plain("calendar.button.undo_this", what=words), data=UndoChange(line.id).pack())


def proposed(t: Translator, sheet: EffectSheet, zone: ZoneInfo, *, today: date) -> Screen:
    """Before it is saved: what changes, and which promises move."""
    return Screen(
        text=Html.lines(
            t("calendar.proposed.title", what=what(t, sheet.patch, today)),
            *_at_present(t, sheet),
            *_effect(t, sheet, zone, today),
            t("calendar.proposed.then"),
        ),
        keyboard=(
            (
                _button(t, "save", SaveChange(sheet.change_id)),
                _button(t, "drop", DropChange(sheet.change_id)),
            ),
            back_row(t, _to_calendar(t)),
        ),
    )


def _at_present(t: Translator, sheet: EffectSheet) -> Iterator[Html]:
    """What holds now, of days of which the contrary or nothing is said."""
    for first, last, works in runs(dict(sheet.now_works))[:SHOWN]:
        key = "calendar.now.on" if works else "calendar.now.off"
        yield t(key, days=_days(t, first, last))


def _effect(t: Translator, sheet: EffectSheet, zone: ZoneInfo, today: date) -> Iterator[Html]:
    if not sheet.moves:
        yield t("calendar.effect.none")
    else:
        yield t.plural("calendar.effect.some", len(sheet.moves))
    for line in sheet.moves[:SHOWN]:
        yield t(
            "calendar.effect.line",
            number=line.number,
            clock=t.plain(f"desks.clock.{line.clock}"),
            before=_moment(t, line, zone, today, after=False),
            after=_moment(t, line, zone, today, after=True),
        )
    if not sheet.is_complete:
        yield t("calendar.effect.more")


def _moment(t: Translator, line: MoveLine, zone: ZoneInfo, today: date, *, after: bool) -> str:
    moment = line.after if after else line.before
    if moment is None:
        return t.plain("calendar.effect.no_limit")
    return formats.moment(t, moment, zone, today=today)


def saved(t: Translator, change_id: int, patch: CalendarPatch, *, today: date) -> Screen:
    """It holds from now on; one tap takes it back."""
    return Screen(
        text=Html.lines(
            t("calendar.saved.title", what=what(t, patch, today)), t("calendar.saved.then")
        ),
        keyboard=(
            (_button(t, "undo", UndoChange(change_id)), _to_calendar(t)),
            back_row(t),
        ),
    )


def undone(t: Translator, patch: CalendarPatch, *, today: date) -> Screen:
    """It does not hold any more."""
    return Screen(
        text=Html.lines(
            t("calendar.undone.title", what=what(t, patch, today)), t("calendar.saved.then")
        ),
        keyboard=(back_row(t, _to_calendar(t)),),
    )


def dropped(t: Translator) -> Screen:
    """Nothing was changed."""
    return Screen(text=t("calendar.dropped"), keyboard=(back_row(t, _to_calendar(t)),))


def unread(t: Translator, problem: str) -> Screen:
    """Words that are no change; problem: unread, no_such_day, hours."""
    return Screen(
        text=Html.lines(t(f"calendar.problem.{problem}"), t("calendar.how")),
        keyboard=(back_row(t, _to_calendar(t)),),
    )


def fetching(t: Translator, name: str) -> Screen:
    """A file arrived."""
    return Screen(text=t("calendar.file.fetching", name=name), keyboard=(back_row(t),))


def faulty(t: Translator, name: str, faults: Sequence[tuple[int, Words]]) -> Screen:
    """What is wrong with a file, by line."""
    lines = [
        t("calendar.file.fault", line=line, text=words.of(t.locale))
        for line, words in faults[: 2 * SHOWN]
    ]
    return Screen(
        text=Html.lines(t("calendar.file.faulty", name=name), *lines, t("calendar.file.again")),
        keyboard=(back_row(t, _to_calendar(t)),),
    )


def _button(t: Translator, name: str, press: Press) -> Button:
    return Button(t.plain(f"calendar.button.{name}"), data=press.pack())


def _to_calendar(t: Translator) -> Button:
    return _button(t, "calendar", Go("calendar"))
