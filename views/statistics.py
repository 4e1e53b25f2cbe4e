"""/stats: the office's figures as words, as a picture, and the buttons that ask for others."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from domain.catalogue import Catalogue
from domain.screens import Attachment, AttachmentKind, Button, Html, Keyboard, Screen
from domain.statistics import Dimension, Figures, Line, Median, Report, Share, Span
from domain.tickets import Category
from views import charts, formats
from views.desks import in_rows
from views.people import back_row, go_button
from views.presses import StaffPress
from views.scopes import button, choose, turned
from views.translations import Translator

_LINES = 8
"""Lines of a dimension on the screen; the picture holds more, the table all."""

_BARS = 14


@dataclass(frozen=True)
class ShowStats(StaffPress):
    """The figures of a period, of one category and department or all, told apart by `by`."""

    prefix: ClassVar[str] = "sa"
    span: Span
    category: Category | None = None
    department: str | None = None
    by: Dimension = Dimension.CATEGORY


@dataclass(frozen=True)
class DrawStats(ShowStats):
    """The same as a picture."""

    prefix: ClassVar[str] = "sb"


@dataclass(frozen=True)
class SheetStats(ShowStats):
    """The same as a workbook."""

    prefix: ClassVar[str] = "sc"


@dataclass(frozen=True)
class ChooseSpan(ShowStats):
    """Another period."""

    prefix: ClassVar[str] = "sd"


@dataclass(frozen=True)
class ChooseCategory(ShowStats):
    """Another category."""

    prefix: ClassVar[str] = "se"


@dataclass(frozen=True)
class ChooseDepartment(ShowStats):
    """One department of several."""

    prefix: ClassVar[str] = "sk"


def figures(t: Translator, report: Report, shown: ShowStats, catalogue: Catalogue) -> Screen:
    """The figures in words, the lines of one dimension, and how they are counted."""
    total = report.total
    lines = report.lines[shown.by][:_LINES]
    rest = len(report.lines[shown.by]) - len(lines)
    return Screen(
        text=Html.lines(
            title(t, report, catalogue),
            t("statistics.none") if total.is_empty else None,
            *(_summary(t, total) if not total.is_empty else ()),
            t(f"statistics.by.{shown.by}") if lines else None,
            *(_line(t, line, shown.by, catalogue) for line in lines),
            t("statistics.more", count=rest) if rest else None,
            t("statistics.how"),
        ),
        keyboard=(
            (
                button(t, "picture", turned(shown, DrawStats)),
                button(t, "table", turned(shown, SheetStats)),
                go_button(t, "export"),
            ),
            tuple(_choosers(t, report, shown)),
            *in_rows(
                [
                    button(t, f"by_{one}", turned(shown, ShowStats, by=one))
                    for one in _others(shown)
                ],
                2,
            ),
            back_row(t),
        ),
    )


def _choosers(t: Translator, report: Report, shown: ShowStats) -> Iterator[Button]:
    """Who sees one department only has none to choose."""
    yield button(t, "span", turned(shown, ChooseSpan))
    yield button(t, "category", turned(shown, ChooseCategory))
    if shown.department or len(report.departments) != 1:
        yield button(t, "department", turned(shown, ChooseDepartment))


def _others(shown: ShowStats) -> Iterator[Dimension]:
    """One department is not told apart by departments."""
    for one in Dimension:
        if one is not shown.by and not (one is Dimension.DEPARTMENT and shown.department):
            yield one


def failed(t: Translator) -> Screen:
    """Our own fault."""
    return Screen(text=t("statistics.failed"), keyboard=(back_row(t),))


def title(t: Translator, report: Report, catalogue: Catalogue) -> Html:
    """Whose figures these are, and of which days."""
    return t(
        "statistics.title",
        span=t(f"statistics.span.{report.period.key}"),
        first=formats.day(t, report.period.first),
        last=formats.day(t, report.period.last),
        of=_scope(t, report, catalogue),
    )


def _scope(t: Translator, report: Report, catalogue: Catalogue) -> str:
    names = [member(t, Dimension.DEPARTMENT, key, catalogue) for key in report.departments]
    parts = [t.plain("statistics.joint").join(names) or t.plain("statistics.whole")]
    if report.category is not None:
        parts.append(member(t, Dimension.CATEGORY, report.category, catalogue))
    return t.plain("statistics.dot").join(parts)


def _summary(t: Translator, total: Figures) -> Iterator[Html]:
    yield t(
        "statistics.received",
        received=total.received,
        redone=total.redone,
        withdrawn=total.withdrawn,
    )
    yield t(
        "statistics.kept", responded=_share(t, total.responded), on_time=_share(t, total.on_time)
    )
    yield t("statistics.said", solved=_share(t, total.solved), satisfied=_share(t, total.satisfied))
    yield t(
        "statistics.hours",
        contact=_hours(t, total.to_contact),
        answer=_hours(t, total.to_answer),
    )
    yield t("statistics.standing", open=total.open, overdue=total.overdue)


def _share(t: Translator, share: Share) -> str:
    """`92%（46/50）`; of few cases only the counts."""
    if not share.whole:
        return t.plain("statistics.unknown")
    counts = {"part": share.part, "whole": share.whole}
    if share.rate is None:
        return t.plain("statistics.few", **counts)
    return t.plain("statistics.share", rate=formats.percent(share.rate), **counts)


def _hours(t: Translator, median: Median) -> str:
    if median.hours is None:
        return t.plain("statistics.too_few" if median.cases else "statistics.unknown")
    return t.plain("statistics.working_hours", hours=formats.number(round(median.hours, 1)))


def _line(t: Translator, line: Line, dimension: Dimension, catalogue: Catalogue) -> Html:
    return t(
        "statistics.line",
        name=member(t, dimension, line.key, catalogue),
        note=_note(t, line.figures),
    )


def _note(t: Translator, of: Figures) -> str:
    """What stands behind a line and a bar: how many, how many in time, what is open."""
    rate = of.on_time.rate
    parts = [
        t.plain("statistics.count", count=of.received + of.redone),
        t.plain("statistics.in_time", rate=formats.percent(rate)) if rate is not None else "",
        t.plain("statistics.open", count=of.open) if of.open else "",
    ]
    return t.plain("statistics.dot").join(filter(None, parts))


def member(t: Translator, dimension: Dimension, key: str, catalogue: Catalogue) -> str:
    """The name of a category, department, street, industry or month."""
    if not key:
        return t.plain("statistics.not_known")
    match dimension:
        case Dimension.CATEGORY:
            return t.plain(f"tickets.category_short.{key}")
        case Dimension.DEPARTMENT:
            department = catalogue.department(key)
            return department.short.of(t.locale) if department else key
        case Dimension.STREET:
            spec = catalogue.fact("street")
            known = spec.options if spec else ()
            return next((one.of(t.locale) for one in known if one.value == key), key)
        case Dimension.INDUSTRY:
            industry = catalogue.industries.get(key) if catalogue.industries else None
            return industry.of(t.locale) if industry else key
        case Dimension.MONTH:
            year, month = key.split("-")
            return t.plain("statistics.month", year=int(year), month=int(month))


def picture(t: Translator, report: Report, shown: ShowStats, catalogue: Catalogue) -> Screen:
    """The lines of a dimension as bars; the words say the same."""
    words = Html.lines(title(t, report, catalogue), *_summary(t, report.total))
    keyboard = ((button(t, "details", turned(shown, ShowStats)),), back_row(t))
    return _drawn(t, report, shown.by, catalogue, words, keyboard)


def weekly(t: Translator, report: Report, by: Dimension, catalogue: Catalogue) -> Screen:
    """H5, the report to a head: the week in words, as a picture, and the way to more."""
    shown = ShowStats(Span(report.period.key), by=by)
    needs = t.plain("statistics.joint").join(
        t.plain(
            "statistics.need",
            name=member(t, Dimension.CATEGORY, line.key, catalogue),
            count=line.figures.received,
        )
        for line in report.top_needs
    )
    words = Html.lines(
        t("statistics.weekly"),
        title(t, report, catalogue),
        *_summary(t, report.total),
        t("statistics.top_needs", needs=needs) if needs else None,
    )
    keyboard = (
        (
            button(t, "more", turned(shown, ShowStats)),
            button(t, "table", turned(shown, SheetStats)),
        ),
        (go_button(t, "queue"),),
        back_row(t),
    )
    return _drawn(t, report, by, catalogue, words, keyboard)


def _drawn(
    t: Translator,
    report: Report,
    by: Dimension,
    catalogue: Catalogue,
    words: Html,
    keyboard: Keyboard,
) -> Screen:
    """Words below a picture; without a line there is nothing to draw."""
    if not report.lines[by]:
        return Screen(text=words, keyboard=keyboard)
    drawn = Attachment(
        kind=AttachmentKind.PHOTO,
        name=f"{report.period.first}-{report.period.last}.png",
        content=chart(t, report, by, catalogue),
    )
    return Screen(text=words, attachment=drawn, keyboard=keyboard)


def chart(t: Translator, report: Report, by: Dimension, catalogue: Catalogue) -> bytes:
    """A PNG of one dimension: how much came in, and what is open now."""
    return charts.bars(
        t.plain(f"statistics.chart.{by}"),
        t.plain(
            "statistics.chart.days",
            first=formats.day(t, report.period.first),
            last=formats.day(t, report.period.last),
            of=_scope(t, report, catalogue),
        ),
        [
            charts.Bar(
                member(t, by, line.key, catalogue),
                line.figures.received + line.figures.redone,
                line.figures.open,
                _note(t, line.figures),
            )
            for line in report.lines[by][:_BARS]
        ],
        (t.plain("statistics.chart.received"), t.plain("statistics.chart.open")),
    )


def table(
    t: Translator, content: bytes, report: Report, shown: ShowStats, catalogue: Catalogue
) -> Screen:
    """The workbook, below its title."""
    return Screen(
        text=title(t, report, catalogue),
        attachment=Attachment(
            kind=AttachmentKind.DOCUMENT,
            name=f"statistics-{report.period.first}-{report.period.last}.xlsx",
            content=content,
        ),
        keyboard=((button(t, "details", turned(shown, ShowStats)),), back_row(t)),
    )


def departments(t: Translator, report: Report, shown: ShowStats, catalogue: Catalogue) -> Screen:
    """The departments that had anything, and all of them."""
    choices = [button(t, "every", turned(shown, ShowStats, department=None))]
    choices += [
        Button(
            member(t, Dimension.DEPARTMENT, line.key, catalogue),
            data=turned(shown, ShowStats, department=line.key, by=Dimension.CATEGORY).pack(),
        )
        for line in report.lines[Dimension.DEPARTMENT]
    ]
    return choose(t, "statistics.choose_department", choices, turned(shown, ShowStats))
