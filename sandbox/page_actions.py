"""What people may do through the page, by the name of the action; each returns its answer."""

from collections.abc import Callable

from sandbox import groups, people, topics
from sandbox.chats import open_private_chat
from sandbox.errors import bad_request
from sandbox.reactions import EMOJI, react
from sandbox.screens import view
from sandbox.seats import Seat
from sandbox.store import Json, Stored
from sandbox.telegram import Telegram

Action = Callable[[Telegram, Seat, Json], Json]


def sent_answer(telegram: Telegram, seat: Seat, messages: list[Stored]) -> Json:
    """The messages that came of an action, with their ids."""
    return {
        "message_id": messages[0].id,
        "message_ids": [message.id for message in messages],
        "messages": [view(telegram, seat, message) for message in messages],
    }


def chat_named(seat: Seat, body: Json) -> int:
    """The chat an action names, the private one when it names none."""
    return people.chat_id_of(seat, body.get("chat"))


def number_in(body: Json, name: str) -> int | None:
    """A number that may be absent, empty or 0."""
    value = body.get(name)
    return int(value) if value not in (None, "", 0, "0") else None


def _say(telegram: Telegram, seat: Seat, body: Json) -> Json:
    sent = people.say(
        telegram,
        seat,
        chat_named(seat, body),
        str(body["text"]),
        thread=number_in(body, "thread") or 0,
        reply_to=number_in(body, "reply_to"),
    )
    return sent_answer(telegram, seat, sent)


def _content(telegram: Telegram, seat: Seat, body: Json) -> Json:
    thread = number_in(body, "thread") or 0
    sent = people.send_content(
        telegram,
        seat,
        chat_named(seat, body),
        body["content"],
        thread=thread,
        reply_to=number_in(body, "reply_to"),
    )
    return sent_answer(telegram, seat, [sent])


def _contact(telegram: Telegram, seat: Seat, body: Json) -> Json:
    reply_to = number_in(body, "reply_to")
    return sent_answer(
        telegram, seat, [people.share_contact(telegram, seat, chat_named(seat, body), reply_to)]
    )


def _edit(telegram: Telegram, seat: Seat, body: Json) -> Json:
    edited = people.edit(
        telegram, seat, chat_named(seat, body), int(body["message_id"]), str(body["text"])
    )
    return sent_answer(telegram, seat, [edited])


def _delete(telegram: Telegram, seat: Seat, body: Json) -> Json:
    people.remove(telegram, seat, chat_named(seat, body), int(body["message_id"]))
    return {}


def _pin(telegram: Telegram, seat: Seat, body: Json) -> Json:
    people.pin_message(telegram, seat, chat_named(seat, body), int(body["message_id"]))
    return {}


def _block(telegram: Telegram, seat: Seat, _body: Json) -> Json:
    groups.set_blocked(telegram, seat, blocked=True)
    return {}


def _unblock(telegram: Telegram, seat: Seat, _body: Json) -> Json:
    groups.set_blocked(telegram, seat, blocked=False)
    return {}


def _account(telegram: Telegram, seat: Seat, body: Json) -> Json:
    chat = open_private_chat(telegram, seat.user_id)
    telegram.store.put_chat({**chat, "deactivated": bool(body.get("deactivated"))})
    return {}


def _language(telegram: Telegram, seat: Seat, body: Json) -> Json:
    telegram.store.put_setting(f"language:{seat.user_id}", str(body["language_code"]))
    telegram.pages.ring()
    return {}


def _read(telegram: Telegram, seat: Seat, body: Json) -> Json:
    telegram.store.mark_read(
        seat.user_id,
        chat_named(seat, body),
        number_in(body, "thread") or 0,
        int(body["message_id"]),
    )
    telegram.pages.ring()
    return {}


def _react(telegram: Telegram, seat: Seat, body: Json) -> Json:
    message = telegram.store.message(chat_named(seat, body), int(body["message_id"]))
    emoji = [str(body["emoji"])] if body.get("emoji") else []
    if message is None or not set(emoji) <= EMOJI:
        raise bad_request("REACTION_INVALID")
    react(telegram, message, seat.user_id, emoji)
    return {}


def _topic(telegram: Telegram, seat: Seat, body: Json) -> Json:
    chat = groups.forum_of(telegram, seat, chat_named(seat, body))
    action = body.get("action", "create")
    if action == "create":
        topic = topics.create(telegram, chat, seat.user_id, str(body.get("name", "")), {})
        return {"thread": topic["id"]}
    topic = topics.existing(telegram, chat, int(body["thread"]))
    if action in ("close", "reopen"):
        topics.set_closed(telegram, chat, topic, seat.user_id, closed=action == "close")
    elif action == "rename":
        topics.change(telegram, chat, topic, seat.user_id, {"name": str(body["name"])})
    elif action == "delete":
        topics.remove(telegram, chat, topic)
    else:
        raise bad_request("action must be create, rename, close, reopen or delete")
    return {"thread": topic["id"]}


def _group(telegram: Telegram, seat: Seat, body: Json) -> Json:
    chat = groups.manage(telegram, seat, people.chat_id_of(seat, body.get("chat", "desk")), body)
    return {"chat": chat}


def _migrate(telegram: Telegram, seat: Seat, body: Json) -> Json:
    group = people.chat_id_of(seat, body.get("chat", "group"))
    return {"chat": groups.migrate(telegram, seat, group)["id"]}


def _forget_rejected(telegram: Telegram, _seat: Seat, _body: Json) -> Json:
    telegram.store.forget_rejected()
    telegram.calls.clear()
    return {}


ACTIONS: dict[str, Action] = {
    "say": _say,
    "content": _content,
    "contact": _contact,
    "edit": _edit,
    "delete": _delete,
    "pin": _pin,
    "block": _block,
    "unblock": _unblock,
    "account": _account,
    "language": _language,
    "read": _read,
    "react": _react,
    "topic": _topic,
    "group": _group,
    "migrate": _migrate,
    "forget_rejected": _forget_rejected,
}
