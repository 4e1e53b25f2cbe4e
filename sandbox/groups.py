"""Who belongs where: blocking the bot, its rights in groups, forums, migration."""

from sandbox.chats import STATUSES, known_chat, open_private_chat, public_chat, status_of
from sandbox.errors import Rejected, bad_request
from sandbox.messages import post
from sandbox.people import seat_named
from sandbox.seats import Seat
from sandbox.store import Json
from sandbox.telegram import ADMINISTRATOR_RIGHTS, Telegram


def set_blocked(telegram: Telegram, seat: Seat, *, blocked: bool) -> None:
    """Block or unblock the bot; the bot is told by my_chat_member."""
    chat = open_private_chat(telegram, seat.user_id)
    if chat["blocked"] == blocked:
        return
    chat["blocked"] = blocked
    telegram.store.put_chat(chat)
    bot = telegram.user(telegram.bot_id)
    kicked = {"status": "kicked", "user": bot, "until_date": 0}
    member = {"status": "member", "user": bot}
    _tell_membership(
        telegram, chat, seat.user_id, *((member, kicked) if blocked else (kicked, member))
    )


def _tell_membership(telegram: Telegram, chat: Json, by: int, old: Json, new: Json) -> None:
    telegram.updates.add(
        "my_chat_member",
        {
            "chat": public_chat(chat),
            "from": telegram.user(by),
            "date": telegram.stamp(),
            "old_chat_member": old,
            "new_chat_member": new,
        },
    )
    telegram.pages.ring()


def manage(telegram: Telegram, seat: Seat, chat_id: int, changes: Json) -> Json:
    """Change a group: is_forum, title, the bot's status and rights, people's status by seat."""
    chat = known_chat(telegram, chat_id)
    if chat["type"] == "private":
        raise bad_request("this is not a group")
    before = dict(chat["bot"])
    chat |= {key: changes[key] for key in ("is_forum", "title") if key in changes}
    members = changes.get("members", {})
    status = changes.get("bot_status", before["status"])
    if not {status, *members.values()} <= set(STATUSES):
        raise bad_request(f"a status is one of {', '.join(STATUSES)}")
    if status == "administrator":
        rights = {**ADMINISTRATOR_RIGHTS, **before, **changes.get("rights", {})}
        chat["bot"] = {**rights, "status": status}
    else:
        chat["bot"] = {"status": status, **({"until_date": 0} if status == "kicked" else {})}
    for key, value in members.items():
        chat["members"][str(seat_named(key).user_id)] = value
    telegram.store.put_chat(chat)
    if chat["bot"] != before:
        user = telegram.user(telegram.bot_id)
        _tell_membership(
            telegram,
            chat,
            seat.user_id,
            {**before, "user": user},
            {**chat["bot"], "user": user},
        )
    telegram.pages.ring()
    return chat


def migrate(telegram: Telegram, seat: Seat, chat_id: int) -> Json:
    """Turn a group into a supergroup: a new id, and a service message on either side."""
    old = known_chat(telegram, chat_id)
    if old["type"] != "group":
        raise bad_request("this is not a plain group")
    new = {**old, "id": -1_000_000_000_000 + chat_id, "type": "supergroup", "is_forum": False}
    telegram.store.put_chat(new)
    post(telegram, old, seat.user_id, {"migrate_to_chat_id": new["id"]})
    telegram.store.put_chat({**old, "migrated_to": new["id"]})
    post(telegram, new, seat.user_id, {"migrate_from_chat_id": chat_id})
    return new


def forum_of(telegram: Telegram, seat: Seat, chat_id: int) -> Json:
    """The forum in which the person may open and close topics; raises Rejected."""
    chat = known_chat(telegram, chat_id)
    if not chat.get("is_forum"):
        raise bad_request("the chat is not a forum")
    if status_of(chat, seat.user_id) not in ("creator", "administrator", "member"):
        raise Rejected(403, "Forbidden: you are not a member of this chat")
    return chat
