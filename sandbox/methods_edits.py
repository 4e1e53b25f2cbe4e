"""Bot API methods that change a message in place."""

from sandbox.arguments import Call, Reader, array, document, flag, integer, text
from sandbox.chats import writable_chat
from sandbox.errors import bad_request
from sandbox.formatting import CAPTION, caption_content, text_content
from sandbox.keyboards import checked_inline, same_markup
from sandbox.messages import CONTENT, content_of, render
from sandbox.registry import method
from sandbox.sending import TO, own_message
from sandbox.store import Json, Stored
from sandbox.telegram import Telegram

_WHICH: dict[str, Reader] = {**TO, "message_id": integer}
_MARKUP: dict[str, Reader] = {"reply_markup": document}
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)


@method(
    "editMessageText",
    {**_WHICH, "text": text},
    {
        **_MARKUP,
        "parse_mode": text,
        "entities": array,
        "link_preview_options": document,
        "disable_web_page_preview": flag,
    },
)
def edit_message_text(telegram: Telegram, call: Call) -> Json:
    """Another text; without a keyboard in the call the old one goes."""
    message = _editable(telegram, call)
    if "text" not in message.body:
        raise bad_request("there is no text in the message to edit")
    return _replaced(telegram, call, message, text_content(call))


@method("editMessageCaption", _WHICH, {**_MARKUP, **CAPTION})
def edit_message_caption(telegram: Telegram, call: Call) -> Json:
    """Another caption under a file."""
    message = _editable(telegram, call)
    if "text" in message.body or not set(message.body) & {
        "photo",
        "document",
        "voice",
        "video",
        "audio",
        "animation",
    }:
        raise bad_request("there is no caption in the message to edit")
    captions = ("caption", "caption_entities", "show_caption_above_media")
    content = {key: value for key, value in content_of(message).items() if key not in captions}
    return _replaced(telegram, call, message, content | caption_content(call.values))


@method("editMessageReplyMarkup", _WHICH, _MARKUP)
def edit_message_reply_markup(telegram: Telegram, call: Call) -> Json:
    """Other buttons, or none."""
    message = _editable(telegram, call)
    return _replaced(telegram, call, message, content_of(message))


def replace_content(telegram: Telegram, call: Call, content: Json) -> Json:
    """Put other content into the message that a call names; returns the Message."""
    return _replaced(telegram, call, _editable(telegram, call), content)


def _editable(telegram: Telegram, call: Call) -> Stored:
    return own_message(telegram, call, writable_chat(telegram, call["chat_id"]))


def _replaced(telegram: Telegram, call: Call, message: Stored, content: Json) -> Json:
    given = call.get("reply_markup")
    markup = checked_inline(given) if given is not None else None
    old = content_of(message)
    if old == content and same_markup(message.body.get("reply_markup"), markup):
        raise bad_request(_NOT_MODIFIED)
    for key in (*CONTENT, "reply_markup"):
        message.body.pop(key, None)
    message.body |= content
    if markup and markup["inline_keyboard"]:
        message.body["reply_markup"] = markup
    if old != content:
        message.body["edit_date"] = telegram.stamp()
    telegram.store.save_message(message)
    telegram.pages.ring()
    return render(telegram, message)
