"""The card of a ticket at a desk, the group that is one, and who may act there."""

import pytest

from tests.handlers.office import (
    DESK,
    PNG,
    at_topic,
    claimed,
    join_company,
    open_office,
    raise_ticket,
    topic_of,
)
from tests.town import Town

CARD_KEYS = ["受理", "转/加部门", "改紧急", "退回", "更多"]


async def test_a_ticket_gets_a_topic_with_a_pinned_card(town: Town) -> None:
    await open_office(town)

    await raise_ticket(town)

    where = await at_topic(town, "0001 待受理")
    card = await town.player("officer").message_with("受理", **where)
    assert "QT-20261123-0001 · 待受理 · 一般" in card.text
    assert "想申报高企" in card.text
    assert card.buttons == CARD_KEYS
    assert [topic["emoji"] for topic in await town.topics()] == ["❗"]


async def test_without_a_desk_the_officers_get_the_card_in_private(town: Town) -> None:
    await open_office(town, desk=False, started=(2001, 2002))

    await raise_ticket(town)

    for seat in ("officer", "officer2"):
        card = await town.player(seat).message_with("受理")
        assert "QT-20261123-0001" in card.text


async def test_without_anybody_the_duty_desk_gets_it(town: Town) -> None:
    await open_office(town, desk=False, started=(2101,))

    await raise_ticket(town)

    card = await town.player("head").message_with("受理")
    assert "QT-20261123-0001" in card.text


async def test_a_deleted_topic_is_made_again_with_its_card(town: Town) -> None:
    officer, where = await claimed(town)
    await town.post("topic", json={"seat": "admin", "chat": "desk", "action": "delete", **where})

    await town.player("company").says("QT-20261123-0001")
    await town.player("company").presses("催办")

    again = await at_topic(town)
    assert again["thread"] != where["thread"]
    assert await officer.message_with("回复企业", **again)
    assert "thread not found" in str(await town.rejected()) or "TOPIC" in str(await town.rejected())
    await town.do("forget_rejected", seat="admin")


async def test_categories_are_offered_by_their_short_names(town: Town) -> None:
    officer, where = await claimed(town)
    await officer.presses("更多", **where)
    await officer.presses("改类别", **where)

    offered = await officer.message_with("水电环保", **where)

    assert all(len(key["text"]) <= 5 for row in offered.rows[:-1] for key in row)


async def test_history_and_messages_are_one_press_away(town: Town) -> None:
    await open_office(town, started=(2001,))
    await raise_ticket(town)
    officer = town.player("officer")
    await officer.says("/find 0001")
    await officer.presses("受理")

    await officer.presses("更多")
    history = await officer.presses("看历史")
    assert "已受理（周明）" in history.text
    await officer.presses("看卡片")
    await officer.presses("更多")
    talk = await officer.presses("看往来")
    assert "想申报高企" in talk.text


# Binding


async def test_an_administrator_binds_the_group(town: Town) -> None:
    admin = town.player("admin")

    await admin.says("/desk", **DESK)
    await admin.presses("经信科技", **DESK)
    await raise_ticket(town)

    assert await topic_of(town, "0001")


async def test_nobody_else_binds_a_group(town: Town) -> None:
    shown = await town.player("officer").says("/desk", **DESK)

    assert "权限" in shown.text


async def test_without_the_right_to_topics_cards_go_to_the_group(town: Town) -> None:
    await open_office(town)
    await town.player("admin").says("/start")
    await town.do("group", seat="admin", rights={"can_manage_topics": False})
    await town.settle()

    await raise_ticket(town)

    card = await town.player("officer").message_with("受理", **DESK)
    assert "QT-20261123-0001" in card.text
    told = [m for m in await town.player("admin").messages() if "管理话题" in m.text]
    assert len(told) == 1


@pytest.mark.parametrize("place", ["group", "private"])
async def test_a_plain_group_and_a_private_chat_are_desks_too(town: Town, place: str) -> None:
    where = {"chat": "group"} if place == "group" else {}
    officer, company = town.player("officer"), town.player("company")
    await open_office(town, desk=False, started=(2001,))
    if place == "group":
        await town.player("admin").says("/desk", **where)
        await town.player("admin").presses("经信科技", **where)

    await raise_ticket(town)
    card = await officer.message_with("受理", **where)
    assert card.buttons == CARD_KEYS
    await officer.says("我们正在核实", **where, reply_to=card.id)
    await officer.says("/r 0001 明天上午回电", **where)
    await officer.says("中午吃什么", **where)
    await town.passes(seconds=61)
    assert await company.has_read("我们正在核实")
    assert await company.has_read("明天上午回电")
    assert not await officer.has_read("企业看不到", **where)

    await officer.presses_on(await officer.message(card.id, **where), "请企业补充", **where)
    await officer.presses("补照片", **where)
    await officer.presses("3 个工作日", **where)
    await company.attaches("photo", ("a.png", PNG), caption="现场照片")
    await company.presses("发完了")
    copy = next(one for one in await officer.messages(**where) if "现场照片" in one.text)
    await officer.says("收到，谢谢", **where, reply_to=copy.id)
    await officer.presses("发给企业", **where)
    await town.passes(seconds=61)
    assert await company.has_read("收到，谢谢")

    await officer.presses("办结", **where)
    await officer.presses("已解决", **where)
    await officer.presses("按已说的办结", **where)
    await town.passes(seconds=61)
    await company.presses("解决了")
    assert "已办结" in (await officer.message(card.id, **where)).text


async def test_a_group_that_migrates_keeps_its_desk(town: Town) -> None:
    group = {"chat": "group"}
    admin = town.player("admin")
    await open_office(town, desk=False)
    await admin.says("/desk", **group)
    await admin.presses("经信科技", **group)
    await town.do("migrate", seat="admin", chat="group")
    await town.settle()

    await raise_ticket(town)

    moved = await town.player("officer").message_with("受理", chat="-1000000004001")
    assert "QT-20261123-0001" in moved.text


async def test_a_bot_that_was_removed_sends_cards_to_officers(town: Town) -> None:
    await open_office(town, started=(2001,))
    await town.player("admin").says("/start")
    await town.do("group", seat="admin", bot_status="kicked")
    await town.settle()

    await raise_ticket(town)

    assert await town.player("officer").message_with("受理")
    assert await town.player("admin").has_read("不在群里")


async def test_departments_that_share_a_group_share_the_topic(town: Town) -> None:
    await open_office(town)
    await town.player("admin").says("/desk", **DESK)
    await town.player("admin").presses("服务专班", **DESK)
    await raise_ticket(town)
    where = await at_topic(town)
    officer, head = town.player("officer"), town.player("head")
    await officer.presses("受理", **where)

    await officer.presses("转/加部门", **where)
    await officer.presses("改为加协办", **where)
    await officer.presses("服务专班", **where)
    card = await officer.message_with("更多", **where)
    assert "同办：企业服务专班 待受理" in card.text
    await head.presses("看企业服务专班", **where)
    await head.presses("受理", **where)

    shown = await officer.message(card.id, **where)
    assert "同办：企业服务专班 办理中（郑主任）" in shown.text


# People who cannot be reached, or may not act


async def test_a_company_that_blocked_the_bot_is_phoned(town: Town) -> None:
    await open_office(town, started=(2001,))
    await raise_ticket(town)
    where = await at_topic(town)
    officer = town.player("officer")
    card = await officer.message_with("受理", **where)
    await officer.presses("受理", **where)

    await town.player("company").blocks()
    await officer.says("请来一趟", **where, reply_to=card.id)

    assert await officer.has_read("请电话联系")
    assert await officer.has_read("无法送达企业", **where)


async def test_an_officer_of_the_company_does_not_see_its_ticket(town: Town) -> None:
    await open_office(town, started=(2001,))
    await raise_ticket(town)
    await join_company(town, 2001)
    where = await at_topic(town)
    officer = town.player("officer")

    await officer.presses("受理", **where)
    queue = await officer.says("/queue")

    assert "权限" in officer.toast
    assert "待受理 0 件" in queue.text


async def test_a_forged_press_does_nothing(town: Town) -> None:
    await open_office(town)
    await raise_ticket(town)
    where = await at_topic(town)
    card = await town.player("officer").message_with("受理", **where)
    stranger = town.player("company2")
    shown = await stranger.says("/start")

    await stranger.send_press(shown.id, card.key("受理")["callback_data"])

    assert "权限" in stranger.toast
    assert "受理" in (await town.player("officer").message(card.id, **where)).buttons


async def test_when_nobody_can_see_a_ticket_the_administrator_hears_of_it(town: Town) -> None:
    await open_office(town, desk=False)
    await town.player("admin").says("/start")

    await raise_ticket(town)

    assert await town.player("admin").has_read("没有人能接收")


async def test_a_card_of_a_withdrawn_ticket_cannot_be_claimed(town: Town) -> None:
    await open_office(town)
    await raise_ticket(town)
    where = await at_topic(town)
    officer, company = town.player("officer"), town.player("company")
    card = await officer.message_with("受理", **where)

    await company.says("QT-20261123-0001")
    await company.presses("撤回")
    await company.presses("撤回")
    await officer.presses_on(card, "受理", **where)

    assert officer.toast
    shown = await officer.message(card.id, **where)
    assert "企业撤回" in shown.text
    assert "受理" not in shown.buttons
