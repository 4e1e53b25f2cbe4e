"""What an officer is reminded of, as plain values, and in which order it is told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from zoneinfo import ZoneInfo

from domain.deadlines import Clock


class Matter(IntEnum):
    """What makes somebody act, the most pressing first."""

    LATE = 0
    TODAY = 1
    FOLLOW_UP = 2
    SOON = 3


@dataclass(frozen=True, slots=True)
class Reminder:
    """One thing to be reminded of. `at` (UTC) is when a clock ends or ended, or the moment that was
    planned; `left` are the working days till then; `clock` is None for a follow-up. `waited`: the
    company's time to answer is over; `was_missed`: that was a while ago, nothing could be said.

    `to_head`: for somebody above the handler. `words` are the officer's own.
    """

    ticket_id: int
    task_id: int
    number: str
    matter: Matter
    at: datetime
    left: int = 0
    clock: Clock | None = None
    handler: str | None = None
    to_head: bool = False
    may_claim: bool = False
    may_extend: bool = False
    waited: bool = False
    was_missed: bool = False
    words: str = ""

    @property
    def is_late(self) -> bool:
        return self.matter is Matter.LATE

    @property
    def short(self) -> str:
        """The running number, which is how officers name a ticket."""
        return self.number.rpartition("-")[2]


def matter_of(due: datetime, *, now: datetime, zone: ZoneInfo) -> Matter:
    """How pressing a clock is that ends at `due`."""
    if due <= now:
        return Matter.LATE
    return Matter.TODAY if _day(due, zone) == _day(now, zone) else Matter.SOON


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


#: Promises that mean nothing any more once the answer is overdue.
_BEFORE_THE_ANSWER = frozenset({Clock.CONTACT, Clock.INTERIM})


def in_order(reminders: Iterable[Reminder]) -> list[Reminder]:
    """What is overdue first, then by the hour; each clock of a task once, and of an overdue answer
    not also the contact that was due before it."""
    ordered = sorted(reminders, key=lambda one: (one.matter, one.at, one.number))
    unanswered = {one.task_id for one in ordered if one.clock is Clock.ANSWER and one.is_late}
    told: dict[tuple[int, Clock | None], Reminder] = {}
    for one in ordered:
        if one.task_id not in unanswered or one.clock not in _BEFORE_THE_ANSWER:
            told.setdefault((one.task_id, one.clock), one)
    return list(told.values())
