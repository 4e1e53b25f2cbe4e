"""One update from start to end, through the local Telegram, and what may go wrong on the way."""

from sqlmodel import col, select

from models import Conversation, Inbox, Outbox
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
