"""A reminder answered with one tap, and a half-day without any."""

from datetime import timedelta
from typing import Any

from aiogram.types import CallbackQuery

from domain.errors import NotAllowed
from domain.screens import Reply, answer, fresh
from domain.tickets import BounceReason, Step
from handlers import desk_bounces, desk_steps
from handlers.desk_forms import card_screen, done, pair_of
from handlers.here import here
from handlers.routing import Routes
from services import desks, reminders, tickets
from views import desk_digests as digest_views
from views import desk_reminders as views
from views import desks as desk_views
from views import formats
from views.desk_bounces import BounceFor
from views.desk_steps import ReassignTo
from views.desks import Act, Do

SNOOZE = timedelta(hours=2)


async def say_at_work(_: CallbackQuery, press: desk_views.Do, **given: Any) -> Reply:
    """在办: the reminder is answered, and the history says so."""
    at = here(given)
    ticket, task = await pair_of(at, press.task_id)
    await tickets.say_at_work(at.session, task.id, **at.by)
    return done(at, task.id, at.t("desks.notice.at_work", number=ticket.number))


async def snooze(_: CallbackQuery, press: desk_views.Do, **given: Any) -> Reply:
    """Again after two hours of working time."""
    at = here(given)
    ticket, task = await pair_of(at, press.task_id)
    again = at.office.calendar.add_working_time(at.now, SNOOZE)
    await reminders.snooze(at.session, task, at.actor.person_id, until=again, now=at.now)
    shown = formats.moment(at.t, again, at.office.zone)
    return done(at, task.id, at.t("desks.notice.snoozed", number=ticket.number, at=shown))


async def say_not_ours(query: CallbackQuery, press: views.NotOurs, **given: Any) -> Reply:
    """非本部门: back to the duty desk while that is open, else over to another department."""
    at = here(given)
    ticket, task = await pair_of(at, press.task_id)
    if Step.BOUNCE in await desks.steps_of(at.session, ticket, task, **at.by):
        back = BounceFor(task.id, BounceReason.NOT_OURS)
        return await desk_bounces.choose_reason(query, back, **given)
    return await desk_steps.ask_department(query, Do(Act.ROUTE, task.id), **given)


async def nudge(_: CallbackQuery, press: views.Nudge, **given: Any) -> Reply:
    """催办: whoever has it is told, in two hours at most once."""
    at = here(given)
    ticket, task = await pair_of(at, press.task_id)
    is_told = await tickets.nudge(at.session, task.id, **at.by)
    key = "reminders.nudged" if is_told else "reminders.nudged_already"
    return done(at, task.id, at.t(key, number=ticket.number))


async def take_over(query: CallbackQuery, press: views.TakeOver, **given: Any) -> Reply:
    """我来办."""
    me = ReassignTo(press.task_id, here(given).actor.person_id)
    return await desk_steps.reassign(query, me, **given)


async def open_card(_: CallbackQuery, press: digest_views.OpenCard, **given: Any) -> Reply:
    """The digest stays as it is; the card is sent anew."""
    at = here(given)
    ticket, task = await pair_of(at, press.task_id)
    await desks.send_card(
        at.session, at.place, task, await card_screen(at, ticket, task), now=at.now
    )
    return Reply()


async def be_quiet(_: CallbackQuery, press: digest_views.Quiet, **given: Any) -> Reply:
    """上午不提醒, and back."""
    at = here(given)
    if not at.actor.in_office:
        raise NotAllowed
    if not press.wanted:
        await reminders.be_loud(at.session, at.actor.person_id, now=at.now)
        return answer(digest_views.loud(at.t))
    until = at.office.catalogue.notices.digest_after(at.now, at.office.calendar)
    await reminders.be_quiet(at.session, at.actor.person_id, until=until, now=at.now)
    return fresh(digest_views.be_quiet(at.t, until, zone=at.office.zone))


def add_routes(routes: Routes) -> None:
    """The presses of this module, but for `Do`, which handlers/desks.py gives out."""
    routes.on_press(
        {
            views.NotOurs: say_not_ours,
            views.Nudge: nudge,
            views.TakeOver: take_over,
            digest_views.OpenCard: open_card,
            digest_views.Quiet: be_quiet,
        },
    )
