"""E1 to E4: a change of the catalogue, from the file that was sent until it holds or is undone."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar
from zoneinfo import ZoneInfo

from domain.catalogue import Catalogue
from domain.differences import Change
from domain.publication_sheets import ChangeLine, PublicationSheet
from domain.publications import Impact, MeasureImpact, PublicationState, Sample, Step
from domain.screens import Button, Html, Row, Screen
from domain.verdicts import Outcome
from views import differences, formats
from views.differences import clipped
from views.people import back_row, go_button
from views.presses import EditorPress, Press
from views.translations import Translator

#: Lines of a card; the rest is a page away.
SAID_ON_CARD = 3
MEASURES_ON_CARD = 4
FAULTS_SHOWN = 8
LINES_PER_PAGE = 8


@dataclass(frozen=True)
class ShowPublication(EditorPress):
    """E2 to E4, as things stand."""

    prefix: ClassVar[str] = "kp"
    publication_id: int


@dataclass(frozen=True)
class ShowDifferences(EditorPress):
    """Everything that differs, a page of it."""

    prefix: ClassVar[str] = "kl"
    publication_id: int
    page: int = 0


@dataclass(frozen=True)
class Decide(EditorPress):
    """A step; an undoing is asked about once, only the sure one does it."""

    prefix: ClassVar[str] = "kd"
    publication_id: int
    step: Step
    sure: bool = False


def card(t: Translator, sheet: PublicationSheet, known: Catalogue, zone: ZoneInfo) -> Screen:
    """E1 to E4: what it is about, what it means, who may do what now. Drawn from state alone."""
    lines = [
        _title(t, sheet),
        *_standing(t, sheet, zone),
        *_found(t, sheet, known),
        *_origin(t, sheet, zone),
    ]
    return Screen(text=Html.lines(*lines), keyboard=(*_rows(t, sheet), _last_row(t)))


def _title(t: Translator, sheet: PublicationSheet) -> Html:
    key = sheet.state.value
    if sheet.state is PublicationState.PROPOSED:
        if sheet.impact.is_empty:
            key = "same"
        elif sheet.impact.is_large:
            key = "large"
    return t(
        f"editors.title.{key}",
        number=sheet.number,
        file=sheet.file_name,
        count=len(sheet.faults),
    )


def _standing(t: Translator, sheet: PublicationSheet, zone: ZoneInfo) -> Iterator[Html]:
    """What happened to it, and what comes next."""
    match sheet.state:
        case PublicationState.FETCHING | PublicationState.EXAMINING:
            yield t("editors.standing.examining")
        case PublicationState.PROPOSED if sheet.impact.is_large and not sheet.impact.is_empty:
            yield t("editors.standing.large")
        case PublicationState.WAITING if Step.CONFIRM in sheet.steps:
            yield t("editors.standing.your_turn")
        case PublicationState.WAITING if not sheet.may_confirm:
            yield t("editors.standing.nobody")
        case PublicationState.WAITING:
            yield t.plural("editors.standing.waiting", sheet.may_confirm)
        case PublicationState.PUBLISHED:
            yield _decided(t, "published", sheet, zone)
        case PublicationState.SENT_BACK:
            yield _decided(t, "sent_back", sheet, zone)
            yield t("editors.note", words=clipped(t, sheet.note, lines=5))
        case PublicationState.UNDONE if sheet.undone_at is not None:
            who = sheet.undone_by or t.plain("editors.by_operator")
            at = formats.moment(t, sheet.undone_at, zone)
            yield t("editors.standing.undone", who=who, at=at)
        case _:
            return


def _decided(t: Translator, key: str, sheet: PublicationSheet, zone: ZoneInfo) -> Html:
    at = formats.moment(t, sheet.decided_at, zone) if sheet.decided_at else ""
    if sheet.decided_by is None:
        return t(f"editors.standing.{key}_alone", at=at)
    return t(f"editors.standing.{key}", who=sheet.decided_by, at=at)


def _found(t: Translator, sheet: PublicationSheet, known: Catalogue) -> Iterator[Html]:
    for fault in sheet.faults[:FAULTS_SHOWN]:
        yield t(
            "editors.fault",
            line=fault.line,
            text=clipped(t, fault.text.of(t.locale), lines=3),
        )
    if sheet.faults:
        yield t("editors.faults_hint")
    if sheet.changes and not sheet.impact.is_empty:
        yield _impact(t, sheet.impact)
    for change in sheet.changes[:MEASURES_ON_CARD]:
        yield from _change(t, change, sheet, known)
    rest = len(sheet.changes) - MEASURES_ON_CARD
    if rest > 0:
        yield t.plural("editors.more_measures", rest)


def _impact(t: Translator, impact: Impact) -> Html:
    """Of how many companies how many are concerned."""
    if not impact.companies:
        return t("editors.impact.no_companies")
    key = "some" if len(impact.measures) == 1 else "some_each"
    if not impact.affected:
        key = "none"
    counted = t(
        f"editors.impact.{key}",
        companies=impact.companies,
        affected=impact.affected,
        share=formats.percent(impact.affected / impact.companies),
    )
    pending = t.plural("editors.impact.pending", impact.pending) if impact.pending else None
    return Html.lines(counted, pending)


def _change(
    t: Translator, change: ChangeLine, sheet: PublicationSheet, known: Catalogue
) -> Iterator[Html]:
    impact = change.impact
    yield t(f"editors.measure.{impact.change}", name=clipped(t, change.after.name.of(t.locale)))
    if impact.affected:
        yield _counts(t, impact)
    said = _said_of_each(sheet)
    for one in change.differences[:said]:
        yield t("editors.item", text=differences.line(t, one, known))
    rest = len(change.differences) - said
    if rest > 0:
        yield t.plural("editors.more_differences", rest)
    for sample in impact.samples if len(sheet.changes) == 1 else ():
        yield _sample(t, sample, known)


def _said_of_each(sheet: PublicationSheet) -> int:
    """Differences named on the card for each measure."""
    return SAID_ON_CARD if len(sheet.changes) == 1 else 1


def _counts(t: Translator, impact: MeasureImpact) -> Html:
    return t(
        "editors.impact.counts",
        gain=impact.gain,
        lose=impact.lose,
        undetermined=impact.undetermined,
    )


def _sample(t: Translator, sample: Sample, known: Catalogue) -> Html:
    """A company by its trade and size: enough to see whether the change is meant so."""
    why = clipped(t, sample.deciding[0].of(t.locale)) if sample.deciding else ""
    return t(
        "editors.sample_why" if why else "editors.sample",
        company=company(t, sample, known),
        before=_outcome(t, sample.before),
        after=_outcome(t, sample.after),
        why=why,
    )


def company(t: Translator, sample: Sample, known: Catalogue) -> str:
    """「一家软件和信息技术服务业的小型企业」"""
    book = known.industries
    industry = book.get(sample.industry) if book and sample.industry else None
    spec = known.fact("size_class")
    options = spec.options if spec is not None else ()
    sizes = [one.of(t.locale) for one in options if one.value in sample.sizes]
    if industry is None:
        return t.plain("editors.company.unknown")
    if not sizes or len(sizes) == len(options):
        return t.plain("editors.company.trade", industry=industry.of(t.locale))
    size = t.plain("editors.or").join(sizes).lower()
    return t.plain("editors.company.sized", industry=industry.of(t.locale), size=size)


def _outcome(t: Translator, outcome: Outcome | None) -> str:
    return t.plain(f"editors.outcome.{outcome or 'not_offered'}")


def _origin(t: Translator, sheet: PublicationSheet, zone: ZoneInfo) -> Iterator[Html]:
    if sheet.reason:
        yield t("editors.reason", words=clipped(t, sheet.reason, lines=3))
    if sheet.examined_at is not None:
        yield t(
            "editors.origin",
            who=sheet.author or t.plain("editors.by_operator"),
            at=formats.moment(t, sheet.created_at, zone),
            examined=formats.moment(t, sheet.examined_at, zone),
        )


def _rows(t: Translator, sheet: PublicationSheet) -> Iterator[Row]:
    """What moves it on in the first row, what ends it in the second."""
    ending = {Step.SEND_BACK, Step.DROP, Step.UNDO}
    on = [_step(t, sheet, step) for step in sheet.steps if step not in ending]
    off = [_step(t, sheet, step) for step in sheet.steps if step in ending]
    yield from (tuple(row) for row in (on, off) if row)
    if _is_shortened(sheet):
        yield (_button(t, "all_differences", ShowDifferences(sheet.id)),)


def _step(t: Translator, sheet: PublicationSheet, step: Step) -> Button:
    return Button(t.plain(f"editors.step.{step}"), data=Decide(sheet.id, step).pack())


def _is_shortened(sheet: PublicationSheet) -> bool:
    return len(sheet.changes) > MEASURES_ON_CARD or any(
        len(one.differences) > _said_of_each(sheet) for one in sheet.changes
    )


def _last_row(t: Translator) -> Row:
    return back_row(t, _to_catalogue(t))


def all_differences(
    t: Translator, sheet: PublicationSheet, known: Catalogue, number: int
) -> Screen:
    """Everything that differs, measure by measure."""
    every = [
        (change, t("editors.item", text=differences.line(t, one, known)))
        for change in sheet.changes
        for one in change.differences
    ]
    pages = max(1, -(-len(every) // LINES_PER_PAGE))
    number = min(max(number, 0), pages - 1)
    lines = [t("editors.differences.title", number=sheet.number, page=number + 1, pages=pages)]
    above = None
    for change, line in every[number * LINES_PER_PAGE : (number + 1) * LINES_PER_PAGE]:
        if change is not above:
            name = clipped(t, change.after.name.of(t.locale))
            lines.append(t(f"editors.measure.{change.impact.change}", name=name))
        lines.append(line)
        above = change
    turns = ((number - 1, "before"), (number + 1, "after"))
    turning = tuple(
        _button(t, name, ShowDifferences(sheet.id, page))
        for page, name in turns
        if 0 <= page < pages
    )
    back = back_row(t, _button(t, "back", ShowPublication(sheet.id)))
    return Screen(text=Html.lines(*lines), keyboard=((turning, back) if turning else (back,)))


def ask_words(t: Translator, sheet: PublicationSheet, step: Step) -> Screen:
    """Why it is changed, or what is to be changed in it: written next."""
    return Screen(
        text=t(f"editors.ask.{step}", number=sheet.number),
        keyboard=(back_row(t, _button(t, "back", ShowPublication(sheet.id))),),
    )


def confirm_undoing(t: Translator, sheet: PublicationSheet) -> Screen:
    """Asked once before an earlier version returns."""
    names = t.plain("editors.joint").join(
        one.after.short.of(t.locale)
        for one in sheet.changes
        if one.impact.change is not Change.SAME
    )
    return Screen(
        text=t("editors.undo.ask", number=sheet.number, names=names),
        keyboard=(
            (_button(t, "undo_sure", Decide(sheet.id, Step.UNDO, sure=True)),),
            back_row(t, _button(t, "back", ShowPublication(sheet.id))),
        ),
    )


def decided(t: Translator, sheet: PublicationSheet) -> Screen:
    """What its author is told."""
    who = sheet.undone_by if sheet.state is PublicationState.UNDONE else sheet.decided_by
    return Screen(
        text=Html.lines(
            t(
                f"editors.told.{sheet.state}",
                number=sheet.number,
                who=who or t.plain("editors.by_operator"),
            ),
            t("editors.note", words=clipped(t, sheet.note, lines=5)) if sheet.note else None,
        ),
        keyboard=(
            (_button(t, "look", ShowPublication(sheet.id)),),
            back_row(t, _to_catalogue(t)),
        ),
    )


def _to_catalogue(t: Translator) -> Button:
    return go_button(t, "catalogue")


def _button(t: Translator, name: str, press: Press) -> Button:
    return Button(t.plain(f"editors.button.{name}"), data=press.pack())
