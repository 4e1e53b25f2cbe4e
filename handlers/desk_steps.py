"""What an officer does with a task by its buttons: claim, route, name, call, open again."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from aiogram.types import CallbackQuery

from domain.screens import Reply, Screen, answer, fresh, toast
from domain.tickets import Category, Step
from handlers.desk_forms import (
    ask,
    card_screen,
    done,
    is_group,
    pair_of,
)
from handlers.here import Here, here
from handlers.routing import Routes
from models import Person, Task, Ticket
from services import desk_cards, desks, judgements, staffing, tickets
from services.messages import Pressed
from views import desk_forms, formats
from views import desk_steps as views
from views import desks as desk_views
from views.desks import Act, Where


async def show_card(
    _: CallbackQuery, press: desk_views.Do, pressed: Pressed, **given: Any
) -> Reply:
    """In private the card takes the place of what was pressed. In a group it stands already; the
    card of another department's share is sent.
    """
    at = here(given)
    ticket, task = await pair_of(at, press.task_id)
    if is_group(at):
        return await _card_in_group(at, ticket, task)
    under = await pressed.message()
    if under is not None:
        await desks.make_card(at.session, under, task)
    at.talk.rest()
    return answer(await card_screen(at, ticket, task))


async def _card_in_group(at: Here, ticket: Ticket, task: Task) -> Reply:
    pinned = await desks.first_task_in(at.session, ticket.id, at.place.bot_id, at.place.chat_id)
    if pinned is None or pinned.id == task.id:
        return toast(at.t.plain("desks.card_above"))
    facts = await desk_cards.card_of(at.session, ticket, task, office=at.office, now=at.now)
    where = Where.TOPIC if at.place.topic_id is not None else Where.GROUP
    screen = desk_views.card(at.t, facts, now=at.now, zone=at.office.zone, where=where)
    return fresh(replace(screen, role=""))


async def show_more(_: CallbackQuery, press: desk_views.Do, **given: Any) -> Reply:
    """O11."""
    at = here(given)
    ticket, task = await pair_of(at, press.task_id)
    viewer = None if is_group(at) else at.actor
    facts = await desk_cards.card_of(
        at.session, ticket, task, office=at.office, now=at.now, viewer=viewer
    )
    can_judge = bool(await judgements.conditions_of(at.session, ticket, at.office))
    return ask(at, desk_views.more(at.t, facts, can_judge=can_judge))


async def claim(_: CallbackQuery, press: desk_views.Do, **given: Any) -> Reply:
    """O3. Whoever comes second is told who was first."""
    at = here(given)
    task = await tickets.take(at.session, press.task_id, **at.by)
    ticket = await at.session.get_one(Ticket, task.ticket_id)
    shown = formats.moment(at.t, task.accepted_at or at.now, at.office.zone)
    line = views.claimed(at.t, task.id, ticket.number, at.actor.name, shown)
    return fresh(line, toast=at.t.plain("desks.step.claim"))


async def release(_: CallbackQuery, press: desk_views.Do, **given: Any) -> Reply:
    """Within a minute, before the company hears of it."""
    at = here(given)
    task = await tickets.release(at.session, press.task_id, **at.by)
    ticket = await at.session.get_one(Ticket, task.ticket_id)
    return done(at, task.id, at.t("desks.released", number=ticket.number))


async def ask_department(_: CallbackQuery, press: desk_views.Do, **given: Any) -> Reply:
    """O10. Where the duty desk decided whose it is, only help can be asked for."""
    at = here(given)
    ticket, task = await pair_of(at, press.task_id)
    steps = await desks.steps_of(at.session, ticket, task, **at.by)
    return ask(at, await _departments(at, task.id, page=0, as_co=Step.ROUTE not in steps))


async def turn_departments(_: CallbackQuery, press: views.Departments, **given: Any) -> Reply:
    """Another page, or bringing in instead of handing over."""
    at = here(given)
    screen = await _departments(at, press.task_id, page=press.page, as_co=press.as_co)
    return answer(screen)


async def _departments(at: Here, task_id: int, *, page: int, as_co: bool) -> Screen:
    ticket, task = await pair_of(at, task_id)
    others = [one for one in at.office.catalogue.departments if one.key != task.department]
    return views.choose_department(
        at.t, task.id, ticket.number, others, page=max(page, 0), as_co=as_co
    )


async def route(_: CallbackQuery, press: views.RouteTo, **given: Any) -> Reply:
    """Hand it over, or bring a department in; without anybody there the duty desk receives it."""
    at = here(given)
    ticket, _task = await pair_of(at, press.task_id)
    act = tickets.add_department if press.as_co else tickets.route
    moved = await act(at.session, press.task_id, department=press.department, **at.by)
    name = desk_cards.department_name(at.office, press.department).of(at.t.locale)
    key = "desks.route.co_done" if press.as_co else "desks.route.done"
    line = at.t(key, number=ticket.number, department=name)
    if moved.department != press.department:
        line = at.t("desks.route.duty", department=name)
    return answer(Screen(text=line))


async def ask_urgency(_: CallbackQuery, press: desk_views.Do, **given: Any) -> Reply:
    """改紧急."""
    at = here(given)
    ticket, task = await pair_of(at, press.task_id)
    return ask(at, views.choose_urgency(at.t, task.id, ticket.number, ticket.urgency))


async def set_urgency(_: CallbackQuery, press: views.SetUrgency, **given: Any) -> Reply:
    """Every due moment is worked out anew."""
    at = here(given)
    ticket = await tickets.set_urgency(at.session, press.task_id, urgency=press.urgency, **at.by)
    word = at.t(f"desks.urgency.{press.urgency}")
    line = at.t("desks.urgency_done", number=ticket.number, urgency=word)
    return done(at, press.task_id, line)


async def ask_category(_: CallbackQuery, press: desk_views.Do, **given: Any) -> Reply:
    """改类别."""
    at = here(given)
    ticket, task = await pair_of(at, press.task_id)
    others = [each for each in Category if each is not ticket.category]
    return ask(at, views.choose_category(at.t, task.id, ticket.number, others))


async def set_category(_: CallbackQuery, press: views.SetCategory, **given: Any) -> Reply:
    """While nobody took it, the department follows."""
    at = here(given)
    ticket, _task = await pair_of(at, press.task_id)
    changed = await tickets.set_category(at.session, ticket.id, category=press.category, **at.by)
    name = desk_cards.category_name(at.office, changed).of(at.t.locale)
    line = at.t("desks.category_done", number=changed.number, category=name)
    return answer(Screen(text=line))


async def ask_handler(_: CallbackQuery, press: desk_views.Do, **given: Any) -> Reply:
    """指派: the officers of the department."""
    at = here(given)
    ticket, task = await pair_of(at, press.task_id)
    staff = await staffing.staff_of(at.session, task.department)
    staff = await staffing.on_the_offices_side(at.session, ticket, staff)
    others = [person for person in staff if person.id != task.handler_id]
    return ask(at, views.choose_handler(at.t, task.id, ticket.number, others))


async def reassign(_: CallbackQuery, press: views.ReassignTo, **given: Any) -> Reply:
    """The officer named hears of it."""
    at = here(given)
    task = await tickets.reassign(at.session, press.task_id, to_person_id=press.person_id, **at.by)
    ticket = await at.session.get_one(Ticket, task.ticket_id)
    person = await at.session.get_one(Person, press.person_id)
    line = at.t("desks.reassign.done", number=ticket.number, name=person.name)
    return done(at, task.id, line)


async def ask_called(_: CallbackQuery, press: desk_views.Do, **given: Any) -> Reply:
    """已电话联系."""
    at = here(given)
    ticket, task = await pair_of(at, press.task_id)
    return ask(at, views.ask_called(at.t, task.id, ticket.number))


async def log_call(_: CallbackQuery, press: views.Called, **given: Any) -> Reply:
    """It counts as contact when somebody answered."""
    at = here(given)
    task = await tickets.log_call(at.session, press.task_id, reached=press.reached, **at.by)
    ticket = await at.session.get_one(Ticket, task.ticket_id)
    key = "desks.call.done_reached" if press.reached else "desks.call.done_missed"
    return done(at, task.id, at.t(key, number=ticket.number))


async def reopen(_: CallbackQuery, press: desk_views.Do, **given: Any) -> Reply:
    """A further round."""
    at = here(given)
    ticket, task = await pair_of(at, press.task_id)
    await tickets.reopen(at.session, ticket.id, **at.by)
    line = desk_forms.said(at.t, at.t("desks.reopened", number=ticket.number), task.id)
    return fresh(line)


ACTS: dict[Act, Callable[..., Awaitable[Reply]]] = {
    Act.CARD: show_card,
    Act.CLAIM: claim,
    Act.RELEASE: release,
    Act.ROUTE: ask_department,
    Act.URGENCY: ask_urgency,
    Act.CATEGORY: ask_category,
    Act.CALL: ask_called,
    Act.REOPEN: reopen,
    Act.REASSIGN: ask_handler,
    Act.MORE: show_more,
}


def add_routes(routes: Routes) -> None:
    """The presses of this module, but for `Do`, which handlers/desks.py gives out."""
    routes.on_press(
        {
            views.Departments: turn_departments,
            views.RouteTo: route,
            views.SetUrgency: set_urgency,
            views.SetCategory: set_category,
            views.ReassignTo: reassign,
            views.Called: log_call,
        },
    )
