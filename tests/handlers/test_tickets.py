"""A company and its tickets, at the keyboard: C9–C14 of the conversation design."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor, Role
from domain.incoming import Incoming
from domain.tickets import Outcome, Status
from models import Company, Membership, Message, Task, Ticket
from services import messages, people, tickets
from services.messages import Address
from services.people import Caller
from tests.sandbox.conftest import PNG
from tests.town import Player, Town
from views.ticket_presses import AskOfficer, ShowTicket

OFFICER, HEAD = 2001, 2101
PICTURE = ("picture.png", PNG)
Act = Callable[..., Awaitable[Any]]


async def hired(town: Town, telegram_id: int, name: str, role: Role) -> None:
    """Somebody of the finance department, as a card knows them."""
    async with town.database.write() as session:
        caller = Caller(telegram_id=telegram_id, name=name)
        person = await people.meet(session, caller, default_locale="zh", now=town.clock())
        session.add(
            Membership(person_id=person.id, role=role, department="finance", since=town.clock())
        )


async def acting(session: AsyncSession, telegram_id: int) -> Actor:
    person = await people.by_telegram_id(session, telegram_id)
    assert person is not None
    return await people.actor_for(session, person, administrators=frozenset())


async def the_office(town: Town, step: Act, words: str = "", **more: Any) -> None:
    """The officer takes a step on the newest ticket, with words where it needs some."""
    async with town.database.write() as session:
        actor = await acting(session, OFFICER)
        task = (await session.exec(select(Task).order_by(col(Task.id).desc()))).first()
        assert task is not None
        if words:
            more["message"] = await messages.keep(
                session,
                Incoming(text=words),
                Address(town.office.bot_id, OFFICER),
                person_id=actor.person_id,
                now=town.clock(),
            )
        await step(session, task.id, actor=actor, now=town.clock(), office=town.office, **more)
    await town.ticker.settle()
    await town.settle()


async def the_ticket(town: Town) -> Ticket:
    async with town.database.read() as session:
        found = (await session.exec(select(Ticket).order_by(col(Ticket.id).desc()))).first()
    assert found is not None
    return found


async def written(town: Town, ticket: Ticket) -> list[str]:
    async with town.database.read() as session:
        return [m.text or m.kind for m in await tickets.messages_of(session, ticket.id)]


async def submitted(company: Player, words: str = "银行贷款批不下来，拖了两个月") -> str:
    """A ticket from a first sentence; returns its number."""
    await company.starts()
    await company.says(words)
    receipt = await company.presses("提交")
    return receipt.text.splitlines()[0].removeprefix("已收到：")


# Drafts


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


# Following


async def test_a_reply_to_the_receipt_is_added(town: Town) -> None:
    company = town.player("company")
    number = await submitted(company)
    receipt = await company.newest()

    added = await company.says("补充：贷款 300 万元", reply_to=receipt.id)

    assert added.text.startswith(f"已加到 {number}")
    assert (await written(town, await the_ticket(town)))[-1] == "补充：贷款 300 万元"


async def test_words_after_the_receipt_are_asked_about(town: Town) -> None:
    company = town.player("company")
    await submitted(company)

    asked = await company.says("设备也被银行查封了，没人管")
    shown = await company.presses("加进去")

    assert asked.text == "加到 0001（融资信贷）吗？"
    assert "您方补充" in shown.text
    assert len(await written(town, await the_ticket(town))) == 2


async def test_words_after_the_receipt_may_be_a_new_problem(town: Town) -> None:
    company = town.player("company")
    await submitted(company)
    await company.says("厂区停电两天了没人管")

    draft = await company.presses("是新问题")

    assert "请核对" in draft.text
    assert "厂区停电" in draft.text


async def test_a_number_opens_ones_own_ticket_only(town: Town) -> None:
    company, other = town.player("company"), town.player("company2")
    number = await submitted(company)

    own = await company.says(number)
    short = await company.says("0001")
    foreign = await other.says(number)
    wrong = await other.says("QT-20261123-9999")

    assert own.text.startswith(f"{number} · 等待受理")
    assert short.text.startswith(number)
    assert foreign.text == wrong.text
    assert number not in foreign.text


async def test_a_forged_button_finds_nothing(town: Town) -> None:
    company, other = town.player("company"), town.player("company2")
    await submitted(company)
    ticket = await the_ticket(town)
    hello = await other.starts()

    await other.send_press(hello.id, ShowTicket(ticket.id).pack())

    assert "没有找到" in other.toast
    assert not await other.has_read(ticket.number)


async def test_a_colleague_sees_the_companys_tickets(town: Town) -> None:
    company, colleague = town.player("company"), town.player("colleague")
    await company.starts()
    await colleague.starts()
    async with town.database.write() as session:
        firm = Company(name="杭州示例封装有限公司", created_at=town.clock())
        session.add(firm)
        await session.flush()
        for telegram_id in (1001, 1002):
            person = await people.by_telegram_id(session, telegram_id)
            assert person is not None
            session.add(
                Membership(
                    person_id=person.id, role=Role.MEMBER, company_id=firm.id, since=town.clock()
                )
            )
    number = await submitted(company)

    listed = await colleague.says("/tickets")

    assert number in listed.text


async def test_the_list_puts_what_waits_for_the_company_first(town: Town) -> None:
    company = town.player("company")
    await hired(town, OFFICER, "周明", Role.OFFICER)
    await submitted(company)
    await town.passes(hours=1)
    await company.presses("菜单")
    second = await submitted(company, "贷款利息太高，银行不肯降，损失很大")
    await the_office(town, tickets.take)
    await the_office(town, tickets.ask_back, "请提供贷款合同", days=3)

    listed = await company.says("/tickets")

    lines = listed.text.splitlines()
    assert second in lines[1]
    assert "等您补充" in lines[1]


async def test_withdrawing_asks_once_and_can_be_undone(town: Town) -> None:
    company = town.player("company")
    await submitted(company)

    asked = await company.presses("撤回")
    gone = await company.presses("确定撤回")
    again = await company.presses("重新打开")

    assert "确定撤回" in asked.buttons
    assert "已办结：已撤回" in gone.text
    assert "已重新打开" in again.text


async def test_urging_once_a_day(town: Town) -> None:
    company = town.player("company")
    await submitted(company)
    await company.presses("看进度")
    card = await company.newest()

    await company.presses("催办")
    first = company.toast
    await company.send_press(card.id, card.key("催办")["callback_data"])

    assert first == "已催办，经办人会收到提醒。"
    assert "今天已经催办过" in company.toast
    assert "催办" not in (await company.message(card.id)).buttons


async def test_the_history_shows_every_step(town: Town) -> None:
    company = town.player("company")
    await hired(town, OFFICER, "周明", Role.OFFICER)
    await submitted(company)
    await the_office(town, tickets.take)
    await the_office(town, tickets.log_call)
    await company.presses("看进度")

    history = await company.presses("看历史")

    assert [line.partition(" ")[2] for line in history.text.splitlines()[1:]] == [
        "您方提交诉求",
        "转给承办部门",
        "周明受理",
        "周明电话联系",
    ]


async def test_an_edit_in_a_ticket_is_a_new_version(town: Town) -> None:
    company = town.player("company")
    await company.starts()
    await company.says("银行贷款批不下来，拖了两个月")
    mine = next(m for m in await company.messages() if m.text.startswith("银行贷款"))
    await company.presses("同意并提交")

    await company.edits(mine.id, "设备贷款批不下来，拖了三个月")
    await company.presses("看进度")
    talk = await company.presses("看往来")

    assert "设备贷款批不下来，拖了三个月" in talk.text
    assert "已修改" in talk.text


async def test_a_file_of_the_conversation_is_sent_again(town: Town) -> None:
    company = town.player("company")
    await company.starts()
    await company.attaches("document", ("合同.pdf", b"%PDF"), caption="银行贷款批不下来")
    await company.presses("同意并提交")
    await company.presses("看进度")
    await company.presses("看往来")

    await company.presses("看文件")

    assert (await company.newest()).raw["document"]["file_name"] == "合同.pdf"


# What the office says


async def test_the_company_hears_who_handles_it(town: Town) -> None:
    company = town.player("company")
    await hired(town, OFFICER, "周明", Role.OFFICER)
    number = await submitted(company)

    await the_office(town, tickets.take)
    at_once = await company.newest()
    await town.passes(seconds=61)

    assert "已受理" not in at_once.text
    assert (await company.newest()).text.startswith(f"{number} 已受理，经办人：周明")


async def test_a_claim_that_was_taken_back_is_never_announced(town: Town) -> None:
    company = town.player("company")
    await hired(town, OFFICER, "周明", Role.OFFICER)
    await submitted(company)

    await the_office(town, tickets.take)
    await the_office(town, tickets.release)
    await town.passes(seconds=61)

    assert not await company.has_read("经办人：周明")


async def test_a_reply_to_the_officers_words_is_added(town: Town) -> None:
    company = town.player("company")
    await hired(town, OFFICER, "周明", Role.OFFICER)
    await submitted(company)
    await the_office(town, tickets.take)
    await the_office(town, tickets.reply, "材料已转银行 <A&B>")
    await town.passes(seconds=61)
    news = [m for m in await company.messages() if "材料已转银行" in m.text][-1]

    added = await company.says("谢谢，还要什么", reply_to=news.id)

    assert "材料已转银行 <A&B>" in news.text
    assert added.text.startswith("已加到")


async def test_what_is_asked_back_is_answered_in_words(town: Town) -> None:
    company = town.player("company")
    await hired(town, OFFICER, "周明", Role.OFFICER)
    number = await submitted(company)
    await company.presses("菜单")
    await company.says("取消")
    await the_office(town, tickets.take)
    await the_office(town, tickets.ask_back, "请补充近三年财务报表", days=3)
    asked = await company.newest()
    await company.presses("现在补充")

    await company.says("报表在这里")
    done = await company.presses("发完了")

    assert asked.text.startswith(f"{number} 请您补充")
    assert "近三年财务报表" in asked.text
    assert "11月26日（周四）" in asked.text
    assert f"{number} · 办理中" in done.text
    assert (await the_ticket(town)).status is Status.IN_PROGRESS


async def test_a_picture_answers_what_is_asked_while_the_ticket_is_on_the_screen(
    town: Town,
) -> None:
    company = town.player("company")
    await hired(town, OFFICER, "周明", Role.OFFICER)
    await submitted(company)
    await the_office(town, tickets.take)
    await the_office(town, tickets.ask_back, "请补充现场照片", days=3)

    added = await company.attaches("photo", PICTURE)

    assert added.text.startswith("已加到")
    assert (await the_ticket(town)).status is Status.IN_PROGRESS


async def test_a_picture_of_the_next_day_may_join_the_ticket_that_waits(town: Town) -> None:
    company = town.player("company")
    await hired(town, OFFICER, "周明", Role.OFFICER)
    number = await submitted(company)
    await the_office(town, tickets.take)
    await the_office(town, tickets.ask_back, "请补充现场照片", days=3)
    await company.says("取消")
    await town.passes(days=1)

    asked = await company.attaches("photo", PICTURE)
    shown = await company.presses("加进去")

    assert number[-4:] in asked.text
    assert f"{number} · 办理中" in shown.text


async def test_danger_is_no_addition_to_the_ticket_on_the_screen(town: Town) -> None:
    company = town.player("company")
    await submitted(company)

    shown = await company.says("车间着火了，有人受伤")

    assert "119" in shown.text.splitlines()[0]


async def test_having_none_is_an_answer_and_time_can_be_asked_for(town: Town) -> None:
    company = town.player("company")
    await hired(town, OFFICER, "周明", Role.OFFICER)
    await submitted(company)
    await the_office(town, tickets.take)
    await the_office(town, tickets.ask_back, "请补充近三年财务报表", days=3)
    asked = await company.newest()

    await company.presses_on(asked, "需要更多时间")
    waiting = (await the_ticket(town)).status
    await company.send_press(asked.id, asked.key("没有这份")["callback_data"])

    assert waiting is Status.WAITING_COMPANY
    assert (await the_ticket(town)).status is Status.IN_PROGRESS


async def answered(town: Town, company: Player) -> str:
    await hired(town, OFFICER, "周明", Role.OFFICER)
    number = await submitted(company)
    await the_office(town, tickets.take)
    await the_office(town, tickets.resolve, "银行已同意续贷", outcome=Outcome.SOLVED)
    await town.passes(seconds=61)
    return number


async def test_the_call_back_takes_two_taps_and_can_be_changed(town: Town) -> None:
    company = town.player("company")
    number = await answered(town, company)
    call = await company.newest()
    company.taps = 0

    second = await company.presses("解决了")
    thanks = await company.presses("5 很满意")
    taps = company.taps
    changed = await company.presses("4 满意")

    assert call.text.startswith(f"{number} 有答复了，问题解决了吗？")
    assert "银行已同意续贷" in call.text
    assert "11月30日（周一）前未回复" in call.text
    assert second.id == thanks.id == call.id
    assert taps == 2
    assert "您评了 4 分" in changed.text
    assert company.toast == "您评了 4 分，7 天内可改"


@pytest.mark.parametrize(
    ("words", "shown", "status"),
    [
        ("没解决，还是打不开", "负责", Status.IN_PROGRESS),
        ("解决了，谢谢", "满意", Status.CLOSED),
        ("还没解决", "负责", Status.IN_PROGRESS),
        ("not solved", "负责", Status.IN_PROGRESS),
    ],
)
async def test_the_call_back_is_answered_in_words(
    town: Town, words: str, shown: str, status: Status
) -> None:
    company = town.player("company")
    await hired(town, HEAD, "郑主任", Role.HEAD)
    await answered(town, company)

    said = await company.says(words)

    ticket = await the_ticket(town)
    assert shown in said.text
    assert words in await written(town, ticket)
    assert ticket.status is status


async def test_words_of_a_solution_mean_nothing_where_nothing_was_answered(town: Town) -> None:
    company = town.player("company")
    await company.starts()

    shown = await company.says("没解决，还是打不开")

    assert "提交" in " ".join(shown.buttons)


async def test_a_comment_is_kept_with_the_rating(town: Town) -> None:
    company = town.player("company")
    await answered(town, company)
    await company.presses("部分解决")
    await company.presses("写一句")

    thanks = await company.says("希望再快一点")

    assert "评价里" in thanks.text
    assert (await written(town, await the_ticket(town)))[-1] == "希望再快一点"


async def test_not_solved_names_the_head_and_the_day(town: Town) -> None:
    company = town.player("company")
    await hired(town, HEAD, "郑主任", Role.HEAD)
    await answered(town, company)

    again = await company.presses("没解决")
    await company.says("银行只口头答应")

    assert "由郑主任负责" in again.text
    assert "11月24日（周二）前联系您" in again.text
    assert (await written(town, await the_ticket(town)))[-1] == "银行只口头答应"


async def test_fault_41_a_rating_of_an_earlier_round_changes_nothing(town: Town) -> None:
    company = town.player("company")
    await answered(town, company)
    call = await company.newest()
    await company.presses("没解决")

    await company.send_press(call.id, call.key("解决了")["callback_data"])

    assert "上一轮" in company.toast
    assert (await the_ticket(town)).status is Status.DISPATCHED


async def test_seven_silent_days_close_it_and_it_can_be_reopened(town: Town) -> None:
    company = town.player("company")
    number = await answered(town, company)

    await town.passes(days=8)
    closed = await company.newest()
    await company.presses("重新打开")

    assert closed.text.startswith(f"{number} 已按“未评价”办结")
    assert (await the_ticket(town)).status is Status.DISPATCHED


async def test_closing_is_said_in_the_morning(town: Town) -> None:
    company = town.player("company")
    await answered(town, company)

    await town.passes(days=7, hours=14, minutes=30)
    at_night = await company.has_read("已按“未评价”办结")
    await town.passes(hours=9)

    assert not at_night
    assert await company.has_read("已按“未评价”办结")


async def test_an_unrated_answer_is_brought_to_mind_and_can_be_put_off(town: Town) -> None:
    company = town.player("company")
    await answered(town, company)

    await town.passes(days=3)
    assert "还没有收到您的评价" in (await company.newest()).text
    put_off = await company.presses("2 天后再提醒")
    assert "再提醒您评价" in put_off.text
    await town.passes(days=2)
    reminded = [m for m in await company.messages() if "还没有收到您的评价" in m.text]
    await company.presses("解决了")
    await town.passes(days=2)

    assert len(reminded) == 1
    assert "还没有收到您的评价" not in (await company.newest()).text


async def test_a_rated_answer_is_not_brought_to_mind(town: Town) -> None:
    company = town.player("company")
    await answered(town, company)
    await company.presses("解决了")

    await town.passes(days=4)

    assert not await company.has_read("还没有收到您的评价")
