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
    ROUTE = "route"
    REASSIGN = "reassign"
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
    RATE = "rate"
    CLOSE = "close"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    URGE = "urge"
    MERGE = "merge"
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


@dataclass(frozen=True, slots=True)
class Transition:
    """From any of `frm`, to `to` (None: stays), by any of `by`."""

    frm: frozenset[Status]
    to: Status | None
    by: frozenset[Party]


_WAITING_FOR_CLAIM = frozenset({Status.RECEIVED, Status.DISPATCHED})
_AT_WORK = frozenset({Status.IN_PROGRESS, Status.WAITING_COMPANY})
_OPEN = _WAITING_FOR_CLAIM | _AT_WORK
_ALIVE = _OPEN | {Status.ANSWERED}
_ENDED = frozenset({Status.ANSWERED, Status.CLOSED})
_ALL = frozenset(Status)

_OFFICE = frozenset({Party.HANDLER, Party.DEPARTMENT, Party.HEAD, Party.DUTY})
_LEADERS = frozenset({Party.HEAD, Party.DUTY})
_WORKING = frozenset({Party.HANDLER, Party.HEAD, Party.DUTY})
_COMPANY = frozenset({Party.COMPANY})
_SYSTEM = frozenset({Party.SYSTEM})


def _row(frm: Collection[Status], to: Status | None, by: Iterable[Party]) -> Transition:
    return Transition(frozenset(frm), to, frozenset(by))


#: The one table. Whoever wants to know what may happen next asks `allowed_steps`.
LIFE_CYCLE: dict[Step, Transition] = {
    Step.RECEIVE: _row((), Status.RECEIVED, _COMPANY | _OFFICE),
    Step.DISPATCH: _row({Status.RECEIVED}, Status.DISPATCHED, _SYSTEM | {Party.DUTY}),
    Step.CLAIM: _row(_WAITING_FOR_CLAIM, Status.IN_PROGRESS, {Party.DEPARTMENT, *_LEADERS}),
    Step.RELEASE: _row({Status.IN_PROGRESS}, Status.DISPATCHED, {Party.HANDLER}),
    Step.ROUTE: _row(_OPEN, Status.DISPATCHED, _OFFICE),
    Step.REASSIGN: _row(_OPEN, Status.IN_PROGRESS, _LEADERS),
    Step.REPLY: _row(_AT_WORK, None, _WORKING),
    Step.ASK_BACK: _row(_AT_WORK, Status.WAITING_COMPANY, _WORKING),
    Step.SUPPLY: _row({Status.WAITING_COMPANY}, Status.IN_PROGRESS, _COMPANY),
    Step.ADD: _row(_ALIVE - {Status.WAITING_COMPANY}, None, _COMPANY),
    Step.NOTE: _row(_ALL, None, _OFFICE),
    Step.CALL: _row(_AT_WORK, None, _WORKING),
    Step.FOLLOW_UP: _row(_AT_WORK, None, _WORKING),
    Step.JUDGE: _row(_AT_WORK | _ENDED, None, _WORKING),
    Step.SET_URGENCY: _row(_OPEN, None, _OFFICE),
    Step.SET_CATEGORY: _row(_OPEN, None, _OFFICE | _COMPANY),
    Step.ASK_EXTENSION: _row(_AT_WORK, None, {Party.HANDLER}),
    Step.EXTEND: _row(_AT_WORK, None, _LEADERS),
    Step.REFUSE_EXTENSION: _row(_AT_WORK, None, _LEADERS),
    Step.RESOLVE: _row(_AT_WORK, Status.ANSWERED, _WORKING),
    Step.RATE: _row(_ENDED, Status.CLOSED, _COMPANY),
    Step.CLOSE: _row({Status.ANSWERED}, Status.CLOSED, _SYSTEM),
    Step.REOPEN: _row(_ENDED, Status.DISPATCHED, _COMPANY | _LEADERS | {Party.HANDLER}),
    Step.WITHDRAW: _row(_OPEN, Status.CLOSED, _COMPANY),
    Step.URGE: _row(_OPEN, None, _COMPANY),
    Step.MERGE: _row(_ALIVE, Status.CLOSED, _OFFICE),
    Step.RECKON: _row(_OPEN, None, _SYSTEM),
    Step.EDIT: _row(_ALL, None, _COMPANY | _OFFICE),
    Step.UNDELIVERED: _row(_ALL, None, _SYSTEM),
}


def is_allowed(step: Step, status: Status, parties: Collection[Party]) -> bool:
    """Whether somebody acting as any of these parties may take the step from this status."""
    row = LIFE_CYCLE[step]
    return status in row.frm and not row.by.isdisjoint(parties)


def allowed_steps(status: Status, parties: Collection[Party]) -> tuple[Step, ...]:
    """The steps open now, in the table's order."""
    return tuple(step for step in LIFE_CYCLE if is_allowed(step, status, parties))


def next_status(step: Step, status: Status) -> Status:
    """Where the step leads; some leave the status as it is."""
    return LIFE_CYCLE[step].to or status


_PROGRESS = (
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
    return next((status for status in _PROGRESS if status in present), Status.RECEIVED)


def ticket_number(day: str, running: int) -> str:
    """`QT-20261123-0007`; `day` is written YYYYMMDD."""
    return f"QT-{day}-{running:04d}"
