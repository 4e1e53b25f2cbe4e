"""O14: an officer's visits, the sheet of each, and a company that asks to be visited."""

from datetime import datetime
from typing import Any

from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.types import Message

from domain.actors import Hat
from domain.errors import NotAllowed, NotFound
from domain.incoming import Incoming
from domain.moments import NoSuchMomentError, PastMomentError, quick_choices, read_moment
from domain.screens import Reply, answer
from domain.visits import VisitOutcome
from handlers import registering
from handlers.drafts import draft_screen
from handlers.here import LEADS_AWAY, Here, here, remember
from handlers.incoming import read
from handlers.routing import Routes
from models import Message as Stored
from models import Visit
from services import messages, ticket_drafts, tickets, visit_plans, visits
from services.ticket_sheets import sheet_of as ticket_sheet_of
from services.visits import MET, PROMISE, WHEN, WHEN_OK
from views import ticket_presses
from views import tickets as ticket_views
from views import visit_sheets as sheets
from views import visits as views

_LEAVES = frozenset({"取消", "算了", "不用了", "cancel", "never mind"})


# What is due


async def show_own(_: object, press: views.TurnVisits | None = None, **given: Any) -> Reply:
    """/visits."""
    at = here(given)
    _must_be_private(at)
    page = await visits.own_page(
        at.session, at.actor, press.page if press else 0, office=at.office, now=at.now
    )
    plans = visit_plans.plans(at.actor)
    return answer(views.own(at.t, page, today=at.office.today(at.now), plans=plans))


def _must_be_private(at: Here) -> None:
    if at.place.chat_id < 0:
        raise NotAllowed


# The sheet


async def show(_: object, press: sheets.ShowVisit, **given: Any) -> Reply:
    """The sheet; an open question about it is dropped."""
    at = here(given)
    if at.talk.state in {MET, PROMISE, WHEN, WHEN_OK}:
        at.talk.rest()
    return await _sheet(at, await _visit(at, press.visit_id))


async def _visit(at: Here, visit_id: int) -> Visit:
    _must_be_private(at)
    return await visits.open_visit(at.session, visit_id, at.actor)


async def _sheet(at: Here, visit: Visit) -> Reply:
    facts = await visits.sheet_of(at.session, visit, office=at.office, now=at.now)
    return answer(sheets.sheet(at.t, facts, today=at.office.today(at.now)))


async def ask_met(_: object, press: sheets.WriteMet, **given: Any) -> Reply:
    """见了谁."""
    at = here(given)
    visit = await _visit(at, press.visit_id)
    at.talk.turn_to(MET, visit=visit.id)
    return answer(sheets.write_met(at.t, visit.id))


async def typed_met(message: Message, **given: Any) -> Any:
    """Names and duties; from there the next thing is written."""
    at, incoming = here(given), read(message)
    if (leave := await _leaving(at, incoming)) is not None:
        return leave
    visit = await _visit(at, at.talk.data["visit"])
    visits.note(await _kept(at, incoming), visit, "met")
    at.talk.rest()
    return await _sheet(at, visit)


async def _leaving(at: Here, incoming: Incoming) -> Any:
    """Words that lead back to the sheet, or away from it."""
    words = incoming.text.strip().lower()
    if words in LEADS_AWAY:
        return UNHANDLED
    if words in _LEAVES:
        visit_id = at.talk.data["visit"]
        at.talk.rest()
        return await _sheet(at, await _visit(at, visit_id))
    return None


async def _kept(at: Here, incoming: Incoming) -> Stored:
    return await messages.keep(
        at.session, incoming, at.place, person_id=at.actor.person_id, now=at.now
    )


async def ask_finding(_: object, press: sheets.WriteFinding, **given: Any) -> Reply:
    """发现问题: registered on behalf of the company, with the visit noted."""
    at = here(given)
    visit = await _visit(at, press.visit_id)
    return await registering.ask_words(at, visit.company_id, visit_id=visit.id)


async def ask_promise(_: object, press: sheets.WritePromise, **given: Any) -> Reply:
    """承诺事项."""
    at = here(given)
    visit = await _visit(at, press.visit_id)
    at.talk.turn_to(PROMISE, visit=visit.id)
    return answer(sheets.write_promise(at.t, visit.id))


async def typed_promise(message: Message, **given: Any) -> Any:
    """What was promised; a moment in it is taken as the one to be reminded at."""
    at, incoming = here(given), read(message)
    if (leave := await _leaving(at, incoming)) is not None:
        return leave
    visit = await _visit(at, at.talk.data["visit"])
    stored = await _kept(at, incoming)
    at.talk.turn_to(WHEN, visit=visit.id, message=stored.id)
    return await _read_when(at, visit, incoming.text, is_asked=False)


async def typed_when(message: Message, **given: Any) -> Any:
    """The moment in words."""
    at, incoming = here(given), read(message)
    if (leave := await _leaving(at, incoming)) is not None:
        return leave
    visit = await _visit(at, at.talk.data["visit"])
    return await _read_when(at, visit, incoming.text, is_asked=True)


async def _read_when(at: Here, visit: Visit, words: str, *, is_asked: bool) -> Reply:
    try:
        found = read_moment(words, at.now, at.office.calendar)
    except (PastMomentError, NoSuchMomentError) as refusal:
        problem = "past" if isinstance(refusal, PastMomentError) else "impossible"
        return _ask_when(at, visit, problem)
    if found is None:
        return _ask_when(at, visit, "unread" if is_asked else "")
    return await _echo(at, visit, found.at)


def _ask_when(at: Here, visit: Visit, problem: str) -> Reply:
    choices = quick_choices(at.now, at.office.calendar)
    screen = sheets.promise_when(at.t, visit.id, choices, zone=at.office.zone, problem=problem)
    return answer(screen)


async def choose_when(_: object, press: sheets.PromiseAt, **given: Any) -> Reply:
    """A quick moment."""
    at = here(given)
    visit = await _visit(at, press.visit_id)
    if at.talk.state not in {WHEN, WHEN_OK} or at.talk.data.get("visit") != visit.id:
        return await _sheet(at, visit)
    choices = {one.code: one.at for one in quick_choices(at.now, at.office.calendar)}
    if press.code not in choices:  # two of them fall on one day now
        return _ask_when(at, visit, "")
    return await _echo(at, visit, choices[press.code])


async def _echo(at: Here, visit: Visit, moment: datetime) -> Reply:
    message_id = at.talk.data["message"]
    at.talk.turn_to(WHEN_OK, visit=visit.id, message=message_id, moment=moment.isoformat())
    stored = await at.session.get_one(Stored, message_id)
    return answer(sheets.promise_echo(at.t, visit.id, stored.text, moment, at.office.zone))


async def keep_promise(_: object, press: sheets.PromiseYes, **given: Any) -> Reply:
    """对: it is noted, and the reminder is owed."""
    at = here(given)
    visit = await _visit(at, press.visit_id)
    if at.talk.state == WHEN_OK and at.talk.data.get("visit") == visit.id:
        stored = await at.session.get_one(Stored, at.talk.data["message"])
        moment = datetime.fromisoformat(at.talk.data["moment"])
        await visits.promise(at.session, visit, stored, moment, actor=at.actor, now=at.now)
        at.talk.rest()
    return await _sheet(at, visit)


async def promise_kept(_: object, press: sheets.PromiseKept, **given: Any) -> Reply:
    """办好了: nothing more is said about it; the note stays."""
    at = here(given)
    return await _sheet(at, await _visit(at, press.visit_id))


async def ask_outcome(_: object, press: sheets.AskOutcome, **given: Any) -> Reply:
    """完成."""
    at = here(given)
    visit = await _visit(at, press.visit_id)
    if visit.done_at is not None:
        return await _sheet(at, visit)
    facts = await visits.sheet_of(at.session, visit, office=at.office, now=at.now)
    return answer(sheets.outcomes(at.t, facts))


async def finish(_: object, press: sheets.Finish, **given: Any) -> Reply:
    """What it came to. Who was met is asked once before a visit counts as one."""
    at = here(given)
    visit = await _visit(at, press.visit_id)
    facts = await visits.sheet_of(at.session, visit, office=at.office, now=at.now)
    if press.outcome is VisitOutcome.MET and not facts.met:
        at.talk.turn_to(MET, visit=visit.id)
        return answer(sheets.write_met(at.t, visit.id))
    visit = await visits.finish(at.session, visit.id, press.outcome, **at.by)
    facts = await visits.sheet_of(at.session, visit, office=at.office, now=at.now)
    today = at.office.today(at.now)
    return answer(sheets.finished(at.t, facts, press.outcome, today=today))


# A company asks


async def ask_for_visit(_: object, **given: Any) -> Reply:
    """/visit: a draft that says so; where and when it suits may be written."""
    at = here(given)
    if at.actor.hat is Hat.OFFICE:
        return await show_own(_, **given)
    if ticket_drafts.is_open(at.talk):
        await ticket_drafts.discard(at.session, at.talk, now=at.now)
    department = await visits.department_of_liaison(at.session, at.actor.company_id)
    measure = at.office.catalogue.visits.measure
    ticket_drafts.begin(
        at.talk,
        now=at.now,
        measures=[measure] if measure else [],
        texts=[at.t.plain("visits.ask.words")],
        department=department or tickets.DUTY,
    )
    at.talk.keep(category="other", wants_visit=True)
    return answer(await draft_screen(at))


async def ask_in_ticket(_: object, press: ticket_presses.AskVisitIn, **given: Any) -> Reply:
    """请上门, on one's own ticket: it is added to it, and noted once."""
    at = here(given)
    ticket = await tickets.get_for(at.session, press.ticket_id, at.actor)
    if not tickets.is_of_company(ticket, at.actor):
        raise NotFound
    if not await visits.is_asked_for(at.session, ticket.id):
        stored = await _kept(at, Incoming(text=at.t.plain("visits.ask.words")))
        ticket = await tickets.add(at.session, ticket.id, message=stored, **at.by)
        await visits.asked_by_company(at.session, ticket, office=at.office, now=at.now)
    remember(at.talk, ticket, now=at.now)
    sheet = await ticket_sheet_of(at.session, ticket, office=at.office, now=at.now)
    return answer(ticket_views.card(at.t, sheet), toast=at.t.plain("visits.ask.noted"))


def add_routes(routes: Routes) -> None:
    """Routes of this module."""
    routes.on_press(
        {
            views.TurnVisits: show_own,
            ticket_presses.AskVisitIn: ask_in_ticket,
            sheets.ShowVisit: show,
            sheets.WriteMet: ask_met,
            sheets.WriteFinding: ask_finding,
            sheets.WritePromise: ask_promise,
            sheets.PromiseAt: choose_when,
            sheets.PromiseYes: keep_promise,
            sheets.PromiseKept: promise_kept,
            sheets.AskOutcome: ask_outcome,
            sheets.Finish: finish,
        },
    )
    routes.on_command({"visits": show_own, "visit": ask_for_visit})
    routes.on_words(
        {MET: typed_met, PROMISE: typed_promise, WHEN: typed_when, WHEN_OK: typed_when},
        needed={MET, PROMISE},
    )
