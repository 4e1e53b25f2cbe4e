"""A round of visits for whoever leads: how far it came, what is overdue, who looks after whom."""

from typing import Any

from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.types import Message

from domain.errors import NotAllowed
from domain.screens import Reply, answer
from handlers.here import LEADS_AWAY, Here, here
from handlers.incoming import read
from handlers.routing import Routes
from services import visit_plans, visits
from views import visits as views

#: The plan of an officer is on the screen: words look for companies in it.
PLAN = "visits-plan"
_ALL = frozenset({"全部", "取消", "all", "cancel"})


def _leader(given: Any) -> Here:
    at = here(given)
    if not visit_plans.plans(at.actor) or at.place.chat_id < 0:
        raise NotAllowed
    return at


async def show_coverage(_: object, **given: Any) -> Reply:
    """覆盖情况."""
    at = _leader(given)
    led = await visit_plans.officers_led_by(at.session, at.actor)
    lines = await visit_plans.coverage(at.session, led, office=at.office, now=at.now)
    loose = await visit_plans.nobodys(at.session)
    return answer(views.coverage(at.t, lines, loose, at.office.catalogue.visits))


async def show_overdue(_: object, press: views.ShowOverdue, **given: Any) -> Reply:
    """What is overdue of everybody."""
    at = _leader(given)
    page = await visits.overdue_page(at.session, at.actor, press.page, office=at.office, now=at.now)
    return answer(views.overdue(at.t, page, today=at.office.today(at.now)))


async def show_officers(_: object, press: views.ShowOfficers, **given: Any) -> Reply:
    """安排走访."""
    return await _officers(_leader(given), press.page)


async def _officers(at: Here, page: int, *, toast: str = "") -> Reply:
    if at.talk.state == PLAN:
        at.talk.rest()
    led = await visit_plans.officers_led_by(at.session, at.actor)
    loose = await visit_plans.nobodys(at.session)
    return answer(views.officers(at.t, led, loose, page), toast=toast)


async def show_plan(_: object, press: views.PlanFor, **given: Any) -> Reply:
    """The companies of one officer."""
    at = _leader(given)
    return await _plan(at, press.officer_id, press.page)


async def _plan(at: Here, officer_id: int, page: int) -> Reply:
    person = await visit_plans.officer(at.session, officer_id, at.actor)
    is_same = at.talk.state == PLAN and at.talk.data.get("officer") == officer_id
    words = str(at.talk.data.get("words", "")) if is_same else ""
    at.talk.turn_to(PLAN, officer=officer_id, words=words)
    found, pages = await visit_plans.page_of_companies(
        at.session, officer_id, at.actor, page=page, words=words
    )
    return answer(views.plan(at.t, person, found, page, pages, words=words))


async def assign(_: object, press: views.Assign, **given: Any) -> Reply:
    """A company is given to the officer, or taken back."""
    at = _leader(given)
    known = await visit_plans.liaison_of(at.session, press.company_id)
    if known is not None and known.officer_id == press.officer_id:
        await visit_plans.unassign(at.session, press.company_id, actor=at.actor, now=at.now)
    else:
        await visit_plans.assign(at.session, press.company_id, press.officer_id, **at.by)
    return await _plan(at, press.officer_id, press.page)


async def share_out(_: object, **given: Any) -> Reply:
    """其余平均分."""
    at = _leader(given)
    given_out = await visit_plans.share_out(at.session, **at.by)
    loose = await visit_plans.nobodys(at.session)
    return await _officers(at, 0, toast=views.shared(at.t, given_out, loose))


async def typed(message: Message, **given: Any) -> Any:
    """A part of a company's name while a plan is on the screen."""
    words = read(message).text
    if words.lower() in LEADS_AWAY:
        return UNHANDLED
    at = _leader(given)
    officer_id = at.talk.data["officer"]
    at.talk.keep(words="" if words.lower() in _ALL else words[:60])
    return await _plan(at, officer_id, 0)


def add_routes(routes: Routes) -> None:
    """Routes of this module."""
    routes.on_press(
        {
            views.ShowCoverage: show_coverage,
            views.ShowOverdue: show_overdue,
            views.ShowOfficers: show_officers,
            views.PlanFor: show_plan,
            views.Assign: assign,
            views.ShareOut: share_out,
        },
    )
    routes.on_words({PLAN: typed}, needed={PLAN})
