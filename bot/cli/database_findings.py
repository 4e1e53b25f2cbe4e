"""What doctor finds in the database: the file or server itself, and whether what it holds fits."""

import asyncio
import shutil
from collections.abc import AsyncGenerator, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.advice import ADVICE
from bot.cli.output import Line
from bot.database import Database, file_of, known_revisions
from bot.dumps import missing_tools
from bot.preparing import CannotStart, first_line, lock
from bot.settings import Settings
from services.health import gaps
from services.integrity import Broken, Misfit, misfits

_RESTORE = (
    "stop the bot, keep the file as it is and restore the newest good copy: docs/operators.md, "
    "“When something is wrong with the database”"
)
_REPORT = "nothing is lost by it; report it with `ticket show NUMBER --json` and this line"
#: Besides what is free: a copy of the database, its journal, and logs that go on.
_SPARE_BYTES = 200 * 1024 * 1024
_BIG_WAL_BYTES = 256 * 1024 * 1024
_LEADS = """
SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
WHERE locktype = 'advisory' AND datname = current_database()
"""
_GUARDS_OF_FILE = """
SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ticket_event'
"""
_GUARDS_OF_SERVER = """
SELECT count(*) FROM pg_trigger WHERE tgrelid = 'ticket_event'::regclass
AND NOT tgisinternal AND tgenabled = 'O'
"""
_AMCHECK = """
SELECT count(bt_index_check(c.oid)) FROM pg_class c JOIN pg_am a ON a.oid = c.relam
WHERE a.amname = 'btree' AND c.relkind = 'i' AND c.relnamespace = 'public'::regnamespace
"""
_MISFITS: Final[Mapping[Broken, tuple[str, str]]] = {
    Broken.NO_TASK: ("{count} tickets have no task, such as {one}", _REPORT),
    Broken.STATUS_OF_TICKET: (
        "{count} tickets do not stand where their tasks say, such as {one}",
        _REPORT + "; its next step puts it right",
    ),
    Broken.END_OF_HISTORY: (
        "{count} tasks do not stand where their history ends, such as one of {one}",
        _REPORT,
    ),
    Broken.NO_SUBJECT: (
        "{count} open notices are about something that is not there, such as {one}",
        "they are dropped when they come due; report this line",
    ),
    Broken.NUMBER_AHEAD: (
        "{count} years have tickets beyond their counter, such as {one}: the next ticket fails",
        "was a copy restored by hand? Restore it with `db restore`, which counts on",
    ),
    Broken.IN_FLIGHT: ("{count} messages were on their way when the bot ended", ""),
}


def database_findings(settings: Settings) -> Iterator[Line]:
    """The database's lines, each with what to do."""
    is_file = settings.database.startswith("sqlite")
    if is_file and not file_of(settings.database).exists():
        yield Line("database", "not made yet", "run `make setup`")
        return
    yield from asyncio.run(_look(settings))
    if is_file:
        yield from _disk(file_of(settings.database))
        yield _copies(settings.folder / "backups", "db")
    elif tools := missing_tools():
        yield Line(
            "backups",
            f"no nightly copies: {' and '.join(tools)} not installed",
            "install the PostgreSQL client of the server's version, or see to copies yourself",
        )
    else:
        yield _copies(settings.folder / "backups", "dump")


async def _look(settings: Settings) -> list[Line]:
    database = Database(settings.database)
    try:
        async with asyncio.timeout(600), database.read() as session:
            return [line async for line in _lines(session, settings, is_file=database.is_sqlite)]
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        advice = (
            _RESTORE
            if "malformed" in str(error) or "not a database" in str(error)
            else ("check DATABASE_URL, the server, the disk and the rights of VAR_DIR")
        )
        return [Line("database", f"cannot be used: {first_line(error)}", advice)]
    finally:
        await database.close()


async def _lines(
    session: AsyncSession, settings: Settings, *, is_file: bool
) -> AsyncGenerator[Line]:
    revision, newest = (
        await _one(session, "SELECT max(version_num) FROM alembic_version"),
        known_revisions()[0],
    )
    if revision != newest:
        is_older = revision in known_revisions()
        yield Line(
            "database",
            f"stands at revision {revision}, this program at {newest}",
            "run `make setup`" if is_older else "update the program",
        )
        return
    faults = [line async for line in (_of_file(session) if is_file else _of_server(session))]
    if not faults:
        kind = "sqlite" if is_file else "postgresql"
        yield Line("database", f"{kind}, revision {revision}, whole")
    for line in faults:
        yield line
    is_running = await _is_running(session, settings, is_file=is_file)
    for misfit in await misfits(session):
        if misfit.broken is not Broken.IN_FLIGHT or not is_running:
            yield _line_of(misfit)
    for gap in await gaps(session, settings.administrators):
        yield Line("office", *ADVICE[gap])


def _line_of(misfit: Misfit) -> Line:
    finding, advice = _MISFITS[misfit.broken]
    return Line("records", finding.format(count=misfit.count, one=misfit.example), advice)


async def _of_file(session: AsyncSession) -> AsyncGenerator[Line]:
    fault = await _one(session, "PRAGMA integrity_check(1)")
    if fault != "ok":
        yield Line("database", f"damaged: {str(fault).splitlines()[-1]}", _RESTORE)
    if table := await _one(session, "PRAGMA foreign_key_check"):
        yield Line("database", f"rows of {table} refer to something that is not there", _RESTORE)
    if await _one(session, _GUARDS_OF_FILE) != 2:
        yield _unguarded()


async def _of_server(session: AsyncSession) -> AsyncGenerator[Line]:
    if await _one(session, "SELECT pg_is_in_recovery()"):
        yield Line("database", "the server only reads: it is a standby", "name the primary server")
    index = await _one(
        session, "SELECT min(indexrelid::regclass::text) FROM pg_index WHERE NOT indisvalid"
    )
    if index:
        yield Line("database", f"the index {index} is not valid", f"run REINDEX INDEX {index}")
    constraint = await _one(
        session, "SELECT min(conname) FROM pg_constraint WHERE NOT convalidated"
    )
    if constraint:
        yield Line(
            "database",
            f"the constraint {constraint} was never validated",
            "ALTER TABLE … VALIDATE CONSTRAINT it",
        )
    if await _one(session, "SELECT count(*) FROM pg_extension WHERE extname = 'amcheck'"):
        async for line in _by_amcheck(session):
            yield line
    if await _one(session, _GUARDS_OF_SERVER) != 1:
        yield _unguarded()


async def _by_amcheck(session: AsyncSession) -> AsyncGenerator[Line]:
    try:
        await _one(session, _AMCHECK)
    except SQLAlchemyError as error:
        yield Line("database", f"damaged: {first_line(error)}", "REINDEX it, or restore a copy")


def _unguarded() -> Line:
    return Line(
        "database",
        "nothing guards the history of tickets: its triggers are missing",
        "somebody took them away. Restore a copy, or make them anew with the statements of"
        " models/append_only.py",
    )


async def _is_running(session: AsyncSession, settings: Settings, *, is_file: bool) -> bool:
    if not is_file:
        return bool(await _one(session, _LEADS))
    try:
        lock(settings).close()
    except CannotStart:
        return True
    return False


async def _one(session: AsyncSession, query: str) -> Any:
    """The first value of the first row."""
    row = (await (await session.connection()).exec_driver_sql(query)).first()
    return row[0] if row is not None else None


def _disk(database: Path) -> Iterator[Line]:
    wal = database.with_name(f"{database.name}-wal")
    size = wal.stat().st_size if wal.exists() else 0
    if size > _BIG_WAL_BYTES:
        yield Line(
            "database",
            f"its journal holds {size // 2**20} MB: something has been reading for long",
            "end other programs that read the file, or restart the bot",
        )
    free, needed = shutil.disk_usage(database.parent).free, 2 * database.stat().st_size + size
    is_short = free < needed + _SPARE_BYTES
    yield Line(
        "disk",
        f"{free // 2**20} MB free",
        f"free some: {(needed + _SPARE_BYTES) // 2**20} MB are wanted for copies"
        if is_short
        else "",
    )


def _copies(folder: Path, ending: str) -> Line:
    nights = sorted(path.stem.removeprefix("qihang-") for path in folder.glob(f"qihang-*.{ending}"))
    return Line(
        "backups",
        f"{len(nights)} nightly copies, the newest of {nights[-1]}"
        if nights
        else "no nightly copy yet",
    )
