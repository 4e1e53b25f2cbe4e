"""Another program with our token: FAULTS 47."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramConflictError
from structlog.testing import capture_logs

from bot import rivals
from bot.courier import open_bot
from bot.intake import ALLOWED_UPDATES
from bot.rivals import TokenInUse, Webhook
from bot.settings import Settings
from tests.town import Town

_OURS = "https://qihang.example/telegram/webhook"
_SOON = 20


@pytest.fixture
async def other(town: Town, tmp_path: Path) -> AsyncGenerator[Bot]:
    """Somebody else's program with the same token."""
    port = int(town.url.rpartition(":")[2])
    bot = open_bot(Settings(_env_file=None, http_port=port, var_dir=tmp_path))
    yield bot
    await bot.session.close()
    await town.do("forget_rejected")


async def test_fault_47_a_poller_ends_when_somebody_sets_a_webhook(town: Town, other: Bot) -> None:
    await other.set_webhook("https://other.example/hook")

    with pytest.raises(TokenInUse, match="runs in webhook mode"):
        await town.intake.poll_once(None)
    assert TokenInUse.status == 3


async def test_fault_47_of_two_pollers_the_newcomer_ends_and_says_so_once(
    town: Town, other: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rivals, "_PAUSE_SECONDS", 0)
    is_over = asyncio.Event()

    async def who_was_here_first() -> None:
        while not is_over.is_set():
            try:
                await other.get_updates(timeout=20)
            except TelegramConflictError:
                await asyncio.sleep(0.01)

    with capture_logs() as logs:
        async with asyncio.timeout(_SOON), asyncio.TaskGroup() as group:
            first = group.create_task(who_was_here_first())
            with pytest.raises(TokenInUse, match="another program polls"):
                await town.intake.poll()
            is_over.set()
            first.cancel()

    assert [line["event"] for line in logs if line["log_level"] == "error"] == [
        "another program polls with BOT_TOKEN: stop it. Updates go to either"
    ]


async def test_fault_47_a_webhook_that_a_poller_took_away_is_set_again(
    town: Town, other: Bot
) -> None:
    webhook = Webhook(town.courier._bot, _OURS, "a-secret-of-sixteen", ALLOWED_UPDATES)
    await webhook.set()
    await other.delete_webhook()

    with capture_logs() as logs:
        await webhook.look()
        await other.set_webhook("https://other.example/hook")
        await webhook.look()
        await webhook.look()

    assert (await other.get_webhook_info()).url == "https://other.example/hook"
    assert ["taken away" in logs[0]["event"], "leads elsewhere" in logs[1]["event"]] == [True] * 2
    assert len(logs) == 2
    await other.delete_webhook()
