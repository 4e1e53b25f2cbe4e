"""O6: when to come back to a task, in a tap or in words."""

from datetime import datetime
from typing import Any

from aiogram.types import CallbackQuery

from domain.incoming import Incoming
from domain.moments import NoSuchMomentError, PastMomentError, quick_choices, read_moment
from domain.screens import Html, Reply, Screen, answer, toast
from handlers.desk_forms import WHEN, WHEN_OK, ask, done, is_mine, kept, open_form, pair_of
from handlers.here import Here, here
from handlers.routing import Routes
from models import Message, Task, Ticket
from services import tickets
from views import desk_follow_ups as views
from views import desks as desk_views
from views import formats


async def ask_when(_: CallbackQuery, press: desk_views.Do, **given: Any) -> Reply:
    """O6."""
    at = here(given)
    ticket, task = await pair_of(at, press.task_id)
    open_form(at, WHEN, task.id)
    return ask(at, _when(at, ticket, task))


def _when(at: Here, ticket: Ticket, task: Task, problem: Html | None = None) -> Screen:
    choices = quick_choices(at.now, at.office.calendar)
    return views.choose_follow_up(
        at.t, task.id, ticket.number, choices, zone=at.office.zone, problem=problem
    )


async def choose_when(_: CallbackQuery, press: views.FollowAt, **given: Any) -> Reply:
    """A quick moment, echoed like one that was written."""
    at = here(given)
    ticket, task = await pair_of(at, press.task_id)
    choices = {one.code: one.at for one in quick_choices(at.now, at.office.calendar)}
    if press.code not in choices:  # two of them fall on one day now
        return answer(_when(at, ticket, task))
    return answer(_echo(at, task, choices[press.code], outside=False))


def _echo(
    at: Here, task: Task, moment: datetime, *, outside: bool, what: Message | None = None
) -> Screen:
    about = what.id if what is not None else None
    open_form(at, WHEN_OK, task.id, moment=moment.isoformat(), message=about)
    return views.confirm_follow_up(
        at.t,
        task.id,
        moment,
        zone=at.office.zone,
        outside=outside,
        what=what.text if what is not None else "",
    )


async def hear_when(at: Here, incoming: Incoming) -> Reply:
    """A moment in words; a past or impossible one is refused with another to choose."""
    ticket, task = await pair_of(at, int(at.talk.data["task"]))
    try:
        read = read_moment(incoming.text, at.now, at.office.calendar)
    except (PastMomentError, NoSuchMomentError) as refusal:
        past = isinstance(refusal, PastMomentError)
        key = "desks.follow_up.past" if past else "desks.follow_up.impossible"
        return answer(_when(at, ticket, task, at.t(key)))
    if read is None:
        return answer(_when(at, ticket, task, at.t("desks.follow_up.unread")))
    rest = (incoming.text[: read.start] + incoming.text[read.end :]).strip(" ，,。")
    what = await kept(at, incoming) if rest else None
    return answer(_echo(at, task, read.at, outside=read.opens_at is not None, what=what))


async def set_follow_up(_: CallbackQuery, press: views.FollowYes, **given: Any) -> Reply:
    """对: the reminder is owed."""
    at = here(given)
    if not is_mine(at, WHEN_OK, press.task_id):
        return toast(at.t.plain("desks.not_yours"))
    moment = datetime.fromisoformat(at.talk.data["moment"])
    what = await at.session.get(Message, at.talk.data.get("message") or 0)
    await tickets.follow_up(at.session, press.task_id, at=moment, message=what, **at.by)
    at.talk.rest()
    ticket, task = await pair_of(at, press.task_id)
    shown = formats.moment(at.t, moment, at.office.zone)
    return done(at, task.id, at.t("desks.follow_up.set", number=ticket.number, at=shown))


def add_routes(routes: Routes) -> None:
    """The presses of this module, but for `Do`, which handlers/desks.py gives out."""
    routes.on_press(
        {
            views.FollowAt: choose_when,
            views.FollowYes: set_follow_up,
        },
    )
