"""Bot API methods for forum topics."""

from sandbox.arguments import Call, integer, text
from sandbox.chats import bot_may, writable_chat
from sandbox.errors import bad_request
from sandbox.registry import method
from sandbox.sending import TO
from sandbox.store import Json
from sandbox.telegram import Telegram
from sandbox.topics import ICON_COLORS, ICONS, change, create, existing, remove, set_closed

_WHICH = {**TO, "message_thread_id": integer}


def _forum(telegram: Telegram, call: Call) -> Json:
    doc = writable_chat(telegram, call["chat_id"])
    if doc["type"] != "supergroup" or not doc.get("is_forum"):
        raise bad_request("the chat is not a forum")
    return doc


def _managed(telegram: Telegram, call: Call, action: str) -> tuple[Json, Json]:
    doc = _forum(telegram, call)
    topic = existing(telegram, doc, call["message_thread_id"])
    if not bot_may(doc, "can_manage_topics") and topic["creator"] != telegram.bot_id:
        raise bad_request(f"not enough rights to {action} the topic")
    return doc, topic


@method(
    "createForumTopic",
    {**TO, "name": text},
    {"icon_color": integer, "icon_custom_emoji_id": text},
)
def create_forum_topic(telegram: Telegram, call: Call) -> Json:
    """A new topic."""
    doc = _forum(telegram, call)
    if not bot_may(doc, "can_manage_topics"):
        raise bad_request("not enough rights to create a topic")
    if call.get("icon_color", ICON_COLORS[0]) not in ICON_COLORS:
        raise bad_request("invalid icon color specified")
    _check_icon(call)
    topic = create(telegram, doc, telegram.bot_id, call["name"], call.values)
    shown: Json = {
        key: topic[key] for key in ("name", "icon_color", "icon_custom_emoji_id") if key in topic
    }
    return {"message_thread_id": topic["id"], **shown}


def _check_icon(call: Call) -> None:
    icon = call.get("icon_custom_emoji_id")
    if icon and icon not in ICONS:
        raise bad_request("DOCUMENT_INVALID")


@method("editForumTopic", _WHICH, {"name": text, "icon_custom_emoji_id": text})
def edit_forum_topic(telegram: Telegram, call: Call) -> bool:
    """Another name or icon."""
    doc, topic = _managed(telegram, call, "edit")
    _check_icon(call)
    wanted = {key: call[key] for key in ("name", "icon_custom_emoji_id") if key in call}
    if wanted:
        change(telegram, doc, topic, telegram.bot_id, wanted)
    return True


@method("closeForumTopic", _WHICH)
def close_forum_topic(telegram: Telegram, call: Call) -> bool:
    """Nobody but administrators may write there any more."""
    doc, topic = _managed(telegram, call, "close or reopen")
    set_closed(telegram, doc, topic, telegram.bot_id, closed=True)
    return True


@method("reopenForumTopic", _WHICH)
def reopen_forum_topic(telegram: Telegram, call: Call) -> bool:
    """Everybody may write there again."""
    doc, topic = _managed(telegram, call, "close or reopen")
    set_closed(telegram, doc, topic, telegram.bot_id, closed=False)
    return True


@method("deleteForumTopic", _WHICH)
def delete_forum_topic(telegram: Telegram, call: Call) -> bool:
    """The topic and its messages are gone."""
    doc, topic = _managed(telegram, call, "delete")
    remove(telegram, doc, topic)
    return True


@method("getForumTopicIconStickers")
def get_forum_topic_icon_stickers(_telegram: Telegram, _call: Call) -> list[Json]:
    """The icons a topic may have."""
    return [
        {
            "file_id": f"icon{icon}",
            "file_unique_id": f"icon{icon}",
            "type": "custom_emoji",
            "width": 512,
            "height": 512,
            "is_animated": False,
            "is_video": False,
            "emoji": emoji,
            "custom_emoji_id": icon,
        }
        for icon, emoji in ICONS.items()
    ]
