"""Yearly duties, titles that end and windows, judged again when they come due."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.screens import Screen
from models import Company, Notice
from services import people, seasons
from services.office import Office
from services.policy_contacts import Contact
from views import seasons as views
from views.translations import translator


async def duty_due(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | None:
    """A duty that is open and not done, or, once, that its end has passed."""
    company, contact = await seasons.recipient(session, notice)
    if company is None or contact is None:
        return None
    today = office.today(now)
    duty = await seasons.duty_of(session, notice, company, office=office, today=today)
    if duty is None:
        return None
    told = await _told(session, notice, company, contact)
    t = translator(contact.person.locale)
    return views.duty(t, told, duty, today=today, calendar=office.calendar)


async def title_ends(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | None:
    """A title that ends before long and was neither renewed nor given up."""
    company, contact = await seasons.recipient(session, notice)
    if company is None or contact is None:
        return None
    today = office.today(now)
    title = await seasons.title_of(session, notice, company, office=office, today=today)
    if title is None:
        return None
    told = await _told(session, notice, company, contact)
    t = translator(contact.person.locale)
    return views.title(t, told, title, today=today)


async def window(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | None:
    """A measure that fits has opened, or closes soon."""
    company, contact = await seasons.recipient(session, notice)
    if company is None or contact is None:
        return None
    today = office.today(now)
    found = await seasons.window_of(session, notice, company, contact, office=office, today=today)
    if found is None:
        return None
    measure, state = found
    told = await _told(session, notice, company, contact)
    t = translator(contact.person.locale)
    key = next(reason for reason, kind in seasons.WINDOWS.items() if kind == notice.kind)
    return views.window(t, told, key, measure, state, today=today, calendar=office.calendar)


async def _told(
    session: AsyncSession, notice: Notice, company: Company, contact: Contact
) -> views.Told:
    """The contact of the moment hears; who speaks for several reads which company it is about."""
    notice.person_id = contact.person.id
    links = await people.open_memberships(session, contact.person.id)
    several = len({link.company_id for link in links if link.company_id}) > 1
    return views.Told(notice.id, company.name if several else None)
