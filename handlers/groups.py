"""Groups: what is private is never answered there, only the way to the private chat."""

from datetime import datetime
from typing import Any

from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.types import ChatMemberUpdated, Message
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.screens import Reply, answer
from handlers.routing import Routes, read_command
from services import departments, messages
from services.messages import Address
from services.office import Office
from views import unknown as views
from views.commands import EVERY_COMMAND, IN_GROUPS
from views.translations import Translator, translator

#: Answered in private chats only; /help says in a group what a group can do.
_PRIVATE = (frozenset(EVERY_COMMAND) - IN_GROUPS) | {"help"}
_OUTSIDE = frozenset({"left", "kicked"})


async def is_private_command(message: Message, bot_username: str) -> bool:
    """Whether a command that is not for groups was written in one."""
    command = read_command(message.text or "", bot_username)
    return message.chat.type != "private" and command is not None and command[0] in _PRIVATE


async def point_to_private_chat(message: Message, bot_username: str, t: Translator) -> Reply:
    """/help lists what a group can do, everything else leads to the private chat."""
    command = read_command(message.text or "", bot_username)
    if command is not None and command[0] == "help":
        return answer(views.group_help(t))
    return answer(views.in_group(t, bot_username))


async def chat_changed(event: ChatMemberUpdated, t: Translator) -> Any:
    """The bot was added to a group: say once how it becomes a desk."""
    was_outside = event.old_chat_member.status in _OUTSIDE
    is_inside = event.new_chat_member.status not in _OUTSIDE
    if event.chat.type == "private" or not (was_outside and is_inside):
        return UNHANDLED
    return answer(views.added_to_group(t))


async def explain_anonymity(
    session: AsyncSession, message: Message, office: Office, now: datetime
) -> None:
    """Tell an anonymous administrator, once per group, that nobody can answer for such words.

    Only at a desk, or after a command: elsewhere the bot has no part in the talk.
    """
    is_command = read_command(message.text or "", office.bot_username) is not None
    place = Address(office.bot_id, message.chat.id)
    if not is_command and not await departments.has_desk(session, place):
        return
    await messages.owe(
        session,
        place,
        views.anonymous(translator(office.default_locale)),
        now=now,
        key=f"anonymous:{office.bot_id}:{message.chat.id}",
    )


def add_routes(routes: Routes) -> None:
    """Routes of this module; asked before those of private chats."""
    routes.on_message(point_to_private_chat, is_private_command)
    routes.on_membership(chat_changed)
