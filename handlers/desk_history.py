"""What was done and said about a task."""

from typing import Any

from aiogram.types import CallbackQuery

from domain.screens import Html, Reply, Screen
from handlers.desk_forms import ask, pair_of
from handlers.here import Here, here
from handlers.routing import Routes
from models import Person
from models.messages import Direction
from services import packing, tickets
from views import desk_history as views
from views import desks as desk_views


async def show_history(_: CallbackQuery, press: desk_views.Do, **given: Any) -> Reply:
    """The newest lines."""
    at = here(given)
    ticket, task = await pair_of(at, press.task_id)
    events = await tickets.events_of(at.session, ticket.id)
    named = [(event, await _name(at, event.actor_id)) for event in events]
    screen = views.history(at.t, task.id, ticket.number, named, zone=at.office.zone)
    return ask(at, screen)


async def _name(at: Here, person_id: int | None) -> str | None:
    person = await at.session.get(Person, person_id) if person_id else None
    return person.name if person else None


async def show_talk(_: CallbackQuery, press: desk_views.Do, **given: Any) -> Reply:
    """看往来, notes included."""
    at = here(given)
    ticket, task = await pair_of(at, press.task_id)
    said = await tickets.messages_of(at.session, ticket.id)
    named = [(message, await _name(at, message.person_id) or "") for message in said]
    return ask(at, views.talk(at.t, task.id, ticket.number, named, zone=at.office.zone))


async def send_files(_: CallbackQuery, press: views.SendFiles, **given: Any) -> Reply:
    """The company's files, once more."""
    at = here(given)
    ticket, _task = await pair_of(at, press.task_id)
    screens = [
        Screen(text=Html.safe(ticket.number), attachment=packing.recall(file))
        for message in await tickets.messages_of(at.session, ticket.id)
        if message.direction is Direction.IN
        for file in message.attachments
        if not file.get("phone")
    ]
    return Reply(more=tuple(screens[-10:]))


def add_routes(routes: Routes) -> None:
    """The presses of this module, but for `Do`, which handlers/desks.py gives out."""
    routes.on_press(
        {
            views.SendFiles: send_files,
        },
    )
