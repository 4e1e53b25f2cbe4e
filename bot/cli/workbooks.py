"""import and export: workbooks for companies and tickets, with progress bars."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.cli import stores
from bot.cli.output import fail, settings_or_exit
from services import workbooks

import_app = typer.Typer(no_args_is_help=True, help="Read workbooks.")
export_app = typer.Typer(no_args_is_help=True, help="Write workbooks.")


@import_app.callback()
def imports() -> None:
    """Read workbooks."""


@export_app.callback()
def exports() -> None:
    """Write workbooks."""


@import_app.command("companies")
def import_companies(file: Annotated[Path, typer.Argument(metavar="FILE.xlsx")]) -> None:
    """Companies and their facts; bad rows are reported with row and column and left out."""
    try:
        rows, faults = workbooks.read_companies(file, stores.catalogue().facts)
    except workbooks.NotAWorkbook as error:
        fail(str(error))
    with Progress(transient=True) as progress:
        bar = progress.add_task("Importing", total=len(rows))

        async def keep(session: AsyncSession) -> int:
            return await workbooks.keep_companies(
                session, rows, now=stores.now(), progress=lambda: progress.advance(bar)
            )

        kept = stores.with_database(keep, write=True)
    for fault in faults:
        typer.echo(f"row {fault.row}, column {fault.column}: {fault.text}", err=True)
    typer.echo(f"{kept} companies imported, {len({fault.row for fault in faults})} rows left out")


@export_app.command("tickets")
def export_tickets(
    since: Annotated[str, typer.Option(help="First day, as 2026-11-01.")],
    out: Annotated[Path, typer.Option(help="The workbook to write.")],
) -> None:
    """Tickets and their history; cells are never formulas."""
    try:
        first = date.fromisoformat(since)
    except ValueError:
        fail(f"--since {since!r} is not a date; write it as 2026-11-01")

    async def ask(session: AsyncSession) -> workbooks.TicketSheets:
        return await workbooks.ticket_sheets(session, since=first, zone=settings_or_exit().zone)

    sheets = stores.with_database(ask)
    if not sheets.tickets:
        typer.echo("no tickets since then; no file was written")
        return
    workbooks.write_tickets(out, sheets)
    typer.echo(f"{len(sheets.tickets)} tickets written to {out}")
