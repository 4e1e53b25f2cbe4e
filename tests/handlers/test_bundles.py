"""C15 at the keyboard: a talent's errands, from a question in one's own words to the one finish."""

from domain.actors import Grant, Role
from services import offices
from services.offices import Seat
from tests.town import Player, Shown, Town

STAFF = (
    Seat(2001, "周明", (Grant(Role.OFFICER, "hr_social"),)),
    Seat(2002, "吴静", (Grant(Role.OFFICER, "education"),)),
)


async def staffed(town: Town) -> None:
    async with town.database.write() as session:
        await offices.seed_sandbox(
            session,
            staff=STAFF,
            desks={},
            bot_id=town.office.bot_id,
            locale="zh",
            now=town.clock(),
        )
    for seat in ("officer", "officer2"):
        await town.player(seat).says("/start")


async def form(company: Player) -> Shown:
    await company.starts()
    await company.says("员工落户怎么办")
    await company.presses("人才一件事")
    return await company.presses("填一次，一起办")


async def submitted(company: Player) -> Shown:
    await form(company)
    await company.presses("落户")
    await company.presses("子女入学")
    await company.presses("下一步")
    for said in ("硕士", "35–44 岁", "不清楚", "小学"):
        await company.presses(said)
    return await company.presses("同意并提交")


async def resolves(town: Town, seat: str, words: str) -> None:
    officer = town.player(seat)
    await officer.presses("受理")
    await officer.presses_on(await officer.message_with("办结"), "办结")
    await officer.presses("已解决")
    await officer.says(words)
    await officer.presses("提交")
    await town.passes(seconds=61)


async def test_the_list_is_said_to_be_unconfirmed_and_so_is_what_is_recalled(town: Town) -> None:
    company = town.player("company")

    empty = await form(company)
    ticked = await company.presses("落户")

    assert "官方事项清单未找到；以下为常见事项，由钱塘区确认。" in empty.text
    assert "下一步" not in empty.buttons
    assert "已选 1 件：落户。还需 3 个答案。" in ticked.text
    assert "落户（待工作人员确认）：2021 年口径" in ticked.text
    assert "已选 落户" in ticked.buttons


async def test_one_form_opens_a_task_for_each_department_and_finishes_once(town: Town) -> None:
    await staffed(town)
    company = town.player("company")
    card = await submitted(company)
    assert "共 2 件，等待受理 2" in card.text
    assert "落户：等待受理，11月30日（周一）前答复" in card.text

    school = await town.player("officer2").newest()
    assert "本任务只办：子女入学" in school.text
    assert "劳动合同：不清楚" in school.text
    await resolves(town, "officer2", "已登记入学意向")

    assert "共 2 件，办好 1，等待受理 1" in (await company.message(card.id)).text
    assert await company.has_read("已登记入学意向")
    assert not await company.has_read("问题解决了吗")
    assert await company.has_read("事项：子女入学")

    await resolves(town, "officer", "可以落户，请带材料来窗口")

    assert "共 2 件，办好 2" in (await company.message(card.id)).text
    asked = [m for m in await company.messages() if "问题解决了吗" in m.text]
    assert len(asked) == 1
    assert "落户：已解决" in asked[0].text
    assert "子女入学：已解决" in asked[0].text

    which = await company.presses("没解决")
    assert "哪一件没有解决？" in which.text
    again = await company.presses_on(which, "子女入学")
    assert "事项：子女入学" in again.text
    await town.passes(seconds=61)
    followed = (await company.message(card.id)).text
    assert "共 2 件，办好 1" in followed
    assert "落户：已解决" in followed
    assert "子女入学：已解决" not in followed


async def test_an_officer_with_two_errands_answers_the_one_that_the_card_shows(
    town: Town,
) -> None:
    await staffed(town)
    company, officer = town.player("company"), town.player("officer")
    await form(company)
    for said in ("落户", "社保公积金", "下一步", "硕士", "35–44 岁", "不清楚", "同意并提交"):
        await company.presses(said)

    card = await officer.message_with("看社保公积金")
    await officer.presses_on(card, "受理")
    shown = await officer.presses_on(await officer.message(card.id), "看社保公积金")
    kept = await officer.presses_on(shown, "受理")
    await officer.says("社保可以补缴", reply_to=card.id)
    assert not await company.has_read("社保可以补缴")
    await town.passes(seconds=61)

    assert "本任务只办：社保公积金" in shown.text
    assert "本任务只办：社保公积金" in kept.text
    told = [m.text for m in await company.messages() if "社保可以补缴" in m.text]
    assert any("事项：社保公积金" in text for text in told)
    assert any("共 2 件，办理中 2" in text for text in told)


async def test_a_card_that_was_led_on_is_not_drawn_over(town: Town) -> None:
    await staffed(town)
    company = town.player("company")
    card = await submitted(company)
    menu = await company.presses_on(card, "菜单")

    await town.player("officer").presses("受理")
    await town.passes(seconds=61)

    assert (await company.message(card.id)).text == menu.text


async def test_answers_may_be_typed_and_taken_back_and_old_buttons_start_again(
    town: Town,
) -> None:
    company = town.player("company")
    await form(company)
    ticked = await company.says("落户")
    await company.presses("下一步")
    second = await company.says("硕士")

    first = await company.presses("上一步")
    await company.says("/cancel")
    again = await company.presses_on(ticked, "下一步")

    assert "第 2 题，共 3 题" in second.text
    assert "第 1 题，共 3 题" in first.text
    assert "点选要办的事项" in again.text
