"""Pushing: each chat in order, again until it is taken, with the secret; polling is closed."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from tests.sandbox.conftest import Json, Town

_SOON = 20


@dataclass
class Receiver:
    """A webhook that refuses so many pushes, then takes the rest."""

    url: str = ""
    refuses: int = 0
    secrets: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
    taken: list[tuple[int, str]] = field(default_factory=list)
    bell: asyncio.Event = field(default_factory=asyncio.Event)

    async def takes(self, request: web.Request) -> web.Response:
        message: Json = (await request.json())["message"]
        self.secrets.add(request.headers["X-Telegram-Bot-Api-Secret-Token"])
        self.bell.set()
        if self.refuses:
            self.refuses -= 1
            self.refused.append(message["text"])
            return web.Response(status=503)
        self.taken.append((message["chat"]["id"], message["text"]))
        return web.Response()

    async def has_taken(self, count: int) -> None:
        async with asyncio.timeout(_SOON):
            while len(self.taken) < count:
                self.bell.clear()
                await self.bell.wait()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.takes)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()


async def test_what_waited_is_pushed_in_order_until_it_is_taken(
    town: Town, receiver: Receiver
) -> None:
    receiver.refuses = 2
    await town.do("say", seat="company", text="一")
    await town.bot("setWebhook", url=receiver.url, secret_token="geheim")
    for seat, text in (("company", "二"), ("officer", "甲"), ("company", "三")):
        await town.do("say", seat=seat, text=text)
    await receiver.has_taken(4)

    assert [text for chat, text in receiver.taken if chat == 1001] == ["一", "二", "三"]
    assert receiver.secrets == {"geheim"}
    assert receiver.refused[0] == "一"
    info = await town.bot("getWebhookInfo")
    assert info["url"] == receiver.url
    assert "503" in info["last_error_message"]


async def test_a_webhook_ends_polling_and_its_end_gives_the_queue_back(
    town: Town, receiver: Receiver
) -> None:
    poll = town.refusal("getUpdates", timeout=20)
    waits, _ = await asyncio.gather(
        poll, town.bot("setWebhook", url=receiver.url, secret_token="geheim")
    )
    assert "terminated by setWebhook" in waits
    assert "webhook is active" in await town.refusal("getUpdates")

    receiver.refuses = 1000
    await town.do("say", seat="company", text="一")
    async with asyncio.timeout(_SOON):
        await receiver.bell.wait()
    await town.bot("deleteWebhook")

    assert [one["message"]["text"] for one in await town.updates()] == ["一"]
