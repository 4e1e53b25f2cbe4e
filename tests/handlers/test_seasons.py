"""A company is reminded of what comes round, and answers in one tap."""

from datetime import UTC, datetime

from tests.handlers.test_matching import described
from tests.town import Player, Shown, Town

FIRM = "做芯片封装的，2015年3月成立，80来人，高企证书2027年9月1日到期"
OPENING = datetime(2027, 1, 4, 1, 30, tzinfo=UTC)
"""Monday 09:30, the first working day of the year."""

HALF_A_YEAR_BEFORE = datetime(2027, 3, 1, 1, 30, tzinfo=UTC)


async def told_on(town: Town, company: Player, moment: datetime, words: str) -> Shown:
    """What the company reads of it that morning, the first time."""
    await town.passes_until(moment.replace(hour=0, minute=0))
    assert not await company.has_read(words)
    await town.passes_until(moment)
    found = [one for one in await company.messages() if words in one.text]
    assert len(found) == 1
    return found[0]


async def test_the_annual_report_from_reminder_to_done_and_back(town: Town) -> None:
    company = town.player("company")
    await described(company, FIRM)

    told = await told_on(town, company, OPENING, "提醒：企业年报多报合一")
    done = await company.presses_on(told, "已报")
    await company.presses_on(done, "看卡片")
    card = await company.newest()
    await company.presses("还没报")
    reopened = await company.newest()

    assert told.text.splitlines()[1].startswith("6月30日（周三）止，")
    assert told.buttons[:2] == ["已报", "看步骤"]
    assert told.buttons[-2:] == ["少发这类", "菜单"]
    assert "这一期已报" in done.text
    assert "12月31日" in done.text
    assert "这一期已报" in card.text
    assert "适用于您" in reopened.text
    assert (await company.presses("已报")).text == card.text


async def test_a_certificate_is_renewed_in_one_answer(town: Town) -> None:
    company = town.player("company")
    await described(company, FIRM)

    told = await told_on(town, company, HALF_A_YEAR_BEFORE, "9月1日（周三）到期")
    asked = await company.presses_on(told, "已续")
    again = await company.says("2026年1月1日")
    kept = await company.says("2030年3月15日")
    profile = await company.says("/profile")

    assert told.buttons[:3] == ["已续", "不再续", "看续办条件"]
    assert asked.buttons[:3] == ["2028-09-01", "2029-09-01", "2030-09-01"]
    assert "晚于 2027-09-01" in again.text
    assert "2030-03-15 到期" in kept.text
    assert "2030-03-15" in profile.text
