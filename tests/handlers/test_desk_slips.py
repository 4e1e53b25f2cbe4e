"""An officer's slips: a sticker where words were asked, a form left by words, another's form."""

from typing import Any

import pytest

from tests.handlers.company import PICTURE
from tests.handlers.office import open_office, raise_ticket, topic_of
from tests.town import Player, Town


@pytest.fixture
async def desk(town: Town) -> dict[str, Any]:
    """A ticket that the officer handles; where its topic is."""
    await open_office(town, started=(2001, 2002))
    await raise_ticket(town)
    place: dict[str, Any] = {"chat": "desk", "thread": await topic_of(town, "0001")}
    await town.player("officer").presses("受理", **place)
    return place


@pytest.fixture
def officer(town: Town) -> Player:
    return town.player("officer")


async def test_a_sticker_is_no_answer_to_a_company(
    town: Town, officer: Player, desk: dict[str, Any]
) -> None:
    await officer.presses("回复企业", **desk)

    refused = await officer.attaches("sticker", **desk)

    assert "请用文字" in refused.text
    assert refused.buttons == ["取消"]
    preview = await officer.says("正在核实", **desk)
    assert "发送" in preview.buttons


@pytest.mark.parametrize("word", ["取消", "/cancel", "/cancel@qihang_sandbox_bot"])
async def test_a_form_is_left_by_a_word(
    town: Town, officer: Player, desk: dict[str, Any], word: str
) -> None:
    await officer.presses("回复企业", **desk)

    left = await officer.says(word, **desk)
    noted = await officer.says("这家要现场看", **desk)

    assert "没有发出" in left.text or "已取消" in left.text
    assert "发送" not in noted.buttons
    assert not await town.player("company").has_read("这家要现场看")


async def test_anothers_open_question_is_not_answered_for_them(
    town: Town, officer: Player, desk: dict[str, Any]
) -> None:
    await officer.presses("办结", **desk)
    question = await officer.message_with("已解决", **desk)
    other = town.player("officer2")

    shown = await other.presses_on(question, "已解决", **desk)

    assert shown.buttons == question.buttons
    assert "权限" in other.toast


async def test_an_older_preview_sends_nothing_newer(
    town: Town, officer: Player, desk: dict[str, Any]
) -> None:
    await officer.presses("回复企业", **desk)
    older = await officer.says("请明天来窗口", **desk)
    newer = await officer.says("带上营业执照", **desk)

    await officer.presses_on(older, "发送", **desk)
    assert "较早" in officer.toast
    assert not await town.player("company").has_read("来窗口")
    await officer.presses_on(newer, "发送", **desk)

    assert await town.player("company").has_read("请明天来窗口\n\n带上营业执照")


WORDLESS = ("sticker", "photo", "voice")


@pytest.mark.parametrize("kind", WORDLESS)
async def test_a_reason_for_more_time_needs_words_and_stays_asked(
    officer: Player, desk: dict[str, Any], kind: str
) -> None:
    await officer.presses("申请延期", **desk)
    await officer.presses("+3 工作日", **desk)

    refused = await officer.attaches(kind, PICTURE, **desk)
    asked = await officer.says("需要专家评审", **desk)

    assert "请用文字" in refused.text
    assert refused.buttons == ["取消"]
    assert "申请延期 3 个工作日" in asked.text
    assert "需要专家评审" in asked.text


async def test_a_picture_with_words_is_a_reason(officer: Player, desk: dict[str, Any]) -> None:
    await officer.presses("申请延期", **desk)
    await officer.presses("+3 工作日", **desk)

    asked = await officer.attaches("photo", PICTURE, caption="需要专家评审", **desk)

    assert "申请延期 3 个工作日" in asked.text
    assert "需要专家评审" in asked.text
