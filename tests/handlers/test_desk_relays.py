"""What goes through a desk, both ways: every kind of message, albums, edits."""

from typing import Any

import pytest

from tests.handlers.office import PNG, claimed
from tests.town import Player, Town


async def _adding(town: Town) -> Player:
    company = town.player("company")
    await company.says("QT-20261123-0001")
    await company.presses("补充")
    return company


# Every kind


#: What can be sent, as the page sends it: files by their field, other things as content.
_FILES = ("photo", "document", "voice", "video", "video_note", "audio", "animation")
_CONTENTS = {
    "location": {"location": {"latitude": 30.3, "longitude": 120.3}},
    "contact": {"contact": {"phone_number": "+8657188880001", "first_name": "赵工"}},
}


async def _sends_everything(town: Town, player: Player, **where: Any) -> None:
    for kind in _FILES:
        caption = "" if kind == "video_note" else f"附言{kind}"
        await player.attaches(kind, (f"{kind}.bin", PNG), caption=caption, **where)
    for content in _CONTENTS.values():
        await town.do("content", seat=player.seat, content=content, **where)
        await town.settle()


async def test_everything_a_company_sends_reaches_the_desk(town: Town) -> None:
    officer, where = await claimed(town)
    company = town.player("company")
    await company.says("QT-20261123-0001")
    await company.presses("补充")

    await _sends_everything(town, company)

    read = await officer.messages(**where)
    for kind in (*_FILES, "location"):
        assert [message for message in read if kind in message.raw], kind
    for kind in set(_FILES) - {"video_note"}:
        assert [one for one in read if f"附言{kind}" in one.text and kind in one.raw], kind
    assert [message for message in read if "赵工" in message.text and "88880001" in message.text]


async def test_everything_an_officer_replies_with_reaches_the_company(town: Town) -> None:
    officer, where = await claimed(town)
    company = town.player("company")
    card = await officer.message_with("更多", **where)

    await _sends_everything(town, officer, **where, reply_to=card.id)
    assert not [one for one in await company.messages() if "document" in one.raw]
    await town.passes(seconds=61)

    read = await company.messages()
    for kind in (*_FILES, *_CONTENTS):
        assert [message for message in read if kind in message.raw], kind
    for kind in set(_FILES) - {"video_note"}:
        assert [one for one in read if f"附言{kind}" in one.text and kind in one.raw], kind
    assert len([one for one in read if "回复" in one.text]) >= len(_FILES) + len(_CONTENTS)


# Albums


async def test_an_album_reaches_the_company_whole_and_can_be_taken_back(town: Town) -> None:
    officer, where = await claimed(town)
    company = town.player("company")
    album = (("a.png", PNG), ("b.png", PNG))

    card = await officer.message_with("更多", **where)
    await officer.attaches("photo", *album, caption="第一次", **where, reply_to=card.id)
    await officer.presses("撤回", **where)
    await town.passes(seconds=61)
    assert not any("photo" in message.raw for message in await company.messages())

    await officer.presses("回复企业", **where)
    await officer.attaches("photo", *album, caption="第二次", caption_last="1", **where)
    preview = await officer.message_with("发送", **where)
    assert "第二次" in preview.text
    assert "2" in preview.text
    await officer.presses("发送", **where)
    photos = [message.raw for message in await company.messages() if "photo" in message.raw]
    assert len(photos) == 2
    assert len({photo["media_group_id"] for photo in photos}) == 1
    assert len([one for one in await company.messages() if "第二次" in one.text]) == 1


@pytest.mark.parametrize("step", ["请企业补充", "办结"])
async def test_the_files_of_a_question_or_an_answer_go_with_it(town: Town, step: str) -> None:
    officer, where = await claimed(town)
    company = town.player("company")

    await officer.presses(step, **where)
    if step == "办结":
        await officer.presses("已解决", **where)
    await officer.attaches("photo", ("a.png", PNG), ("b.png", PNG), caption="看这里", **where)
    await officer.presses("3 个工作日" if step == "请企业补充" else "提交", **where)
    await town.passes(seconds=61)

    read = await company.messages()
    photos = [number for number, message in enumerate(read) if "photo" in message.raw]
    words = [number for number, message in enumerate(read) if "看这里" in message.text]
    assert len(photos) == 2
    assert words == [photos[-1] + 1], "the words stand once, below the files"


@pytest.mark.parametrize("last", ["", "1"])
async def test_slash_r_under_a_file_takes_the_whole_album(town: Town, last: str) -> None:
    officer, where = await claimed(town)

    await officer.attaches(
        "photo", ("a.png", PNG), ("b.png", PNG), caption="/r 窗口在这里", caption_last=last, **where
    )
    assert await officer.message_with("撤回", **where)
    await town.passes(seconds=61)

    read = await town.player("company").messages()
    assert len([one for one in read if "photo" in one.raw]) == 2
    assert [one.text.count("窗口在这里") for one in read if "/r" in one.text] == []
    assert len([one for one in read if "窗口在这里" in one.text]) == 1


async def test_fault_25_a_companys_album_is_one_group_at_the_desk(town: Town) -> None:
    officer, where = await claimed(town)
    company = await _adding(town)

    await company.attaches(
        "photo", ("a.png", PNG), ("b.png", PNG), caption="设备铭牌", caption_last="1"
    )
    assert not await officer.has_read("设备铭牌", **where), "more of it may come"
    await town.passes(seconds=3)

    copies = [one for one in await officer.messages(**where) if "photo" in one.raw]
    assert len({copy.raw["media_group_id"] for copy in copies}) == 1
    assert ["设备铭牌" in copy.text for copy in copies] == [True, False]
    await officer.says("收到", **where, reply_to=copies[1].id)
    assert await officer.message_with("发给企业", **where)

    named = next(one for one in await company.messages() if one.text == "设备铭牌")
    await company.edits(named.id, "新的铭牌")
    copies = [one for one in await officer.messages(**where) if "photo" in one.raw]
    assert ["新的铭牌" in copy.text for copy in copies] == [True, False]


# Photo and words of one answer


async def test_words_after_a_photo_belong_to_the_same_answer(town: Town) -> None:
    officer, where = await claimed(town)
    company = town.player("company")
    await officer.presses("办结", **where)
    await officer.presses("已解决", **where)

    alone = await officer.attaches("photo", ("a.png", PNG), **where)
    both = await officer.says("已经修好，照片为证。", **where)
    more = await officer.attaches("photo", ("b.png", PNG), **where)
    await officer.presses_on(more, "提交", **where)
    await town.passes(seconds=61)

    assert "没有文字，附件本身就是答复" in alone.text
    assert "只发附件" in alone.buttons
    assert "附件 1 个" in both.text
    assert "已经修好" in both.text
    assert "附件 2 个" in more.text
    assert "已经修好" in more.text
    read = await company.messages()
    assert len([one for one in read if "photo" in one.raw]) == 2
    call = await company.message_with("没解决")
    assert "已经修好，照片为证。" in call.text
    assert len([one for one in read if "已经修好" in one.text]) == 1


async def test_a_photo_alone_is_an_answer_when_the_officer_says_so(town: Town) -> None:
    officer, where = await claimed(town)
    await officer.presses("回复企业", **where)
    await officer.attaches("photo", ("a.png", PNG), **where)

    await officer.presses("只发附件", **where)

    assert [one for one in await town.player("company").messages() if "photo" in one.raw]


async def test_a_question_in_two_messages_is_asked_as_one(town: Town) -> None:
    officer, where = await claimed(town)
    await officer.presses("请企业补充", **where)
    await officer.says("请补一张铭牌照片", **where)
    preview = await officer.says("还有购买合同", **where)

    await officer.presses_on(preview, "3 个工作日", **where)

    asked = await town.player("company").message_with("现在补充")
    assert "请补一张铭牌照片\n\n还有购买合同" in asked.text


async def test_words_of_a_preview_are_corrected_by_words_or_where_they_stand(town: Town) -> None:
    officer, where = await claimed(town)
    await officer.presses("回复企业", **where)
    await officer.attaches("photo", ("a.png", PNG), **where)
    await officer.says("请周三来窗口", **where)
    preview = await officer.says("改成：请周四来窗口", **where)
    assert "周三" not in preview.text
    assert "附件 1 个" in preview.text

    written = next(one for one in await officer.messages(**where) if one.text.startswith("改成"))
    await officer.edits(written.id, "请周五来窗口", **where)
    shown = await officer.message(preview.id, **where)
    await officer.presses_on(shown, "发送", **where)

    assert "请周五来窗口" in shown.text
    company = town.player("company")
    assert await company.has_read("请周五来窗口")
    assert not await company.has_read("周四")


async def test_prepared_words_go_with_the_photo_and_give_way_to_ones_own(town: Town) -> None:
    officer, where = await claimed(town)
    await officer.presses("请企业补充", **where)
    await officer.attaches("photo", ("a.png", PNG), **where)
    prepared = await officer.presses("补材料", **where)
    own = await officer.says("请补购买合同", **where)

    assert "附件 1 个" in prepared.text
    assert "请补购买合同" in own.text
    assert "通知书" not in own.text
    assert "附件 1 个" in own.text


# Edits


async def test_what_the_company_edits_is_corrected_at_the_desk(town: Town) -> None:
    officer, where = await claimed(town)
    company = town.player("company")
    await company.says("QT-20261123-0001")
    await company.presses("补充")
    await company.says("电话 88880001")
    written = next(m for m in await company.messages() if "88880001" in m.text)

    await company.edits(written.id, "电话 88880002")

    assert await officer.has_read("88880002", **where)
    assert await officer.has_read("企业修改过", **where)


async def test_an_officer_corrects_a_note_and_what_was_sent(town: Town) -> None:
    officer, where = await claimed(town)
    card = await officer.message_with("更多", **where)
    await officer.says("请带公章来", **where, reply_to=card.id)
    await town.passes(seconds=61)
    written = next(m for m in await officer.messages(**where) if m.text == "请带公章来")

    await officer.edits(written.id, "请带营业执照来", **where)

    assert await town.player("company").has_read("请带营业执照来")


async def test_fault_26_a_file_stays_when_its_words_go_and_an_edit_after_the_end_is_shown(
    town: Town,
) -> None:
    officer, where = await claimed(town)
    company = await _adding(town)
    await company.attaches("photo", ("a.png", PNG), caption="漏水的地方")
    sent = next(one for one in await company.messages() if one.text == "漏水的地方")

    await company.edits(sent.id, "")
    copy = next(one for one in await officer.messages(**where) if "photo" in one.raw)
    assert "漏水的地方" not in copy.text
    assert "企业修改过" in copy.text

    card = await officer.message_with("更多", **where)
    await officer.attaches(
        "document", ("x.pdf", b"%PDF"), caption="请看", **where, reply_to=card.id
    )
    await town.passes(seconds=61)
    written = next(one for one in await officer.messages(**where) if one.text == "请看")
    await officer.edits(written.id, "", **where)
    files = [one for one in await company.messages() if "document" in one.raw]
    assert ["请看" in one.text for one in files] == [True, False]

    await officer.presses("办结", **where)
    await officer.presses("已解决", **where)
    await officer.presses("按已说的办结", **where)
    await town.passes(seconds=61)
    await company.presses("解决了")
    await company.edits(sent.id, "是二楼的水管")
    copy = next(one for one in await officer.messages(**where) if "photo" in one.raw)
    assert "是二楼的水管" in copy.text
