"""代企业登记, from a card, by /register, or at a visit."""

from typing import Any

from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.types import CallbackQuery, Message

from domain.errors import NotAllowed, NotFound
from domain.incoming import Incoming
from domain.screens import Reply, answer
from handlers.here import LEADS_AWAY, Here, here
from handlers.incoming import read
from handlers.routing import Routes
from models import Message as Stored
from models import Ticket
from services import messages, registering, tickets
from services.registering import COMPANY, WORDS
from services.ticket_sheets import category_name, promises_of
from views import registering as views
from views.visit_sheets import back_to_sheet

_LEAVES = frozenset({"取消", "算了", "不用了", "不登记", "cancel", "never mind"})


async def begin(_: object, argument: str = "", **given: Any) -> Reply:
    """/register, perhaps with the company's name."""
    at = here(given)
    _must_be_private(at)
    if argument:
        return await _search(at, argument)
    at.talk.turn_to(COMPANY)
    return answer(views.ask_company(at.t))


def _must_be_private(at: Here) -> None:
    """In a group everybody would read along."""
    if not at.actor.handles_tickets or at.place.chat_id < 0:
        raise NotAllowed


async def typed_company(message: Message, **given: Any) -> Any:
    """A name or a code."""
    at, words = here(given), read(message).text
    if words.lower() in LEADS_AWAY:
        return UNHANDLED
    if words.lower() in _LEAVES:
        return await drop(message, **given)
    return await _search(at, words)


async def _search(at: Here, words: str) -> Reply:
    found = await registering.companies_like(at.session, words, at.actor)
    may_be_new = len(words) > registering.SHORTEST_NAME and not any(
        company.name == words for company in found
    )
    at.talk.turn_to(COMPANY, typed=words[:120])
    return answer(views.found(at.t, words, found, may_be_new=may_be_new))


async def pick(_: object, press: views.PickCompany, **given: Any) -> Reply:
    """One of the companies found."""
    return await ask_words(here(given), press.company_id)


async def new(_: object, **given: Any) -> Reply:
    """A company that is not here yet."""
    at = here(given)
    if at.talk.state != COMPANY or not at.talk.data.get("typed"):
        return answer(views.ask_company(at.t))
    name = str(at.talk.data["typed"])
    company = await registering.new_company(at.session, name, actor=at.actor, now=at.now)
    return await ask_words(at, company.id)


async def for_ticket(_: object, press: views.RegisterFor, **given: Any) -> Reply:
    """A further matter of the company on the card."""
    at = here(given)
    ticket = await tickets.get_for(at.session, press.ticket_id, at.actor)
    _must_be_private(at)
    if ticket.company_id is None:
        raise NotFound
    return await ask_words(at, ticket.company_id)


async def ask_words(at: Here, company_id: int, *, visit_id: int | None = None) -> Reply:
    """What the company says, asked for in the place of the pressed screen."""
    company = await registering.company_for(at.session, company_id, at.actor)
    at.talk.turn_to(WORDS, company=company.id, visit=visit_id, messages=[])
    return answer(views.ask_words(at.t, company.name))


async def typed_words(message: Message, **given: Any) -> Any:
    """Words and files; what follows is added."""
    at, incoming = here(given), read(message)
    if incoming.text.strip().lower() in LEADS_AWAY:
        return UNHANDLED
    if incoming.text.strip().lower() in _LEAVES:
        return await drop(message, **given)
    return await _add(at, incoming)


async def _add(at: Here, incoming: Incoming) -> Reply:
    if incoming.is_trifle:
        return await _check(at)
    stored = await messages.keep(
        at.session, incoming, at.place, person_id=at.actor.person_id, now=at.now
    )
    at.talk.keep(messages=[*at.talk.data["messages"], stored.id])
    return await _check(at)


async def _check(at: Here) -> Reply:
    company = await registering.company_for(at.session, at.talk.data["company"], at.actor)
    written = await _written(at)
    words = "\n".join(message.text for message in written if message.text)
    if not written:
        return answer(views.ask_words(at.t, company.name))
    found = registering.sort_out(words, office=at.office, now=at.now)
    category = category_name(at.office, found.category)
    return answer(views.check(at.t, company.name, words, category, found.urgency))


async def _written(at: Here) -> list[Stored]:
    found = [await at.session.get(Stored, one) for one in at.talk.data["messages"]]
    return [message for message in found if message is not None]


async def register(_: CallbackQuery, **given: Any) -> Reply:
    """登记."""
    at = here(given)
    if at.talk.state != WORDS or not at.talk.data["messages"]:
        return answer(views.dropped(at.t))
    company_id, visit_id = at.talk.data["company"], at.talk.data["visit"]
    company = await registering.company_for(at.session, company_id, at.actor)
    ticket = await registering.register(
        at.session, company_id, await _written(at), visit_id=visit_id, **at.by
    )
    at.talk.rest()
    return await _receipt(at, ticket, company.name, visit_id)


async def _receipt(at: Here, ticket: Ticket, name: str, visit_id: int | None) -> Reply:
    sheet = await promises_of(at.session, ticket, office=at.office, now=at.now)
    is_told = await registering.has_people(at.session, ticket)
    back = back_to_sheet(at.t, visit_id) if visit_id is not None else None
    return answer(views.done(at.t, sheet, name, is_told=is_told, back=back))


async def write_again(_: object, **given: Any) -> Reply:
    """重写: what was written is put away."""
    at = here(given)
    if at.talk.state != WORDS:
        return answer(views.dropped(at.t))
    for message in await _written(at):
        messages.blank(message, now=at.now)
    return await ask_words(at, at.talk.data["company"], visit_id=at.talk.data["visit"])


async def drop(_: object, **given: Any) -> Reply:
    """不登记."""
    at = here(given)
    if at.talk.state == WORDS:
        for message in await _written(at):
            messages.blank(message, now=at.now)
    if at.talk.state in {COMPANY, WORDS}:
        at.talk.rest()
    return answer(views.dropped(at.t))


def add_routes(routes: Routes) -> None:
    """Routes of this module."""
    routes.on_press(
        {
            views.RegisterFor: for_ticket,
            views.PickCompany: pick,
            views.NewCompany: new,
            views.Register: register,
            views.WriteAgain: write_again,
            views.DropRegistering: drop,
        },
    )
    routes.on_command({"register": begin})
    routes.on_words({COMPANY: typed_company, WORDS: typed_words}, needed={COMPANY})
