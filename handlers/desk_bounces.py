"""O7: a department hands a task back; the duty desk decides."""

from collections.abc import Sequence
from typing import Any

from aiogram.types import CallbackQuery

from domain.catalogue import DepartmentInfo
from domain.errors import NotFound
from domain.incoming import Incoming
from domain.screens import Reply, Screen, answer, toast
from domain.tickets import BounceReason, Step
from handlers.desk_forms import BOUNCE, ask, done, is_mine, kept, open_form, pair_of
from handlers.here import Here, here
from handlers.routing import Routes
from models import Task, Ticket
from services import desk_cards, desks, tickets
from views import desk_bounces as views
from views import desks as desk_views
from views import formats


async def ask_reason(_: CallbackQuery, press: desk_views.Do, **given: Any) -> Reply:
    """退回, while it is open to the department."""
    at = here(given)
    ticket, task = await _bounceable(at, press.task_id)
    until = await tickets.may_bounce_until(at.session, ticket, task, at.office)
    shown = formats.moment(at.t, until, at.office.zone, today=at.office.today(at.now))
    return ask(at, views.choose_reason(at.t, task.id, ticket.number, shown))


async def _bounceable(at: Here, task_id: int) -> tuple[Ticket, Task]:
    ticket, task = await pair_of(at, task_id)
    await desks.must_be_allowed(at.session, ticket, task, Step.BOUNCE, **at.by)
    return ticket, task


async def choose_reason(_: CallbackQuery, press: views.BounceFor, **given: Any) -> Reply:
    """Not ours: whose then? The other reasons need only words."""
    at = here(given)
    ticket, task = await _bounceable(at, press.task_id)
    open_form(at, BOUNCE, task.id, reason=press.reason.value, proposed="")
    if press.reason is BounceReason.NOT_OURS:
        return answer(_proposals(at, ticket, task, page=0))
    return answer(views.write_why(at.t, task.id, ticket.number, press.reason))


def _proposals(at: Here, ticket: Ticket, task: Task, *, page: int) -> Screen:
    others = [one for one in _departments(at) if one.key not in {task.department, tickets.DUTY}]
    return views.choose_proposed(at.t, task.id, ticket.number, others, page)


def _departments(at: Here) -> Sequence[DepartmentInfo]:
    return at.office.catalogue.departments


async def turn_proposals(_: CallbackQuery, press: views.ProposePage, **given: Any) -> Reply:
    """Another page."""
    at = here(given)
    ticket, task = await _bounceable(at, press.task_id)
    return answer(_proposals(at, ticket, task, page=max(press.page, 0)))


async def propose(_: CallbackQuery, press: views.Propose, **given: Any) -> Reply:
    """This one, or no idea; now the words."""
    at = here(given)
    ticket, task = await _bounceable(at, press.task_id)
    if not is_mine(at, BOUNCE, task.id):
        return toast(at.t.plain("desks.not_yours"))
    reason = BounceReason(at.talk.data["reason"])
    open_form(at, BOUNCE, task.id, reason=reason.value, proposed=press.department)
    return answer(views.write_why(at.t, task.id, ticket.number, reason))


async def hear_why(at: Here, incoming: Incoming) -> Reply:
    """The words hand it back; they go to the duty desk, not to the company."""
    ticket, task = await pair_of(at, int(at.talk.data["task"]))
    asked, message = dict(at.talk.data), await kept(at, incoming)
    at.talk.rest()
    await tickets.bounce(
        at.session,
        task.id,
        reason=BounceReason(asked["reason"]),
        proposed=asked["proposed"] or None,
        message=message,
        **at.by,
    )
    return answer(Screen(text=at.t("desks.bounce.done", number=ticket.number)))


# The duty desk


async def show_bounce(_: CallbackQuery, press: desk_views.Do, **given: Any) -> Reply:
    """定部门: why it came back, and whose it may be."""
    at = here(given)
    ticket, task = await _decidable(at, press.task_id)
    screen = await _question(at, ticket, task)
    return ask(at, screen)


async def _decidable(at: Here, task_id: int) -> tuple[Ticket, Task]:
    ticket, task = await pair_of(at, task_id)
    await desks.must_be_allowed(at.session, ticket, task, Step.DECIDE_BOUNCE, **at.by)
    return ticket, task


async def _question(at: Here, ticket: Ticket, task: Task) -> Screen:
    found = await tickets.bounced(at.session, ticket, task)
    former = at.office.catalogue.department(found.department) if found else None
    if found is None or former is None:
        raise NotFound
    return views.decide(
        at.t,
        task.id,
        ticket.number,
        reason=found.reason,
        words=found.words,
        former=former,
        proposed=at.office.catalogue.department(found.proposed) if found.proposed else None,
    )


async def turn_decisions(_: CallbackQuery, press: views.DecidePage, **given: Any) -> Reply:
    """Another department, page by page."""
    at = here(given)
    ticket, task = await _decidable(at, press.task_id)
    others = [one for one in _departments(at) if one.key != tickets.DUTY]
    return answer(
        views.choose_decided(at.t, task.id, ticket.number, others, page=max(press.page, 0))
    )


async def decide(_: CallbackQuery, press: views.DecideFor, **given: Any) -> Reply:
    """For good: neither may hand it back again."""
    at = here(given)
    ticket, _task = await pair_of(at, press.task_id)
    task = await tickets.decide_bounce(
        at.session, press.task_id, department=press.department, **at.by
    )
    name = desk_cards.department_name(at.office, press.department).of(at.t.locale)
    if task.department != press.department:
        return done(at, task.id, at.t("desks.route.duty", department=name))
    return done(at, task.id, at.t("desks.bounce.decided", number=ticket.number, department=name))


def add_routes(routes: Routes) -> None:
    """The presses of this module, but for `Do`, which handlers/desks.py gives out."""
    routes.on_press(
        {
            views.BounceFor: choose_reason,
            views.ProposePage: turn_proposals,
            views.Propose: propose,
            views.DecidePage: turn_decisions,
            views.DecideFor: decide,
        },
    )
