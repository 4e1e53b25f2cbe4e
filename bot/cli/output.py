"""How commands speak: one JSON document on stdout, plain lines otherwise, errors on stderr."""

import json
from dataclasses import dataclass
from typing import Annotated, Any, NoReturn

import typer

from bot.settings import BadSettings, Settings, read_settings

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="The day to judge by: 2026-11-23.")]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing looked at; `advice` is empty when it is in order."""

    subject: str
    finding: str
    advice: str = ""


def fail(line: str, status: int = 2) -> NoReturn:
    """One clear line on stderr, and a status that scripts can see."""
    typer.echo(f"qihang: {line}", err=True)
    raise typer.Exit(status)


def settings_or_exit() -> Settings:
    """The settings, or the line that says what is wrong with them."""
    try:
        return read_settings()
    except BadSettings as error:
        fail(str(error))


def print_json(document: Any) -> None:
    """The document, readable in any language."""
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2, default=str))
