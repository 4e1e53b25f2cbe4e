"""The bot's command list: kept per scope and language, found as Telegram's clients find it."""

import re
from typing import Any

from sandbox.chats import status_of
from sandbox.errors import bad_request
from sandbox.store import Json
from sandbox.telegram import Telegram

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_SIMPLE_SCOPES = (
    "default",
    "all_private_chats",
    "all_group_chats",
    "all_chat_administrators",
)


def scope_key(telegram: Telegram, scope: Json | None, language: str) -> str:
    """The setting under which a list is kept; raises Rejected(400) for a wrong scope."""
    kind = (scope or {"type": "default"}).get("type")
    if kind in _SIMPLE_SCOPES:
        return f"commands:{kind}:{language}"
    if scope is None or kind not in ("chat", "chat_administrators", "chat_member"):
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    if telegram.store.chat(int(scope.get("chat_id", 0))) is None:
        raise bad_request("chat not found")
    user = f":{int(scope['user_id'])}" if kind == "chat_member" else ""
    return f"commands:{kind}:{int(scope['chat_id'])}{user}:{language}"


def checked_commands(commands: list[Any]) -> list[Json]:
    """Up to 100 commands with names and descriptions; raises Rejected(400)."""
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not isinstance(command, dict) or not _COMMAND.fullmatch(str(command.get("command"))):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", ""))) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return [
        {"command": command["command"], "description": command["description"]}
        for command in commands
    ]


def seen_by(telegram: Telegram, chat: Json, user_id: int) -> list[Json]:
    """The list a person sees in a chat: the narrowest scope first, own language first."""
    language = telegram.language(user_id)[:2]
    for scope in _scopes(chat, user_id):
        for suffix in (language, ""):
            found = telegram.store.setting(f"commands:{scope}:{suffix}")
            if found:
                return list(found)
    return []


def _scopes(chat: Json, user_id: int) -> list[str]:
    if chat["type"] == "private":
        return [f"chat:{chat['id']}", "all_private_chats", "default"]
    leading = status_of(chat, user_id) in ("creator", "administrator")
    scopes = [f"chat_member:{chat['id']}:{user_id}"]
    scopes += [f"chat_administrators:{chat['id']}"] if leading else []
    scopes += [f"chat:{chat['id']}"]
    scopes += ["all_chat_administrators"] if leading else []
    return [*scopes, "all_group_chats", "default"]
