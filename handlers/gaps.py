"""/gaps: what companies asked for and did not get, for editors."""

from datetime import date, datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from domain.errors import NotAllowed, NotFound
from domain.screens import Reply, answer
from domain.unmet import first_of_month
from handlers.routing import Routes
from services import unmet
from services.office import Office
from views import gaps as views
from views.translations import Translator


async def this_month(
    _: object, session: AsyncSession, actor: Actor, t: Translator, office: Office, now: datetime
) -> Reply:
    """E6 of the month that runs."""
    month = first_of_month(office.today(now))
    return await _shown(session, actor, t, office, month, month)


async def show(
    _: object,
    press: views.ShowGaps,
    session: AsyncSession,
    actor: Actor,
    t: Translator,
    office: Office,
    now: datetime,
) -> Reply:
    """Another month, or one part in full."""
    month = views.as_month(press.month)
    if month is None:
        raise NotFound
    if press.part is None:
        return await _shown(session, actor, t, office, month, first_of_month(office.today(now)))
    _check_editor(actor)
    report = await unmet.report(session, office.zone, month)
    return answer(views.part(t, report, press.part, office.catalogue))


async def _shown(
    session: AsyncSession, actor: Actor, t: Translator, office: Office, month: date, this: date
) -> Reply:
    _check_editor(actor)
    report = await unmet.report(session, office.zone, month)
    return answer(views.gaps(t, report, office.catalogue, this_month=this))


def _check_editor(actor: Actor) -> None:
    if not actor.edits:
        raise NotAllowed


def add_routes(routes: Routes) -> None:
    """Routes of this module."""
    routes.on_press({views.ShowGaps: show})
    routes.on_command({"gaps": this_month})
