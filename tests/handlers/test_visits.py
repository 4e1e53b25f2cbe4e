"""A round of visits at the keyboard: planned, asked for, walked, noted."""

from datetime import UTC, datetime

import pytest

from scheduler.timetable import TIMETABLE
from tests.handlers.company import PICTURE
from tests.handlers.office import open_office, raise_ticket
from tests.town import Town

VISITS = next(job for job in TIMETABLE if job.name == "visits")


async def planned(town: Town) -> None:
    """The head gives the company to 周明."""
    await open_office(town, desk=False, started=(2001, 2101))
    await raise_ticket(town)
    head = town.player("head")
    await head.says("/visits")
    await head.presses("安排走访")
    await head.presses("周明")
    await head.presses("杭州示例封装")


async def at(town: Town, moment: datetime) -> None:
    await town.passes_until(moment)
    await town.ticker.tick(VISITS)
    await town.settle()


async def test_a_visit_from_the_request_to_the_next_one(town: Town) -> None:
    await planned(town)
    company, officer = town.player("company"), town.player("officer")
    await company.says("/visit")
    receipt = await company.presses("提交")
    await town.passes(seconds=1)
    assert receipt.text.startswith("已收到：QT-20261123-0002")

    assert await officer.has_read("杭州示例封装有限公司请您上门走访")
    await officer.presses("走访记录")
    await officer.presses("发现问题")
    await officer.says("厂区外道路积水，货车进不来")
    registered = await officer.presses("登记")
    assert "已登记：QT-20261123-0003" in registered.text
    assert await company.has_read("工作人员周明代您登记了诉求 QT-20261123-0003")

    await officer.presses("走访记录")
    await officer.presses("承诺事项")
    await officer.says("下周三前把申报条件发给企业")
    await officer.presses("对")
    await officer.presses("完成")
    asked = await officer.presses("已走访")
    assert "见了谁？" in asked.text
    await officer.says("王经理，行政主管")
    await officer.presses("完成")
    done = await officer.presses("已走访")
    assert "下次联系：12月23日（周三）前" in done.text
    sheet = await officer.presses("走访记录")
    assert "见了谁：王经理，行政主管" in sheet.text
    assert "发现问题：QT-20261123-0003 待受理" in sheet.text

    await at(town, datetime(2026, 12, 2, 1, 0, tzinfo=UTC))
    assert await officer.has_read("走访时承诺过杭州示例封装有限公司")


async def test_reminders_come_in_the_morning_and_the_head_sees_what_is_overdue(
    town: Town,
) -> None:
    await planned(town)
    officer, head = town.player("officer"), town.player("head")

    await at(town, datetime(2026, 12, 17, 18, 0, tzinfo=UTC))
    assert not await officer.has_read("今天要留意的走访")
    await at(town, datetime(2026, 12, 18, 1, 0, tzinfo=UTC))
    assert await officer.has_read("今天要留意的走访、联系：1 次")
    await at(town, datetime(2026, 12, 24, 1, 0, tzinfo=UTC))
    reminders = [m for m in await officer.messages() if "今天要留意的走访" in m.text]
    assert len(reminders) == 2  # nobody passed on the day itself, so it was not said then
    assert "已超期 联系 杭州示例封装有限公司：应在12月23日（周三）前" in reminders[-1].text

    await head.says("/visits")
    covered = await head.presses("覆盖情况")
    assert "周明：1 家，本期已联系 0、已走访 0，超期 1" in covered.text
    late = await head.presses("看超期的")
    assert "已超期 联系 杭州示例封装有限公司" in late.text


async def test_an_officer_registers_what_a_company_said_on_the_telephone(town: Town) -> None:
    await open_office(town, desk=False, started=(2001,))
    officer = town.player("officer")

    await officer.says("/register 钱塘新材料")
    await officer.presses("按所写名称新登记")
    check = await officer.says("招不到一线工人，联系电话 13900000000")
    done = await officer.presses("登记")

    assert "代钱塘新材料登记，请核对" in check.text
    assert "已登记：QT-20261123-0001" in done.text
    assert "请电话告知编号" in done.text


async def test_a_visit_can_be_asked_for_in_a_ticket_once(town: Town) -> None:
    await planned(town)
    company = town.player("company")
    await company.says("QT-20261123-0001")

    card = await company.presses("请上门")

    assert "请上门" not in card.buttons
    assert await town.player("officer").has_read("请您上门走访")


@pytest.mark.parametrize("kind", ["sticker", "photo", "voice"])
async def test_whom_they_met_and_what_was_promised_need_words_and_stay_asked(
    town: Town, kind: str
) -> None:
    await planned(town)
    company, officer = town.player("company"), town.player("officer")
    await company.says("/visit")
    await company.presses("提交")
    await town.passes(seconds=1)
    await officer.presses("走访记录")

    await officer.presses("见了谁")
    refused = await officer.attaches(kind, PICTURE)
    sheet = await officer.says("王经理，行政主管")
    await officer.presses("承诺事项")
    refused_too = await officer.attaches(kind, PICTURE)
    echoed = await officer.says("下周三前把申报条件发给企业")

    assert "请用文字" in refused.text
    assert "见了谁：王经理，行政主管" in sheet.text
    assert "请用文字" in refused_too.text
    assert "申报条件发给企业" in echoed.text
