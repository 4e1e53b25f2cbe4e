"""/stats and /export at the keyboard."""

from domain.tickets import Category
from tests.handlers.office import open_office, raise_ticket
from tests.town import Town


async def test_the_figures_in_words_as_a_picture_and_as_a_table(town: Town) -> None:
    await open_office(town)
    await raise_ticket(town)
    officer = town.player("officer")

    shown = await officer.says("/stats")
    assert "工单统计 · 本月" in shown.text
    assert "经信科技" in shown.text
    assert "收到 1 件" in shown.text
    assert "科技创新：1 件 · 未办结 1" in shown.text

    shown = await officer.presses("按街道")
    assert "未填写：1 件" in shown.text
    await officer.presses("图")
    assert "photo" in (await officer.newest()).raw
    await officer.presses("表格")
    assert (await officer.newest()).raw["document"]["file_name"].endswith(".xlsx")


async def test_a_few_words_ask_for_other_figures_and_anything_else_is_a_search(town: Town) -> None:
    await open_office(town)
    await raise_ticket(town, category=Category.TECH_INNOVATION)
    officer = town.player("officer")

    assert "上个月" in (await officer.says("/stats 上个月 融资")).text
    assert "去年" in (await officer.says("去年")).text
    assert "QT-20261123-0001" in (await officer.says("示例封装")).text


async def test_figures_are_for_those_who_work_in_the_office(town: Town) -> None:
    await open_office(town)
    company = town.player("company")
    await company.says("/start")

    shown = await company.says("/stats")

    assert "工单统计" not in shown.text
    assert "收到" not in shown.text
