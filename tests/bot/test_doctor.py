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
    assert found("records") == []
    (whole,) = found("database")
    assert whole["finding"].endswith("whole")

    asyncio.run(_do(url, *(statement for statement, _ in HARM)))

    told = found("records")
    assert len(told) == len(HARM), told
    for _, finding in HARM:
        assert any(finding in one["finding"] for one in told), finding
    assert all(one["advice"] or "on their way" in one["finding"] for one in told)


def test_a_history_without_its_guard_is_found(url: str) -> None:
    asyncio.run(_do(url, UNGUARD[url.startswith("sqlite")]))

    assert ["nothing guards" in one["finding"] for one in found("database")] == [True]


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

    told = found("database")

    assert any("restore the newest good copy" in one["advice"] for one in told), told


def found(subject: str) -> list[dict[str, Any]]:
    """What doctor says of one subject."""
    said = json.loads(CliRunner().invoke(app, ["doctor", "--json"]).stdout)
    return [one for one in said["findings"] if one["subject"] == subject]


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
