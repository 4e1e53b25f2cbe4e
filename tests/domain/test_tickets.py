"""The life cycle: every status × step × party, against what the office promises."""

from itertools import product

import pytest

from domain.tickets import (
    LIFE_CYCLE,
    Guard,
    Party,
    Status,
    Step,
    allowed_steps,
    is_allowed,
    next_status,
    ticket_number,
    ticket_status,
)

R, D, P, W, A, C = Status
#: Per step, the statuses in which each party may take it; a party that is left out never may.
#: Letters: received, dispatched, in progress, waiting for the company, answered, closed.
EXPECTED: dict[Step, dict[Party, str]] = {
    Step.RECEIVE: {},
    Step.DISPATCH: {Party.SYSTEM: "R"},
    Step.CLAIM: {Party.DEPARTMENT: "D", Party.HEAD: "D", Party.DUTY: "D"},
    Step.RELEASE: {Party.HANDLER: "P"},
    Step.BOUNCE: dict.fromkeys((Party.HANDLER, Party.DEPARTMENT, Party.HEAD), "DP"),
    Step.DECIDE_BOUNCE: {Party.DUTY: "R"},
    Step.ROUTE: dict.fromkeys((Party.HANDLER, Party.DEPARTMENT, Party.HEAD, Party.DUTY), "DPW"),
    Step.INVOLVE: dict.fromkeys((Party.HANDLER, Party.DEPARTMENT, Party.HEAD, Party.DUTY), "DPW"),
    Step.REASSIGN: dict.fromkeys((Party.HEAD, Party.DUTY, Party.SYSTEM), "DPW"),
    Step.HAND_OVER: dict.fromkeys((Party.HANDLER, Party.HEAD, Party.DUTY, Party.SYSTEM), "PW"),
    Step.REPLY: dict.fromkeys((Party.HANDLER, Party.HEAD, Party.DUTY), "PWA"),
    Step.ASK_BACK: dict.fromkeys((Party.HANDLER, Party.HEAD, Party.DUTY), "PW"),
    Step.SUPPLY: {Party.COMPANY: "W"},
    Step.ADD: {Party.COMPANY: "RDPA"},
    Step.NOTE: dict.fromkeys((Party.HANDLER, Party.DEPARTMENT, Party.HEAD, Party.DUTY), "RDPWAC"),
    Step.CALL: dict.fromkeys((Party.HANDLER, Party.HEAD, Party.DUTY), "PW"),
    Step.FOLLOW_UP: dict.fromkeys((Party.HANDLER, Party.HEAD, Party.DUTY), "PW"),
    Step.JUDGE: dict.fromkeys((Party.HANDLER, Party.HEAD, Party.DUTY), "PWAC"),
    Step.SET_URGENCY: dict.fromkeys(
        (Party.HANDLER, Party.DEPARTMENT, Party.HEAD, Party.DUTY), "RDPW"
    ),
    Step.SET_CATEGORY: dict.fromkeys(
        (Party.HANDLER, Party.DEPARTMENT, Party.HEAD, Party.DUTY, Party.COMPANY), "RDPW"
    ),
    Step.ASK_EXTENSION: {Party.HANDLER: "PW"},
    Step.EXTEND: {Party.HEAD: "PW", Party.DUTY: "PW"},
    Step.REFUSE_EXTENSION: {Party.HEAD: "PW", Party.DUTY: "PW"},
    Step.RESOLVE: dict.fromkeys((Party.HANDLER, Party.HEAD, Party.DUTY), "PW"),
    Step.UNRESOLVE: dict.fromkeys((Party.HANDLER, Party.HEAD, Party.DUTY), "A"),
    Step.RATE: {Party.COMPANY: "AC"},
    Step.CLOSE: {Party.SYSTEM: "A"},
    Step.REOPEN: dict.fromkeys((Party.COMPANY, Party.HANDLER, Party.HEAD, Party.DUTY), "AC"),
    Step.WITHDRAW: {Party.COMPANY: "RDPW"},
    Step.URGE: {Party.COMPANY: "RDPW"},
    Step.MERGE: dict.fromkeys((Party.HANDLER, Party.DEPARTMENT, Party.HEAD, Party.DUTY), "RDPWA"),
    Step.JOIN: dict.fromkeys((Party.HANDLER, Party.DEPARTMENT, Party.HEAD, Party.DUTY), "RDPW"),
    Step.LEAVE: dict.fromkeys(
        (Party.HANDLER, Party.DEPARTMENT, Party.HEAD, Party.DUTY, Party.SYSTEM), "RDPW"
    ),
    Step.SPLIT: {Party.DUTY: "RDPW"},
    Step.EDIT: dict.fromkeys(
        (Party.COMPANY, Party.HANDLER, Party.DEPARTMENT, Party.HEAD, Party.DUTY), "RDPWAC"
    ),
    Step.RECKON: {Party.SYSTEM: "RDPW"},
    Step.UNDELIVERED: {Party.SYSTEM: "RDPWAC"},
}
LETTERS = {R: "R", D: "D", P: "P", W: "W", A: "A", C: "C"}
#: Where a step leads; the others leave the status as it is.
LEADS_TO = {
    Step.RECEIVE: R,
    Step.DISPATCH: D,
    Step.CLAIM: P,
    Step.RELEASE: D,
    Step.BOUNCE: R,
    Step.DECIDE_BOUNCE: D,
    Step.ROUTE: D,
    Step.REASSIGN: P,
    Step.ASK_BACK: W,
    Step.SUPPLY: P,
    Step.RESOLVE: A,
    Step.UNRESOLVE: P,
    Step.RATE: C,
    Step.CLOSE: C,
    Step.REOPEN: D,
    Step.WITHDRAW: C,
    Step.MERGE: C,
}


@pytest.mark.parametrize("step", Step)
def test_who_may_when(step: Step) -> None:
    for status, party in product(Status, Party):
        expected = LETTERS[status] in EXPECTED[step].get(party, "")

        assert is_allowed(step, status, {party}) is expected, (step, status, party)


#: What must hold besides, and whom it does not bind.
GUARDED: dict[Step, tuple[set[Guard], set[Party]]] = {
    Step.CLAIM: ({Guard.ON_ITS_OWN}, set()),
    Step.RELEASE: ({Guard.WITHIN_A_MINUTE, Guard.ON_ITS_OWN}, set()),
    Step.UNRESOLVE: ({Guard.JUST_ANSWERED, Guard.ON_ITS_OWN}, set()),
    Step.BOUNCE: (
        {
            Guard.ON_ITS_OWN,
            Guard.OF_A_DEPARTMENT,
            Guard.LATELY_HANDED_OVER,
            Guard.FIRST_BOUNCE,
        },
        set(),
    ),
    Step.DECIDE_BOUNCE: ({Guard.ON_ITS_OWN}, set()),
    Step.ROUTE: ({Guard.UNDECIDED, Guard.ON_ITS_OWN}, {Party.DUTY}),
    Step.REASSIGN: ({Guard.ON_ITS_OWN}, {Party.SYSTEM}),
    Step.ASK_EXTENSION: ({Guard.BEFORE_DUE, Guard.NO_TIME_ASKED, Guard.ON_ITS_OWN}, set()),
    Step.EXTEND: ({Guard.TIME_ASKED}, set()),
    Step.REFUSE_EXTENSION: ({Guard.TIME_ASKED}, set()),
    Step.RESOLVE: ({Guard.ON_ITS_OWN}, set()),
    Step.JOIN: ({Guard.ON_ITS_OWN}, set()),
    Step.LEAVE: ({Guard.JOINED}, {Party.SYSTEM}),
    Step.REOPEN: ({Guard.REDO_LEFT}, {Party.HANDLER, Party.HEAD, Party.DUTY}),
}


@pytest.mark.parametrize("step", Step)
def test_one_guard_that_does_not_hold_is_enough(step: Step) -> None:
    guards, free = GUARDED.get(step, (set(), set()))

    for status, party, guard in product(Status, Party, Guard):
        expected = is_allowed(step, status, {party}) and (guard not in guards or party in free)
        assert is_allowed(step, status, {party}, {guard}) is expected, (status, party, guard)


def test_who_is_free_of_a_guard_is_not_bound_by_another_capacity() -> None:
    assert is_allowed(Step.ROUTE, P, {Party.HANDLER, Party.DUTY}, {Guard.UNDECIDED})


@pytest.mark.parametrize("step", Step)
def test_where_a_step_leads(step: Step) -> None:
    for status in Status:
        assert next_status(step, status) is LEADS_TO.get(step, status)


def test_every_step_stands_in_the_table() -> None:
    assert set(LIFE_CYCLE) == set(Step) == set(EXPECTED)


def test_several_capacities_add_up() -> None:
    steps = allowed_steps(P, {Party.HANDLER, Party.DEPARTMENT})

    assert {Step.REPLY, Step.ROUTE, Step.RELEASE} <= set(steps)
    assert Step.REASSIGN not in steps
    assert list(steps) == [step for step in LIFE_CYCLE if step in steps]


def test_nobody_in_particular_may_nothing() -> None:
    assert all(allowed_steps(status, ()) == () for status in Status)


@pytest.mark.parametrize(
    ("tasks", "expected"),
    [
        ((), R),
        ((D,), D),
        ((D, P), P),
        ((P, W), W),
        ((A, D), D),
        ((A, P), P),
        ((A, A), A),
        ((A, C), A),
        ((C, C), C),
    ],
)
def test_a_ticket_stands_where_its_most_open_task_stands(
    tasks: tuple[Status, ...], expected: Status
) -> None:
    assert ticket_status(tasks) is expected


def test_numbers_name_their_day() -> None:
    assert ticket_number("20261123", 7) == "QT-20261123-0007"
    assert ticket_number("20261123", 12345) == "QT-20261123-12345"
