"""The main job from the first word to the rating, on both databases."""

from sqlmodel import col, select

from models import Message, TicketEvent
from tests.handlers.office import PNG, open_office, topic_of
from tests.town import Town


async def test_from_the_first_word_to_the_rating(any_town: Town) -> None:
    town = any_town
    await open_office(town)
    company, officer = town.player("company"), town.player("officer")

    # A company finds its policies: one sentence and two taps.
    await company.starts()
    await company.says("做芯片封装的，2015年成立，80来人，去年3000万，想贷款换设备")
    listed = await company.presses("同意保存")
    assert (company.taps, company.texts) == (2, 1)
    assert "1 项初步符合" in listed.text
    assert "贷款贴息：初步符合" in (await company.presses("1 贷款贴息")).text

    # It raises a problem with a photo.
    drafted = await company.attaches(
        "photo", ("meter.png", PNG), caption="高企申报系统一直登不上去，请帮忙"
    )
    assert "提交后转给负责部门" in drafted.text
    assert "已收到：QT-20261123-0001" in (await company.presses("提交")).text

    # An officer takes it and answers; the company hears who, and what.
    desk = {"chat": "desk", "thread": await topic_of(town, "0001")}
    await officer.presses("受理", **desk)
    await town.passes(minutes=2)
    assert await company.has_read("经办")
    await officer.presses("回复企业", **desk)
    await officer.says("系统今天上午维护，十二点后可以登录。", **desk)
    await officer.presses("发送", **desk)
    assert await company.has_read("十二点后可以登录")

    # A follow-up is promised and comes at its moment, once.
    await officer.presses("设跟进", **desk)
    await officer.says("明天上午9点", **desk)
    await officer.presses("对", **desk)
    await town.passes(days=1)
    reminders = [m for m in await officer.messages(**desk) if "该跟进了" in m.text]
    assert len(reminders) == 1

    # The matter is settled, and the company rates it.
    await officer.presses("办结", **desk)
    await officer.presses("已解决", **desk)
    await officer.says("已可以登录，申报截止时间不变。", **desk)
    await officer.presses("提交", **desk)
    await town.passes(minutes=2)
    await company.presses("解决了")
    rated = await company.presses("5 很满意")
    assert "5 分" in rated.text

    # Everything is in the history, and nothing of the words is in it.
    async with town.database.read() as session:
        events = (await session.exec(select(TicketEvent).order_by(col(TicketEvent.id)))).all()
        texts = [row.text for row in (await session.exec(select(Message))).all() if row.text]
    steps = [str(event.step) for event in events]
    for step in ("receive", "dispatch", "claim", "reply", "follow_up", "resolve", "rate"):
        assert step in steps
    kept = " ".join(f"{event.why} {event.details}" for event in events)
    assert not any(len(text) > 4 and text in kept for text in texts)
