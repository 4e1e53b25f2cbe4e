"""The officers' side, at the keyboard."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.tickets import Category
from tests.handlers.office import PNG, join_company, open_office, raise_ticket, topic_of
from tests.town import Player, Town

DESK = {"chat": "desk"}


async def _at_topic(town: Town, title: str = "0001") -> dict[str, Any]:
    return {"chat": "desk", "thread": await topic_of(town, title)}


async def _claimed(town: Town) -> tuple[Player, dict[str, Any]]:
    await open_office(town)
    await raise_ticket(town)
    where = await _at_topic(town)
    officer = town.player("officer")
    await officer.presses("受理", **where)
    return officer, where


# The card


async def test_a_ticket_gets_a_topic_with_a_pinned_card(town: Town) -> None:
    await open_office(town)

    await raise_ticket(town)

    where = await _at_topic(town, "0001 待受理")
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
    officer, where = await _claimed(town)
    await town.post("topic", json={"seat": "admin", "chat": "desk", "action": "delete", **where})

    await town.player("company").says("QT-20261123-0001")
    await town.player("company").presses("催办")

    again = await _at_topic(town)
    assert again["thread"] != where["thread"]
    assert await officer.message_with("回复企业", **again)
    assert "thread not found" in str(await town.rejected()) or "TOPIC" in str(await town.rejected())
    await town.do("forget_rejected", seat="admin")


# Claiming


async def test_the_second_officer_is_told_who_was_first(town: Town) -> None:
    await open_office(town)
    await raise_ticket(town)
    where = await _at_topic(town)
    first, second = town.player("officer"), town.player("officer2")
    card = await first.message_with("受理", **where)

    await first.presses_on(card, "受理", **where)
    await second.send_press(card.id, card.key("受理")["callback_data"], **where)

    assert "周明" in second.toast
    shown = await second.message(card.id, **where)
    assert "受理：周明" in shown.text
    assert "受理" not in shown.buttons
    await topic_of(town, "0001 办理中")


async def test_two_officers_pressing_at_once_are_one_handler(town: Town) -> None:
    await open_office(town)
    await raise_ticket(town)
    where = await _at_topic(town)
    card = await town.player("officer").message_with("受理", **where)
    data = card.key("受理")["callback_data"]

    for seat in ("officer", "officer2"):
        await town.do("press", seat=seat, message_id=card.id, data=data, wait=0, **where)
    await town.settle()

    shown = await town.player("officer").message(card.id, **where)
    assert "受理：周明" in shown.text
    answers = (await town.see("callback_answers", seat="officer2"))["answers"]
    assert "周明" in answers[-1]["answer"]["text"]


async def test_a_claim_can_be_undone_within_a_minute(town: Town) -> None:
    officer, where = await _claimed(town)

    await officer.presses("撤销受理", **where)

    await topic_of(town, "0001 待受理")
    await town.passes(seconds=61)
    assert not await town.player("company").has_read("周明")


# Words to the company


async def test_a_reply_to_the_card_reaches_the_company_after_a_minute(town: Town) -> None:
    await open_office(town)
    await raise_ticket(town)
    where = await _at_topic(town)
    officer, company = town.player("officer"), town.player("company")
    card = await officer.message_with("受理", **where)

    await officer.says("我们正在核实", **where, reply_to=card.id)

    assert await officer.message_with("撤回", **where)
    assert not await company.has_read("我们正在核实")
    await town.passes(seconds=61)
    assert await company.has_read("我们正在核实")


async def test_words_taken_back_stay_inside(town: Town) -> None:
    officer, where = await _claimed(town)
    card = await officer.message_with("更多", **where)

    await officer.says("写错了", **where, reply_to=card.id)
    await officer.presses("撤回", **where)
    await town.passes(minutes=5)

    assert not await town.player("company").has_read("写错了")


async def test_reply_mode_shows_the_words_before_they_go(town: Town) -> None:
    officer, where = await _claimed(town)
    company = town.player("company")

    await officer.presses("回复企业", **where)
    await officer.says("请于周三来窗口", **where)
    await town.passes(seconds=61)
    assert not await company.has_read("请于周三来窗口")
    await officer.presses("发送", **where)
    await town.passes(seconds=61)

    assert await company.has_read("请于周三来窗口")


async def test_somebody_elses_draft_cannot_be_sent(town: Town) -> None:
    officer, where = await _claimed(town)
    await officer.presses("回复企业", **where)
    await officer.says("请于周三来窗口", **where)

    other = town.player("officer2")
    await other.presses("发送", **where)
    await town.passes(seconds=61)

    assert "草稿" in other.toast
    assert not await town.player("company").has_read("请于周三来窗口")


async def test_slash_r_answers_the_company(town: Town) -> None:
    officer, where = await _claimed(town)

    await officer.says("/r 明天上午给您回电", **where)
    await town.passes(seconds=61)

    assert await town.player("company").has_read("明天上午给您回电")


async def test_words_in_a_topic_stay_inside_and_it_is_said_once(town: Town) -> None:
    officer, where = await _claimed(town)

    hint = await officer.says("这家企业去年来过", **where)
    await officer.says("材料不全", **where)
    await town.passes(minutes=5)

    assert "企业看不到" in hint.text
    hints = [m for m in await officer.messages(**where) if "只出现一次" in m.text]
    assert len(hints) == 1
    assert not await town.player("company").has_read("去年来过")


async def test_a_reply_to_a_copied_message_is_asked_about(town: Town) -> None:
    officer, where = await _claimed(town)
    company = town.player("company")
    await company.says("QT-20261123-0001")
    await company.presses("补充")
    await company.says("补充一份审计报告的说明")
    copy = next(m for m in await officer.messages(**where) if "审计报告" in m.text)

    await officer.says("收到", **where, reply_to=copy.id)
    await officer.presses("发给企业", **where)
    await town.passes(seconds=61)

    assert await company.has_read("收到")


async def test_prepared_words_are_filled_in_shown_and_sent(town: Town) -> None:
    officer, where = await _claimed(town)
    company = town.player("company")

    await officer.presses("回复企业", **where)
    await officer.presses("换一批（1/2）", **where)
    await officer.presses("还在办理", **where)
    words = "编号 QT-20261123-0001 还在办理，没有搁下，11月30日（周一）前答复您。经办人：周明。"
    preview = await officer.message_with("复制后修改", **where)
    assert words in preview.text
    assert not await company.has_read(words)
    await officer.presses("发送", **where)
    assert await company.has_read(words)

    await officer.presses("办结", **where)
    await officer.presses("已解决", **where)
    await officer.presses("已办妥", **where)
    await officer.presses("提交", **where)
    await town.passes(seconds=61)
    assert "已经办妥，请核实" in (await company.message_with("解决了")).text


async def test_asking_back_pauses_the_clock(town: Town) -> None:
    officer, where = await _claimed(town)

    await officer.presses("请企业补充", **where)
    await officer.presses("补材料", **where)
    await officer.presses("3 个工作日", **where)

    card = await officer.message_with("更多", **where)
    assert "计时已暂停" in card.text
    await topic_of(town, "0001 等企业")
    assert [topic["emoji"] for topic in await town.topics()] == ["❓"]
    assert await town.player("company").has_read("合同、通知书")


# Steps


async def test_a_follow_up_takes_three_taps_and_comes_in_time(town: Town) -> None:
    await open_office(town, started=(2001,))
    await raise_ticket(town)
    where = await _at_topic(town)
    officer = town.player("officer")
    await officer.presses("受理", **where)
    officer.taps = 0

    await officer.presses("设跟进", **where)
    await officer.presses("明天 9:00", **where)
    await officer.presses("对", **where)

    assert officer.taps == 3
    await town.passes(days=1)
    reminder = await officer.message_with("2 小时后再提醒")
    assert "该跟进了" in reminder.text


async def test_a_follow_up_in_words_is_echoed_and_a_past_one_refused(town: Town) -> None:
    officer, where = await _claimed(town)

    await officer.presses("设跟进", **where)
    await officer.says("昨天上午9点", **where)
    assert await officer.has_read("已经过了", **where)
    await officer.says("后天下午3点问问材料", **where)

    echo = await officer.message_with("对", **where)
    assert "11月25日（周三）15:00" in echo.text
    assert "问问材料" in echo.text


async def test_an_officer_who_never_started_is_called_in_the_group(town: Town) -> None:
    officer, where = await _claimed(town)

    await officer.presses("设跟进", **where)
    await officer.presses("明天 9:00", **where)
    await officer.presses("对", **where)
    await town.passes(days=1)

    called = await officer.message_with("2 小时后再提醒", **where)
    assert "周明" in called.text


async def test_routing_moves_the_card_to_who_is_responsible(town: Town) -> None:
    await open_office(town, started=(2101,))
    await raise_ticket(town)
    where = await _at_topic(town)
    officer = town.player("officer")
    card = await officer.message_with("受理", **where)

    await officer.presses("转/加部门", **where)
    await officer.presses("人力社保", **where)

    moved = await officer.message(card.id, **where)
    assert "已转" in moved.text
    assert moved.buttons == []
    assert "想申报高企" not in moved.text
    duty = await town.player("head").message_with("受理")
    assert "暂由企业服务专班代收" in duty.text


async def test_a_department_hands_a_ticket_back_and_the_duty_desk_decides(town: Town) -> None:
    await open_office(town, started=(2001, 2101))
    await raise_ticket(town)
    where = await _at_topic(town)
    officer, duty = town.player("officer"), town.player("head")

    await officer.presses("退回", **where)
    assert "11月24日（周二）17:30 前" in (await officer.message_with("重复", **where)).text
    await officer.presses("非本部门", **where)
    await officer.presses("市场监管", **where)
    await officer.says("属于登记事项", **where)

    question = await duty.message_with("其他部门")
    assert "退回：非本部门" in question.text
    assert "属于登记事项" in question.text
    assert question.buttons[0].startswith("转")
    await duty.presses("仍由")
    card = await officer.message_with("受理", **await _at_topic(town, "0001 待受理"))
    assert "退回" not in card.buttons
    assert not await town.player("company").has_read("登记事项")


async def test_two_companies_with_one_cause_are_answered_together(town: Town) -> None:
    await open_office(town, started=(2001,))
    await raise_ticket(town, "园区二期今天上午突然停电，生产线全停")
    await raise_ticket(town, "园区二期今天上午突然停电，生产线全停", seat="company2")
    officer = town.player("officer")
    where, other = await _at_topic(town, "0001"), await _at_topic(town, "0002")
    await officer.presses("受理", **where)

    card = await officer.message_with("更多", **other)
    assert "与 QT-20261123-0001 说的是同一件事（其他企业）" in card.text
    await officer.presses("更多", **other)
    await officer.presses("合并", **other)
    asked = await officer.presses("0001", **other)
    assert "互相看不到" in asked.text
    await officer.presses("合并", **other)
    assert "答复仍单独发给您" in (await town.player("company2").newest()).text
    await officer.presses("办结", **where)
    await officer.presses("已解决", **where)
    preview = await officer.says("线路已经修好", **where)
    assert "还会发给一并办理的 1 家企业" in preview.text
    await officer.presses("提交", **where)
    await town.passes(seconds=61)

    for seat, number in (("company", "0001"), ("company2", "0002")):
        call = await town.player(seat).message_with("没解决")
        assert f"QT-20261123-{number} 有答复了" in call.text
        assert "线路已经修好" in call.text
    await topic_of(town, "0002 已答复")


async def test_the_duty_desk_splits_a_ticket_and_the_company_gets_a_second_number(
    town: Town,
) -> None:
    await open_office(town, started=(2101,))
    await raise_ticket(town, "想申报高企，另外厂门口路灯坏了")
    duty = town.player("head")

    await duty.says("/find 0001")
    await duty.presses("更多")
    await duty.presses("拆分")
    await duty.says("厂门口路灯坏了，晚上看不见路")
    await duty.presses("其他")
    shown = await duty.message_with("改部门")
    assert "厂门口路灯坏了" in shown.text
    await duty.presses("拆分")

    told = await town.player("company").newest()
    assert "第二件的编号是 QT-20261123-0002" in told.text
    assert "晚上看不见路" in told.text


async def test_urgency_and_calls_are_noted(town: Town) -> None:
    officer, where = await _claimed(town)

    await officer.presses("改紧急", **where)
    await officer.presses("较急", **where)
    await officer.presses("已电话联系", **where)
    await officer.presses("打通了", **where)

    card = await officer.message_with("更多", **where)
    assert "较急" in card.text
    assert "首次联系：已完成" in card.text


async def test_resolving_needs_words_and_calls_the_company_back(town: Town) -> None:
    officer, where = await _claimed(town)

    await officer.presses("办结", **where)
    asked = await officer.presses("已解决", **where)
    assert "还没有收到过答复" in asked.text
    await officer.says("已为您办妥，请登录系统查看。", **where)
    await officer.presses("提交", **where)
    await town.passes(seconds=61)

    assert await town.player("company").message_with("解决了")
    assert await town.player("company").has_read("已为您办妥")
    await topic_of(town, "0001 已答复")


async def test_a_head_names_the_handler(town: Town) -> None:
    await open_office(town, started=(2001, 2101))
    await raise_ticket(town)
    head = town.player("head")

    await head.says("/find 0001")
    await head.presses("更多")
    await head.presses("指派")
    await head.presses("周明")

    assert await town.player("officer").has_read("指派给您")
    card = await head.message_with("更多")
    assert "受理：周明" in card.text


# Queue


async def test_the_queue_lists_what_waits_and_opens_the_card(town: Town) -> None:
    await open_office(town, started=(2001,))
    await raise_ticket(town)
    officer = town.player("officer")

    queue = await officer.says("/queue")
    assert "待受理 1 件" in queue.text
    card = await officer.presses("0001")
    await officer.presses("受理")

    assert "受理：周明" in (await officer.message(card.id)).text
    mine = await officer.says("/mine")
    assert "我的 1 件" in mine.text


async def test_an_officer_finds_a_ticket_by_words_and_state(town: Town) -> None:
    await open_office(town, started=(2001,))
    for number in range(8):
        await raise_ticket(town, f"想申报高企，第{number}回")
    officer = town.player("officer")

    found = await officer.says("高企 第3回")
    assert "QT-20261123-0004" in found.text
    await officer.presses("受理")
    await officer.says("/queue")
    hint = await officer.presses("查找工单")
    assert "/find 待受理 融资" in hint.text
    waiting = await officer.says("待受理 科技创新")
    assert "找到 7 件" in waiting.text
    assert "0008" in waiting.text
    older = await officer.presses("下一页")
    assert ["0001" in older.text, "0008" in older.text] == [True, False]
    assert "没有找到" in (await officer.says("/find 已超时", **DESK)).text


async def test_a_stranger_has_no_queue(town: Town) -> None:
    await open_office(town)

    shown = await town.player("company2").says("/queue")

    assert "权限" in shown.text


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


CARD_KEYS = ["受理", "转/加部门", "改紧急", "退回", "更多"]


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


# People who cannot be reached, or may not act


async def test_a_company_that_blocked_the_bot_is_phoned(town: Town) -> None:
    await open_office(town, started=(2001,))
    await raise_ticket(town)
    where = await _at_topic(town)
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
    where = await _at_topic(town)
    officer = town.player("officer")

    await officer.presses("受理", **where)
    queue = await officer.says("/queue")

    assert "权限" in officer.toast
    assert "待受理 0 件" in queue.text


async def test_a_forged_press_does_nothing(town: Town) -> None:
    await open_office(town)
    await raise_ticket(town)
    where = await _at_topic(town)
    card = await town.player("officer").message_with("受理", **where)
    stranger = town.player("company2")
    shown = await stranger.says("/start")

    await stranger.send_press(shown.id, card.key("受理")["callback_data"])

    assert "权限" in stranger.toast
    assert "受理" in (await town.player("officer").message(card.id, **where)).buttons


# Reminders


async def test_an_unclaimed_ticket_is_called_out_and_then_told_to_the_head(town: Town) -> None:
    await open_office(town, started=(2001, 2101))
    await raise_ticket(town)

    await town.passes_until(datetime(2026, 11, 25, 1, 1, tzinfo=UTC))
    assert await town.player("officer").has_read("还没有人受理")
    await town.passes_until(datetime(2026, 11, 25, 7, 0, tzinfo=UTC))

    reminder = await town.player("head").message_with("指派")
    assert "还没有人受理" in reminder.text


async def test_the_handler_is_reminded_before_the_answer_is_due(town: Town) -> None:
    await open_office(town, started=(2001,))
    await raise_ticket(town)
    where = await _at_topic(town)
    officer = town.player("officer")
    card = await officer.message_with("受理", **where)
    await officer.says("正在办", **where, reply_to=card.id)

    await town.passes_until(datetime(2026, 11, 27, 1, 1, tzinfo=UTC))

    assert await officer.has_read("答复时限 11月30日（周一）17:30，剩 1 个工作日")
    await officer.presses("2 小时后再提醒")
    await town.passes(hours=2)
    assert await officer.has_read("该跟进了")


async def test_nothing_is_said_once_it_is_answered(town: Town) -> None:
    officer, where = await _claimed(town)
    await officer.says("/start")
    await officer.presses("办结", **where)
    await officer.presses("已解决", **where)
    await officer.says("已为您办妥。", **where)
    await officer.presses("提交", **where)

    await town.passes_until(datetime(2026, 12, 1, 2, 0, tzinfo=UTC))

    assert not await officer.has_read("时限")
    assert not await officer.has_read("超时")


async def test_an_extension_is_asked_for_with_a_reason_and_granted_by_the_head(town: Town) -> None:
    await open_office(town, started=(2001, 2101))
    await raise_ticket(town)
    where = await _at_topic(town)
    officer, head = town.player("officer"), town.player("head")
    await officer.presses("受理", **where)

    await officer.presses("申请延期", **where)
    await officer.presses("+3 工作日", **where)
    await officer.says("需要专家评审", **where)
    asked = await head.message_with("同意 +3")
    await head.presses("同意 +3")

    assert "需要专家评审" in asked.text
    card = await officer.message_with("更多", **where)
    assert "12月3日（周四）17:30" in card.text
    assert await officer.has_read("延期已同意")
    assert await town.player("company").has_read("12月3日")


async def test_when_nobody_can_see_a_ticket_the_administrator_hears_of_it(town: Town) -> None:
    await open_office(town, desk=False)
    await town.player("admin").says("/start")

    await raise_ticket(town)

    assert await town.player("admin").has_read("没有人能接收")


async def test_a_card_of_a_withdrawn_ticket_cannot_be_claimed(town: Town) -> None:
    await open_office(town)
    await raise_ticket(town)
    where = await _at_topic(town)
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


async def test_the_queue_in_a_group_shows_only_what_the_group_is_for(town: Town) -> None:
    await open_office(town)
    await raise_ticket(town)
    await raise_ticket(town, "想贷款", category=Category.LIVING_SUPPORT)

    shown = await town.player("head").says("/queue", **DESK)

    assert "待受理 1 件" in shown.text


async def test_departments_that_share_a_group_share_the_topic(town: Town) -> None:
    await open_office(town)
    await town.player("admin").says("/desk", **DESK)
    await town.player("admin").presses("服务专班", **DESK)
    await raise_ticket(town)
    where = await _at_topic(town)
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


async def test_a_form_left_open_ends_after_ten_minutes(town: Town) -> None:
    officer, where = await _claimed(town)

    await officer.presses("回复企业", **where)
    await town.passes(minutes=11)
    await officer.says("这是给同事看的", **where)

    assert await officer.has_read("企业看不到", **where)
    assert not any("发送" in m.buttons for m in await officer.messages(**where))


async def test_a_form_belongs_to_its_topic(town: Town) -> None:
    officer, where = await _claimed(town)
    await raise_ticket(town, "想贷款")
    other = await _at_topic(town, "0002")

    await officer.presses("回复企业", **where)
    await officer.says("第二件的备注", **other)

    assert not any("发送" in m.buttons for m in await officer.messages(**other))


async def test_somebody_without_a_role_leaves_no_note(town: Town) -> None:
    officer, where = await _claimed(town)

    told = await town.player("admin").says("我也说一句", **where)

    assert "没有经办权限" in told.text
    await officer.presses("更多", **where)
    talk = await officer.presses("看往来", **where)
    assert "我也说一句" not in (await officer.messages(**where))[-1].text
    assert talk


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


# What the card and the company are told


async def test_the_companys_time_to_answer_is_no_follow_up(town: Town) -> None:
    officer, where = await _claimed(town)

    await officer.presses("请企业补充", **where)
    await officer.presses("补材料", **where)
    await officer.presses("3 个工作日", **where)

    assert "跟进" not in (await officer.message_with("设跟进", **where)).text


async def test_the_company_never_reads_of_an_internal_note(town: Town) -> None:
    officer, where = await _claimed(town)
    await officer.says("先问一下科技局", **where)

    shown = await town.player("company").says("QT-20261123-0001")
    history = await town.player("company").presses("看历史")

    assert "内部" not in shown.text
    assert "内部" not in history.text


async def test_categories_are_offered_by_their_short_names(town: Town) -> None:
    officer, where = await _claimed(town)
    await officer.presses("更多", **where)
    await officer.presses("改类别", **where)

    offered = await officer.message_with("水电环保", **where)

    assert all(len(key["text"]) <= 5 for row in offered.rows[:-1] for key in row)


async def test_only_the_news_of_a_claim_offers_to_undo_it(town: Town) -> None:
    officer, where = await _claimed(town)

    await officer.presses("更多", **where)
    listed = await officer.message_with("改类别", **where)

    assert "撤销受理" not in listed.buttons
    assert "撤销受理" in (await officer.message_with("撤销受理", **where)).buttons
