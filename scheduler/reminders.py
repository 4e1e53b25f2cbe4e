"""What officers and heads are reminded of: rungs of the ladder, planned moments, half-day digests.

A rung that comes due is shared out to the persons it is for; what is due for one person at the same
time is one message, judged once more if it lay too long before it was sent.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.reminders import Reminder, in_order
from domain.screens import Screen
from models import Notice, Person, Task, Ticket
from models.notices import NoticeState
from scheduler.calls import call_in_group
from scheduler.outcomes import Elsewhere, Postponed
from services import desks, digests, ladder, messages, notices, reminders, staffing, standing
from services.ladder import Reached
from services.messages import Address
from services.office import Office
from services.reminders import Later, Reading
from views import desk_digests as digest_words
from views import desk_reminders as words
from views.translations import translator

#: A reminder that lies longer before it is sent may have been answered: it is judged again.
GOOD_FOR = timedelta(minutes=10)


async def keep_rounds(session: AsyncSession, office: Office, now: datetime) -> bool:
    """The job: the next round of digests is always owed."""
    await digests.owe_round(session, office=office, now=now)
    return False


async def digest_round(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Postponed | None:
    """A half-day begins: everybody with something to do is owed a digest, slice by slice."""
    if await digests.owe_digests(session, notice, office=office, now=now):
        return Postponed(now)
    await digests.owe_round(session, office=office, now=now)
    return None


async def on_ladder(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Postponed | Elsewhere | None:
    """A rung came due: each person it is for is reminded; those who never opened the chat are
    called by name in the group, when nobody else can be reached."""
    book = office.catalogue.notices
    reached = await ladder.judge(session, notice.details, book=book, now=now)
    if reached is None:
        return None
    persons = await staffing.recipients(session, reached.ticket, reached.task, reached.rung.to)
    within_reach = [person for person in persons if desks.can_be_reached(person)]
    if within_reach:
        await reminders.remind_each(session, notice, reached, within_reach, now=now)
        return Elsewhere()
    return await _call(session, notice, reached, persons, office=office, now=now)


async def _call(
    session: AsyncSession,
    notice: Notice,
    reached: Reached,
    persons: Sequence[Person],
    *,
    office: Office,
    now: datetime,
) -> Postponed | Elsewhere | None:
    """In the group, those who neither heard of it a moment ago nor did something about it."""
    pause = office.catalogue.notices.pause_between
    free: list[Person] = []
    again: list[datetime] = []
    for person in persons:
        reading, ids = Reading(person, office, now), {reached.ticket.id}
        last = await reminders.last_heard(session, reading, ids, since=now - pause)
        again += [at + pause for at in last.values()]
        free += [] if last else [person]
    if again and not free:
        return Postponed(min(again))
    if not free:
        return None
    notice.details = {**notice.details, "called": [person.id for person in free]}
    told = await reminders.reminder(session, reached, Reading(free[0], office, now))
    return await _call_by_name(session, told, free, office=office, now=now)


async def _call_by_name(
    session: AsyncSession,
    told: Reminder,
    persons: Sequence[Person],
    *,
    office: Office,
    now: datetime,
) -> Elsewhere | None:
    ticket = await session.get_one(Ticket, told.ticket_id)
    task = await session.get_one(Task, told.task_id)
    t = translator(office.default_locale)
    screen = words.reminder(t, [told], zone=office.zone, today=office.today(now))
    is_said = await call_in_group(session, ticket, task, persons, screen, office=office, now=now)
    return Elsewhere() if is_said else None


async def remind(
    session: AsyncSession, notice: Notice, office: Office, now: datetime
) -> Postponed | Elsewhere | None:
    """One message for everything that is due for this person now."""
    await reminders.take_apart(session, notice, now=now)
    person = await _present(session, notice)
    if person is None:
        return None
    quiet = await reminders.quiet_until(session, person.id, now=now)
    if quiet is not None and not await reminders.is_urgent(session, notice):
        return Postponed(quiet)
    due = [notice] if quiet else await reminders.due_with(session, notice, now=now)
    reading = Reading(person, office, now, frozenset(one.id for one in due))
    own = await reminders.judge(session, notice, reading)
    if isinstance(own, Later):
        return Postponed(own.until)
    if not own:
        return None
    if not desks.can_be_reached(person):
        return await _call_by_name(session, own[0], [person], office=office, now=now)
    together = await _with_others(session, own, due[1:], reading)
    screen, ticket_id = await _screen(session, in_order(together), due, reading)
    notice.details = {
        **notice.details,
        "with": [one.id for one in due[1:] if one.state is NoticeState.SAID],
        "told": sorted({one.ticket_id for one in together}),
    }
    await messages.owe(
        session,
        Address(office.bot_id, person.telegram_id),
        screen,
        now=now,
        ticket_id=ticket_id,
        good_until=now + GOOD_FOR,
        notice_id=notice.id,
    )
    return Elsewhere()


async def _present(session: AsyncSession, notice: Notice) -> Person | None:
    """Whom it is for; while they are away, their stand-in, else whoever leads. Of one ticket, never
    somebody of its company."""
    person = await session.get_one(Person, notice.person_id)
    task = await session.get(Task, notice.details.get("task_id") or 0)
    heir: Person | None = next(iter(await staffing.present(session, [person])), person)
    if task is not None:
        ticket = await session.get_one(Ticket, task.ticket_id)
        heir = await staffing.who_hears(session, ticket, task, person)
    if heir is not None:
        notice.person_id = heir.id
    return heir


async def _with_others(
    session: AsyncSession, own: list[Reminder], others: Sequence[Notice], reading: Reading
) -> list[Reminder]:
    """Whatever else is to be said now is said with it; what is not, waits for its own turn."""
    told = list(own)
    for other in others:
        judged = await reminders.judge(session, other, reading)
        if not isinstance(judged, Later) and judged:
            told += judged
            notices.settle(other, NoticeState.SAID, now=reading.now)
    return told


async def _screen(
    session: AsyncSession, told: list[Reminder], due: Sequence[Notice], reading: Reading
) -> tuple[Screen, int | None]:
    """What concerns one task, with its one-tap answers, or a digest; and the ticket it is about."""
    person, office, now = reading.person, reading.office, reading.now
    t, today = translator(person.locale), office.today(now)
    if len({one.task_id for one in told}) == 1:
        return words.reminder(t, told, zone=office.zone, today=today), told[0].ticket_id
    ids = frozenset(one.task_id for one in told)
    every, fine = await standing.others_of(session, person, ids, office=office, now=now)
    is_round = any(one.kind == reminders.DIGEST for one in due)
    screen = digest_words.digest(
        t,
        told,
        zone=office.zone,
        now=now,
        every=every,
        fine=fine if is_round else 0,
    )
    return screen, None
