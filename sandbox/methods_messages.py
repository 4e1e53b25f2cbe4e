"""Bot API methods that send, copy, forward and delete messages without files."""

from typing import Any

from sandbox.arguments import Call, array, chat, document, flag, integer, number, text
from sandbox.chats import known_chat, open_thread, writable_chat
from sandbox.errors import bad_request
from sandbox.formatting import CAPTION, caption_content, text_content
from sandbox.messages import content_of, delete, is_service, post, render
from sandbox.registry import method
from sandbox.sending import SENDING, TO, may_delete, send, target
from sandbox.store import Json, Stored
from sandbox.telegram import Telegram

_SOURCE = {**TO, "from_chat_id": chat, "message_id": integer}
_FORMATTED = {
    "parse_mode": text,
    "entities": array,
    "link_preview_options": document,
    "disable_web_page_preview": flag,
}


@method("sendMessage", {**TO, "text": text}, {**SENDING, **_FORMATTED})
def send_message(telegram: Telegram, call: Call) -> Json:
    """A text."""
    to = target(telegram, call)
    return send(telegram, to, text_content(call))


@method("sendLocation", {**TO, "latitude": number, "longitude": number}, SENDING)
def send_location(telegram: Telegram, call: Call) -> Json:
    """A point on the map."""
    to = target(telegram, call)
    if abs(call["latitude"]) > 90 or abs(call["longitude"]) > 180:
        raise bad_request("wrong latitude or longitude specified")
    place = {"latitude": call["latitude"], "longitude": call["longitude"]}
    return send(telegram, to, {"location": place})


@method(
    "sendContact",
    {**TO, "phone_number": text, "first_name": text},
    {**SENDING, "last_name": text, "vcard": text},
)
def send_contact(telegram: Telegram, call: Call) -> Json:
    """Somebody's name and telephone number."""
    to = target(telegram, call)
    fields = ("phone_number", "first_name", "last_name", "vcard")
    return send(telegram, to, {"contact": {name: call[name] for name in fields if name in call}})


def _original(telegram: Telegram, call: Call, purpose: str) -> Stored:
    source = known_chat(telegram, call["from_chat_id"])
    message = telegram.store.message(source["id"], call["message_id"])
    if message is None:
        raise bad_request(f"message to {purpose} not found")
    if is_service(message):
        past = {"copy": "copied", "forward": "forwarded"}[purpose]
        raise bad_request(f"message can't be {past}")
    if message.body.get("has_protected_content"):
        raise bad_request("message has protected content and can't be forwarded")
    return message


@method("copyMessage", _SOURCE, {**SENDING, **CAPTION})
def copy_message(telegram: Telegram, call: Call) -> Json:
    """The same content once more, without saying where it comes from."""
    to = target(telegram, call)
    content = content_of(_original(telegram, call, "copy"))
    if "caption" in call and "text" not in content:
        content.pop("caption", None)
        content.pop("caption_entities", None)
        content |= caption_content(call.values)
    return {"message_id": send(telegram, to, content)["message_id"]}


@method(
    "forwardMessage",
    _SOURCE,
    {"message_thread_id": integer, "disable_notification": flag, "protect_content": flag},
)
def forward_message(telegram: Telegram, call: Call) -> Json:
    """The same content with its origin."""
    doc = writable_chat(telegram, call["chat_id"])
    thread = open_thread(telegram, doc, call.get("message_thread_id"))
    message = _original(telegram, call, "forward")
    origin = message.body.get("forward_origin") or {
        "type": "user",
        "sender_user": telegram.user(message.sender),
        "date": message.body["date"],
    }
    content = {**content_of(message), "forward_origin": origin}
    return render(telegram, post(telegram, doc, telegram.bot_id, content, thread=thread))


@method("deleteMessage", {**TO, "message_id": integer})
def delete_message(telegram: Telegram, call: Call) -> bool:
    """Remove one message."""
    doc = known_chat(telegram, call["chat_id"])
    message = telegram.store.message(doc["id"], call["message_id"])
    if message is None:
        raise bad_request("message to delete not found")
    if not may_delete(telegram, doc, message):
        raise bad_request("message can't be deleted for everyone")
    delete(telegram, message)
    return True


@method("deleteMessages", {**TO, "message_ids": array})
def delete_messages(telegram: Telegram, call: Call) -> bool:
    """Remove up to 100 messages; those that are gone are skipped."""
    doc = known_chat(telegram, call["chat_id"])
    wanted: list[Any] = call["message_ids"]
    if not 1 <= len(wanted) <= 100:
        raise bad_request("too many message identifiers specified")
    for number_ in wanted:
        message = telegram.store.message(doc["id"], int(number_))
        if message is not None and may_delete(telegram, doc, message):
            delete(telegram, message)
    return True
