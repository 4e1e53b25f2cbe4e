"""O11: tickets that are one are merged; one that is two is split by the duty desk."""

from typing import Any

from aiogram.types import CallbackQuery

from domain.errors import NotFound
from domain.incoming import Incoming
from domain.screens import Html, Reply, Screen, answer, toast
from domain.tickets import Category, Step
from handlers.desk_forms import MERGE, SPLIT, ask, done, is_mine, kept, open_form, pair_of
from handlers.here import Here, here
from handlers.routing import Routes
from models import Message, Task, Ticket
from services import desk_cards, desks, tickets
from views import desk_merging as views
from views import desks as desk_views


async def ask_ticket(_: CallbackQuery, press: desk_views.Do, **given: Any) -> Reply:
    """合并: with which?"""
    at = here(given)
    ticket, task = await pair_of(at, press.task_id)
    await desks.must_be_allowed(at.session, ticket, task, Step.MERGE, **at.by)
    open_form(at, MERGE, task.id)
    return ask(at, await _choice(at, ticket, task))


async def _choice(at: Here, ticket: Ticket, task: Task, problem: Html | None = None) -> Screen:
    offered = await desks.mergeable(at.session, ticket, at.actor)
    named = [(one.id, one.number, await desk_cards.side_name(at.session, one)) for one in offered]
    return views.choose_ticket(at.t, task.id, ticket.number, named, problem=problem)


async def hear_number(at: Here, incoming: Incoming) -> Reply:
    """A number, whole or its last digits."""
    ticket, task = await pair_of(at, int(at.talk.data["task"]))
    try:
        into = await desks.by_short_number(
            at.session, incoming.text.strip().rpartition("-")[2], at.actor
        )
    except NotFound:
        return answer(await _choice(at, ticket, task, at.t("desks.merge.unknown")))
    return answer(await _confirmation(at, ticket, task, into))


async def choose_ticket(_: CallbackQuery, press: views.MergeInto, **given: Any) -> Reply:
    """One that was offered."""
    at = here(given)
    ticket, task = await pair_of(at, press.task_id)
    into = await tickets.get_for(at.session, press.into_id, at.actor)
    return answer(await _confirmation(at, ticket, task, into))


async def _confirmation(at: Here, ticket: Ticket, task: Task, into: Ticket) -> Screen:
    return views.confirm_merge(
        at.t,
        task.id,
        into.id,
        number=ticket.number,
        into=into.number,
        same_company=tickets.is_same_side(ticket, into),
    )


async def merge(_: CallbackQuery, press: views.MergeNow, **given: Any) -> Reply:
    """合并, into the end of the chain."""
    at = here(given)
    ticket, task = await pair_of(at, press.task_id)
    target = await tickets.merge(at.session, ticket.id, into_id=press.into_id, **at.by)
    at.talk.rest()
    key = "desks.merge.joined" if ticket.joined_to else "desks.merge.done"
    return done(at, task.id, at.t(key, number=ticket.number, into=target.number))


async def leave(_: CallbackQuery, press: desk_views.Do, **given: Any) -> Reply:
    """单独办理."""
    at = here(given)
    ticket = await tickets.leave(at.session, press.task_id, **at.by)
    return done(at, press.task_id, at.t("desks.merge.left", number=ticket.number))


# Splitting


async def ask_words(_: CallbackQuery, press: desk_views.Do, **given: Any) -> Reply:
    """拆分: what is the second matter?"""
    at = here(given)
    ticket, task = await _splittable(at, press.task_id)
    open_form(at, SPLIT, task.id)
    return ask(at, views.write_split(at.t, task.id, ticket.number))


async def _splittable(at: Here, task_id: int) -> tuple[Ticket, Task]:
    ticket, task = await pair_of(at, task_id)
    await desks.must_be_allowed(at.session, ticket, task, Step.SPLIT, **at.by)
    return ticket, task


async def hear_words(at: Here, incoming: Incoming) -> Reply:
    """The words; now the category."""
    ticket, task = await pair_of(at, int(at.talk.data["task"]))
    message = await kept(at, incoming)
    open_form(at, SPLIT, task.id, message=message.id)
    return answer(views.choose_split_category(at.t, task.id, ticket.number))


async def choose_category(_: CallbackQuery, press: views.SplitAs, **given: Any) -> Reply:
    """The department follows, unless another one is chosen."""
    at = here(given)
    if not _has_words(at, press.task_id):
        return toast(at.t.plain("desks.not_yours"))
    department = tickets.department_for(at.office, press.category)
    return await _confirm_split(at, press.task_id, press.category, department)


def _has_words(at: Here, task_id: int) -> bool:
    return is_mine(at, SPLIT, task_id) and "message" in at.talk.data


async def _confirm_split(at: Here, task_id: int, category: Category, department: str) -> Reply:
    ticket, task = await _splittable(at, task_id)
    message_id = int(at.talk.data["message"])
    message = await at.session.get_one(Message, message_id)
    open_form(
        at, SPLIT, task.id, message=message_id, category=category.value, department=department
    )
    screen = views.confirm_split(
        at.t,
        task.id,
        ticket.number,
        words=message.text,
        category=desk_cards.name_of_category(at.office, category),
        department=desk_cards.department_name(at.office, department),
    )
    return answer(screen)


async def turn_departments(_: CallbackQuery, press: views.SplitPage, **given: Any) -> Reply:
    """Another department, page by page."""
    at = here(given)
    ticket, task = await _splittable(at, press.task_id)
    every = at.office.catalogue.departments
    page = max(press.page, 0)
    return answer(views.choose_split_department(at.t, task.id, ticket.number, every, page))


async def choose_department(_: CallbackQuery, press: views.SplitTo, **given: Any) -> Reply:
    """This one."""
    at = here(given)
    if not _has_words(at, press.task_id) or "category" not in at.talk.data:
        return toast(at.t.plain("desks.not_yours"))
    category = Category(at.talk.data["category"])
    return await _confirm_split(at, press.task_id, category, press.department)


async def split(_: CallbackQuery, press: views.SplitNow, **given: Any) -> Reply:
    """The second ticket gets its number; the company is told."""
    at = here(given)
    if not _has_words(at, press.task_id) or "category" not in at.talk.data:
        return toast(at.t.plain("desks.not_yours"))
    ticket, task = await pair_of(at, press.task_id)
    asked = dict(at.talk.data)
    at.talk.rest()
    second = await tickets.split(
        at.session,
        task.id,
        message=await at.session.get_one(Message, int(asked["message"])),
        category=Category(asked["category"]),
        department=str(asked["department"]),
        **at.by,
    )
    return answer(views.split_done(at.t, task.id, number=ticket.number, second=second.number))


def add_routes(routes: Routes) -> None:
    """The presses of this module, but for `Do`, which handlers/desks.py gives out."""
    routes.on_press(
        {
            views.MergeInto: choose_ticket,
            views.MergeNow: merge,
            views.SplitAs: choose_category,
            views.SplitPage: turn_departments,
            views.SplitTo: choose_department,
            views.SplitNow: split,
        },
    )
