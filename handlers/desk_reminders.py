"""A reminder answered with one tap."""

from datetime import timedelta
from typing import Any

from aiogram.types import CallbackQuery

from domain.screens import Reply
from handlers.desk_forms import done, pair_of
from handlers.here import here
from services import notices
from views import desks as desk_views
from views import formats

SNOOZE = timedelta(hours=2)


async def say_at_work(_: CallbackQuery, press: desk_views.Do, **given: Any) -> Reply:
    """在办: the reminder is answered."""
    at = here(given)
    ticket, task = await pair_of(at, press.task_id)
    return done(at, task.id, at.t("desks.notice.at_work", number=ticket.number))


async def snooze(_: CallbackQuery, press: desk_views.Do, **given: Any) -> Reply:
    """Again after two hours of working time."""
    at = here(given)
    ticket, task = await pair_of(at, press.task_id)
    again = at.office.calendar.add_working_time(at.now, SNOOZE)
    await notices.owe_notice(
        at.session,
        "follow_up",
        key=f"snooze:{task.id}:{at.actor.person_id}:{int(at.now.timestamp())}",
        due_at=again,
        now=at.now,
        person_id=at.actor.person_id,
        subject="ticket",
        subject_id=ticket.id,
        task_id=task.id,
    )
    shown = formats.moment(at.t, again, at.office.zone)
    return done(at, task.id, at.t("desks.notice.snoozed", number=ticket.number, at=shown))
