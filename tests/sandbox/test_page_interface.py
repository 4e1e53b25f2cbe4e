"""What a visitor, or a test, can do and see through the page's own interface."""

from io import BytesIO

import aiohttp
import pytest

from sandbox.seats import DESK_CHAT_ID, PLAIN_GROUP_ID
from tests.sandbox.conftest import PNG, Json, Town


async def attach(town: Town, fields: dict[str, str], *files: tuple[str, bytes, str, str]) -> Json:
    form = aiohttp.FormData(fields)
    for name, content, filename, kind in files:
        form.add_field(name, BytesIO(content), filename=filename, content_type=kind)
    async with town.http.post(f"{town.url}/sandbox/attach", data=form) as response:
        answer: Json = await response.json()
        return answer


async def refused(town: Town, act: str, /, **body: object) -> str:
    async with town.http.post(f"{town.url}/sandbox/{act}", json=body) as response:
        answer = await response.json()
        assert answer["ok"] is False
        return str(answer["error"])


async def test_album_has_one_group_and_may_be_joined_late(town: Town) -> None:
    picture = (PNG, "a.png", "image/png")
    sent = await attach(
        town,
        {"seat": "company", "caption": "三张", "caption_last": "1"},
        ("photo_0", *picture),
        ("photo_1", *picture),
    )
    group = sent["messages"][0]["media_group_id"]
    await attach(town, {"seat": "company", "media_group_id": group}, ("photo", *picture))

    messages = [update["message"] for update in await town.updates()]
    assert {message["media_group_id"] for message in messages} == {group}
    assert [message.get("caption") for message in messages] == [None, "三张", None]


async def test_voice_and_named_document(town: Town) -> None:
    await attach(town, {"seat": "company"}, ("voice", b"OggS", "v.ogg", "audio/ogg"))
    await attach(
        town,
        {"seat": "company", "kind": "document"},
        ("file", b"%PDF", "营业执照.pdf", "application/pdf"),
    )

    voice, document = [update["message"] for update in await town.updates()]
    assert voice["voice"]["mime_type"] == "audio/ogg"
    assert document["document"]["file_name"] == "营业执照.pdf"
    assert document["document"]["mime_type"] == "application/pdf"


async def test_empty_file_is_refused(town: Town) -> None:
    answer = await attach(town, {"seat": "company"}, ("document", b"", "a.txt", "text/plain"))

    assert answer == {"ok": False, "error": "Bad Request: file must be non-empty"}


async def test_big_file_is_known_but_cannot_be_fetched(town: Town) -> None:
    big = bytes(21 * 1024 * 1024)
    sent = await attach(town, {"seat": "company"}, ("document", big, "a.bin", "application/x-any"))
    file_id = sent["messages"][0]["document"]["file_id"]

    assert await town.refusal("getFile", file_id=file_id) == "Bad Request: file is too big"
    assert await town.bot("sendDocument", chat_id=1001, document=file_id)


async def test_uploaded_page_is_never_shown_in_place(town: Town) -> None:
    sent = await attach(town, {"seat": "company"}, ("document", b"<script>", "a.html", "text/html"))
    file_id = sent["messages"][0]["document"]["file_id"]

    async with town.http.get(f"{town.url}/sandbox/files/{file_id}") as response:
        assert response.headers["Content-Disposition"] == "attachment"
        assert response.content_type == "application/octet-stream"


async def test_own_contact(town: Town) -> None:
    await town.do("contact", seat="company")

    (update,) = await town.updates()
    assert update["message"]["contact"] == {
        "phone_number": "+8613800001001",
        "first_name": "王芳",
        "user_id": 1001,
    }


async def test_edit_of_ones_own_words(town: Town) -> None:
    sent = await town.do("say", seat="company", text="80人")
    await town.do("edit", seat="company", message_id=sent["message_id"], text="120人")

    _, update = await town.updates()
    assert update["edited_message"]["text"] == "120人"
    assert update["edited_message"]["edit_date"]
    assert "not a message of yours" in await refused(
        town, "edit", seat="colleague", chat="private", message_id=sent["message_id"], text="x"
    )


async def test_very_long_text_goes_in_parts(town: Town) -> None:
    sent = await town.do("say", seat="company", text="企" * 5000)

    assert [len(message["text"]) for message in sent["messages"]] == [4096, 904]


async def test_changes_since_a_revision(town: Town) -> None:
    first = await town.do("say", seat="company", text="一")
    second = await town.do("say", seat="company", text="二")
    before = await town.see("messages", seat="company")
    await town.do("delete", seat="company", message_id=first["message_id"])
    await town.do("edit", seat="company", message_id=second["message_id"], text="贰")

    changed = await town.see("messages", seat="company", since=before["rev"])

    assert [one.get("text", one.get("deleted")) for one in changed["messages"]] == [True, "贰"]


async def test_unread_counts_by_seat_and_topic(town: Town) -> None:
    topic = await town.bot("createForumTopic", chat_id=DESK_CHAT_ID, name="一")
    thread = topic["message_thread_id"]
    sent = await town.bot(
        "sendMessage", chat_id=DESK_CHAT_ID, message_thread_id=thread, text="卡片"
    )
    await town.do("read", seat="officer", chat="desk", thread=thread, message_id=sent["message_id"])

    def unread(chats: Json) -> list[int]:
        return [one["unread"] for chat in chats["chats"] for one in chat.get("topics", [])]

    assert unread(await town.see("chats", seat="officer")) == [0]
    assert unread(await town.see("chats", seat="officer2")) == [2]
    assert [chat["type"] for chat in (await town.see("chats", seat="company"))["chats"]] == [
        "private"
    ]


async def test_outsiders_neither_read_nor_write(town: Town) -> None:
    async with town.http.get(
        f"{town.url}/sandbox/messages", params={"seat": "company", "chat": "desk"}
    ) as response:
        assert response.status == 403
    assert await refused(town, "say", seat="company", chat="desk", text="x") == (
        "Bad Request: you are not a member of this chat"
    )


async def test_members_cannot_write_into_a_closed_topic(town: Town) -> None:
    thread = (await town.do("topic", seat="head", chat="desk", name="一"))["thread"]
    await town.do("topic", seat="head", chat="desk", thread=thread, action="close")

    assert (
        await refused(town, "say", seat="officer", chat="desk", thread=thread, text="x")
        == "Bad Request: TOPIC_CLOSED"
    )
    assert await town.do("say", seat="head", chat="desk", thread=thread, text="x")


async def test_stale_button_can_be_forced(town: Town) -> None:
    await town.do("say", seat="company", text="/start")
    sent = await town.bot(
        "sendMessage",
        chat_id=1001,
        text="?",
        reply_markup={"inline_keyboard": [[{"text": "好", "callback_data": "ok"}]]},
    )
    message_id = sent["message_id"]
    await town.bot("editMessageReplyMarkup", chat_id=1001, message_id=message_id)
    await town.updates()

    stale = {"seat": "company", "message_id": message_id, "data": "ok", "wait": 0}
    assert await refused(town, "press", **stale) == "Bad Request: there is no such button"
    await town.do("press", force=True, **stale)

    (update,) = await town.updates()
    assert update["callback_query"]["data"] == "ok"


async def test_group_becomes_a_supergroup(town: Town) -> None:
    moved = await town.do("migrate")

    answer = await town.call("sendMessage", chat_id=PLAIN_GROUP_ID, text="x")
    assert answer["parameters"] == {"migrate_to_chat_id": moved["chat"]}
    assert await town.bot("sendMessage", chat_id=moved["chat"], text="x")
    old, new = [update["message"] for update in await town.updates()]
    assert old["migrate_to_chat_id"] == moved["chat"]
    assert new["migrate_from_chat_id"] == PLAIN_GROUP_ID


async def test_pace_is_kept_when_asked(town: Town) -> None:
    await town.do("limits", per_group_per_minute=2)
    answers = [await town.call("sendMessage", chat_id=DESK_CHAT_ID, text="x") for _ in range(3)]

    assert [answer["ok"] for answer in answers] == [True, True, False]
    assert answers[2]["error_code"] == 429
    assert 1 <= answers[2]["parameters"]["retry_after"] <= 60


async def test_other_sites_cannot_act(town: Town) -> None:
    body = {"seat": "company", "text": "x"}
    foreign = {"Origin": "https://elsewhere.example"}

    async with town.http.post(f"{town.url}/sandbox/say", data=body, headers=foreign) as response:
        assert response.status == 403


async def test_page_reaches_no_outside_address(town: Town) -> None:
    names = ("chat.css", "chat.js", "messages.js", "widgets.js", "clock.js", "api.js", "icons.js")
    async with town.http.get(f"{town.url}/") as response:
        page = await response.text()
        policy = response.headers["Content-Security-Policy"]

    assert "仅供试用" in page
    assert "for trying out only" in page
    assert "default-src 'none'" in policy
    assert "://" not in page.replace("http://www.w3.org/2000/svg", "")
    for name in names:
        async with town.http.get(f"{town.url}/sandbox/assets/{name}") as response:
            assert response.status == 200
            assert "@import" not in await response.text()


async def test_events_tell_of_every_change(town: Town) -> None:
    async with town.http.get(f"{town.url}/sandbox/events") as response:
        lines = response.content
        first = await lines.readline()
        await town.do("say", seat="company", text="/start")
        second = (await lines.readline(), await lines.readline())[1]

    assert first.startswith(b'data: {"rev": ')
    assert second.startswith(b'data: {"rev": ')
    assert second != first


@pytest.mark.parametrize(
    ("act", "body"),
    [
        ("say", {"seat": "nobody", "text": "x"}),
        ("say", {"seat": "company"}),
        ("say", {"seat": "company", "text": " "}),
        ("content", {"seat": "company", "content": {"text": "x"}}),
        ("pin", {"seat": "company", "message_id": 99}),
        ("group", {"chat": "desk", "bot_status": "king"}),
        ("fault", {"method": "sendMessage", "wrong": 1}),
    ],
)
async def test_wrong_requests_are_refused(town: Town, act: str, body: Json) -> None:
    assert (await refused(town, act, **body)).startswith("Bad Request: ")
