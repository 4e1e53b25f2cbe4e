"""Bot API methods about the bot itself: who it is, its updates, commands and callbacks."""

from typing import Any

from sandbox.arguments import Call, Reader, array, chat, document, flag, integer, text
from sandbox.callbacks import answer
from sandbox.commands import checked_commands, scope_key
from sandbox.errors import bad_request, conflict
from sandbox.registry import method
from sandbox.store import Json
from sandbox.telegram import Telegram
from sandbox.webhooks import webhook_of

_SCOPED: dict[str, Reader] = {"scope": document, "language_code": text}
_UPDATE_KINDS = {
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
    "message_reaction",
    "message_reaction_count",
    "inline_query",
    "chosen_inline_result",
    "callback_query",
    "shipping_query",
    "pre_checkout_query",
    "purchased_paid_media",
    "poll",
    "poll_answer",
    "my_chat_member",
    "chat_member",
    "chat_join_request",
    "chat_boost",
    "removed_chat_boost",
}
_MENU_BUTTONS = ("default", "commands", "web_app")


@method("getMe")
def get_me(telegram: Telegram, _call: Call) -> Json:
    """The bot."""
    return {
        **telegram.user(telegram.bot_id),
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


@method(
    "getUpdates",
    {},
    {"offset": integer, "limit": integer, "timeout": integer, "allowed_updates": array},
)
async def get_updates(telegram: Telegram, call: Call) -> list[Json]:
    """Long polling: answers as soon as there is something, at the latest after 50 seconds."""
    if telegram.store.setting("webhook"):
        raise conflict(
            "can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first"
        )
    if "allowed_updates" in call:
        _allow(telegram, call["allowed_updates"])
    return await telegram.updates.take(
        offset=call.get("offset", 0),
        limit=min(max(call.get("limit", 100), 1), 100),
        timeout=min(max(call.get("timeout", 0), 0), 50),
    )


def _allow(telegram: Telegram, kinds: list[Any]) -> None:
    known = [kind for kind in kinds if kind in _UPDATE_KINDS]
    if known != telegram.store.setting("allowed_updates"):
        with telegram.store.transaction():
            telegram.store.put_setting("allowed_updates", known)


@method(
    "setWebhook",
    {},
    {
        "url": text,
        "max_connections": integer,
        "allowed_updates": array,
        "drop_pending_updates": flag,
        "secret_token": text,
    },
)
def set_webhook(telegram: Telegram, call: Call) -> bool:
    """Updates are pushed there from now on; an empty address takes the webhook away."""
    url = call.get("url", "")
    if url and not url.startswith(("http://", "https://")):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if "allowed_updates" in call:
        _allow(telegram, call["allowed_updates"])
    if call.get("drop_pending_updates"):
        telegram.store.forget_updates()
    hook = webhook_of(url, call.get("secret_token", ""), call.get("max_connections"))
    telegram.store.put_setting("webhook", hook if url else None)
    telegram.updates.interrupt("setWebhook request")
    return True


@method("deleteWebhook", {}, {"drop_pending_updates": flag})
def delete_webhook(telegram: Telegram, call: Call) -> bool:
    """No webhook any more."""
    if call.get("drop_pending_updates"):
        telegram.store.forget_updates()
    telegram.store.put_setting("webhook", None)
    telegram.webhook_fault = {}
    return True


@method("getWebhookInfo")
def get_webhook_info(telegram: Telegram, _call: Call) -> Json:
    """Where updates go, and what went wrong there last."""
    hook = telegram.store.setting("webhook") or {"url": ""}
    return {
        "url": hook["url"],
        "has_custom_certificate": False,
        "pending_update_count": telegram.store.pending_updates(),
        **({"max_connections": hook["max_connections"]} if hook["url"] else {}),
        **telegram.webhook_fault,
    }


@method(
    "answerCallbackQuery",
    {"callback_query_id": text},
    {"text": text, "show_alert": flag, "url": text, "cache_time": integer},
)
def answer_callback_query(telegram: Telegram, call: Call) -> bool:
    """Stop the spinner on a button, with or without a few words."""
    if len(call.get("text", "")) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    if call.get("url"):
        raise bad_request("URL_INVALID")
    answer(
        telegram,
        call["callback_query_id"],
        {"text": call.get("text", ""), "show_alert": bool(call.get("show_alert"))},
    )
    return True


@method("setMyCommands", {"commands": array}, _SCOPED)
def set_my_commands(telegram: Telegram, call: Call) -> bool:
    """The command list of a scope and language."""
    key = scope_key(telegram, call.get("scope"), call.get("language_code", ""))
    telegram.store.put_setting(key, checked_commands(call["commands"]))
    telegram.pages.ring()
    return True


@method("getMyCommands", {}, _SCOPED)
def get_my_commands(telegram: Telegram, call: Call) -> list[Json]:
    """The list of exactly this scope and language."""
    key = scope_key(telegram, call.get("scope"), call.get("language_code", ""))
    return list(telegram.store.setting(key, []))


@method("deleteMyCommands", {}, _SCOPED)
def delete_my_commands(telegram: Telegram, call: Call) -> bool:
    """No list of its own for this scope and language."""
    key = scope_key(telegram, call.get("scope"), call.get("language_code", ""))
    telegram.store.put_setting(key, [])
    telegram.pages.ring()
    return True


def _set_words(telegram: Telegram, call: Call, name: str, limit: int) -> bool:
    words = call.get(name, "")
    if len(words) > limit:
        raise bad_request(f"bot {name.replace('_', ' ')} is too long")
    telegram.store.put_setting(f"{name}:{call.get('language_code', '')}", words)
    telegram.pages.ring()
    return True


@method("setMyDescription", {}, {"description": text, "language_code": text})
def set_my_description(telegram: Telegram, call: Call) -> bool:
    """What an empty chat says about the bot, up to 512 characters."""
    return _set_words(telegram, call, "description", 512)


@method("getMyDescription", {}, {"language_code": text})
def get_my_description(telegram: Telegram, call: Call) -> Json:
    """The description of exactly this language."""
    key = f"description:{call.get('language_code', '')}"
    return {"description": telegram.store.setting(key, "")}


@method("setMyShortDescription", {}, {"short_description": text, "language_code": text})
def set_my_short_description(telegram: Telegram, call: Call) -> bool:
    """What the bot's profile says, up to 120 characters."""
    return _set_words(telegram, call, "short_description", 120)


@method("getMyShortDescription", {}, {"language_code": text})
def get_my_short_description(telegram: Telegram, call: Call) -> Json:
    """The short description of exactly this language."""
    key = f"short_description:{call.get('language_code', '')}"
    return {"short_description": telegram.store.setting(key, "")}


@method("setChatMenuButton", {}, {"chat_id": chat, "menu_button": document})
def set_chat_menu_button(telegram: Telegram, call: Call) -> bool:
    """The button beside the input; only the command list is shown."""
    if call.get("menu_button", {"type": "default"}).get("type") not in _MENU_BUTTONS:
        raise bad_request("can't parse menu button: unsupported type")
    telegram.store.put_setting(
        f"menu:{call.get('chat_id', '')}", call.get("menu_button", {"type": "default"})
    )
    return True


@method("getChatMenuButton", {}, {"chat_id": chat})
def get_chat_menu_button(telegram: Telegram, call: Call) -> Json:
    """The button beside the input."""
    return dict(telegram.store.setting(f"menu:{call.get('chat_id', '')}", {"type": "default"}))
