"""Starting and stopping: everything is built here, in order, and stops cleanly on a signal."""

import asyncio
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from functools import partial
from typing import TypeVar

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiohttp import web
from sqlalchemy import Engine, event

from bot.backups import Backups
from bot.bell import Bell
from bot.checkpoints import Checkpoints
from bot.clock import Clock
from bot.courier import Courier, open_bot
from bot.database import Database, insist, revision
from bot.demo import staff_the_sandbox
from bot.dispatcher import build_dispatcher
from bot.distress import Distress
from bot.dumps import missing_tools
from bot.failures import innermost
from bot.garbage import furniture_stays
from bot.health import Figures
from bot.intake import ALLOWED_UPDATES, Intake
from bot.leader import Leader
from bot.line import Line
from bot.menus import announce_commands
from bot.office import OfficeRoom
from bot.preparing import CannotStart
from bot.rivals import Webhook
from bot.settings import Settings
from bot.ticker import Ticker
from bot.unit_of_work import UnitOfWork
from bot.watchman import Watchman
from bot.web import clock_routes, health_routes
from domain.alarms import AlarmKind
from sandbox.server import open_sandbox
from services import alarms, health, notices, publishing
from services.catalogue import CatalogueError
from services.work_calendar import CalendarFileError

log = structlog.get_logger()
Said = TypeVar("Said")
#: On PostgreSQL other processes commit work too. They ring; it is also looked for this often.
_PULSE_SECONDS = 1
WEBHOOK_PATH = "/telegram/webhook"
#: A transaction is open for milliseconds, the longest study for some seconds.
_HANGS_AFTER_SECONDS = 300


async def serve(settings: Settings, *, ready: Callable[[str], None] = lambda _: None) -> None:
    """Run until SIGINT or SIGTERM; raises CannotStart."""
    clock = _open_clock(settings)
    async with AsyncExitStack() as stack:
        database = Database(settings.database)
        stack.push_async_callback(database.close)
        bot = open_bot(settings)
        stack.push_async_callback(bot.session.close)
        house = House(settings, database, bot, clock)
        await stack.enter_async_context(house.open_web())
        ready(f"http://{settings.http_host}:{settings.http_port}")
        try:
            await house.work_until(_stop_signal())
        except ExceptionGroup as group:
            refused = group.subgroup(CannotStart)
            raise (innermost(refused) if refused else group) from None


def _open_clock(settings: Settings) -> Clock:
    if not settings.clock_may_move:
        return Clock()
    path = settings.folder / "clock.json"
    try:
        return Clock(path)
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise CannotStart(f"{path} is damaged: delete it, and the clock shows real time") from error


def _stop_signal() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    return stop


class House:
    """The parts of one process and how they are tied together."""

    def __init__(self, settings: Settings, database: Database, bot: Bot, clock: Clock) -> None:
        self._settings = settings
        self._database = database
        self._bot = bot
        self._clock = clock
        self._figures = Figures()
        self._checkpoints = Checkpoints(settings.crash_at)
        if self._checkpoints.watches_writes:
            event.listen(Engine, "after_cursor_execute", self._checkpoints.after_statement)
        self._wake_ticker = asyncio.Event()
        self._room = OfficeRoom(settings, database, clock)
        self._leader = Leader(database)
        self._figures.leads.set_function(lambda: self._leader.leads)
        self._courier = Courier(
            bot,
            self._leader.database,
            clock,
            checkpoints=self._checkpoints,
            figures=self._figures,
            wake_ticker=self._wake_ticker,
            until_sure=self._leader.until_sure,
            paced=not settings.is_sandbox,
        )
        backups = self._backups = self._nightly_copies()
        self._ticker = Ticker(
            self._leader.database,
            clock,
            self._courier,
            office=self._room,
            checkpoints=self._checkpoints,
            figures=self._figures,
            wake=self._wake_ticker,
            backups=backups,
        )
        line = Line(clock, self._figures)
        bot.session.middleware(line)
        self._watchman = Watchman(
            bot,
            database,
            clock,
            office=self._room,
            line=line,
            figures=self._figures,
            folder=settings.folder,
            backups=backups,
        )
        self._distress = Distress(bot, database, clock, settings)
        self._intake: Intake | None = None
        self._reign: asyncio.Task[None] | None = None
        self._is_stopping = False
        self._webhook = self._own_webhook()

    def _nightly_copies(self) -> Backups | None:
        """None where the tools for it are missing; `doctor` says so."""
        if not self._database.is_sqlite and missing_tools():
            return None
        folder = self._settings.folder / "backups"
        return Backups(
            self._database, folder, self._clock, office=self._room, checkpoints=self._checkpoints
        )

    @asynccontextmanager
    async def open_web(self) -> AsyncGenerator[None]:
        """Listen on the one port: health, clock, webhook, and the sandbox when it is open."""
        app = web.Application(client_max_size=64 * 1024 * 1024)
        health_routes(
            app,
            self._figures,
            self._takes_work,
            self._count,
            probe=self._database.probe,
            stuck=self._stuck,
        )
        if self._settings.clock_may_move:
            clock_routes(app, self._clock, self._settle, self._next_due)
        if self._settings.webhook_url:
            app.router.add_post(WEBHOOK_PATH, self._take_push)
        async with AsyncExitStack() as stack:
            if self._settings.is_sandbox:
                sandbox = await open_sandbox(
                    self._settings.folder / "telegram.db",
                    now=self._clock,
                    token=self._settings.token,
                )
                sandbox.routes(app)
                stack.push_async_callback(sandbox.close)
            await stack.enter_async_context(_listening(app, self._settings))
            yield

    def _takes_work(self) -> bool:
        return self._intake is not None and not self._is_stopping

    async def work_until(self, stop: asyncio.Event) -> None:
        """Meet Telegram, then take in, deliver and tick until told to stop.

        Who stops says so at once, leaves the lead to another, and for a while still takes in and
        gives effect to what a balancer that has not looked yet sends here.
        """
        async with asyncio.TaskGroup() as group:
            work = group.create_task(self._work_watched())
            await stop.wait()
            self._is_stopping = True
            await self._courier.finish()
            if self._reign is not None:
                self._reign.cancel()
            if self._settings.webhook_url and not self._database.is_sqlite:
                await asyncio.sleep(self._settings.drain_seconds)
            work.cancel()

    async def _work_watched(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._distress.watch())
            await self._work()

    async def _work(self) -> None:
        """Until cancelled; what any process does, and what only the leader does."""
        me = await _insist_on_telegram(self._bot.get_me)
        if self._settings.is_sandbox:
            await staff_the_sandbox(self._settings, self._database, self._clock)
        await self._furnish(me.username or "")
        await _insist_on_telegram(partial(announce_commands, self._bot, self._settings))
        await _insist_on_telegram(self._choose_door)
        intake = self._intake = self._open_intake(me.username or "")
        furniture_stays()
        async with asyncio.TaskGroup() as group:
            group.create_task(intake.work())
            group.create_task(self._room.watch())
            self._reign = group.create_task(self._leader.reign(partial(self._lead, intake)))
            if not self._database.is_sqlite:
                group.create_task(self._pulse(intake))
                group.create_task(self._bell(intake).run())
            log.info("ready", bot=me.username)

    async def _furnish(self, bot_username: str) -> None:
        try:
            await insist(self._room.furnish, bot_username)
        except (CatalogueError, CalendarFileError) as error:
            raise CannotStart(f"the catalogue is at fault: {str(error).splitlines()[0]}") from error

    async def _lead(self, intake: Intake) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._courier.run())
            group.create_task(self._ticker.run())
            group.create_task(self._watchman.watch())
            group.create_task(self._webhook.watch() if self._webhook else intake.poll())
            self._wake_ticker.set()

    def _bell(self, intake: Intake) -> Bell:
        """Others ring for what the leader is to deliver; the leader knows what it committed."""
        return Bell(
            self._database,
            intake.committed,
            heard=self._look,
            is_for_others=lambda: not self._leader.leads,
        )

    async def _pulse(self, intake: Intake) -> None:
        """Look for work that was left behind by the dead, or for which no bell was heard."""
        while True:
            await asyncio.sleep(_PULSE_SECONDS)
            intake.wake.set()
            self._look()

    def _look(self) -> None:
        self._courier.wake.set()
        self._wake_ticker.set()

    def _open_intake(self, username: str) -> Intake:
        return Intake(
            self._bot,
            self._database,
            self._clock,
            self._courier,
            UnitOfWork(build_dispatcher(username), self._bot),
            office=self._room,
            checkpoints=self._checkpoints,
            figures=self._figures,
            wake_ticker=self._wake_ticker,
        )

    async def _take_push(self, request: web.Request) -> web.Response:
        secret = self._settings.webhook_secret
        if self._intake is None or secret is None:
            return web.Response(status=503)
        answer = await self._intake.webhook(request, secret.get_secret_value())
        if self._is_stopping:
            answer.force_close()
        return answer

    async def _choose_door(self) -> None:
        if self._webhook is None:
            await self._bot.delete_webhook(drop_pending_updates=False)
        else:
            await self._webhook.set()

    def _own_webhook(self) -> Webhook | None:
        url, secret = self._settings.webhook_url, self._settings.webhook_secret
        if not url or secret is None:
            return None
        url = url.rstrip("/") + WEBHOOK_PATH
        return Webhook(self._bot, url, secret.get_secret_value(), ALLOWED_UPDATES)

    async def _settle(self) -> None:
        """For the clock's door. Only a leader delivers: another process has nothing to wait for."""
        if self._leader.leads:
            await insist(self._room.look)
            await self._ticker.settle()
            await insist(self._watchman.look)
            await self._ticker.settle()

    async def _count(self) -> None:
        now = self._clock()
        async with self._database.read() as session:
            load = await health.load(session, now=now)
            ringing = {alarm.kind for alarm in await alarms.ringing(session)}
            schema, catalogue = await revision(session), await publishing.latest(session)
        if not self._database.trouble.is_over:
            ringing.add(AlarmKind.DATABASE)
        age = await asyncio.to_thread(self._backups.age, now) if self._backups else None
        self._figures.show(load, alarms=ringing, backup_age=age)
        self._figures.show_build(schema, catalogue)

    def _stuck(self) -> str:
        """What hangs so that only a new start helps; empty when nothing does."""
        if self._watchman.finds_the_courier_still:
            return "courier"
        return "database session" if self._database.busy_for() > _HANGS_AFTER_SECONDS else ""

    async def _next_due(self) -> datetime | None:
        async with self._database.read() as session:
            return await notices.next_due(session)


async def _insist_on_telegram(call: Callable[[], Awaitable[Said]]) -> Said:
    """Ask until Telegram can be reached; stops the start when it refuses the token."""
    pause = 1.0
    while True:
        try:
            return await call()
        except (TelegramUnauthorizedError, TelegramNotFound) as error:
            raise CannotStart("Telegram refuses BOT_TOKEN: ask @BotFather for a new one") from error
        except TelegramRetryAfter as error:
            await asyncio.sleep(error.retry_after)
        except TelegramBadRequest as error:
            raise CannotStart(f"Telegram refuses the settings: {error.message}") from error
        except (TelegramAPIError, ClientDecodeError) as error:
            log.warning("Telegram cannot be reached; trying again", error=error)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 30)


@asynccontextmanager
async def _listening(app: web.Application, settings: Settings) -> AsyncGenerator[None]:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.http_host, settings.http_port).start()
    except OSError as error:
        await runner.cleanup()
        raise CannotStart(
            f"port {settings.http_port} on {settings.http_host} is taken or not allowed. Stop the"
            " other program, or choose another with HTTP_PORT."
        ) from error
    try:
        yield
    finally:
        await runner.cleanup()
