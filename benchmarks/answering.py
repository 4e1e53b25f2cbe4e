"""A Telegram that says yes: within the process, or as a server in a process of its own.

It keeps nothing and checks nothing, so that what is measured is the bot.
"""

import asyncio
import json
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from aiogram import Bot
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType
from aiohttp import web

from bot.wire import Wire

Json = dict[str, Any]
_numbers = count(1)


def answer(method: str, chat_id: int, name: str = "") -> Any:
    """What Telegram would say."""
    match method:
        case "sendMessage" | "sendPhoto" | "sendDocument":
            kind = "private" if chat_id > 0 else "supergroup"
            return {"message_id": next(_numbers), "date": 1, "chat": {"id": chat_id, "type": kind}}
        case "createForumTopic":
            return {"message_thread_id": next(_numbers), "name": name, "icon_color": 7322096}
        case "getForumTopicIconStickers":
            return []
        case _:
            return True


class Within(Wire):
    """Answers at once, without a network; the answers are read as those of the network are."""

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ARG002 - aiogram's form
    ) -> TelegramType:
        """What the server would send."""
        name = method.__api_method__
        given = answer(name, getattr(method, "chat_id", 0), getattr(method, "name", ""))
        content = json.dumps({"ok": True, "result": given})
        response = self.check_response(bot=bot, method=method, status_code=200, content=content)
        return response.result  # type: ignore[return-value]


@contextmanager
def answering_server() -> Iterator[str]:
    """Its address; a process of its own, as Telegram's server is."""
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=_serve, args=(theirs,), daemon=True
    )
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        process.kill()
        process.join()


def _serve(ready: Any) -> None:
    asyncio.run(_answer_forever(ready))


async def _answer_forever(ready: Any) -> None:
    app = web.Application()
    app.router.add_post("/bot{token}/{method}", _answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    ready.send(runner.addresses[0][1])
    await asyncio.Event().wait()


async def _answer(request: web.Request) -> web.Response:
    form = await request.post()
    given = answer(
        request.match_info["method"], int(str(form.get("chat_id", 0))), str(form.get("name", ""))
    )
    return web.json_response({"ok": True, "result": given})
