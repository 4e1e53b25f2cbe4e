"""O15: leave with a stand-in, and handing over, as people see it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from tests.handlers.office import open_office, raise_ticket
from tests.town import Town

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


async def test_a_stand_in_is_asked_acts_and_is_released_by_itself(town: Town) -> None:
    await open_office(town, desk=False, started=(2001, 2002, 2101))
    zhou, wu, company = town.player("officer"), town.player("officer2"), town.player("company")
    await raise_ticket(town)
    await zhou.presses("受理")
    await town.passes(minutes=2)

    who = await zhou.says("/leave 明天到后天")
    assert "11月24日（周二）至11月25日（周三），谁代班" in who.text
    noted = await zhou.presses("吴静")
    assert "代班人：吴静" in noted.text
    asked = await wu.newest()
    assert "周明请您代班：11月24日（周二）至11月25日（周三）" in asked.text
    assert "这几天您代周明的班" in (await wu.says("/leave 后天")).text

    await town.passes_until(at("11-24T09:05"))
    assert await wu.has_read("今天起您代周明的班")
    await wu.presses("我经办的")
    await wu.presses("0001")
    await wu.presses("回复企业")
    await wu.says("材料已经收到")
    await wu.presses("发送")
    await town.passes(minutes=2)
    assert await company.has_read("材料已经收到")

    await town.passes_until(at("11-26T09:05"))
    assert await zhou.has_read("欢迎回来")
    assert "代班结束" in (await wu.newest()).text
    assert "0001" not in (await wu.says("/mine")).text


async def test_nobody_can_and_the_head_names_somebody(town: Town) -> None:
    await open_office(town, desk=False, started=(2001, 2002, 2101))
    zhou, wu, head = town.player("officer"), town.player("officer2"), town.player("head")
    await zhou.says("/leave")
    await zhou.says("今天")
    await zhou.presses("吴静")
    await wu.presses("我代不了")

    asked = await head.newest()
    assert "周明请假：11月23日（周一），还没有代班人" in asked.text
    named = await head.presses("吴静")
    assert "由吴静代班" in named.text
    back = await zhou.says("/leave")
    assert "吴静代班" in back.text
    await zhou.presses("提前回来")
    assert await wu.has_read("代班结束")
    assert "没读懂" in (await zhou.says("/leave 好的")).text


async def test_whoever_leaves_hands_everything_over_and_companies_learn_it_once(
    town: Town,
) -> None:
    await open_office(town, desk=False, started=(2001, 2002, 2101))
    zhou, wu, company = town.player("officer"), town.player("officer2"), town.player("company")
    head = town.player("head")
    await raise_ticket(town)
    await zhou.presses("受理")
    await town.passes(minutes=2)

    await zhou.says("/leave")
    await zhou.presses("移交全部工单")
    await zhou.presses("吴静")
    done = await zhou.presses("确认移交")
    await town.passes(minutes=2)

    assert "已移交 1 件给吴静" in done.text
    await head.says("/leave")
    await head.presses("移交同事的工单")
    asked = await head.presses("吴静")
    assert "吴静" in asked.text
    assert "手上 1 件未办结" in asked.text
    assert await wu.has_read("周明移交给您 1 件工单：0001")
    told = [one for one in await company.messages() if "改由 吴静 办理" in one.text]
    assert len(told) == 1


async def test_a_dismissed_officers_work_is_given_away_with_the_role(town: Town) -> None:
    await open_office(town, desk=False, started=(2001, 2002, 2101))
    zhou, wu, admin = town.player("officer"), town.player("officer2"), town.player("admin")
    await raise_ticket(town)
    await zhou.presses("受理")
    await admin.says("/invite")
    await admin.presses("工作人员")

    asked = await admin.presses("解除 周明")
    assert "手上 1 件未办结" in asked.text
    await admin.presses("交给 吴静")
    await town.passes(minutes=2)

    assert await wu.has_read("周明移交给您 1 件工单：0001")
    assert "0001" in (await wu.says("/mine")).text
