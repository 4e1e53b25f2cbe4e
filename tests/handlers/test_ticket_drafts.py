"""From a first word or picture to a receipt, at the keyboard: C9–C11 of the conversation design."""

import pytest
from sqlmodel import col, select

from models import Message, Ticket
from services import retention
from tests.handlers.company import PICTURE, submitted, the_ticket, written
from tests.town import Town
from views.ticket_presses import AskOfficer


async def test_start_to_receipt_in_two_taps_and_a_sentence(town: Town) -> None:
    company = town.player("company")
    await company.starts()
    draft = await company.says("银行贷款批不下来，拖了两个月")

    receipt = await company.presses("同意并提交")

    assert "类别：融资信贷" in draft.text
    assert receipt.text.startswith("已收到：QT-20261123-0001")
    assert "首次联系：11月24日（周二）前" in receipt.text
    assert "等待受理" in receipt.text
    assert (company.taps, company.texts) == (2, 1)


async def test_the_receipts_number_can_be_copied(town: Town) -> None:
    company = town.player("company")
    number = await submitted(company)

    key = (await company.message_with("复制编号")).key("复制编号")

    assert key["copy_text"]["text"] == number


async def test_a_second_ticket_needs_no_second_agreement(town: Town) -> None:
    company = town.player("company")
    await submitted(company)
    await company.presses("菜单")

    await company.says("货款被拖欠半年，一直收不回来")

    draft = await company.presses("是新问题")

    assert "提交" in draft.buttons
    assert "同意并提交" not in draft.buttons


async def test_what_is_typed_is_added_and_can_be_replaced(town: Town) -> None:
    company = town.player("company")
    await company.starts()
    await company.says("银行贷款批不下来，拖了两个月")
    await town.passes(minutes=1)

    added = await company.says("是设备贷款")
    replaced = await company.says("改成：留抵退税一直没到账")

    assert "银行贷款批不下来，拖了两个月\n是设备贷款" in added.text
    assert "银行贷款" not in replaced.text
    assert "类别：税费" in replaced.text
    await company.presses("同意并提交")
    assert await written(town, await the_ticket(town)) == ["留抵退税一直没到账"]


async def test_parts_of_one_long_text_redraw_one_screen(town: Town) -> None:
    company = town.player("company")
    await company.starts()

    await company.says("银行贷款批不下来。" * 600)

    drafts = [m for m in await company.messages() if "请核对" in m.text]
    assert len(drafts) == 1
    assert "已收到 2 段，共 5400 字" in drafts[0].text


async def test_category_and_urgency_are_chosen_by_hand(town: Town) -> None:
    company = town.player("company")
    await company.starts()
    await company.says("银行贷款批不下来，拖了两个月")

    await company.presses("改类别")
    await company.presses("税费")
    await company.presses("改紧急")
    draft = await company.presses("紧急：停产或有危险")

    assert "类别：税费 · 紧急程度：紧急" in draft.text


async def test_a_typed_contact_is_for_the_officers_only(town: Town) -> None:
    company = town.player("company")
    await company.starts()
    await company.says("银行贷款批不下来，拖了两个月")
    await company.presses("联系方式")

    draft = await company.says("张三 13800000000")

    assert "联系人：张三 13800000000（仅办理人员可见）" in draft.text
    await company.presses("同意并提交")
    assert (await written(town, await the_ticket(town)))[-1] == "contact"


async def test_a_shared_contact_is_taken(town: Town) -> None:
    company = town.player("company")
    await company.starts()
    await company.says("银行贷款批不下来，拖了两个月")
    await company.presses("联系方式")

    draft = await company.shares_contact()

    assert "联系人：王芳" in draft.text


async def test_words_without_a_number_are_asked_again_and_none_is_an_answer(town: Town) -> None:
    company = town.player("company")
    await company.starts()
    await company.says("银行贷款批不下来，拖了两个月")
    await company.presses("联系方式")

    asked = await company.says("张三")
    draft = await company.presses("不留联系方式")

    assert "没有看到电话号码" in asked.text
    assert "请核对" in draft.text
    assert "联系人" not in draft.text


async def test_a_picture_instead_of_a_number_joins_the_draft(town: Town) -> None:
    company = town.player("company")
    await company.starts()
    await company.says("厂门口的路灯坏了半个月没人修")
    await company.presses("联系方式")

    await company.attaches("photo", PICTURE)

    shown = await company.message_with("提交")
    assert "附件：照片" in shown.text


async def test_nothing_remains_of_what_is_not_submitted(town: Town) -> None:
    company = town.player("company")
    await company.starts()
    await company.says("银行贷款批不下来，拖了两个月")

    gone = await company.presses("不提交")

    assert "没有提交，内容已清除" in gone.text
    async with town.database.read() as session:
        kept = (await session.exec(select(Message).where(col(Message.direction) == "in"))).all()
        assert [message.text for message in kept if message.text] == []
        assert (await session.exec(select(Ticket))).all() == []


async def test_a_button_of_a_submitted_draft_says_so(town: Town) -> None:
    company = town.player("company")
    await company.starts()
    old = await company.says("银行贷款批不下来，拖了两个月")
    await town.passes(minutes=1)
    await company.says("急用")
    await company.presses("同意并提交")

    stale = await company.presses_on(old, "同意并提交")

    assert "这份草稿已经提交" in stale.text
    async with town.database.read() as session:
        assert len((await session.exec(select(Ticket))).all()) == 1


async def test_a_citizens_number_is_masked(town: Town) -> None:
    company = town.player("company")
    await company.starts()

    draft = await company.says("员工 11010519491231002X 的社保断缴，办不下来")

    assert "110105**********2X" in draft.text
    assert "身份证号码已遮盖" in draft.text


async def test_words_like_an_open_ticket_may_join_it(town: Town) -> None:
    company = town.player("company")
    number = await submitted(company)
    await company.presses("菜单")
    await town.passes(hours=1)

    await company.says("银行贷款批不下来，拖了两个月了")
    joined = await company.presses("并进 0001")

    assert joined.text.startswith(f"已加到 {number}")
    assert len(await written(town, await the_ticket(town))) == 2


async def test_a_forgotten_draft_is_named_once_on_the_next_working_day(town: Town) -> None:
    company = town.player("company")
    await submitted(company)
    await company.says("货款被拖欠半年，一直收不回来")
    await company.presses("是新问题")

    await town.passes(hours=24)
    reminder = await company.newest()
    draft = await company.presses("继续填写")

    assert reminder.text.startswith("您有一份没提交的诉求草稿")
    assert "11月30日（周一）后自动清除" in reminder.text
    assert "货款被拖欠半年" in draft.text


async def test_a_submitted_draft_is_not_named_again(town: Town) -> None:
    company = town.player("company")
    await submitted(company)

    await town.passes(hours=24)

    assert not await company.has_read("没提交的诉求草稿")


# Files


async def test_a_picture_without_words_is_asked_about(town: Town) -> None:
    company = town.player("company")
    await company.starts()

    asked = await company.attaches("photo", PICTURE)
    draft = await company.presses("要反映的问题")
    await company.presses("同意并提交")

    assert asked.text == "照片已收到。这是："
    assert "附件：照片" in draft.text
    assert await written(town, await the_ticket(town)) == ["photo"]


async def test_a_picture_of_a_policy_is_not_kept(town: Town) -> None:
    company = town.player("company")
    await company.starts()
    await company.attaches("photo", PICTURE)

    words = await company.presses("政策通知")

    assert "请写出政策或通知的标题" in words.text


async def test_a_recording_is_taken_as_it_is(town: Town) -> None:
    company = town.player("company")
    await company.starts()

    draft = await company.attaches("voice")

    assert "我听不了语音，工作人员可以听" in draft.text
    receipt = await company.presses("同意并提交")
    assert receipt.text.startswith("已收到")


async def test_fault_25_an_album_is_one_draft_and_its_late_part_joins_the_ticket(
    town: Town,
) -> None:
    company = town.player("company")
    await company.starts()
    album = {"media_group_id": "a1"}
    await company.attaches("photo", PICTURE, **album)
    await town.passes(seconds=11)
    await company.attaches("photo", PICTURE, caption="车间漏水没人管", **album)
    drafts = [m for m in await company.messages() if "请核对" in m.text]
    await company.presses("同意并提交")

    before = len(await company.messages())
    await company.attaches("photo", PICTURE, **album)

    assert len(drafts) == 1
    assert "附件：照片，照片" in drafts[0].text
    assert len(await company.messages()) == before + 1
    assert await written(town, await the_ticket(town)) == ["photo", "车间漏水没人管", "photo"]


async def test_a_sticker_gets_one_line(town: Town) -> None:
    company = town.player("company")
    await company.starts()
    await company.says("银行贷款批不下来，拖了两个月")

    await town.do("content", seat="company", content={"dice": {"emoji": "🎲", "value": 3}})
    await town.settle()

    assert "文字" in (await company.newest()).text


# A file before anything is agreed to


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("你好", "同意"),
        ("谢谢", "不客气"),
        ("高企有什么补贴", "高新技术企业"),
    ],
)
async def test_other_words_after_a_picture_are_answered_and_become_no_request(
    town: Town, words: str, shown: str
) -> None:
    company = town.player("company")
    await company.starts()
    asked = await company.attaches("photo", PICTURE)
    await town.passes(minutes=1)

    answered = await company.says(words)

    assert shown in answered.text + " ".join(answered.buttons)
    assert "请核对，提交后转给负责部门" not in answered.text
    draft = await company.presses_on(asked, "要反映的问题")
    assert "附件：照片" in draft.text


async def test_words_that_tell_what_a_picture_shows_join_it(town: Town) -> None:
    company = town.player("company")
    await company.starts()
    await company.attaches("photo", PICTURE)
    await town.passes(minutes=1)

    draft = await company.says("厂门口的路灯坏了半个月没人修")

    assert "路灯" in draft.text
    assert "附件：照片" in draft.text
    assert "同意并提交" in draft.buttons


async def test_after_agreeing_the_picture_sent_before_is_asked_about_again(town: Town) -> None:
    company = town.player("company")
    await company.starts()
    await company.attaches("photo", PICTURE)
    await town.passes(minutes=1)
    await company.says("做芯片封装的，80来人，去年3000万，想贷款换设备")

    await company.presses("同意保存，看结果")

    asked = await company.newest()
    assert asked.text == "照片已收到。这是："
    draft = await company.presses_on(asked, "要反映的问题")
    assert "附件：照片" in draft.text
    assert "提交" in draft.buttons


@pytest.mark.parametrize("left", ["open", "put aside", "cancelled"])
async def test_of_a_picture_nobody_agreed_to_nothing_is_left_after_a_day(
    town: Town, left: str
) -> None:
    company = town.player("company")
    await company.starts()
    await company.attaches("photo", PICTURE)
    if left == "put aside":
        await company.says("做芯片封装的，80来人，去年3000万，想贷款换设备")
        await company.presses("只看不存")
    if left == "cancelled":
        await company.says("/cancel")

    await town.passes(days=1, hours=1)

    async with town.database.write() as session:
        while await retention.clean_up(session, now=town.clock()):
            pass
    async with town.database.read() as session:
        sent = (await session.exec(select(Message).where(col(Message.kind) == "photo"))).all()
    assert [message.attachments for message in sent] == [[]]


# Danger


async def test_danger_comes_before_everything(town: Town) -> None:
    company = town.player("company")
    await company.starts()

    screen = await company.says("车间冒烟，有刺鼻气味，两个人头晕")
    draft = await company.presses("已打电话，按紧急告知区里")
    receipt = await company.presses("同意并提交")

    assert screen.text.startswith("请先离开现场。火警、泄漏打 119")
    assert "紧急程度：紧急" in draft.text
    assert receipt.text.startswith("已收到")
    assert (await the_ticket(town)).danger


async def test_no_danger_is_another_matter(town: Town) -> None:
    company = town.player("company")
    await company.starts()
    await company.says("车间冒烟，有刺鼻气味，两个人头晕")

    draft = await company.presses("不是危险")

    assert "请核对" in draft.text
    assert "紧急程度：一般" in draft.text


# From a measure


async def test_from_a_measures_card_in_two_taps(town: Town) -> None:
    company = town.player("company")
    await submitted(company)
    company.taps = 0
    screen = await company.newest()

    await company.send_press(screen.id, AskOfficer("innovation-finance-loan").pack())
    draft = await company.message(screen.id)
    receipt = await company.presses("提交")

    assert "是否开放、条件和额度、找谁办" in draft.text
    assert receipt.text.startswith("已收到：QT-20261123-0002")
    assert (await the_ticket(town)).measure_id == "innovation-finance-loan"
