"""Named points where a crash test may kill the process: they cost a comparison otherwise."""

import os
import signal

AFTER_INBOX_COMMIT = "after_inbox_commit"
BEFORE_EFFECT_COMMIT = "before_effect_commit"
AFTER_EFFECT_COMMIT = "after_effect_commit"
BEFORE_SEND = "before_send"
AFTER_SEND = "after_send"
AFTER_MARK = "after_mark"
BEFORE_TICK_COMMIT = "before_tick_commit"
AFTER_TICK_COMMIT = "after_tick_commit"

POINTS = (
    AFTER_INBOX_COMMIT,
    BEFORE_EFFECT_COMMIT,
    AFTER_EFFECT_COMMIT,
    BEFORE_SEND,
    AFTER_SEND,
    AFTER_MARK,
    BEFORE_TICK_COMMIT,
    AFTER_TICK_COMMIT,
)


class Checkpoints:
    """`CRASH_AT=after_send#3` kills at the third time the point is reached."""

    def __init__(self, crash_at: str = "") -> None:
        name, _, count = crash_at.partition("#")
        if name and name not in POINTS:
            raise ValueError(f"no such point {name!r}; one of {', '.join(POINTS)}")
        self._name = name
        self._left = int(count or 1)

    def reach(self, name: str) -> None:
        """Die here, as by `kill -9`, when the test asked for it."""
        if name != self._name:
            return
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
