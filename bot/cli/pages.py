"""docs: pages of the documentation that are read off the code, written and held fresh."""

from collections.abc import Iterator
from pathlib import Path

import typer

from bot.cli.output import fail
from bot.settings import ROOT
from views import life_cycle, permissions
from views.translations import translator

docs_app = typer.Typer(no_args_is_help=True, help="Pages of docs/ that are read off the code.")


def add_to(app: typer.Typer) -> None:
    """Hang the command on the command line."""
    app.add_typer(docs_app, name="docs")


def pages() -> Iterator[tuple[Path, str]]:
    """The address of each page and what it should say."""
    yield ROOT / "docs/life-cycle.zh-CN.md", life_cycle.page(translator("zh"))
    yield ROOT / "docs/life-cycle.md", life_cycle.page(translator("en"))
    yield ROOT / "docs/permissions.zh-CN.md", permissions.page(translator("zh"))
    yield ROOT / "docs/permissions.md", permissions.page(translator("en"))


@docs_app.command("write")
def write_pages() -> None:
    """Write the pages anew."""
    for path, text in pages():
        path.write_text(text, encoding="utf-8")
        typer.echo(path.relative_to(ROOT))


@docs_app.command("check")
def check_pages() -> None:
    """Every page says what the code says."""
    stale = [path for path, text in pages() if _read(path) != text]
    if stale:
        names = ", ".join(str(path.relative_to(ROOT)) for path in stale)
        fail(f"{names}: run `python -m bot docs write`")
    typer.echo("the generated pages are fresh")


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
