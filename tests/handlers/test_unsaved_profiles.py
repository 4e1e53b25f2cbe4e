"""What a company said of itself and has not saved yet outlives whatever comes between."""

from typing import Any

import pytest
from sqlmodel import select

from models import Conversation, Fact
from services import retention
from tests.handlers.company import PICTURE, submitted, the_ticket, written
from tests.town import Player, Town

PROFILE = "做芯片封装的，2015年成立，80来人，去年3000万，想贷款换设备"
PROBLEM = "厂门口的路灯坏了半个月没人修"
WAITS = "企业资料还没有保存"


@pytest.fixture
async def company(town: Town) -> Player:
    player = town.player("company")
    await player.starts()
    return player


async def facts_kept(town: Town) -> set[str]:
    async with town.database.read() as session:
        return set((await session.exec(select(Fact.key))).all())


async def kept_in_talks(town: Town) -> list[dict[str, Any]]:
    async with town.database.read() as session:
        return [talk.data for talk in (await session.exec(select(Conversation))).all()]


async def cleaned_up(town: Town) -> None:
    async with town.database.write() as session:
        while await retention.clean_up(session, now=town.clock()):
            pass


async def test_after_a_ticket_the_profile_is_shown_again_and_saved_in_a_tap(
    town: Town, company: Player
) -> None:
    await company.says(PROFILE)
    draft = await company.says(PROBLEM)

    receipt = await company.presses("同意并提交")

    check = await company.newest()
    assert WAITS in draft.text
    assert receipt.text.startswith("已收到")
    assert "75–89 人" in check.text
    await company.presses_on(check, "正确，看结果")
    assert {"established_on", "employees", "revenue"} <= await facts_kept(town)
    assert await written(town, await the_ticket(town)) == [PROBLEM]


@pytest.mark.parametrize("left", ["不提交", "取消", "/cancel"])
async def test_a_draft_that_is_left_leads_back_to_the_profile(
    town: Town, company: Player, left: str
) -> None:
    await company.says(PROFILE)
    await company.says(PROBLEM)

    await (company.presses(left) if left == "不提交" else company.says(left))

    check = await company.newest()
    assert "75–89 人" in check.text
    await company.presses_on(check, "同意保存，看结果")
    assert "employees" in await facts_kept(town)


async def test_a_picture_in_between_loses_nothing_either(town: Town, company: Player) -> None:
    await company.says(PROFILE)
    await company.attaches("photo", PICTURE)
    await company.presses("要反映的问题")

    await company.presses("同意并提交")

    await company.presses("正确，看结果")
    assert "employees" in await facts_kept(town)


async def test_words_with_facts_that_are_a_problem_leave_the_profile_as_it_was(
    town: Town, company: Player
) -> None:
    await company.says(PROFILE)
    await company.says("我们80人的软件公司，去年3000万收入，贷款一直批不下来")
    await company.presses("反映问题")

    await company.presses("不提交")

    assert "电子设备制造业" in (await company.newest()).text


async def test_the_profile_can_be_saved_while_the_draft_is_open(
    town: Town, company: Player
) -> None:
    check = await company.says(PROFILE)
    await company.says(PROBLEM)

    await company.presses_on(check, "同意保存，看结果")

    draft = await company.newest()
    assert "employees" in await facts_kept(town)
    assert PROBLEM in draft.text
    assert WAITS not in draft.text
    await company.presses_on(draft, "提交")
    assert await written(town, await the_ticket(town)) == [PROBLEM]


async def test_who_only_wants_to_look_is_not_asked_again_and_still_sees_the_verdicts(
    town: Town, company: Player
) -> None:
    await company.says(PROFILE)
    await company.presses("只看不存")
    draft = await company.says(PROBLEM)

    await company.presses("同意并提交")

    assert WAITS not in draft.text
    assert (await company.newest()).text.startswith("已收到")
    listed = await company.says("/policies")
    assert "只看不存" in listed.text
    assert await facts_kept(town) == set()


async def test_words_after_the_receipt_may_still_be_meant_for_the_ticket(
    town: Town, company: Player
) -> None:
    await company.says(PROFILE)
    await company.says(PROBLEM)
    await company.presses("同意并提交")

    asked = await company.says("路灯还是没人修，晚上很黑")

    assert "加进去" in asked.buttons
    await company.presses("是新问题")
    await company.presses("不提交")
    assert "75–89 人" in (await company.newest()).text


async def test_looking_at_a_ticket_loses_nothing(town: Town, company: Player) -> None:
    number = await submitted(company)
    await company.says(PROFILE)
    await company.says(number)

    check = await company.says("员工120")

    assert "2015" in check.text
    assert "120 人" in check.text


async def test_what_is_only_looked_at_is_gone_after_a_day_and_the_draft_beside_it_stays(
    town: Town, company: Player
) -> None:
    await submitted(company)
    await company.says(PROFILE)
    await company.presses("只看不存")
    await company.says(PROBLEM)
    await company.presses("是新问题")

    await town.passes(days=1, hours=1)
    await cleaned_up(town)

    assert "换设备" not in str(await kept_in_talks(town))
    await company.presses("继续填写")
    await company.presses("提交")
    assert await written(town, await the_ticket(town)) == [PROBLEM]


async def test_what_nobody_agreed_to_is_gone_after_a_day_beside_a_draft_too(
    town: Town, company: Player
) -> None:
    await company.says(PROFILE)
    await company.says(PROBLEM)

    await town.passes(days=1, hours=1)
    await cleaned_up(town)

    assert await kept_in_talks(town) == [{}]


async def test_an_answer_to_an_earlier_question_leaves_the_draft_as_it_was(
    town: Town, company: Player
) -> None:
    await company.says(PROFILE)
    await company.presses("同意保存，看结果")
    question = await company.presses("答 1 题")
    await company.says(PROBLEM)

    await company.presses_on(question, question.buttons[0])
    await company.says("/ask")
    await company.presses("提交")

    assert await written(town, await the_ticket(town)) == [PROBLEM]
