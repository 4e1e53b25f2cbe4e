"""Reminders at the keyboard: a digest, its cards, a quiet morning, answers in one tap."""

from datetime import datetime

from tests.handlers.office import at_topic, claimed, open_office, raise_ticket
from tests.town import Town


def on(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}+08:00")


async def test_a_morning_with_a_digest(town: Town) -> None:
    await open_office(town, desk=False, started=(2001,))
    officer = town.player("officer")
    for _ in range(2):
        await raise_ticket(town)
        await officer.presses("受理")
    await town.passes_until(on("11-30T09:00:00"))

    digest = await officer.message_with("上午不提醒")
    await officer.presses_on(digest, "处理 0001")
    card = await officer.newest()
    quiet = await officer.presses_on(digest, "上午不提醒")
    await town.passes_until(on("11-30T13:30:00"))

    assert "2 件已超时" in digest.text
    assert card.text.startswith("QT-20261123-0001")
    assert quiet.id == digest.id
    assert await officer.has_read("11月30日（周一）13:30 前不再提醒您")
    assert len([m for m in await officer.messages() if "件已超时" in m.text]) == 1


async def test_a_reminder_is_answered_in_one_tap(town: Town) -> None:
    await open_office(town, desk=False, started=(2001,))
    officer = town.player("officer")
    await raise_ticket(town)
    await officer.presses("受理")
    await town.passes_until(on("11-24T09:00:00"))
    reminder = await officer.message_with("非本部门")
    assert "首次联系时限" in reminder.text

    back = await officer.presses("非本部门")
    assert "更合适" in back.text or "哪个部门" in back.text
    await town.passes_until(on("11-24T17:30:00"))
    noted = await officer.presses("在办")

    assert "已记：在办" in noted.text
    await town.passes_until(on("11-24T17:45:00"))
    assert not [m for m in await officer.messages() if m.id > noted.id]


async def test_an_answer_given_by_mistake_is_undone(town: Town) -> None:
    await open_office(town, desk=False, started=(2001,))
    officer, company = town.player("officer"), town.player("company")
    await raise_ticket(town)
    await officer.presses("受理")
    await officer.presses("办结")
    await officer.presses("已解决")
    await officer.says("已为您办妥。")
    await officer.presses("提交")

    undone = await officer.presses("撤销答复")
    await town.passes(minutes=5)

    assert "已撤销答复" in undone.text
    assert not await company.has_read("已为您办妥")
    assert "回复企业" in (await officer.message_with("回复企业")).buttons


async def test_an_unclaimed_ticket_is_called_out_and_then_told_to_the_head(town: Town) -> None:
    await open_office(town, started=(2001, 2101))
    await raise_ticket(town)

    await town.passes_until(on("11-25T09:01:00"))
    assert await town.player("officer").has_read("还没有人受理")
    await town.passes_until(on("11-25T15:00:00"))

    reminder = await town.player("head").message_with("指派")
    assert "还没有人受理" in reminder.text


async def test_the_handler_is_reminded_before_the_answer_is_due(town: Town) -> None:
    await open_office(town, started=(2001,))
    await raise_ticket(town)
    where = await at_topic(town)
    officer = town.player("officer")
    card = await officer.message_with("受理", **where)
    await officer.says("正在办", **where, reply_to=card.id)

    await town.passes_until(on("11-27T09:01:00"))

    assert await officer.has_read("答复时限 11月30日（周一）17:30，剩 1 个工作日")
    await officer.presses("2 小时后再提醒")
    await town.passes(hours=2)
    assert await officer.has_read("该跟进了")


async def test_nothing_is_said_once_it_is_answered(town: Town) -> None:
    officer, where = await claimed(town)
    await officer.says("/start")
    await officer.presses("办结", **where)
    await officer.presses("已解决", **where)
    await officer.says("已为您办妥。", **where)
    await officer.presses("提交", **where)

    await town.passes_until(on("12-01T10:00:00"))

    assert not await officer.has_read("时限")
    assert not await officer.has_read("超时")
