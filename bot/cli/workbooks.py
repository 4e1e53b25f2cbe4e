"""import and export: workbooks for companies, reach lists and tickets, with progress bars."""

import asyncio
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.cli import stores
from bot.cli.output import AsJson, fail, print_json, settings_or_exit
from domain.facts import FactDictionary
from domain.statistics import Which
from domain.tickets import Category
from domain.verdicts import Outcome
from services import company_imports, publishing, reach_workbooks, ticket_workbooks
from services.company_imports import Imported
from services.company_workbooks import BadCell, CompanyWorkbook, NotAWorkbook, write_template

import_app = typer.Typer(no_args_is_help=True, help="Read workbooks.")
export_app = typer.Typer(no_args_is_help=True, help="Write workbooks.")

YEARS = 3
"""Fiscal years that a template has columns for: what criteria look back to."""

FAULTS_SHOWN = 20

Out = Annotated[Path, typer.Option(help="The workbook to write.")]


def add_to(app: typer.Typer) -> None:
    """Hang the commands on the command line."""
    app.add_typer(import_app, name="import")
    app.add_typer(export_app, name="export")


@import_app.callback()
def imports() -> None:
    """Read workbooks."""


@export_app.callback()
def exports() -> None:
    """Write workbooks."""


@import_app.command("template")
def template(out: Out) -> None:
    """An empty workbook for `import companies`, with every column explained."""
    last = stores.day(None).year - 1
    years = range(last - YEARS + 1, last + 1)
    count = write_template(out, stores.catalogue().facts, years)
    typer.echo(f"{out}: {count} columns; fill in what you have, leave out or empty what you do not")


@import_app.command("companies")
def import_companies(
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx")],
    report: Annotated[
        Path | None, typer.Option(help="Write every bad cell to this file, one a line.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Companies and their facts; bad rows are named with row and column and left out.

    May run beside a running bot: companies are kept fifty at a time.
    """
    dictionary = stores.with_database(_dictionary)
    try:
        with CompanyWorkbook(file, dictionary) as book:
            done, faults = asyncio.run(_keep(book, dictionary))
    except NotAWorkbook as error:
        fail(str(error))
    if report is not None:
        report.write_text("".join(f"{_told(fault)}\n" for fault in faults), encoding="utf-8")
    if as_json:
        print_json(_document(done, faults))
    else:
        _print_import(done, faults)
    if faults and not done.kept:
        raise typer.Exit(1)


async def _dictionary(session: AsyncSession) -> FactDictionary:
    return (await publishing.in_force(session, stores.catalogue())).facts


async def _keep(
    book: CompanyWorkbook, dictionary: FactDictionary
) -> tuple[Imported, list[BadCell]]:
    """Slice after slice, each in a transaction of its own; what is read is forgotten again."""
    faults: list[BadCell] = []
    async with stores.open_database() as database:
        async with database.read() as session:
            run = await company_imports.start(session, dictionary, stores.day(None))
        with Progress(console=Console(stderr=True), transient=True) as progress:
            bar = progress.add_task("Importing", total=book.total)
            for part in book.slices(company_imports.SLICE):
                async with database.read() as session:
                    plan = await run.plan(session, part.good, stores.now())
                async with database.write() as session:
                    await run.keep(session, plan)
                faults += part.bad
                progress.advance(bar, part.rows)
    return run.done, faults


def _document(done: Imported, faults: Sequence[BadCell]) -> dict[str, object]:
    return {
        "added": done.added,
        "updated": done.updated,
        "unchanged": done.unchanged,
        "left_as_told": dict(done.left_as_told),
        "left_out": len({fault.row for fault in faults}),
        "faults": [
            {"row": fault.row, "column": fault.column, "text": fault.text} for fault in faults
        ],
    }


def _told(fault: BadCell) -> str:
    return f"row {fault.row}, column {fault.column}: {fault.text}"


def _print_import(done: Imported, faults: Sequence[BadCell]) -> None:
    for fault in faults[:FAULTS_SHOWN]:
        typer.echo(_told(fault), err=True)
    if len(faults) > FAULTS_SHOWN:
        more = len(faults) - FAULTS_SHOWN
        typer.echo(f"... and {more} more; --report FILE writes them all", err=True)
    rows = len({fault.row for fault in faults})
    typer.echo(
        f"{done.added} companies added, {done.updated} updated,"
        f" {done.unchanged} as they were, {rows} rows left out"
    )
    if done.left_as_told:
        typer.echo(
            f"{done.left_as_told.total()} facts differ from what a company or an officer said,"
            " and were left as they are"
        )


@export_app.command("reach")
def export_reach(
    measure_id: Annotated[str, typer.Argument(metavar="MEASURE")],
    out: Out,
    outcome: Annotated[Outcome, typer.Option(help="Which companies.")] = Outcome.ELIGIBLE,
    as_json: AsJson = False,
) -> None:
    """The companies a measure reaches today, with what is known of them and what is open."""
    today = stores.day(None)
    console = Console(stderr=True)

    async def ask(session: AsyncSession) -> int:
        catalogue = await publishing.in_force(session, stores.catalogue())
        measure = catalogue.measure(measure_id)
        if measure is None:
            fail(f"there is no measure {measure_id!r}; `catalogue list` shows them all")
        with Progress(console=console, transient=True) as progress:
            bar = progress.add_task("Exporting", total=None)
            return await reach_workbooks.write(
                out,
                session,
                catalogue,
                measure,
                today,
                outcome=outcome,
                progress=lambda done, total: progress.update(bar, completed=done, total=total),
            )

    written = stores.with_database(ask)
    if as_json:
        print_json({"measure": measure_id, "outcome": outcome, "companies": written})
        return
    typer.echo(f"{written} companies written to {out}" if written else "none; no file was written")


@export_app.command("tickets")
def export_tickets(
    since: Annotated[str, typer.Option(help="First day, as 2026-11-01.")],
    out: Out,
    until: Annotated[str | None, typer.Option(help="Last day; today when left out.")] = None,
    category: Annotated[Category | None, typer.Option(help="Of one category only.")] = None,
    department: Annotated[
        list[str] | None, typer.Option(help="In which this department has a share; repeatable.")
    ] = None,
    status: Annotated[Which, typer.Option(help="Which tickets.")] = Which.ALL,
    as_json: AsJson = False,
) -> None:
    """Tickets and their history; cells are never formulas."""
    known = {one.key for one in stores.catalogue().departments}
    if strange := set(department or ()) - known:
        fail(f"no department {min(strange)!r}; there are {', '.join(sorted(known))}")
    wanted = ticket_workbooks.Wanted(
        first=_date("--since", since),
        last=_date("--until", until) if until else None,
        category=category,
        departments=tuple(department or ()),
        which=status,
    )
    written = _write_tickets(out, wanted)
    if as_json:
        print_json({"tickets": written})
        return
    if not written:
        typer.echo("no such tickets; no file was written")
        return
    typer.echo(f"{written} tickets written to {out}")


def _write_tickets(out: Path, wanted: ticket_workbooks.Wanted) -> int:
    zone = settings_or_exit().zone

    async def ask(session: AsyncSession) -> int:
        with Progress(console=Console(stderr=True), transient=True) as progress:
            bar = progress.add_task("Exporting", total=None)
            return await ticket_workbooks.write(
                out,
                session,
                wanted,
                zone=zone,
                progress=lambda done, total: progress.update(bar, completed=done, total=total),
            )

    return stores.with_database(ask)


def _date(option: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        fail(f"{option} {text!r} is not a date; write it as 2026-11-01")
