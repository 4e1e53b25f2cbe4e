"""Stock replies: offered beside the question what to write, filled in when one is taken."""

from typing import Any

from aiogram.types import CallbackQuery

from domain.replies import Use
from domain.screens import Reply, Screen, answer
from domain.tickets import Outcome, Step
from handlers.desk_forms import PREVIEW, WRITE, is_mine, pair_of
from handlers.here import Here, here
from handlers.routing import Routes
from models import Task, Ticket
from services import desks, stock_replies
from views import desk_replies as views
from views import desk_words as word_views
from views.translations import translator

#: What an officer must be allowed to do, to say such words.
STEPS = {Use.REPLY: Step.REPLY, Use.QUESTION: Step.ASK_BACK, Use.ANSWER: Step.RESOLVE}


async def writing(at: Here, ticket: Ticket, task: Task, use: Use, page: int = 0) -> Screen:
    """What is to be written, with the replies that fit; for an answer its outcome was chosen."""
    outcome = outcome_of(at, task, use)
    occasion = stock_replies.occasion_of(ticket, task, use, outcome)
    t = translator(ticket.locale)
    known = await stock_replies.known_of(at.session, ticket, task, **at.by)
    book = at.office.catalogue.replies
    replies = book.fitting(occasion, views.places(t, known), t.locale)
    if outcome is None:
        return word_views.write(at.t, task.id, ticket.number, use, replies, page)
    was_heard = task.contacted_at is not None
    return word_views.write_answer(
        at.t, task.id, ticket.number, outcome, replies, page, was_heard=was_heard
    )


def outcome_of(at: Here, task: Task, use: Use) -> Outcome | None:
    """The outcome that the open form is about; None for other words, and for who has no form."""
    is_open = is_mine(at, WRITE, task.id) or is_mine(at, PREVIEW, task.id)
    chosen = at.talk.data.get("outcome") if is_open and use is Use.ANSWER else None
    return Outcome(chosen) if chosen else None


async def filled(at: Here, ticket: Ticket, task: Task, key: str) -> str | None:
    """The words of a reply in the company's language; None when it is gone, or cannot be filled."""
    reply = at.office.catalogue.replies.of_key(key)
    t = translator(ticket.locale)
    known = await stock_replies.known_of(at.session, ticket, task, **at.by)
    return reply.filled(views.places(t, known), t.locale) if reply else None


async def turn(_: CallbackQuery, press: views.TurnReplies, **given: Any) -> Reply:
    """换一批: another page of the same question."""
    at = here(given)
    ticket, task = await pair_of(at, press.task_id)
    await desks.must_be_allowed(at.session, ticket, task, STEPS[press.use], **at.by)
    return answer(await writing(at, ticket, task, press.use, max(press.page, 0)))


def add_routes(routes: Routes) -> None:
    """The presses of this module, but for taking a reply, which begins a preview."""
    routes.on_press({views.TurnReplies: turn})
