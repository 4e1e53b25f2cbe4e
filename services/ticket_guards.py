"""What must hold for a step besides party and status, read from the history."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from domain.errors import ChangedMeanwhile, NotFound, Refusal
from domain.tickets import REDOS, Guard, Step
from models import Task, Ticket, TicketEvent
from services.office import Office
from services.ticket_queries import DUTY

#: So long a word to the company, a claim or an answer can be taken back before anybody hears of it.
SECOND_THOUGHTS = timedelta(seconds=60)
#: A task can be bounced until the close of so many working days after it was handed over.
BOUNCE_WITHIN = 1
#: Why a task went back to the queue of the department that had it already.
HANDLER_LEFT = "handler_left"
_HANDED_OVER = frozenset({Step.DISPATCH, Step.ROUTE, Step.DECIDE_BOUNCE, Step.REOPEN})


class TooLate(Refusal):
    """The time to change this is over. Facts: number."""

    code: ClassVar[str] = "too_late"


class BounceTooLate(Refusal):
    """More than a working day since the department got it. Facts: number."""

    code: ClassVar[str] = "bounce_too_late"


class BouncedAlready(Refusal):
    """It was bounced once in this round; the duty desk's word stands. Facts: number."""

    code: ClassVar[str] = "bounced_already"


class NobodyToBounceTo(Refusal):
    """The duty desk dispatches what it has. Facts: number."""

    code: ClassVar[str] = "nobody_to_bounce_to"


class AskedForTime(Refusal):
    """A request for more time waits for the head. Facts: number."""

    code: ClassVar[str] = "asked_for_time"


class ExtensionDecided(ChangedMeanwhile):
    """Somebody decided on the request for more time already. Facts: number."""

    code: ClassVar[str] = "extension_decided"


class LedElsewhere(Refusal):
    """It is answered together with another ticket; this is done there. Facts: number."""

    code: ClassVar[str] = "led_elsewhere"


class NoRedoLeft(Refusal):
    """It was done again twice; what follows is for a person to say. Facts: number."""

    code: ClassVar[str] = "no_redo_left"


_REFUSALS: dict[Guard, type[Refusal]] = {
    Guard.ON_ITS_OWN: LedElsewhere,
    Guard.WITHIN_A_MINUTE: TooLate,
    Guard.JUST_ANSWERED: TooLate,
    Guard.OF_A_DEPARTMENT: NobodyToBounceTo,
    Guard.FIRST_BOUNCE: BouncedAlready,
    Guard.UNDECIDED: BouncedAlready,
    Guard.LATELY_HANDED_OVER: BounceTooLate,
    Guard.BEFORE_DUE: TooLate,
    Guard.NO_TIME_ASKED: AskedForTime,
    Guard.TIME_ASKED: ExtensionDecided,
    Guard.REDO_LEFT: NoRedoLeft,
    Guard.JOINED: NotFound,
}


def refusal(guards: Collection[Guard], ticket: Ticket) -> Refusal:
    """The refusal for the first of these guards, in the order of the enumeration."""
    first = next(guard for guard in _REFUSALS if guard in guards)
    return _REFUSALS[first](number=ticket.number)


def unmet_guards(
    ticket: Ticket, task: Task, history: Sequence[TicketEvent], *, now: datetime, office: Office
) -> frozenset[Guard]:
    """The guards that do not hold now; `history` is the whole ticket's, the oldest line first."""
    own = this_round([event for event in history if event.task_id == task.id])
    taken = {event.step for event in own}
    is_asked = _asks_for_time(own)
    held = {
        Guard.WITHIN_A_MINUTE: now - (task.accepted_at or now) <= SECOND_THOUGHTS,
        Guard.JUST_ANSWERED: task.answered_at is not None
        and now - task.answered_at < SECOND_THOUGHTS,
        Guard.OF_A_DEPARTMENT: task.department != DUTY,
        Guard.LATELY_HANDED_OVER: now <= bounceable_until(task, own, office),
        Guard.FIRST_BOUNCE: Step.BOUNCE not in taken,
        Guard.UNDECIDED: Step.DECIDE_BOUNCE not in taken,
        Guard.BEFORE_DUE: task.answer_due is None or now <= task.answer_due,
        Guard.NO_TIME_ASKED: not is_asked,
        Guard.TIME_ASKED: is_asked,
        Guard.REDO_LEFT: redos(history) < REDOS,
        Guard.ON_ITS_OWN: ticket.joined_to is None,
        Guard.JOINED: ticket.joined_to is not None,
    }
    return frozenset(guard for guard, holds in held.items() if not holds)


def _asks_for_time(own: Sequence[TicketEvent]) -> bool:
    """Whether the newest word about more time is a request."""
    words = {Step.ASK_EXTENSION, Step.EXTEND, Step.REFUSE_EXTENSION}
    said = [event.step for event in own if event.step in words]
    return said[-1:] == [Step.ASK_EXTENSION]


def this_round(history: Sequence[TicketEvent]) -> list[TicketEvent]:
    """What happened since it was last opened again, that line included."""
    starts = [at for at, event in enumerate(history) if event.step is Step.REOPEN]
    return list(history[starts[-1] :] if starts else history)


def bounceable_until(task: Task, own: Sequence[TicketEvent], office: Office) -> datetime:
    """The close of the working day after the department got the task."""
    handed = [e.at for e in own if e.step in _HANDED_OVER and e.why != HANDLER_LEFT]
    return office.calendar.add_workdays(handed[-1] if handed else task.dispatched_at, BOUNCE_WITHIN)


def redos(history: Sequence[TicketEvent]) -> int:
    """How often the company had it opened again; what the office reopened itself does not count."""
    return sum(event.step is Step.REOPEN and bool(event.details.get("redo")) for event in history)
