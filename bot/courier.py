"""The one place that sends people's messages: takes what is owed, writes down every answer."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta

import structlog
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel.ext.asyncio.session import AsyncSession

from bot import checkpoints
from bot.answers import Answer, Meaning, read_error
from bot.calls import make_call
from bot.checkpoints import Checkpoints
from bot.clock import Clock
from bot.database import Database, insist, is_trouble
from bot.health import Figures
from bot.logs import about
from bot.masking import said
from bot.pace import Pace, Unpaced
from bot.settings import Settings
from bot.topic_icons import TopicIcons
from bot.wire import Wire
from models import Outbox
from models.messages import OutboxKind, OutboxState
from services import outbox, turns
from services.outbox import Recovered
from services.turns import Errand, Head, Round

log = structlog.get_logger()
#: So many calls are on their way at once. One that is not answered soon does not count any more: a
#: few chats for which Telegram is slow must not stop all others.
_AT_ONCE = 64
_SOON_SECONDS = 1.0
#: But so many in all: a file descriptor each, of the 1,024 that a process usually has.
ON_THEIR_WAY = 512
#: Connections for asking for updates and stopping spinners.
_FOR_OTHERS = 64
_GROUP = 32
#: An answer that meets another writer of the same rows is written anew so often.
_CONFLICTS = 5
#: What another writer holds is looked at again so soon; our own intake wakes us when it lets go.
_HELD_SECONDS = 0.05
#: What was sent within the longest window of the pace counts after a restart, too.
_REMEMBERED = timedelta(seconds=61)
#: When the bot stops, what is on its way gets so long to be answered.
_FAREWELL_SECONDS = 3


def open_bot(settings: Settings) -> Bot:
    """The client for Telegram or for a server that speaks its Bot API."""
    wire = Wire(
        api=TelegramAPIServer.from_base(settings.api_url),
        proxy=settings.proxy,
        limit=ON_THEIR_WAY + _FOR_OTHERS,
    )
    return Bot(
        settings.token, session=wire, default=DefaultBotProperties(parse_mode=ParseMode.HTML)
    )


class Courier:
    """Keeps the order of each chat. One runs at a time; it never ends by itself."""

    def __init__(
        self,
        bot: Bot,
        database: Database,
        clock: Clock,
        *,
        checkpoints: Checkpoints,
        figures: Figures,
        wake_ticker: asyncio.Event,
        until_sure: Callable[[], Awaitable[None]] | None = None,
        paced: bool = True,
    ) -> None:
        self._bot = bot
        self._database = database
        self._clock = clock
        self._checkpoints = checkpoints
        self._figures = figures
        self._wake_ticker = wake_ticker
        self._until_sure = until_sure
        self._open_pace = Pace if paced else Unpaced
        self._pace = self._open_pace()
        self._icons = TopicIcons(bot)
        #: The rows that are on their way, and when they left.
        self._flying: dict[int, float] = {}
        self._answers: dict[int, tuple[Errand, Answer]] = {}
        self._is_sure = False
        self._stops = False
        self.wake = asyncio.Event()
        self._idle = asyncio.Event()

    async def run(self) -> None:
        """Deliver until cancelled."""
        self._is_sure = False
        self._pace = self._open_pace()
        await insist(self._take_up_the_pace)
        try:
            async with asyncio.TaskGroup() as deliveries:
                while True:
                    self.wake.clear()
                    await insist(self._write_answers)
                    handed_out = await insist(self._hand_out, deliveries)
                    if not handed_out.more:
                        await self._rest(handed_out)
        finally:
            self._flying.clear()
            self._answers.clear()

    async def _take_up_the_pace(self) -> None:
        """What was sent before a crash counts with Telegram still."""
        now = self._clock()
        async with self._database.read() as session:
            sent = await outbox.sent_lately(
                session, bot_id=self._bot.id, since=now - _REMEMBERED, now=now
            )
        self._pace.remember(
            (row.chat_id, row.kind, (now - (row.at or now)).total_seconds()) for row in sent
        )

    async def wait_until_idle(self) -> None:
        """Return when nothing that may go now is owed: for the clock's door."""
        self._idle.clear()
        self.wake.set()
        await self._idle.wait()

    async def finish(self) -> None:
        """Send nothing new; return when what is on its way was answered, or after a few seconds."""
        self._stops = True
        try:
            async with asyncio.timeout(_FAREWELL_SECONDS):
                while self._flying:
                    await self.wait_until_idle()
        except TimeoutError:
            log.warning("left unanswered", messages=len(self._flying))

    async def answer_press(self, query_id: str, text: str, *, alert: bool) -> None:
        """Stop the spinner. It is not owed: the effect stands even when this is too late."""
        try:
            await self._bot.answer_callback_query(
                query_id, text=text[:200] or None, show_alert=alert or None
            )
        except Exception as error:  # whatever it is, the update has had its effect
            log.info("spinner lost", reason=error)

    async def _hand_out(self, deliveries: asyncio.TaskGroup) -> Round:
        """Take what may go now. The pace is asked first: what is marked as being sent goes at once.

        What a crash, or a commit with an unknown end, left marked without a delivery of ours is
        owed again first.
        """
        if self._slots() <= 0 or self._stops:
            return Round(held=not self._stops)
        now, found = self._clock(), Recovered()
        was_sure, self._is_sure = self._is_sure, False
        async with self._database.write() as session:
            if not was_sure:
                found = await outbox.recover(
                    session, bot_id=self._bot.id, now=now, spare=self._flying
                )
            handed_out = await turns.take(
                session,
                bot_id=self._bot.id,
                resting=self._pace.resting,
                now=now,
                choose=self._choose,
            )
        self._is_sure = True
        self._figures.possible_repeats.inc(found.repeats)
        self._figures.sent.labels(kind=OutboxKind.SEND, answer=Meaning.UNKNOWN).inc(found.unsure)
        if handed_out.dropped:
            self._wake_ticker.set()
        left = asyncio.get_running_loop().time()
        for errand in handed_out.errands:
            self._flying[errand.row.id] = left
            self._pace.begin(errand.head)
            deliveries.create_task(self._deliver(errand))
        return handed_out

    def _choose(self, heads: Sequence[Head]) -> Sequence[Head]:
        return self._pace.choose(heads, self._slots())

    def _slots(self) -> int:
        """How many more calls may be on their way."""
        recently = asyncio.get_running_loop().time() - _SOON_SECONDS
        fresh = sum(left > recently for left in self._flying.values())
        return min(_AT_ONCE - fresh, ON_THEIR_WAY - len(self._flying))

    async def _rest(self, handed_out: Round) -> None:
        """Sleep until something is owed, or a postponed row comes due."""
        if self.wake.is_set():
            return
        if not self._flying and (self._stops or not handed_out.held):
            self._idle.set()
        try:
            async with asyncio.timeout(self._seconds_to_rest(handed_out)):
                await self.wake.wait()
        except TimeoutError:
            return

    def _seconds_to_rest(self, handed_out: Round) -> float | None:
        """None: until woken. What could go now is held by the pace, or by too many on the way; an
        answer that is not written by now, by another writer. While something is sent, nobody asks
        what comes due next: it is not to wait for that."""
        if self._answers:
            return _HELD_SECONDS
        if self._stops:
            return None
        if handed_out.held:
            return _SOON_SECONDS if self._slots() <= 0 else self._pace.pause()
        if handed_out.errands:
            return _SOON_SECONDS
        if handed_out.again is None:
            return None
        return max(0.0, (handed_out.again - self._clock()).total_seconds())

    async def _deliver(self, errand: Errand) -> None:
        with about(outbox=errand.row.id, call=errand.row.kind, notice=errand.row.notice_id):
            await self._call(errand)

    async def _call(self, errand: Errand) -> None:
        if self._until_sure is not None:
            await self._until_sure()
        self._checkpoints.reach(checkpoints.BEFORE_SEND)
        try:
            answer = await make_call(self._bot, errand, self._icons)
        except Exception as error:  # every failure has a meaning, decided in one table
            answer = read_error(error)
            log.info("telegram", meaning=answer.meaning, error=answer.error)
        self._checkpoints.reach(checkpoints.AFTER_SEND)
        wait = answer.wait
        self._pace.end(errand.row.id, refused_for=wait.total_seconds() if wait else None)
        self._figures.sent.labels(kind=errand.row.kind, answer=answer.meaning).inc()
        self._answers[errand.row.id] = errand, answer
        self.wake.set()

    async def _write_answers(self) -> None:
        """Store what Telegram said, many answers in one transaction; forget them only then."""
        waiting = list(self._answers)
        for first in range(0, len(waiting), _GROUP):
            await self._write_group(waiting[first : first + _GROUP])

    async def _write_group(self, ids: Sequence[int]) -> None:
        """Those whose rows another writer has at this moment stay for the next round."""
        answers = {row_id: self._answers[row_id][1] for row_id in ids}
        alike = {row_id: one.telegram_id for row_id, one in answers.items() if one.is_plain}
        try:
            written = await self._write(alike, answers)
        except Exception as error:
            if not alike or is_trouble(error):
                raise
            written = await self._write({}, answers)
        self._checkpoints.reach(checkpoints.AFTER_MARK)
        for row_id in written:
            self._count(*self._answers.pop(row_id))
            self._flying.pop(row_id, None)
        self._wake_ticker.set()

    async def _write(
        self, alike: Mapping[int, int | None], answers: Mapping[int, Answer]
    ) -> frozenset[int]:
        """The answers that are alike at once, the others one by one; returns those written."""
        async with self._database.write() as session:
            written = await outbox.sent_alike(session, alike, now=self._clock())
            at_hand = await outbox.at_hand(session, answers.keys() - alike.keys())
            for row_id in at_hand.ids:
                await self._write_safely(session, row_id, answers[row_id])
            self._checkpoints.reach(checkpoints.BEFORE_MARK)
        return written | at_hand.ids

    def _count(self, errand: Errand, answer: Answer) -> None:
        if answer.meaning is Meaning.DONE:
            self._figures.delivered(errand.row, self._clock())

    async def _write_safely(self, session: AsyncSession, row_id: int, answer: Answer) -> None:
        """One answer that cannot be written must not hold up the others.

        On PostgreSQL the message may be redrawn, or its key pressed, at this moment: then what was
        read before is read again, or the message would be without its number for ever.
        """
        for _ in range(_CONFLICTS):
            try:
                async with session.begin_nested():
                    await self._write_answer(session, row_id, answer)
            except (StaleDataError, IntegrityError):
                session.expire_all()
            except Exception as error:
                await self._give_up_writing(session, row_id, answer, error)
                return
            else:
                return
        await self._give_up_writing(session, row_id, answer, RuntimeError("always in conflict"))

    async def _give_up_writing(
        self, session: AsyncSession, row_id: int, answer: Answer, error: Exception
    ) -> None:
        if is_trouble(error):
            raise error
        log.error("answer cannot be written", outbox=row_id, meaning=answer.meaning, exc_info=error)
        row = await session.get_one(Outbox, row_id)
        row.state, row.error, row.done_at = OutboxState.FAILED, said(error), self._clock()

    async def _write_answer(self, session: AsyncSession, row_id: int, answer: Answer) -> None:
        row, now = await session.get(Outbox, row_id), self._clock()
        if row is None or row.state is not OutboxState.SENDING:
            return  # written already, by a commit whose end we did not hear of
        match answer.meaning:
            case Meaning.DONE:
                await outbox.sent(
                    session,
                    row,
                    telegram_id=answer.telegram_id,
                    album_ids=answer.album_ids,
                    thread_id=answer.thread_id,
                    content=answer.content,
                    now=now,
                )
            case Meaning.RETRY:
                await outbox.retry(session, row, answer.error, now=now, wait=answer.wait)
            case Meaning.UNKNOWN:
                await outbox.lost_answer(session, row, answer.error, now=now)
            case Meaning.MIGRATED:
                await outbox.migrated(session, row, answer.error, to=answer.migrate_to, now=now)
            case Meaning.UNREACHABLE:
                await outbox.unreachable(session, row, answer.error, now=now)
            case Meaning.SEND_ANEW:
                await outbox.send_anew(session, row, answer.error, now=now)
            case Meaning.RECREATE_TOPIC:
                await outbox.recreate_topic(session, row, answer.error, now=now)
            case Meaning.PLAIN:
                await outbox.plain(session, row, answer.error, now=now)
            case Meaning.GIVE_UP:
                await outbox.fail(session, row, answer.error, now=now)
