"""E6: an editor reads what companies did not find."""

import pytest

from tests.handlers.test_matching import described
from tests.town import Town


@pytest.fixture(autouse=True)
async def missed(town: Town) -> None:
    """A company looks in vain, finds the wrong things, and calls a measure irrelevant."""
    company = town.player("company")
    await described(company)
    await company.says("办公室装修有补贴吗")
    await company.says("高企怎么申请")
    await company.presses("都不是")
    await company.says("不提交")
    await company.says("/policies")
    await company.presses("专精特新")
    await company.presses("不相关")
    await company.presses("目前不需要")


async def test_the_month_is_told_with_its_parts(town: Town) -> None:
    editor = town.player("admin")

    shown = await editor.says("/gaps")

    assert "2026年11月" in shown.text
    assert "搜不到的：2 次" in shown.text
    assert "办公室装修有补贴吗" in shown.text
    assert "标为不相关：1 次" in shown.text


async def test_a_part_names_the_trade_and_the_reason(town: Town) -> None:
    editor = town.player("admin")
    await editor.says("/gaps")

    shown = await editor.presses("标为不相关")

    assert "目前不需要" in shown.text
    assert "计算机、通信和其他电子设备制造业 1" in shown.text
    assert "%" not in shown.text
    whole = await editor.presses("返回")
    assert "搜不到的" in whole.text


async def test_the_month_before_is_empty(town: Town) -> None:
    editor = town.player("admin")
    await editor.says("/gaps")

    shown = await editor.presses("上个月")

    assert "2026年10月" in shown.text
    assert "没有记录" in shown.text
    assert "下个月" in shown.buttons


async def test_companies_do_not_read_it(town: Town) -> None:
    company = town.player("company")

    shown = await company.says("/gaps")

    assert "搜不到的" not in shown.text
