"""Two weeks of an office across National Day 2026: Mid-Autumn on Friday 25 September, the holiday
from 1 to 7 October, and work on Saturday the 10th.

Three requests, two officers, their head and a desk with topics. Time is moved from one moment that
was promised to the next, so that every message stands in the diary at the minute it was said.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlmodel import col, select

from domain.tickets import Category, Step
from models import Notice, Outbox, TicketEvent
from models.messages import OutboxState
from models.notices import NoticeState
from tests.handlers.office import open_office, raise_ticket, topic_of
from tests.town import Json, Player, Shown, Town

_COMPANIES = ("company", "company2")
_OFFICE = ("officer", "officer2", "head")
_NIGHT = (time(21, 0), time(8, 30))
_WINDOWS = ((time(9, 0), time(12, 0)), (time(13, 30), time(17, 30)))
_HOLIDAY = (date(2026, 10, 1), date(2026, 10, 7))
_SECOND_LATER = timedelta(seconds=1)
_HISTORY = (
    "receive dispatch claim ask_back supply follow_up resolve rate rate",
    "receive dispatch claim resolve rate reopen reassign reply resolve rate rate",
    "receive dispatch set_urgency reckon claim reply resolve close",
)


def at(month: int, day: int, clock: str) -> datetime:
    """A moment of 2026 in Hangzhou."""
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


@dataclass(frozen=True)
class Line:
    """What the bot said, when and where; `asked` when somebody had just acted."""

    at: datetime
    chat: str
    topic: str
    text: str
    asked: bool

    @property
    def clock(self) -> time:
        return (self.at + timedelta(hours=8)).time()


@dataclass
class Diary:
    """Everything the bot says from now on."""

    town: Town
    lines: list[Line] = field(default_factory=list)
    _seen: set[tuple[str, int]] = field(default_factory=set)

    async def until(self, moment: datetime) -> None:
        """Let time pass, stopping at each moment at which something falls due."""
        await self._note(asked=True)
        while self.town.clock() < moment:
            due = await self._next_due()
            await self.town.passes_until(min(due, moment) if due else moment)
        await self._note(asked=False)

    async def _note(self, *, asked: bool) -> None:
        for seat in (*_COMPANIES, *_OFFICE):
            self._write(seat, "", await self.town.player(seat).messages(), asked=asked)
        for topic in await self.town.topics():
            where = {"chat": "desk", "thread": int(topic["id"])}
            said = await self.town.player("officer").messages(**where)
            self._write("desk", str(topic["name"]), said, asked=asked)

    def _write(self, chat: str, topic: str, said: list[Shown], *, asked: bool) -> None:
        for message in said:
            if (chat, message.id) in self._seen:
                continue
            self._seen.add((chat, message.id))
            if message.raw["from"]["is_bot"] and message.text:
                at = datetime.fromtimestamp(message.raw["date"], UTC)
                self.lines.append(Line(at, chat, topic, message.text, asked))

    async def _next_due(self) -> datetime | None:
        async with self.town.database.read() as session:
            owed = select(Notice.due_at).where(col(Notice.state) == NoticeState.OPEN)
            return (await session.exec(owed.order_by(col(Notice.due_at)).limit(1))).first()

    def said(self, chat: str, *words: str) -> list[Line]:
        """What was said in a chat with all these words."""
        return [
            line for line in self.lines if line.chat == chat and all(w in line.text for w in words)
        ]

    def once(self, chat: str, *words: str) -> datetime:
        """When it was said, exactly once."""
        lines = self.said(chat, *words)
        assert len(lines) == 1, [line.text for line in lines] or self._of(chat)
        return lines[0].at

    def _of(self, chat: str) -> str:
        return "\n".join(f"{line.at} {line.text[:60]}" for line in self.lines if line.chat == chat)


@dataclass
class Weeks:
    """Who plays, and what is written down."""

    town: Town
    diary: Diary

    def __getattr__(self, seat: str) -> Player:
        return self.town.player(seat)

    async def desk(self, short: str) -> Json:
        return {"chat": "desk", "thread": await topic_of(self.town, short)}


@pytest.mark.long
async def test_two_weeks_across_a_holiday(town: Town) -> None:
    town.clock.move_to(at(9, 24, "09:30"))
    await open_office(town, started=(2001, 2002, 2101))
    weeks = Weeks(town, Diary(town))

    await _before_the_holiday(weeks)
    await _the_first_day_back(weeks)
    await _the_next_days(weeks)
    await _the_end(weeks)

    _every_promise_was_kept(weeks.diary)
    _nobody_was_told_twice_or_at_night(weeks.diary)
    _everything_stands_in_its_topic(weeks.diary)
    await _nothing_is_left(town)


async def _before_the_holiday(weeks: Weeks) -> None:
    """0001 is asked back over the holiday, nobody takes 0002, 0003 comes on the last evening."""
    diary = weeks.diary
    await diary.until(at(9, 24, "15:00"))
    await raise_ticket(weeks.town, "想申报高企，不知道材料怎么准备")
    first = await weeks.desk("0001")
    assert (
        "答复时限：10月9日（周五）17:30" in (await weeks.officer.message_with("受理", **first)).text
    )

    await diary.until(at(9, 28, "09:30"))
    await weeks.officer.presses("受理", **first)
    await diary.until(at(9, 28, "10:00"))
    await weeks.officer.presses("请企业补充", **first)
    await weeks.officer.says("请发近三年审计报告", **first)
    await weeks.officer.presses("3 个工作日", **first)

    await diary.until(at(9, 29, "10:00"))
    await raise_ticket(weeks.town, "园区宽带老断线", seat="company2")
    await diary.until(at(9, 30, "16:50"))
    await raise_ticket(weeks.town, "设备停电，生产线停了", category=Category.TECH_INNOVATION)
    third = await weeks.desk("0003")
    await weeks.officer.presses("改紧急", **third)
    await weeks.officer.presses("紧急", **third)


async def _the_first_day_back(weeks: Weeks) -> None:
    diary, third = weeks.diary, await weeks.desk("0003")
    await diary.until(at(10, 8, "09:10"))
    card = await weeks.officer.message_with("受理", **third)
    assert "10月8日（周四）13:50" in card.text  # four working hours from Wednesday 16:50
    await weeks.officer.presses("受理", **third)
    await diary.until(at(10, 8, "09:20"))
    await weeks.officer.presses("回复企业", **third)
    await weeks.officer.says("供电公司正在抢修", **third)
    await weeks.officer.presses("发送", **third)
    await diary.until(at(10, 8, "11:00"))
    second = await weeks.desk("0002")
    await weeks.officer2.presses("受理", **second)
    await diary.until(at(10, 8, "15:00"))
    await weeks.officer.presses("办结", **third)
    await weeks.officer.presses("已解决", **third)
    await weeks.officer.says("已恢复供电", **third)
    await weeks.officer.presses("提交", **third)


async def _the_next_days(weeks: Weeks) -> None:
    """0001 is supplied and answered; 0002 is not solved and goes to the head, on a Saturday."""
    diary, first, second = weeks.diary, await weeks.desk("0001"), await weeks.desk("0002")
    await diary.until(at(10, 9, "09:30"))
    await weeks.company.presses("现在补充")
    await weeks.company.says("审计报告已寄出，共三份")
    await weeks.company.presses("发完了")
    card = await weeks.officer.message_with("办结", **first)
    # The clock stood still at four closes: 28, 29, 30 September and 8 October.
    assert "答复时限：10月14日（周三）17:30" in card.text
    await weeks.officer.presses("设跟进", **first)
    await weeks.officer.says("10月10日上午9点", **first)
    await weeks.officer.presses("对", **first)
    await weeks.officer2.presses("办结", **second)
    await weeks.officer2.presses("已解决", **second)
    await weeks.officer2.says("已请运营商检修线路", **second)
    await weeks.officer2.presses("提交", **second)
    await diary.until(at(10, 9, "16:00"))
    await weeks.company2.presses("没解决")
    await diary.until(at(10, 10, "10:00"))
    await weeks.head.says("/r 0002 我今天上午到现场看线路")
    await diary.until(at(10, 12, "11:00"))
    await weeks.head.presses("办结", **second)
    await weeks.head.presses("已解决", **second)
    await weeks.head.says("已更换光纤，请再试", **second)
    await weeks.head.presses("提交", **second)
    await diary.until(at(10, 12, "14:00"))
    await weeks.company2.presses("解决了")
    await weeks.company2.presses("4 满意")


async def _the_end(weeks: Weeks) -> None:
    diary, first = weeks.diary, await weeks.desk("0001")
    await diary.until(at(10, 13, "10:00"))
    await weeks.officer.presses("办结", **first)
    await weeks.officer.presses("已解决", **first)
    await weeks.officer.says("材料齐全，可以申报", **first)
    await weeks.officer.presses("提交", **first)
    await diary.until(at(10, 13, "11:00"))
    await weeks.company.presses("解决了")
    await weeks.company.presses("5 很满意")
    await diary.until(at(10, 16, "12:00"))


def _every_promise_was_kept(diary: Diary) -> None:
    """Reminders, news and questions, each once and at its minute."""
    expected = {
        ("company", "0001 已受理"): at(9, 28, "09:31"),
        ("company", "0001 请您补充"): at(9, 28, "10:00"),
        ("officer", "0002 还没有人受理"): at(9, 30, "17:30"),
        ("company", "0003 的答复日期改为 10月8日"): at(9, 30, "16:51") + _SECOND_LATER,
        ("officer", "没有人受理 0002"): at(10, 8, "09:00"),
        ("company", "0003 已受理"): at(10, 8, "09:11"),
        ("company", "供电公司正在抢修"): at(10, 8, "09:20"),
        ("company", "0003 有答复了"): at(10, 8, "15:01"),
        ("officer", "0001 请企业补充的期限已到"): at(10, 8, "17:30"),
        ("company2", "已请运营商检修线路"): at(10, 9, "09:31"),
        ("head", "0002 企业说没有解决"): at(10, 9, "16:00"),
        ("head", "0002 首次联系时限 10月10日"): at(10, 10, "09:00"),
        ("officer", "0001 该跟进了"): at(10, 10, "09:00"),
        ("company2", "我今天上午到现场看线路"): at(10, 10, "10:01"),
        ("company", "0003 的答复还没有收到您的评价"): at(10, 11, "09:30"),
        ("company2", "已更换光纤，请再试"): at(10, 12, "11:01"),
        ("officer", "0001 答复时限 10月14日"): at(10, 13, "09:00"),
        ("company", "0001 有答复了"): at(10, 13, "10:01"),
        ("company", "0003 已按“未评价”办结"): at(10, 16, "08:30"),
    }
    assert {place: diary.once(*place) for place in expected} == expected


def _nobody_was_told_twice_or_at_night(diary: Diary) -> None:
    unasked = [line for line in diary.lines if not line.asked]
    assert len({(line.chat, line.text) for line in unasked}) == len(unasked)
    begin, end = _NIGHT
    companies = [line for line in unasked if line.chat in _COMPANIES]
    assert [line for line in companies if line.clock >= begin or line.clock < end] == []
    officers = [line for line in unasked if line.chat in _OFFICE]
    assert officers
    assert [line for line in officers if not _is_office_time(line)] == []


def _is_office_time(line: Line) -> bool:
    day = (line.at + timedelta(hours=8)).date()
    is_holiday = day.weekday() >= 5 or date(2026, 9, 25) == day or _HOLIDAY[0] <= day <= _HOLIDAY[1]
    works = day == date(2026, 10, 10) or not is_holiday
    return works and any(opens <= line.clock <= closes for opens, closes in _WINDOWS)


def _everything_stands_in_its_topic(diary: Diary) -> None:
    at_desk = [line for line in diary.lines if line.chat == "desk"]
    assert {line.topic[:4] for line in at_desk} == {"0001", "0002", "0003"}
    assert [line for line in at_desk if line.topic[:4] not in line.text] == []


async def _nothing_is_left(town: Town) -> None:
    """Nothing more is owed about the three; their history tells every step in its order."""
    async with town.database.read() as session:
        unsent = select(Outbox.kind).where(
            col(Outbox.state).not_in([OutboxState.SENT, OutboxState.DROPPED])
        )
        assert (await session.exec(unsent)).all() == []
        about = select(Notice.kind).where(
            col(Notice.state) == NoticeState.OPEN, col(Notice.subject) == "ticket"
        )
        assert (await session.exec(about)).all() == []
        events = select(TicketEvent).order_by(col(TicketEvent.at), col(TicketEvent.id))
        steps: dict[int, list[Step]] = {}
        for event in (await session.exec(events)).all():
            steps.setdefault(event.ticket_id, []).append(event.step)
    assert tuple(map(" ".join, steps.values())) == _HISTORY
