"""Pushing updates to the bot's webhook: in order within a chat, again until they are taken."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from sandbox.store import Json
from sandbox.telegram import Telegram

_HEADER = "X-Telegram-Bot-Api-Secret-Token"
_PATIENCE = aiohttp.ClientTimeout(total=60)
_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 10.0
_AT_ONCE = 40
_WAITING = 1000


@dataclass
class Pusher:
    """Hands queued updates to the webhook, several chats at a time, while one is set."""

    telegram: Telegram
    _busy: set[int] = field(default_factory=set)

    async def work(self) -> None:
        """Until cancelled."""
        async with (
            aiohttp.ClientSession(timeout=_PATIENCE) as http,
            asyncio.TaskGroup() as pushes,
        ):
            while not self.telegram.closed:
                for chat, update in self._next():
                    self._busy.add(chat)
                    pushes.create_task(self._push(http, chat, update))
                await self.telegram.updates.changed()

    def _next(self) -> list[tuple[int, Json]]:
        """The oldest update of each chat that has none on its way."""
        hook = self.telegram.store.setting("webhook")
        if self.telegram.closed or not hook:
            return []
        heads: dict[int, Json] = {}
        for update in self.telegram.store.updates(0, _WAITING):
            heads.setdefault(_chat_of(update), update)
        room = hook["max_connections"] - len(self._busy)
        free = [(chat, update) for chat, update in heads.items() if chat not in self._busy]
        return free[: max(room, 0)]

    async def _push(self, http: aiohttp.ClientSession, chat: int, update: Json) -> None:
        if await self._is_taken(http, update) and not self.telegram.closed:
            with self.telegram.store.transaction():
                self.telegram.store.forget_update(update["update_id"])
        self._busy.discard(chat)
        self.telegram.updates.ring()

    async def _is_taken(self, http: aiohttp.ClientSession, update: Json) -> bool:
        """Again and again until it is answered with 2xx, or the webhook is taken away."""
        pause = _FIRST_PAUSE
        while not self.telegram.closed and (hook := self.telegram.store.setting("webhook")):
            fault = await _post(http, hook, update)
            if fault is None:
                return True
            self.telegram.webhook_fault = {
                "last_error_date": self.telegram.stamp(),
                "last_error_message": fault,
            }
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
        return False


def webhook_of(url: str, secret: str, connections: int | None) -> Json:
    """What is kept of a webhook."""
    return {"url": url, "secret": secret, "max_connections": connections or _AT_ONCE}


async def _post(http: aiohttp.ClientSession, hook: Json, update: Json) -> str | None:
    """None when it was taken; otherwise what Telegram would say of it."""
    headers = {_HEADER: hook["secret"]} if hook["secret"] else {}
    try:
        async with http.post(hook["url"], json=update, headers=headers) as answer:
            await answer.read()
            if 200 <= answer.status < 300:
                return None
            return f"Wrong response from the webhook: {answer.status} {answer.reason}"
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return f"Connection failed: {type(error).__name__}"


def _chat_of(update: Json) -> int:
    """Updates of one chat go one after the other; what has no chat goes by its person."""
    (payload,) = (part for name, part in update.items() if name != "update_id")
    inner: Any = payload.get("message") or payload
    return int((inner.get("chat") or payload["from"])["id"])
