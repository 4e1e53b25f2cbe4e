"""The command line. Telegram is imported only by the commands that need it."""

import asyncio
import sys
from collections.abc import Callable
from typing import NoReturn

import typer

from bot.settings import BadSettings, Settings, read_settings

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def office() -> None:
    """Qihang 企航: the desk between companies and their district government."""


def fail(line: str) -> NoReturn:
    """One clear line on stderr, and a status that scripts can see."""
    typer.echo(f"qihang: {line}", err=True)
    raise typer.Exit(2)


def settings_or_exit() -> Settings:
    """The settings, or the line that says what is wrong with them."""
    try:
        return read_settings()
    except BadSettings as error:
        fail(str(error))


@app.command()
def run() -> None:
    """Start the bot: sandbox, polling or webhook, by the settings."""
    from bot.logs import set_up_logs  # noqa: PLC0415
    from bot.run import CannotStart, lock, prepare, serve  # noqa: PLC0415

    settings = settings_or_exit()
    set_up_logs(settings.log_format)
    try:
        prepare(settings)
        with lock(settings):
            asyncio.run(serve(settings, ready=_announce(settings)))
    except CannotStart as error:
        fail(str(error))


def _announce(settings: Settings) -> Callable[[str], None]:
    def announce(address: str) -> None:
        place = "sandbox, for trying out" if settings.is_sandbox else "health"
        sys.stderr.write(f"Qihang 企航: {address} ({place})\n")
        sys.stderr.flush()

    return announce
