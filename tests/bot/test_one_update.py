"""One update from start to end, through the local Telegram, and what may go wrong on the way."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlmodel import col, select

from models import Conversation, Inbox, Outbox
from models.messages import InboxState, OutboxState
from services import messages
from tests.handlers.office import open_office, raise_ticket
from tests.town import Town


async def test_a_command_is_answered(town: Town) -> None:
    company = town.player("company")

    shown = await company.says("/help")

    assert "菜单" in shown.text or shown.buttons


async def test_effect_reply_and_mark_commit_together(town: Town) -> None:
    await town.player("company").says("/help")

    async with town.database.read() as session:
        inbox = (await session.exec(select(Inbox))).all()
        outbox = (await session.exec(select(Outbox).order_by(col(Outbox.id)))).all()
    assert [row.state for row in inbox] == [InboxState.DONE]
    assert {row.state for row in outbox} == {OutboxState.SENT}


async def test_where_somebody_stands_is_written_once_an_update_and_only_where_it_changed(
    town: Town,
) -> None:
    company = town.player("company")
    await company.says("/start")
    times = [await times_written(town)]

    for words in ("/help", "银行贷款批不下来，拖了两个月", "/tickets"):
        await company.says(words)
        times.append(await times_written(town))

    assert times == [1, 1, 2, 2]


async def times_written(town: Town) -> int:
    async with town.database.read() as session:
        return (await session.exec(select(Conversation))).one().version


async def test_the_pressed_message_is_looked_up_once_an_update(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await open_office(town, desk=False, started=(2001,))
    await raise_ticket(town)
    officer = town.player("officer")
    await officer.says("/queue")
    looked_up = Counted(messages.by_telegram_id)
    monkeypatch.setattr(messages, "by_telegram_id", looked_up)

    card = await officer.presses("0001")

    assert "受理" in card.buttons
    assert looked_up.times == 1


class Counted:
    def __init__(self, act: Callable[..., Awaitable[Any]]) -> None:
        self._act = act
        self.times = 0

    async def __call__(self, *given: Any, **named: Any) -> Any:
        self.times += 1
        return await self._act(*given, **named)
