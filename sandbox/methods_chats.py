"""Bot API methods about chats: what they are, who is in them, what is pinned."""

from typing import Any

from sandbox.arguments import Call, array, flag, integer, text
from sandbox.chats import bot_may, known_chat, open_thread, public_chat, status_of, writable_chat
from sandbox.errors import bad_request, forbidden
from sandbox.messages import is_service, pin, render, unpin
from sandbox.reactions import EMOJI, react
from sandbox.registry import method
from sandbox.seats import SEAT_BY_USER
from sandbox.sending import TO
from sandbox.store import Json, Stored
from sandbox.telegram import ADMINISTRATOR_RIGHTS, Telegram

_ACTIONS = (
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
)
_MEMBER_PERMISSIONS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
)
_GIFTS = (
    "unlimited_gifts",
    "limited_gifts",
    "unique_gifts",
    "premium_subscription",
    "gifts_from_channels",
)


@method("getChat", TO)
def get_chat(telegram: Telegram, call: Call) -> Json:
    """All that is known of a chat."""
    doc = known_chat(telegram, call["chat_id"])
    full = {
        **public_chat(doc),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(_GIFTS, False),
    }
    if doc["type"] != "private":
        full["permissions"] = {
            **dict.fromkeys(_MEMBER_PERMISSIONS, True),
            "can_change_info": False,
            "can_invite_users": False,
            "can_pin_messages": False,
            "can_manage_topics": False,
        }
    pinned = _pinned(telegram, doc)
    if pinned:
        full["pinned_message"] = render(telegram, pinned[0], nested=True)
    return full


def _pinned(telegram: Telegram, doc: Json) -> list[Stored]:
    return telegram.store.messages(
        "chat = ? AND pinned > 0 AND deleted = 0", (doc["id"],), "ORDER BY pinned DESC"
    )


def _member(telegram: Telegram, doc: Json, user_id: int) -> Json:
    user = telegram.user(user_id)
    if user_id == telegram.bot_id:
        return {**doc["bot"], "user": user} if "bot" in doc else {"status": "member", "user": user}
    status = status_of(doc, user_id) if doc["type"] != "private" else "member"
    member: Json = {"status": status, "user": user}
    if status == "creator":
        member["is_anonymous"] = False
    elif status == "administrator":
        member |= {**ADMINISTRATOR_RIGHTS, "can_manage_topics": True}
    elif status == "kicked":
        member["until_date"] = 0
    return member


@method("getChatMember", {**TO, "user_id": integer})
def get_chat_member(telegram: Telegram, call: Call) -> Json:
    """What somebody is in a chat."""
    doc = known_chat(telegram, call["chat_id"])
    if doc["type"] != "private" and doc["bot"]["status"] in ("left", "kicked"):
        raise forbidden(f"bot is not a member of the {doc['type']} chat")
    if call["user_id"] not in SEAT_BY_USER and call["user_id"] != telegram.bot_id:
        raise bad_request("member not found")
    return _member(telegram, doc, call["user_id"])


def _group(telegram: Telegram, call: Call) -> Json:
    doc = writable_chat(telegram, call["chat_id"])
    if doc["type"] == "private":
        raise bad_request("there are no administrators in the private chat")
    return doc


@method("getChatAdministrators", TO)
def get_chat_administrators(telegram: Telegram, call: Call) -> list[Json]:
    """Creator and administrators of a group, the bot among them."""
    doc = _group(telegram, call)
    people = [
        _member(telegram, doc, int(user))
        for user, status in doc["members"].items()
        if status in ("creator", "administrator")
    ]
    if doc["bot"]["status"] == "administrator":
        people.append(_member(telegram, doc, telegram.bot_id))
    return people


@method("getChatMemberCount", TO)
def get_chat_member_count(telegram: Telegram, call: Call) -> int:
    """How many are in a chat."""
    doc = writable_chat(telegram, call["chat_id"])
    present = [status for status in doc.get("members", {}).values() if status != "left"]
    return len(present) + 1 if doc["type"] != "private" else 2


def _with_pins(telegram: Telegram, call: Call) -> Json:
    doc = writable_chat(telegram, call["chat_id"])
    if doc["type"] != "private" and not bot_may(doc, "can_pin_messages"):
        raise bad_request("not enough rights to manage pinned messages in the chat")
    return doc


@method("pinChatMessage", {**TO, "message_id": integer}, {"disable_notification": flag})
def pin_chat_message(telegram: Telegram, call: Call) -> bool:
    """Show a message at the top of its chat or topic."""
    doc = _with_pins(telegram, call)
    message = telegram.store.message(doc["id"], call["message_id"])
    if message is None:
        raise bad_request("message to pin not found")
    if is_service(message):
        raise bad_request("message can't be pinned")
    pin(telegram, doc, message, telegram.bot_id)
    return True


@method("unpinChatMessage", TO, {"message_id": integer})
def unpin_chat_message(telegram: Telegram, call: Call) -> bool:
    """Take one pin away, the newest without a message id."""
    doc = _with_pins(telegram, call)
    pinned = _pinned(telegram, doc)
    if "message_id" in call:
        pinned = [message for message in pinned if message.id == call["message_id"]]
    if not pinned:
        raise bad_request("message to unpin not found")
    unpin(telegram, pinned[0])
    return True


@method("unpinAllChatMessages", TO)
def unpin_all_chat_messages(telegram: Telegram, call: Call) -> bool:
    """Take all pins away."""
    for message in _pinned(telegram, _with_pins(telegram, call)):
        unpin(telegram, message)
    return True


@method("sendChatAction", {**TO, "action": text}, {"message_thread_id": integer})
def send_chat_action(telegram: Telegram, call: Call) -> bool:
    """Say that the bot is at work on something."""
    doc = writable_chat(telegram, call["chat_id"])
    open_thread(telegram, doc, call.get("message_thread_id"))
    if call["action"] not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    return True


@method("setMessageReaction", {**TO, "message_id": integer}, {"reaction": array, "is_big": flag})
def set_message_reaction(telegram: Telegram, call: Call) -> bool:
    """Put one emoji under a message, or take it away."""
    doc = writable_chat(telegram, call["chat_id"])
    message = telegram.store.message(doc["id"], call["message_id"])
    if message is None:
        raise bad_request("message to react not found")
    wanted: list[Any] = call.get("reaction", [])
    emoji = [str(item.get("emoji")) for item in wanted if isinstance(item, dict)]
    if len(emoji) != len(wanted) or len(emoji) > 1 or not set(emoji) <= EMOJI:
        raise bad_request("REACTION_INVALID")
    react(telegram, message, telegram.bot_id, emoji)
    return True


@method("leaveChat", TO)
def leave_chat(telegram: Telegram, call: Call) -> bool:
    """The bot goes."""
    doc = _group(telegram, call)
    doc["bot"] = {"status": "left"}
    telegram.store.put_chat(doc)
    return True
