"""Workbooks of tickets: those chosen, and their history, in codes and slice by slice."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter
from sqlalchemy import ColumnElement, Executable, and_, func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from domain.exported import HISTORY_COLUMNS, TICKET_COLUMNS, ExportedTickets
from domain.exported_cells import TEXT_ONLY, text_cell
from domain.statistics import Which
from domain.tickets import Category, TaskRole
from models import Company, Task, Ticket, TicketEvent
from services.ticket_queries import OPEN, on_side_of

SLICE = 500
"""Tickets read at once."""

LONGEST = 1_000_000
"""Lines of one sheet: Excel reads 1,048,576."""

_TICKET = {
    "company": col(Company.name),
    **{
        name: col(getattr(Task, name))
        for name in ("department", "contacted_at", "answer_due", "answered_at")
    },
    **{
        name: col(getattr(Ticket, name))
        for name in (
            *("number", "received_at", "category", "urgency", "status", "outcome"),
            *("closed_at", "round", "solved", "score"),
        )
    },
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which tickets: received from a day to a day, both included; None and empty are all.

    Of `departments` any that has a share. An officer's own company is left out of what is
    `asked_by` that officer.
    """

    first: date
    last: date | None = None
    category: Category | None = None
    departments: tuple[str, ...] = ()
    which: Which = Which.ALL
    asked_by: Actor | None = None

    def conditions(self, zone: ZoneInfo) -> list[ColumnElement[bool]]:
        """On `Ticket`."""
        found: list[ColumnElement[bool]] = [
            col(Ticket.received_at) >= datetime.combine(self.first, time(), zone)
        ]
        if self.last is not None:
            end = datetime.combine(self.last + timedelta(days=1), time(), zone)
            found.append(col(Ticket.received_at) < end)
        if self.category is not None:
            found.append(col(Ticket.category) == self.category)
        if self.departments:
            shares = select(col(Task.ticket_id)).where(col(Task.department).in_(self.departments))
            found.append(col(Ticket.id).in_(shares))
        if self.which is not Which.ALL:
            is_open = col(Ticket.status).in_(OPEN)
            found.append(is_open if self.which is Which.OPEN else ~is_open)
        if self.asked_by is not None:
            own = select(col(Ticket.id)).where(on_side_of(self.asked_by))
            found.append(col(Ticket.id).not_in(own))
        return found


async def count(session: AsyncSession, wanted: Wanted, *, zone: ZoneInfo) -> int:
    """How many tickets are wanted."""
    statement = select(func.count()).select_from(Ticket).where(*wanted.conditions(zone))
    connection = await session.connection()
    return int((await connection.execute(statement)).scalar_one())


async def departments(session: AsyncSession, wanted: Wanted, *, zone: ZoneInfo) -> tuple[str, ...]:
    """The departments that have a share in the tickets wanted."""
    ids = select(col(Ticket.id)).where(*wanted.conditions(zone))
    shares = select(col(Task.department)).where(col(Task.ticket_id).in_(ids)).distinct()
    connection = await session.connection()
    return tuple(sorted((await connection.execute(shares)).scalars()))


async def slices(
    session: AsyncSession, wanted: Wanted, *, zone: ZoneInfo
) -> AsyncIterator[ExportedTickets]:
    """The tickets in their order, each slice with its history."""
    connection = await session.connection()
    after = 0
    while True:
        statement = (
            select(col(Ticket.id), *(_TICKET[name] for name in TICKET_COLUMNS))
            .select_from(Ticket)
            .join(
                Task, and_(col(Task.ticket_id) == col(Ticket.id), col(Task.role) == TaskRole.LEAD)
            )
            .join(Company, col(Company.id) == col(Ticket.company_id), isouter=True)
            .where(*wanted.conditions(zone), col(Ticket.id) > after)
            .order_by(col(Ticket.id))
            .limit(SLICE)
        )
        rows = (await connection.execute(statement)).all()
        if not rows:
            return
        after = rows[-1][0]
        ids = [row[0] for row in rows]
        events = (await connection.execute(_history_of(ids))).all()
        yield ExportedTickets(
            *([[_plain(cell, zone) for cell in row[1:]] for row in part] for part in (rows, events))
        )


def _history_of(ids: Sequence[int]) -> Executable:
    event = TicketEvent
    columns = (event.at, event.step, event.frm, event.to, event.why)
    return (
        select(col(event.ticket_id), col(Ticket.number), *map(col, columns))
        .join(Ticket, col(Ticket.id) == col(event.ticket_id))
        .where(col(event.ticket_id).in_(ids))
        .order_by(col(event.ticket_id), col(event.at), col(event.id))
    )


async def write(
    path: Path,
    session: AsyncSession,
    wanted: Wanted,
    *,
    zone: ZoneInfo,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> int:
    """Two sheets in codes, a cell that starts with = stays text; returns how many tickets.

    No file is written when there are none. `progress` hears how many are done, and of how many.
    """
    total = await count(session, wanted, zone=zone)
    if not total:
        return 0
    with xlsxwriter.Workbook(str(path), {**TEXT_ONLY, "constant_memory": True}) as book:
        tickets = _Sheet(book, "tickets", TICKET_COLUMNS)
        history = _Sheet(book, "history", HISTORY_COLUMNS)
        async for part in slices(session, wanted, zone=zone):
            tickets.add(part.tickets)
            history.add(part.history)
            progress(tickets.lines, total)
    return total


class _Sheet:
    """A sheet that grows line by line; Excel reads a million of them and goes on in a new one."""

    def __init__(self, book: Any, name: str, columns: Sequence[str]) -> None:
        self._book = book
        self._name = name
        self._columns = columns
        self.lines = 0
        self._open()

    def _open(self) -> None:
        number = self.lines // LONGEST + 1
        self._sheet = self._book.add_worksheet(
            self._name if number == 1 else f"{self._name} {number}"
        )
        self._sheet.freeze_panes(1, 0)
        self._sheet.write_row(0, 0, self._columns)

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        for row in rows:
            if self.lines and self.lines % LONGEST == 0:
                self._open()
            self._sheet.write_row(self.lines % LONGEST + 1, 0, row)
            self.lines += 1


def _plain(value: Any, zone: ZoneInfo) -> Any:
    """Workbooks know no zones."""
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    return text_cell(value)
