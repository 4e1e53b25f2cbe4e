"""The local Telegram refuses what the real one refuses, in its words."""

from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from sandbox.seats import DESK_CHAT_ID
from tests.sandbox.conftest import Town

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)


def inline(**button: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[button]]}


@pytest.mark.parametrize(
    ("method", "params", "words"),
    [
        ("sendMessage", {"text": "x"}, "chat_id is empty"),
        ("sendMessage", {"chat_id": 1001}, "message text is empty"),
        ("sendMessage", {"chat_id": 1001, "text": "  "}, "message text is empty"),
        ("sendMessage", {"chat_id": 1001, "text": "企" * 4097}, "message is too long"),
        ("sendMessage", {"chat_id": 1001, "text": "😀" * 2049}, "message is too long"),
        ("sendMessage", {"chat_id": 5, "text": "x"}, "chat not found"),
        ("sendMessage", {"chat_id": "@nobody", "text": "x"}, "chat not found"),
        (
            "sendMessage",
            {"chat_id": 1001, "text": "x", "message_thread_id": 7},
            "message thread not found",
        ),
        (
            "sendMessage",
            {"chat_id": 1001, "text": "x", "reply_parameters": {"message_id": 999}},
            "message to be replied not found",
        ),
        (
            "sendMessage",
            {"chat_id": 1001, "text": "x", "reply_markup": inline(text="a", callback_data="")},
            "BUTTON_DATA_INVALID",
        ),
        (
            "sendMessage",
            {
                "chat_id": 1001,
                "text": "x",
                "reply_markup": inline(text="a", callback_data="企" * 22),
            },
            "BUTTON_DATA_INVALID",
        ),
        (
            "sendMessage",
            {"chat_id": 1001, "text": "x", "reply_markup": inline(text="a")},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            "sendMessage",
            {"chat_id": 1001, "text": "x", "reply_markup": inline(text="a", url="no address")},
            "inline keyboard button URL 'no address' is invalid: Wrong HTTP URL",
        ),
        (
            "sendMessage",
            {
                "chat_id": DESK_CHAT_ID,
                "text": "x",
                "reply_markup": {"keyboard": [[{"text": "a", "request_contact": True}]]},
            },
            "phone number can be requested in private chats only",
        ),
        (
            "sendMessage",
            {"chat_id": 1001, "text": "x", "colour": "red"},
            'parameter "colour" is not known to sendMessage in the sandbox',
        ),
        (
            "sendMessage",
            {"chat_id": "abc", "text": "x"},
            'parameter "chat_id" must be an integer',
        ),
        (
            "sendMessage",
            {"chat_id": 1001, "text": "*x*", "parse_mode": "Markdown"},
            "unsupported parse_mode (the sandbox reads HTML only)",
        ),
        (
            "sendPhoto",
            {"chat_id": 1001, "photo": "AgAC"},
            "wrong file identifier/HTTP URL specified",
        ),
        (
            "sendPhoto",
            {"chat_id": 1001, "photo": "attach://gone"},
            "wrong file identifier/HTTP URL specified",
        ),
        (
            "editMessageText",
            {"chat_id": 1001, "message_id": 999, "text": "x"},
            "message to edit not found",
        ),
        (
            "editMessageText",
            {"chat_id": 1001, "message_id": 1, "text": "x"},
            "message can't be edited",
        ),
        ("deleteMessage", {"chat_id": 1001, "message_id": 999}, "message to delete not found"),
        ("pinChatMessage", {"chat_id": 1001, "message_id": 999}, "message to pin not found"),
        ("answerCallbackQuery", {"callback_query_id": "1"}, TOO_OLD),
        ("createForumTopic", {"chat_id": 1001, "name": "x"}, "the chat is not a forum"),
        ("createForumTopic", {"chat_id": DESK_CHAT_ID, "name": " "}, "title must be non-empty"),
        (
            "closeForumTopic",
            {"chat_id": DESK_CHAT_ID, "message_thread_id": 99},
            "TOPIC_ID_INVALID",
        ),
        ("getFile", {"file_id": "x"}, "invalid file_id"),
        (
            "setMyCommands",
            {"commands": [{"command": "A b", "description": "x"}]},
            "BOT_COMMAND_INVALID",
        ),
        (
            "sendChatAction",
            {"chat_id": 1001, "action": "sleep"},
            "wrong parameter action in request",
        ),
        ("getChatMember", {"chat_id": DESK_CHAT_ID, "user_id": 5}, "member not found"),
        (
            "setMessageReaction",
            {"chat_id": 1001, "message_id": 1, "reaction": [{"type": "emoji", "emoji": "✅"}]},
            "REACTION_INVALID",
        ),
    ],
)
async def test_bad_request(town: Town, method: str, params: dict[str, Any], words: str) -> None:
    await town.do("say", seat="company", text="/start")

    answer = await town.call(method, **params)

    assert (answer["error_code"], answer["description"]) == (400, f"Bad Request: {words}")
    (noted,) = (await town.see("rejected"))["rejected"]
    assert noted["description"] == answer["description"]
    assert noted["injected"] is False


async def test_unchanged_edit(town: Town) -> None:
    await town.do("say", seat="company", text="/start")
    markup = inline(text="a", callback_data="1")
    sent = await town.bot(
        "sendMessage", chat_id=1001, text="<b>x</b>", parse_mode="HTML", reply_markup=markup
    )
    same = {"chat_id": 1001, "message_id": sent["message_id"], "reply_markup": markup}

    words = await town.refusal("editMessageText", text="<b>x</b>", parse_mode="HTML", **same)

    assert words == f"Bad Request: {NOT_MODIFIED}"
    assert await town.bot("editMessageText", text="x", **same)


async def test_caption_is_limited_after_parsing(town: Town) -> None:
    await town.do("say", seat="company", text="/start")
    form = {"chat_id": "1001", "caption": "企" * 1025}
    url = f"{town.url}/bot{town.token}/sendDocument"
    data = aiohttp.FormData(form)
    data.add_field("document", b"x", filename="a.txt")

    async with town.http.post(url, data=data) as response:
        answer = await response.json()

    assert answer["description"] == "Bad Request: message caption is too long"


async def test_stranger_and_blocked(town: Town) -> None:
    words = await town.refusal("sendMessage", chat_id=1001, text="x")
    assert words == "Forbidden: bot can't initiate conversation with a user"

    await town.do("say", seat="company", text="/start")
    await town.do("block", seat="company")
    words = await town.refusal("sendMessage", chat_id=1001, text="x")
    assert words == "Forbidden: bot was blocked by the user"
    *_, update = await town.updates()
    assert update["my_chat_member"]["new_chat_member"]["status"] == "kicked"

    await town.do("unblock", seat="company")
    assert await town.bot("sendMessage", chat_id=1001, text="x")


async def test_lost_rights(town: Town) -> None:
    topic = await town.bot("createForumTopic", chat_id=DESK_CHAT_ID, name="一")
    sent = await town.bot("sendMessage", chat_id=DESK_CHAT_ID, text="x")
    await town.do(
        "topic", seat="admin", chat="desk", thread=topic["message_thread_id"], action="close"
    )

    rights = {"can_manage_topics": False, "can_pin_messages": False}
    await town.do("group", chat="desk", rights=rights)

    assert await town.refusal("createForumTopic", chat_id=DESK_CHAT_ID, name="二") == (
        "Bad Request: not enough rights to create a topic"
    )
    assert (
        await town.refusal("pinChatMessage", chat_id=DESK_CHAT_ID, message_id=sent["message_id"])
        == "Bad Request: not enough rights to manage pinned messages in the chat"
    )
    assert (
        await town.refusal(
            "sendMessage",
            chat_id=DESK_CHAT_ID,
            message_thread_id=topic["message_thread_id"],
            text="x",
        )
        == "Bad Request: TOPIC_CLOSED"
    )

    await town.do("group", chat="desk", bot_status="kicked")
    assert await town.refusal("sendMessage", chat_id=DESK_CHAT_ID, text="x") == (
        "Forbidden: bot was kicked from the supergroup chat"
    )


async def test_deleted_topic(town: Town) -> None:
    topic = await town.bot("createForumTopic", chat_id=DESK_CHAT_ID, name="一")
    where = {"chat_id": DESK_CHAT_ID, "message_thread_id": topic["message_thread_id"]}
    await town.do("topic", chat="desk", thread=topic["message_thread_id"], action="delete")

    assert await town.refusal("sendMessage", text="x", **where) == (
        "Bad Request: message thread not found"
    )
    assert await town.refusal("editForumTopic", name="二", **where) == "Bad Request: TOPIC_DELETED"


async def test_group_without_topics(town: Town) -> None:
    await town.do("group", chat="desk", is_forum=False)

    assert await town.refusal("createForumTopic", chat_id=DESK_CHAT_ID, name="一") == (
        "Bad Request: the chat is not a forum"
    )


async def test_old_press_cannot_be_answered(town: Town) -> None:
    await town.do("say", seat="company", text="/start")
    await town.bot(
        "sendMessage", chat_id=1001, text="?", reply_markup=inline(text="a", callback_data="1")
    )
    pressed = await town.do("press", seat="company", data="1", wait=0)
    town.clock.forward(timedelta(minutes=5))

    words = await town.refusal("answerCallbackQuery", callback_query_id=pressed["callback_id"])

    assert words == f"Bad Request: {TOO_OLD}"


async def test_wrong_token_and_unknown_method(town: Town) -> None:
    async with town.http.get(f"{town.url}/bot1:wrong/getMe") as response:
        assert response.status == 401
        assert (await response.json())["description"] == "Unauthorized"
    answer = await town.call("sendGift", user_id=1001)
    assert (answer["error_code"], answer["description"]) == (404, "Not Found: method not found")


async def test_ordered_faults(town: Town) -> None:
    await town.do("say", seat="company", text="/start")
    send = {"chat_id": 1001, "text": "x"}

    await town.do("fault", method="sendMessage", retry_after=37)
    answer = await town.call("sendMessage", **send)
    assert answer["error_code"] == 429
    assert answer["parameters"] == {"retry_after": 37}
    assert answer["description"] == "Too Many Requests: retry after 37"

    await town.do("fault", method="sendMessage", chat=1001, migrate_to=-1005)
    assert (await town.call("sendMessage", **send))["parameters"] == {"migrate_to_chat_id": -1005}

    await town.do("fault", method="sendMessage", error_code=502, description="Bad Gateway")
    assert (await town.call("sendMessage", **send))["error_code"] == 502
    assert (await town.call("sendMessage", **send))["ok"]
    assert all(one["injected"] for one in (await town.see("rejected"))["rejected"])


async def test_hanging_up_after_the_effect(town: Town) -> None:
    await town.do("say", seat="company", text="/start")
    await town.do("fault", method="sendMessage", drop_after=True)

    with pytest.raises(aiohttp.ClientConnectionError):
        await town.call("sendMessage", chat_id=1001, text="还在")

    texts = [one["text"] for one in (await town.see("messages", seat="company"))["messages"]]
    assert texts == ["/start", "还在"]
