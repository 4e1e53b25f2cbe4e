"""Chats: who may write where, and what the Bot API says of them."""

from sandbox.errors import bad_request, forbidden
from sandbox.seats import SEAT_BY_USER
from sandbox.store import Json
from sandbox.telegram import Telegram

_PRESENT = ("creator", "administrator", "member")
STATUSES = (*_PRESENT, "left", "kicked")


def public_chat(doc: Json) -> Json:
    """The Chat object inside messages and updates."""
    if doc["type"] == "private":
        return {key: doc[key] for key in ("id", "type", "first_name", "username")}
    chat = {key: doc[key] for key in ("id", "type", "title")}
    if doc["type"] == "supergroup" and doc.get("is_forum"):
        chat["is_forum"] = True
    return chat


def known_chat(telegram: Telegram, chat_id: int | str) -> Json:
    """The chat's document; raises Rejected(400) when the bot cannot know it."""
    doc = telegram.store.chat(chat_id) if isinstance(chat_id, int) else None
    if doc is None:
        raise bad_request("chat not found")
    if "migrated_to" in doc:
        refusal = bad_request("group chat was upgraded to a supergroup chat")
        refusal.parameters = {"migrate_to_chat_id": doc["migrated_to"]}
        raise refusal
    return doc


def writable_chat(telegram: Telegram, chat_id: int | str) -> Json:
    """The chat's document when the bot may send there; raises Rejected(400 or 403)."""
    if isinstance(chat_id, int) and chat_id in SEAT_BY_USER and not telegram.store.chat(chat_id):
        raise forbidden("bot can't initiate conversation with a user")
    doc = known_chat(telegram, chat_id)
    if doc["type"] == "private":
        if doc.get("deactivated"):
            raise forbidden("user is deactivated")
        if doc.get("blocked"):
            raise forbidden("bot was blocked by the user")
        return doc
    status = doc["bot"]["status"]
    if status == "kicked":
        raise forbidden(f"bot was kicked from the {doc['type']} chat")
    if status not in _PRESENT:
        raise forbidden(f"bot is not a member of the {doc['type']} chat")
    return doc


def bot_may(doc: Json, right: str) -> bool:
    """Whether the bot holds an administrator right in a group."""
    return doc["bot"]["status"] == "administrator" and bool(doc["bot"].get(right))


def status_of(doc: Json, user_id: int) -> str:
    """A person's status in a group: creator, administrator, member, left, kicked."""
    return str(doc.get("members", {}).get(str(user_id), "left"))


def is_present(status: str) -> bool:
    """Whether somebody with this status can read and write."""
    return status in _PRESENT


def open_thread(telegram: Telegram, doc: Json, thread: int | None) -> int:
    """The topic to write into, 0 for none; raises Rejected(400) when it is not there or closed."""
    if thread is None:
        return 0
    topic = telegram.store.topic(doc["id"], thread) if doc.get("is_forum") else None
    if topic is None or topic["deleted"]:
        raise bad_request("message thread not found")
    if topic["closed"] and not bot_may(doc, "can_manage_topics"):
        raise bad_request("TOPIC_CLOSED")
    return thread


def open_private_chat(telegram: Telegram, user_id: int) -> Json:
    """The private chat of a person with the bot; made when the person writes for the first time."""
    doc = telegram.store.chat(user_id)
    if doc is None:
        seat = SEAT_BY_USER[user_id]
        doc = {
            "id": user_id,
            "type": "private",
            "first_name": seat.name,
            "username": seat.username,
            "blocked": False,
        }
        telegram.store.put_chat(doc)
    return doc
