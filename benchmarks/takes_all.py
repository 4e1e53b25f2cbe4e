"""A Bot API server that takes everything and remembers when: for what several processes say."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from aiohttp import web

from bot.settings import SANDBOX_TOKEN

_BOT = {"id": int(SANDBOX_TOKEN.partition(":")[0]), "is_bot": True, "first_name": "企航"}


@dataclass
class TakesAll:
    """When each chat was written to."""

    url: str = ""
    heard_at: dict[int, deque[float]] = field(default_factory=dict)
    _waiting: dict[int, asyncio.Event] = field(default_factory=dict)

    async def first_word(self, chat: int) -> float:
        """Wait for the first message to a chat; the moment it came."""
        await self._waiting.setdefault(chat, asyncio.Event()).wait()
        return self.heard_at[chat][0]

    async def answer(self, request: web.Request) -> web.Response:
        """Whatever is asked is done."""
        method = request.match_info["method"]
        result: Any = True
        if method == "getMe":
            result = {**_BOT, "username": "takes_all_bot"}
        elif method == "sendMessage":
            result = self._take(int((await request.post())["chat_id"]))  # type: ignore[arg-type]
        return web.json_response({"ok": True, "result": result})

    def _take(self, chat: int) -> dict[str, Any]:
        self.heard_at.setdefault(chat, deque()).append(perf_counter())
        self._waiting.setdefault(chat, asyncio.Event()).set()
        return {
            "message_id": len(self.heard_at[chat]),
            "date": 1_790_000_000,
            "chat": {"id": chat, "type": "private", "first_name": "王"},
            "from": _BOT,
            "text": "。",
        }


@asynccontextmanager
async def open_takes_all() -> AsyncGenerator[TakesAll]:
    """On a free port."""
    server = TakesAll()
    app = web.Application()
    app.router.add_post("/bot{token}/{method}", server.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield server
    await runner.cleanup()
