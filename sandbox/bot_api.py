"""The Bot API over HTTP: /bot<token>/<method> and /file/bot<token>/<path>."""

import asyncio
import inspect
import json
import logging
from collections.abc import AsyncGenerator
from contextlib import suppress
from functools import partial
from typing import Any

from aiohttp import BodyPartReader, web

from sandbox.arguments import Call, Upload, read
from sandbox.errors import Rejected
from sandbox.faults import Fault, due_fault
from sandbox.files import DOWNLOAD_LIMIT, UPLOAD_LIMIT
from sandbox.methods import METHODS
from sandbox.store import Json
from sandbox.telegram import Telegram
from sandbox.webhooks import Pusher

log = logging.getLogger("sandbox.bot_api")

_BODY_LIMIT = UPLOAD_LIMIT + 1024 * 1024
_INTERNAL = Rejected(500, "Internal Server Error")


def add_routes(app: web.Application, telegram: Telegram) -> None:
    """Let an application answer Bot API calls."""

    async def call(request: web.Request) -> web.StreamResponse:
        return await _answer(telegram, request)

    async def download(request: web.Request) -> web.StreamResponse:
        return _download(telegram, request)

    app.router.add_route("*", "/bot{token}/{method}", call)
    app.router.add_get("/file/bot{token}/{path:.+}", download)
    app.cleanup_ctx.append(partial(_pushing, telegram))


async def _pushing(telegram: Telegram, _app: web.Application) -> AsyncGenerator[None]:
    """Beside the calls: updates go to a webhook while one is set."""
    pushing = asyncio.get_running_loop().create_task(Pusher(telegram).work())
    yield
    pushing.cancel()
    with suppress(asyncio.CancelledError):
        await pushing


async def read_call(request: web.Request, method: str) -> Call:
    """The arguments of a GET or POST request, url-encoded, JSON or multipart."""
    call = Call(method, dict(request.query), {})
    if not request.can_read_body:
        return call
    request = request.clone(client_max_size=_BODY_LIMIT)
    if request.content_type == "application/json":
        body = json.loads(await request.text() or "{}")
        if not isinstance(body, dict):
            raise Rejected(400, "Bad Request: object expected as request body")
        call.raw |= body
    elif request.content_type.startswith("multipart/"):
        await _read_parts(request, call)
    else:
        call.raw |= dict(await request.post())
    return call


async def _read_parts(request: web.Request, call: Call) -> None:
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or not part.name:
            raise Rejected(400, "Bad Request: can't parse multipart body")
        content = bytes(await part.read(decode=True))
        if part.filename is None:
            call.raw[part.name] = content.decode()
        else:
            kind = part.headers.get("Content-Type", "")
            call.uploads[part.name] = Upload(part.filename, kind, content)


async def _answer(telegram: Telegram, request: web.Request) -> web.StreamResponse:
    call = Call(request.match_info["method"], {}, {})
    fault: Fault | None = None
    try:
        _check_token(telegram, request)
        call = await read_call(request, call.method)
        fault = due_fault(telegram.faults, call)
        result = await _carry_out(telegram, call, fault)
    except Rejected as refusal:
        return _refused(telegram, call, refusal, fault)
    except (ValueError, web.HTTPRequestEntityTooLarge) as error:
        large = isinstance(error, web.HTTPRequestEntityTooLarge)
        words = "Request Entity Too Large" if large else f"Bad Request: can't parse ({error})"
        return _refused(telegram, call, Rejected(413 if large else 400, words), fault)
    except ConnectionAbortedError:
        return _hang_up(request)
    except Exception:
        log.exception("the sandbox failed in %s", call.method)
        return _refused(telegram, call, _INTERNAL, fault)
    if fault and fault.drop_after:
        return _hang_up(request)
    telegram.calls.append({"method": call.method, "params": _sayable(call)})
    return _json({"ok": True, "result": result})


def _check_token(telegram: Telegram, request: web.Request) -> None:
    if request.match_info["token"] != telegram.token:
        raise Rejected(401, "Unauthorized")


async def _carry_out(telegram: Telegram, call: Call, fault: Fault | None) -> Any:
    if fault is not None:
        await asyncio.sleep(fault.delay)
        if fault.drop_before:
            raise ConnectionAbortedError
        refusal = fault.rejection()
        if refusal is not None:
            raise refusal
    method = METHODS.get(call.method.lower())
    if method is None:
        raise Rejected(404, "Not Found: method not found")
    telegram.limits.meet(method.name, call.raw.get("chat_id"), asyncio.get_running_loop().time())
    read(call, method.required, method.optional)
    if inspect.iscoroutinefunction(method.run):
        return await method.run(telegram, call)
    with telegram.store.transaction():
        return method.run(telegram, call)


def _hang_up(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _refused(
    telegram: Telegram, call: Call, refusal: Rejected, fault: Fault | None
) -> web.Response:
    log.warning("%s refused: %s", call.method, refusal.description)
    noted = {
        "method": call.method,
        "params": _sayable(call),
        "error_code": refusal.code,
        "description": refusal.description,
        "injected": fault is not None,
    }
    if not telegram.closed:
        with telegram.store.transaction():
            telegram.store.add_rejected(noted)
    if fault is not None and fault.body is not None:
        return web.Response(status=refusal.code, text=fault.body, content_type="text/html")
    answer: Json = {
        "ok": False,
        "error_code": refusal.code,
        "description": refusal.description,
    }
    if refusal.parameters:
        answer["parameters"] = refusal.parameters
    return _json(answer, status=refusal.code)


def _sayable(call: Call) -> Json:
    return {
        **call.raw,
        **{name: f"<{len(upload.content)} bytes>" for name, upload in call.uploads.items()},
    }


def _json(answer: Json, status: int = 200) -> web.Response:
    return web.Response(
        status=status,
        text=json.dumps(answer, ensure_ascii=False, separators=(",", ":")),
        content_type="application/json",
    )


def _download(telegram: Telegram, request: web.Request) -> web.Response:
    if request.match_info["token"] != telegram.token:
        return _json({"ok": False, "error_code": 401, "description": "Unauthorized"}, 401)
    found = telegram.store.file_content("path", request.match_info["path"])
    if found is None or found[0]["size"] > DOWNLOAD_LIMIT:
        return _json({"ok": False, "error_code": 404, "description": "Not Found"}, 404)
    return web.Response(body=found[1], content_type="application/octet-stream")
