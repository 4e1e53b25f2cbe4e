"""One line of a benchmark: what was measured, and the bound it is held to."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from time import perf_counter


class Bound(StrEnum):
    """Which side of the bound is good."""

    AT_LEAST = ">="
    AT_MOST = "<="


@dataclass(frozen=True, slots=True)
class Figure:
    """A ratio (unit "x") or a time or size; without a bound it is only told."""

    work: str
    value: float
    unit: str = "x"
    bound: Bound | None = None
    limit: float = 0.0
    detail: str = ""

    @property
    def holds(self) -> bool:
        """Whether the bound is kept; always true without one."""
        match self.bound:
            case Bound.AT_LEAST:
                return self.value >= self.limit
            case Bound.AT_MOST:
                return self.value <= self.limit
            case None:
                return True


#: A benchmark yields its figures; it makes and removes what it needs.
Benchmark = Callable[[], Iterable[Figure]]


def at_least(work: str, value: float, limit: float, *, unit: str = "x", detail: str = "") -> Figure:
    """A figure that must reach the limit."""
    return Figure(work, value, unit, Bound.AT_LEAST, limit, detail)


def at_most(work: str, value: float, limit: float, *, unit: str, detail: str = "") -> Figure:
    """A figure that must stay within the limit."""
    return Figure(work, value, unit, Bound.AT_MOST, limit, detail)


def best_of(times: int, work: Callable[[], object]) -> float:
    """Seconds of the fastest of several runs: what the machine can do when nobody disturbs it."""
    seconds = []
    for _ in range(times):
        start = perf_counter()
        work()
        seconds.append(perf_counter() - start)
    return min(seconds)
