"""db: schema and backups."""

import shutil
import sqlite3
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.output import fail, settings_or_exit

db_app = typer.Typer(no_args_is_help=True, help="Schema and backups.")


def add_to(app: typer.Typer) -> None:
    """Hang the command on the command line."""
    app.add_typer(db_app, name="db")


@db_app.command("upgrade")
def upgrade_schema() -> None:
    """Bring the schema to the newest revision; safe to repeat."""
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
    """Copy the SQLite database while the bot runs; the copy is checked."""
    from bot.database import backup  # noqa: PLC0415

    url = _sqlite_url()
    if file.exists():
        fail(f"{file} exists already; name a new file")
    try:
        backup(url, file)
    except (OSError, sqlite3.Error) as error:
        fail(f"the backup failed: {error}")
    typer.echo(f"backed up to {file} ({file.stat().st_size // 1024} KB)")


@db_app.command("restore")
def restore(file: Annotated[Path, typer.Argument()]) -> None:
    """Put a backup in place of the database; the present one is kept beside it."""
    from bot.preparing import CannotStart, lock  # noqa: PLC0415

    _sqlite_url()
    settings = settings_or_exit()
    target = settings.folder / "qihang.db"
    if not _is_database(file):
        fail(f"{file} is not a backup of this program")
    try:
        settings.folder.mkdir(parents=True, exist_ok=True)
        with lock(settings):
            if target.exists():
                target.replace(target.with_suffix(".before-restore.db"))
            for leftover in ("qihang.db-wal", "qihang.db-shm"):
                (settings.folder / leftover).unlink(missing_ok=True)
            shutil.copy(file, target)
    except CannotStart as error:
        fail(str(error))
    typer.echo("restored; start the bot again")


def _sqlite_url() -> str:
    settings = settings_or_exit()
    if not settings.database.startswith("sqlite"):
        fail("this copies SQLite files; on PostgreSQL use pg_dump and pg_restore")
    return settings.database


def _is_database(file: Path) -> bool:
    try:
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as connection:
            return bool(connection.execute("SELECT count(*) FROM alembic_version").fetchone())
    except sqlite3.Error:
        return False
