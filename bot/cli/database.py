"""db: schema and backups."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import stores
from bot.cli.output import fail, settings_or_exit

if TYPE_CHECKING:
    from bot.restoring import Restoring

db_app = typer.Typer(no_args_is_help=True, help="Schema and backups.")


def add_to(app: typer.Typer) -> None:
    """Hang the command on the command line."""
    app.add_typer(db_app, name="db")


@db_app.command("upgrade")
def upgrade_schema() -> None:
    """Bring the schema to the newest revision; an SQLite file is copied before it changes."""
    from bot.preparing import CannotStart, prepare  # noqa: PLC0415

    settings = settings_or_exit()
    try:
        prepare(settings)
    except CannotStart as error:
        fail(str(error))
    typer.echo("the database is up to date")


@db_app.command("check")
def check_migrations() -> None:
    """Whether the tables in the code and the migrations say the same."""
    import tempfile  # noqa: PLC0415

    from alembic import command  # noqa: PLC0415
    from alembic.util.exc import CommandError  # noqa: PLC0415

    from bot.database import alembic_config, upgrade  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/check.db"
        upgrade(url)
        try:
            command.check(alembic_config(url))
        except CommandError as error:
            fail(f"a migration is missing: {error}")


@db_app.command("revision")
def write_revision(purpose: Annotated[str, typer.Argument(help="What it is for.")]) -> None:
    """Write the migration from the newest revision to the tables in the code."""
    import tempfile  # noqa: PLC0415

    from alembic import command  # noqa: PLC0415

    from bot.database import alembic_config, upgrade  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/revision.db"
        upgrade(url)
        command.revision(alembic_config(url), message=purpose, autogenerate=True)


@db_app.command("backup")
def back_up(file: Annotated[Path, typer.Argument()]) -> None:
    """Copy the database while the bot runs; the copy is read through before it counts."""
    from bot.backups import copier_of  # noqa: PLC0415
    from bot.copies import BadCopy  # noqa: PLC0415

    settings = settings_or_exit()
    if file.exists():
        fail(f"{file} exists already; name a new file")
    if not stores.has_database():
        fail(f"there is no database in {settings.folder} yet")
    try:
        copier_of(settings.database).make(file)
    except (BadCopy, OSError) as error:
        fail(f"the backup failed: {error}")
    typer.echo(f"backed up to {file} ({file.stat().st_size // 1024} KB)")


@db_app.command("restore")
def restore(
    file: Annotated[Path, typer.Argument()],
    said_until: Annotated[
        str,
        typer.Option(
            help="Until when the bot ran on after the copy: what was owed or due by then is not"
            " said again. A moment such as 2026-11-23T14:30, `now`, or `copy` when it stopped with"
            " the copy and everything owed must still go out."
        ),
    ] = "",
) -> None:
    """Put a backup in place of the database; the present one is kept beside it."""
    from alembic.util.exc import CommandError  # noqa: PLC0415
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    from bot.copies import BadCopy  # noqa: PLC0415
    from bot.preparing import CannotStart, first_line, lock, make_folder  # noqa: PLC0415
    from bot.restoring import prepared  # noqa: PLC0415

    settings, now = settings_or_exit(), stores.now()
    try:
        make_folder(settings)
        with lock(settings), prepared(file, settings.database, now=now) as restoring:
            until = _said_until(restoring, said_until, now)
            if until is not None:
                restoring.settle(until, now=now)
            come_back = restoring.come_back()
            kept = restoring.swap(now=now)
    except (CannotStart, BadCopy) as error:
        fail(f"{error}. Nothing was changed")
    except (SQLAlchemyError, CommandError, OSError) as error:
        fail(f"not restored, nothing was changed: {first_line(error)}")
    if come_back:
        ids = ", ".join(str(one) for one in come_back)
        typer.echo(f"erased after this copy, and back with it: ask {ids} to repeat /privacy")
    typer.echo(f"restored; what was there is kept as {kept}. Start the bot again")


def _said_until(restoring: "Restoring", said: str, now: datetime) -> datetime | None:
    """Up to when everything was said; None: nothing was said after the copy."""
    zone = settings_or_exit().zone
    found, present = restoring.unsaid, restoring.present
    if found.newest is not None:
        typer.echo(f"the copy ends on {found.newest.astimezone(zone):%Y-%m-%d %H:%M}")
    if said == "copy":
        return None
    if said not in {"", "now"}:
        return _moment(said)
    if not said and (found.owed or found.due):
        if present is not None and present.lived is not None:
            lived = present.lived.astimezone(zone)
            typer.echo(f"the database it would replace last lived on {lived:%Y-%m-%dT%H:%M}")
        fail(
            f"{found.owed} messages are owed in this copy and {found.due} notices have fallen due:"
            " a bot that starts with it says them. Say until when the old one ran: --said-until"
            " 2026-11-23T14:30 (or `now`) leaves out what was owed or due by then; --said-until"
            " copy says all of it. Nothing was changed"
        )
    return now


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        fail(f"--said-until {text!r} is no moment; write 2026-11-23T14:30, `now` or `copy`")
    return moment if moment.tzinfo else moment.replace(tzinfo=settings_or_exit().zone)
