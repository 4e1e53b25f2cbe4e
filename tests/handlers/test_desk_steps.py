"""The steps an officer takes with a ticket, by its card's buttons."""

from tests.handlers.office import at_topic, claimed, open_office, raise_ticket, topic_of
from tests.town import Town

# Claiming


async def test_the_second_officer_is_told_who_was_first(town: Town) -> None:
    await open_office(town)
    await raise_ticket(town)
    where = await at_topic(town)
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
    where = await at_topic(town)
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
    officer, where = await claimed(town)

    await officer.presses("撤销受理", **where)

    await topic_of(town, "0001 待受理")
    await town.passes(seconds=61)
    assert not await town.player("company").has_read("周明")


async def test_only_the_news_of_a_claim_offers_to_undo_it(town: Town) -> None:
    officer, where = await claimed(town)

    await officer.presses("更多", **where)
    listed = await officer.message_with("改类别", **where)

    assert "撤销受理" not in listed.buttons
    assert "撤销受理" in (await officer.message_with("撤销受理", **where)).buttons


# Steps


async def test_a_follow_up_takes_three_taps_and_comes_in_time(town: Town) -> None:
    await open_office(town, started=(2001,))
    await raise_ticket(town)
    where = await at_topic(town)
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
    officer, where = await claimed(town)

    await officer.presses("设跟进", **where)
    await officer.says("昨天上午9点", **where)
    assert await officer.has_read("已经过了", **where)
    await officer.says("后天下午3点问问材料", **where)

    echo = await officer.message_with("对", **where)
    assert "11月25日（周三）15:00" in echo.text
    assert "问问材料" in echo.text


async def test_an_officer_who_never_started_is_called_in_the_group(town: Town) -> None:
    officer, where = await claimed(town)

    await officer.presses("设跟进", **where)
    await officer.presses("明天 9:00", **where)
    await officer.presses("对", **where)
    await town.passes(days=1)

    called = await officer.message_with("2 小时后再提醒", **where)
    assert "周明" in called.text


async def test_routing_moves_the_card_to_who_is_responsible(town: Town) -> None:
    await open_office(town, started=(2101,))
    await raise_ticket(town)
    where = await at_topic(town)
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
    where = await at_topic(town)
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
    card = await officer.message_with("受理", **await at_topic(town, "0001 待受理"))
    assert "退回" not in card.buttons
    assert not await town.player("company").has_read("登记事项")


async def test_two_companies_with_one_cause_are_answered_together(town: Town) -> None:
    await open_office(town, started=(2001,))
    await raise_ticket(town, "园区二期今天上午突然停电，生产线全停")
    await raise_ticket(town, "园区二期今天上午突然停电，生产线全停", seat="company2")
    officer = town.player("officer")
    where, other = await at_topic(town, "0001"), await at_topic(town, "0002")
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
    officer, where = await claimed(town)

    await officer.presses("改紧急", **where)
    await officer.presses("较急", **where)
    await officer.presses("已电话联系", **where)
    await officer.presses("打通了", **where)

    card = await officer.message_with("更多", **where)
    assert "较急" in card.text
    assert "首次联系：已完成" in card.text


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


async def test_an_extension_is_asked_for_with_a_reason_and_granted_by_the_head(town: Town) -> None:
    await open_office(town, started=(2001, 2101))
    await raise_ticket(town)
    where = await at_topic(town)
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


async def test_the_companys_time_to_answer_is_no_follow_up(town: Town) -> None:
    officer, where = await claimed(town)

    await officer.presses("请企业补充", **where)
    await officer.presses("补材料", **where)
    await officer.presses("3 个工作日", **where)

    assert "跟进" not in (await officer.message_with("设跟进", **where)).text
