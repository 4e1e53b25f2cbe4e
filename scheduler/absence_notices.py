"""What is said of leave, of standing in and of handing over."""

from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.absences import OPEN_ABSENCES, AbsenceState
from domain.screens import Screen
from models import Absence, Notice, Person, Task, Ticket
from scheduler.outcomes import Elsewhere
from services import absences, hand_over, tickets
from services.office import Office
from services.ticket_sheets import sheet_of
from views import absences as views
from views import ticket_news
from views.translations import Translator, translator


async def turn(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Elsewhere | None:
    """Leave begins or ends by itself."""
    turned = await absences.turn(session, notice.subject_id or 0, now=now, office=office)
    return Elsewhere() if turned else None


async def _told(session: AsyncSession, notice: Notice) -> tuple[Absence, str, Translator]:
    """The leave, whose it is, and the reader's language."""
    absence = await session.get_one(Absence, notice.subject_id)
    reader = await session.get_one(Person, notice.person_id)
    person = await session.get_one(Person, absence.person_id)
    return absence, person.name, translator(reader.locale)


async def _in_hand(session: AsyncSession, absence: Absence) -> int:
    return len(await hand_over.open_work(session, absence.person_id))


async def stand_in_named(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | None:
    """Asked to stand in; nothing when somebody else was chosen or it is over."""
    absence, whose, t = await _told(session, notice)
    if absence.stand_in_id != notice.person_id or absence.state not in OPEN_ABSENCES:
        return None
    return views.asked_to_stand_in(
        t,
        absence.id,
        whose,
        absences.leave_of(absence),
        in_hand=await _in_hand(session, absence),
        today=office.today(now),
    )


async def stand_in_begins(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | None:
    """The first morning of standing in."""
    absence, whose, t = await _told(session, notice)
    if absence.stand_in_id != notice.person_id or absence.state is not AbsenceState.AWAY:
        return None
    leave, in_hand = absences.leave_of(absence), await _in_hand(session, absence)
    return views.begins(t, whose, leave, in_hand=in_hand, today=office.today(now))


async def stand_in_wanted(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | None:
    """To who leads, while nobody stands in."""
    absence, whose, t = await _told(session, notice)
    if absence.stand_in_id is not None or absence.state not in OPEN_ABSENCES:
        return None
    leave = absences.leave_of(absence)
    return views.wanted(
        t,
        absence.id,
        whose,
        leave,
        await absences.free_colleagues(session, absence.person_id, leave),
        in_hand=await _in_hand(session, absence),
        today=office.today(now),
    )


async def stand_in_declined(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | None:
    """To who is away; nothing once somebody else stands in."""
    absence, _, t = await _told(session, notice)
    if absence.stand_in_id is not None or absence.state not in OPEN_ABSENCES:
        return None
    who = await session.get_one(Person, notice.details["who"])
    return views.declined(t, who.name, absences.leave_of(absence), today=office.today(now))


async def absence_over(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | None:
    """To both, when it ended; to the stand-in, when it never began."""
    absence, whose, t = await _told(session, notice)
    is_own = notice.person_id == absence.person_id
    if absence.state is AbsenceState.CANCELLED and not is_own:
        return views.not_needed(t, whose, absences.leave_of(absence), today=office.today(now))
    if absence.state is not AbsenceState.OVER:
        return None
    return views.over(t, None if is_own else whose, in_hand=await _in_hand(session, absence))


# Handing over


async def handed_over(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Screen | None:
    """To the company: who has it now; nothing when somebody else does, or it was answered."""
    ticket = await session.get_one(Ticket, notice.subject_id)
    task = await session.get_one(Task, notice.details["task_id"])
    is_still = task.handler_id == notice.details["handler_id"] and task.role == "lead"
    if not is_still or ticket.status not in tickets.OPEN:
        return None
    person = await session.get_one(Person, notice.person_id)
    sheet = await sheet_of(session, ticket, office=office, now=now)
    return ticket_news.handed_over(translator(person.locale), sheet)


async def tasks_handed_over(
    session: AsyncSession, notice: Notice, _office: Office, _now: datetime
) -> Screen | None:
    """To the colleague: one message for all of them."""
    numbers, whose, t = await _moved(session, notice)
    return views.received(t, whose, numbers) if numbers else None


async def tasks_returned(
    session: AsyncSession, notice: Notice, _office: Office, _now: datetime
) -> Screen | None:
    """To who leads: what waits in the queue again."""
    numbers, whose, t = await _moved(session, notice)
    return views.returned(t, whose, numbers) if numbers else None


async def _moved(session: AsyncSession, notice: Notice) -> tuple[list[str], str, Translator]:
    """Numbers of those that are still open, who left them, and the reader's language."""
    statement = (
        select(Ticket.number)
        .where(col(Ticket.id).in_(notice.details["tickets"]), col(Ticket.status).in_(tickets.OPEN))
        .order_by(col(Ticket.id))
    )
    numbers = list((await session.exec(statement)).all())
    left = await session.get_one(Person, notice.subject_id)
    reader = await session.get_one(Person, notice.person_id)
    return numbers, left.name, translator(reader.locale)
