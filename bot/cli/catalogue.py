"""catalogue: check, list, show, publish."""

from pathlib import Path
from typing import Annotated, Any

import typer
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.cli import stores
from bot.cli.output import AsJson, fail, print_json, settings_or_exit
from domain.measures import Measure, window_state
from services import publishing
from services.catalogue import check
from services.measure_files import read_measures, write_measure

catalogue_app = typer.Typer(no_args_is_help=True, help="The measures and what they rest on.")


@catalogue_app.command("check")
def check_catalogue() -> None:
    """Validate every file; says file and line of each fault."""
    directory = settings_or_exit().catalogue_dir
    faults = check(directory)
    for fault in faults:
        typer.echo(f"{fault.file}:{fault.line}: {fault.text.en}", err=True)
    if faults:
        fail(f"{len(faults)} faults in {directory.name}/")
    typer.echo(f"{len(stores.catalogue().measures)} measures are in order")


@catalogue_app.command("list")
def list_measures(as_json: AsJson = False) -> None:
    """Every measure in one line."""
    today = stores.day(None)
    rows = [
        {
            "id": measure.id,
            "name": measure.name.zh,
            "quotes": list(measure.quotes),
            "criteria_status": measure.criteria_status,
            "status": measure.status,
            "window": window_state(measure, today).state,
        }
        for measure in stores.catalogue().measures
    ]
    if as_json:
        print_json({"measures": rows})
        return
    for row in rows:
        typer.echo(f"{row['id']:<36} {row['criteria_status']:<9} {row['name']}")


@catalogue_app.command("show")
def show_measure(measure_id: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """A measure as a file that `publish` accepts."""
    measure = stores.catalogue().measure(measure_id)
    if measure is None:
        fail(f"there is no measure {measure_id!r}; `catalogue list` shows them all")
    typer.echo(write_measure(measure), nl=False)


@catalogue_app.command("publish")
def publish_measures(
    files: Annotated[list[Path], typer.Argument(help="Measure files (YAML).")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    as_json: AsJson = False,
) -> None:
    """Validate measure files and put them in force; takes effect in a running bot in seconds."""
    measures = [measure for path in files for measure in _read(path)]

    async def ask(session: AsyncSession) -> list[dict[str, Any]]:
        before = await publishing.in_force(session, stores.catalogue())
        changes = [_change(measure, before.measure(measure.id)) for measure in measures]
        if not dry_run:
            await publishing.publish(session, measures, now=stores.now(), reason="command line")
        return changes

    changes = stores.with_database(ask, write=True)
    if as_json:
        print_json({"measures": changes})
        return
    for change in changes:
        typer.echo(f"{change['id']}: {change['change']}")


def _read(path: Path) -> tuple[Measure, ...]:
    try:
        content = path.read_bytes()
    except OSError as error:
        fail(f"cannot read {path}: {error}")
    measures, faults = read_measures(content, path.name, stores.catalogue())
    if faults:
        for fault in faults:
            typer.echo(f"{fault.file}:{fault.line}: {fault.text.en}", err=True)
        fail(f"{path} was not published")
    return measures


def _change(measure: Measure, before: Measure | None) -> dict[str, Any]:
    if before is None:
        return {"id": measure.id, "change": "added"}
    return {"id": measure.id, "change": "same" if before == measure else "changed"}
