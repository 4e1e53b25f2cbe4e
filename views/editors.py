"""The catalogue as its editors see it: entries, their files and versions, what is not decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar
from zoneinfo import ZoneInfo

from domain.measures import Measure, MeasureStatus
from domain.publication_sheets import EntrySheet, OpenLine, VersionLine
from domain.screens import Attachment, AttachmentKind, Button, Html, Row, Screen
from views import formats
from views.differences import clipped
from views.people import back_row, go_button
from views.presses import EditorPress, Press
from views.publications import ShowPublication
from views.translations import Translator

#: Entries of a page: two to a row.
PER_PAGE = 6
VERSIONS_SHOWN = 8
OPEN_SHOWN = 4


@dataclass(frozen=True)
class ShowCatalogue(EditorPress):
    """A page of the catalogue."""

    prefix: ClassVar[str] = "ka"
    page: int = 0


@dataclass(frozen=True)
class ShowEntry(EditorPress):
    """One measure, for editors."""

    prefix: ClassVar[str] = "ke"
    measure_id: str


@dataclass(frozen=True)
class GetFile(EditorPress):
    """Its file."""

    prefix: ClassVar[str] = "kf"
    measure_id: str


@dataclass(frozen=True)
class ShowVersions(EditorPress):
    """Its history."""

    prefix: ClassVar[str] = "kh"
    measure_id: str


@dataclass(frozen=True)
class ShowOpen(EditorPress):
    """What is not decided yet."""

    prefix: ClassVar[str] = "ko"


def catalogue(t: Translator, every: Sequence[Measure], number: int, *, waiting: int) -> Screen:
    """The entries, how to change one, and how many changes are not decided yet."""
    pages = max(1, -(-len(every) // PER_PAGE))
    number = min(max(number, 0), pages - 1)
    shown = every[number * PER_PAGE : (number + 1) * PER_PAGE]
    buttons = [Button(_short(t, one), data=ShowEntry(one.id).pack()) for one in shown]
    rows: list[Row] = [tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2)]
    if waiting:
        words = t.plain("editors.button.open", count=waiting)
        rows.insert(0, (Button(words, data=ShowOpen().pack()),))
    turns = ((number - 1, "before"), (number + 1, "after"))
    rows.append(
        tuple(_button(t, name, ShowCatalogue(page)) for page, name in turns if 0 <= page < pages)
    )
    offered = sum(one.status is MeasureStatus.ACTIVE for one in every)
    return Screen(
        text=Html.lines(
            t("editors.catalogue.title", count=offered, page=number + 1, pages=pages),
            t("editors.catalogue.how"),
        ),
        keyboard=(*(row for row in rows if row), back_row(t)),
    )


def _short(t: Translator, measure: Measure) -> str:
    name = measure.short.of(t.locale)
    if measure.status is MeasureStatus.RETIRED:
        return t.plain("editors.retired_name", name=name)
    return name


def found(t: Translator, words: str, hits: Sequence[Measure]) -> Screen:
    """Entries whose words fit."""
    key = "found" if hits else "not_found"
    return Screen(
        text=t(f"editors.catalogue.{key}", words=words),
        keyboard=(
            *((Button(one.name.of(t.locale)[:34], data=ShowEntry(one.id).pack()),) for one in hits),
            back_row(t, _to_catalogue(t)),
        ),
    )


def entry(t: Translator, sheet: EntrySheet, zone: ZoneInfo) -> Screen:
    """A measure as it is in force."""
    measure = sheet.measure
    return Screen(
        text=Html.lines(
            t("editors.entry.title", name=measure.name.of(t.locale), id=measure.id),
            _version(t, sheet.versions[0], zone) if sheet.versions else None,
            t(
                "editors.entry.state",
                sureness=t.plain(f"editors.value.{measure.criteria_status}"),
                status=t.plain(f"editors.value.{measure.status}"),
                day=measure.checked_on,
            ),
            t("editors.entry.how"),
        ),
        keyboard=(
            (
                _button(t, "file", GetFile(measure.id)),
                _button(t, "versions", ShowVersions(measure.id)),
            ),
            back_row(t, _to_catalogue(t)),
        ),
    )


def versions(t: Translator, sheet: EntrySheet, zone: ZoneInfo) -> Screen:
    """A measure's history, the newest first; the last publication is a press away."""
    shown = sheet.versions[:VERSIONS_SHOWN]
    made = next((one.publication for one in shown if one.publication is not None), None)
    rest = len(sheet.versions) - len(shown)
    rows: tuple[Row, ...] = ()
    if made is not None:
        rows = ((_button(t, "last_publication", ShowPublication(made)),),)
    return Screen(
        text=Html.lines(
            t("editors.versions.title", name=sheet.measure.name.of(t.locale)),
            *(_version(t, one, zone) for one in shown),
            t("editors.versions.none") if not shown else None,
            t.plural("editors.versions.more", rest) if rest else None,
        ),
        keyboard=(*rows, back_row(t, _button(t, "back", ShowEntry(sheet.measure.id)))),
    )


def _version(t: Translator, one: VersionLine, zone: ZoneInfo) -> Html:
    return t(
        "editors.version",
        number=one.number,
        at=formats.moment(t, one.published_at, zone),
        who=_who(t, one),
        why=_why(t, one.reason),
    )


def _who(t: Translator, one: VersionLine) -> str:
    if one.author is not None:
        return one.author
    return t.plain("editors.by_files" if one.reason == "files" else "editors.by_operator")


def _why(t: Translator, reason: str) -> str:
    kind, _, number = reason.partition(":")
    if kind == "undo" and number.isdecimal():
        return t.plain("editors.why_undone", number=number)
    if not reason or reason == "files":
        return ""
    if reason == "checked":
        return t.plain("editors.why_checked")
    return t.plain("editors.why", words=clipped(t, reason))


def file(t: Translator, measure: Measure, content: bytes) -> Screen:
    """The file to start from."""
    return Screen(
        text=t("editors.file", name=measure.name.of(t.locale)),
        keyboard=(back_row(t, _button(t, "back", ShowEntry(measure.id))),),
        attachment=Attachment(
            AttachmentKind.DOCUMENT,
            name=f"{measure.id}.yaml",
            content=content,
            size=len(content),
        ),
    )


def not_a_measure_file(t: Translator, name: str) -> Screen:
    """A document that is no YAML."""
    return Screen(text=t("editors.not_yaml", name=name), keyboard=(back_row(t, _to_catalogue(t)),))


def open_ones(t: Translator, every: Sequence[OpenLine]) -> Screen:
    """Changes not decided yet, the newest first."""
    buttons = tuple(
        (Button(_open_one(t, one), data=ShowPublication(one.id).pack()),)
        for one in every[:OPEN_SHOWN]
    )
    key = "title" if every else "none"
    return Screen(
        text=t(f"editors.open.{key}", count=len(every)),
        keyboard=(*buttons, back_row(t, _to_catalogue(t))),
    )


def _open_one(t: Translator, one: OpenLine) -> str:
    who = one.author or t.plain("editors.by_operator")
    state = t.plain(f"editors.short.{one.state}")
    return t.plain("editors.open_one", number=one.number, state=state, who=who[:4])


def _to_catalogue(t: Translator) -> Button:
    return go_button(t, "catalogue")


def _button(t: Translator, name: str, press: Press) -> Button:
    return Button(t.plain(f"editors.button.{name}"), data=press.pack())
