"""What a seat sees: chats with unread counts, messages, keyboards, the last answers."""

from typing import Any

from sandbox.chats import is_present, status_of
from sandbox.commands import seen_by
from sandbox.messages import is_service, render
from sandbox.seats import BOT_NAME, SEATS, Seat
from sandbox.store import Json, Stored
from sandbox.telegram import Telegram
from sandbox.topics import ICONS


def seats(telegram: Telegram) -> list[Json]:
    """All seats, with the number of messages each has not read."""
    return [
        {
            "key": seat.key,
            "user_id": seat.user_id,
            "name": seat.name,
            "role_zh": seat.role_zh,
            "role_en": seat.role_en,
            "organisation": seat.organisation,
            "language": telegram.language(seat.user_id),
            "unread": sum(
                sum(telegram.store.unread(seat.user_id, chat["id"]).values())
                for chat in _open_to(telegram, seat)
            ),
        }
        for seat in SEATS
    ]


def chats_of(telegram: Telegram, seat: Seat) -> list[Json]:
    """The private chat with the bot first, then the groups of the person."""
    return [_chat(telegram, seat, chat) for chat in _open_to(telegram, seat)]


def _open_to(telegram: Telegram, seat: Seat) -> list[Json]:
    private = telegram.store.chat(seat.user_id) or {
        "id": seat.user_id,
        "type": "private",
        "blocked": False,
    }
    groups = [
        chat
        for chat in telegram.store.chats()
        if chat["type"] != "private"
        and "migrated_to" not in chat
        and is_present(status_of(chat, seat.user_id))
    ]
    return [private, *groups]


def _chat(telegram: Telegram, seat: Seat, chat: Json) -> Json:
    unread = telegram.store.unread(seat.user_id, chat["id"])
    shown: Json = {
        "id": chat["id"],
        "type": chat["type"],
        "title": chat.get("title", BOT_NAME),
        "is_forum": bool(chat.get("is_forum")),
        "unread": sum(unread.values()),
        "last": _last(telegram, chat["id"]),
        "commands": seen_by(telegram, chat, seat.user_id),
        "keyboard": _keyboard(telegram, chat["id"]),
    }
    if chat["type"] == "private":
        shown["blocked"] = chat["blocked"]
        shown["started"] = shown["last"] is not None
        shown["description"] = _words(telegram, seat, "description")
        return shown
    shown["my_status"] = status_of(chat, seat.user_id)
    shown["bot_status"] = chat["bot"]["status"]
    shown["general_unread"] = unread.get(0, 0)
    shown["topics"] = [
        {
            **{key: topic[key] for key in ("id", "name", "icon_color", "closed")},
            "emoji": ICONS.get(topic.get("icon_custom_emoji_id", ""), ""),
            "unread": unread.get(topic["id"], 0),
            "last": _last(telegram, chat["id"], topic["id"]),
        }
        for topic in telegram.store.topics(chat["id"])
        if not topic["deleted"]
    ]
    return shown


def _words(telegram: Telegram, seat: Seat, name: str) -> str:
    own = telegram.store.setting(f"{name}:{telegram.language(seat.user_id)[:2]}")
    return str(own or telegram.store.setting(f"{name}:", ""))


def _last(telegram: Telegram, chat: int, thread: int | None = None) -> Json | None:
    where = "chat = ? AND deleted = 0" + ("" if thread is None else " AND thread = ?")
    values = (chat,) if thread is None else (chat, thread)
    found = telegram.store.messages(where, values, "ORDER BY id DESC LIMIT 1")
    if not found:
        return None
    body = found[0].body
    words = body.get("text") or body.get("caption") or ""
    return {
        "message_id": found[0].id,
        "date": body["date"],
        "text": words[:80],
        "kind": _kind(body),
    }


def _kind(body: Json) -> str:
    kinds = ("text", "photo", "document", "voice", "video", "audio", "location", "contact")
    return next((kind for kind in kinds if kind in body), "service")


def _keyboard(telegram: Telegram, chat: int) -> Json | None:
    """The reply keyboard that stands over the composer."""
    found = telegram.store.messages(
        "chat = ? AND deleted = 0 AND extra LIKE '%\"keyboard\":%'",
        (chat,),
        "ORDER BY id DESC LIMIT 1",
    )
    if not found or "keyboard" not in found[0].extra["keyboard"]:
        return None
    return {**found[0].extra["keyboard"], "message_id": found[0].id}


def view(telegram: Telegram, seat: Seat, message: Stored) -> Json:
    """A Message and what only its readers see of it."""
    if message.deleted:
        return {"message_id": message.id, "deleted": True, "rev": message.rev}
    reactions = message.extra.get("reactions", {})
    return {
        **render(telegram, message),
        "outgoing": message.sender == seat.user_id,
        "from_bot": message.sender == telegram.bot_id,
        "service": is_service(message),
        "pinned": bool(message.pinned),
        "keyboard": message.extra.get("keyboard"),
        "reactions": [emoji for chosen in reactions.values() for emoji in chosen],
        "rev": message.rev,
    }


def messages_of(
    telegram: Telegram,
    seat: Seat,
    chat: int,
    *,
    thread: int | None = None,
    after: int = 0,
    since: int | None = None,
    limit: int = 200,
) -> list[Json]:
    """The newest messages of a chat or topic, ascending.

    `after` is a message id; `since` a revision: then changed and deleted ones come too.
    """
    where, values = "chat = ? AND id > ?", [chat, after]
    if thread is not None:
        where, values = where + " AND thread = ?", [*values, thread]
    if since is None:
        where += " AND deleted = 0"
    else:
        where, values = where + " AND rev > ?", [*values, since]
    found = telegram.store.messages(where, tuple(values), f"ORDER BY id DESC LIMIT {int(limit)}")
    return [view(telegram, seat, message) for message in reversed(found)]


def may_read(telegram: Telegram, seat: Seat, chat_id: int) -> bool:
    """Whether a seat can look into a chat."""
    if chat_id == seat.user_id:
        return True
    chat: Any = telegram.store.chat(chat_id)
    return bool(chat) and chat["type"] != "private" and is_present(status_of(chat, seat.user_id))
