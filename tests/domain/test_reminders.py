"""In which order an officer is told what there is to act on."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.deadlines import Clock
from domain.reminders import Matter, Reminder, in_order, matter_of

NOW = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)


def on(day: int, task: int, clock: Clock | None, **more: Any) -> Reminder:
    at = datetime(2026, 11, day, 9, 30, tzinfo=UTC)
    matter = matter_of(at, now=NOW, zone=ZoneInfo("Asia/Shanghai"))
    if clock is None:
        matter = Matter.FOLLOW_UP
    return Reminder(
        ticket_id=task,
        task_id=task,
        number=f"QT-20261120-000{task}",
        matter=matter,
        at=at,
        clock=clock,
        **more,
    )


A, C, N, T = Clock.ANSWER, Clock.CONTACT, Clock.INTERIM, Clock.ACCEPT


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ([(27, 1, A), (26, 2, A), (25, 3, A)], [(25, 3, A), (26, 2, A), (27, 1, A)]),
        ([(26, 1, None), (26, 2, A)], [(26, 2, A), (26, 1, None)]),
        ([(24, 1, C), (26, 1, A)], [(24, 1, C), (26, 1, A)]),
        ([(23, 1, C), (24, 1, N), (25, 1, A)], [(25, 1, A)]),
        ([(23, 1, T), (25, 1, A)], [(23, 1, T), (25, 1, A)]),
        ([(25, 1, A), (25, 1, A), (25, 1, None)], [(25, 1, A), (25, 1, None)]),
    ],
)
def test_what_presses_comes_first_and_once(
    given: list[tuple[int, int, Clock | None]], told: list[tuple[int, int, Clock | None]]
) -> None:
    found = in_order(on(*one) for one in given)

    assert found == [on(*one) for one in told]
