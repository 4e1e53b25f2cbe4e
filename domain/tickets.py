"""The life cycle of a ticket's task, as one table that buttons, checks, docs and tests all read."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum


class Category(StrEnum):
    """What a ticket is about; names and words stand in catalogue/categories.yaml."""

    FINANCING = "financing"
    TALENT_HR = "talent_hr"
    LAND_SPACE = "land_space"
    PERMIT_PROJECT = "permit_project"
    TAX_FEE = "tax_fee"
    IP_BRAND = "ip_brand"
    TRADE_CUSTOMS = "trade_customs"
    INSPECTION_CREDIT = "inspection_credit"
    POLICY_REDEMPTION = "policy_redemption"
    TECH_INNOVATION = "tech_innovation"
    INFRA_ENV_SAFETY = "infra_env_safety"
    PAYMENT_DISPUTE = "payment_dispute"
    LIVING_SUPPORT = "living_support"
    OTHER = "other"


class Urgency(StrEnum):
    """Our own definition, not an official one: production stopped or danger; loss; the rest."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"


class Status(StrEnum):
    """Where a task stands; a ticket's status is derived from its tasks."""

    RECEIVED = "received"
    DISPATCHED = "dispatched"
    IN_PROGRESS = "in_progress"
    WAITING_COMPANY = "waiting_company"
    ANSWERED = "answered"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How it ended; recorded, not just “closed”."""

    SOLVED = "solved"
    PARTLY = "partly"
    EXPLAINED = "explained"
    UNREACHABLE = "unreachable"
    WITHDRAWN = "withdrawn"
    NOT_OURS = "not_ours"


class Solved(StrEnum):
    """What the company says when called back."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class TaskRole(StrEnum):
    """The lead answers for the ticket; co-handlers for their share."""

    LEAD = "lead"
    CO = "co"


class Step(StrEnum):
    """Everything that can happen to a task; each leaves a line in its history."""

    RECEIVE = "receive"
    DISPATCH = "dispatch"
    CLAIM = "claim"
    RELEASE = "release"
    BOUNCE = "bounce"
    DECIDE_BOUNCE = "decide_bounce"
    ROUTE = "route"
    INVOLVE = "involve"
    REASSIGN = "reassign"
    HAND_OVER = "hand_over"
    REPLY = "reply"
    ASK_BACK = "ask_back"
    SUPPLY = "supply"
    ADD = "add"
    NOTE = "note"
    CALL = "call"
    FOLLOW_UP = "follow_up"
    JUDGE = "judge"
    SET_URGENCY = "set_urgency"
    SET_CATEGORY = "set_category"
    ASK_EXTENSION = "ask_extension"
    EXTEND = "extend"
    REFUSE_EXTENSION = "refuse_extension"
    RESOLVE = "resolve"
    UNRESOLVE = "unresolve"
    RATE = "rate"
    CLOSE = "close"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    URGE = "urge"
    MERGE = "merge"
    JOIN = "join"
    LEAVE = "leave"
    SPLIT = "split"
    RECKON = "reckon"
    EDIT = "edit"
    UNDELIVERED = "undelivered"


class Party(StrEnum):
    """In what capacity somebody acts on a task."""

    COMPANY = "company"
    HANDLER = "handler"
    DEPARTMENT = "department"
    HEAD = "head"
    DUTY = "duty"
    SYSTEM = "system"


class Guard(StrEnum):
    """What must hold besides status and party; services/ticket_guards.py looks it up."""

    WITHIN_A_MINUTE = "within_a_minute"  # before the company hears of the claim
    JUST_ANSWERED = "just_answered"  # before the company hears of the answer
    OF_A_DEPARTMENT = "of_a_department"  # the duty desk has nobody to bounce to
    LATELY_HANDED_OVER = "lately_handed_over"  # until one working day after the hand-over
    FIRST_BOUNCE = "first_bounce"  # once per round
    UNDECIDED = "undecided"  # the duty desk has not said for good whose it is
    BEFORE_DUE = "before_due"  # the answer is not overdue yet
    NO_TIME_ASKED = "no_time_asked"  # no request for more time waits for the head
    TIME_ASKED = "time_asked"  # one does
    REDO_LEFT = "redo_left"  # one level up, and once more
    ON_ITS_OWN = "on_its_own"  # not answered together with another company's ticket
    JOINED = "joined"  # answered together with another company's ticket


class BounceReason(StrEnum):
    """Why a department hands a task back."""

    NOT_OURS = "not_ours"
    TOO_LITTLE = "too_little"
    DUPLICATE = "duplicate"


#: So often the company may have a ticket done again: by the head, then by the duty desk.
REDOS = 2


@dataclass(frozen=True, slots=True)
class Transition:
    """From any of `frm`, to `to` (None: stays), by any of `by`, while every guard holds.

    Parties in `free` are not bound by the guards.
    """

    frm: frozenset[Status]
    to: Status | None
    by: frozenset[Party]
    guards: frozenset[Guard] = frozenset()
    free: frozenset[Party] = frozenset()

    def bars(self, party: Party, unmet: Collection[Guard]) -> bool:
        """Whether a guard that does not hold stops this party."""
        return party not in self.free and not self.guards.isdisjoint(unmet)


_DISPATCHED = frozenset({Status.DISPATCHED})
_AT_WORK = frozenset({Status.IN_PROGRESS, Status.WAITING_COMPANY})
_WITH_A_DEPARTMENT = _DISPATCHED | _AT_WORK
_OPEN = _WITH_A_DEPARTMENT | {Status.RECEIVED}
_ALIVE = _OPEN | {Status.ANSWERED}
_ENDED = frozenset({Status.ANSWERED, Status.CLOSED})
_ALL = frozenset(Status)

_OFFICE = frozenset({Party.HANDLER, Party.DEPARTMENT, Party.HEAD, Party.DUTY})
_LEADERS = frozenset({Party.HEAD, Party.DUTY})
_WORKING = frozenset({Party.HANDLER, Party.HEAD, Party.DUTY})
_OF_DEPARTMENT = frozenset({Party.HANDLER, Party.DEPARTMENT, Party.HEAD})
_DUTY = frozenset({Party.DUTY})
_COMPANY = frozenset({Party.COMPANY})
_SYSTEM = frozenset({Party.SYSTEM})

_MAY_BOUNCE = frozenset(
    {
        Guard.ON_ITS_OWN,
        Guard.OF_A_DEPARTMENT,
        Guard.FIRST_BOUNCE,
        Guard.LATELY_HANDED_OVER,
    }
)


def _row(
    frm: Collection[Status],
    to: Status | None,
    by: Iterable[Party],
    *guards: Guard,
    free: Iterable[Party] = (),
) -> Transition:
    return Transition(frozenset(frm), to, frozenset(by), frozenset(guards), frozenset(free))


#: The one table. Whoever wants to know what may happen next asks `allowed_steps`. A task that is
#: RECEIVED waits for the duty desk to say whose it is: bounced, it is there again.
LIFE_CYCLE: dict[Step, Transition] = {
    Step.RECEIVE: _row((), Status.RECEIVED, _COMPANY | _OFFICE),
    Step.DISPATCH: _row({Status.RECEIVED}, Status.DISPATCHED, _SYSTEM),
    Step.CLAIM: _row(
        _DISPATCHED, Status.IN_PROGRESS, {Party.DEPARTMENT, *_LEADERS}, Guard.ON_ITS_OWN
    ),
    Step.RELEASE: _row(
        {Status.IN_PROGRESS},
        Status.DISPATCHED,
        {Party.HANDLER},
        Guard.WITHIN_A_MINUTE,
        Guard.ON_ITS_OWN,
    ),
    Step.BOUNCE: _row(
        {Status.DISPATCHED, Status.IN_PROGRESS},
        Status.RECEIVED,
        _OF_DEPARTMENT,
        *_MAY_BOUNCE,
    ),
    Step.DECIDE_BOUNCE: _row({Status.RECEIVED}, Status.DISPATCHED, _DUTY, Guard.ON_ITS_OWN),
    Step.ROUTE: _row(
        _WITH_A_DEPARTMENT,
        Status.DISPATCHED,
        _OFFICE,
        Guard.UNDECIDED,
        Guard.ON_ITS_OWN,
        free=_DUTY,
    ),
    Step.INVOLVE: _row(_WITH_A_DEPARTMENT, None, _OFFICE),
    Step.REASSIGN: _row(
        _WITH_A_DEPARTMENT, Status.IN_PROGRESS, _LEADERS | _SYSTEM, Guard.ON_ITS_OWN, free=_SYSTEM
    ),
    Step.HAND_OVER: _row(_AT_WORK, None, _WORKING | _SYSTEM),
    Step.REPLY: _row(_AT_WORK | {Status.ANSWERED}, None, _WORKING),
    Step.ASK_BACK: _row(_AT_WORK, Status.WAITING_COMPANY, _WORKING),
    Step.SUPPLY: _row({Status.WAITING_COMPANY}, Status.IN_PROGRESS, _COMPANY),
    Step.ADD: _row(_ALIVE - {Status.WAITING_COMPANY}, None, _COMPANY),
    Step.NOTE: _row(_ALL, None, _OFFICE),
    Step.CALL: _row(_AT_WORK, None, _WORKING),
    Step.FOLLOW_UP: _row(_AT_WORK, None, _WORKING),
    Step.JUDGE: _row(_AT_WORK | _ENDED, None, _WORKING),
    Step.SET_URGENCY: _row(_OPEN, None, _OFFICE),
    Step.SET_CATEGORY: _row(_OPEN, None, _OFFICE | _COMPANY),
    Step.ASK_EXTENSION: _row(
        _AT_WORK,
        None,
        {Party.HANDLER},
        Guard.BEFORE_DUE,
        Guard.NO_TIME_ASKED,
        Guard.ON_ITS_OWN,
    ),
    Step.EXTEND: _row(_AT_WORK, None, _LEADERS, Guard.TIME_ASKED),
    Step.REFUSE_EXTENSION: _row(_AT_WORK, None, _LEADERS, Guard.TIME_ASKED),
    Step.RESOLVE: _row(_AT_WORK, Status.ANSWERED, _WORKING, Guard.ON_ITS_OWN),
    Step.UNRESOLVE: _row(
        {Status.ANSWERED}, Status.IN_PROGRESS, _WORKING, Guard.JUST_ANSWERED, Guard.ON_ITS_OWN
    ),
    Step.RATE: _row(_ENDED, Status.CLOSED, _COMPANY),
    Step.CLOSE: _row({Status.ANSWERED}, Status.CLOSED, _SYSTEM),
    Step.REOPEN: _row(
        _ENDED,
        Status.DISPATCHED,
        _COMPANY | _WORKING,
        Guard.REDO_LEFT,
        free=_WORKING,
    ),
    Step.WITHDRAW: _row(_OPEN, Status.CLOSED, _COMPANY),
    Step.URGE: _row(_OPEN, None, _COMPANY),
    Step.MERGE: _row(_ALIVE, Status.CLOSED, _OFFICE),
    Step.JOIN: _row(_OPEN, None, _OFFICE, Guard.ON_ITS_OWN),
    Step.LEAVE: _row(_OPEN, None, _OFFICE | _SYSTEM, Guard.JOINED, free=_SYSTEM),
    Step.SPLIT: _row(_OPEN, None, _DUTY),
    Step.RECKON: _row(_OPEN, None, _SYSTEM),
    Step.EDIT: _row(_ALL, None, _COMPANY | _OFFICE),
    Step.UNDELIVERED: _row(_ALL, None, _SYSTEM),
}


def is_allowed(
    step: Step, status: Status, parties: Collection[Party], unmet: Collection[Guard] = ()
) -> bool:
    """Whether somebody acting as any of these parties may take the step from this status.

    `unmet`: the guards that do not hold now; without them only status and party are judged.
    """
    row = LIFE_CYCLE[step]
    acting = row.by & frozenset(parties)
    return status in row.frm and any(not row.bars(party, unmet) for party in acting)


def allowed_steps(
    status: Status, parties: Collection[Party], unmet: Collection[Guard] = ()
) -> tuple[Step, ...]:
    """The steps open now, in the table's order."""
    return tuple(step for step in LIFE_CYCLE if is_allowed(step, status, parties, unmet))


def next_status(step: Step, status: Status) -> Status:
    """Where the step leads; some leave the status as it is."""
    return LIFE_CYCLE[step].to or status


#: From the most open to the most closed.
PROGRESS = (
    Status.WAITING_COMPANY,
    Status.IN_PROGRESS,
    Status.DISPATCHED,
    Status.RECEIVED,
    Status.ANSWERED,
    Status.CLOSED,
)


def ticket_status(tasks: Iterable[Status]) -> Status:
    """A ticket stands where its most open task stands; with a question out, it waits."""
    present = set(tasks)
    return next((status for status in PROGRESS if status in present), Status.RECEIVED)


def ticket_number(day: str, running: int) -> str:
    """`QT-20261123-0007`, the seventh of the year; `day` is written YYYYMMDD."""
    return f"QT-{day}-{running:04d}"
