"""Workbooks: companies read from XLSX, tickets written to it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zipfile import BadZipFile
from zoneinfo import ZoneInfo

import openpyxl
import xlsxwriter
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.facts import NUMERIC, BadFact, FactDictionary, FactSpec, FactValue, Kind
from domain.profile_files import dump_fact, parse_fact
from models import Company, Fact, Ticket, TicketEvent
from models.companies import FactSource

_LIST_MARK = "；"
_CONTROL = dict.fromkeys(i for i in range(32) if i not in {9, 10, 13})


class NotAWorkbook(ValueError):
    """The file cannot be read as XLSX, or its first row does not name facts."""


@dataclass(frozen=True, slots=True)
class BadCell:
    """A cell that could not be used; rows and columns as the workbook names them."""

    row: int
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """One company as its row says: facts by key, each in the shape of a profile file."""

    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TicketSheets:
    """What goes into the two sheets, cell by cell."""

    tickets: Sequence[Sequence[Any]]
    history: Sequence[Sequence[Any]]


TICKET_COLUMNS = (
    "number",
    "received_at",
    "status",
    "category",
    "urgency",
    "outcome",
    "closed_at",
    "solved",
    "score",
)
HISTORY_COLUMNS = ("number", "at", "step", "from", "to", "why")


def read_companies(
    path: Path, dictionary: FactDictionary
) -> tuple[list[CompanyRow], list[BadCell]]:
    """Rows that are wholly good, and the bad cells of those left out.

    Columns are dictionary keys, `revenue@2025` for a fiscal year; ranges `20-49`; lists by `；`.
    """
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, BadZipFile, OSError, KeyError) as error:
        raise NotAWorkbook(f"{path} cannot be read as a workbook (.xlsx): {error}") from error
    rows = book.active.iter_rows(values_only=True) if book.active else iter(())
    columns = _columns(next(rows, ()), dictionary)
    good: list[CompanyRow] = []
    bad: list[BadCell] = []
    for number, cells in enumerate(rows, start=2):
        facts, faults = _read_row(number, cells, columns)
        bad += faults
        if facts and not faults:
            good.append(CompanyRow(facts))
    book.close()
    return good, bad


Columns = Sequence[tuple[FactSpec, str | None] | None]


def _columns(header: Sequence[Any], dictionary: FactDictionary) -> Columns:
    found: list[tuple[FactSpec, str | None] | None] = []
    for index, cell in enumerate(header, start=1):
        key, _, year = str(cell or "").strip().partition("@")
        spec = dictionary.get(key)
        if key and spec is None:
            raise NotAWorkbook(
                f"column {get_column_letter(index)}: there is no fact {key!r};"
                " the first row names facts as in facts.yaml"
            )
        found.append((spec, year or None) if spec else None)
    return found


def _read_row(
    number: int, cells: Sequence[Any], columns: Columns
) -> tuple[dict[str, Any], list[BadCell]]:
    facts: dict[str, Any] = {}
    faults: list[BadCell] = []
    for index, (cell, column) in enumerate(zip(cells, columns, strict=False), start=1):
        if column is None or cell is None or str(cell).strip() == "":
            continue
        spec, year = column
        try:
            raw = _cell(spec, cell)
            value = parse_fact(spec, {year: raw} if year else raw)
        except (BadFact, ValueError) as error:
            faults.append(BadCell(number, get_column_letter(index), str(error)))
            continue
        _put(facts, spec, value)
    return facts, faults


def _put(facts: dict[str, Any], spec: FactSpec, value: FactValue) -> None:
    said = dump_fact(value)
    if spec.per_year and isinstance(said, dict):
        facts[spec.key] = {**facts.get(spec.key, {}), **said}
    else:
        facts[spec.key] = said


def _cell(spec: FactSpec, cell: Any) -> Any:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    text = str(cell).strip()
    if spec.kind is Kind.CHOICES:
        return [item for item in text.split(_LIST_MARK) if item]
    if spec.kind is Kind.FLAG:
        return {"是": True, "否": False, "true": True, "false": False}.get(text.lower(), text)
    if spec.kind in NUMERIC:
        return _number(text)
    return text


def _number(text: str) -> Any:
    low, separator, high = text.partition("-")
    if separator and low:
        return [float(low), float(high)]
    return float(text)


async def keep_companies(
    session: AsyncSession,
    rows: Sequence[CompanyRow],
    *,
    now: datetime,
    progress: Callable[[], None] = lambda: None,
) -> int:
    """Keep companies and their facts; one whose code is known gets its facts added."""
    for row in rows:
        company = await _company(session, row, now=now)
        for key, said in row.facts.items():
            for fact in _fact_rows(company.id, key, said, now):
                session.add(fact)
        await session.flush()
        progress()
    return len(rows)


async def _company(session: AsyncSession, row: CompanyRow, *, now: datetime) -> Company:
    uscc = row.facts.get("uscc")
    if uscc:
        known = await session.exec(select(Company).where(col(Company.uscc) == uscc))
        found = known.first()
        if found is not None:
            return found
    company = Company(name=str(row.facts.get("name", "")), uscc=uscc, created_at=now)
    session.add(company)
    await session.flush()
    return company


def _fact_rows(company_id: int, key: str, said: Any, now: datetime) -> Iterator[Fact]:
    years = said.items() if isinstance(said, dict) else [(None, said)]
    for year, value in years:
        yield Fact(
            company_id=company_id,
            key=key,
            year=int(year) if year else None,
            value=value,
            source=FactSource.IMPORT,
            at=now,
        )


async def ticket_sheets(session: AsyncSession, *, since: date, zone: ZoneInfo) -> TicketSheets:
    """Tickets received since a day, and their history, in codes."""
    start = datetime.combine(since, time(), zone)
    tickets = (
        await session.exec(
            select(Ticket).where(col(Ticket.received_at) >= start).order_by(col(Ticket.id))
        )
    ).all()
    numbers = {ticket.id: ticket.number for ticket in tickets}
    events = await session.exec(
        select(TicketEvent)
        .where(col(TicketEvent.ticket_id).in_(numbers))
        .order_by(col(TicketEvent.ticket_id), col(TicketEvent.id))
    )
    return TicketSheets(
        tickets=[
            [_plain(getattr(ticket, name), zone) for name in TICKET_COLUMNS] for ticket in tickets
        ],
        history=[
            [numbers[event.ticket_id]]
            + [_plain(value, zone) for value in (event.at, event.step, event.frm, event.to)]
            + [event.why]
            for event in events
        ],
    )


def write_tickets(path: Path, sheets: TicketSheets) -> None:
    """Two sheets; a cell that starts with = stays text."""
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        for name, columns, rows in (
            ("tickets", TICKET_COLUMNS, sheets.tickets),
            ("history", HISTORY_COLUMNS, sheets.history),
        ):
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            for index, row in enumerate([columns, *rows]):
                sheet.write_row(index, 0, row)


def _plain(value: Any, zone: ZoneInfo) -> Any:
    """Workbooks know neither zones nor control characters."""
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    return value.translate(_CONTROL) if isinstance(value, str) else value
