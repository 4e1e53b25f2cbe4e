"""What the desk's handlers share: an open form, the question in its place, one line when done."""

from datetime import timedelta
from html import unescape
from typing import Any

from aiogram.types import CallbackQuery

from domain.incoming import Incoming
from domain.screens import Html, Reply, Screen, answer, fresh
from handlers.here import Here, here
from handlers.routing import Routes
from models import Message, Task, Ticket
from models.messages import Direction
from services import desk_cards, desks, messages
from views import desk_forms as views
from views import desks as desk_views
from views.desks import Where

#: An open form of the desk ends after this time; what is written later is a note again.
OPEN_FOR = timedelta(minutes=10)

#: What the open form waits for.
WRITE, PREVIEW = "desks-write", "desks-preview"
WHEN, WHEN_OK = "desks-when", "desks-when-ok"
EXTEND, BOUNCE = "desks-extend", "desks-bounce"
MERGE, SPLIT = "desks-merge", "desks-split"


def is_group(at: Here) -> bool:
    """Groups have negative ids."""
    return at.place.chat_id < 0


def ask(at: Here, screen: Screen) -> Reply:
    """A pinned card stays as it is; in a private chat the question takes its place."""
    return fresh(screen) if is_group(at) else answer(screen)


def open_form(at: Here, state: str, task_id: int, **data: Any) -> None:
    """The officer's next words in this topic belong to this step."""
    until = (at.now + OPEN_FOR).isoformat()
    at.talk.turn_to(state, task=task_id, topic=at.place.topic_id, until=until, **data)


async def pair_of(at: Here, task_id: int) -> tuple[Ticket, Task]:
    """The task and its ticket, if they are the actor's business."""
    return await desks.open_pair(at.session, task_id, at.actor)


def done(at: Here, task_id: int, line: Html) -> Reply:
    """One line in place of the question; the card is redrawn by its own notice."""
    return answer(views.said(at.t, line, task_id), toast=unescape(line))


async def card_screen(at: Here, ticket: Ticket, task: Task) -> Screen:
    """The card as the actor sees it in private."""
    facts = await desk_cards.card_of(
        at.session, ticket, task, office=at.office, now=at.now, viewer=at.actor
    )
    return desk_views.card(at.t, facts, now=at.now, zone=at.office.zone, where=Where.PRIVATE)


def is_mine(at: Here, state: str, task_id: int) -> bool:
    """Whether the open form in this chat is the presser's own and about this task."""
    return at.talk.state == state and at.talk.data.get("task") == task_id


async def kept(at: Here, incoming: Incoming) -> Message:
    """Store words written in the office; they are nobody's business until a step takes them."""
    return await messages.keep(
        at.session,
        incoming,
        at.place,
        person_id=at.actor.person_id,
        direction=Direction.NOTE,
        now=at.now,
    )


async def drop(_: CallbackQuery, press: views.Drop, **given: Any) -> Reply:
    """取消: the form is closed, nothing is sent."""
    at = here(given)
    at.talk.rest()
    return done(at, press.task_id, at.t("desks.sent.dropped"))


def leave_form(at: Here) -> Reply:
    """The same in words."""
    task_id = int(at.talk.data["task"])
    at.talk.rest()
    return done(at, task_id, at.t("desks.sent.dropped"))


def add_routes(routes: Routes) -> None:
    """The presses of this module, but for `Do`, which handlers/desks.py gives out."""
    routes.on_press(
        {views.Drop: drop},
    )
