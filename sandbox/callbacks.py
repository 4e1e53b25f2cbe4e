"""Pressed buttons: told to the bot, answered once, too old after a while."""

import asyncio

from sandbox.errors import bad_request
from sandbox.messages import referred
from sandbox.store import Json, Stored
from sandbox.telegram import Telegram

_ANSWERABLE_SECONDS = 60


def press(telegram: Telegram, user_id: int, message: Stored, data: str) -> str:
    """A person pressed a button; returns the callback's id."""
    number = telegram.store.next_number("callback")
    callback = f"{user_id}{number:012d}"
    doc = {
        "id": callback,
        "chat": message.chat,
        "message_id": message.id,
        "data": data,
        "answer": None,
    }
    telegram.store.put_callback(callback, user_id, telegram.stamp(), doc)
    telegram.updates.add(
        "callback_query",
        {
            "id": callback,
            "from": telegram.user(user_id),
            "message": referred(telegram, message.chat, message.id, whole=True),
            "chat_instance": str(abs(message.chat) * 7919),
            "data": data,
        },
    )
    return callback


def answer(telegram: Telegram, callback: str, words: Json) -> None:
    """Keep the first answer; raises Rejected(400) when there is nothing to answer any more."""
    found = telegram.store.callback(callback)
    if found is None or telegram.stamp() - found[1] > _ANSWERABLE_SECONDS:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    user_id, at, doc = found
    if doc["answer"] is None:
        telegram.store.put_callback(callback, user_id, at, {**doc, "answer": words})
        telegram.answers.ring()
        telegram.pages.ring()


async def answered(telegram: Telegram, callback: str, seconds: float) -> Json | None:
    """The bot's answer to a pressed button, None when it did not come within `seconds`."""
    clock = asyncio.get_running_loop()
    deadline = clock.time() + seconds
    while not telegram.closed:
        found = telegram.store.callback(callback)
        if found is None or found[2]["answer"] is not None:
            return found[2]["answer"] if found else None
        if not await telegram.answers.heard(deadline - clock.time()):
            return None
    return None
