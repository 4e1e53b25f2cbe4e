"""The one place that calls Telegram for people's messages."""

import asyncio
from datetime import datetime
from typing import Any, assert_never

import structlog
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.exceptions import TelegramAPIError
from aiogram.types import BufferedInputFile, ReplyParameters

from bot import checkpoints
from bot.answers import Answer, Meaning, read_error
from bot.checkpoints import Checkpoints
from bot.clock import Clock
from bot.database import Database
from bot.health import Figures
from bot.keyboards import inline_markup, reply_markup
from bot.pace import Pace
from bot.settings import Settings
from domain.screens import Attachment, AttachmentKind, Screen
from models.messages import OutboxKind
from services import messages, outbox
from services.outbox import Errand

log = structlog.get_logger()
_AT_ONCE = 64
_GROUP = 32


def open_bot(settings: Settings) -> Bot:
    """The client for Telegram or for a server that speaks its Bot API."""
    session = AiohttpSession(
        api=TelegramAPIServer.from_base(settings.api_url), proxy=settings.telegram_proxy
    )
    return Bot(
        settings.token, session=session, default=DefaultBotProperties(parse_mode=ParseMode.HTML)
    )


class Courier:
    """Takes what is owed, keeps the order of each chat, and writes down every answer."""

    def __init__(
        self,
        bot: Bot,
        database: Database,
        clock: Clock,
        *,
        checkpoints: Checkpoints,
        figures: Figures,
        wake_ticker: asyncio.Event,
        paced: bool = True,
    ) -> None:
        self._bot = bot
        self._database = database
        self._clock = clock
        self._checkpoints = checkpoints
        self._figures = figures
        self._wake_ticker = wake_ticker
        self._pace = Pace() if paced else None
        self._busy: set[int] = set()
        self._answers: list[tuple[Errand, Answer]] = []
        self.wake = asyncio.Event()
        self._idle = asyncio.Event()

    async def run(self) -> None:
        """Deliver until cancelled; what was in flight at a crash is owed again first."""
        async with self._database.write() as session:
            repeats = await outbox.recover(session, bot_id=self._bot.id)
        self._figures.possible_repeats.inc(repeats)
        async with asyncio.TaskGroup() as deliveries:
            while True:
                self.wake.clear()
                await self._write_answers()
                if not await self._hand_out(deliveries):
                    await self._rest()

    async def wait_until_idle(self) -> None:
        """Return when nothing that may go now is owed: for the clock's door."""
        self._idle.clear()
        self.wake.set()
        await self._idle.wait()

    async def answer_press(self, query_id: str, text: str, *, alert: bool) -> None:
        """Stop the spinner. It is not owed: the effect stands even when this is too late."""
        try:
            await self._bot.answer_callback_query(
                query_id, text=text[:200] or None, show_alert=alert or None
            )
        except TelegramAPIError as error:
            log.info("spinner lost", reason=str(error))

    async def _hand_out(self, deliveries: asyncio.TaskGroup) -> int:
        async with self._database.write() as session:
            errands = await outbox.take(
                session,
                bot_id=self._bot.id,
                busy=self._busy,
                now=self._clock(),
                limit=_AT_ONCE,
            )
        for errand in errands:
            self._busy.add(errand.row.chat_id)
            deliveries.create_task(self._deliver(errand))
        return len(errands)

    async def _rest(self) -> None:
        """Sleep until something is owed, or a postponed row comes due."""
        if self._answers or self.wake.is_set():
            return
        async with self._database.read() as session:
            again = await outbox.next_try(session, bot_id=self._bot.id)
        if not self._busy and (again is None or again > self._clock()):
            self._idle.set()
        try:
            async with asyncio.timeout(self._seconds_until(again)):
                await self.wake.wait()
        except TimeoutError:
            return

    def _seconds_until(self, again: datetime | None) -> float | None:
        if again is None:
            return None
        return max(0.05, (again - self._clock()).total_seconds())

    async def _deliver(self, errand: Errand) -> None:
        self._checkpoints.reach(checkpoints.BEFORE_SEND)
        answer = await self._ask_telegram(errand)
        self._checkpoints.reach(checkpoints.AFTER_SEND)
        self._figures.sent.labels(kind=errand.row.kind, answer=answer.meaning).inc()
        self._answers.append((errand, answer))
        self.wake.set()

    async def _ask_telegram(self, errand: Errand) -> Answer:
        if self._pace is not None:
            await self._pace.wait_for(errand.row.chat_id)
        try:
            return await self._call(errand)
        except Exception as error:  # every failure has a meaning, decided in one table
            answer = read_error(error)
            log.info("telegram", outbox=errand.row.id, meaning=answer.meaning, error=answer.error)
            return answer

    async def _call(self, errand: Errand) -> Answer:
        row, chat = errand.row, errand.row.chat_id
        match row.kind:
            case OutboxKind.SEND:
                return await self._send(errand)
            case OutboxKind.EDIT:
                return await self._edit(errand)
            case OutboxKind.PIN:
                await self._bot.pin_chat_message(
                    chat, _known(errand.telegram_id), disable_notification=True
                )
            case OutboxKind.OPEN_TOPIC:
                topic = await self._bot.create_forum_topic(chat, errand.title)
                return Answer(Meaning.DONE, thread_id=topic.message_thread_id)
            case OutboxKind.EDIT_TOPIC:
                await self._bot.edit_forum_topic(chat, _known(errand.thread_id), name=errand.title)
            case _:
                assert_never(row.kind)
        return Answer(Meaning.DONE)

    async def _send(self, errand: Errand) -> Answer:
        screen = messages.unpack(errand.row.payload)
        options: dict[str, Any] = {
            "message_thread_id": errand.thread_id,
            "reply_markup": inline_markup(screen.keyboard) or reply_markup(screen.reply_keys),
            "disable_notification": screen.quiet or None,
            "reply_parameters": _reply_to(errand.reply_to),
        }
        if errand.row.payload.get("bare"):
            options["parse_mode"] = None
        if screen.attachment is None:
            sent = await self._bot.send_message(errand.row.chat_id, screen.text, **options)
        else:
            sent = await self._send_file(errand.row.chat_id, screen, screen.attachment, options)
        return Answer(Meaning.DONE, telegram_id=sent.message_id)

    async def _send_file(
        self, chat: int, screen: Screen, attachment: Attachment, options: dict[str, Any]
    ) -> Any:
        if attachment.kind is AttachmentKind.LOCATION:
            latitude, longitude = attachment.point or (0.0, 0.0)
            return await self._bot.send_location(chat, latitude, longitude, **options)
        if attachment.kind is AttachmentKind.CONTACT:
            return await self._bot.send_contact(
                chat, attachment.phone, attachment.name or "—", **options
            )
        file: str | BufferedInputFile = attachment.file_id
        if attachment.content is not None:
            file = BufferedInputFile(attachment.content, attachment.name)
        if attachment.kind not in {AttachmentKind.STICKER, AttachmentKind.VIDEO_NOTE}:
            options["caption"] = screen.text or None
        else:
            options.pop("parse_mode", None)
        send = getattr(self._bot, f"send_{attachment.kind}")
        return await send(chat, file, **options)

    async def _edit(self, errand: Errand) -> Answer:
        if errand.telegram_id is None:
            return await self._send(errand)
        screen = messages.unpack(errand.row.payload)
        where: dict[str, Any] = {
            "chat_id": errand.row.chat_id,
            "message_id": errand.telegram_id,
            "reply_markup": inline_markup(screen.keyboard),
        }
        if errand.row.payload.get("bare"):
            where["parse_mode"] = None
        if screen.attachment is not None:
            await self._bot.edit_message_caption(caption=screen.text, **where)
        else:
            await self._bot.edit_message_text(screen.text, **where)
        return Answer(Meaning.DONE)

    async def _write_answers(self) -> None:
        """Store what Telegram said, many answers in one transaction."""
        while self._answers:
            group, self._answers = self._answers[:_GROUP], self._answers[_GROUP:]
            async with self._database.write() as session:
                for errand, answer in group:
                    await self._write_answer(session, errand.row.id, answer)
            self._checkpoints.reach(checkpoints.AFTER_MARK)
            self._busy -= {errand.row.chat_id for errand, _ in group}
            self._wake_ticker.set()

    async def _write_answer(self, session: Any, row_id: int, answer: Answer) -> None:
        now = self._clock()
        match answer.meaning:
            case Meaning.DONE:
                await outbox.sent(
                    session,
                    row_id,
                    telegram_id=answer.telegram_id,
                    thread_id=answer.thread_id,
                    now=now,
                )
            case Meaning.RETRY:
                await outbox.retry(session, row_id, answer.error, now=now, wait=answer.wait)
            case Meaning.UNKNOWN:
                await outbox.lost_answer(session, row_id, answer.error, now=now)
            case Meaning.MIGRATED:
                await outbox.migrated(session, row_id, to=answer.migrate_to or 0)
            case Meaning.UNREACHABLE:
                await outbox.unreachable(session, row_id, answer.error, now=now)
            case Meaning.SEND_ANEW:
                await outbox.send_anew(session, row_id)
            case Meaning.RECREATE_TOPIC:
                if not await outbox.recreate_topic(session, row_id, now=now):
                    await outbox.fail(session, row_id, answer.error, now=now)
            case Meaning.PLAIN:
                await outbox.plain(session, row_id)
            case Meaning.GIVE_UP:
                await outbox.fail(session, row_id, answer.error, now=now)


def _reply_to(telegram_id: int | None) -> ReplyParameters | None:
    if telegram_id is None:
        return None
    return ReplyParameters(message_id=telegram_id, allow_sending_without_reply=True)


def _known(telegram_id: int | None) -> int:
    """Order within a chat makes sure that a message is sent before it is edited or pinned."""
    if telegram_id is None:
        raise LookupError("the message this call is about never reached Telegram")
    return telegram_id
