"""Killing the process loses nothing that was answered."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import aiohttp

from tests.sandbox.conftest import TOKEN

_PROGRAM = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from aiohttp import web
from sandbox.server import open_sandbox

async def main():
    moment = datetime(2026, 11, 23, tzinfo=UTC)
    sandbox = await open_sandbox(Path(sys.argv[1]), now=lambda: moment, token=sys.argv[2])
    app = web.Application()
    sandbox.routes(app)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


async def start(path: Path) -> tuple[asyncio.subprocess.Process, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        _PROGRAM,
        str(path),
        TOKEN,
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout
    port = int(await process.stdout.readline())
    return process, f"http://127.0.0.1:{port}"


async def kill(process: asyncio.subprocess.Process) -> None:
    os.kill(process.pid, signal.SIGKILL)
    await process.communicate()


async def test_killed_and_started_again(tmp_path: Path) -> None:
    path = tmp_path / "var" / "sandbox" / "telegram.db"
    async with aiohttp.ClientSession() as http:
        process, url = await start(path)
        for number in range(20):
            said = {"seat": "company", "text": f"第 {number} 句"}
            async with http.post(f"{url}/sandbox/say", json=said) as response:
                assert (await response.json())["ok"]
        await kill(process)

        process, url = await start(path)
        async with http.get(f"{url}/bot{TOKEN}/getUpdates") as response:
            updates = (await response.json())["result"]
        await kill(process)

    assert [one["message"]["text"] for one in updates] == [f"第 {n} 句" for n in range(20)]
    ids = [one["update_id"] for one in updates]
    assert ids == list(range(ids[0], ids[0] + 20))
