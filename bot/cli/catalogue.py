"""catalogue: check, list, show; what publishing would mean, publish, undo, history."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli import stores
from bot.cli.output import AsJson, fail, print_json, settings_or_exit
from domain.measures import window_state
from services.catalogue import check
from services.measure_files import write_measure

catalogue_app = typer.Typer(no_args_is_help=True, help="The measures and what they rest on.")


def add_to(app: typer.Typer) -> None:
    """Hang the command on the command line."""
    app.add_typer(catalogue_app, name="catalogue")


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
    """Every measure in one line, as it is in force."""
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
        for measure in stores.catalogue_in_force().measures
    ]
    if as_json:
        print_json({"measures": rows})
        return
    for row in rows:
        typer.echo(f"{row['id']:<36} {row['criteria_status']:<9} {row['name']}")


@catalogue_app.command("show")
def show_measure(measure_id: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """A measure in force, as a file that `publish` accepts."""
    measure = stores.catalogue_in_force().measure(measure_id)
    if measure is None:
        fail(f"there is no measure {measure_id!r}; `catalogue list` shows them all")
    typer.echo(write_measure(measure), nl=False)


@catalogue_app.command("publish")
def publish_measures(
    files: Annotated[list[Path], typer.Argument(help="Measure files (YAML).")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    as_json: AsJson = False,
    reason: Annotated[str, typer.Option(help="Why; kept with the versions.")] = "",
    confirm: Annotated[
        bool, typer.Option("--confirm", help="Confirm, as administrator, a change for over 5 %.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before publishing.")] = False,
) -> None:
    """Show what differs and whom it concerns, and put it in force, beside a running bot too.

    A change for more than 5 % of the companies needs a second person: with --confirm that is you,
    as administrator; without, it waits for an editor or administrator in the chat (status 3).
    """
    from bot.cli import publications  # noqa: PLC0415 - the database is slow to import

    contents = [_read(path) for path in files]
    asks = not (yes or as_json or dry_run) and sys.stdin.isatty()
    publications.publish(
        contents, dry_run=dry_run, as_json=as_json, reason=reason, confirmed=confirm, asks=asks
    )


def _read(path: Path) -> tuple[str, bytes]:
    try:
        return str(path), path.read_bytes()
    except OSError as error:
        fail(f"cannot read {path}: {error.strerror}")


@catalogue_app.command("undo")
def undo_publication(
    which: Annotated[str, typer.Argument(metavar="ID|NUMBER")], as_json: AsJson = False
) -> None:
    """Bring back what a publication replaced: by its number, or the last one of a measure."""
    from bot.cli import publications  # noqa: PLC0415 - the database is slow to import

    publications.undo(which, as_json=as_json)


@catalogue_app.command("history")
def show_history(
    measure_id: Annotated[str, typer.Argument(metavar="ID")], as_json: AsJson = False
) -> None:
    """Every version of a measure, the newest first."""
    from bot.cli import publications  # noqa: PLC0415 - the database is slow to import

    found: list[dict[str, Any]] = publications.history(measure_id)
    if as_json:
        print_json({"versions": found})
        return
    for version in found:
        typer.echo("  ".join(str(value) for value in version.values() if value not in {None, ""}))
