"""The one place that answers when something cannot be done."""

from datetime import datetime

from aiogram.types import Update
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.errors import Refusal
from domain.screens import Reply
from services import people
from services.office import Office
from views import errors
from views.translations import translator


async def explain(
    session: AsyncSession, refusal: Refusal, update: Update, *, office: Office, now: datetime
) -> Reply:
    """Words for a refusal: a toast on a press, a message after words."""
    sender = getattr(update.event, "from_user", None)
    person = await people.by_telegram_id(session, sender.id) if sender is not None else None
    if refusal.ends_question and person is not None and update.message is not None:
        talk = await people.conversation(
            session,
            bot_id=office.bot_id,
            chat_id=update.message.chat.id,
            person_id=person.id,
            now=now,
        )
        talk.rest()
    t = translator(person.locale if person is not None else office.default_locale)
    if update.callback_query is not None:
        return Reply(toast=errors.line(t, refusal), alert=refusal.alert)
    chat = getattr(update.event, "chat", None)
    is_private = chat is not None and chat.type == "private"
    return Reply(screen=errors.screen(t, refusal, is_private=is_private))
