"""Lists of tickets, and finding one."""

from domain.tickets import Category
from tests.handlers.office import DESK, open_office, raise_ticket
from tests.town import Town


async def test_the_queue_lists_what_waits_and_opens_the_card(town: Town) -> None:
    await open_office(town, started=(2001,))
    await raise_ticket(town)
    officer = town.player("officer")

    queue = await officer.says("/queue")
    assert "待受理 1 件" in queue.text
    card = await officer.presses("0001")
    await officer.presses("受理")

    assert "受理：周明" in (await officer.message(card.id)).text
    mine = await officer.says("/mine")
    assert "我的 1 件" in mine.text


async def test_an_officer_finds_a_ticket_by_words_and_state(town: Town) -> None:
    await open_office(town, started=(2001,))
    for number in range(8):
        await raise_ticket(town, f"想申报高企，第{number}回")
    officer = town.player("officer")

    found = await officer.says("高企 第3回")
    assert "QT-20261123-0004" in found.text
    await officer.presses("受理")
    await officer.says("/queue")
    hint = await officer.presses("查找工单")
    assert "/find 待受理 融资" in hint.text
    waiting = await officer.says("待受理 科技创新")
    assert "找到 7 件" in waiting.text
    assert "0008" in waiting.text
    older = await officer.presses("下一页")
    assert ["0001" in older.text, "0008" in older.text] == [True, False]
    assert "没有找到" in (await officer.says("/find 已超时", **DESK)).text


async def test_a_stranger_has_no_queue(town: Town) -> None:
    await open_office(town)

    shown = await town.player("company2").says("/queue")

    assert "权限" in shown.text


async def test_the_queue_in_a_group_shows_only_what_the_group_is_for(town: Town) -> None:
    await open_office(town)
    await raise_ticket(town)
    await raise_ticket(town, "想贷款", category=Category.LIVING_SUPPORT)

    shown = await town.player("head").says("/queue", **DESK)

    assert "待受理 1 件" in shown.text
