"""A3: an administrator changes the work calendar in the chat, and promises follow."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from models import Task
from tests.handlers.office import open_office, raise_ticket
from tests.town import Town

SHANGHAI = ZoneInfo("Asia/Shanghai")


async def due_of(town: Town, ticket_id: int) -> str:
    async with town.database.read() as session:
        statement = select(Task).where(col(Task.ticket_id) == ticket_id)
        task = (await session.exec(statement)).one()
        assert task.answer_due is not None
        return f"{task.answer_due.astimezone(SHANGHAI):%m-%d %H:%M}"


async def test_a_day_off_is_typed_looked_at_saved_followed_and_undone(town: Town) -> None:
    admin, company = town.player("admin"), town.player("company")
    await open_office(town)
    ticket_id = await raise_ticket(town)
    assert await due_of(town, ticket_id) == "11-30 17:30"

    shown = await admin.says("/calendar")
    assert "2027年调休安排未载入" in shown.text
    assert "09:00–12:00，13:30–17:30" in shown.text
    assert "1月1日（周五）" in shown.text
    looked_at = await admin.says("11月26日休息")
    assert "待保存：11月26日（周四）休息" in looked_at.text
    assert "现在：11月26日（周四）上班" in looked_at.text
    assert "QT-20261123-0001 答复：11月30日（周一）17:30 → 12月1日（周二）17:30" in looked_at.text
    assert await due_of(town, ticket_id) == "11-30 17:30"

    await admin.presses("保存")
    assert await due_of(town, ticket_id) == "12-01 17:30"
    await town.passes(minutes=2)
    told = await company.newest()
    assert "QT-20261123-0001 的答复日期改为 12月1日（周二）" in told.text
    assert "办公日历" in told.text

    undone = await admin.presses("撤销")
    assert "已撤销：11月26日（周四）休息" in undone.text
    await town.passes(minutes=2)
    assert await due_of(town, ticket_id) == "11-30 17:30"
    assert "11月30日（周一）" in (await company.newest()).text


async def test_what_cannot_be_read_or_makes_no_sense_changes_nothing(town: Town) -> None:
    admin = town.player("admin")
    await admin.says("/calendar")

    assert "没读懂" in (await admin.says("下周一开会")).text
    assert "没有这一天" in (await admin.says("2月30日休息")).text
    assert "已经是这样" in (await admin.says("11月26日按通知")).text
    await admin.says("11月26日休息，11月28日上班")
    dropped = await admin.presses("放弃")

    assert "日历没有变动" in dropped.text
    assert "本区改动" not in (await admin.says("/calendar")).text
    assert "没读懂这句" not in (await admin.says("融资")).text


async def test_next_years_notice_comes_by_file_and_takes_the_banner_away(town: Town) -> None:
    admin = town.player("admin")
    await admin.says("/calendar")
    good = """
year: 2027
source: 国务院办公厅通知（试验用）
checked_on: 2026-11-20
provisional: false
holidays:
  - {name: 元旦, from: 2027-01-01, to: 2027-01-03}
workdays: [2027-02-06]
"""
    await admin.attaches("document", ("2027.yaml", good.replace("02-06", "01-02").encode()))
    assert "both off and on" in (await admin.newest()).text

    await admin.attaches("document", ("2027.yaml", good.encode()))
    looked_at = await admin.newest()
    assert "待保存：2027年放假调休安排" in looked_at.text
    await admin.presses("保存")

    shown = await admin.says("/calendar")
    assert "未载入" not in shown.text
    assert "2月6日（周六）上班" in shown.text
    assert town.office.calendar.is_workday(datetime(2027, 2, 6, tzinfo=SHANGHAI).date())


async def test_officers_look_and_do_not_touch(town: Town) -> None:
    await open_office(town, started=(2001,))
    officer = town.player("officer")

    shown = await officer.says("/calendar")
    await officer.says("11月26日休息")

    assert "由管理员修改" in shown.text
    assert not await officer.has_read("待保存")
    assert "需要相应的经办权限" in (await town.player("company").says("/calendar")).text
