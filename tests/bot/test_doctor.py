"""What doctor finds in an office's database, on SQLite and on PostgreSQL."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from bot.cli import app
from bot.database import Database, file_of
from services.office import Office
from tests.handlers.office import open_office, raise_ticket
from tests.town import open_town

UNGUARD = {
    True: "DROP TRIGGER ticket_event_no_update",
    False: "ALTER TABLE ticket_event DISABLE TRIGGER ticket_event_append_only",
}
HARM = (
    ("UPDATE task SET status = 'closed'", "tasks do not stand where their history ends"),
    ("UPDATE ticket SET status = 'answered'", "tickets do not stand where their tasks say"),
    ("UPDATE ticket_counter SET last = 0", "years have tickets beyond their counter"),
    ("UPDATE notice SET state = 'open', subject = 'ticket', subject_id = 5", "is not there"),
    ("UPDATE outbox SET state = 'sending'", "on their way when the bot ended"),
)


@pytest.fixture
def url(tmp_path: Path, database_url: str, office: Office, monkeypatch: pytest.MonkeyPatch) -> str:
    """An office with a ticket."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setenv("BOT_TOKEN", "1:token")
    monkeypatch.setenv("TELEGRAM_API_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("DATABASE_URL", database_url)
    asyncio.run(_raise(database_url, tmp_path, office))
    return database_url


def test_every_harm_to_the_records_is_found_with_what_to_do(url: str) -> None:
    """The guard of the history is taken away too."""
    well = found()
    assert not [one for one in well if one["subject"] == "records"]
    assert [one["finding"][-5:] for one in well if one["subject"] == "database"] == ["whole"]

    unguard = UNGUARD[url.startswith("sqlite")]
    asyncio.run(_do(url, unguard, *(statement for statement, _ in HARM)))

    told = found()
    for finding in ("nothing guards the history", *(finding for _, finding in HARM)):
        (one,) = [one for one in told if finding in one["finding"]]
        assert one["advice"] or finding == HARM[-1][1]


def test_a_damaged_file_is_told_with_the_way_to_a_copy(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setenv("BOT_TOKEN", "1:token")
    monkeypatch.setenv("TELEGRAM_API_URL", "http://127.0.0.1:9")
    file = file_of(sqlite_url)
    content = bytearray(file.read_bytes())
    content[20 * 4096 : 60 * 4096] = b"\xaa" * 40 * 4096
    file.write_bytes(content)

    told = found()

    assert any("restore the newest good copy" in one["advice"] for one in told), told


def found() -> list[dict[str, Any]]:
    """Everything that doctor says."""
    said = json.loads(CliRunner().invoke(app, ["doctor", "--json"]).stdout)
    return list(said["findings"])


async def _do(url: str, *statements: str) -> None:
    database = Database(url)
    async with database.write() as session:
        for statement in statements:
            await (await session.connection()).execute(text(statement))
    await database.close()


async def _raise(url: str, folder: Path, office: Office) -> None:
    database = Database(url)
    async with open_town(folder, database, office) as town:
        await open_office(town)
        await town.player("company").says("/help")
        await raise_ticket(town, "高企申报系统一直登不上去")
        await town.settle()
    await database.close()
