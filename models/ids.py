"""Time-ordered 63-bit ids, made by us so that nothing waits for the database to name a row."""

import secrets
import threading
import time

_EPOCH_MS = 1_704_067_200_000  # 2024-01-01 UTC; 41 bits of milliseconds last until 2093
_TAIL_BITS = 22


class _Sequence:
    """Rising within a process; the random tail keeps two processes apart in one millisecond."""

    def __init__(self) -> None:
        self._last = 0
        self._lock = threading.Lock()

    def next(self) -> int:
        # An id is a name, not a date: the movable clock of the office does not enter into it.
        milliseconds = time.time_ns() // 1_000_000 - _EPOCH_MS
        candidate = (milliseconds << _TAIL_BITS) | secrets.randbits(_TAIL_BITS - 2)
        with self._lock:
            self._last = max(self._last + 1, candidate)
            return self._last


_sequence = _Sequence()


def new_id() -> int:
    """A fresh id, greater than every id this process made before."""
    return _sequence.next()
