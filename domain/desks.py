"""What a desk card says, as plain values, and what the bot must be allowed to do in a desk."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.facts import Option, Span
from domain.tickets import Category, Outcome, Status, Step, TaskRole, Urgency
from domain.words import Words

#: Lines of a list of tickets on one screen.
PAGE = 6


class Right(StrEnum):
    """What can be missing in a desk's group; the last two are the Bot API's own words.

    `PRESENT`: the bot was removed. `ADMIN`: an ordinary member, it does not see what is written.
    `FORUM`: topics were turned off.
    """

    PRESENT = "present"
    ADMIN = "admin"
    FORUM = "forum"
    TOPICS = "can_manage_topics"
    PIN = "can_pin_messages"


class Shelf(StrEnum):
    """The parts of an officer's queue."""

    WAITING = "waiting"
    MINE = "mine"
    TODAY = "today"
    OVERDUE = "overdue"
    COMPANY = "company"


@dataclass(frozen=True, slots=True)
class LastStep:
    """The newest line of the history; `who` is None for the system."""

    step: Step
    at: datetime
    who: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Share:
    """Another department's part of the same ticket; `may_open`: its card is the viewer's too.

    `item` is the errand of a bundle that it is.
    """

    task_id: int
    department: Words
    status: Status
    handler: str | None
    may_open: bool = False
    item: Words | None = None


@dataclass(frozen=True, slots=True)
class CompanyLine:
    """Who asks, as an officer needs it; unknown facts are None. `revenue` in 万元.

    `size_classes` are those still possible, the smallest first.
    """

    name: str
    size_classes: tuple[Option, ...] = ()
    employees: Span | None = None
    revenue: Span | None = None
    revenue_year: int | None = None


@dataclass(frozen=True, slots=True)
class DeskCard:
    """Everything on the card of one task. Moments are UTC; `days_left` are working days.
    `stand_in` acts for the handler now; `provisional`: the calendar up to the answer may change.

    `steps` are those of the viewer; `wanted` is the department that has no officer and no desk;
    `item` is the errand of a bundle that this task is. `registered_by` names the officer who
    wrote it down for the company, `visited_on` is the day of the visit at which it was. `led` are
    the numbers of other companies' tickets that are answered with this one, `led_by` the one with
    which it is answered, `alike` those that say the same.
    """

    ticket_id: int
    task_id: int
    number: str
    status: Status
    urgency: Urgency
    danger: bool
    category: Category
    category_name: Words
    department: Words
    words: str
    files: tuple[tuple[str, int | None], ...]
    asker: str
    company: CompanyLine | None
    locale: str
    contact: tuple[str, str] | None
    handler: str | None
    accepted_at: datetime | None
    accept_due: datetime | None
    contacted_at: datetime | None
    contact_due: datetime | None
    answer_due: datetime | None
    days_left: int | None
    is_paused: bool
    outcome: Outcome | None
    last: LastStep | None
    follow_up_at: datetime | None
    others: tuple[Share, ...]
    role: TaskRole
    round: int
    was_edited: bool
    wanted: Words | None
    merged_into: str | None
    steps: frozenset[Step]
    by_agent: bool = False
    stand_in: str | None = None
    provisional: bool = False
    item: Words | None = None
    registered_by: str | None = None
    visited_on: date | None = None
    led: tuple[str, ...] = ()
    led_by: str | None = None
    alike: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """The running number, which is how officers name a ticket."""
        return self.number.rpartition("-")[2]

    def is_overdue(self, now: datetime) -> bool:
        """Whether the answer should have been given by now."""
        running = self.outcome is None and not self.is_paused
        return running and self.answer_due is not None and self.answer_due < now


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One ticket in a list: enough to choose it. `due` is the next clock that still runs."""

    task_id: int
    number: str
    name: str
    status: Status
    urgency: Urgency
    category_name: Words
    handler: str | None
    due: datetime | None
    is_overdue: bool

    @property
    def short(self) -> str:
        return self.number.rpartition("-")[2]


@dataclass(frozen=True, slots=True)
class Found:
    """What was looked for, and what fits. `may_turn`: pages can be turned, else only one is shown;
    `is_all`: nothing was left out."""

    words: str
    lines: tuple[QueueLine, ...]
    page: int = 0
    may_turn: bool = True
    is_all: bool = True

    @property
    def shown(self) -> tuple[QueueLine, ...]:
        return self.lines[self.page * PAGE : (self.page + 1) * PAGE]

    @property
    def has_more(self) -> bool:
        return self.may_turn and (self.page + 1) * PAGE < len(self.lines)


@dataclass(frozen=True, slots=True)
class TopicSign:
    """How a ticket's forum topic is marked. `title` says the state in words, at most 128
    characters; `icon` is an emoji that says it again, and may be missing on the screen."""

    title: str
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Queue:
    """A page (counted from 0) of one shelf, and how many tasks stand on every one."""

    shelf: Shelf
    page: int
    counts: Mapping[Shelf, int]
    lines: tuple[QueueLine, ...]

    @property
    def has_more(self) -> bool:
        return (self.page + 1) * PAGE < self.counts[self.shelf]
