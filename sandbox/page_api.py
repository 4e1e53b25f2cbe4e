"""The page's own interface under /sandbox/: what a visitor, or a test, does and sees."""

import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any
from urllib.parse import unquote, urlsplit

from aiohttp import web

from sandbox import people
from sandbox.bot_api import read_call
from sandbox.callbacks import answered
from sandbox.errors import Rejected, bad_request
from sandbox.faults import Fault
from sandbox.limits import Limits
from sandbox.page_actions import ACTIONS, chat_named, number_in, sent_answer
from sandbox.page_files import SECURITY, asset, file, json_answer, page
from sandbox.screens import chats_of, may_read, messages_of, seats
from sandbox.seats import BOT_USERNAME, Seat
from sandbox.store import Json
from sandbox.telegram import Telegram

log = logging.getLogger("sandbox.page")

_PRESS_SECONDS = 10.0
_HEARTBEAT_SECONDS = 15.0
_ATTACHABLE = ("photo", "document", "voice", "video", "audio", "animation", "sticker", "video_note")


def add_routes(app: web.Application, telegram: Telegram) -> None:
    """Let an application serve the page and its interface."""

    def bound(
        handle: Callable[[Telegram, web.Request], Awaitable[web.StreamResponse]],
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def serve(request: web.Request) -> web.StreamResponse:
            try:
                _refuse_strangers(request)
                return await handle(telegram, request)
            except Rejected as refusal:
                return json_answer({"ok": False, "error": refusal.description}, refusal.code)
            except (ValueError, TypeError, KeyError) as error:
                return json_answer({"ok": False, "error": f"Bad Request: {error!r}"}, 400)

        return serve

    router = app.router
    router.add_get("/", bound(page))
    router.add_get("/sandbox/assets/{name}", bound(asset))
    router.add_get("/sandbox/files/{id}", bound(file))
    router.add_get("/sandbox/events", bound(_events))
    router.add_post("/sandbox/press", bound(_press))
    router.add_post("/sandbox/attach", bound(_attach))
    router.add_post("/sandbox/fault", bound(_fault))
    router.add_post("/sandbox/limits", bound(_limits))
    router.add_get("/sandbox/{view}", bound(_look))
    router.add_post("/sandbox/{action}", bound(_act))


def _refuse_strangers(request: web.Request) -> None:
    """Another site open in the same browser must not act here."""
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise Rejected(403, "Forbidden: this page answers to itself only")


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
        return json_answer(
            {"ok": True, "seats": seats(telegram), "bot": {"username": BOT_USERNAME}}
        )
    if name == "rejected":
        own_only = query.get("injected") == "0"
        refused = [one for one in telegram.store.rejected() if not (own_only and one["injected"])]
        return json_answer({"ok": True, "rejected": refused})
    if name == "calls":
        return json_answer({"ok": True, "calls": list(telegram.calls)})
    if name not in _VIEWS:
        raise Rejected(404, "Not Found")
    return json_answer(
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
    action = ACTIONS.get(request.match_info["action"])
    if action is None:
        raise Rejected(404, "Not Found")
    body = await _body(request)
    seat = people.seat_named(body.get("seat", "admin"))
    with telegram.store.transaction():
        result = action(telegram, seat, body)
    return json_answer({"ok": True, **result})


async def _press(telegram: Telegram, request: web.Request) -> web.StreamResponse:
    """Press a button; waits for the bot's answer unless `wait` is 0 (seconds, 10 by default)."""
    body = await _body(request)
    seat = people.seat_named(body.get("seat"))
    with telegram.store.transaction():
        callback = people.press(
            telegram,
            seat,
            chat_named(seat, body),
            message_id=number_in(body, "message_id"),
            data=body.get("data"),
            text=body.get("text"),
            force=bool(body.get("force")),
        )
    wait = float(body.get("wait", request.query.get("wait", _PRESS_SECONDS)))
    answer = await answered(telegram, callback, min(wait, 60)) if wait > 0 else None
    return json_answer({"ok": True, "callback_id": callback, "answer": answer})


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
            chat_named(seat, call.raw),
            files,
            caption=call.raw.get("caption", ""),
            caption_last=call.raw.get("caption_last") in ("1", "true"),
            thread=number_in(call.raw, "thread") or 0,
            reply_to=number_in(call.raw, "reply_to"),
            album=call.raw.get("media_group_id") or None,
        )
        result = sent_answer(telegram, seat, sent)
    return json_answer({"ok": True, **result})


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
    return json_answer({"ok": True, "faults": len(telegram.faults)})


async def _limits(telegram: Telegram, request: web.Request) -> web.StreamResponse:
    """Set Telegram's pace: per_second, per_chat_per_second, per_group_per_minute; 0 for none."""
    body = await _body(request)
    telegram.limits = Limits(
        per_second=int(body.get("per_second", 0)),
        per_chat_per_second=int(body.get("per_chat_per_second", 0)),
        per_group_per_minute=int(body.get("per_group_per_minute", 0)),
    )
    return json_answer({"ok": True})
