"""What a company reads of its ticket, gathered into plain values for the views."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain.tickets import (
    Category,
    Guard,
    Outcome,
    Party,
    Solved,
    Status,
    Step,
    Urgency,
    allowed_steps,
)
from domain.words import Words


@dataclass(frozen=True, slots=True)
class Promise:
    """By when something is due, as a company reads it.

    `day` is the office's; `at` is given where the limit runs in hours. `days_left` counts working
    days after today. `provisional`: the calendar on the way there may still change.
    """

    day: date
    at: datetime | None
    days_left: int
    is_over: bool
    provisional: bool


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One step, in words that need no look-up any more.

    `who` is None for the system; `mine` when the reader's own side did it. `values` hold what the
    wording of the step names: department, category, urgency, outcome, person, until.
    """

    at: datetime
    step: Step
    why: str = ""
    who: str | None = None
    mine: bool = False
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PartLine:
    """One errand of a bundle: where it stands, who has it, by when it is answered."""

    task_id: int
    name: Words
    status: Status
    handler: str | None = None
    answer: Promise | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class TicketSheet:
    """One ticket, as its company may know it.

    `department` is None while nobody confirmed it (由企业服务专班转办). `office_said` is the newest
    word of the office, `asked` the open question with the day its answer is asked for; `unmet`
    keeps the company from a step besides the status. Of a bundle all `parts` are given; `part` is
    the one that department, handler and promises are of.
    """

    id: int
    number: str
    status: Status
    kind: Category
    category: Words | None
    urgency: Urgency
    received_at: datetime
    round: int
    zone: ZoneInfo
    today: date
    department: Words | None = None
    handler: str | None = None
    responsible: str | None = None
    contact: Promise | None = None
    answer: Promise | None = None
    contacted: bool = False
    outcome: Outcome | None = None
    solved: Solved | None = None
    score: int | None = None
    rated_at: datetime | None = None
    closes_on: date | None = None
    answered_on: date | None = None
    answered_by: str | None = None
    office_said: str = ""
    asked: str = ""
    asked_until: date | None = None
    measure: Words | None = None
    may_urge: bool = True
    last: HistoryLine | None = None
    bundle: Words | None = None
    parts: tuple[PartLine, ...] = ()
    part: Words | None = None
    may_ask_visit: bool = False
    unmet: frozenset[Guard] = frozenset()

    @property
    def steps(self) -> frozenset[Step]:
        """What the company may do now."""
        return frozenset(allowed_steps(self.status, {Party.COMPANY}, self.unmet))

    @property
    def short_number(self) -> str:
        """`0007`, as people say it."""
        return self.number.rpartition("-")[2]


@dataclass(frozen=True, slots=True)
class SaidLine:
    """One message of the conversation. `files` are (message id, place in it, what it is)."""

    id: int
    at: datetime
    who: str
    mine: bool
    text: str
    edited: bool = False
    files: tuple["FileLine", ...] = ()


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file in a message: its kind, name, size in bytes and duration in seconds."""

    kind: str
    name: str = ""
    size: int | None = None
    duration: int | None = None
    message_id: int = 0
    place: int = 0


@dataclass(frozen=True, slots=True)
class DraftSheet:
    """What is about to be submitted, for the screen that asks to check it.

    `similar` is (ticket id, short number) of a like open ticket. `consented` decides whether the
    button to submit also agrees. `client` is the name of the client an agent asks for: None when
    nobody else is asked for, empty while it has no name. `unsaved`: what was said of the company
    waits to be checked.
    """

    text: str
    files: tuple[FileLine, ...]
    category: Words | None
    urgency: Urgency
    consented: bool
    office: Words
    parts: int = 1
    contact: str = ""
    measures: tuple[Words, ...] = ()
    similar: tuple[int, str] | None = None
    asks_link: bool = False
    masked: bool = False
    client: str | None = None
    unsaved: bool = False
