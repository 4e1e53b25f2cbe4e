"""What one person is reminded of: judged anew when it is said, together when it falls together.

A rung that comes due (services/ladder.py) owes a `task_reminder` to each person it is for. What
falls due for one person at the same time becomes one message.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.ladder import WHO_ACTS
from domain.reminders import Matter, Reminder, matter_of
from domain.tickets import Party, Status, Step, Urgency, is_allowed
from models import Message, Notice, Person, Task, Ticket, TicketEvent
from models.messages import Direction
from models.notices import NoticeState
from services import ladder, notice_choices, notices, staffing, standing
from services.ladder import Reached
from services.office import Office

REMINDER, FOLLOW_UP, DIGEST = "task_reminder", "follow_up", "officer_digest"
#: What is said to one person at a time, after everything else that is due.
PERSONAL = (REMINDER, FOLLOW_UP, DIGEST)
#: So many of a person's notices become one message; of more, the rest follow in another.
_TOGETHER = 100
#: A planned moment is said to be past when it comes so much later.
_MISSED = timedelta(minutes=30)
_HANDLER = frozenset({Party.HANDLER})
_DEPARTMENT = frozenset({Party.DEPARTMENT})
#: What is noted of a message that told several things.
_SAID_WITH = frozenset({"with", "told"})
_AT_WORK = (Status.IN_PROGRESS, Status.WAITING_COMPANY)


@dataclass(frozen=True, slots=True)
class Later:
    """Not now."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Reading:
    """For whom, when, in which office reminders are judged; `settled` are ids of notices that are
    said in the same breath, and so do not count as heard."""

    person: Person
    office: Office
    now: datetime
    settled: frozenset[int] = frozenset()

    @property
    def pause(self) -> timedelta:
        return self.office.catalogue.notices.pause_between


# A rung becomes reminders


async def remind_each(
    session: AsyncSession,
    notice: Notice,
    reached: Reached,
    persons: Iterable[Person],
    *,
    now: datetime,
) -> None:
    """Owe each of these persons the reminder of a rung that came due."""
    for person in persons:
        await notices.owe_notice(
            session,
            REMINDER,
            key=f"{notice.key}:{person.id}",
            due_at=now,
            now=now,
            person_id=person.id,
            subject="ticket",
            subject_id=reached.ticket.id,
            **ladder.details_of(reached.task, reached.rung, reached.due),
        )


async def last_heard(
    session: AsyncSession, reading: Reading, ticket_ids: Collection[int], *, since: datetime
) -> dict[int, datetime]:
    """When the person last heard of each of these tickets, or did something about it, since then;
    what was not heard of is left out. A moment in the future is a clock that was set back."""
    person, now = reading.person, reading.now
    acted = select(TicketEvent.ticket_id, TicketEvent.at).where(
        col(TicketEvent.ticket_id).in_(ticket_ids),
        col(TicketEvent.actor_id) == person.id,
        col(TicketEvent.at) > since,
    )
    carried = select(Message.ticket_id, Message.at).where(
        col(Message.ticket_id).in_(ticket_ids),
        col(Message.chat_id) == person.telegram_id,
        col(Message.direction) == Direction.OUT,
        col(Message.telegram_id).is_not(None),
        col(Message.at) > since,
    )
    moments = [
        *(await session.exec(acted)).all(),
        *(await session.exec(carried)).all(),
        *await _told(session, reading, since),
        *await _called(session, reading, ticket_ids, since),
    ]
    result: dict[int, datetime] = {}
    for ticket_id, at in moments:
        if ticket_id in ticket_ids and at <= now:
            result[ticket_id] = max(at, result.get(ticket_id, at))
    return result


async def _told(
    session: AsyncSession, reading: Reading, since: datetime
) -> list[tuple[int, datetime]]:
    """Tickets of which notices told the person, one by one or several in a digest."""
    statement = select(Notice).where(
        col(Notice.person_id) == reading.person.id,
        col(Notice.state) == NoticeState.SAID,
        col(Notice.done_at) > since,
    )
    found: list[tuple[int, datetime]] = []
    for notice in (await session.exec(statement)).all():
        if notice.done_at is None or notice.id in reading.settled:
            continue
        one = [notice.subject_id] if notice.subject == "ticket" and notice.subject_id else []
        found += [(id_, notice.done_at) for id_ in (*one, *notice.details.get("told", ()))]
    return found


async def _called(
    session: AsyncSession, reading: Reading, ticket_ids: Collection[int], since: datetime
) -> list[tuple[int, datetime]]:
    """Tickets about which the person was called by name in a group."""
    statement = select(Notice).where(
        col(Notice.subject) == "ticket",
        col(Notice.subject_id).in_(ticket_ids),
        col(Notice.kind).in_(ladder.KINDS),
        col(Notice.state) == NoticeState.SAID,
        col(Notice.done_at) > since,
    )
    return [
        (notice.subject_id, notice.done_at)
        for notice in (await session.exec(statement)).all()
        if notice.subject_id is not None
        and notice.done_at is not None
        and reading.person.id in notice.details.get("called", ())
    ]


# What falls due for one person


async def due_with(session: AsyncSession, notice: Notice, *, now: datetime) -> list[Notice]:
    """The notice, and what else is due for the same person."""
    statement = (
        select(Notice)
        .where(
            col(Notice.person_id) == notice.person_id,
            col(Notice.kind).in_(PERSONAL),
            col(Notice.id) != notice.id,
            col(Notice.state) == NoticeState.OPEN,
            col(Notice.due_at) <= now,
        )
        .order_by(col(Notice.due_at), col(Notice.id))
        .limit(_TOGETHER)
    )
    return [notice, *(await session.exec(statement)).all()]


async def take_apart(session: AsyncSession, notice: Notice, *, now: datetime) -> None:
    """What a notice was said with was never sent: each of them is judged once more."""
    for other_id in notice.details.get("with", ()):
        await notices.reopen(session, other_id, due_at=now)
    notice.details = {name: one for name, one in notice.details.items() if name not in _SAID_WITH}


async def quiet_until(session: AsyncSession, person_id: int, *, now: datetime) -> datetime | None:
    """Until when the person wants to hear of nothing that is not urgent."""
    choice = await notice_choices.choice_of(session, person_id)
    return choice.quiet_until if choice.quiet_until and choice.quiet_until > now else None


async def is_urgent(session: AsyncSession, notice: Notice) -> bool:
    """Whether it is about one urgent ticket: then it comes also to somebody who wants quiet."""
    ticket = await session.get(Ticket, notice.subject_id or 0)
    return notice.subject == "ticket" and ticket is not None and ticket.urgency is Urgency.URGENT


async def judge(session: AsyncSession, notice: Notice, reading: Reading) -> list[Reminder] | Later:
    """What a notice tells the person now; nothing when it makes no sense any more."""
    match notice.kind:
        case "officer_digest":
            return await _standing(session, reading)
        case "follow_up":
            return await _planned(session, notice, reading)
        case _:
            return await _on_rung(session, notice, reading)


async def _on_rung(
    session: AsyncSession, notice: Notice, reading: Reading
) -> list[Reminder] | Later:
    book = reading.office.catalogue.notices
    reached = await ladder.judge(session, notice.details, book=book, now=reading.now)
    if reached is None or not await _is_for(session, reached, reading.person):
        return []
    since = reading.now - reading.pause
    last = await last_heard(session, reading, {reached.ticket.id}, since=since)
    if last:
        return Later(last[reached.ticket.id] + reading.pause)
    return [await reminder(session, reached, reading)]


async def _is_for(session: AsyncSession, reached: Reached, person: Person) -> bool:
    """Whether the person is still one of those the rung is for."""
    persons = await staffing.recipients(session, reached.ticket, reached.task, reached.rung.to)
    return person.id in {one.id for one in persons}


async def _standing(session: AsyncSession, reading: Reading) -> list[Reminder]:
    """A digest: what was not heard of a moment ago; nothing when nothing of it is new today."""
    reached = await standing.reached_by(
        session, reading.person, office=reading.office, now=reading.now
    )
    today = reading.office.calendar.at(reading.office.today(reading.now), time())
    since = reading.now - reading.pause
    ids = {one.ticket.id for one in reached}
    last = await last_heard(session, reading, ids, since=min(today, since))
    if ids <= set(last):
        return []
    just_told = {id_ for id_, at in last.items() if at > since}
    return [
        await reminder(session, one, reading) for one in reached if one.ticket.id not in just_told
    ]


async def reminder(session: AsyncSession, reached: Reached, reading: Reading) -> Reminder:
    """A rung in plain values."""
    plain = await _plain(session, reached.ticket, reached.task, reached.due, reading)
    to_head = not set(WHO_ACTS) & set(reached.rung.to)
    return replace(plain, clock=reached.rung.clock, to_head=to_head)


async def _plain(
    session: AsyncSession, ticket: Ticket, task: Task, at: datetime, reading: Reading
) -> Reminder:
    now, calendar = reading.now, reading.office.calendar
    handler = await session.get(Person, task.handler_id) if task.handler_id else None
    is_late = task.answer_due is not None and task.answer_due < now
    return Reminder(
        ticket_id=ticket.id,
        task_id=task.id,
        number=ticket.number,
        matter=matter_of(at, now=now, zone=reading.office.zone),
        at=at,
        left=calendar.workdays_left(calendar.date_of(now), calendar.date_of(at)),
        handler=handler.name if handler else None,
        may_claim=is_allowed(Step.CLAIM, task.status, _DEPARTMENT),
        may_extend=is_allowed(Step.ASK_EXTENSION, task.status, _HANDLER) and not is_late,
    )


async def _planned(session: AsyncSession, notice: Notice, reading: Reading) -> list[Reminder]:
    """A moment that somebody chose; nothing once the task is answered. It is kept as promised, so
    that no pause holds it up."""
    task = await session.get(Task, notice.details.get("task_id") or 0)
    waited = notice.details.get("why") == "no_answer"
    if task is None or task.status not in _AT_WORK:
        return []
    if waited and task.status is not Status.WAITING_COMPANY:
        return []
    ticket = await session.get_one(Ticket, task.ticket_id)
    about = await session.get(Message, notice.details.get("message_id") or 0)
    at = await _promised_at(session, notice)
    plain = await _plain(session, ticket, task, at, reading)
    planned = replace(
        plain,
        matter=Matter.FOLLOW_UP,
        waited=waited,
        was_missed=reading.now - at > _MISSED,
        words=about.text if about else "",
    )
    return [planned]


async def _promised_at(session: AsyncSession, notice: Notice) -> datetime:
    """When it was to be said, whatever held it up since."""
    event = await session.get(TicketEvent, notice.details.get("event_id") or 0)
    said = notice.details.get("at")
    if event is not None:
        said = event.details.get("at") or event.details.get("until") or said
    return datetime.fromisoformat(said) if said else notice.due_at


async def snooze(
    session: AsyncSession, task: Task, person_id: int, *, until: datetime, now: datetime
) -> None:
    """Remind the person once more; a second tap moves the moment, it does not add another."""
    statement = select(Notice).where(
        col(Notice.person_id) == person_id,
        col(Notice.kind) == FOLLOW_UP,
        col(Notice.state) == NoticeState.OPEN,
        col(Notice.subject_id) == task.ticket_id,
    )
    for notice in (await session.exec(statement)).all():
        if notice.details.get("why") == "snooze" and notice.details["task_id"] == task.id:
            notice.details = {**notice.details, "at": until.isoformat()}
            notices.postpone(notice, until=until)
            return
    await notices.owe_notice(
        session,
        FOLLOW_UP,
        key=f"snooze:{task.id}:{person_id}:{int(now.timestamp())}",
        due_at=until,
        now=now,
        person_id=person_id,
        subject="ticket",
        subject_id=task.ticket_id,
        task_id=task.id,
        why="snooze",
        at=until.isoformat(),
    )


async def be_quiet(
    session: AsyncSession, person_id: int, *, until: datetime, now: datetime
) -> None:
    """The person wants no reminders until then, but for urgent tickets."""
    choice = await notice_choices.choose(session, person_id, now=now)
    choice.quiet_until = until


async def be_loud(session: AsyncSession, person_id: int, *, now: datetime) -> None:
    """Reminders come again; what waited for the end of the quiet is due now."""
    choice = await notice_choices.choose(session, person_id, now=now)
    until, choice.quiet_until = choice.quiet_until, None
    if until is not None:
        await _wake(session, person_id, until=until, now=now)


async def _wake(session: AsyncSession, person_id: int, *, until: datetime, now: datetime) -> None:
    statement = select(Notice).where(
        col(Notice.person_id) == person_id,
        col(Notice.kind).in_(PERSONAL),
        col(Notice.state) == NoticeState.OPEN,
        col(Notice.due_at) == until,
    )
    for notice in (await session.exec(statement)).all():
        if notice.kind != FOLLOW_UP or await _promised_at(session, notice) != until:
            notices.postpone(notice, until=now)
