"""What people do in the local Telegram: write, press, attach, edit, block, manage groups."""

from typing import Any

from sandbox.arguments import Upload
from sandbox.callbacks import press as press_button
from sandbox.chats import (
    is_present,
    known_chat,
    open_private_chat,
    status_of,
)
from sandbox.entities import trimmed, utf16_length, with_found
from sandbox.errors import bad_request
from sandbox.files import described, kept_file
from sandbox.formatting import TEXT_LIMIT
from sandbox.messages import concerns_bot, content_of, pin, post, render
from sandbox.messages import delete as delete_message
from sandbox.seats import DESK_CHAT_ID, PLAIN_GROUP_ID, SEAT_BY_KEY, Seat
from sandbox.store import Json, Stored
from sandbox.telegram import Telegram

_ALIASES = {"desk": DESK_CHAT_ID, "group": PLAIN_GROUP_ID}
_FREE_CONTENT = ("location", "venue", "contact", "dice", "poll", "sticker")


def seat_named(key: Any) -> Seat:
    """The seat with this key; raises Rejected(400)."""
    if key not in SEAT_BY_KEY:
        raise bad_request(f"no such seat: {key}; one of {', '.join(SEAT_BY_KEY)}")
    return SEAT_BY_KEY[key]


def chat_id_of(seat: Seat, chat: Any) -> int:
    """A chat by id or by name: private (the default), desk, group."""
    if chat in (None, "", "private", "bot"):
        return seat.user_id
    if chat in _ALIASES:
        return _ALIASES[chat]
    try:
        return int(chat)
    except ValueError:
        raise bad_request(f"no such chat: {chat}") from None


def _place(telegram: Telegram, seat: Seat, chat_id: int, thread: int) -> Json:
    """The chat where the person may write now; raises Rejected."""
    if chat_id == seat.user_id:
        chat = open_private_chat(telegram, seat.user_id)
        if chat["blocked"]:
            raise bad_request("you have blocked the bot; unblock it first")
        return chat
    chat = known_chat(telegram, chat_id)
    status = status_of(chat, seat.user_id)
    if chat["type"] == "private" or not is_present(status):
        raise bad_request("you are not a member of this chat")
    topic = telegram.store.topic(chat_id, thread) if thread else None
    if thread and (topic is None or topic["deleted"]):
        raise bad_request("message thread not found")
    if topic and topic["closed"] and status not in ("creator", "administrator"):
        raise bad_request("TOPIC_CLOSED")
    return chat


def say(
    telegram: Telegram,
    seat: Seat,
    chat_id: int,
    text: str,
    *,
    thread: int = 0,
    reply_to: int | None = None,
) -> list[Stored]:
    """Write a text; one that is too long goes out in parts, as Telegram's clients do it."""
    chat = _place(telegram, seat, chat_id, thread)
    plain, _ = trimmed(text, [])
    if not plain:
        raise bad_request("message text is empty")
    return [
        post(
            telegram,
            chat,
            seat.user_id,
            _text_content(part),
            thread=thread,
            reply_to=reply_to,
        )
        for part in _parts(plain)
    ]


def _parts(text: str) -> list[str]:
    size = TEXT_LIMIT if utf16_length(text) == len(text) else TEXT_LIMIT // 2
    return [text[at : at + size] for at in range(0, len(text), size)]


def _text_content(text: str) -> Json:
    entities = with_found(text, [])
    return {"text": text, "entities": entities} if entities else {"text": text}


def attach(
    telegram: Telegram,
    seat: Seat,
    chat_id: int,
    files: list[tuple[str, Upload]],
    *,
    caption: str = "",
    caption_last: bool = False,
    thread: int = 0,
    reply_to: int | None = None,
    album: str | None = None,
) -> list[Stored]:
    """Send files of given kinds; several, or any with an album id, make an album."""
    chat = _place(telegram, seat, chat_id, thread)
    if not files:
        raise bad_request("there is no file in the request")
    if len(files) > 1 and album is None:
        album = str(telegram.store.next_number("media_group", 13_000_000_000_000_001))
    with_caption = len(files) - 1 if caption_last else 0
    sent = []
    for number, (kind, upload) in enumerate(files):
        content = described(kept_file(telegram, kind, upload))
        if album:
            content["media_group_id"] = album
        if caption and number == with_caption:
            content |= _caption_content(caption)
        sent.append(post(telegram, chat, seat.user_id, content, thread=thread, reply_to=reply_to))
    return sent


def _caption_content(caption: str) -> Json:
    plain, _ = trimmed(caption, [])
    found = with_found(plain, [])
    return {"caption": plain, "caption_entities": found} if found else {"caption": plain}


def send_content(
    telegram: Telegram,
    seat: Seat,
    chat_id: int,
    content: Json,
    *,
    thread: int = 0,
    reply_to: int | None = None,
) -> Stored:
    """Send a place, a contact, a dice, a poll or a sticker, given as the Bot API writes it."""
    chat = _place(telegram, seat, chat_id, thread)
    if len(content) != 1 or not set(content) <= set(_FREE_CONTENT):
        raise bad_request(f"content must be one of {', '.join(_FREE_CONTENT)}")
    return post(telegram, chat, seat.user_id, content, thread=thread, reply_to=reply_to)


def share_contact(
    telegram: Telegram, seat: Seat, chat_id: int, reply_to: int | None = None
) -> Stored:
    """Send the person's own telephone number, as a contact button does."""
    chat = _place(telegram, seat, chat_id, 0)
    contact = {
        "phone_number": seat.phone,
        "first_name": seat.name,
        "user_id": seat.user_id,
    }
    return post(telegram, chat, seat.user_id, {"contact": contact}, reply_to=reply_to)


def edit(telegram: Telegram, seat: Seat, chat_id: int, message_id: int, text: str) -> Stored:
    """Change one's own text or caption."""
    message = _own(telegram, seat, chat_id, message_id)
    chat = _place(telegram, seat, chat_id, message.thread)
    fresh = _text_content(text) if "text" in message.body else _caption_content(text)
    old = ("text", "entities") if "text" in message.body else ("caption", "caption_entities")
    before = content_of(message)
    for key in old:
        message.body.pop(key, None)
    message.body |= fresh if text.strip() else {}
    if content_of(message) != before:
        message.body["edit_date"] = telegram.stamp()
        telegram.store.save_message(message)
        if concerns_bot(telegram, chat, message):
            telegram.updates.add("edited_message", render(telegram, message))
        telegram.pages.ring()
    return message


def _own(telegram: Telegram, seat: Seat, chat_id: int, message_id: int) -> Stored:
    message = telegram.store.message(chat_id, message_id)
    if message is None or message.sender != seat.user_id:
        raise bad_request("this is not a message of yours")
    return message


def remove(telegram: Telegram, seat: Seat, chat_id: int, message_id: int) -> None:
    """Delete a message: anyone's in a private chat, one's own or as an administrator in a group."""
    message = telegram.store.message(chat_id, message_id)
    chat = telegram.store.chat(chat_id)
    if message is None or chat is None:
        raise bad_request("message to delete not found")
    leading = status_of(chat, seat.user_id) in ("creator", "administrator")
    if seat.user_id not in (message.sender, chat_id) and not leading:
        raise bad_request("message can't be deleted")
    delete_message(telegram, message)


def pin_message(telegram: Telegram, seat: Seat, chat_id: int, message_id: int) -> None:
    """Pin a message as a person."""
    message = telegram.store.message(chat_id, message_id)
    if message is None:
        raise bad_request("message to pin not found")
    pin(telegram, _place(telegram, seat, chat_id, 0), message, seat.user_id)


def press(
    telegram: Telegram,
    seat: Seat,
    chat_id: int,
    *,
    message_id: int | None = None,
    data: str | None = None,
    text: str | None = None,
    force: bool = False,
) -> str:
    """Press an inline button by its data or its label; returns the callback's id.

    Without a message the newest one that has such a button is meant. `force` presses what is no
    longer there, as somebody does who looks at an old screen.
    """
    _place(telegram, seat, chat_id, 0)
    candidates = _with_buttons(telegram, chat_id, message_id)
    for message in candidates:
        for button in _buttons(message):
            if button.get("callback_data") is None:
                continue
            if button["callback_data"] == data or (data is None and button["text"] == text):
                return press_button(telegram, seat.user_id, message, button["callback_data"])
    if force and message_id and data is not None:
        return press_button(telegram, seat.user_id, _any(telegram, chat_id, message_id), data)
    raise bad_request("there is no such button")


def _any(telegram: Telegram, chat_id: int, message_id: int) -> Stored:
    found = telegram.store.messages("chat = ? AND id = ?", (chat_id, message_id))
    if not found:
        raise bad_request("message not found")
    return found[0]


def _with_buttons(telegram: Telegram, chat_id: int, message_id: int | None) -> list[Stored]:
    if message_id is not None:
        message = telegram.store.message(chat_id, message_id)
        return [message] if message else []
    return telegram.store.messages(
        "chat = ? AND deleted = 0 AND body LIKE '%inline_keyboard%'",
        (chat_id,),
        "ORDER BY id DESC LIMIT 200",
    )


def _buttons(message: Stored) -> list[Json]:
    rows = message.body.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]
