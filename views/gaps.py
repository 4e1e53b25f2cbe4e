"""E6 缺口: what companies asked for and did not get, by month, part and industry."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.catalogue import Catalogue
from domain.screens import Button, Html, Row, Screen
from domain.unmet import Part, Unmet, UnmetReport, month_before, next_month
from views import facts, formats
from views.people import back_row
from views.presses import EditorPress, Press
from views.translations import Translator

FIRST_LINES = 3
PART_LINES = 12
INDUSTRIES = 3


@dataclass(frozen=True)
class ShowGaps(EditorPress):
    """A month (year × 100 + month), or one part of it in full."""

    prefix: ClassVar[str] = "ng"
    month: int
    part: Part | None = None


def as_number(month: date) -> int:
    """2026-11 as 202611, for a button."""
    return month.year * 100 + month.month


def as_month(number: int) -> date | None:
    """What `as_number` wrote; None for anything else."""
    year, month = divmod(number, 100)
    return date(year, month, 1) if 1 <= month <= 12 and 2000 <= year < 2100 else None


def gaps(t: Translator, report: UnmetReport, catalogue: Catalogue, *, this_month: date) -> Screen:
    """The month: how much of each part, and what was met most."""
    lines = [t("gaps.title", month=_month(t, report.month))]
    if report.is_empty:
        lines.append(t("gaps.none"))
    for part in Part:
        if report.total(part):
            lines += _first_lines(t, report, part, catalogue)
    parts = [
        _button(t, part.value, ShowGaps(as_number(report.month), part))
        for part in Part
        if report.parts[part]
    ]
    rows: list[Row] = [tuple(parts[start : start + 2]) for start in range(0, len(parts), 2)]
    rows.append(_other_months(t, report.month, this_month))
    return Screen(text=Html.lines(*lines), keyboard=(*rows, back_row(t)))


def _first_lines(
    t: Translator, report: UnmetReport, part: Part, catalogue: Catalogue
) -> Iterator[Html]:
    yield t(f"gaps.total.{part}", count=report.total(part))
    for line in report.parts[part][:FIRST_LINES]:
        yield t("gaps.line", subject=_subject(t, part, line, catalogue), count=line.count)


def _other_months(t: Translator, month: date, this_month: date) -> Row:
    row: Row = (_button(t, "month_before", ShowGaps(as_number(month_before(month)))),)
    if month < this_month:
        row += (_button(t, "month_after", ShowGaps(as_number(next_month(month)))),)
    return row


def part(t: Translator, report: UnmetReport, chosen: Part, catalogue: Catalogue) -> Screen:
    """One part in full, with reasons and industries."""
    shown = report.parts[chosen][:PART_LINES]
    rest = len(report.parts[chosen]) - len(shown)
    lines = [
        t("gaps.title", month=_month(t, report.month)),
        t(f"gaps.total.{chosen}", count=report.total(chosen)),
        *(_line(t, chosen, line, catalogue) for line in shown),
        t("gaps.more", count=rest) if rest else None,
        t("gaps.wordless", count=report.wordless)
        if chosen is Part.SEARCHES and report.wordless
        else None,
    ]
    back = _button(t, "back", ShowGaps(as_number(report.month)))
    return Screen(text=Html.lines(*lines), keyboard=(back_row(t, back),))


def _line(t: Translator, part: Part, line: Unmet, catalogue: Catalogue) -> Html:
    subject = _subject(t, part, line, catalogue)
    why = _why(t, part, line)
    if why:
        subject = t.plain("gaps.subject_why", subject=subject, why=why)
    named = {code: count for code, count in line.industries.items() if code}
    if not named:
        return t("gaps.line", subject=subject, count=line.count)
    trades = [_trade(t, code, line, catalogue) for code in list(named)[:INDUSTRIES]]
    joined = t.plain("gaps.joint").join(trades)
    return t("gaps.line_trades", subject=subject, count=line.count, trades=joined)


def _trade(t: Translator, code: str, line: Unmet, catalogue: Catalogue) -> str:
    """A trade with its share, or, where that would point at somebody, with its count."""
    known = catalogue.industries.get(code) if catalogue.industries else None
    name = known.of(t.locale) if known else code
    size = formats.percent(line.shares[code]) if line.shares else str(line.industries[code])
    return t.plain("gaps.trade", name=name, size=size)


def _subject(t: Translator, part: Part, line: Unmet, catalogue: Catalogue) -> str:
    match part:
        case Part.SEARCHES:
            return t.plain("gaps.quoted", words=line.subject)
        case Part.IRRELEVANT:
            measure = catalogue.measure(line.subject)
            return measure.name.of(t.locale) if measure else line.subject
        case Part.UNCLEAR:
            spec = catalogue.fact(line.subject)
            return facts.label(t, spec) if spec else line.subject
        case Part.PROBLEMS:
            return t.plain(f"tickets.category_short.{line.subject}")


def _why(t: Translator, part: Part, line: Unmet) -> str:
    if part is Part.SEARCHES:
        return t.plain(f"gaps.search.{line.why}")
    if part is Part.IRRELEVANT:
        return t.plain(f"gaps.why.{line.why or 'unsaid'}")
    return ""


def _month(t: Translator, month: date) -> str:
    return t.plain("gaps.month", year=month.year, month=month.month)


def _button(t: Translator, key: str, press: Press) -> Button:
    return Button(t.plain(f"gaps.button.{key}"), data=press.pack())
