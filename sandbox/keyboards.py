"""Reply markup: checked as the real server checks it."""

import re
from typing import Any

from sandbox.errors import Rejected, bad_request
from sandbox.store import Json

_ADDRESS = re.compile(r"(?i)(https?://|tg://|t\.me/)?[^\s/]+\.[^\s]+|tg://\S+")
_INLINE_ACTIONS = {
    "url",
    "callback_data",
    "copy_text",
    "switch_inline_query",
    "switch_inline_query_current_chat",
}
_STYLE = {"style", "icon_custom_emoji_id"}
_INLINE_FIELDS = {"text", *_INLINE_ACTIONS, *_STYLE}
_REPLY_FIELDS = {"text", "request_contact", "request_location", *_STYLE}
_REPLY_OPTIONS = {
    "keyboard",
    "is_persistent",
    "resize_keyboard",
    "one_time_keyboard",
    "input_field_placeholder",
    "selective",
}
_STYLES = ("danger", "success", "primary")


def checked(markup: Json, *, private: bool) -> Json:
    """The markup as it will be kept; raises Rejected(400) when Telegram would refuse it."""
    if "inline_keyboard" in markup:
        return _inline(markup)
    if "keyboard" in markup:
        return _reply(markup, private=private)
    for kind, fields in (
        ("remove_keyboard", {"remove_keyboard", "selective"}),
        ("force_reply", {"force_reply", "input_field_placeholder", "selective"}),
    ):
        if kind in markup:
            _only(markup, fields, "reply markup")
            return markup
    raise bad_request("object expected as reply markup")


def checked_inline(markup: Json) -> Json:
    """An inline keyboard, the only kind that an edit may set."""
    if "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    return _inline(markup)


def _only(given: Json, known: set[str], what: str) -> None:
    unknown = set(given) - known
    if unknown:
        names = ", ".join(sorted(unknown))
        raise bad_request(f"field {names} of {what} is not known to the sandbox")


def _rows(markup: Json, name: str) -> list[list[Json]]:
    rows = markup[name]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(f"can't parse reply keyboard markup JSON object: {name} must be rows")
    if sum(len(row) for row in rows) > 100 or any(len(row) > 8 for row in rows):
        raise bad_request("reply markup is too long")
    return [row for row in rows if row]


def _inline(markup: Json) -> Json:
    _only(markup, {"inline_keyboard"}, "an inline keyboard")
    return {
        "inline_keyboard": [
            [_inline_button(button) for button in row] for row in _rows(markup, "inline_keyboard")
        ]
    }


def _unreadable(why: str) -> Rejected:
    return bad_request(f"can't parse inline keyboard button: {why}")


def _inline_button(button: Any) -> Json:
    if not isinstance(button, dict):
        raise _unreadable("InlineKeyboardButton must be an Object")
    _only(button, _INLINE_FIELDS, "an inline keyboard button")
    text = button.get("text")
    if not isinstance(text, str) or not text.strip():
        raise _unreadable("inline keyboard button text must be non-empty")
    actions = [name for name in _INLINE_ACTIONS if name in button]
    if len(actions) != 1:
        raise _unreadable("Text buttons are unallowed in the inline keyboard")
    _check_style(button)
    _CHECKS.get(actions[0], lambda _value: None)(button[actions[0]])
    return button


def _check_style(button: Json) -> None:
    if button.get("style", "primary") not in _STYLES:
        raise _unreadable("unsupported button style")


def _check_data(data: Any) -> None:
    if not isinstance(data, str) or not 1 <= len(data.encode()) <= 64:
        raise bad_request("BUTTON_DATA_INVALID")


def _check_address(address: Any) -> None:
    if not isinstance(address, str) or not _ADDRESS.fullmatch(address):
        raise bad_request(f"inline keyboard button URL '{address}' is invalid: Wrong HTTP URL")


def _check_copied(copied: Any) -> None:
    text = copied.get("text") if isinstance(copied, dict) else None
    if not isinstance(text, str) or not 1 <= len(text) <= 256:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")


_CHECKS = {"callback_data": _check_data, "url": _check_address, "copy_text": _check_copied}


def _reply(markup: Json, *, private: bool) -> Json:
    _only(markup, _REPLY_OPTIONS, "a reply keyboard")
    if len(markup.get("input_field_placeholder", "")) > 64:
        raise bad_request("input field placeholder is too long")
    rows = [
        [_reply_button(button, private=private) for button in row]
        for row in _rows(markup, "keyboard")
    ]
    if not rows:
        raise bad_request("reply keyboard must have at least one button")
    return {**markup, "keyboard": rows}


def _reply_button(button: Any, *, private: bool) -> Json:
    button = {"text": button} if isinstance(button, str) else button
    if not isinstance(button, dict):
        raise bad_request("can't parse keyboard button: KeyboardButton must be an Object")
    _only(button, _REPLY_FIELDS, "a keyboard button")
    if not isinstance(button.get("text"), str) or not button["text"].strip():
        raise bad_request("can't parse keyboard button: keyboard button text must be non-empty")
    if button.get("request_contact") and not private:
        raise bad_request("phone number can be requested in private chats only")
    if button.get("request_location") and not private:
        raise bad_request("location can be requested in private chats only")
    return button


def same_markup(old: Json | None, new: Json | None) -> bool:
    """Whether an edit would change nothing about the buttons."""
    empty: Json = {"inline_keyboard": []}
    return (old or empty) == (new or empty)
