"""What is logged when everything goes wrong: numbers and places, no secret, nobody's words."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from pydantic import BaseModel
from sqlalchemy import text
from structlog.contextvars import get_contextvars

from bot.logs import set_up_logs
from bot.masking import hide
from bot.settings import SANDBOX_TOKEN, Settings
from scheduler.kinds import KINDS, Kind
from tests.faults.conftest import Trouble
from tests.faults.test_faults_intake import _refuse, said
from tests.handlers.office import PNG, open_office, raise_ticket

NAME, WORDS, PHONE, FILE = "记号某某", "记号车间漏水", "13900007788", "记号图纸.png"
SECRETS = ("hook-secret-93f1", "db-pass-77c2", "proxy-pass-51ab", SANDBOX_TOKEN.partition(":")[2])
SETTINGS = Settings(
    _env_file=None,
    webhook_secret=SECRETS[0],
    bot_token=SANDBOX_TOKEN,
    database_url=f"postgresql://qihang:{SECRETS[1]}@db/qihang",
    telegram_proxy=f"socks5://qihang:{SECRETS[2]}@proxy:1080",
    log_format="json",
)


class Log:
    """All that was logged since, by us and by every library."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    def lines(self, event: str) -> list[dict[str, Any]]:
        every = [json.loads(line) for line in self.text.splitlines()]
        return [line for line in every if line["event"] == event]


@pytest.fixture
def log() -> Iterator[Log]:
    """The program's own logs, let down to DEBUG."""
    before, root = structlog.get_config(), logging.getLogger()
    handlers, level = list(root.handlers), root.level
    log = Log()
    set_up_logs(SETTINGS, stream=log.stream, level=logging.DEBUG)
    root.setLevel(logging.DEBUG)
    yield log
    structlog.configure(**before)
    root.handlers[:], root.level = handlers, level


@pytest.fixture
def trouble(log: Log, troubled_anywhere: Trouble) -> Trouble:
    """A town that logs as the program does."""
    assert log is not None
    return troubled_anywhere


class _Form(BaseModel):
    phone: int


async def _explode(*_: object) -> None:
    """Fails as a form does that quotes what it was given, under an error that names somebody."""
    try:
        _Form.model_validate({"phone": f"{PHONE}，{WORDS}"})
    except ValueError as error:
        raise KeyError(NAME, f"https://api.telegram.org/bot{SANDBOX_TOKEN}/x") from error


async def test_nothing_of_what_people_wrote_is_logged_however_it_fails(
    trouble: Trouble, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = trouble.town
    await open_office(town)
    ticket_id = await raise_ticket(town, f"{WORDS}，请联系{NAME} {PHONE}")
    await town.player("company").attaches("photo", (FILE, PNG), caption=f"{WORDS}图")
    await _every_door_fails(trouble, monkeypatch)

    for mark in (NAME, WORDS, PHONE, FILE, *SECRETS):
        assert mark not in log.text
    _says_what_it_was_about(log, ticket_id)
    assert get_contextvars() == {}
    assert await _left_in_error_columns(trouble) == []


async def _every_door_fails(trouble: Trouble, monkeypatch: pytest.MonkeyPatch) -> None:
    town = trouble.town
    await _refuse(trouble, "person", "name", NAME)
    poison = said(901, WORDS)
    poison["message"]["from"]["first_name"] = NAME
    refused = f'Bad Request: can\'t parse entities: unsupported start tag "{WORDS}" {SANDBOX_TOKEN}'
    # Two messages may take turns: so many that one of them is refused as bare text, too.
    await trouble.order("sendMessage", times=4, error_code=400, description=refused)
    await trouble.order("sendMessage", times=2, drop_before=True)
    await town.intake.store([poison])
    monkeypatch.setitem(KINDS, "reply_to_company", Kind(_explode))
    officer = town.player("officer")
    await officer.presses("受理", chat="desk")
    await officer.says(f"/r {WORDS}，{NAME}", chat="desk", thread=await _thread(trouble))
    await town.passes(minutes=2)
    structlog.get_logger().error("url", error=OSError(f"socks5://qihang:{SECRETS[2]}@proxy"))
    logging.getLogger("aiohttp.server").error("Error handling %r", WORDS)


async def _thread(trouble: Trouble) -> int:
    (topic,) = await trouble.town.topics()
    return int(topic["id"])


def _says_what_it_was_about(log: Log, ticket_id: int) -> None:
    failed = log.lines("update failed")[0]
    assert (failed["update"], failed["attempt"]) == (901, 1)
    assert "bot/unit_of_work.py" in failed["exception"]
    assert any(line["call"] == "send" for line in log.lines("telegram"))
    notice = log.lines("notice failed")[0]
    assert (notice["job"], notice["kind"]) == ("due_notices", "reply_to_company")
    assert notice["ticket"] == ticket_id
    assert "KeyError: at tests/faults/test_logs.py" in notice["exception"]
    assert "update" not in notice


async def _left_in_error_columns(trouble: Trouble) -> list[str]:
    async with trouble.town.database.read() as session:
        rows = await session.exec(  # type: ignore[call-overload]
            text("SELECT error FROM outbox UNION SELECT error FROM inbox")
        )
    errors = [row[0] for row in rows.all()]
    assert any("can't parse entities" in error for error in errors)
    return [one for one in errors for mark in (NAME, WORDS, PHONE, *SECRETS) if mark in one]


async def test_a_line_of_an_update_names_its_person_role_chat_and_ticket(
    trouble: Trouble, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = trouble.town
    await open_office(town)
    ticket_id = await raise_ticket(town, WORDS)
    monkeypatch.setattr("services.ticket_steps._set_status", _fail)

    await town.player("officer").presses("受理", chat="desk")

    failed = log.lines("update failed")[0]
    assert (failed["role"], failed["chat"], failed["ticket"]) == (
        "officer",
        "supergroup",
        ticket_id,
    )
    assert isinstance(failed["person"], int)


def _fail(*_: object, **__: object) -> None:
    raise ZeroDivisionError


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (f"https://api.telegram.org/file/bot{SANDBOX_TOKEN}/p.jpg",
         "https://api.telegram.org/file/bot***/p.jpg"),
        ("postgresql://qihang:s3cret@db/q", "postgresql://***@db/q"),
        ("https://t.me/a_bot?start=i_AbC-123", "https://t.me/a_bot?start=***"),
        ("2026-11-23 10:00:00 at 127.0.0.1:8080", "2026-11-23 10:00:00 at 127.0.0.1:8080"),
    ],
)  # fmt: skip
def test_secrets_are_known_by_their_shape(line: str, shown: str) -> None:
    assert hide(line) == shown


def test_settings_show_no_secret() -> None:
    assert not any(secret in repr(SETTINGS) + str(SETTINGS.model_dump()) for secret in SECRETS)
