"""What every handler is given: who asks, where they stand, in which language."""

from collections.abc import Awaitable, Callable
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

from domain.actors import Actor
from handlers import groups
from services import messages, people
from services.messages import Address
from services.office import Office
from views.translations import translator

#: In whose name Telegram lets anonymous administrators write.
GROUP_ANONYMOUS_BOT = 1087968824

Next = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class Arrival(BaseMiddleware):
    """Settles once per update: `person`, `actor`, `talk`, `t` and `place`."""

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
        person = await people.meet(
            session, _caller(user), default_locale=office.default_locale, now=now
        )
        if chat is not None and chat.type == "private" and not _is_about_membership(event):
            people.came(person, now=now)
        actor = await people.actor_for(session, person, administrators=office.administrators)
        chat_id = chat.id if chat else user.id
        talk = await people.conversation(
            session, bot_id=office.bot_id, chat_id=chat_id, person_id=person.id, now=now
        )
        bind_contextvars(person=person.id, role=_role(actor), chat=chat.type if chat else "none")
        data.update(
            person=person,
            actor=actor,
            t=translator(actor.locale),
            talk=talk,
            place=await _place(session, office.bot_id, chat_id, event),
        )
        before = talk.state, talk.data
        answer = await handler(event, data)
        if (talk.state, talk.data) != before:
            talk.updated_at = now  # drafts are kept for a time, counted from here
        return answer


def _is_about_membership(event: TelegramObject) -> bool:
    """Blocking the bot is an update as well, but no sign of being there."""
    return isinstance(event, Update) and event.my_chat_member is not None


def _role(actor: Actor) -> str:
    """For the log: what the person may do here."""
    return "+".join(sorted({grant.role for grant in actor.grants})) or "company"


def _caller(user: User) -> people.Caller:
    return people.Caller(
        telegram_id=user.id,
        name=user.full_name,
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
