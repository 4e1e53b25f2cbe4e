"""Finding the handler: one dictionary look-up per router for presses, commands and words."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiogram import Router
from aiogram.dispatcher.event.handler import CallableObject
from aiogram.types import CallbackQuery, Message
from structlog.contextvars import bind_contextvars

from domain.actors import Actor
from domain.errors import NotAllowed, NotFound, PrivateOnly
from domain.permissions import Circle, admits
from domain.screens import Reply
from models import Conversation
from views.commands import IN_GROUPS, circle_of
from views.people import Go
from views.presses import BadPress, Press

Handler = Callable[..., Awaitable[Reply]]


def on_press(router: Router, table: Mapping[type[Press], Handler]) -> None:
    """Handlers by the kind of button; each gets the unpacked `press`. Nobody outside its circle
    gets there, and no press made where others would read the answer.
    """
    kinds = {kind.prefix: (kind, CallableObject(handler)) for kind, handler in table.items()}

    async def find(query: CallbackQuery, actor: Actor) -> bool | dict[str, Any]:
        found = kinds.get((query.data or "").partition(":")[0])
        if found is None:
            return False
        kind, handler = found
        try:
            press = kind.unpack(query.data or "")
        except BadPress:
            return False
        _note(press)
        _let_in(query, actor, kind.circle, in_groups=kind.in_groups)
        return {"press": press, "chosen": handler}

    router.callback_query.register(_call, find)


def _let_in(
    event: Message | CallbackQuery, actor: Actor, circle: Circle, *, in_groups: bool
) -> None:
    """The outer door. Raises PrivateOnly, NotAllowed."""
    message = event.message if isinstance(event, CallbackQuery) else event
    if not in_groups and message is not None and message.chat.type != "private":
        raise PrivateOnly
    if not admits(circle, actor):
        raise NotAllowed


def on_command(router: Router, table: Mapping[str, Handler]) -> None:
    """Handlers by command, in any chat; each may take `argument`, the words after it.

    A `Go` button is the same as its command, without an argument: the handler then gets a
    CallbackQuery first.
    """
    handlers = {name: CallableObject(handler) for name, handler in table.items()}

    async def find(message: Message, bot_username: str, actor: Actor) -> bool | dict[str, Any]:
        command = read_command(message.text or "", bot_username)
        if command is None or command[0] not in handlers:
            return False
        name, argument = command
        _let_in(message, actor, circle_of(name), in_groups=name in IN_GROUPS)
        return {"chosen": handlers[name], "argument": argument}

    async def find_pressed(query: CallbackQuery, actor: Actor) -> bool | dict[str, Any]:
        prefix, _, name = (query.data or "").partition(":")
        if prefix != Go.prefix or name not in handlers:
            return False
        _let_in(query, actor, circle_of(name), in_groups=Go.in_groups)
        return {"chosen": handlers[name], "argument": ""}

    router.message.register(_call, find)
    router.callback_query.register(_call, find_pressed)


def on_words(router: Router, table: Mapping[str, Handler]) -> None:
    """Handlers by the open question of the conversation, for any message that is no command."""
    handlers = {state: CallableObject(handler) for state, handler in table.items()}

    async def find(message: Message, talk: Conversation) -> bool | dict[str, Any]:
        if talk.state not in handlers or (message.text or "").startswith("/"):
            return False
        if isinstance(ticket := talk.data.get("ticket"), int):
            bind_contextvars(ticket=ticket)
        return {"chosen": handlers[talk.state]}

    router.message.register(answer_question, find)


async def answer_question(message: Message, chosen: CallableObject, **data: Any) -> Any:
    """Words for an open question; one whose subject is closed to the writer now is put away."""
    try:
        return await chosen.call(message, **data)
    except (NotAllowed, NotFound) as refusal:
        refusal.ends_question = True
        raise


def read_command(text: str, bot_username: str) -> tuple[str, str] | None:
    """`/start@our_bot x` → ("start", "x"); None for plain words and for another bot's commands."""
    if not text.startswith("/"):
        return None
    head, _, argument = text[1:].partition(" ")
    name, _, addressed = head.partition("@")
    if addressed and addressed.lower() != bot_username.lower():
        return None
    return name.lower(), argument.strip()


def _note(press: Press) -> None:
    """The log names the ticket that a button is about."""
    for name in ("ticket", "task"):
        number = getattr(press, f"{name}_id", None)
        if number is not None:
            bind_contextvars(**{name: number})


async def _call(event: Message | CallbackQuery, chosen: CallableObject, **data: Any) -> Any:
    return await chosen.call(event, **data)
