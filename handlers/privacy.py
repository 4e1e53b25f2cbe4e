"""/privacy: see, export, take back consent, erase."""

import json
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.screens import Reply, answer, fresh
from handlers.routing import Routes
from models import Person
from services import personal_data, privacy
from services.office import Office
from services.people import CONSENT_VERSION
from views import people as people_views
from views import privacy as views
from views.translations import Translator


async def show(
    _: object, session: AsyncSession, person: Person, t: Translator, office: Office
) -> Reply:
    """C17."""
    return answer(
        views.page(t, office.name, agreed_at=await _agreed_at(session, person), zone=office.zone)
    )


async def _agreed_at(session: AsyncSession, person: Person) -> datetime | None:
    consent = (await privacy.holdings(session, person)).consent
    holds = consent is not None and consent.given and consent.text_version == CONSENT_VERSION
    return consent.at if consent is not None and holds else None


async def see_all(_: object, session: AsyncSession, person: Person, t: Translator) -> Reply:
    """What is kept, counted."""
    return answer(views.everything(t, _kept(await privacy.holdings(session, person))))


def _kept(holdings: privacy.Holdings) -> views.Kept:
    return views.Kept(
        companies=holdings.companies,
        tickets=holdings.tickets,
        messages=holdings.messages,
        watches=holdings.watches,
    )


async def export(
    _: object, session: AsyncSession, person: Person, t: Translator, office: Office, now: datetime
) -> Reply:
    """Everything kept, as a file under the page."""
    data = await personal_data.export(session, person, now=now)
    content = json.dumps(data, ensure_ascii=False, indent=1).encode()
    return fresh(views.file(t, content, office.today(now)))


async def take_back(
    _: object, session: AsyncSession, person: Person, t: Translator, office: Office, now: datetime
) -> Reply:
    """Withdraw consent: one tap, as giving was."""
    await privacy.take_back_consent(session, person, now=now)
    return answer(views.page(t, office.name, agreed_at=None, zone=office.zone, first="taken_back"))


async def erase(
    _: object,
    press: views.Erase,
    session: AsyncSession,
    person: Person,
    t: Translator,
    office: Office,
    now: datetime,
) -> Reply:
    """Erase after one confirmation; open tickets come first."""
    waiting = await privacy.open_tickets(session, person)
    if waiting:
        return answer(views.open_tickets_first(t, waiting))
    if not press.sure:
        await privacy.check_may_erase(session, person)
        return answer(views.confirm_erasure(t, _kept(await privacy.holdings(session, person))))
    await privacy.erase(session, person, office=office, now=now)
    return answer(people_views.welcome(t, office.name, first="erased"))


def add_routes(routes: Routes) -> None:
    """Routes of this module."""
    routes.on_press(
        {
            views.Privacy: show,
            views.SeeAll: see_all,
            views.Export: export,
            views.TakeBack: take_back,
            views.Erase: erase,
        },
    )
    routes.on_command({"privacy": show})
