"""The page's own interface under /sandbox/: what a visitor, or a test, does and sees."""

import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from sandbox import people, topics
from sandbox.bot_api import read_call
from sandbox.callbacks import answered
from sandbox.chats import open_private_chat
from sandbox.errors import Rejected, bad_request
from sandbox.faults import Fault
from sandbox.reactions import EMOJI, react
from sandbox.screens import chats_of, may_read, messages_of, seats, view
from sandbox.seats import BOT_USERNAME, Seat
from sandbox.store import Json, Stored
from sandbox.telegram import Telegram

log = logging.getLogger("sandbox.page")

PAGE = Path(__file__).parent / "page"
SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "media-src 'self' blob:; connect-src 'self'; font-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_ASSETS = {
    "chat.css": "text/css",
    "chat.js": "text/javascript",
    "messages.js": "text/javascript",
    "api.js": "text/javascript",
    "icons.js": "text/javascript",
    "favicon.svg": "image/svg+xml",
}
_INLINE_KINDS = ("image/png", "image/jpeg", "image/gif", "image/webp", "audio/", "video/")
_PRESS_SECONDS = 10.0
_ATTACHABLE = ("photo", "document", "voice", "video", "audio", "animation", "sticker", "video_note")
_HEARTBEAT_SECONDS = 15.0

Action = Callable[[Telegram, Seat, Json], Json]


def add_routes(app: web.Application, telegram: Telegram) -> None:
    """Let an application serve the page and its interface."""

    def bound(
        handle: Callable[[Telegram, web.Request], Awaitable[web.StreamResponse]],
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def serve(request: web.Request) -> web.StreamResponse:
            try:
                return await handle(telegram, request)
            except Rejected as refusal:
                return _json({"ok": False, "error": refusal.description}, refusal.code)
            except (ValueError, TypeError, KeyError) as error:
                return _json({"ok": False, "error": f"Bad Request: {error!r}"}, 400)

        return serve

    router = app.router
    router.add_get("/", bound(_page))
    router.add_get("/sandbox/assets/{name}", bound(_asset))
    router.add_get("/sandbox/files/{id}", bound(_file))
    router.add_get("/sandbox/events", bound(_events))
    router.add_post("/sandbox/press", bound(_press))
    router.add_post("/sandbox/attach", bound(_attach))
    router.add_post("/sandbox/fault", bound(_fault))
    router.add_get("/sandbox/{view}", bound(_look))
    router.add_post("/sandbox/{action}", bound(_act))


def _json(answer: Json, status: int = 200) -> web.Response:
    return web.Response(
        status=status,
        text=json.dumps(answer, ensure_ascii=False),
        content_type="application/json",
        headers=SECURITY,
    )


async def _page(_telegram: Telegram, _request: web.Request) -> web.StreamResponse:
    return web.Response(
        text=(PAGE / "index.html").read_text(encoding="utf-8"),
        content_type="text/html",
        headers=SECURITY,
    )


async def _asset(_telegram: Telegram, request: web.Request) -> web.StreamResponse:
    name = request.match_info["name"]
    if name not in _ASSETS:
        raise Rejected(404, "Not Found")
    return web.Response(
        text=(PAGE / name).read_text(encoding="utf-8"), content_type=_ASSETS[name], headers=SECURITY
    )


async def _file(telegram: Telegram, request: web.Request) -> web.StreamResponse:
    """A file's bytes; what a browser could run is only ever downloaded."""
    found = telegram.store.file_content("id", request.match_info["id"])
    if found is None:
        raise Rejected(404, "Not Found")
    doc, content = found
    headers = dict(SECURITY)
    if not doc["mime"].startswith(_INLINE_KINDS) or "download" in request.query:
        headers["Content-Disposition"] = "attachment"
    kind = doc["mime"] if doc["mime"].startswith(_INLINE_KINDS) else "application/octet-stream"
    return web.Response(body=content, content_type=kind.partition(";")[0], headers=headers)


async def _events(telegram: Telegram, request: web.Request) -> web.StreamResponse:
    """Server-sent events: the newest revision, each time something changed."""
    response = web.StreamResponse(
        headers={**SECURITY, "Content-Type": "text/event-stream", "X-Accel-Buffering": "no"}
    )
    await response.prepare(request)
    try:
        while not telegram.closed:
            revision = telegram.store.last_number("rev")
            await response.write(f"data: {json.dumps({'rev': revision})}\n\n".encode())
            if not await telegram.pages.heard(_HEARTBEAT_SECONDS):
                await response.write(b": still here\n\n")
    except ConnectionResetError:
        log.debug("a page went away")
    return response


async def _look(telegram: Telegram, request: web.Request) -> web.StreamResponse:
    query = request.query
    name = request.match_info["view"]
    if name == "state":
        return _json({"ok": True, "seats": seats(telegram), "bot": {"username": BOT_USERNAME}})
    if name == "rejected":
        return _json({"ok": True, "rejected": telegram.store.rejected()})
    if name == "calls":
        return _json({"ok": True, "calls": list(telegram.calls)})
    if name not in _VIEWS:
        raise Rejected(404, "Not Found")
    return _json(
        {"ok": True, **_VIEWS[name](telegram, people.seat_named(query.get("seat")), query)}
    )


def _see_chats(telegram: Telegram, seat: Seat, _query: Any) -> Json:
    return {"chats": chats_of(telegram, seat), "rev": telegram.store.last_number("rev")}


def _see_messages(telegram: Telegram, seat: Seat, query: Any) -> Json:
    chat = people.chat_id_of(seat, query.get("chat"))
    if not may_read(telegram, seat, chat):
        raise Rejected(403, "Forbidden: you are not a member of this chat")
    thread = query.get("thread", "all")
    return {
        "rev": telegram.store.last_number("rev"),
        "messages": messages_of(
            telegram,
            seat,
            chat,
            thread=None if thread in ("", "all") else int(thread),
            after=int(query.get("after", 0)),
            since=int(query["since"]) if "since" in query else None,
            limit=min(int(query.get("limit", 200)), 1000),
        ),
    }


def _see_answers(telegram: Telegram, seat: Seat, query: Any) -> Json:
    limit = min(int(query.get("limit", 20)), 200)
    return {"answers": telegram.store.callbacks_of(seat.user_id, limit)}


_VIEWS: dict[str, Callable[[Telegram, Seat, Any], Json]] = {
    "chats": _see_chats,
    "messages": _see_messages,
    "callback_answers": _see_answers,
}


async def _body(request: web.Request) -> Json:
    if request.content_type == "application/json":
        body = await request.json()
        if not isinstance(body, dict):
            raise bad_request("object expected as request body")
        return body
    return dict(await request.post())


async def _act(telegram: Telegram, request: web.Request) -> web.StreamResponse:
    action = _ACTIONS.get(request.match_info["action"])
    if action is None:
        raise Rejected(404, "Not Found")
    body = await _body(request)
    seat = people.seat_named(body.get("seat", "admin"))
    with telegram.store.transaction():
        result = action(telegram, seat, body)
    return _json({"ok": True, **result})


def _sent(telegram: Telegram, seat: Seat, messages: list[Stored]) -> Json:
    return {
        "message_id": messages[0].id,
        "message_ids": [message.id for message in messages],
        "messages": [view(telegram, seat, message) for message in messages],
    }


def _chat(seat: Seat, body: Json) -> int:
    return people.chat_id_of(seat, body.get("chat"))


def _number(body: Json, name: str) -> int | None:
    value = body.get(name)
    return int(value) if value not in (None, "", 0, "0") else None


def _say(telegram: Telegram, seat: Seat, body: Json) -> Json:
    sent = people.say(
        telegram,
        seat,
        _chat(seat, body),
        str(body["text"]),
        thread=_number(body, "thread") or 0,
        reply_to=_number(body, "reply_to"),
    )
    return _sent(telegram, seat, sent)


def _content(telegram: Telegram, seat: Seat, body: Json) -> Json:
    thread = _number(body, "thread") or 0
    sent = people.send_content(telegram, seat, _chat(seat, body), body["content"], thread=thread)
    return _sent(telegram, seat, [sent])


def _contact(telegram: Telegram, seat: Seat, body: Json) -> Json:
    reply_to = _number(body, "reply_to")
    return _sent(
        telegram, seat, [people.share_contact(telegram, seat, _chat(seat, body), reply_to)]
    )


def _edit(telegram: Telegram, seat: Seat, body: Json) -> Json:
    edited = people.edit(
        telegram, seat, _chat(seat, body), int(body["message_id"]), str(body["text"])
    )
    return _sent(telegram, seat, [edited])


def _delete(telegram: Telegram, seat: Seat, body: Json) -> Json:
    people.remove(telegram, seat, _chat(seat, body), int(body["message_id"]))
    return {}


def _pin(telegram: Telegram, seat: Seat, body: Json) -> Json:
    people.pin_message(telegram, seat, _chat(seat, body), int(body["message_id"]))
    return {}


def _block(telegram: Telegram, seat: Seat, _body: Json) -> Json:
    people.set_blocked(telegram, seat, blocked=True)
    return {}


def _unblock(telegram: Telegram, seat: Seat, _body: Json) -> Json:
    people.set_blocked(telegram, seat, blocked=False)
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
        seat.user_id, _chat(seat, body), _number(body, "thread") or 0, int(body["message_id"])
    )
    telegram.pages.ring()
    return {}


def _react(telegram: Telegram, seat: Seat, body: Json) -> Json:
    message = telegram.store.message(_chat(seat, body), int(body["message_id"]))
    emoji = [str(body["emoji"])] if body.get("emoji") else []
    if message is None or not set(emoji) <= EMOJI:
        raise bad_request("REACTION_INVALID")
    react(telegram, message, seat.user_id, emoji)
    return {}


def _topic(telegram: Telegram, seat: Seat, body: Json) -> Json:
    chat = people.may_manage_topics(telegram, seat, _chat(seat, body))
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
    chat = people.manage_group(
        telegram, seat, people.chat_id_of(seat, body.get("chat", "desk")), body
    )
    return {"chat": chat}


def _forget_rejected(telegram: Telegram, _seat: Seat, _body: Json) -> Json:
    telegram.store.forget_rejected()
    telegram.calls.clear()
    return {}


_ACTIONS: dict[str, Action] = {
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
    "forget_rejected": _forget_rejected,
}


async def _press(telegram: Telegram, request: web.Request) -> web.StreamResponse:
    """Press a button; waits for the bot's answer unless `wait` is 0 (seconds, 10 by default)."""
    body = await _body(request)
    seat = people.seat_named(body.get("seat"))
    with telegram.store.transaction():
        callback = people.press(
            telegram,
            seat,
            _chat(seat, body),
            message_id=_number(body, "message_id"),
            data=body.get("data"),
            text=body.get("text"),
            force=bool(body.get("force")),
        )
    wait = float(body.get("wait", request.query.get("wait", _PRESS_SECONDS)))
    answer = await answered(telegram, callback, min(wait, 60)) if wait > 0 else None
    return _json({"ok": True, "callback_id": callback, "answer": answer})


async def _attach(telegram: Telegram, request: web.Request) -> web.StreamResponse:
    """Multipart: fields seat, chat, thread, reply_to, caption, caption_last, kind,
    media_group_id; files under photo, document, voice, video… or `file` of that `kind`."""
    call = await read_call(request, "attach")
    seat = people.seat_named(call.raw.get("seat"))
    files = [
        (_kind(call.raw, field), replace(upload, name=unquote(upload.name)))
        for field, upload in call.uploads.items()
    ]
    with telegram.store.transaction():
        sent = people.attach(
            telegram,
            seat,
            _chat(seat, call.raw),
            files,
            caption=call.raw.get("caption", ""),
            caption_last=call.raw.get("caption_last") in ("1", "true"),
            thread=_number(call.raw, "thread") or 0,
            reply_to=_number(call.raw, "reply_to"),
            album=call.raw.get("media_group_id") or None,
        )
        result = _sent(telegram, seat, sent)
    return _json({"ok": True, **result})


def _kind(fields: Json, field: str) -> str:
    """photo, photo2, photo_3 are all photos; anything else goes by the field `kind`."""
    kind = field.rstrip("0123456789_")
    kind = kind if kind in _ATTACHABLE else str(fields.get("kind", "document"))
    if kind not in _ATTACHABLE:
        raise bad_request(f"kind must be one of {', '.join(_ATTACHABLE)}")
    return kind


async def _fault(telegram: Telegram, request: web.Request) -> web.StreamResponse:
    """Order a fault; `{"clear": true}` takes all orders back."""
    body = await _body(request)
    if body.pop("clear", False):
        telegram.faults.clear()
    if body:
        if body.get("chat") is not None:
            body["chat"] = people.chat_id_of(people.seat_named("admin"), body["chat"])
        telegram.faults.append(Fault(**{"method": "*", "times": 1, **body}))
    return _json({"ok": True, "faults": len(telegram.faults)})
