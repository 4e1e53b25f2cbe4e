"""按某天的资料看: what a policy came to on a day that is over."""

import pytest

from tests.handlers.test_matching import described
from tests.town import Player, Shown, Town


@pytest.fixture
def company(town: Town) -> Player:
    return town.player("company")


async def grown(town: Town, company: Player) -> None:
    """Told the purpose of a loan on 23 November, and another one ten days later."""
    await described(company)
    await town.passes(days=10)
    await company.says("贷款是用作流动资金的")
    await company.presses("看结果")


async def opened(company: Player) -> Shown:
    """Looks at the reasons of a policy."""
    await company.presses("贷款贴息")
    await company.presses("比较路线")
    return await company.presses("逐条看依据")


async def test_a_verdict_is_replayed_by_the_facts_of_its_day(town: Town, company: Player) -> None:
    await grown(town, company)
    await company.says("/policies")
    await opened(company)

    asked = await company.presses("按某天的资料看")
    assert "看哪一天" in asked.text
    assert "2026-11-23" in asked.buttons
    then = await company.says("2026-11-25")

    assert "按 2026-11-25 的资料，初步符合" in then.text
    assert "现在：" in then.text
    assert "最后一次是 2026-11-23 说的" in then.text


async def test_before_the_first_fact_it_says_from_when(town: Town, company: Player) -> None:
    await described(company)
    await opened(company)
    await company.presses("按某天的资料看")

    early = await company.says("2026-05-03")
    assert "2026-05-03 还没有资料" in early.text
    assert "最早的资料是 2026-11-23" in early.text
    first = await company.presses("2026-11-23")
    assert "按 2026-11-23 的资料，初步符合" in first.text

    late = await company.says("2030-01-01")
    assert "那天还没到" in late.text


async def test_other_words_are_read_as_ever(town: Town, company: Player) -> None:
    await described(company)
    await opened(company)
    await company.presses("按某天的资料看")

    assert "不客气" in (await company.says("谢谢")).text


async def test_a_draft_has_no_past(company: Player) -> None:
    await company.starts()
    await company.says("做芯片封装的，2015年成立，80来人，想贷款换设备")
    await company.presses("只看不存")
    why = await opened(company)

    assert "按某天的资料看" not in why.buttons
