"""One update from start to end, through the local Telegram, and what may go wrong on the way."""

from sqlmodel import col, select

from models import Inbox, Outbox
from models.messages import InboxState, OutboxState
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
