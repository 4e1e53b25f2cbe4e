"""Messages: made, shown as the Bot API shows them, told to the bot."""

from typing import Any

from sandbox.chats import known_chat, public_chat
from sandbox.seats import BOT_USERNAME
from sandbox.store import Json, Stored
from sandbox.telegram import Telegram

SERVICE = (
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_closed",
    "forum_topic_reopened",
    "pinned_message",
    "new_chat_members",
    "left_chat_member",
    "migrate_to_chat_id",
    "migrate_from_chat_id",
)
CONTENT = (
    "text",
    "entities",
    "caption",
    "caption_entities",
    "photo",
    "document",
    "voice",
    "video",
    "audio",
    "animation",
    "sticker",
    "video_note",
    "location",
    "venue",
    "contact",
    "dice",
    "poll",
    "show_caption_above_media",
    "has_media_spoiler",
    "link_preview_options",
)


def post(
    telegram: Telegram,
    chat: Json,
    sender: int,
    content: Json,
    *,
    thread: int = 0,
    reply_to: int | None = None,
    quote: Json | None = None,
    markup: Json | None = None,
) -> Stored:
    """Put a message into a chat and tell the bot when it is its business."""
    replied = telegram.store.message(chat["id"], reply_to) if reply_to else None
    if replied and not thread:
        thread = replied.thread
    message = Stored(
        chat=chat["id"],
        id=_next_id(telegram, chat),
        thread=thread,
        sender=sender,
        body={"date": telegram.stamp(), **content},
    )
    _tie_reply(message, chat, replied, quote)
    if "forum_topic_created" in content:
        message.thread = message.id
    if markup is not None:
        _tie_markup(message, markup)
    telegram.store.save_message(message)
    if sender != telegram.bot_id:
        telegram.store.mark_read(sender, message.chat, message.thread, message.id)
    if concerns_bot(telegram, chat, message):
        telegram.updates.add("message", render(telegram, message))
    telegram.pages.ring()
    return message


def _next_id(telegram: Telegram, chat: Json) -> int:
    """Supergroups count for themselves; private chats and groups share one counter."""
    own = chat["type"] == "supergroup"
    return telegram.store.next_number(f"message:{chat['id']}" if own else "message")


def _tie_reply(message: Stored, chat: Json, replied: Stored | None, quote: Json | None) -> None:
    if replied is None:
        return
    message.extra["reply_to"] = replied.id
    if quote is not None:
        message.extra["quote"] = quote
    if chat["type"] == "supergroup" and not message.thread:
        message.extra["reply_thread"] = replied.extra.get("reply_thread", replied.id)


def _tie_markup(message: Stored, markup: Json) -> None:
    if "inline_keyboard" in markup:
        if markup["inline_keyboard"]:
            message.body["reply_markup"] = markup
    else:
        message.extra["keyboard"] = markup


def render(telegram: Telegram, message: Stored, *, nested: bool = False) -> Json:
    """The Message object; a nested one carries no further reply."""
    chat = telegram.store.chat(message.chat)
    if chat is None:
        raise LookupError(f"message {message.id} of a chat that is not kept")
    shown: Json = {"message_id": message.id}
    if message.thread:
        shown["message_thread_id"] = message.thread
        shown["is_topic_message"] = True
    elif "reply_thread" in message.extra:
        shown["message_thread_id"] = message.extra["reply_thread"]
    shown |= {"from": telegram.user(message.sender), "chat": public_chat(chat), **message.body}
    if not nested:
        _show_reply(telegram, message, shown)
        if "pinned_ref" in message.extra:
            shown["pinned_message"] = referred(telegram, message.chat, message.extra["pinned_ref"])
    return shown


def _show_reply(telegram: Telegram, message: Stored, shown: Json) -> None:
    """The message replied to; in a topic, failing that, the message that opened the topic."""
    reply_to = message.extra.get("reply_to")
    if reply_to is None and message.thread != message.id:
        reply_to = message.thread or None
    replied = telegram.store.message(message.chat, reply_to) if reply_to else None
    if replied is not None:
        shown["reply_to_message"] = render(telegram, replied, nested=True)
        if "quote" in message.extra:
            shown["quote"] = message.extra["quote"]


def referred(telegram: Telegram, chat_id: int, message_id: int, *, whole: bool = False) -> Json:
    """A message inside a service message, `whole` in a callback; inaccessible once deleted."""
    found = telegram.store.message(chat_id, message_id)
    if found is not None:
        return render(telegram, found, nested=not whole)
    return {
        "chat": public_chat(known_chat(telegram, chat_id)),
        "message_id": message_id,
        "date": 0,
    }


def pin(telegram: Telegram, chat: Json, message: Stored, by: int) -> None:
    """Pin a message and say so in the chat; a message pinned already stays as it is."""
    if message.pinned:
        return
    message.pinned = telegram.store.next_number("pin")
    telegram.store.save_message(message)
    notice = Stored(
        chat=chat["id"],
        id=_next_id(telegram, chat),
        thread=message.thread,
        sender=by,
        body={"date": telegram.stamp()},
        extra={"pinned_ref": message.id},
    )
    telegram.store.save_message(notice)
    telegram.updates.add("message", render(telegram, notice))
    telegram.pages.ring()


def unpin(telegram: Telegram, message: Stored) -> None:
    """Take one pin away."""
    message.pinned = 0
    telegram.store.save_message(message)
    telegram.pages.ring()


def delete(telegram: Telegram, message: Stored) -> None:
    """Remove a message for everybody; Telegram does not tell the bot."""
    message.deleted = True
    message.pinned = 0
    telegram.store.save_message(message)
    telegram.pages.ring()


def is_service(message: Stored) -> bool:
    """Whether Telegram itself wrote the message about an event in the chat."""
    return "pinned_ref" in message.extra or any(name in message.body for name in SERVICE)


def concerns_bot(telegram: Telegram, chat: Json, message: Stored) -> bool:
    """Whether the bot gets an update: its own words never, in groups by its privacy mode."""
    if is_service(message):
        return True
    if message.sender == telegram.bot_id:
        return False
    if chat["type"] == "private" or chat["bot"]["status"] == "administrator":
        return True
    return chat["bot"]["status"] == "member" and _addressed(telegram, message)


def _addressed(telegram: Telegram, message: Stored) -> bool:
    """Privacy mode: commands, mentions and replies to the bot."""
    replied = telegram.store.message(message.chat, message.extra.get("reply_to", 0))
    if replied is not None and replied.sender == telegram.bot_id:
        return True
    text: Any = message.body.get("text") or message.body.get("caption") or ""
    return text.startswith("/") or f"@{BOT_USERNAME}" in text


def content_of(message: Stored) -> Json:
    """What a copy or a forward carries over."""
    return {key: message.body[key] for key in CONTENT if key in message.body}
