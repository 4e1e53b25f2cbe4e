"""wording: whether every key has words in every language."""

import typer

from bot.cli.output import fail
from bot.settings import ROOT
from views.wording import faults

wording_app = typer.Typer(no_args_is_help=True, help="The words people read.")


def add_to(app: typer.Typer) -> None:
    """Hang the command on the command line."""
    app.add_typer(wording_app, name="wording")


@wording_app.command("check")
def check_wording() -> None:
    """Every key used has words in Chinese and in English, with the same placeholders."""
    found = faults(ROOT)
    for fault in found:
        typer.echo(str(fault), err=True)
    if found:
        fail(f"{len(found)} faults in the wording")
    typer.echo("the wording is complete")


@wording_app.command("list")
def list_languages() -> None:
    """The languages there are."""
    from views.translations import LANGUAGES  # noqa: PLC0415

    typer.echo(" ".join(LANGUAGES))
