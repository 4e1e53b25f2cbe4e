"""A Bot API for any number of chats that goes wrong in every way it can, by seeded dice."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from random import Random
from typing import Any

from aiohttp import web

Json = dict[str, Any]
#: What is answered instead of doing it.
_REFUSALS: tuple[tuple[int, str], ...] = (
    (429, '{"ok":false,"error_code":429,"description":"x","parameters":{"retry_after":7}}'),
    (429, '{"ok":false,"error_code":429,"description":"x","parameters":{"retry_after":38}}'),
    (429, '{"ok":false,"error_code":429}'),
    (429, "<html>Too Many Requests</html>"),
    (500, '{"ok":false}'),
    (502, "<html>Bad Gateway</html>"),
    (503, ""),
    (200, '{"ok":false,"error_code":500,"description":"Internal Server Error"}'),
)
#: What is answered after doing it; `{}` is what should have been answered.
_GARBLED = ('{"ok":true}', '{"ok":true,"result":null}', "<html>OK</html>", "")


class Hostile:
    """`chance` of each call goes wrong; `spared` chats are always served, `stalled` never."""

    def __init__(self, seed: int = 20261127) -> None:
        self.url = ""
        self.chance = 0.0
        self.spared: set[int] = set()
        self.stalled: set[int] = set()
        self.arrived: dict[int, list[str]] = defaultdict(list)
        self.order: list[int] = []
        self.closed = asyncio.Event()
        self._random = Random(seed)
        self._faults = (
            self._refuses,
            self._hangs_up,
            self._garbles,
            self._cuts_short,
            self._is_odd,
        )

    async def call(self, request: web.Request) -> web.StreamResponse:
        """Any method; only what is said to a chat is remembered."""
        method, sent = request.match_info["method"], await request.post()
        if method == "getMe":
            return _said({"id": 7100000001, "is_bot": True, "first_name": "企航", "username": "q"})
        if method == "getUpdates":
            await self.closed.wait()
            return _said([])
        if method != "sendMessage":
            return _said(True)
        chat, text = int(str(sent["chat_id"])), str(sent["text"])
        if chat in self.stalled:
            await self.closed.wait()
        if chat not in self.spared and self._random.random() < self.chance:
            return await self._random.choice(self._faults)(request, chat, text)
        return _said(self._take(chat, text))

    def _take(self, chat: int, text: str) -> Json:
        self.arrived[chat].append(text)
        self.order.append(chat)
        return {"message_id": len(self.order), "date": 1, "chat": {"id": chat, "type": "private"}}

    async def _refuses(self, _request: web.Request, _chat: int, _text: str) -> web.StreamResponse:
        status, body = self._random.choice(_REFUSALS)
        return web.Response(status=status, text=body)

    async def _hangs_up(self, request: web.Request, chat: int, text: str) -> web.StreamResponse:
        if self._random.random() < 0.5:
            self._take(chat, text)
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async def _garbles(self, _request: web.Request, chat: int, text: str) -> web.StreamResponse:
        self._take(chat, text)
        return web.Response(text=self._random.choice(_GARBLED))

    async def _cuts_short(self, request: web.Request, chat: int, text: str) -> web.StreamResponse:
        """Says how much is to come and closes in the middle."""
        self._take(chat, text)
        answer = web.StreamResponse(headers={"Content-Length": "500"})
        await answer.prepare(request)
        await answer.write(b'{"ok":true,"result":{"message_id":')
        assert request.transport is not None
        request.transport.abort()
        return answer

    async def _is_odd(self, _request: web.Request, chat: int, text: str) -> web.StreamResponse:
        """Right, but late and under another name."""
        await asyncio.sleep(self._random.random() / 50)
        answer = _said(self._take(chat, text))
        answer.content_type = "text/html"
        return answer


def _said(result: Any) -> web.Response:
    return web.json_response({"ok": True, "result": result})


@asynccontextmanager
async def hostile_telegram() -> AsyncGenerator[Hostile]:
    """It listens until the end of the block; whoever still waits is answered then."""
    hostile = Hostile()
    app = web.Application()
    app.router.add_post("/bot{token}/{method}", hostile.call)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hostile.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield hostile
    finally:
        hostile.closed.set()
        await runner.cleanup()
