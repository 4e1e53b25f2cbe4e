"""Forum topics: opened, renamed, closed and removed, by the bot or by people."""

from sandbox.errors import bad_request
from sandbox.messages import delete, post
from sandbox.store import Json
from sandbox.telegram import Telegram

ICON_COLORS = (0x6FB9F0, 0xFFD67E, 0xCB86DB, 0x8EEE98, 0xFF93B2, 0xFB6F5F)
ICONS = {
    "5312536423851630001": "💡",
    "5312016608254762256": "⚡",
    "5418085807791545980": "🔝",
    "5370870893004203704": "🗣",
    "5379748062124056162": "❗",
    "5373251851074415873": "📝",
    "5433614043006903194": "📆",
    "5357315181649076022": "📁",
    "5309832892262654231": "🔎",
    "5312241539987020022": "🔥",
    "5237699328843200968": "✅",
    "5377316857231450742": "❓",
}
_NAME_LIMIT = 128


def create(telegram: Telegram, chat: Json, by: int, name: str, icon: Json) -> Json:
    """Open a topic; its id is the id of the service message that opens it."""
    title = _title(name)
    look = {"icon_color": icon.get("icon_color", ICON_COLORS[0])}
    if icon.get("icon_custom_emoji_id"):
        look["icon_custom_emoji_id"] = icon["icon_custom_emoji_id"]
    root = post(telegram, chat, by, {"forum_topic_created": {"name": title, **look}})
    topic = {
        "id": root.id,
        "name": title,
        **look,
        "creator": by,
        "closed": False,
        "deleted": False,
    }
    telegram.store.put_topic(chat["id"], topic)
    return topic


def _title(name: str) -> str:
    title = " ".join(name.split())[:_NAME_LIMIT]
    if not title:
        raise bad_request("title must be non-empty")
    return title


def existing(telegram: Telegram, chat: Json, thread: int) -> Json:
    """A topic that is still there; raises Rejected(400)."""
    topic = telegram.store.topic(chat["id"], thread)
    if topic is None:
        raise bad_request("TOPIC_ID_INVALID")
    if topic["deleted"]:
        raise bad_request("TOPIC_DELETED")
    return topic


def change(telegram: Telegram, chat: Json, topic: Json, by: int, changes: Json) -> None:
    """Give a topic another name or icon; raises Rejected(400) when nothing would change."""
    if "name" in changes:
        changes = {**changes, "name": _title(changes["name"])}
    different = {key: value for key, value in changes.items() if topic.get(key) != value}
    if not different:
        raise bad_request("TOPIC_NOT_MODIFIED")
    telegram.store.put_topic(chat["id"], {**topic, **different})
    post(telegram, chat, by, {"forum_topic_edited": different}, thread=topic["id"])


def set_closed(telegram: Telegram, chat: Json, topic: Json, by: int, *, closed: bool) -> None:
    """Close or reopen a topic; raises Rejected(400) when it is so already."""
    if topic["closed"] == closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    telegram.store.put_topic(chat["id"], {**topic, "closed": closed})
    event = "forum_topic_closed" if closed else "forum_topic_reopened"
    post(telegram, chat, by, {event: {}}, thread=topic["id"])


def remove(telegram: Telegram, chat: Json, topic: Json) -> None:
    """Delete a topic with all its messages."""
    telegram.store.put_topic(chat["id"], {**topic, "deleted": True})
    inside = telegram.store.messages(
        "chat = ? AND thread = ? AND deleted = 0", (chat["id"], topic["id"])
    )
    for message in inside:
        delete(telegram, message)
    telegram.pages.ring()
