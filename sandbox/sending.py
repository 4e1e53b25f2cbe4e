"""What all sending methods share: where to, in answer to what, with which keyboard."""

from dataclasses import dataclass
from typing import Any

from sandbox.arguments import Call, Reader, chat, document, flag, integer
from sandbox.chats import bot_may, open_thread, writable_chat
from sandbox.errors import bad_request
from sandbox.keyboards import checked
from sandbox.messages import is_service, post, render
from sandbox.store import Json, Stored
from sandbox.telegram import Telegram

TO: dict[str, Reader] = {"chat_id": chat}
SENDING: dict[str, Reader] = {
    "message_thread_id": integer,
    "disable_notification": flag,
    "protect_content": flag,
    "reply_parameters": document,
    "reply_to_message_id": integer,
    "allow_sending_without_reply": flag,
    "reply_markup": document,
}
_REPLY_FIELDS = {
    "message_id",
    "chat_id",
    "allow_sending_without_reply",
    "quote",
    "quote_parse_mode",
    "quote_position",
}


@dataclass(frozen=True)
class Target:
    """Where a message of the bot goes, checked."""

    chat: Json
    thread: int
    reply_to: int | None
    quote: Json | None
    markup: Json | None
    protected: bool


def target(telegram: Telegram, call: Call) -> Target:
    """Check chat, topic, reply and keyboard of a sending call; raises Rejected."""
    doc = writable_chat(telegram, call["chat_id"])
    thread = open_thread(telegram, doc, call.get("message_thread_id"))
    reply_to, quote = _reply(telegram, doc, call)
    markup = call.get("reply_markup")
    if markup is not None:
        markup = checked(markup, private=doc["type"] == "private")
    return Target(doc, thread, reply_to, quote, markup, bool(call.get("protect_content")))


def _reply(telegram: Telegram, doc: Json, call: Call) -> tuple[int | None, Json | None]:
    given: Json = call.get("reply_parameters") or {}
    unknown = set(given) - _REPLY_FIELDS
    if unknown:
        raise bad_request(f"field {', '.join(sorted(unknown))} of a reply is not known")
    if given.get("chat_id", doc["id"]) != doc["id"]:
        raise bad_request("the sandbox replies within one chat only")
    wanted = given.get("message_id") or call.get("reply_to_message_id")
    lenient = given.get("allow_sending_without_reply") or call.get("allow_sending_without_reply")
    if not wanted:
        return None, None
    replied = telegram.store.message(doc["id"], int(wanted))
    if replied is None:
        if lenient:
            return None, None
        raise bad_request("message to be replied not found")
    return replied.id, _quote(replied, given.get("quote"))


def _quote(replied: Stored, quote: Any) -> Json | None:
    if not quote:
        return None
    whole = replied.body.get("text") or replied.body.get("caption") or ""
    if quote not in whole:
        raise bad_request("QUOTE_TEXT_INVALID")
    return {"text": quote, "position": whole.index(quote), "is_manual": True}


def send(telegram: Telegram, to: Target, content: Json, **more: Any) -> Json:
    """Post what the bot says; returns the Message."""
    if to.protected:
        content = {**content, "has_protected_content": True}
    sent = post(
        telegram,
        to.chat,
        telegram.bot_id,
        {**content, **more},
        thread=to.thread,
        reply_to=to.reply_to,
        quote=to.quote,
        markup=to.markup,
    )
    return render(telegram, sent)


def own_message(telegram: Telegram, call: Call, doc: Json) -> Stored:
    """The message of the bot that an edit names; raises Rejected(400)."""
    message = telegram.store.message(doc["id"], call["message_id"])
    if message is None:
        raise bad_request("message to edit not found")
    own = message.sender == telegram.bot_id and "forward_origin" not in message.body
    if not own or "keyboard" in message.extra or is_service(message):
        raise bad_request("message can't be edited")
    return message


def may_delete(telegram: Telegram, doc: Json, message: Stored) -> bool:
    """Own messages for 48 hours, those of others in private chats or with the right to."""
    if bot_may(doc, "can_delete_messages") if doc["type"] != "private" else False:
        return True
    recent = telegram.stamp() - message.body["date"] < 48 * 3600
    return recent and (message.sender == telegram.bot_id or doc["type"] == "private")
