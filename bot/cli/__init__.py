"""The command line. Telegram is imported only by the command that needs it."""

import asyncio
import sys
from collections.abc import Callable

import typer

from bot.cli import deadlines, doctor, gaps, matching, workbooks
from bot.cli.catalogue import catalogue_app
from bot.cli.database import db_app
from bot.cli.output import fail, settings_or_exit
from bot.cli.pages import docs_app
from bot.cli.records import notice_app, outbox_app, ticket_app
from bot.cli.wording import wording_app
from bot.settings import Settings

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(ticket_app, name="ticket")
app.add_typer(outbox_app, name="outbox")
app.add_typer(notice_app, name="notice")
app.add_typer(catalogue_app, name="catalogue")
app.add_typer(workbooks.import_app, name="import")
app.add_typer(workbooks.export_app, name="export")
app.add_typer(db_app, name="db")
app.add_typer(wording_app, name="wording")
app.add_typer(docs_app, name="docs")
matching.add_to(app)
deadlines.add_to(app)
doctor.add_to(app)
gaps.add_to(app)


@app.callback()
def office() -> None:
    """Qihang 企航: the desk between companies and their district government."""


@app.command()
def run() -> None:
    """Start the bot: sandbox, polling or webhook, by the settings."""
    from bot.logs import set_up_logs  # noqa: PLC0415
    from bot.preparing import CannotStart, lock, make_folder, migrate  # noqa: PLC0415
    from bot.run import serve  # noqa: PLC0415

    settings = settings_or_exit()
    set_up_logs(settings.log_format)
    try:
        make_folder(settings)
        with lock(settings):
            migrate(settings)
            asyncio.run(serve(settings, ready=_announce(settings)))
    except CannotStart as error:
        fail(str(error))


def _announce(settings: Settings) -> Callable[[str], None]:
    def announce(address: str) -> None:
        place = "sandbox, for trying out" if settings.is_sandbox else "health"
        sys.stderr.write(f"Qihang 企航: {address} ({place})\n")
        sys.stderr.flush()

    return announce
