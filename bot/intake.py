"""The door for what people do: stored first, then acknowledged, then given effect in order."""

import asyncio
import hmac
from collections.abc import Callable
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramConflictError, TelegramRetryAfter
from aiogram.methods import TelegramMethod
from aiohttp import web
from sqlalchemy.exc import DBAPIError

from bot import checkpoints
from bot.checkpoints import Checkpoints
from bot.clock import Clock
from bot.courier import Courier
from bot.database import Database
from bot.health import Figures
from bot.unit_of_work import Spinner, UnitOfWork
from services import inbox
from services.office import Office

log = structlog.get_logger()
#: One transaction takes at most so many updates, of different chats.
GROUP = 64
_POLL_SECONDS = 25
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")


class RawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """getUpdates as Telegram wrote it, so that fields we do not know yet are kept too."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    timeout: int | None = None
    allowed_updates: list[str] | None = None


class Intake:
    """Fetches or is handed updates, and is the single writer that gives them effect."""

    def __init__(
        self,
        bot: Bot,
        database: Database,
        clock: Clock,
        courier: Courier,
        work: UnitOfWork,
        *,
        office: Callable[[], Office],
        checkpoints: Checkpoints,
        figures: Figures,
        wake_ticker: asyncio.Event,
    ) -> None:
        self._bot = bot
        self._database = database
        self._clock = clock
        self._courier = courier
        self._work = work
        self._office = office
        self._checkpoints = checkpoints
        self._figures = figures
        self._wake_ticker = wake_ticker
        self._wake = asyncio.Event()
        self._wake.set()

    async def store(self, updates: list[dict[str, Any]]) -> None:
        """Commit raw updates to the Inbox; only then may they be acknowledged."""
        async with self._database.write() as session:
            await inbox.store(session, updates, bot_id=self._bot.id, now=self._clock())
        self._checkpoints.reach(checkpoints.AFTER_INBOX_COMMIT)
        self._wake.set()

    async def poll(self) -> None:
        """Long polling. The offset that confirms updates is sent only after they are stored."""
        offset: int | None = None
        while True:
            updates = await self._fetch(offset)
            if updates:
                await self._insist(self.store, updates)
                offset = updates[-1]["update_id"] + 1

    async def work(self) -> None:
        """Give stored updates their effect until cancelled."""
        while True:
            self._wake.clear()
            if not await self._insist(self.work_once):
                await self._wake.wait()

    async def work_once(self) -> int:
        """One transaction of updates; returns how many there were."""
        office, now = self._office(), self._clock()
        async with self._database.write() as session:
            rows = await inbox.heads(session, bot_id=self._bot.id, limit=GROUP)
            spinners = [await self._work.take(session, row, office=office, now=now) for row in rows]
            self._checkpoints.reach(checkpoints.BEFORE_EFFECT_COMMIT)
        if rows:
            self._checkpoints.reach(checkpoints.AFTER_EFFECT_COMMIT)
            self._figures.updates.labels(result="worked").inc(len(rows))
            self._courier.wake.set()
            self._wake_ticker.set()
            await self._stop_spinners([spinner for spinner in spinners if spinner])
        return len(rows)

    async def webhook(self, request: web.Request, secret: str) -> web.Response:
        """Telegram's push: 200 only after the commit, so that it is repeated otherwise."""
        given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            return web.Response(status=401)
        await self.store([await request.json()])
        return web.Response()

    async def _fetch(self, offset: int | None) -> list[dict[str, Any]]:
        try:
            return await self._bot(
                RawUpdates(
                    offset=offset, timeout=_POLL_SECONDS, allowed_updates=list(ALLOWED_UPDATES)
                ),
                request_timeout=_POLL_SECONDS + 10,
            )
        except TelegramConflictError:
            log.error("another program polls with this token; trying again in 5 s")  # noqa: TRY400
            await asyncio.sleep(5)
        except TelegramRetryAfter as error:
            await asyncio.sleep(error.retry_after)
        except TelegramAPIError as error:
            log.warning("no updates to be had; trying again", error=str(error))
            await asyncio.sleep(1)
        return []

    async def _insist(self, act: Callable[..., Any], *given: Any) -> Any:
        """A locked or full database is waited for: nothing is acknowledged meanwhile."""
        pause = 0.2
        while True:
            try:
                return await act(*given)
            except DBAPIError as error:
                log.exception("database", error=str(error.orig))
                await asyncio.sleep(pause)
                pause = min(pause * 2, 10)

    async def _stop_spinners(self, spinners: list[Spinner]) -> None:
        await asyncio.gather(
            *(
                self._courier.answer_press(spinner.query_id, spinner.text, alert=spinner.alert)
                for spinner in spinners
            )
        )
