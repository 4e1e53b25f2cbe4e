"""What officers write at a desk: to the company, or inside."""

from tests.handlers.office import at_topic, claimed, open_office, raise_ticket, topic_of
from tests.town import Town


async def test_a_reply_to_the_card_reaches_the_company_after_a_minute(town: Town) -> None:
    await open_office(town)
    await raise_ticket(town)
    where = await at_topic(town)
    officer, company = town.player("officer"), town.player("company")
    card = await officer.message_with("受理", **where)

    await officer.says("我们正在核实", **where, reply_to=card.id)

    assert await officer.message_with("撤回", **where)
    assert not await company.has_read("我们正在核实")
    await town.passes(seconds=61)
    assert await company.has_read("我们正在核实")


async def test_words_taken_back_stay_inside(town: Town) -> None:
    officer, where = await claimed(town)
    card = await officer.message_with("更多", **where)

    await officer.says("写错了", **where, reply_to=card.id)
    await officer.presses("撤回", **where)
    await town.passes(minutes=5)

    assert not await town.player("company").has_read("写错了")


async def test_reply_mode_shows_the_words_before_they_go(town: Town) -> None:
    officer, where = await claimed(town)
    company = town.player("company")

    await officer.presses("回复企业", **where)
    await officer.says("请于周三来窗口", **where)
    await town.passes(seconds=61)
    assert not await company.has_read("请于周三来窗口")
    await officer.presses("发送", **where)
    await town.passes(seconds=61)

    assert await company.has_read("请于周三来窗口")


async def test_somebody_elses_draft_cannot_be_sent(town: Town) -> None:
    officer, where = await claimed(town)
    await officer.presses("回复企业", **where)
    await officer.says("请于周三来窗口", **where)

    other = town.player("officer2")
    await other.presses("发送", **where)
    await town.passes(seconds=61)

    assert "草稿" in other.toast
    assert not await town.player("company").has_read("请于周三来窗口")


async def test_slash_r_answers_the_company(town: Town) -> None:
    officer, where = await claimed(town)

    await officer.says("/r 明天上午给您回电", **where)
    await town.passes(seconds=61)

    assert await town.player("company").has_read("明天上午给您回电")


async def test_words_in_a_topic_stay_inside_and_it_is_said_once(town: Town) -> None:
    officer, where = await claimed(town)

    hint = await officer.says("这家企业去年来过", **where)
    await officer.says("材料不全", **where)
    await town.passes(minutes=5)

    assert "企业看不到" in hint.text
    hints = [m for m in await officer.messages(**where) if "只出现一次" in m.text]
    assert len(hints) == 1
    assert not await town.player("company").has_read("去年来过")


async def test_a_reply_to_a_copied_message_is_asked_about(town: Town) -> None:
    officer, where = await claimed(town)
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
    officer, where = await claimed(town)
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
    officer, where = await claimed(town)

    await officer.presses("请企业补充", **where)
    await officer.presses("补材料", **where)
    await officer.presses("3 个工作日", **where)

    card = await officer.message_with("更多", **where)
    assert "计时已暂停" in card.text
    await topic_of(town, "0001 等企业")
    assert [topic["emoji"] for topic in await town.topics()] == ["❓"]
    assert await town.player("company").has_read("合同、通知书")


async def test_resolving_needs_words_and_calls_the_company_back(town: Town) -> None:
    officer, where = await claimed(town)

    await officer.presses("办结", **where)
    asked = await officer.presses("已解决", **where)
    assert "还没有收到过答复" in asked.text
    await officer.says("已为您办妥，请登录系统查看。", **where)
    await officer.presses("提交", **where)
    await town.passes(seconds=61)

    assert await town.player("company").message_with("解决了")
    assert await town.player("company").has_read("已为您办妥")
    await topic_of(town, "0001 已答复")


async def test_a_form_left_open_ends_after_ten_minutes(town: Town) -> None:
    officer, where = await claimed(town)

    await officer.presses("回复企业", **where)
    await town.passes(minutes=11)
    await officer.says("这是给同事看的", **where)

    assert await officer.has_read("企业看不到", **where)
    assert not any("发送" in m.buttons for m in await officer.messages(**where))


async def test_a_form_belongs_to_its_topic(town: Town) -> None:
    officer, where = await claimed(town)
    await raise_ticket(town, "想贷款")
    other = await at_topic(town, "0002")

    await officer.presses("回复企业", **where)
    await officer.says("第二件的备注", **other)

    assert not any("发送" in m.buttons for m in await officer.messages(**other))


async def test_somebody_without_a_role_leaves_no_note(town: Town) -> None:
    officer, where = await claimed(town)

    told = await town.player("admin").says("我也说一句", **where)

    assert "没有经办权限" in told.text
    await officer.presses("更多", **where)
    talk = await officer.presses("看往来", **where)
    assert "我也说一句" not in (await officer.messages(**where))[-1].text
    assert talk


async def test_the_company_never_reads_of_an_internal_note(town: Town) -> None:
    officer, where = await claimed(town)
    await officer.says("先问一下科技局", **where)

    shown = await town.player("company").says("QT-20261123-0001")
    history = await town.player("company").presses("看历史")

    assert "内部" not in shown.text
    assert "内部" not in history.text
