"""Asked last: a dead button, an unknown command, something that cannot be read."""

from difflib import get_close_matches
from typing import Any

from aiogram.types import CallbackQuery, Message
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor, Hat
from domain.screens import Reply, answer, toast
from handlers.people import standing_of
from handlers.routing import Routes, read_command
from views import people as people_views
from views import unknown as views
from views.commands import COMPANY_COMMANDS, OFFICE_COMMANDS
from views.translations import Translator

_LIKELIEST = {Hat.COMPANY: ("policies", "ask", "tickets"), Hat.OFFICE: ("queue", "mine", "find")}
#: Commands that have a button of their own in the menu.
_WITH_BUTTON = frozenset({*COMPANY_COMMANDS, *OFFICE_COMMANDS}) - {"start", "help", "cancel"}
_NOTHING_TO_READ = frozenset({"sticker", "dice", "poll", "animation", "game", "story"})


async def press(query: CallbackQuery, session: AsyncSession, actor: Actor, t: Translator) -> Reply:
    """This button does nothing any more; in private the menu takes its place."""
    words = t.plain("messages.unknown.button")
    if query.message is None or query.message.chat.type != "private":
        return toast(words)
    return answer(people_views.menu(t, await standing_of(session, actor)), toast=words)


async def message(message: Message, bot_username: str, actor: Actor, t: Translator) -> Any:
    """In private an answer to everything, in groups silence."""
    if message.chat.type != "private":
        return None
    command = read_command(message.text or "", bot_username)
    if command is not None:
        return answer(views.command(t, command[0], _likeliest(actor, command[0])))
    if message.content_type in _NOTHING_TO_READ:
        return answer(views.words_please(t))
    return answer(views.not_read(t, _LIKELIEST[actor.hat]))


def _likeliest(actor: Actor, name: str) -> list[str]:
    """At most three commands: those that read alike, then the usual ones."""
    allowed = COMPANY_COMMANDS + (OFFICE_COMMANDS if actor.in_office else ())
    alike = get_close_matches(name, [each for each in allowed if each in _WITH_BUTTON], n=3)
    return list(dict.fromkeys([*alike, *_LIKELIEST[actor.hat]]))[:3]


def add_routes(routes: Routes) -> None:
    """Routes of this module; the last ones."""
    routes.on_dead_button(press)
    routes.on_message(message)
