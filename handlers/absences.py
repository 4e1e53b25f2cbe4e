"""O15 /leave: filing leave, standing in, handing everything over."""

from datetime import date
from typing import Any

from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.types import CallbackQuery, Message

from domain.absences import AbsenceState, Leave
from domain.day_ranges import read_days
from domain.errors import NotAllowed, NotFound
from domain.moment_days import NoSuchDayError
from domain.moments import as_plain
from domain.screens import Reply, Screen, answer
from handlers.here import LEADS_AWAY, Here, here
from handlers.routing import Routes
from models import Absence, Person
from services import absences, hand_over
from views import absences as views
from views.absences import LeaveLine

#: The conversation in which days are typed.
OPEN = "absences"
_LEAVES = LEADS_AWAY | {"取消", "算了", "不用了", "cancel", "never mind"}


async def show(_: Message | CallbackQuery, argument: str = "", **given: Any) -> Reply:
    """/leave, perhaps with the days after it."""
    at = here(given)
    if at.place.chat_id < 0:
        return Reply()  # leave is nobody's business in a group
    if not await absences.ticket_links(at.session, at.actor.person_id):
        raise NotAllowed
    at.talk.turn_to(OPEN)
    if argument:
        return answer(await _asked_who(at, argument))
    return answer(await _overview(at))


async def _overview(at: Here) -> Screen:
    lines = [
        await _line(at, absence, person)
        for absence, person in await absences.seen_by(at.session, at.actor)
    ]
    return views.overview(
        at.t,
        lines,
        me=at.actor.person_id,
        in_hand=await _in_hand(at, at.actor.person_id),
        leads=any(at.actor.heads(one) for one in at.actor.departments),
        today=_today(at),
    )


async def _line(at: Here, absence: Absence, person: Person) -> LeaveLine:
    return LeaveLine(
        id=absence.id,
        leave=absences.leave_of(absence),
        whose=None if person.id == at.actor.person_id else person.name,
        stand_in=await _name(at, absence.stand_in_id),
        stands_in=absence.stand_in_id == at.actor.person_id,
        is_now=absence.state is AbsenceState.AWAY,
    )


async def show_team(_: CallbackQuery, **given: Any) -> Reply:
    """Of whom the actor leads, those with open tasks, the most burdened first."""
    at = here(given)
    led = await absences.led_by(at.session, at.actor)
    counted = [(person, await _in_hand(at, person.id)) for person in led]
    burdened = sorted((one for one in counted if one[1]), key=lambda one: -one[1])
    return answer(views.team(at.t, burdened))


async def _in_hand(at: Here, person_id: int) -> int:
    return len(await hand_over.open_work(at.session, person_id))


async def _name(at: Here, person_id: int | None) -> str | None:
    person = await at.session.get(Person, person_id) if person_id else None
    return person.name if person else None


def _today(at: Here) -> date:
    return at.office.today(at.now)


async def hear(message: Message, **given: Any) -> Any:
    """Days in words; whatever else is written closes the form and is read as ever."""
    at, words = here(given), (message.text or "").strip()
    if words.lower() in _LEAVES or not _names_days(at, words):
        at.talk.rest()
        return UNHANDLED
    return answer(await _asked_who(at, words))


def _names_days(at: Here, words: str) -> bool:
    try:
        return read_days(as_plain(words), at.now, at.office.calendar) is not None
    except NoSuchDayError:
        return True


async def _asked_who(at: Here, words: str) -> Screen:
    try:
        days = read_days(as_plain(words), at.now, at.office.calendar)
    except NoSuchDayError:
        return views.unread(at.t, "no_such_day")
    if days is None:
        return views.unread(at.t, "unread")
    leave = Leave(days.first, days.last)
    await absences.check(at.session, leave, actor=at.actor, now=at.now, office=at.office)
    free = await absences.free_colleagues(at.session, at.actor.person_id, leave)
    in_hand = await _in_hand(at, at.actor.person_id)
    covers = await absences.covered_by(at.session, at.actor.person_id, leave)
    return views.choose_stand_in(
        at.t, leave, free, covers=covers, in_hand=in_hand, today=_today(at)
    )


async def take_leave(_: CallbackQuery, press: views.TakeLeave, **given: Any) -> Reply:
    """Filed, with the stand-in or the question to who leads."""
    at = here(given)
    leave = Leave(press.first, press.last)
    absence = await absences.file(at.session, leave, **at.by)
    await absences.name_stand_in(
        at.session, absence.id, press.person_id, actor=at.actor, now=at.now
    )
    at.talk.rest()
    name = await _name(at, press.person_id)
    return answer(views.filed(at.t, absence.id, leave, name, today=_today(at)))


async def name_stand_in(_: CallbackQuery, press: views.NameStandIn, **given: Any) -> Reply:
    """Who leads has chosen."""
    at = here(given)
    absence = await absences.name_stand_in(
        at.session, press.absence_id, press.person_id, actor=at.actor, now=at.now
    )
    whose, name = await _name(at, absence.person_id), await _name(at, press.person_id)
    leave = absences.leave_of(absence)
    return answer(views.named(at.t, whose or "", name or "", leave, today=_today(at)))


async def decline(_: CallbackQuery, press: views.DeclineStandIn, **given: Any) -> Reply:
    """我代不了."""
    at = here(given)
    await absences.decline(at.session, press.absence_id, actor=at.actor, now=at.now)
    return answer(views.thanks_anyway(at.t))


async def call_off(_: CallbackQuery, press: views.CallOff, **given: Any) -> Reply:
    """Back early, or not gone at all."""
    at = here(given)
    absence = await absences.call_off(at.session, press.absence_id, actor=at.actor, now=at.now)
    return answer(views.called_off(at.t, absences.leave_of(absence), today=_today(at)))


async def ask_hand_over(_: CallbackQuery, press: views.AskHandOver, **given: Any) -> Reply:
    """移交: to whom?"""
    at = here(given)
    person = await _whose_work(at, press.person_id)
    others = await absences.colleagues(at.session, person.id)
    return answer(
        views.ask_hand_over(
            at.t,
            person,
            others,
            is_self=person.id == at.actor.person_id,
            in_hand=await _in_hand(at, person.id),
        )
    )


async def take_over(_: CallbackQuery, press: views.HandOver, **given: Any) -> Reply:
    """Asked once more, then done."""
    at = here(given)
    person = await _whose_work(at, press.person_id)
    to = await hand_over.heir(at.session, person.id, press.to_id) if press.to_id else None
    if not press.sure:
        is_self, in_hand = person.id == at.actor.person_id, await _in_hand(at, person.id)
        return answer(views.confirm_hand_over(at.t, person, to, is_self=is_self, in_hand=in_hand))
    moved = await hand_over.hand_over_all(at.session, person.id, press.to_id, **at.by)
    name = to.name if to else None
    return answer(views.handed_over(at.t, len(moved.given), len(moved.returned), name))


async def _person(at: Here, person_id: int) -> Person:
    person = await at.session.get(Person, person_id)
    if person is None:
        raise NotFound
    return person


async def _whose_work(at: Here, person_id: int) -> Person:
    await hand_over.must_be_allowed(at.session, person_id, at.actor)
    return await _person(at, person_id)


def add_routes(routes: Routes) -> None:
    """Routes of this module."""
    routes.on_press(
        {
            views.TakeLeave: take_leave,
            views.NameStandIn: name_stand_in,
            views.DeclineStandIn: decline,
            views.CallOff: call_off,
            views.ShowTeam: show_team,
            views.AskHandOver: ask_hand_over,
            views.HandOver: take_over,
        },
    )
    routes.on_command({"leave": show})
    routes.on_words({OPEN: hear})
