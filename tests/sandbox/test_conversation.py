"""A person and a bot talk: messages, buttons, edits, files, topics."""

import asyncio

import aiohttp

from sandbox.seats import DESK_CHAT_ID
from tests.sandbox.conftest import PNG, TOKEN, Town


async def test_start_reaches_the_bot_as_a_command(town: Town) -> None:
    await town.do("say", seat="company", text="/start invite_1")

    (update,) = await town.updates()
    message = update["message"]
    assert message["text"] == "/start invite_1"
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert message["chat"] == {
        "id": 1001,
        "type": "private",
        "first_name": "王芳",
        "username": "wangfang",
    }
    assert message["from"]["language_code"] == "zh-hans"


async def test_answer_is_seen_and_edited_in_place(town: Town) -> None:
    await town.do("say", seat="company", text="/start")
    sent = await town.bot(
        "sendMessage",
        chat_id=1001,
        text="<b>您好</b>",
        parse_mode="HTML",
        reply_markup={"inline_keyboard": [[{"text": "好", "callback_data": "ok"}]]},
    )
    edited = await town.bot(
        "editMessageText", chat_id=1001, message_id=sent["message_id"], text="再见"
    )

    seen = (await town.see("messages", seat="company"))["messages"]
    assert [message["text"] for message in seen] == ["/start", "再见"]
    assert sent["entities"] == [{"type": "bold", "offset": 0, "length": 2}]
    assert "reply_markup" not in edited
    assert edited["edit_date"] == edited["date"]


async def test_press_waits_for_the_answer(town: Town) -> None:
    await town.do("say", seat="company", text="/start")
    await town.updates()
    await town.bot(
        "sendMessage",
        chat_id=1001,
        text="?",
        reply_markup={"inline_keyboard": [[{"text": "好", "callback_data": "ok"}]]},
    )

    async def answer() -> None:
        (update,) = await town.bot("getUpdates", timeout=5)
        query = update["callback_query"]
        assert query["data"] == "ok"
        assert query["message"]["text"] == "?"
        await town.bot("answerCallbackQuery", callback_query_id=query["id"], text="收到")

    pressed, _ = await asyncio.gather(town.do("press", seat="company", text="好"), answer())
    assert pressed["answer"] == {"text": "收到", "show_alert": False}


async def test_topic_messages_carry_their_topic(town: Town) -> None:
    topic = await town.bot("createForumTopic", chat_id=DESK_CHAT_ID, name="QT-0001 贷款")
    thread = topic["message_thread_id"]
    card = await town.bot(
        "sendMessage", chat_id=DESK_CHAT_ID, message_thread_id=thread, text="卡片"
    )
    await town.bot("pinChatMessage", chat_id=DESK_CHAT_ID, message_id=card["message_id"])
    await town.do("say", seat="officer", chat="desk", thread=thread, text="我来办")

    created, pinned, said = [update["message"] for update in await town.updates()]
    assert created["forum_topic_created"]["name"] == "QT-0001 贷款"
    assert created["message_id"] == thread
    assert pinned["pinned_message"]["text"] == "卡片"
    assert said["message_thread_id"] == thread
    assert said["is_topic_message"] is True
    assert said["reply_to_message"]["message_id"] == thread
    assert card["reply_to_message"]["forum_topic_created"]["name"] == "QT-0001 贷款"


async def test_photo_travels_both_ways(town: Town) -> None:
    form = aiohttp.FormData({"seat": "company", "caption": "设备照片"})
    form.add_field("photo", PNG, filename="a.png", content_type="image/png")
    async with town.http.post(f"{town.url}/sandbox/attach", data=form) as response:
        assert (await response.json())["ok"]
    (update,) = await town.updates()
    photo = update["message"]["photo"][-1]
    assert (photo["width"], photo["height"]) == (2, 2)

    found = await town.bot("getFile", file_id=photo["file_id"])
    async with town.http.get(f"{town.url}/file/bot{TOKEN}/{found['file_path']}") as response:
        assert await response.read() == PNG
    again = await town.bot("sendPhoto", chat_id=1001, photo=photo["file_id"], caption="收到")
    assert again["photo"][0]["file_unique_id"] == photo["file_unique_id"]


async def test_everything_is_there_after_a_restart(town: Town) -> None:
    await town.do("say", seat="company", text="/start")
    sent = await town.bot("sendMessage", chat_id=1001, text="您好")
    await town.bot("setMyCommands", commands=[{"command": "menu", "description": "菜单"}])
    before = await town.see("messages", seat="company")

    await town.close()
    await town.open()

    assert await town.see("messages", seat="company") == before
    (update,) = await town.updates()
    assert update["message"]["text"] == "/start"
    assert await town.bot("getMyCommands") == [{"command": "menu", "description": "菜单"}]
    later = await town.bot("sendMessage", chat_id=1001, text="又见面了")
    assert later["message_id"] > sent["message_id"]
