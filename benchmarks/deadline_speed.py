"""Due times: at least 5,000 a second, on a mix of limits, starts and pauses over a year."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from benchmarks.figures import Figure, at_least, best_of
from domain.deadlines import Limit, Pause, due
from services.work_calendar import build_calendar

CATALOGUE = Path(__file__).parents[1] / "catalogue"
LIMITS = (Limit(hours=2), Limit(hours=4), Limit(days=1), Limit(days=3), Limit(days=5))
_COUNT = 5000
_YEAR = 365 * 24 * 60

Question = tuple[Limit, datetime, tuple[Pause, ...]]


def figures() -> Iterator[Figure]:
    """Computations a second: each third with a pause of some days, each ninth with two."""
    questions = list(_questions(Random(1)))
    zone = ZoneInfo("Asia/Shanghai")

    def work() -> None:
        calendar = build_calendar(CATALOGUE, zone)
        for limit, start, pauses in questions:
            due(limit, start, pauses, calendar)

    yield at_least("due times, pauses included", _COUNT / best_of(3, work), 5000, unit="/s")


def _questions(chance: Random) -> Iterator[Question]:
    first = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(_COUNT):
        start = first + timedelta(minutes=chance.randrange(_YEAR))
        pauses: list[Pause] = []
        for _ in range((number % 3 == 0) + (number % 9 == 0)):
            begins = start + timedelta(minutes=chance.randrange(4 * 24 * 60))
            pauses.append(Pause(begins, begins + timedelta(minutes=chance.randrange(8 * 24 * 60))))
        yield chance.choice(LIMITS), start, tuple(pauses)
