"""The door for what people do: stored first, then acknowledged, then given effect in order."""

import asyncio
import hmac
import json
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramConflictError,
    TelegramRetryAfter,
)
from aiogram.methods import TelegramMethod
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel.ext.asyncio.session import AsyncSession

from bot import checkpoints
from bot.checkpoints import Checkpoints
from bot.clock import Clock
from bot.courier import Courier
from bot.database import Database, insist
from bot.health import Figures
from bot.rivals import Pollers
from bot.unit_of_work import Effect, Spinner, Spoilt, UnitOfWork
from bot.update_reading import presses_in
from models.messages import InboxState
from services import inbox
from services.inbox import Arrived
from services.office import Office
from views import errors
from views.translations import translator

log = structlog.get_logger()
Take = Callable[..., Awaitable[Effect]]
#: One transaction takes at most so many updates, of different chats.
GROUP = 64
#: Nor does it go on for longer, so that the courier and the jobs have their turns.
_LONG_ENOUGH_SECONDS = 0.1
_POLL_SECONDS = 25
#: Telegram's updates are some kilobytes; nobody else has reason to post here.
_BODY_LIMIT = 1024 * 1024
_PAUSE_SECONDS = 1
#: An answer cut off on its way is whole the next time; one that stays so is passed.
_UNREADABLE_TIMES, _KEPT_OF_IT = 5, 4000
_NUMBER_WRITTEN = re.compile(r'"update_id"\s*:\s*(\d{1,18})(?!\d)')
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")


class RawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """getUpdates as Telegram wrote it, so that fields we do not know yet are kept too."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    limit: int | None = None
    timeout: int | None = None
    allowed_updates: list[str] | None = None


class Unreadable:
    """Answers of getUpdates that are no JSON our client can read, and how to get past them.

    One update that nobody can read would come again for ever, and hold up all behind it. It is
    asked for alone; when it has come several times it is kept as the text it is.
    """

    def __init__(self) -> None:
        self._times: Counter[int] = Counter()

    @property
    def limit(self) -> int | None:
        """How many updates to ask for."""
        return 1 if self._times else None

    def clear(self) -> None:
        """An answer was read."""
        self._times.clear()

    def passed(self, written: str) -> list[dict[str, Any]]:
        """The update as a raw text, once it is sure that it stays as it is."""
        number = _NUMBER_WRITTEN.search(written)
        update_id = int(number[1]) if number else -1
        self._times[update_id] += 1
        if number is None or self._times[update_id] < _UNREADABLE_TIMES:
            return []
        return [{"update_id": update_id, "unreadable": written[:_KEPT_OF_IT]}]


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
        #: About as many as can be taken in time: those left open were read, and locked, in vain.
        self._group = GROUP
        self._unreadable = Unreadable()
        self._pollers = Pollers()
        self.wake = asyncio.Event()
        self.wake.set()
        #: Set after each commit, for who tells other processes.
        self.committed = asyncio.Event()

    async def store(self, updates: list[dict[str, Any]]) -> None:
        """Commit raw updates to the Inbox; only then may they be acknowledged."""
        async with self._database.write() as session:
            await inbox.store(session, updates, bot_id=self._bot.id, now=self._clock())
            self._checkpoints.reach(checkpoints.BEFORE_INBOX_COMMIT)
        self._checkpoints.reach(checkpoints.AFTER_INBOX_COMMIT)
        self.wake.set()

    async def poll(self) -> None:
        """Long polling. The offset that confirms updates is sent only after they are stored."""
        offset: int | None = None
        while True:
            offset = await self.poll_once(offset)

    async def poll_once(self, offset: int | None) -> int | None:
        """Ask once and store what came; returns the offset of the next call."""
        updates = await self._fetch(offset)
        if not updates:
            return offset
        await insist(self._store_or_excuse, updates, excused=set())
        return max(int(update["update_id"]) for update in updates) + 1

    async def _store_or_excuse(self, updates: list[dict[str, Any]], *, excused: set[str]) -> None:
        """A pressed key stops turning while nothing can be stored; the press waits at Telegram."""
        try:
            await self.store(updates)
        except (SQLAlchemyError, OSError):
            for query_id, language in presses_in(updates):
                if query_id not in excused:
                    excused.add(query_id)
                    words = errors.busy(translator("zh" if language.startswith("zh") else "en"))
                    await self._courier.answer_press(query_id, words, alert=False)
            raise

    async def work(self) -> None:
        """Give stored updates their effect until cancelled; a slow spinner holds up nobody."""
        async with asyncio.TaskGroup() as answers:
            while True:
                self.wake.clear()
                count, spinners = await insist(self._give_effect)
                for spinner in spinners:
                    answers.create_task(self._stop(spinner))
                if not count:
                    await self.wake.wait()
                else:
                    await asyncio.sleep(0)  # the answers go before the next look, empty as a rule

    async def work_once(self) -> int:
        """One transaction of updates and their spinners; returns how many updates there were."""
        count, spinners = await self._give_effect()
        await asyncio.gather(*(self._stop(spinner) for spinner in spinners))
        return count

    async def _give_effect(self) -> tuple[int, list[Spinner]]:
        """Nearly all updates raise nothing: only where one does, each is kept apart."""
        try:
            effects = await self._take_group(self._work.take)
        except Spoilt:
            effects = await self._take_group(self._work.take_carefully)
        return len(effects), [effect.spinner for effect in effects if effect.spinner]

    async def _take_group(self, take: Take) -> list[Effect]:
        office, now = self._office(), self._clock()
        async with self._database.write() as session:
            rows = await inbox.heads(session, bot_id=self._bot.id, limit=self._group)
            if any(row.attempts for row in rows):
                take = self._work.take_carefully
            effects = await self._take_in_time(session, take, rows, office, now)
            await self._work.put(session, effects)
            all_of_them = len(effects) == len(rows)
            self._group = min(2 * (self._group if all_of_them else len(effects)), GROUP)
            taken = list(zip(rows, effects, strict=False))
            done = [row.id for row, effect in taken if effect.state is InboxState.DONE]
            if done:
                await inbox.mark_done(session, done, now=now)
            if taken:
                self._checkpoints.reach(checkpoints.BEFORE_EFFECT_COMMIT)
        if taken:
            self._checkpoints.reach(checkpoints.AFTER_EFFECT_COMMIT)
            for row, effect in taken:
                self._figures.took(row, effect.state, self._clock())
            self._courier.wake.set()
            self._wake_ticker.set()
            self.committed.set()
        return effects

    async def _take_in_time(
        self,
        session: AsyncSession,
        take: Take,
        rows: Sequence[Arrived],
        office: Office,
        now: datetime,
    ) -> list[Effect]:
        """One after another, until the transaction has lasted long enough; the rest stays open."""
        loop, effects = asyncio.get_running_loop(), list[Effect]()
        enough = loop.time() + _LONG_ENOUGH_SECONDS
        for row in rows:
            effects.append(await take(session, row, office=office, now=now))
            if loop.time() > enough:
                break
            await asyncio.sleep(0)  # the database is asked without waiting: let others have a turn
        return effects

    async def webhook(self, request: web.Request, secret: str) -> web.Response:
        """Telegram's push: 200 only after the commit, so that it is repeated otherwise."""
        given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not hmac.compare_digest(given.encode(errors="surrogateescape"), secret.encode()):
            return web.Response(status=401)
        try:
            body = await request.clone(client_max_size=_BODY_LIMIT).read()
        except web.HTTPRequestEntityTooLarge:
            return web.Response(status=413)
        update = _read_update(body)
        if update is None:
            return web.Response(status=400)
        try:
            await self.store([update])
        except (SQLAlchemyError, OSError) as error:
            log.error("database; Telegram will repeat", error=error)  # noqa: TRY400
            return web.Response(status=503)
        return web.Response()

    async def _fetch(self, offset: int | None) -> list[dict[str, Any]]:
        asked = RawUpdates(
            offset=offset,
            limit=self._unreadable.limit,
            timeout=_POLL_SECONDS,
            allowed_updates=list(ALLOWED_UPDATES),
        )
        try:
            found = await self._bot(asked, request_timeout=_POLL_SECONDS + 10)
            self._unreadable.clear()
            self._pollers.polled()
            return [update for update in found if inbox.is_update(update)]
        except TelegramConflictError as error:
            await self._pollers.interrupted(error)
        except TelegramRetryAfter as error:
            await asyncio.sleep(error.retry_after)
        except ClientDecodeError as error:
            log.warning("updates that cannot be read", error=type(error.original).__name__)
            if passed := self._unreadable.passed(str(error.data)):
                return passed
            await asyncio.sleep(_PAUSE_SECONDS)
        except TelegramAPIError as error:
            log.warning("no updates to be had; trying again", error=error)
            await asyncio.sleep(_PAUSE_SECONDS)
        return []

    async def _stop(self, spinner: Spinner) -> None:
        await self._courier.answer_press(spinner.query_id, spinner.text, alert=spinner.alert)


def _read_update(body: bytes) -> dict[str, Any] | None:
    """An update as Telegram posts it; None for anything else."""
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return update if inbox.is_update(update) else None
