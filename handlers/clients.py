"""An agent says for whom it asks: one draft per client, each apart."""

from dataclasses import replace
from typing import Any

from domain.screens import Reply, answer
from handlers import fact_checks, lists
from handlers.routing import Routes
from handlers.sittings import Sitting, sit
from services import clients, people
from services.sittings import CHECK, CLIENT, WHOM
from views import clients as views
from views.translations import Translator

STAFF = "staff"
"""The value of asks_as of somebody who works there."""


async def show(_: object, t: Translator, **given: Any) -> Reply:
    """替谁问, from the menu or to change the client."""
    return await _whom(sit(given), t, page=0)


async def show_page(_: object, press: views.ShowClients, t: Translator, **given: Any) -> Reply:
    """Another page of the clients."""
    return await _whom(sit(given), t, page=press.page)


async def ask_whom(text: str, t: Translator, **given: Any) -> Reply:
    """替谁问 comes before anything that an agent said is taken for anybody's facts."""
    sitting = sit(given)
    sitting.turn_to(WHOM, draft=True, texts=[text])
    return await _whom(sitting, t, page=0)


async def _whom(sitting: Sitting, t: Translator, *, page: int) -> Reply:
    found = await clients.clients_of(sitting.session, sitting.actor)
    return answer(views.whom(t, found, sitting.actor.company_id, page))


async def choose(_: object, press: views.ChooseClient, t: Translator, **given: Any) -> Reply:
    """One of one's clients: what waits is said of it."""
    sitting = sit(given)
    sitting.actor = people.use_company(sitting.person, sitting.actor, press.company_id)
    return await _go_on(sitting, t)


async def ask_name(_: object, t: Translator, **given: Any) -> Reply:
    """新客户."""
    sit(given).turn_to(CLIENT)
    return answer(views.ask_name(t))


async def typed_name(text: str, t: Translator, **given: Any) -> Reply:
    """The name of a new client."""
    return await _new(sit(given), t, text)


async def unnamed(_: object, t: Translator, **given: Any) -> Reply:
    """先不写."""
    return await _new(sit(given), t, "")


async def _new(sitting: Sitting, t: Translator, name: str) -> Reply:
    """With consent the client is kept at once; else its name waits with the draft."""
    if sitting.actor.consented:
        await sitting.begin_client(name)
        return await _go_on(sitting, t)
    sitting.turn_to(CHECK, draft=True, client=name)
    return await _go_on(sitting, t)


async def _go_on(sitting: Sitting, t: Translator) -> Reply:
    """What was said before is checked; else the client's list, or an invitation to describe it."""
    if sitting.texts or sitting.rows:
        sitting.turn_to(CHECK, draft=True)
        return await fact_checks.check(sitting, t)
    match = await sitting.match()
    if match.is_empty:
        sitting.turn_to(CHECK, draft=True)
        return answer(views.describe(t, match.company))
    sitting.rest()
    return await lists.first_page(sitting, t)


async def own(_: object, t: Translator, **given: Any) -> Reply:
    """是我们自己的企业: the words count for one's own company."""
    sitting = sit(given)
    mine = sitting.actor.company_ids - sitting.actor.client_ids
    sitting.actor = replace(sitting.actor, company_id=max(mine, default=None))
    sitting.person.active_company_id = sitting.actor.company_id
    if not (sitting.texts or sitting.rows):
        sitting.rest()
        return await lists.first_page(sitting, t)
    sitting.turn_to(CHECK, draft=True)
    await sitting.say("asks_as", STAFF)
    return await fact_checks.check(sitting, t)


def add_routes(routes: Routes) -> None:
    """Routes of this module."""
    routes.on_press(
        {
            views.ShowClients: show_page,
            views.ChooseClient: choose,
            views.NewClient: ask_name,
            views.UnnamedClient: unnamed,
            views.OwnCompany: own,
        },
    )
    routes.on_command({"clients": show})
