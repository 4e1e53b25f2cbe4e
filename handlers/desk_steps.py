"""What an officer does with a task by its buttons: claim, route, urgency, follow-up, history."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from html import unescape
from typing import Any

from aiogram import Router
from aiogram.types import CallbackQuery

from domain.incoming import Incoming
from domain.moments import NoSuchMomentError, PastMomentError, quick_choices, read_moment
from domain.screens import Html, Reply, Screen, answer, fresh, toast
from domain.tickets import Category
from handlers.here import Here, here
from handlers.routing import on_press
from models import Message, Person, Task, Ticket
from models.messages import Direction
from services import desk_cards, desks, judgements, messages, notices, tickets
from views import desk_steps as views
from views import desks as desk_views
from views import formats
from views.desks import Act, Where

#: An open form of the desk ends after this time; what is written later is a note again.
OPEN_FOR = timedelta(minutes=10)
WRITE, PREVIEW, WHEN, WHEN_OK = (
    "desks-write",
    "desks-preview",
    "desks-when",
    "desks-when-ok",
)
SNOOZE = timedelta(hours=2)


def is_group(at: Here) -> bool:
    """Groups have negative ids."""
    return at.place.chat_id < 0


def ask(at: Here, screen: Screen) -> Reply:
    """A pinned card stays as it is; in a private chat the question takes its place."""
    return fresh(screen) if is_group(at) else answer(screen)


def open_form(at: Here, state: str, task_id: int, **data: Any) -> None:
    """The officer's next words in this topic belong to this step."""
    until = (at.now + OPEN_FOR).isoformat()
    at.talk.turn_to(state, task=task_id, topic=at.place.topic_id, until=until, **data)


async def pair_of(at: Here, task_id: int) -> tuple[Ticket, Task]:
    """The task and its ticket, if they are the actor's business."""
    return await desks.open_pair(at.session, task_id, at.actor)


def done(at: Here, task_id: int, line: Html) -> Reply:
    """One line in place of the question; the card is redrawn by its own notice."""
    return answer(views.said(at.t, line, task_id), toast=unescape(line))


# The card


async def show_card(query: CallbackQuery, press: desk_views.Do, **given: Any) -> Reply:
    """In private the card takes the place of what was pressed. In a group it stands already; the
    card of another department's share is sent.
    """
    at = here(given)
    ticket, task = await pair_of(at, press.task_id)
    if is_group(at):
        return await _card_in_group(at, ticket, task)
    if query.message is not None:
        pressed = await messages.pressed(
            at.session,
            bot_id=at.place.bot_id,
            chat_id=at.place.chat_id,
            telegram_id=query.message.message_id,
            now=at.now,
        )
        await desks.make_card(at.session, pressed, ticket)
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


async def card_screen(at: Here, ticket: Ticket, task: Task) -> Screen:
    """The card as the actor sees it in private."""
    facts = await desk_cards.card_of(
        at.session, ticket, task, office=at.office, now=at.now, viewer=at.actor
    )
    return desk_views.card(at.t, facts, now=at.now, zone=at.office.zone, where=Where.PRIVATE)


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


# Claiming


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


# Follow-up


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
    _ticket, task = await pair_of(at, press.task_id)
    choices = {one.code: one.at for one in quick_choices(at.now, at.office.calendar)}
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


def is_mine(at: Here, state: str, task_id: int) -> bool:
    """Whether the open form in this chat is the presser's own and about this task."""
    return at.talk.state == state and at.talk.data.get("task") == task_id


async def kept(at: Here, incoming: Incoming) -> Message:
    """Store words written in the office; they are nobody's business until a step takes them."""
    return await messages.keep(
        at.session,
        incoming,
        at.place,
        person_id=at.actor.person_id,
        direction=Direction.NOTE,
        now=at.now,
    )


# Whose it is, and what about


async def ask_department(_: CallbackQuery, press: desk_views.Do, **given: Any) -> Reply:
    """O10."""
    at = here(given)
    return ask(at, await _departments(at, press.task_id, page=0, as_co=False))


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
    staff = await desks.staff_of(at.session, task.department)
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
    line = views.said(at.t, at.t("desks.reopened", number=ticket.number), task.id)
    return fresh(line)


# Looking back, and reminders answered


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
        Screen(text=Html.safe(ticket.number), attachment=messages.recall(file))
        for message in await tickets.messages_of(at.session, ticket.id)
        if message.direction is Direction.IN
        for file in message.attachments
        if not file.get("phone")
    ]
    return Reply(more=tuple(screens[-10:]))


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


ACTS: dict[Act, Callable[..., Awaitable[Reply]]] = {
    Act.CARD: show_card,
    Act.CLAIM: claim,
    Act.RELEASE: release,
    Act.FOLLOW_UP: ask_when,
    Act.ROUTE: ask_department,
    Act.URGENCY: ask_urgency,
    Act.CATEGORY: ask_category,
    Act.CALL: ask_called,
    Act.REOPEN: reopen,
    Act.REASSIGN: ask_handler,
    Act.MORE: show_more,
    Act.HISTORY: show_history,
    Act.TALK: show_talk,
    Act.AT_WORK: say_at_work,
    Act.SNOOZE: snooze,
}


async def drop(_: CallbackQuery, press: views.Drop, **given: Any) -> Reply:
    """取消: the form is closed, nothing is sent."""
    at = here(given)
    at.talk.rest()
    return done(at, press.task_id, at.t("desks.sent.dropped"))


def leave_form(at: Here) -> Reply:
    """The same in words."""
    task_id = int(at.talk.data["task"])
    at.talk.rest()
    return done(at, task_id, at.t("desks.sent.dropped"))


def add_routes(router: Router) -> None:
    """The presses of this module, but for `Do`, which handlers/desks.py gives out."""
    on_press(
        router,
        {
            views.Drop: drop,
            views.FollowAt: choose_when,
            views.FollowYes: set_follow_up,
            views.Departments: turn_departments,
            views.RouteTo: route,
            views.SetUrgency: set_urgency,
            views.SetCategory: set_category,
            views.ReassignTo: reassign,
            views.Called: log_call,
            views.SendFiles: send_files,
        },
    )
