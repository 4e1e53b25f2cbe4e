"""Words on any screen are read in one order, and something useful always comes back."""

import pytest
from sqlmodel import select

from models import Company, Conversation, Fact, Message, Ticket
from tests.town import Player, Town

SENTENCE = "做芯片封装的，2015年成立，80来人，去年3000万，想贷款换设备"
CODE = "91330100799655058B"


@pytest.fixture
def company(town: Town) -> Player:
    return town.player("company")


async def described(company: Player) -> None:
    await company.starts()
    await company.says(SENTENCE)
    await company.presses("看结果")


async def tickets(town: Town) -> list[Ticket]:
    async with town.database.read() as session:
        return list((await session.exec(select(Ticket))).all())


async def test_danger_comes_before_everything(company: Player) -> None:
    shown = await company.says("车间冒烟，有刺鼻气味，两个人头晕")

    assert "119" in shown.text.splitlines()[0]


async def test_danger_comes_before_an_open_question(company: Player) -> None:
    await described(company)
    await company.presses("答 1 题")

    shown = await company.says("车间着火了，有人受伤")

    assert "119" in shown.text


async def test_a_problem_becomes_a_draft(town: Town, company: Player) -> None:
    shown = await company.says("厂门口的路灯坏了半个月没人修")

    assert any("提交" in button for button in shown.buttons)
    assert await tickets(town) == []


async def test_a_problem_with_facts_is_asked_about(company: Player) -> None:
    shown = await company.says("我们80人的软件公司，去年3000万收入，贷款一直批不下来")
    assert {"反映问题", "介绍企业"} <= set(shown.buttons)

    read = await company.presses("介绍企业")

    assert "软件和信息技术" in read.text


async def test_two_taps_lead_from_a_card_to_the_receipt(town: Town, company: Player) -> None:
    await described(company)
    await company.presses("贷款贴息")
    before = company.taps

    await company.presses("请工作人员确认")
    receipt = await company.presses("提交")

    assert company.taps - before == 2
    assert "已收到" in receipt.text
    (ticket,) = await tickets(town)
    assert ticket.measure_id == "loan-interest-subsidy"


async def test_all_open_ones_of_a_need_are_asked_at_once(company: Player) -> None:
    await described(company)

    draft = await company.presses("一次问清")

    assert "创新金融贷" in draft.text
    assert any("提交" in button for button in draft.buttons)


async def test_an_officer_is_one_tap_away_when_nothing_fits(company: Player) -> None:
    await company.says("办公室装修有补贴吗")

    draft = await company.presses("请工作人员查一查")

    assert "办公室装修" in draft.text
    assert any("提交" in button for button in draft.buttons)


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("谢谢", "不客气"),
        ("你是机器人吗", "我是程序"),
        ("菜单", "菜单"),
        ("你好", "您好"),
        ("呜啦啦啦", "换个说法"),
        ("呜啦啦啦", "问工作人员"),
        ("好的", "有需要时"),
        ("转人工", "写"),
    ],
)
async def test_small_talk_is_answered(company: Player, words: str, answer: str) -> None:
    shown = await company.says(words)

    assert answer in shown.text + " ".join(shown.buttons)
    assert shown.buttons


@pytest.mark.parametrize("words", ["how do I get a visa for my engineer", "能帮我办护照吗"])
async def test_a_question_we_know_nothing_about_is_a_search_without_a_hit(
    company: Player, words: str
) -> None:
    shown = await company.says(words)
    draft = await company.presses("请工作人员查一查")

    assert shown.text.startswith("我收录的 75 项里")
    assert words in draft.text
    assert any("提交" in button for button in draft.buttons)


@pytest.mark.parametrize(
    "words", ["我们园区停电三天了，没人管", "等了三天还没批下来", "工资拖欠2个月了，要闹事"]
)
async def test_a_trouble_is_no_answer_to_an_open_number_question(
    town: Town, company: Player, words: str
) -> None:
    await described(company)
    asked = await company.presses("答 1 题")
    assert "担保" in asked.text

    shown = await company.says(words)

    assert any("提交" in button for button in shown.buttons)
    async with town.database.read() as session:
        kept = (await session.exec(select(Fact).where(Fact.key == "guarantee_amount"))).all()
    assert kept == []


async def test_a_question_about_the_open_question_shows_it_again(company: Player) -> None:
    await described(company)
    await company.presses("答 1 题")

    shown = await company.says("担保金额怎么算")

    assert "担保" in shown.text
    assert any("万" in button for button in shown.buttons)


async def test_every_part_of_a_very_long_text_is_in_the_draft(town: Town, company: Player) -> None:
    story = "事情经过如下。" * 600 + "最后园区停电三天了，没人管"

    await company.says(story)
    await company.presses("提交")

    (ticket,) = await tickets(town)
    async with town.database.read() as session:
        kept = (await session.exec(select(Message).where(Message.ticket_id == ticket.id))).all()
    assert sum(len(one.text) for one in kept if one.direction == "in") == len(story)


async def test_cancel_drops_only_the_open_question(town: Town, company: Player) -> None:
    await described(company)
    await company.presses("答 1 题")

    await company.says("取消")

    async with town.database.read() as session:
        (talk,) = (await session.exec(select(Conversation))).all()
        facts = (await session.exec(select(Fact))).all()
    assert talk.state == ""
    assert facts


async def test_an_open_draft_waits_while_questions_are_answered(
    town: Town, company: Player
) -> None:
    await described(company)
    await company.says("厂门口的路灯坏了半个月没人修")

    await company.presses("答 1 题")
    await company.presses("500 万及以内")
    await company.says("/policies")

    async with town.database.read() as session:
        (talk,) = (await session.exec(select(Conversation))).all()
    assert talk.state == "tickets.draft"


async def test_somebody_elses_number_reads_like_a_wrong_one(town: Town, company: Player) -> None:
    await described(company)
    await company.presses("贷款贴息")
    await company.presses("请工作人员确认")
    await company.presses("提交")
    (ticket,) = await tickets(town)
    stranger = town.player("colleague")

    theirs = await stranger.says(ticket.number)
    wrong = await stranger.says("QT-20261123-9999")

    assert theirs.text == wrong.text


async def test_what_cannot_be_done_still_shows_the_way_to_the_menu(company: Player) -> None:
    refused = await company.says("QT-20261123-9999")

    assert "菜单" in refused.buttons


async def test_a_name_and_a_code_are_kept(town: Town, company: Player) -> None:
    await described(company)
    await company.says("/profile")
    await company.presses("填企业名称")
    named = await company.says("杭州示例封装有限公司")
    assert "企业名称已保存" in named.text
    await company.presses("填信用代码")

    coded = await company.says(CODE)

    assert CODE in coded.text
    async with town.database.read() as session:
        (kept,) = (await session.exec(select(Company))).all()
    assert (kept.name, kept.uscc, kept.uscc_checked) == ("杭州示例封装有限公司", CODE, True)


async def test_a_code_that_fails_its_check_is_kept_to_be_verified(company: Player) -> None:
    await described(company)
    await company.says("/profile")
    await company.presses("填信用代码")

    coded = await company.says(CODE[:-1] + "C")

    assert "待核" in coded.text


async def test_an_edited_sentence_is_read_anew(town: Town, company: Player) -> None:
    await company.says(SENTENCE)
    sent = next(m for m in await company.messages() if m.text == SENTENCE)

    again = await company.edits(sent.id, SENTENCE.replace("80来人", "200人"))

    assert "200 人" in again.text
    assert "75–89" not in again.text


async def test_english_is_read_and_answered_in_english(company: Player) -> None:
    await company.starts()
    await company.presses("English")

    check = await company.says("software company, 45 people, revenue CNY 20 million last year")

    assert "45 people" in check.text
    shown = await company.presses("Agree, save")
    assert "Financing" in shown.text or "Certification" in shown.text


async def test_english_under_chinese_screens_is_offered_once(company: Player) -> None:
    await company.starts()

    await company.says("software company with 45 people in Qiantang")
    await company.says("the street lamp is broken and nobody repairs it")

    offers = [m for m in await company.messages() if "in English" in m.text]
    assert len(offers) == 1
    switched = await company.presses("English")
    assert "Language" in switched.text


async def test_the_list_names_the_company(town: Town, company: Player) -> None:
    await described(company)
    await company.says("/profile")
    await company.presses("填企业名称")
    await company.says("杭州示例封装有限公司")

    shown = await company.says("/policies")

    assert "杭州示例封装有限公司" in shown.text
