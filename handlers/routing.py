"""Finding the handler: a press goes straight to its own, all else to the first that knows it."""

from collections.abc import Awaitable, Callable, Container, Mapping
from typing import Any

from aiogram import Router
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.dispatcher.event.handler import CallableObject
from aiogram.types import CallbackQuery, Message, TelegramObject
from structlog.contextvars import bind_contextvars

from domain.actors import Actor
from domain.errors import NotAllowed, NotFound, PrivateOnly
from domain.permissions import Circle, admits
from domain.screens import Reply, answer
from handlers.incoming import read
from models import Conversation
from views import unknown
from views.commands import IN_GROUPS, circle_of
from views.people import Go
from views.presses import BadPress, Press

Handler = Callable[..., Awaitable[Reply]]
#: Whether a handler is for this event, perhaps with more that it is given.
Finder = Callable[..., Awaitable[bool | dict[str, Any]]]
Given = Mapping[str, Any]
#: Answers an event, or leaves it with UNHANDLED to the next.
Route = Callable[[Any, Given], Awaitable[Any]]


class Routes:
    """Every module adds its own. Buttons, commands and open questions are looked up in a table;
    what is told apart otherwise is asked for in the order in which it was added.
    """

    def __init__(self) -> None:
        self._presses: dict[str, tuple[type[Press], CallableObject]] = {}
        self._by_button: dict[str, CallableObject] = {}
        self._messages: list[Route] = []
        self._edited: list[Route] = []
        self._memberships: list[Route] = []
        #: All of it for a dispatcher, which may have it once.
        self.router = Router()
        self.router.callback_query.register(_call_found, self._find_press)
        self.router.message.register(_first_of(self._messages))
        self.router.edited_message.register(_first_of(self._edited))
        self.router.my_chat_member.register(_first_of(self._memberships))

    def on_press(self, table: Mapping[type[Press], Handler]) -> None:
        """Handlers by the kind of button; each gets the unpacked `press`. Nobody outside its circle
        gets there, and no press made where others would read the answer.
        """
        for kind, handler in table.items():
            self._presses[kind.prefix] = kind, CallableObject(handler)

    def on_command(self, table: Mapping[str, Handler]) -> None:
        """Handlers by command, in any chat; each may take `argument`, the words after it.

        A `Go` button is the same as its command, without an argument: the handler then gets a
        CallbackQuery first.
        """
        handlers = {name: CallableObject(handler) for name, handler in table.items()}

        async def route(message: Message, given: Given) -> Any:
            command = read_command(message.text or "", given["bot_username"])
            if command is None or command[0] not in handlers:
                return UNHANDLED
            name, argument = command
            _let_in(message, given["actor"], circle_of(name), in_groups=name in IN_GROUPS)
            return await call(handlers[name], message, given, argument=argument)

        self._messages.append(route)
        self._by_button.update(handlers)

    def on_words(self, table: Mapping[str, Handler], *, needed: Container[str] = ()) -> None:
        """Handlers by the open question of the conversation, for any message that is no command.

        Where words are `needed`, what holds none is told so, and the question stays open.
        """
        handlers = {state: CallableObject(handler) for state, handler in table.items()}

        async def route(message: Message, given: Given) -> Any:
            talk: Conversation = given["talk"]
            if talk.state not in handlers or (message.text or "").startswith("/"):
                return UNHANDLED
            if isinstance(ticket := talk.data.get("ticket"), int):
                bind_contextvars(ticket=ticket)
            if talk.state in needed and not read(message).text.strip():
                return answer(unknown.words_please(given["t"]))
            return await _answer_question(handlers[talk.state], message, given)

        self._messages.append(route)

    def on_message(self, handler: Handler, find: Finder | None = None) -> None:
        """A handler for whatever message `find` knows; for every one, without it."""
        self._messages.append(_route(handler, find))

    def on_edited(self, handler: Handler, find: Finder | None = None) -> None:
        """The same for messages that were edited."""
        self._edited.append(_route(handler, find))

    def on_membership(self, handler: Handler) -> None:
        """The bot's own place in a chat has changed."""
        self._memberships.append(_route(handler, None))

    def on_dead_button(self, handler: Handler) -> None:
        """For a press that is in no table."""
        self.router.callback_query.register(handler)

    async def _find_press(self, query: CallbackQuery, actor: Actor) -> bool | dict[str, Any]:
        data = query.data or ""
        prefix, _, rest = data.partition(":")
        if prefix == Go.prefix and rest in self._by_button:
            _let_in(query, actor, circle_of(rest), in_groups=Go.in_groups)
            return {"found": self._by_button[rest], "more": {"argument": ""}}
        if prefix not in self._presses:
            return False
        kind, handler = self._presses[prefix]
        try:
            press = kind.unpack(data)
        except BadPress:
            return False
        _note(press)
        _let_in(query, actor, kind.circle, in_groups=kind.in_groups)
        return {"found": handler, "more": {"press": press}}


async def call(handler: CallableObject, event: TelegramObject, given: Given, **more: Any) -> Any:
    """Give a handler what it asks for by name."""
    return await handler.call(event, **{**given, **more})


async def _call_found(
    query: CallbackQuery, found: CallableObject, more: Given, **given: Any
) -> Any:
    return await call(found, query, given, **more)


def _route(handler: Handler, find: Finder | None) -> Route:
    finder = CallableObject(find) if find is not None else None
    chosen = CallableObject(handler)

    async def route(event: TelegramObject, given: Given) -> Any:
        found = await finder.call(event, **given) if finder is not None else True
        if not found:
            return UNHANDLED
        more = found if isinstance(found, dict) else {}
        return await call(chosen, event, given, **more)

    return route


def _first_of(routes: list[Route]) -> Callable[..., Awaitable[Any]]:
    async def ask(event: TelegramObject, **given: Any) -> Any:
        for route in routes:
            answered = await route(event, given)
            if answered is not UNHANDLED:
                return answered
        return UNHANDLED

    return ask


def _let_in(
    event: Message | CallbackQuery, actor: Actor, circle: Circle, *, in_groups: bool
) -> None:
    """The outer door. Raises PrivateOnly, NotAllowed."""
    message = event.message if isinstance(event, CallbackQuery) else event
    if not in_groups and message is not None and message.chat.type != "private":
        raise PrivateOnly
    if not admits(circle, actor):
        raise NotAllowed


async def _answer_question(handler: CallableObject, message: Message, given: Given) -> Any:
    """Words for an open question; one whose subject is closed to the writer now is put away."""
    try:
        return await call(handler, message, given)
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
