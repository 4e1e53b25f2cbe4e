"""The answer to a ticket, the call-back that follows it, and what ends with it."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import ClassVar

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from domain.bundles import joint_outcome
from domain.errors import Refusal
from domain.tickets import Outcome, Status, Step
from models import Message, Task, Ticket, TicketEvent
from services import messages, notices
from services.office import Office
from services.ticket_guards import SECOND_THOUGHTS, this_round
from services.ticket_leads import joined_cases, led_cases
from services.ticket_queries import company_people
from services.ticket_steps import By, Case, open_for, record, tell_company
from services.ticket_words import hold_back, relay, say_to_led, speak, unhear


class NothingSent(Refusal):
    """The company has never heard from the office, so there is nothing to resolve with."""

    code: ClassVar[str] = "nothing_sent"


async def resolve(
    session: AsyncSession,
    task_id: int,
    *,
    outcome: Outcome,
    actor: Actor,
    now: datetime,
    office: Office,
    message: Message | None = None,
) -> Task:
    """The answer. NothingSent when the company has not heard a word yet and gets none now.

    With the last open task the company is called back; before that it reads the answer as news.
    """
    by = By(actor, now, office)
    case = await open_for(session, task_id, Step.RESOLVE, by)
    led = await led_cases(session, case)
    for each in (case, *led):
        if message is None and not _was_spoken_to(each, outcome):
            raise NothingSent
    await _answer(session, case, outcome, message, by)
    if case.ticket.status is Status.ANSWERED:
        for each in led:
            await _answer_with(session, each, outcome, message, by)
    elif message is not None:
        await say_to_led(session, case, message, by, wait=SECOND_THOUGHTS)
    return case.task


async def _answer(
    session: AsyncSession, case: Case, outcome: Outcome, message: Message | None, by: By
) -> None:
    case.task.outcome, case.task.answered_at = outcome, by.now
    if message is None:
        event = await record(session, case, Step.RESOLVE, by, why=outcome)
    else:
        event = await speak(session, case, Step.RESOLVE, message, "answer", by, why=outcome)
    if case.ticket.status is Status.ANSWERED:
        await _call_back(session, case, event, message, by.office)
    elif message is not None:
        await relay(session, case, event, message.id, wait=SECOND_THOUGHTS)


async def _answer_with(
    session: AsyncSession, led: Case, outcome: Outcome, message: Message | None, by: By
) -> None:
    """Another company's ticket gets the same answer, as its own."""
    words = await messages.copy(session, message, led.ticket.id) if message is not None else None
    await _answer(session, led, outcome, words, by)


async def take_back_answer(
    session: AsyncSession, task_id: int, *, actor: Actor, now: datetime, office: Office
) -> Task:
    """撤销 within the minute, before the company hears of it: the words stay inside as a note, and
    the task goes on. TooLate afterwards."""
    by = By(actor, now, office)
    case = await open_for(session, task_id, Step.UNRESOLVE, by)
    said_at = case.task.answered_at or now
    for each in (case, *await joined_cases(session, case)):
        await _take_back(session, each, said_at, by)
    return case.task


async def _take_back(session: AsyncSession, case: Case, said_at: datetime, by: By) -> None:
    """Where it was the last word, the ticket goes on; elsewhere it was news that is not said."""
    held = await hold_back(session, case, said_at=said_at, by=by)
    unhear(case.task, said_at=said_at)
    message_id = held[0].id if held else None
    if case.task.answered_at != said_at:
        await record(session, case, Step.NOTE, by, why="taken_back", message_id=message_id)
        return
    case.task.outcome = case.task.answered_at = case.ticket.outcome = None
    await notices.drop(
        session,
        subject="ticket",
        subject_id=case.ticket.id,
        kinds=("close_unanswered", "rating_reminder"),
        now=by.now,
    )
    await record(session, case, Step.UNRESOLVE, by, message_id=message_id)


def _was_spoken_to(case: Case, outcome: Outcome) -> bool:
    """An attempt to phone is enough only for somebody who cannot be reached."""
    if case.task.contacted_at is not None:
        return True
    spoken = {Step.REPLY, Step.ASK_BACK}
    if outcome is Outcome.UNREACHABLE:
        spoken.add(Step.CALL)
    return any(event.step in spoken for event in case.history)


async def _call_back(
    session: AsyncSession, case: Case, event: TicketEvent, message: Message | None, office: Office
) -> None:
    """回访: ask the company whether it is solved; without a word it closes after seven days."""
    ticket = case.ticket
    ticket.outcome = _outcome_of(case)
    await tell_company(
        session,
        ticket,
        "ticket_answered",
        event,
        wait=SECOND_THOUGHTS,
        message_id=message.id if message else None,
        round=ticket.round,
    )
    await _owe_close(session, ticket, event, office)
    told = await company_people(session, ticket)
    if told:
        days = timedelta(days=office.catalogue.notices.call_back.remind)
        await remind_of_rating(session, ticket, told[0].id, days=days, now=event.at, office=office)


async def close_later(
    session: AsyncSession, case: Case, event: TicketEvent, office: Office
) -> None:
    """The company wrote after the answer: the days of silence are counted anew, the first time."""
    written = _written_after_answer(case.history)
    if [each.id for each in written] == [event.id]:
        await _owe_close(session, case.ticket, event, office)


async def _owe_close(
    session: AsyncSession, ticket: Ticket, event: TicketEvent, office: Office
) -> None:
    told = await company_people(session, ticket)
    await notices.owe_notice(
        session,
        "close_unanswered",
        key=f"close_unanswered:{event.id}",
        due_at=closing_moment(event.at, office),
        now=event.at,
        person_id=told[0].id if told else ticket.person_id,
        subject="ticket",
        subject_id=ticket.id,
        round=ticket.round,
    )


def silent_until(history: Sequence[TicketEvent], office: Office) -> datetime:
    """When silence about the answer closes the ticket; `history` holds an answer."""
    written = _written_after_answer(history)
    return closing_moment((written or _answers(history)[-1:])[0].at, office)


def _answers(history: Sequence[TicketEvent]) -> list[TicketEvent]:
    return [event for event in this_round(history) if event.step is Step.RESOLVE]


def _written_after_answer(history: Sequence[TicketEvent]) -> list[TicketEvent]:
    """What the company added once the last share was answered."""
    last = _answers(history)[-1]
    return [each for each in history if each.step is Step.ADD and each.id > last.id]


def _outcome_of(case: Case) -> Outcome | None:
    """The lead's; of a bundle, in which nobody answers for the others, that of all parts."""
    if case.ticket.bundle is None:
        return case.lead.outcome
    return joint_outcome(task.outcome for task in case.tasks)


async def remind_of_rating(
    session: AsyncSession,
    ticket: Ticket,
    person_id: int,
    *,
    days: timedelta,
    now: datetime,
    office: Office,
) -> date:
    """Owe a reminder that the answer still waits for a rating; the day it is to be said on."""
    day = office.today(now) + days
    await notices.owe_notice(
        session,
        "rating_reminder",
        key=f"rating_reminder:{ticket.id}:{ticket.round}:{day}",
        due_at=office.calendar.at(day, office.catalogue.notices.call_back.at),
        now=now,
        person_id=person_id,
        subject="ticket",
        subject_id=ticket.id,
        round=ticket.round,
    )
    return day


def closing_moment(answered_at: datetime, office: Office) -> datetime:
    """The end of the last day on which the company may still say something: then it closes."""
    days = office.catalogue.notices.call_back.close
    day = office.today(answered_at) + timedelta(days=days + 1)
    return office.calendar.at(day, time())


async def close(session: AsyncSession, case: Case, *, now: datetime) -> None:
    """What was still to be said about a ticket makes no sense once it is closed."""
    case.ticket.closed_at = now
    await notices.drop(
        session,
        subject="ticket",
        subject_id=case.ticket.id,
        kinds=("follow_up", "ticket_taken", "ticket_asked_back", "close_unanswered"),
        now=now,
    )
