"""O8, H2: more time, asked for and decided."""

from typing import Any

from aiogram.types import CallbackQuery

from domain.incoming import Incoming
from domain.screens import Reply, answer
from domain.tickets import Step
from handlers.desk_forms import EXTEND, ask, done, kept, open_form, pair_of
from handlers.here import Here, here
from handlers.routing import Routes
from services import desks, tickets
from views import desk_extensions as views
from views import desks as desk_views
from views.desk_words import ASK_DAYS


async def ask_days(_: CallbackQuery, press: desk_views.Do, **given: Any) -> Reply:
    """O8."""
    at = here(given)
    ticket, task = await pair_of(at, press.task_id)
    await desks.must_be_allowed(at.session, ticket, task, Step.ASK_EXTENSION, **at.by)
    return ask(at, views.choose_days(at.t, task.id, ticket.number))


async def choose_days(_: CallbackQuery, press: views.ExtendBy, **given: Any) -> Reply:
    """So many days; now the reason."""
    at = here(given)
    ticket, task = await pair_of(at, press.task_id)
    await desks.must_be_allowed(at.session, ticket, task, Step.ASK_EXTENSION, **at.by)
    days = press.days if press.days in ASK_DAYS else ASK_DAYS[0]
    open_form(at, EXTEND, task.id, days=days)
    return answer(views.write_reason(at.t, task.id, ticket.number, days))


async def grant(_: CallbackQuery, press: views.Grant, **given: Any) -> Reply:
    """H2: the company hears the new day."""
    at = here(given)
    ticket, task = await pair_of(at, press.task_id)
    days = press.days if press.days in ASK_DAYS else ASK_DAYS[0]
    await tickets.extend(at.session, task.id, days=days, **at.by)
    line = at.t("desks.extend.granted", number=ticket.number, days=days)
    return done(at, task.id, line)


async def refuse_extension(_: CallbackQuery, press: views.RefuseExtension, **given: Any) -> Reply:
    """H2: the due time stays."""
    at = here(given)
    ticket, task = await pair_of(at, press.task_id)
    await tickets.refuse_extension(at.session, task.id, **at.by)
    return done(at, task.id, at.t("desks.extend.refused", number=ticket.number))


async def hear_reason(at: Here, incoming: Incoming) -> Reply:
    """The reason goes to the head, not to the company."""
    ticket, task = await pair_of(at, int(at.talk.data["task"]))
    message, days = await kept(at, incoming), int(at.talk.data["days"])
    at.talk.rest()
    await tickets.ask_extension(at.session, task.id, days=days, message=message, **at.by)
    return done(at, task.id, at.t("desks.extend.asked", number=ticket.number))


def add_routes(routes: Routes) -> None:
    """The presses of this module, but for `Do`, which handlers/desks.py gives out."""
    routes.on_press(
        {
            views.ExtendBy: choose_days,
            views.Grant: grant,
            views.RefuseExtension: refuse_extension,
        },
    )
