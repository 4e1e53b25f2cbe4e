"""An agent with several clients: each apart, seen by nobody else, taken over by a link."""

import pytest
from sqlmodel import select

from domain.actors import Role
from models import Company, Fact, Membership, TicketEvent
from tests.handlers.company import PICTURE
from tests.handlers.office import open_office, topic_of
from tests.handlers.test_people import link_in
from tests.town import Player, Town

FOOD = "我是代理记账的，帮客户问一下：做食品批发的，12个人，2012年成立，想贷款"
CHIPS = "再帮一家客户问，做芯片封装的，80人，2015年成立"


@pytest.fixture
def agent(town: Town) -> Player:
    return town.player("company")


async def asked_for(agent: Player, sentence: str, name: str) -> None:
    """Has described a new client and kept it."""
    await agent.says(sentence)
    await agent.presses("新客户")
    await agent.says(name)
    await agent.presses("看结果")


async def companies_in(town: Town) -> dict[str, set[str]]:
    """Names of the companies with the keys of their facts."""
    async with town.database.read() as session:
        companies = (await session.exec(select(Company))).all()
        facts = (await session.exec(select(Fact))).all()
    return {
        company.name: {fact.key for fact in facts if fact.company_id == company.id}
        for company in companies
    }


async def test_for_whom_comes_before_anything_is_taken(town: Town, agent: Player) -> None:
    await agent.starts()

    shown = await agent.says(FOOD)
    assert "替谁问" in shown.text
    await agent.presses("新客户")
    check = await agent.says("杭州示例食品有限公司")

    assert "替“杭州示例食品有限公司”记下的" in check.text
    assert "12 人" in check.text
    assert "批发" in check.text
    assert await companies_in(town) == {}, "nothing is kept before the tap"
    listed = await agent.presses("同意保存，看结果")
    assert "替客户问：杭州示例食品有限公司" in listed.text
    async with town.database.read() as session:
        links = (await session.exec(select(Membership))).all()
    assert [link.role for link in links] == [Role.AGENT]


async def test_two_clients_and_ones_own_company_are_kept_apart(town: Town, agent: Player) -> None:
    await agent.starts()
    await agent.says("我们是做财税服务的，5个人")
    await agent.presses("看结果")
    await asked_for(agent, FOOD, "食品客户")
    await asked_for(agent, CHIPS, "芯片客户")

    kept = await companies_in(town)
    assert set(kept) == {"", "食品客户", "芯片客户"}
    page = await agent.says("/profile")
    assert "客户：芯片客户" in page.text
    assert "12 人" not in page.text
    await agent.presses("替客户问")
    food = await agent.presses("食品客户")
    assert "替客户问：食品客户" in food.text


async def test_ones_own_company_after_all(town: Town, agent: Player) -> None:
    await agent.starts()
    await agent.says("帮客户问一下，做软件的，20人，有什么政策")

    check = await agent.presses("是自己的企业")

    assert "替“" not in check.text
    assert await companies_in(town) == {}


async def test_a_request_for_a_client_needs_its_name_and_its_word(
    town: Town, agent: Player
) -> None:
    await open_office(town)
    await agent.starts()
    await agent.says("帮客户问一下：做软件的，20人，想申报高企")
    await agent.presses("新客户")
    await agent.presses("先不写")
    await agent.presses("看结果")
    await agent.presses("高企")
    draft = await agent.presses("请工作人员确认")
    assert "写客户名称" in draft.buttons
    refused = await agent.says("提交")
    assert "先写客户名称" in refused.text

    await agent.presses("写客户名称")
    assert "请用文字" in (await agent.attaches("photo", PICTURE)).text
    named = await agent.says("杭州示例软件有限公司")
    assert "替客户“杭州示例软件有限公司”提交（代办）" in named.text
    receipt = await agent.presses("已获客户授权，提交")

    assert "已收到" in receipt.text
    async with town.database.read() as session:
        (received, *_) = (await session.exec(select(TicketEvent))).all()
    assert received.details["authorised"] is True
    officer = town.player("officer")
    thread = await topic_of(town, "0001")
    said = await officer.messages(chat="desk", thread=thread)
    assert any("代办：王芳，称已获授权" in message.text for message in said)


async def test_a_danger_is_told_at_once_whoever_asks(town: Town, agent: Player) -> None:
    await open_office(town)
    await agent.starts()
    await agent.says("帮客户问一下：做软件的，20人")
    await agent.presses("新客户")
    await agent.presses("先不写")
    await agent.presses("看结果")
    await agent.says("客户车间冒烟，有刺鼻气味，两个人头晕")

    told = await agent.presses("已打电话")

    assert "已收到" in told.text


async def test_the_client_takes_over_and_may_send_the_agent_away(town: Town, agent: Player) -> None:
    await agent.starts()
    await asked_for(agent, FOOD, "食品客户")
    await agent.says("/profile")
    page = await agent.presses("请客户接手")
    assert "资料归客户管" in page.text
    await agent.presses("请客户接手")
    client = town.player("company2")
    await client.starts(link_in(await agent.newest()))
    await client.presses("同意")

    profile = await client.says("/profile")
    assert "12 人" in profile.text
    assert profile.text.startswith("食品客户：企业资料")
    assert "代办人" not in profile.text
    await client.says("/colleagues")
    await client.presses("移除")
    await client.presses("王芳")
    await client.presses("移除")

    gone = await agent.says("/profile")
    assert "12 人" not in gone.text


async def test_nobody_else_sees_a_client(town: Town, agent: Player) -> None:
    await agent.starts()
    await asked_for(agent, FOOD, "食品客户")
    stranger = town.player("colleague")
    await stranger.starts()

    shown = await stranger.says("食品客户")

    assert "12 人" not in shown.text


async def test_a_client_nobody_took_over_is_erased_when_the_agent_leaves(
    town: Town, agent: Player
) -> None:
    await agent.starts()
    await asked_for(agent, FOOD, "食品客户")
    await agent.says("/colleagues")
    sure = await agent.presses("不再代办")
    assert "一并删除" in sure.text

    await agent.presses("退出")

    async with town.database.read() as session:
        facts = (await session.exec(select(Fact))).all()
        (company,) = (await session.exec(select(Company))).all()
    assert all(fact.value is None for fact in facts)
    assert company.erased_at is not None


async def test_a_client_is_described_from_the_menu_and_changed_there(
    town: Town, agent: Player
) -> None:
    await agent.starts()
    await asked_for(agent, FOOD, "食品客户")
    await agent.presses("菜单")
    menu = await agent.newest()
    assert "当前替客户办事：食品客户" in menu.text
    await agent.presses("替客户问")
    await agent.presses("新客户")
    asked = await agent.says("芯片客户")
    assert "用一句话说说“芯片客户”" in asked.text
    await agent.says("做芯片封装的，80人")
    await agent.presses("看结果")

    await agent.presses("菜单")
    await agent.presses("替客户问")
    food = await agent.presses("食品客户")

    assert "替客户问：食品客户" in food.text
    kept = await companies_in(town)
    assert kept["芯片客户"] >= {"industry", "employees"}
