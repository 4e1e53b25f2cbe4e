"""少发这类: from a notice or the settings, in one tap."""

from datetime import UTC, datetime

import pytest
from sqlmodel import col, select

from models import Notice
from models.notices import NoticeState
from tests.handlers.test_matching import described
from tests.town import Town

NINE_ON_THE_DAY = datetime(2026, 12, 17, 1, 0, tzinfo=UTC)


async def test_the_settings_lead_to_what_one_wants_to_hear(town: Town) -> None:
    company = town.player("company")
    await described(company)
    await company.says("/start")
    await company.presses("设置")

    shown = await company.presses("通知")
    assert "有变化的那天" in shown.text
    assert "由您接收" in shown.text
    weekly = await company.presses("政策：每周")

    assert "每周汇总" in weekly.text
    assert company.toast == "已保存"
    assert "政策：每周" not in weekly.buttons


async def test_whoever_has_not_agreed_sets_nothing(town: Town) -> None:
    stranger = town.player("company")
    await stranger.says("/notices")

    await stranger.presses("关闭截止提醒")

    assert "/privacy" in stranger.toast


async def test_a_reminder_leads_there_and_is_not_said_once_muted(town: Town) -> None:
    company = town.player("company")
    await described(company)
    await company.presses("贷款贴息")
    await company.presses("提醒我")
    await company.presses("截止前 10 个工作日")
    await company.says("/notices")
    await company.presses("关闭截止提醒")
    before = len(await company.messages())

    await town.passes_until(NINE_ON_THE_DAY)

    assert len(await company.messages()) == before
    async with town.database.read() as session:
        watched = select(Notice).where(col(Notice.subject) == "watch")
        (notice,) = (await session.exec(watched)).all()
    assert notice.state is NoticeState.DROPPED


async def test_the_button_stands_under_a_reminder(town: Town) -> None:
    company = town.player("company")
    await described(company)
    await company.presses("贷款贴息")
    await company.presses("提醒我")
    await company.presses("截止前 10 个工作日")
    await town.passes_until(NINE_ON_THE_DAY)

    choices = await company.presses("少发这类")

    assert "通知设置" in choices.text


@pytest.mark.parametrize("words", ["晚上别发", "别再发了", "少发点通知", "fewer notices"])
async def test_asking_for_less_in_words_leads_there(town: Town, words: str) -> None:
    company = town.player("company")
    await described(company)

    assert "通知设置" in (await company.says(words)).text
