"""The webhook's door, FAULTS 48: 200 only after the commit; nonsense leaves nothing."""

import io
import json
from collections.abc import AsyncGenerator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from sqlmodel import func, select

from bot.database import Database
from models import Inbox
from tests.faults.test_faults_intake import said
from tests.town import Town

SECRET = "a-secret-of-sixteen"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
async def door(town: Town) -> AsyncGenerator[str]:
    """The webhook of a town's intake on a port of its own."""

    async def push(request: web.Request) -> web.Response:
        return await town.intake.webhook(request, SECRET)

    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_post("/telegram/webhook", push)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/telegram/webhook"
    await runner.cleanup()


async def push(door: str, body: bytes, secret: str | None = SECRET) -> int:
    headers = {} if secret is None else {HEADER: secret}
    async with (
        aiohttp.ClientSession() as http,
        http.post(door, data=io.BytesIO(body), headers=headers) as answer,
    ):
        return answer.status


async def stored(town: Town) -> int:
    async with town.database.read() as session:
        return (await session.exec(select(func.count()).select_from(Inbox))).one()


async def test_an_update_is_stored_before_it_is_acknowledged_and_once(
    town: Town, door: str
) -> None:
    await town.player("company").says("/help")
    body = json.dumps(said(1, message=999)).encode()

    assert [await push(door, body), await push(door, body)] == [200, 200]

    assert await stored(town) == 2
    await town.settle()
    assert len(await town.player("company").messages()) == 3


@pytest.mark.parametrize("secret", [None, "", "wrong", "a-secret-of-sixteeN", "ключ", "\udcff"])
async def test_fault_48_a_wrong_secret_is_refused_and_nothing_stored(
    town: Town, door: str, secret: str | None
) -> None:
    given = secret.encode("utf-8", "surrogateescape").decode("latin-1") if secret else secret
    assert await push(door, json.dumps(said(1)).encode(), given) == 401

    assert await stored(town) == 0


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"\xff", b"{}", b'{"update_id": "1"}', b'{"update_id": true}',
     b'{"update_id": -1}', b'{"update_id": 99999999999999999999}'],
)  # fmt: skip
async def test_fault_48_nonsense_is_refused_and_nothing_stored(
    town: Town, door: str, body: bytes
) -> None:
    assert await push(door, body) == 400

    assert await stored(town) == 0


async def test_fault_48_a_body_beyond_all_measure_is_refused(town: Town, door: str) -> None:
    update: dict[str, Any] = said(1, "政" * 500_000)

    assert await push(door, json.dumps(update).encode()) == 413

    assert await stored(town) == 0


async def test_fault_42_a_store_that_fails_is_not_acknowledged(town: Town, door: str) -> None:
    nowhere = Database("sqlite+aiosqlite:////nowhere/at/all.db")
    writer, town.database._writer = town.database._writer, nowhere._writer
    refused = await push(door, json.dumps(said(1)).encode())
    town.database._writer = writer
    await nowhere.close()

    assert refused == 503
    assert await stored(town) == 0
