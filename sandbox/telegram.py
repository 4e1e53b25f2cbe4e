"""The local Telegram itself: what both sides, the bot and the people, act upon."""

from collections import deque
from collections.abc import Callable
from datetime import datetime

from sandbox.bells import Bell
from sandbox.faults import Fault
from sandbox.limits import Limits
from sandbox.seats import (
    BOT_NAME,
    BOT_USERNAME,
    DESK_CHAT_ID,
    DESK_TITLE,
    PLAIN_GROUP_ID,
    PLAIN_GROUP_TITLE,
    SEAT_BY_USER,
    SEATS,
    bot_id,
)
from sandbox.store import Json, Store
from sandbox.updates import Updates

ADMINISTRATOR_RIGHTS = {
    "can_be_edited": False,
    "is_anonymous": False,
    "can_manage_chat": True,
    "can_delete_messages": True,
    "can_manage_video_chats": False,
    "can_restrict_members": False,
    "can_promote_members": False,
    "can_change_info": False,
    "can_invite_users": True,
    "can_post_stories": False,
    "can_edit_stories": False,
    "can_delete_stories": False,
    "can_send_welcome_messages": False,
    "can_pin_messages": True,
    "can_manage_topics": True,
}


class Telegram:
    """Store, clock, queue and bells in one place; the rules are in the modules beside it."""

    def __init__(self, store: Store, *, now: Callable[[], datetime], token: str) -> None:
        self.store = store
        self.now = now
        self.token = token
        self.bot_id = bot_id(token)
        self.updates = Updates(store)
        self.pages = Bell()
        self.answers = Bell()
        self.faults: list[Fault] = []
        self.limits = Limits()
        self.calls: deque[Json] = deque(maxlen=2000)
        self.webhook_fault: Json = {}
        self.closed = False
        with store.transaction():
            self._found_groups()

    def stamp(self) -> int:
        """Now, as the Bot API writes moments: whole seconds since 1970."""
        return int(self.now().timestamp())

    def user(self, user_id: int) -> Json:
        """The public User object of a person or of the bot."""
        if user_id == self.bot_id:
            return {
                "id": self.bot_id,
                "is_bot": True,
                "first_name": BOT_NAME,
                "username": BOT_USERNAME,
            }
        seat = SEAT_BY_USER[user_id]
        return {
            "id": user_id,
            "is_bot": False,
            "first_name": seat.name,
            "username": seat.username,
            "language_code": self.language(user_id),
        }

    def language(self, user_id: int) -> str:
        """The language of a person's Telegram, as an IETF tag."""
        return str(self.store.setting(f"language:{user_id}", "zh-hans"))

    def release(self) -> None:
        """Let everybody who waits return; nothing new is handed out."""
        self.closed = True
        self.updates.close()
        self.pages.ring()
        self.answers.ring()

    def close(self) -> None:
        """Release those who wait and close the file."""
        self.release()
        self.store.close()

    def _found_groups(self) -> None:
        for chat_id, kind, title in (
            (DESK_CHAT_ID, "supergroup", DESK_TITLE),
            (PLAIN_GROUP_ID, "group", PLAIN_GROUP_TITLE),
        ):
            if self.store.chat(chat_id) is None:
                self.store.put_chat(
                    {
                        "id": chat_id,
                        "type": kind,
                        "title": title,
                        "is_forum": kind == "supergroup",
                        "bot": {"status": "administrator", **ADMINISTRATOR_RIGHTS},
                        "members": {
                            str(seat.user_id): seat.group_status
                            for seat in SEATS
                            if seat.group_status
                        },
                    }
                )
