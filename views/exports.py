"""/export: which tickets to put into a workbook, and the workbook itself."""

from dataclasses import dataclass
from typing import ClassVar

from domain.catalogue import Catalogue
from domain.screens import Attachment, AttachmentKind, Button, Html, Row, Screen
from domain.statistics import Dimension, Period, Span, Which
from domain.tickets import Category
from views import formats
from views.people import back_row
from views.presses import StaffPress
from views.scopes import button, choose, turned
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
        write = t.plain("exports.button.write", count=chosen.count)
        rows.append((Button(write, data=turned(shown, WriteExport).pack()),))
    rows.append(
        tuple(
            Button(
                t.plain(f"exports.button.only.{one}"),
                data=turned(shown, ShowExport, which=one).pack(),
            )
            for one in Which
            if one is not shown.which
        )
    )
    more = [
        button(t, "span", turned(shown, ChooseExportSpan)),
        button(t, "category", turned(shown, ChooseExportCategory)),
    ]
    if len(chosen.departments) > 1:
        more.append(button(t, "department", turned(shown, ChooseExportDepartment)))
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


def departments(t: Translator, chosen: Choice, catalogue: Catalogue) -> Screen:
    """The departments to choose from, and all of them."""
    shown = chosen.shown
    choices = [button(t, "every", turned(shown, ShowExport, department=None))]
    choices += [
        Button(
            member(t, Dimension.DEPARTMENT, key, catalogue),
            data=turned(shown, ShowExport, department=key).pack(),
        )
        for key in chosen.departments
    ]
    return choose(t, "statistics.choose_department", choices, turned(shown, ShowExport))
