"""A company follows its tickets, at the keyboard: C12 and C13 of the conversation design."""

from domain.actors import Role
from domain.tickets import Status
from models import Company, Membership
from services import people, tickets
from tests.handlers.company import (
    OFFICER,
    PICTURE,
    hired,
    submitted,
    the_office,
    the_ticket,
    written,
)
from tests.town import Town
from views.ticket_presses import ShowTicket


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
