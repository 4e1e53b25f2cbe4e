"""The local Telegram as a part of somebody's web application: open it, add its routes, close it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from aiohttp import web

from sandbox import bot_api, page_api
from sandbox.store import Store
from sandbox.telegram import Telegram


class Sandbox:
    """A Bot API server and a chat page over one file."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram

    def routes(self, app: web.Application) -> None:
        """Add `/`, `/sandbox/…`, `/bot<token>/…` and `/file/bot<token>/…`."""
        bot_api.add_routes(app, self._telegram)
        page_api.add_routes(app, self._telegram)
        app.on_shutdown.append(self._release)

    async def _release(self, _app: web.Application) -> None:
        self._telegram.release()

    async def close(self) -> None:
        """Let all that wait return and close the file; a second time does nothing."""
        self._telegram.close()


async def open_sandbox(path: Path, *, now: Callable[[], datetime], token: str) -> Sandbox:
    """Open the local Telegram kept in `path`; `now` gives aware moments, `token` is the bot's."""
    return Sandbox(Telegram(Store(path), now=now, token=token))
