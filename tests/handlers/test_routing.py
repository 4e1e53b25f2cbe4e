"""Who is asked, and in which order."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.types import CallbackQuery, Chat, Message, User

from domain.actors import Actor
from domain.errors import NotAllowed, PrivateOnly
from domain.permissions import Circle
from handlers.routing import Routes
from models import Conversation
from views.presses import Press

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
ACTOR = Actor(person_id=1, name="王", locale="zh")


@dataclass(frozen=True)
class Open(Press):
    prefix: ClassVar[str] = "o"
    number: int


@dataclass(frozen=True)
class Staff(Press):
    prefix: ClassVar[str] = "s"
    circle: ClassVar[Circle] = Circle.STAFF


async def open_it(_: CallbackQuery, press: Open) -> Any:
    return press.number


async def dead(_: CallbackQuery) -> Any:
    return "dead"


async def leave(_: Message) -> Any:
    return UNHANDLED


async def begins_with_a(message: Message) -> bool | dict[str, Any]:
    return {"found": message.text} if (message.text or "").startswith("a") else False


async def take(_: Message, found: str) -> Any:
    return f"took {found}"


async def command(_: Message | CallbackQuery, argument: str) -> Any:
    return f"command {argument}".strip()


async def last(_: Message) -> Any:
    return "last"


def routes() -> Routes:
    made = Routes()
    made.on_press({Open: open_it, Staff: open_it})
    made.on_dead_button(dead)
    made.on_message(leave)
    made.on_message(take, begins_with_a)
    made.on_command({"help": command})
    made.on_words({"asked": leave})
    made.on_message(last)
    return made


async def says(text: str, *, state: str = "") -> Any:
    message = Message(message_id=1, date=NOW, chat=_chat("private"), text=text)
    talk = Conversation(bot_id=1, chat_id=1, person_id=1, state=state, updated_at=NOW)
    return await routes().router.propagate_event(
        "message", message, actor=ACTOR, talk=talk, bot_username="our_bot"
    )


async def presses(data: str, *, chat: str = "private") -> Any:
    message = Message(message_id=1, date=NOW, chat=_chat(chat))
    user = User(id=1, is_bot=False, first_name="王")
    query = CallbackQuery(id="1", from_user=user, chat_instance="1", message=message, data=data)
    return await routes().router.propagate_event("callback_query", query, actor=ACTOR)


def _chat(kind: str) -> Chat:
    return Chat(id=1, type=kind)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("a word", "took a word"),
        ("/help me", "command me"),
        ("/help@our_bot", "command"),
        ("/help@other_bot", "last"),
        ("/unknown", "last"),
        ("b", "last"),
    ],
)
async def test_the_first_that_knows_a_message_answers_it(text: str, answer: str) -> None:
    assert await says(text) == answer


async def test_what_an_open_question_leaves_is_asked_of_the_next() -> None:
    assert await says("b", state="asked") == "last"


@pytest.mark.parametrize(
    ("data", "answer"), [("o:z", 35), ("o", "dead"), ("o:z:z", "dead"), ("x:1", "dead")]
)
async def test_a_press_goes_to_its_own_handler_or_is_dead(data: str, answer: object) -> None:
    assert await presses(data) == answer


async def test_a_button_of_a_command_does_what_the_command_does() -> None:
    assert await presses("pg:help") == "command"
    assert await presses("pg:unknown") == "dead"


async def test_a_press_is_for_its_circle_and_its_kind_of_chat() -> None:
    with pytest.raises(NotAllowed):
        await presses("s")
    with pytest.raises(PrivateOnly):
        await presses("o:1", chat="supergroup")
