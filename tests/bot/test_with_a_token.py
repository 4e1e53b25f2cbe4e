"""The program as an operator runs it: a token and the address of a separate Bot API server.

Everything is done by people at keyboards: the administrator sets the office up by links, companies
write, officers answer, the clock is moved by its door, the process is killed in the middle.
"""

import asyncio
import re
import shutil
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.handlers.office import PNG
from tests.separate_server import SeparateTown, open_separate_town
from tests.town import MONDAY_TEN, Player, Shown

pytestmark = pytest.mark.long

SENTENCE = "做芯片封装的，2015年成立，80来人，去年3000万，想贷款换设备"
_MINUTE = 61
_LINK = re.compile(r"t\.me/\w+\?start=([\w-]{1,64})")
_THURSDAY_NINE = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)


@pytest.fixture
async def town(tmp_path: Path, sqlite_template: Path) -> AsyncGenerator[SeparateTown]:
    """A program that was started with an empty office. Every call it made must have been right."""
    shutil.copy(sqlite_template, tmp_path / "qihang.db")
    async with open_separate_town(tmp_path) as place:
        await place.passes_until(MONDAY_TEN)
        yield place
        assert await place.rejected() == []
        assert place.ask("SELECT * FROM inbox WHERE state = 'parked'") == []


async def joins(town: SeparateTown, seat: str, role: str, department: str = "") -> Shown:
    """The administrator makes a link, the newcomer opens it."""
    admin = town.player("admin")
    await admin.says("/invite")
    await admin.presses(role)
    if department:
        await admin.presses(department)
    links = [found for one in await admin.messages() if (found := _LINK.search(one.text))]
    return await town.player(seat).starts(links[-1][1])


async def describes_itself(company: Player) -> Shown:
    await company.starts()
    await company.says(SENTENCE)
    return await company.presses("同意保存，看结果")


async def raises(company: Player, words: str) -> str:
    """Write a problem and submit it; the number."""
    await company.says(words)
    receipt = await company.presses("提交")
    found = re.search(r"QT-\d{8}-\d{4}", receipt.text.splitlines()[0])
    assert found is not None
    return found[0]


async def test_nothing_is_lost_before_anybody_works_there(town: SeparateTown) -> None:
    company, admin = town.player("company"), town.player("admin")
    await admin.starts()

    number = await raises(company, "厂门口的路灯坏了半个月没人修")
    assert await admin.has_read(number)

    await joins(town, "officer", "专班值班")
    officer = town.player("officer")
    queue = await officer.says("/queue")
    assert number[-4:] in queue.text
    card = await officer.presses(number[-4:])
    assert "路灯" in card.text
    await officer.presses("受理")
    await officer.presses("回复企业")
    await officer.says("已派人去看")
    await officer.presses("发送")
    assert "已派人去看" in (await company.newest()).text


async def test_a_ticket_goes_its_whole_way(town: SeparateTown) -> None:
    await _the_office_is_set_up(town)
    number, thread = await _a_company_asks(town)
    desk = {"chat": "desk", "thread": thread}
    await _two_press_at_once(town, desk)
    await _the_officer_answers_and_asks_back(town, desk)
    await _the_process_is_killed(town, desk)
    await _a_reminder_comes_once(town, desk)
    await _the_company_blocks_the_bot(town, desk)
    await _it_is_resolved_and_rated(town, desk, number)


async def _the_office_is_set_up(town: SeparateTown) -> None:
    await town.player("admin").starts()
    await joins(town, "officer", "经办员", "财政")
    await joins(town, "officer2", "经办员", "财政")
    arrived = await joins(town, "head", "部门负责人", "财政")
    assert "部门负责人" in arrived.text
    await joins(town, "head", "专班值班")
    admin = town.player("admin")
    await admin.says("/desk", chat="desk")
    bound = await admin.presses("财政", chat="desk")
    assert "已绑定" in bound.text


async def _a_company_asks(town: SeparateTown) -> tuple[str, int]:
    company = town.player("company")
    shown = await describes_itself(company)
    assert "初步符合" in shown.text
    await company.presses("贷款贴息")
    await company.presses("请工作人员确认")
    await company.attaches("photo", ("list.png", PNG), caption="这是设备清单")
    receipt = await company.presses("提交")
    number = "QT-20261123-0001"
    assert number in receipt.text
    (topic,) = [one for one in await town.topics() if "0001" in str(one["name"])]
    return number, int(topic["id"])


async def _two_press_at_once(town: SeparateTown, desk: dict[str, object]) -> None:
    first, second = town.player("officer"), town.player("officer2")
    card = await first.message_with("受理", **desk)
    data = card.key("受理")["callback_data"]
    await asyncio.gather(
        *(
            town.do("press", seat=one.seat, chat="desk", message_id=card.id, data=data, force=True)
            for one in (first, second)
        )
    )
    await town.settle()
    toasts = [await _toast(town, seat) for seat in ("officer", "officer2")]
    assert sum("已受理 QT-" in toast for toast in toasts) == 1
    taken = [m.text for m in await first.messages(**desk) if "1 分钟内可撤销" in m.text]
    assert len(taken) == 1


async def _toast(town: SeparateTown, seat: str) -> str:
    answers = (await town.see("callback_answers", seat=seat))["answers"]
    return str(answers[0]["answer"]["text"])


async def _the_officer_answers_and_asks_back(town: SeparateTown, desk: dict[str, object]) -> None:
    officer, company = await _handler_of(town, desk), town.player("company")
    await town.passes(seconds=_MINUTE)
    assert await company.has_read("经办人")
    await officer.presses("回复企业", **desk)
    await officer.says("正在核实 <额度> & 期限", **desk)
    await officer.presses("发送", **desk)
    assert "正在核实 <额度> & 期限" in (await company.newest()).text
    await officer.says("内部：这家去年来过", **desk)
    await officer.presses("请企业补充", **desk)
    await officer.presses("补照片", **desk)
    await officer.presses("5 个工作日", **desk)
    await town.passes(seconds=_MINUTE)
    await company.attaches("photo", ("site.png", PNG))
    shown = await company.presses("发完了")
    assert "办理中" in shown.text
    assert await officer.has_read("企业补充", **desk)
    assert not await company.has_read("这家去年来过")


async def _handler_of(town: SeparateTown, desk: dict[str, object]) -> Player:
    """Whichever of the two was first."""
    ((taken_by,),) = town.ask(
        "SELECT person.telegram_id FROM task JOIN person ON person.id = task.handler_id"
    )
    return town.player("officer" if taken_by == 2001 else "officer2")


async def _the_process_is_killed(town: SeparateTown, desk: dict[str, object]) -> None:
    """What people did while nobody was at work takes effect afterwards, once."""
    company, officer = town.player("company"), await _handler_of(town, desk)
    await officer.presses("设跟进", **desk)
    before = len(await company.messages())
    await town.program.is_killed()
    await company.says("QT-20261123-0001")
    town.program.starts_again()
    await town.program.ready()
    await town.settle()
    said = (await company.messages())[before:]
    assert len(said) == 2
    assert "0001" in said[-1].text
    shown = await officer.says("三天后上午9点", **desk)
    assert "11月26日（周四）09:00" in shown.text
    await officer.presses("对", **desk)


async def _a_reminder_comes_once(town: SeparateTown, desk: dict[str, object]) -> None:
    officer = await _handler_of(town, desk)
    await town.passes_until(_THURSDAY_NINE)
    await town.passes(hours=1)
    every = [*await officer.messages(), *await officer.messages(**desk)]
    assert len([m for m in every if "该跟进了" in m.text]) == 1


async def _the_company_blocks_the_bot(town: SeparateTown, desk: dict[str, object]) -> None:
    officer, company = await _handler_of(town, desk), town.player("company")
    await company.blocks()
    await officer.says("/r 请今天下午联系我们", **desk)
    await town.passes(seconds=_MINUTE)
    every = [*await officer.messages(), *await officer.messages(**desk)]
    assert any("无法送达" in m.text for m in every)
    await company.unblocks()
    assert await company.has_read("欢迎回来")


async def _it_is_resolved_and_rated(
    town: SeparateTown, desk: dict[str, object], number: str
) -> None:
    officer, company = await _handler_of(town, desk), town.player("company")
    await officer.presses("办结", **desk)
    await officer.presses("已解决", **desk)
    await officer.says("可以申报，12月31日截止", **desk)
    await officer.presses("提交", **desk)
    await town.passes(seconds=_MINUTE)
    assert "问题解决了吗" in (await company.newest()).text
    await company.presses("解决了")
    rated = await company.presses("5 很满意")
    assert "您评了 5 分" in rated.text
    found = await officer.says(f"/find {number}")
    assert "已办结" in found.text
    for command in ("/queue", "/mine"):
        assert (await officer.says(command)).buttons
