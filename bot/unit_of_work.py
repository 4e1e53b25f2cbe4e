"""One update, one effect: changes, answers and the Inbox mark commit together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from aiogram import Bot, Dispatcher
from aiogram.types import CallbackQuery, Update
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database import is_trouble, writes
from bot.logs import about
from bot.masking import said
from bot.update_reading import read_update
from domain.errors import Failed, Refusal
from domain.screens import Reply, Screen
from handlers import errors
from models import Message
from models.messages import InboxState
from services import alarm_readings, inbox, messages
from services.desks import CARD
from services.inbox import Arrived
from services.messages import NOTHING, Address, Post, Pressed
from services.office import Office

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Spinner:
    """A pressed button that waits for an answer, given directly after the commit."""

    query_id: str
    text: str = ""
    alert: bool = False


@dataclass(frozen=True, slots=True)
class Effect:
    """What became of an update, and what is still to be put for it; one that stays open failed, and
    is tried again."""

    state: InboxState = InboxState.DONE
    spinner: Spinner | None = None
    post: Post = NOTHING


@dataclass(frozen=True, slots=True)
class Case:
    """An update that is given its effect."""

    session: AsyncSession
    update: Update
    office: Office
    now: datetime

    def pressed(self) -> Pressed:
        """The message under the finger, for handlers and for the answer alike."""
        query = self.update.callback_query
        holder = query.message if query is not None else None
        at = None if holder is None else (holder.chat.id, holder.message_id)
        return Pressed(self.session, bot_id=self.office.bot_id, at=at, now=self.now)

    async def explain(self, refusal: Refusal) -> Reply:
        """What is said instead of an effect."""
        return await errors.explain(
            self.session, refusal, self.update, office=self.office, now=self.now
        )


class Spoilt(Exception):
    """An update raised: what the transaction holds is to be undone, and given its effect anew,
    carefully."""


class UnitOfWork:
    """Lets stored updates take effect inside the writer's transaction."""

    def __init__(self, dispatcher: Dispatcher, bot: Bot) -> None:
        self._dispatcher = dispatcher
        self._bot = bot

    async def take(
        self, session: AsyncSession, row: Arrived, *, office: Office, now: datetime
    ) -> Effect:
        """Feed the update, trusting that it raises nothing; otherwise the transaction is `Spoilt`.

        The answer goes with those of the whole group: no other chat asks for it before. A refusal
        before anything was written has nothing to undo, and is answered.
        """
        with about(update=row.update_id, inbox=row.id):
            update = self._read(row)
            if update is None:
                return Effect()
            try:
                return await self._trust(Case(session, update, office, now))
            except Exception as error:
                if is_trouble(error):
                    raise
                raise Spoilt from error

    async def put(self, session: AsyncSession, effects: Sequence[Effect]) -> None:
        """Owe the answers of a group."""
        try:
            await messages.put(session, messages.together(effect.post for effect in effects))
        except Exception as error:
            if is_trouble(error):
                raise
            raise Spoilt from error

    async def take_carefully(
        self, session: AsyncSession, row: Arrived, *, office: Office, now: datetime
    ) -> Effect:
        """Feed the update; a raised error undoes its effect alone and counts as a failed try.

        An unwell database is no fault of the update: it is raised, and the whole group is undone.
        """
        with about(update=row.update_id, inbox=row.id):
            update = self._read(row)
            if update is None:
                return Effect()
            case = Case(session, update, office, now)
            try:
                return Effect(spinner=await self._effect(case))
            except Exception as error:  # the third failure parks the update, see FAULTS 43
                if is_trouble(error):
                    raise
                log.exception("update failed", attempt=row.attempts + 1)
                return await self._fail(case, row, said(error))

    def _read(self, row: Arrived) -> Update | None:
        update = read_update(row.payload, self._bot)
        if update is None:
            log.warning("update off the model is kept raw")
        return update

    async def _trust(self, case: Case) -> Effect:
        session, pressed = case.session, case.pressed()
        before = writes(session)
        try:
            reply = await self._feed(case, pressed)
        except Refusal as refusal:
            if writes(session) != before:
                raise
            session.expunge_all()  # with all that was to be written
            reply, pressed = await case.explain(refusal), case.pressed()
        post = await _post(case, reply, pressed)
        await session.flush()
        return Effect(spinner=_spinner(case.update, reply), post=post)

    async def _effect(self, case: Case) -> Spinner | None:
        pressed = case.pressed()
        try:
            async with case.session.begin_nested():
                return await self._answer(case, await self._feed(case, pressed), pressed)
        except Refusal as refusal:
            reply = await case.explain(refusal)
        async with case.session.begin_nested():
            return await self._answer(case, reply, case.pressed())  # not what was undone

    async def _feed(self, case: Case, pressed: Pressed) -> Any:
        return await self._dispatcher.feed_update(
            self._bot,
            case.update,
            session=case.session,
            office=case.office,
            now=case.now,
            pressed=pressed,
        )

    async def _fail(self, case: Case, row: Arrived, error: str) -> Effect:
        if not await inbox.mark_failed(case.session, row, error, now=case.now):
            return Effect(InboxState.OPEN)
        await alarm_readings.note_parked(case.session, office=case.office, now=case.now)
        return Effect(InboxState.PARKED, await self._apologise_if_possible(case))

    async def _apologise_if_possible(self, case: Case) -> Spinner | None:
        """What broke the update may break the apology too; it is parked all the same."""
        try:
            return await self._apologise(case)
        except Exception as error:
            if is_trouble(error):
                raise
            log.exception("no apology can be made")
            return None

    async def _apologise(self, case: Case) -> Spinner | None:
        """Whoever pressed or wrote in private is not left without a word."""
        chat = getattr(case.update.event, "chat", None)
        if case.update.callback_query is None and (chat is None or chat.type != "private"):
            return None
        async with case.session.begin_nested():
            return await self._answer(case, await case.explain(Failed()), case.pressed())

    async def _answer(self, case: Case, reply: Any, pressed: Pressed) -> Spinner | None:
        await messages.put(case.session, await _post(case, reply, pressed))
        return _spinner(case.update, reply)


def _spinner(update: Update, reply: Any) -> Spinner | None:
    query = update.callback_query
    if query is None:
        return None
    if isinstance(reply, Reply):
        return Spinner(query.id, reply.toast, reply.alert)
    return Spinner(query.id)


async def _post(case: Case, reply: Any, pressed: Pressed) -> Post:
    """What the screens of a reply need to be said; anything else is an update without an answer."""
    if not isinstance(reply, Reply):
        return NOTHING
    place = await _place(case)
    screens = [*([reply.screen] if reply.screen else []), *reply.more]
    under = None if reply.fresh else await pressed.message()
    posts = [NOTHING]
    if reply.screen is not None and under is not None and _fits(under, reply.screen):
        posts = [await messages.redrawn(case.session, under, reply.screen, now=case.now)]
        screens = screens[1:]
    posts += [messages.new_message(place, screen, now=case.now) for screen in screens]
    return messages.together(posts)


def _fits(pressed: Message, screen: Screen) -> bool:
    """Telegram makes no text of a picture or file, and no file of a text: those stay as they are,
    and the answer follows. So does the card of a group: everybody there works with it."""
    if pressed.chat_id < 0 and pressed.role == CARD and screen.role != CARD:
        return False
    return (pressed.kind == "text") == (screen.attachment is None)


async def _place(case: Case) -> Address:
    """Where the update came from; answers go there."""
    event, bot_id = case.update.event, case.office.bot_id
    holder = event.message if isinstance(event, CallbackQuery) else event
    chat = getattr(holder, "chat", None)
    sender = getattr(event, "from_user", None)
    chat_id = chat.id if chat is not None else sender.id if sender is not None else 0
    if not getattr(holder, "is_topic_message", False):
        return Address(bot_id, chat_id)
    topic = await messages.topic_of(
        case.session,
        bot_id=bot_id,
        chat_id=chat_id,
        thread_id=getattr(holder, "message_thread_id", 0),
    )
    return Address(bot_id, chat_id, topic.id)
