"""Workbooks for people: the figures, and tickets with their history, in words instead of codes."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

import xlsxwriter

from domain.catalogue import Catalogue
from domain.exported import HISTORY_COLUMNS, TICKET_COLUMNS, ExportedTickets
from domain.exported_cells import TEXT_ONLY, text_cell
from domain.statistics import Dimension, Figures, Line, Median, Report, Share
from views.statistics import member, title
from views.translations import Translator

_COUNTS = ("received", "redone", "withdrawn")
_SHARES = ("responded", "on_time", "solved", "satisfied")
_HOURS = ("to_contact", "to_answer")

#: Columns that hold no codes. `why` has no words of its own: it is for whoever looks closely.
_AS_THEY_ARE = frozenset(
    {
        *("number", "received_at", "company", "contacted_at", "answer_due", "answered_at"),
        *("closed_at", "round", "score", "at", "why"),
    }
)

Sheet = tuple[str, Sequence[str], Iterable[Sequence[Any]]]


def figures(t: Translator, report: Report, catalogue: Catalogue) -> bytes:
    """The whole, and a sheet for each dimension that was counted."""
    whole = t.plain("statistics.sheet.whole")
    sheets: list[Sheet] = [
        (whole, _heads(t, whole), [[str(title(t, report, catalogue)), *_numbers(report.total)]])
    ]
    for dimension, lines in report.lines.items():
        name = t.plain(f"statistics.sheet.{dimension}")
        sheets.append((name, _heads(t, name), _rows(t, dimension, lines, catalogue)))
    return _written(sheets)


def _heads(t: Translator, first: str) -> list[str]:
    heads = [first, *(t.plain(f"statistics.head.{name}") for name in _COUNTS)]
    for name in _SHARES:
        heads += [t.plain(f"statistics.head.{name}"), t.plain(f"statistics.head.{name}_of")]
    heads += [t.plain(f"statistics.head.{name}") for name in _HOURS]
    return [*heads, t.plain("statistics.head.open"), t.plain("statistics.head.overdue")]


def _rows(
    t: Translator, dimension: Dimension, lines: Iterable[Line], catalogue: Catalogue
) -> list[list[Any]]:
    return [[member(t, dimension, line.key, catalogue), *_numbers(line.figures)] for line in lines]


def _numbers(figures: Figures) -> list[Any]:
    """Counts, never shares of too few: whoever adds rows up does it from these."""
    numbers: list[Any] = [getattr(figures, name) for name in _COUNTS]
    for name in _SHARES:
        share: Share = getattr(figures, name)
        numbers += [share.part, share.whole]
    for name in _HOURS:
        median: Median = getattr(figures, name)
        numbers.append(None if median.hours is None else round(median.hours, 1))
    return [*numbers, figures.open, figures.overdue]


def tickets(t: Translator, parts: Iterable[ExportedTickets], catalogue: Catalogue) -> bytes:
    """Tickets and their history, codes in words."""
    parts = tuple(parts)
    sheets: list[Sheet] = [
        (
            t.plain("exports.sheet.tickets"),
            [t.plain(f"exports.head.{name}") for name in TICKET_COLUMNS],
            [_words(t, row, TICKET_COLUMNS, catalogue) for part in parts for row in part.tickets],
        ),
        (
            t.plain("exports.sheet.history"),
            [t.plain(f"exports.head.{name}") for name in HISTORY_COLUMNS],
            [_words(t, row, HISTORY_COLUMNS, catalogue) for part in parts for row in part.history],
        ),
    ]
    return _written(sheets)


def _words(
    t: Translator, row: Sequence[Any], columns: Sequence[str], catalogue: Catalogue
) -> list[Any]:
    return [_word(t, name, cell, catalogue) for name, cell in zip(columns, row, strict=True)]


def _word(t: Translator, column: str, code: Any, catalogue: Catalogue) -> Any:
    if not code or column in _AS_THEY_ARE:
        return code
    match column:
        case "category":
            return t.plain(f"tickets.category_short.{code}")
        case "department":
            return member(t, Dimension.DEPARTMENT, code, catalogue)
        case "status" | "from" | "to":
            return t.plain(f"desks.status.{code}")
        case "solved":
            return t.plain(f"tickets.solved.{code}")
        case _:
            return t.plain(f"desks.{column}.{code}")


def _written(sheets: Iterable[Sheet]) -> bytes:
    target = BytesIO()
    with xlsxwriter.Workbook(target, {**TEXT_ONLY, "in_memory": True}) as book:
        bold = book.add_format({"bold": True, "text_wrap": True})
        for name, heads, rows in sheets:
            sheet = book.add_worksheet(name[:31])
            sheet.freeze_panes(1, 1)
            sheet.set_column(0, len(heads) - 1, 14)
            sheet.write_row(0, 0, heads, bold)
            for line, row in enumerate(rows, 1):
                sheet.write_row(line, 0, map(text_cell, row))
    return target.getvalue()
