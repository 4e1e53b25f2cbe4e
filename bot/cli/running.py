"""run: the bot itself."""

import asyncio
import sys
from collections.abc import Callable

import typer

from bot.cli.output import fail, settings_or_exit
from bot.garbage import imports_that_stay
from bot.settings import Settings


def add_to(app: typer.Typer) -> None:
    """Hang the command on the command line."""
    app.command()(run)


def run() -> None:
    """Start the bot: sandbox, polling or webhook, by the settings."""
    # Telegram's types take seconds to import: the help must not wait for them.
    with imports_that_stay():
        from bot.logs import set_up_logs  # noqa: PLC0415 - the bot's parts take seconds
        from bot.masking import hide  # noqa: PLC0415
        from bot.preparing import CannotStart, lock, make_folder, migrate  # noqa: PLC0415
        from bot.run import serve  # noqa: PLC0415

    settings = settings_or_exit()
    set_up_logs(settings)
    try:
        make_folder(settings)
        with lock(settings):
            migrate(settings)
            asyncio.run(serve(settings, ready=_announce(settings)))
    except CannotStart as error:
        fail(hide(str(error)), error.status)


def _announce(settings: Settings) -> Callable[[str], None]:
    def announce(address: str) -> None:
        place = "sandbox, for trying out" if settings.is_sandbox else "health"
        sys.stderr.write(f"Qihang 企航: {address} ({place})\n")
        sys.stderr.flush()

    return announce
