"""What every handler is given: who asks, where they stand, in which language."""

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from aiogram import BaseMiddleware
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.types import (
    CallbackQuery,
    Chat,
    InaccessibleMessage,
    Message,
    TelegramObject,
    Update,
    User,
)
from sqlmodel.ext.asyncio.session import AsyncSession
from structlog.contextvars import bind_contextvars

from domain import visible
from domain.actors import Actor
from domain.limits import LONGEST_NAME, MESSAGES_A_MINUTE
from handlers import floods, groups
from handlers.here import here
from services import messages, people
from services.messages import Address
from services.office import Office
from views.translations import translator

#: Of two processes each may see half of a flood, of four a quarter.
_SUSPICIOUS = MESSAGES_A_MINUTE // 4
#: In whose name Telegram lets anonymous administrators write.
GROUP_ANONYMOUS_BOT = 1087968824

Next = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class Suspicion:
    """Who wrote much in this minute, as far as this process saw: only they cost a look into the
    database, which knows what every process saw."""

    def __init__(self) -> None:
        self._minute = 0
        self._messages: Counter[int] = Counter()

    def falls_on(self, chat_id: int, now: datetime) -> bool:
        """Count one message; whether there were suspiciously many."""
        minute = int(now.timestamp()) // 60
        if minute != self._minute:
            self._minute = minute
            self._messages.clear()
        self._messages[chat_id] += 1
        return self._messages[chat_id] > _SUSPICIOUS


class Arrival(BaseMiddleware):
    """Settles once per update: `person`, `actor`, `talk`, `t` and `place`."""

    def __init__(self) -> None:
        self._suspicion = Suspicion()

    async def __call__(self, handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        user: User | None = data.get("event_from_user")
        chat: Chat | None = data.get("event_chat")
        session: AsyncSession = data["session"]
        office: Office = data["office"]
        now = data["now"]
        if user is None or user.is_bot:
            said = event.message if isinstance(event, Update) else None
            if user is not None and user.id == GROUP_ANONYMOUS_BOT and said is not None:
                await groups.explain_anonymity(session, said, office, now)
            return UNHANDLED
        chat_id = chat.id if chat else user.id
        visitor = await people.receive(
            session, _caller(user), chat_id=chat_id, office=office, now=now
        )
        person, actor, talk = visitor.person, visitor.actor, visitor.talk
        if chat is not None and chat.type == "private" and not _is_about_membership(event):
            people.came(person, now=now)
        bind_contextvars(person=person.id, role=_role(actor), chat=chat.type if chat else "none")
        data.update(
            person=person,
            actor=actor,
            t=translator(actor.locale),
            talk=talk,
            place=await _place(session, office.bot_id, chat_id, event),
        )
        before = talk.state, talk.data, talk.updated_at
        flood = await self._flood(event, session, office, now)
        answer = await floods.hold(flood, here(data)) if flood else await handler(event, data)
        if (talk.state, talk.data, talk.updated_at) != before:
            people.keep_talk(session, talk, now=now)
        return answer

    async def _flood(
        self, event: TelegramObject, session: AsyncSession, office: Office, now: datetime
    ) -> Message | None:
        """The message, when it is one too many."""
        said = event.message if isinstance(event, Update) else None
        if said is None or said.chat.type != "private":
            return None
        if not self._suspicion.falls_on(said.chat.id, now):
            return None
        return said if await floods.is_flood(session, said, office) else None


def _is_about_membership(event: TelegramObject) -> bool:
    """Blocking the bot is an update as well, but no sign of being there."""
    return isinstance(event, Update) and event.my_chat_member is not None


def _role(actor: Actor) -> str:
    """For the log: what the person may do here."""
    return "+".join(sorted({grant.role for grant in actor.grants})) or "company"


def _caller(user: User) -> people.Caller:
    return people.Caller(
        telegram_id=user.id,
        name=visible.name(user.full_name, LONGEST_NAME),
        username=user.username or "",
    )


async def _place(
    session: AsyncSession, bot_id: int, chat_id: int, update: TelegramObject
) -> Address:
    thread_id = _thread_of(update)
    if thread_id is None:
        return Address(bot_id, chat_id)
    topic = await messages.topic_of(session, bot_id=bot_id, chat_id=chat_id, thread_id=thread_id)
    if topic.ticket_id is not None:
        bind_contextvars(ticket=topic.ticket_id)
    return Address(bot_id, chat_id, topic.id)


def _thread_of(update: TelegramObject) -> int | None:
    """The forum topic; ordinary groups set a thread id on replies, which says nothing."""
    event = update.event if isinstance(update, Update) else update
    message = event.message if isinstance(event, CallbackQuery) else event
    if isinstance(message, InaccessibleMessage) or not isinstance(message, Message):
        return None
    return message.message_thread_id if message.is_topic_message else None
