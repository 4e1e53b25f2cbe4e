"""What is said of the calendar: a file that was read, and another day for an answer."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.calendar_changes import ChangeState
from domain.errors import Refusal
from domain.screens import Screen
from models import CalendarChange, Notice, Person, Ticket
from services import calendar_changes, calendar_sheets, tickets
from services.office import Office
from services.ticket_sheets import sheet_of
from views import calendar as views
from views import errors, ticket_news
from views.translations import translator


async def calendar_file(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | None:
    """To who sent it: what the file changes, or why it was not taken."""
    change = await session.get_one(CalendarChange, notice.subject_id)
    person = await session.get_one(Person, notice.person_id)
    t = translator(person.locale)
    if change.state is ChangeState.FAULTY:
        faults = [(one.line, one.text) for one in calendar_changes.faults_of(change)]
        return views.faulty(t, change.file_name, faults)
    if change.state is not ChangeState.PROPOSED:
        return None
    try:
        sheet = await calendar_sheets.effect_of(session, change, office=office, now=now)
    except Refusal as refusal:
        change.state = ChangeState.DROPPED
        return errors.screen(t, refusal, is_private=True)
    return views.proposed(t, sheet, office.zone, today=office.today(now))


async def rescheduled(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | None:
    """To the company: another day for the answer, or none any more. Nothing when it moved again, or
    was given."""
    ticket = await session.get_one(Ticket, notice.subject_id)
    due = (await tickets.lead_task(session, ticket.id)).answer_due
    day = office.calendar.date_of(due).isoformat() if due else None
    if ticket.status not in tickets.OPEN or day != notice.details["day"]:
        return None
    person = await session.get_one(Person, notice.person_id)
    sheet = await sheet_of(session, ticket, office=office, now=now)
    return ticket_news.rescheduled(translator(person.locale), sheet, notice.details["why"])
