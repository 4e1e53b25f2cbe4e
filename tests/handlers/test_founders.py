"""Before the company exists: plans are judged, and the day it is founded ends the plan."""

import pytest

from tests.town import Player, Town

PLAN = "准备成立一家芯片封装公司，想贷款换设备"


@pytest.fixture
def founder(town: Town) -> Player:
    return town.player("company")


async def planned(founder: Player) -> None:
    """Has said the plan and kept it."""
    await founder.starts()
    await founder.says(PLAN)
    await founder.presses("看结果")


async def test_a_plan_is_judged_and_nobody_may_apply_yet(founder: Player) -> None:
    await founder.starts()
    await founder.says(PLAN)
    shown = await founder.presses("看结果")

    assert "还没有设立" in shown.text
    assert "贷款贴息：设立后可能符合" in shown.text
    assert "初步符合" not in shown.text
    card = await founder.presses("贷款贴息")
    assert "设立后可能符合" in card.text
    assert "设立后才能申请" in card.text


async def test_a_planned_day_says_when_a_condition_is_met(founder: Player) -> None:
    await planned(founder)
    await founder.says("/policies")

    asked = await founder.presses("已经设立")
    assert "打算什么时候设立" in asked.text
    assert "还没有成立" in asked.buttons
    await founder.says("明年3月1日")

    await founder.says("国家高新技术企业认定")
    card = await founder.presses("高企")
    assert "2028年2月29日（周二）满 1 年" in card.text  # 365 days, as the guidelines count
    assert "达到时提醒我" in card.buttons


async def test_the_day_that_was_planned_founds_nothing_by_itself(
    town: Town, founder: Player
) -> None:
    await planned(founder)
    await founder.says("/policies")
    await founder.presses("已经设立")
    await founder.says("明年3月1日")

    await town.passes(days=400)

    shown = await founder.says("/policies")
    assert "还没有设立" in shown.text
    await founder.presses("已经设立")
    await founder.says("2026年3月1日")
    shown = await founder.says("/policies")
    assert "还没有设立" not in shown.text
    assert "贷款贴息：初步符合" in shown.text


async def test_an_owner_who_plans_another_company_stays_an_owner(founder: Player) -> None:
    await founder.starts()
    await founder.says("做芯片封装的，2015年成立，80来人，去年3000万，想贷款换设备")
    await founder.presses("看结果")

    await founder.says("我准备再成立一家芯片封装公司，想贷款换设备")
    await founder.presses("看结果")

    shown = await founder.says("/policies")
    assert "还没有设立" not in shown.text
    assert "1 项初步符合" in shown.text


async def test_one_page_says_that_it_is_a_plan(founder: Player) -> None:
    await planned(founder)

    await founder.presses("生成一页纸")

    page = next(one for one in await founder.messages() if "惠企政策预判" in one.text)
    assert "还没有设立" in page.text
    assert "【设立后再判】" in page.text
