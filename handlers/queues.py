"""An officer's queue, and looking for a ticket by number, company, words or state."""

from dataclasses import replace
from typing import Any

from aiogram.types import CallbackQuery, Message

from domain.actors import Actor, Grant, Hat, Role
from domain.desks import Found, Shelf
from domain.errors import NotAllowed
from domain.screens import Reply, answer
from domain.tickets_said import read_wanted
from handlers import desk_forms
from handlers.desk_forms import is_group
from handlers.here import Here, here
from handlers.routing import Routes
from services import desks, queues, tickets
from services.ticket_drafts import SHOWN
from views import queues as views

#: What was looked for is on the screen: its pages can be turned.
FOUND = "queues-found"
_MAY_TURN = frozenset({"", SHOWN, FOUND})
_REMEMBERED = 200


async def show_queue(_: Message | CallbackQuery, **given: Any) -> Reply:
    """/queue: a head begins with what is overdue, an officer with what waits."""
    at = here(given)
    return await _shelf(at, None, page=0)


async def show_mine(_: Message | CallbackQuery, **given: Any) -> Reply:
    """/mine."""
    return await _shelf(here(given), Shelf.MINE, page=0)


async def turn_shelf(_: CallbackQuery, press: views.ShowShelf, **given: Any) -> Reply:
    """Another shelf, or another page."""
    return await _shelf(here(given), press.shelf, page=max(press.page, 0))


async def _shelf(at: Here, shelf: Shelf | None, *, page: int) -> Reply:
    if not at.actor.in_office:
        raise NotAllowed
    actor = await _actor_here(at)
    if shelf is None:
        shelf = await _first_shelf(at, actor)
    seen = await queues.queue(at.session, actor, shelf, page=page, office=at.office, now=at.now)
    return answer(views.queue(at.t, seen, now=at.now, zone=at.office.zone))


async def _first_shelf(at: Here, actor: Actor) -> Shelf:
    if not any(actor.heads(one) for one in actor.departments):
        return Shelf.WAITING
    counts = await queues.counts(at.session, actor, office=at.office, now=at.now)
    return Shelf.OVERDUE if counts[Shelf.OVERDUE] else Shelf.WAITING


async def _actor_here(at: Here) -> Actor:
    """In a group everybody reads along: only what the group is a desk for."""
    if not is_group(at):
        return at.actor
    bound = await desks.in_chat(at.session, at.place.bot_id, at.place.chat_id)
    served = {desk.department for desk in bound}
    grants = {
        Grant(grant.role, department)
        for grant in at.actor.grants
        for department in served
        if grant.department == department
        or (grant.role is Role.DUTY and department == tickets.DUTY)
    }
    return replace(at.actor, grants=frozenset(grants))


async def find(_: Message | CallbackQuery, argument: str, **given: Any) -> Reply:
    """/find number, company, words or a state: 待受理 融资."""
    at = here(given)
    if not at.actor.in_office:
        raise NotAllowed
    if read_wanted(argument).is_nothing:
        return answer(views.ask_words(at.t))
    return await _found(at, argument)


async def turn_found(_: CallbackQuery, press: views.TurnFound, **given: Any) -> Reply:
    """Another page of what was looked for; its words stand in the conversation."""
    at = here(given)
    if at.talk.state != FOUND or not at.actor.in_office:
        return answer(views.ask_words(at.t))
    return await _found(at, at.talk.data["words"], page=max(press.page, 0))


async def _found(at: Here, words: str, *, page: int = 0) -> Reply:
    actor = await _actor_here(at)
    lines = await queues.find(
        at.session, read_wanted(words), actor=actor, office=at.office, now=at.now
    )
    if len(lines) == 1 and not is_group(at):
        return await _send_card(at, lines[0].task_id)
    may_turn = at.talk.state in _MAY_TURN
    if may_turn:
        at.talk.turn_to(FOUND, words=words[:_REMEMBERED])
    shown = Found(words, lines, page, may_turn=may_turn, is_all=len(lines) < queues.MOST_FOUND)
    return answer(views.found(at.t, shown, now=at.now, zone=at.office.zone))


async def _send_card(at: Here, task_id: int) -> Reply:
    ticket, task = await desk_forms.pair_of(at, task_id)
    screen = await desk_forms.card_screen(at, ticket, task)
    await desks.send_card(at.session, at.place, task, screen, now=at.now)
    return Reply()


async def in_office_chat(message: Message, **given: Any) -> bool:
    """Whether an officer wrote plain words in private, wearing that hat."""
    at = here(given)
    is_words = bool(message.text) and not (message.text or "").startswith("/")
    return message.chat.type == "private" and at.actor.hat is Hat.OFFICE and is_words


async def hear_officer(message: Message, **given: Any) -> Any:
    """O2: a number, a company or words; what finds nothing is left to others."""
    return await _found(here(given), (message.text or "").strip())


def add_routes(routes: Routes) -> None:
    """The presses and commands of this module; handlers/desks.py is asked for them."""
    routes.on_press({views.ShowShelf: turn_shelf, views.TurnFound: turn_found})
    routes.on_command({"queue": show_queue, "mine": show_mine, "find": find})


def add_last_routes(routes: Routes) -> None:
    """What officers write in private, after everything else had its turn."""
    routes.on_message(hear_officer, in_office_chat)
