"""/export: which tickets to put into a workbook, and the workbook itself."""

from dataclasses import dataclass
from typing import ClassVar

from domain.catalogue import Catalogue
from domain.screens import Attachment, AttachmentKind, Button, Html, Row, Screen
from domain.statistics import Dimension, Period, Span, Which
from domain.tickets import Category
from views import formats
from views.desks import in_rows
from views.people import back_row
from views.presses import StaffPress
from views.statistics import member
from views.translations import Translator


@dataclass(frozen=True)
class ShowExport(StaffPress):
    """Tickets received in a period, of one category and department or all, in one state or any."""

    prefix: ClassVar[str] = "sf"
    span: Span
    category: Category | None = None
    department: str | None = None
    which: Which = Which.ALL


@dataclass(frozen=True)
class WriteExport(ShowExport):
    """Make the file."""

    prefix: ClassVar[str] = "sg"


@dataclass(frozen=True)
class ChooseExportSpan(ShowExport):
    """Another period."""

    prefix: ClassVar[str] = "sh"


@dataclass(frozen=True)
class ChooseExportCategory(ShowExport):
    """Another category."""

    prefix: ClassVar[str] = "si"


@dataclass(frozen=True)
class ChooseExportDepartment(ShowExport):
    """Another department, for who sees several."""

    prefix: ClassVar[str] = "sj"


@dataclass(frozen=True, slots=True)
class Choice:
    """What is chosen: how many tickets that is, how many a chat gives at most, and the departments
    that may be chosen from."""

    shown: ShowExport
    period: Period
    count: int
    most: int
    departments: tuple[str, ...] = ()

    @property
    def is_too_many(self) -> bool:
        return self.count > self.most


def choice(t: Translator, chosen: Choice, catalogue: Catalogue) -> Screen:
    """What would be in the file; without a ticket there is none."""
    shown = chosen.shown
    rows: list[Row] = []
    if chosen.count and not chosen.is_too_many:
        rows.append((_turn(t, "write", WriteExport, shown, count=chosen.count),))
    others = [one for one in Which if one is not shown.which]
    rows.append(
        tuple(_button(t, f"which_{one}", _as(ShowExport, shown, which=one)) for one in others)
    )
    more = [
        _turn(t, "span", ChooseExportSpan, shown),
        _turn(t, "category", ChooseExportCategory, shown),
    ]
    if len(chosen.departments) > 1:
        more.append(_turn(t, "department", ChooseExportDepartment, shown))
    return Screen(
        text=Html.lines(_title(t, chosen, catalogue), _told(t, chosen)),
        keyboard=(*rows, tuple(more), back_row(t)),
    )


def _title(t: Translator, chosen: Choice, catalogue: Catalogue) -> Html:
    shown = chosen.shown
    parts = [
        member(t, Dimension.CATEGORY, shown.category, catalogue)
        if shown.category
        else t.plain("exports.all_categories"),
        member(t, Dimension.DEPARTMENT, shown.department, catalogue) if shown.department else "",
        t.plain(f"exports.which.{shown.which}"),
    ]
    return t(
        "exports.title",
        span=t(f"statistics.span.{shown.span}"),
        first=formats.day(t, chosen.period.first),
        last=formats.day(t, chosen.period.last),
        of=t.plain("statistics.dot").join(filter(None, parts)),
    )


def _told(t: Translator, chosen: Choice) -> Html:
    if not chosen.count:
        return t("exports.none")
    key = "exports.too_many" if chosen.is_too_many else "exports.count"
    return t(key, count=chosen.count, most=chosen.most)


def file(t: Translator, chosen: Choice, content: bytes, catalogue: Catalogue) -> Screen:
    """The workbook."""
    return Screen(
        text=_title(t, chosen, catalogue),
        attachment=Attachment(
            kind=AttachmentKind.DOCUMENT,
            name=f"tickets-{chosen.period.first}-{chosen.period.last}.xlsx",
            content=content,
        ),
        keyboard=(back_row(t),),
    )


def spans(t: Translator, shown: ShowExport) -> Screen:
    """The periods to choose from."""
    choices = [
        Button(t.plain(f"statistics.span.{span}"), data=_as(ShowExport, shown, span=span).pack())
        for span in Span
    ]
    return _choices(t, "statistics.choose_span", choices, shown)


def categories(t: Translator, shown: ShowExport) -> Screen:
    """The categories to choose from, and all of them."""
    choices = [_button(t, "all", _as(ShowExport, shown, category=None))]
    choices += [
        Button(
            t.plain(f"tickets.category_short.{category}"),
            data=_as(ShowExport, shown, category=category).pack(),
        )
        for category in Category
    ]
    return _choices(t, "statistics.choose_category", choices, shown)


def departments(t: Translator, chosen: Choice, catalogue: Catalogue) -> Screen:
    """The departments to choose from, and all of them."""
    shown = chosen.shown
    choices = [_button(t, "all", _as(ShowExport, shown, department=None))]
    choices += [
        Button(
            member(t, Dimension.DEPARTMENT, key, catalogue),
            data=_as(ShowExport, shown, department=key).pack(),
        )
        for key in chosen.departments
    ]
    return _choices(t, "exports.choose_department", choices, shown)


def _choices(t: Translator, key: str, choices: list[Button], shown: ShowExport) -> Screen:
    back = _turn(t, "back", ShowExport, shown)
    return Screen(text=t(key), keyboard=(*in_rows(choices, 3), back_row(t, back)))


def _as(kind: type[ShowExport], shown: ShowExport, **changes: object) -> ShowExport:
    given = {name: getattr(shown, name) for name in ("span", "category", "department", "which")}
    return kind(**{**given, **changes})


def _turn(
    t: Translator, key: str, kind: type[ShowExport], shown: ShowExport, **values: object
) -> Button:
    return _button(t, key, _as(kind, shown), **values)


def _button(t: Translator, key: str, press: ShowExport, **values: object) -> Button:
    return Button(t.plain(f"exports.button.{key}", **values), data=press.pack())
