"""A part that our client cannot read is left out; the rest of the update is read."""

from typing import Any

import pytest
from aiogram import Bot

from bot.update_reading import read_update

BOT = Bot("900000001:a-token")
CHAT = {"id": 1001, "type": "private", "first_name": "王芳"}
PERSON = {"id": 1001, "is_bot": False, "first_name": "王芳"}
POLL = {"id": "1", "question": "几点?", "options": [{"text": "九点"}]}


def message(**parts: Any) -> dict[str, Any]:
    return {"message_id": 7, "date": 1795399200, "chat": CHAT, "from": PERSON, **parts}


def test_a_poll_of_an_older_server_is_a_message_without_content() -> None:
    update = read_update({"update_id": 1, "message": message(poll=POLL)}, BOT)

    assert update is not None
    assert update.message is not None
    assert (update.message.chat.id, update.message.poll) == (1001, None)


def test_words_in_answer_to_something_unreadable_stay_an_answer() -> None:
    replied = {**message(poll=POLL), "message_id": 5}

    update = read_update(
        {"update_id": 1, "message": message(text="好", reply_to_message=replied)}, BOT
    )

    assert update is not None
    assert update.message is not None
    assert update.message.text == "好"
    assert update.message.reply_to_message is not None
    assert update.message.reply_to_message.message_id == 5


@pytest.mark.parametrize("missing", ["chat", "date"])
def test_without_what_a_message_needs_nothing_is_read(missing: str) -> None:
    broken = {key: value for key, value in message(text="好").items() if key != missing}

    assert read_update({"update_id": 1, "message": broken}, BOT) is None


def test_nothing_is_left_out_of_what_can_be_read() -> None:
    update = read_update({"update_id": 1, "message": message(text="好")}, BOT)

    assert update is not None
    assert update.message is not None
    assert update.message.text == "好"
