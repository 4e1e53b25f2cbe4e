"""Workbooks of tickets: every ticket since a day, and its history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import Ticket, TicketEvent
from services.company_workbooks import TEXT_OPTIONS

_CONTROL = dict.fromkeys(i for i in range(32) if i not in {9, 10, 13})


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
    with xlsxwriter.Workbook(str(path), TEXT_OPTIONS) as book:
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
