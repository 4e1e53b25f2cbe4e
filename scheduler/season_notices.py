"""Yearly duties, titles that end and windows, judged again when they come due."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.screens import Screen
from models import Notice
from services import people, seasons
from services.office import Office
from services.seasons import Recipient
from views import seasons as views
from views.translations import Translator, translator


async def duty_due(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | None:
    """A duty that is open and not done, or, once, that its end has passed."""
    to = await seasons.recipient(session, notice)
    if to is None:
        return None
    today = office.today(now)
    duty = await seasons.duty_of(session, notice, to.company, office=office, today=today)
    if duty is None:
        return None
    t, told = await _told(session, notice, to)
    return views.duty(t, told, duty, today=today, calendar=office.calendar)


async def title_ends(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | None:
    """A title that ends before long and was neither renewed nor given up."""
    to = await seasons.recipient(session, notice)
    if to is None:
        return None
    today = office.today(now)
    title = await seasons.title_of(session, notice, to.company, office=office, today=today)
    if title is None:
        return None
    t, told = await _told(session, notice, to)
    return views.title(t, told, title, today=today)


async def window(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | None:
    """A measure that fits has opened, or closes soon."""
    to = await seasons.recipient(session, notice)
    if to is None:
        return None
    today = office.today(now)
    found = await seasons.window_of(session, notice, *to, office=office, today=today)
    if found is None:
        return None
    measure, state = found
    t, told = await _told(session, notice, to)
    key = next(reason for reason, kind in seasons.WINDOWS.items() if kind == notice.kind)
    return views.window(t, told, key, measure, state, today=today, calendar=office.calendar)


async def _told(
    session: AsyncSession, notice: Notice, to: Recipient
) -> tuple[Translator, views.Told]:
    """The contact of the moment hears; who speaks for several reads which company it is about."""
    person = to.contact.person
    notice.person_id = person.id
    links = await people.open_memberships(session, person.id)
    several = len({link.company_id for link in links if link.company_id}) > 1
    return translator(person.locale), views.Told(notice.id, to.company.name if several else None)
