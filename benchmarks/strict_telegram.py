"""A Telegram that does nothing but count: in a process of its own, with the sandbox's limits on."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from aiohttp import web

from sandbox.errors import Rejected, retry_after
from sandbox.limits import Limits


class Ledger:
    """What one bot was answered. `storm` is the share of calls refused for no reason at all."""

    def __init__(self) -> None:
        self.limits = Limits(per_second=30, per_chat_per_second=1, per_group_per_minute=20)
        self.storm = 0.0
        self.accepted: list[tuple[float, int]] = []
        self.refused = 0
        self.stormed = 0
        self._random = Random(20261127)

    def meet(self, method: str, chat: int, at: float) -> int:
        """Accept a call, or raise Rejected."""
        if self._random.random() < self.storm:
            self.stormed += 1
            raise retry_after(self._random.randint(1, 5))
        try:
            self.limits.meet(method, chat, at)
        except Rejected:
            self.refused += 1
            raise
        self.accepted.append((at, chat))
        return len(self.accepted)


async def _listen() -> None:
    ledgers: dict[str, Ledger] = {}

    async def call(request: web.Request) -> web.Response:
        sent = await request.post()
        chat = int(str(sent.get("chat_id", 0)))
        at = asyncio.get_running_loop().time()
        ledger = ledgers.setdefault(request.match_info["token"], Ledger())
        try:
            number = ledger.meet(request.match_info["method"], chat, at)
        except Rejected as refusal:
            body = {"ok": False, "error_code": refusal.code, "description": refusal.description}
            return web.json_response(
                {**body, "parameters": refusal.parameters}, status=refusal.code
            )
        kind = "private" if chat > 0 else "supergroup"
        message = {"message_id": number, "date": 1, "chat": {"id": chat, "type": kind}}
        return web.json_response({"ok": True, "result": message})

    async def storm(request: web.Request) -> web.Response:
        ledger = ledgers.setdefault(request.match_info["token"], Ledger())
        ledger.storm = float(await request.text())
        return web.Response()

    async def report(request: web.Request) -> web.Response:
        ledger = ledgers.setdefault(request.match_info["token"], Ledger())
        names = ("accepted", "refused", "stormed")
        return web.json_response({name: getattr(ledger, name) for name in names})

    app = web.Application()
    app.router.add_post("/bot{token}/{method}", call)
    app.router.add_post("/storm/{token}", storm)
    app.router.add_get("/report/{token}", report)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


@contextmanager
def strict_telegram() -> Iterator[str]:
    """Its address; it ends with the block."""
    command = [sys.executable, "-m", "benchmarks.strict_telegram"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:  # noqa: S603
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the server has no pipes")
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        process.stdin.close()


if __name__ == "__main__":
    asyncio.run(_listen())
