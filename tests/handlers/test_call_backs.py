"""The company says whether an answer helped, at the keyboard: C14 of the conversation design."""

import pytest

from domain.actors import Role
from domain.tickets import Status
from tests.handlers.company import HEAD, answered, hired, the_ticket, written
from tests.town import Town


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
