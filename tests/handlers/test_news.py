"""A company hears what time changed for it, and answers in one tap."""

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from models import MeasureMark
from models.matching import MarkKind
from tests.handlers.test_matching import described
from tests.handlers.test_people import link_in
from tests.town import Player, Shown, Town

YOUNG = "做芯片封装的，2025年11月26日成立，80来人，去年3000万，想认定高企"
BIRTHDAY = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
"""Thursday 09:00: the company is one year old, as 高企 asks."""


@pytest.fixture
async def company(town: Town) -> Player:
    """It described itself on Monday, and was reviewed for the first time."""
    player = town.player("company")
    await described(player, YOUNG)
    await town.passes(minutes=1)
    return player


async def on_its_birthday(town: Town, player: Player) -> Shown:
    await town.passes_until(BIRTHDAY)
    return await player.newest()


async def test_the_birthday_is_told_once_with_reason_and_clause(
    town: Town, company: Player
) -> None:
    before = len(await company.messages())

    told = await on_its_birthday(town, company)
    await town.passes(hours=1)

    assert len(await company.messages()) == before + 1
    assert "高新技术企业" in told.text.splitlines()[0]
    assert "原来：" in told.text
    assert "现在：可能符合" in told.text
    assert "注册成立" in told.text
    assert "第十一条" in told.text
    assert told.buttons[-2:] == ["少发这类", "菜单"]


async def test_the_card_opens_beside_the_news(town: Town, company: Player) -> None:
    told = await on_its_birthday(town, company)

    await company.presses_on(told, "高企")

    card = await company.newest()
    assert card.id != told.id
    assert "可能符合" in card.text
    assert (await company.message(told.id)).text == told.text


async def test_not_relevant_is_one_tap_and_so_is_taking_it_back(
    town: Town, company: Player
) -> None:
    told = await on_its_birthday(town, company)

    marked = await company.presses_on(told, "不相关")

    assert "已标为不相关" in marked.text
    assert [mark.kind for mark in await _open_marks(town)] == [MarkKind.IRRELEVANT]
    editor = town.player("admin")
    assert "标为不相关：1 次" in (await editor.says("/gaps")).text
    restored = await company.presses_on(marked, "恢复通知")
    assert "已标为不相关" not in restored.text
    assert await _open_marks(town) == []


async def _open_marks(town: Town) -> list[MeasureMark]:
    async with town.database.read() as session:
        marks = (await session.exec(select(MeasureMark))).all()
    return [mark for mark in marks if mark.ended_at is None]


async def test_a_stranger_cannot_press_it(town: Town, company: Player) -> None:
    told = await on_its_birthday(town, company)
    stranger = town.player("company2")
    shown = await stranger.says("/start")

    await stranger.send_press(shown.id, told.key("不相关")["callback_data"])

    assert await _open_marks(town) == []


async def test_only_one_of_the_company_hears(town: Town, company: Player) -> None:
    colleague = town.player("colleague")
    await company.says("/colleagues")
    await company.presses("生成邀请链接")
    await colleague.starts(link_in(await company.newest()))
    await colleague.presses("同意")
    await colleague.says("/notices")
    mine = await colleague.presses("改由我接收")
    assert "由您接收" in mine.text

    await town.passes_until(BIRTHDAY)

    assert await colleague.has_read("有变化")
    assert not await company.has_read("有变化")


async def test_who_wants_no_news_gets_none(town: Town, company: Player) -> None:
    await company.says("/notices")
    await company.presses("政策：不要")

    told = await on_its_birthday(town, company)

    assert "有变化" not in told.text
