"""What administrators hear when the house is unwell: once, and once more when it is over."""

import shutil
from collections import namedtuple
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.line import Line
from bot.watchman import Watchman
from domain.alarms import RULES, AlarmKind, rings
from domain.work_calendar import YearTable
from services import notices
from tests.faults.conftest import Trouble
from tests.faults.test_faults_intake import said

_Disk = namedtuple("_Disk", ("total", "used", "free"))
_CALENDAR, _INBOX, _NOTICES = "放假调休", "来不及处理", "提醒没有按时"
_STUCK, _DISK = "消息发不出去", "磁盘空间"
_AWAY, _REFUSED = "连不上 Telegram", "Telegram 拒绝了机器人的令牌"


class Watch:
    """A watchman in a town, and what he lets the administrator know."""

    def __init__(self, trouble: Trouble, folder: Path) -> None:
        self.trouble, self.town = trouble, trouble.town
        bot = self.town.courier._bot
        figures = self.town.intake._figures
        line = Line(self.town.clock, figures)
        bot.session.middleware(line)
        self.watchman = Watchman(
            bot,
            self.town.database,
            self.town.clock,
            office=lambda: self.town.office,
            line=line,
            figures=figures,
            folder=folder,
        )
        self._read = 0

    async def hears(self, **later: float) -> list[str]:
        """Time passes, the watchman looks: the first lines of what is new in the chat."""
        self.town.clock.move(timedelta(**later))
        await self.watchman.look()
        await self.town.ticker.settle()
        every = await self.trouble.read_by("admin")
        fresh, self._read = every[self._read :], len(every)
        return [text.splitlines()[0] for text in fresh]


@pytest.fixture
async def watch(troubled: Trouble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Watch:
    """The administrator is known; the missing year has been told."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: _Disk(2**40, 0, 2**40))
    await troubled.greeted("admin", "company")
    watch = Watch(troubled, tmp_path)
    assert [_CALENDAR in line for line in (await watch.hears())[-1:]] == [True]
    return watch


def test_what_hovers_about_a_threshold_is_said_once() -> None:
    rule = RULES[AlarmKind.OUTBOX_BACKLOG]

    assert rule.clears <= rule.raises
    assert not rings(AlarmKind.OUTBOX_BACKLOG, rule.raises, already=False)
    assert rings(AlarmKind.OUTBOX_BACKLOG, rule.raises, already=True)
    assert not rings(AlarmKind.OUTBOX_BACKLOG, rule.clears, already=True)


async def test_a_year_a_backlog_late_notices_and_a_full_disk(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = watch.town
    assert await watch.hears(minutes=1) == []
    office = town.room.office
    loaded = {**office.calendar.tables, 2027: YearTable(frozenset(), frozenset())}
    town.room.office = replace(office, calendar=replace(office.calendar, tables=loaded))
    assert await watch.hears(minutes=1) == [f"✅ 已恢复：缺少年度{_CALENDAR}安排"]

    await town.intake.store([said(501)])
    (told,) = await watch.hears(minutes=3)
    assert _INBOX in told
    assert await watch.hears(minutes=1) == []
    await town.work()
    (told,) = await watch.hears(seconds=1)
    assert told.startswith("✅")

    monkeypatch.setattr(shutil, "disk_usage", lambda _: _Disk(2**40, 0, 2**20))
    (told,) = await watch.hears(minutes=1)
    assert _DISK in told
    shown = await town.player("admin").says("/health")
    assert "有问题需要处理" in shown.text
    assert _DISK in shown.text


async def test_reminders_that_are_late_are_told_when_ticks_fail(watch: Watch) -> None:
    town = watch.town
    now = town.clock()
    async with town.database.write() as session:
        await notices.owe_notice(session, "nobody_knows", key="late", due_at=now, now=now)

    (told,) = await watch.hears(minutes=11)

    assert _NOTICES in told


async def test_a_courier_that_stands_still_is_told_past_the_outbox(watch: Watch) -> None:
    town = watch.town
    town.courier._stops = True
    await watch.trouble.owe("company", "谁也不发")
    await watch.watchman.look()
    town.clock.move(timedelta(minutes=6))
    await watch.watchman.look()
    assert not await town.player("admin").has_read(_STUCK)  # perhaps the machine only slept
    await watch.watchman.look()
    await watch.watchman.look()

    assert watch.watchman.finds_the_courier_still  # which /healthz passes on
    read = [text for text in await watch.trouble.read_by("admin") if _STUCK in text]
    assert len(read) == 1
    assert "重启机器人" in read[0]
    town.courier._stops = False
    town.courier.wake.set()
    await watch.trouble.delivered()
    (told,) = (await watch.hears(seconds=1))[-1:]
    assert told == f"✅ 已恢复：{_STUCK}"
    assert not watch.watchman.finds_the_courier_still


@pytest.mark.parametrize(
    ("fault", "title"),
    [
        ({"error_code": 502, "body": "<html>"}, _AWAY),
        ({"error_code": 401, "description": "Unauthorized"}, _REFUSED),
    ],
)
async def test_what_keeps_us_from_speaking_is_told_when_it_is_over(
    watch: Watch, fault: dict[str, object], title: str
) -> None:
    await watch.trouble.order("sendMessage", times=2, **fault)
    await watch.trouble.owe("company", "一")
    await watch.trouble.delivered()
    watch.town.clock.move(timedelta(minutes=11))
    await watch.watchman.look()
    for _ in range(2):
        watch.town.clock.move(timedelta(minutes=2))
        await watch.trouble.delivered()

    told = [line for line in await watch.hears() if "✅" in line or "⚠️" in line]

    assert told == [f"✅ 已恢复：{title}"]
