"""The HTTP side: health, figures, the clock's door, the webhook."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.health import Figures

Settle = Callable[[], Awaitable[None]]
Count = Callable[[], Awaitable[None]]
#: Those who ask give up after ten seconds, as a rule.
_PATIENCE_SECONDS = 5
NextDue = Callable[[], Awaitable[datetime | None]]


def health_routes(
    app: web.Application,
    figures: Figures,
    is_ready: Callable[[], bool],
    count: Count,
    *,
    probe: Count,
    stuck: Callable[[], str],
) -> None:
    """`/healthz` while a new start would help nothing, `/readyz` when it takes work, `/metrics`.

    `count` brings the figures up to date: without a database those of the process remain. `probe`
    raises when the database cannot be written. `stuck` names what hangs.
    """

    async def alive(_: web.Request) -> web.Response:
        part = stuck()
        return web.json_response(
            {"status": "stuck", "part": part} if part else {"status": "ok"},
            status=503 if part else 200,
        )

    async def ready(_: web.Request) -> web.Response:
        takes_work = is_ready() and await _succeeds(probe)
        return web.json_response({"ready": takes_work}, status=200 if takes_work else 503)

    async def metrics(_: web.Request) -> web.Response:
        if not await _succeeds(count):
            figures.show_no_database()
        return web.Response(
            body=generate_latest(figures.registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )

    app.router.add_get("/healthz", alive)
    app.router.add_get("/readyz", ready)
    app.router.add_get("/metrics", metrics)


async def _succeeds(ask: Count) -> bool:
    """Whether the database answers, and in time."""
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await ask()
    except (SQLAlchemyError, OSError, TimeoutError):
        return False
    return True


def clock_routes(app: web.Application, clock: Clock, settle: Settle, next_due: NextDue) -> None:
    """`GET /clock`; `POST /clock` with advance_seconds, now, or to=next_due.

    The answer comes after the ticks that fell due have run and their messages were handed over.
    """

    async def show(_: web.Request) -> web.Response:
        return await _time(clock, next_due)

    async def move(request: web.Request) -> web.Response:
        try:
            await _move(clock, await request.json(), next_due)
        except (ValueError, KeyError, TypeError, OverflowError) as error:
            return web.json_response({"error": str(error)}, status=400)
        await settle()
        return await _time(clock, next_due)

    app.router.add_get("/clock", show)
    app.router.add_post("/clock", move)


async def _move(clock: Clock, wish: object, next_due: NextDue) -> None:
    match wish:
        case {"advance_seconds": int() | float() as seconds}:
            clock.move(timedelta(seconds=seconds))
        case {"now": str() as moment}:
            clock.move_to(_aware(moment))
        case {"to": "next_due"}:
            due = await next_due()
            if due is not None and due > clock():
                clock.move_to(due)
        case _:
            raise ValueError('say {"advance_seconds": n}, {"now": ISO} or {"to": "next_due"}')


def _aware(moment: str) -> datetime:
    read = datetime.fromisoformat(moment)
    if read.tzinfo is None:
        raise ValueError('"now" needs its offset, as in 2026-11-23T09:00:00+08:00')
    return read


async def _time(clock: Clock, next_due: NextDue) -> web.Response:
    due = await next_due()
    return web.json_response(
        {"now": clock().isoformat(), "next_due": due.isoformat() if due else None}
    )
