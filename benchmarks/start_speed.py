"""From the start of the process to /readyz, beside the importing of aiogram alone.

The database is prepared and the sandbox is open; both kinds of process take turns. Processor time
is told too, since a busy machine disturbs it least.
"""

import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import perf_counter, sleep
from typing import NamedTuple

import psutil

from benchmarks.figures import Figure, at_most
from tests.bot.processes import free_port

RUNS = 5
LIMIT = 1.5
_LOOK_AGAIN = 0.01


class _Took(NamedTuple):
    """Seconds that passed, and seconds that the processor worked."""

    passed: float
    worked: float


def figures() -> Iterator[Figure]:
    """What a start takes above importing aiogram: median of several."""
    with tempfile.TemporaryDirectory() as folder:
        _start(folder)
        pairs = [(_import(), _start(folder)) for _ in range(RUNS)]
    imports, starts = zip(*pairs, strict=True)
    load = os.getloadavg()[0]
    for name, at in (("passed", 0), ("of the processor", 1)):
        alone, whole = median(one[at] for one in imports), median(one[at] for one in starts)
        detail = f"aiogram {alone:.2f} s, ready after {whole:.2f} s; load {load:.1f}"
        yield at_most(
            f"start to ready above aiogram, seconds {name}",
            whole - alone,
            LIMIT,
            unit="s",
            detail=detail,
        )


def _import() -> _Took:
    start = perf_counter()
    before = os.times()
    subprocess.run([sys.executable, "-c", "import aiogram"], check=True)
    after = os.times()
    worked = after.children_user - before.children_user
    worked += after.children_system - before.children_system
    return _Took(perf_counter() - start, worked)


def _start(folder: str) -> _Took:
    """Ready is what /readyz says."""
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME"}}
    start = perf_counter()
    process = psutil.Popen(
        [sys.executable, "-m", "bot", "run"],
        cwd=Path(__file__).parents[1],
        env={**kept, "VAR_DIR": folder, "HTTP_PORT": str(port)},
        stderr=subprocess.DEVNULL,
    )
    try:
        while not _is_ready(port):
            if process.poll() is not None:
                raise RuntimeError(f"the bot ended with {process.returncode}")
            sleep(_LOOK_AGAIN)
        passed, times = perf_counter() - start, process.cpu_times()
    finally:
        process.terminate()
        process.wait()
    return _Took(passed, times.user + times.system)


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
