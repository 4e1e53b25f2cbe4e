"""Run the benchmarks named on the command line, or all; status 1 when a bound is missed."""

import gc
import sys
from collections.abc import Sequence

from benchmarks import (
    busy_speed,
    calendar_speed,
    claims,
    courier_speed,
    deadline_speed,
    idle_tick,
    machines,
    matching_speed,
    memory,
    office_speed,
    questions,
    reach_speed,
    review_speed,
    search_speed,
    start_speed,
    steady_speed,
    update_speed,
)
from benchmarks.figures import Benchmark, Figure

BENCHMARKS: dict[str, Benchmark] = {
    "busy": busy_speed.figures,
    "calendar": calendar_speed.figures,
    "idle": idle_tick.figures,
    "claims": claims.figures,
    "courier": courier_speed.figures,
    "deadlines": deadline_speed.figures,
    "machines": machines.figures,
    "matching": matching_speed.figures,
    "memory": memory.figures,
    "office": office_speed.figures,
    "questions": questions.figures,
    "reach": reach_speed.figures,
    "review": review_speed.figures,
    "search": search_speed.figures,
    "start": start_speed.figures,
    "steady": steady_speed.figures,
    "updates": update_speed.figures,
}


def main(names: Sequence[str]) -> int:
    """Print each figure as it is known."""
    gc.enable()  # the tests turn it off while they are imported, and we import some of them
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        sys.stderr.write(f"no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}\n")
        return 2
    missed = 0
    for name in names or BENCHMARKS:
        for figure in BENCHMARKS[name]():
            sys.stdout.write(_line(name, figure))
            sys.stdout.flush()
            missed += not figure.holds
    return 1 if missed else 0


def _line(name: str, figure: Figure) -> str:
    bound = f"{figure.bound} {figure.limit:g}" if figure.bound else ""
    mark = "" if figure.holds else "MISSED"
    value = f"{figure.value:.4g} {figure.unit}"
    return f"{name:10} {figure.work:46} {value:>14}  {bound:9} {mark:6} {figure.detail}\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
